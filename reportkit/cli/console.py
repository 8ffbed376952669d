"""What commands print: tables and progress on a terminal, plain lines elsewhere, JSON for machines."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reportkit.build.decide import Reasons, Work
from reportkit.errors import LABELS, ReportkitError, each_error, escaped
from reportkit.messages.languages import shown_language
from reportkit.messages.said import Said
from reportkit.model import Bundle, Finding, Outcome, Severity, State
from reportkit.review.approvals import ACTIONS
from reportkit.review.changes import WordsChange
from reportkit.review.phrases import KINDS, growth, is_spacing, not_compared, numbers, what, where
from reportkit.text.severities import WAIVED

if TYPE_CHECKING:
    from reportkit.checks.prose.explain import Explained
    from reportkit.desk.versions import Compared

OUTCOMES = {
    Outcome.PUBLISHED: State.PUBLISHED,
    Outcome.DRAFT: State.DRAFT,
    Outcome.FAILED: "失败",
    Outcome.UP_TO_DATE: "未变",
    Outcome.CLOSED: "已封存",
}
WORKS = {Work.NOTHING: "未变", Work.CLOSED: "已封存", Work.RESTORE: "待取回", Work.RENDER: "待排版", Work.RUN: "待生成"}
HEADS: Mapping[str, str] = {
    "": "", "department": "机关", "year": "年度", "status": "状态", "seconds": "秒", "findings": "发现", "path": "位置",
    "kind": "类别", "build": "待做", "notebooks": "笔记本", "cell": "格", "before": "原来", "after": "现在",
    "change": "变化", "run": "运行", "began": "开始", "ended": "结束", "outcome": "结果", "reports": "报告",
    "id": "id", "years": "年度", "name": "名称", "files": "文件", "what": "内容", "whence": "出处", "found": "结果",
    "state": "状态", "due": "期限", "late": "逾期", "missing cells": "缺格", "note": "说明",
    "file": "来文", "received": "收到时间", "digest": "摘要", "since": "收到以后",
}  # fmt: skip
"""What the heads of tables are in Chinese."""
STYLES = {
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    Severity.UNASSESSABLE: "magenta",
    Severity.INFORMATION: "dim",
}


class _Lines(Console):
    """A console on which names that hold control characters, or turn others round, can't write as the terminal."""

    def print(self, *objects: Any, **options: Any) -> None:
        """As rich's own; of a text its lines, with whatever nobody sees escaped."""
        shown = ("\n".join(map(escaped, each.split("\n"))) if isinstance(each, str) else each for each in objects)
        super().print(*shown, **options)


def out() -> Console:
    return _Lines(highlight=False, soft_wrap=not sys.stdout.isatty())


def err() -> Console:
    return _Lines(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())


def print_said(said: Said) -> None:
    """A line on standard error, in the language of errors."""
    err().print(said.text("what", shown_language()), markup=False, highlight=False)


def print_json(data: Any) -> None:
    """Machine-readable output: exactly one JSON document on standard output."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def print_error(error: Exception, about: str = "") -> None:
    """An error as What, Where, Fix, with its detail below; several one after the other."""
    console = err()
    for each in each_error(error) if isinstance(error, ReportkitError) else (error,):
        prefix = f"[bold]{escape(escaped(about))}[/] " if about else ""
        if not isinstance(each, ReportkitError):
            console.print(f"{prefix}[red]{escape(type(each).__name__)}: {escape(str(each))}[/]")
            continue
        shown = each.shown(language := shown_language())
        console.print(f"{prefix}[red]{escape(shown.what)}[/]")
        for label, text in zip(LABELS[language], (shown.where, shown.fix), strict=True):
            if text:
                console.print(f"  [dim]{label}[/]{escape(text)}")
        if shown.detail:
            console.print(escape(shown.detail), style="dim")


def print_explanation(rule: Mapping[str, Any]) -> None:
    """A rule as `check --explain` shows it."""
    console = out()
    console.print(f"[bold]{escape(rule['id'])}[/]　{escape(rule['name'])}")
    lines = [
        ("级别", "；".join(f"{each} {words}" for each, words in rule["severities"].items())),
        ("适用", "；".join(f"{name}（{years}）" for name, years in rule["editions"].items())),
        ("依据", rule["law"]),
        *(("公式", formula) for formula in rule["formulas"]),
        ("例", rule["example"]),
        ("更正", rule["mend"]),
        ("豁免", _WAIVABLE[rule["waivable"]]),
    ]
    for label, words in lines:
        console.print(f"  [dim]{label}[/]　{escape(words)}")


def print_claims(found: Sequence[tuple[str, Sequence["Explained"]]]) -> None:
    """Sentences, each with what it is taken to claim below it."""
    console = out()
    for sentence, claims in found:
        console.print(f"[bold]{escape(sentence)}[/]")
        for each in claims:
            said = f"{each.words}　{each.about}　[dim]{each.whose}，{each.scope}[/]　{each.held}"
            console.print(f"  {said}")
        if not claims:
            console.print("  [dim]没有读出数或“全部、没有”的说法[/]")


_WAIVABLE = {True: "可由审核人员登记豁免", "sentence": "误判的，可由审核人员对那一句话登记豁免", False: "不可豁免"}


def print_comparison(found: "Compared") -> None:
    """What differs between two reports: figures as a table, sentences with what went and came, charts, findings."""
    console, comparison = out(), found.comparison
    titles = comparison.titles
    console.print(f"[bold]{found.year}/{escape(found.department)}[/]　{found.before.label} → {found.after.label}")
    for change in comparison.head:
        console.print(f"  {escape(change.label)}：{escape(what(change))}")
    if comparison.figures:
        rows = [
            [
                each.label,
                each.before or "无此格",
                each.after or "无此格",
                growth(each).strip("（）").replace("，", "  "),
            ]
            for each in comparison.figures
        ]
        print_table(["cell", "before", "after", "change"], rows)
    for words in comparison.wording:
        console.print(f"  [dim]{KINDS[words.kind]}[/]　{escape(where(words, titles))}：{_redline(words)}")
    for exhibit in comparison.exhibits:
        console.print(f"  [dim]图表[/]　{escape(where(exhibit, titles))}：{escape(what(exhibit))}")
    for label, findings in (("新发现", comparison.come), ("已消除", comparison.gone)):
        for each in findings:
            text = escape(f"{each.rule} {each.where}：{each.what}")
            console.print(f"  [dim]{label}[/]　[{STYLES[each.severity]}]{each.severity.value}[/] {text}")
    if comparison.beside:
        console.print(f"  [dim]尚无人批准，未比较[/]　{escape(not_compared(comparison))}")
    counted = numbers(comparison.changes)
    console.print(f"[bold]{f'变化：{counted}' if counted else '读者所见没有变化'}[/]")


def _redline(words: WordsChange) -> str:
    """A sentence with what went struck out and what came underlined; between brackets where there is no terminal."""
    if not words.pieces or words.kind == "moved" or is_spacing(words.before, words.after):
        return escape(what(words))
    marks = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
    styles = {"same": "", "removed": "red strike", "added": "green underline"}
    plain = not sys.stdout.isatty()
    found = []
    for piece in words.pieces:
        text = escape(piece.text)
        if plain:
            before, after = marks[piece.operation]
            found.append(f"{escape(before)}{text}{after}" if before == "[-" else f"{before}{text}{after}")
        else:
            style = styles[piece.operation]
            found.append(f"[{style}]{text}[/]" if style else text)
    return "".join(found)


def print_action(report: str, record: Mapping[str, Any]) -> None:
    """What a reviewer has just done to a report."""
    said = ACTIONS[record["action"]]
    level = f" {record['level']}" if record["level"] else ""
    console = out()
    console.print(f"[bold]{escape(report)}[/]　{said}{escape(level)}　{escape(record['by'])}　{record['at']}")
    for path in record.get("notice", ()):
        console.print(f"  {escape(path)}")


def print_board(written: Mapping[str, Any]) -> None:
    """Where the review board is, and which approvals are void."""
    for each in written["void"]:
        out().print(f"{each['report']}　{each['approval']}", markup=False)
    out().print(f"{written['board']}　共{written['reports']}份，更新{written['pages']}页", markup=False)


def print_site(built: Mapping[str, Any]) -> None:
    """Where the portal is, and how much of it is new."""
    pages = f"共{built['reports']}份报告、{built['pages']}页，更新{built['made']}页"
    out().print(f"{built['site']}  {pages}", markup=False)
    if built["url"] is None:
        out().print("params/report.yaml的site没有写url，门户没有二维码和站点地图。", markup=False)


def print_run(record: Mapping[str, Any]) -> None:
    """What a run did: each report that it touched, and what became of the board, the portal and the notices."""
    touched = [
        each for each in record.get("reports", ()) if each["outcome"] not in (Outcome.UP_TO_DATE, Outcome.CLOSED)
    ]
    for each in touched:
        note = f"  {each['error']}" if each["error"] else ""
        out().print(f"{each['report']}  {each['outcome']}  {each['seconds']:.1f} s{note}", markup=False)
    for name in ("board", "site", "notices", "tidy"):
        done = record.get(name)
        for each in done if isinstance(done, list) else [done]:
            if isinstance(each, dict) and each.get("error"):
                err().print(f"{name}: {each['error']}", markup=False)
    same = len(record.get("reports", ())) - len(touched)
    out().print(f"{record['id']}  {record['outcome']}  {len(touched)} reports, {same} unchanged", markup=False)


def print_runs(records: Sequence[Mapping[str, Any]]) -> None:
    """The runs that are noted, a line each."""
    rows = []
    for each in records:
        counts: dict[str, int] = {}
        for report in each.get("reports", ()):
            if isinstance(report, dict):
                counts[report["outcome"]] = counts.get(report["outcome"], 0) + 1
        counted = ", ".join(f"{number} {outcome}" for outcome, number in counts.items())
        rows.append([each["id"], each.get("began") or "", each.get("ended") or "", each["outcome"], counted])
    print_table(["run", "began", "ended", "outcome", "reports"], rows)


def count(findings: Iterable[Finding]) -> str:
    """`2 E, 3 ?`: how many findings of each severity; empty where there are none."""
    numbers = dict.fromkeys(Severity, 0)
    waived = 0
    for finding in findings:
        waived += finding.waiver is not None
        numbers[finding.severity] += finding.waiver is None
    counted = [f"{number} {severity.value}" for severity, number in numbers.items() if number]
    return ", ".join([*counted, *([f"{waived} {WAIVED}"] if waived else [])])


def print_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table on a terminal, tab-separated lines elsewhere; its heads in the language of errors."""
    if shown_language() == "zh":
        heads = [HEADS[each] for each in heads]
    if not sys.stdout.isatty():
        for row in (heads, *rows):
            sys.stdout.write("\t".join(map(escaped, row)) + "\n")
        return
    table = Table(*heads, header_style="bold")
    for row in rows:
        table.add_row(*(escape(escaped(cell)) for cell in row))
    out().print(table)


def print_build(bundles: Sequence[Bundle], reasons: Mapping[str, Reasons], json: bool) -> None:
    """What became of each report of a build, and why where that is asked: a table, or one JSON document."""
    rows, results = [], []
    bundles = sorted(bundles, key=lambda each: (each.department, each.year))
    for bundle in bundles:
        name = f"{bundle.year}/{bundle.department}"
        path = "" if bundle.outcome is Outcome.FAILED else f"outputs/{'drafts/' if bundle.draft else ''}{name}"
        rows.append(
            [
                bundle.department,
                str(bundle.year),
                OUTCOMES[bundle.outcome],
                f"{bundle.seconds:.1f}",
                count(bundle.findings),
                path,
            ]
        )
        results.append(
            {
                "year": bundle.year,
                "department": bundle.department,
                "outcome": bundle.outcome.value,
                "draft": bundle.draft,
                "seconds": round(bundle.seconds, 3),
                "path": path or None,
                "error": str(bundle.failure) if bundle.failure else None,
                "code": getattr(bundle.failure, "code", None),
                "executed": list(bundle.executed),
                "findings": [finding.to_json() for finding in bundle.findings],
                **({"explanation": reasons[name].to_json()} if name in reasons else {}),
            }
        )
    if json:
        print_json({"reports": results})
    else:
        print_table(["department", "year", "status", "seconds", "findings", "path"], rows)
