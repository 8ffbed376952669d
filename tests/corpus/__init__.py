"""Labelled sentences and submissions, and how far the rules agree with their labels.

`prose/*.yaml` holds sentences, each with the report that it stands in and the findings expected. `submissions.yaml`
holds submissions: a report of `project/` with cells, words, history or waivers changed, and the findings expected. A
label is a rule's id, with `?` where it can't be assessed, `:E` or `:W` where the severity matters, `:waived` where it
is waived.
The labels were written from the rules of the statute, before and beside the code that they test.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from reportkit.build.plan import check_submission
from reportkit.checks.apply_waivers import apply_waivers
from reportkit.checks.arithmetic import check_figures
from reportkit.checks.evidence import Evidence
from reportkit.checks.prose.plain import Passage
from reportkit.checks.prose.run_rules import check_prose
from reportkit.checks.similarity import check_last_year, texts
from reportkit.inputs.project import Project
from reportkit.model import Figures, Finding, Misfit, Severity, Waiver

HERE = Path(__file__).parent
FIGURE_RULES = ("T3", "T4", "T2", "X", "D", "C")
"""The rules on figures and dates; all others are on words."""
UNLABELLED = (
    "numbers",
    "unseen",
    "unseen-2",
    "unseen-3",
    "unseen-4",
    "unseen-5",
    "unseen-6",
    "sound",
    "kinds",
    "pairs-requests",
    "pairs-others",
)
"""Files whose sentences aren't labelled for what a part should say as a whole (rules S-1 to S-4)."""
NEUTRAL = {
    "overview": "本年度，各项公开工作按要求推进，取得新的成效。",
    "proactive": "及时公开与群众生产生活密切相关的信息。",
    "management": "信息发布实行先审核、后公开，动态调整公开目录。",
    "platform": "加强网站栏目维护，方便公众查阅。",
    "supervision": "开展工作考核、社会评议，未发生需要追究责任的情形。",
    "problems": "部分信息更新还不够及时，解读形式有待丰富。",
    "improvements": "下一步将完善制度，加强培训，丰富解读形式。",
    "other_matters": "本年度未收取信息处理费。",
}
"""Words in which no rule finds anything, for the slots that a case doesn't fill."""


@dataclass(frozen=True)
class Judged:
    """A case with what was expected and what was found, as labels."""

    name: str
    text: str
    expected: Counter[str]
    found: Counter[str]

    @property
    def agrees(self) -> bool:
        return self.expected == self.found


def sentences() -> list[dict[str, Any]]:
    """Every labelled sentence."""
    return [{**case, "of": path.stem} for path in sorted((HERE / "prose").glob("*.yaml")) for case in _load(path)]


def submissions() -> list[dict[str, Any]]:
    """Every labelled submission."""
    return _load(HERE / "submissions.yaml")


def judge_sentence(case: Mapping[str, Any]) -> Judged:
    """A sentence held against its report, alone in its slot."""
    evidence = replace(evidence_of(case["report"]), words=NEUTRAL)
    slot = case["slot"]
    if slot in evidence.edition.slots:
        evidence = replace(evidence, words={**NEUTRAL, slot: case["text"]})
        passage, whole = Passage(slot, evidence.edition.slots[slot].label, case["text"]), True
    else:  # a section of the finished document: the preamble, or words beside a table
        passage, whole = Passage(slot, slot, case["text"]), False
    found = [
        finding
        for finding in check_prose(evidence, [passage], whole=whole)
        if finding.rule != "D-1" and not (finding.rule.startswith("S-") and case["of"] in UNLABELLED)
    ]
    return _judged(f"{case['report']} {slot}", case["text"], case["findings"], found)


def reports() -> dict[str, Any]:
    """Whole reports of `reports/`, with the findings on words that each should have."""
    return _load(HERE / "reports" / "labels.yaml")


def judge_report(name: str, case: Mapping[str, Any]) -> Judged:
    """A whole report with every rule on words."""
    project = Project(HERE / "reports")
    year, department = name.split("/")
    found = check_submission(project, project.submission(int(year), department))[1]
    on_words = [each for each in found if not is_on_figures(each.rule) and each.rule not in BESIDE_WORDS]
    return _judged(name, name, case["findings"], on_words)


BESIDE_WORDS = ("UNBOUND", "FACT", "FIT", "WAIVER")
"""Rules whose findings on a report aren't labelled."""


def judge_submission(case: Mapping[str, Any]) -> Judged:
    """A changed submission with every rule of its edition."""
    evidence = _changed(evidence_of(case["report"]), case)
    labels = {slot.id: slot.label for slot in evidence.edition.slots.values()}
    passages = [Passage(slot, labels[slot], text) for slot, text in evidence.words.items()]
    findings = [*check_figures(evidence), *check_prose(evidence, passages)]
    findings += check_last_year(
        evidence.edition,
        texts("", evidence.words, labels),
        texts("", case.get("history_words", {}), labels),
        evidence.figures,
        None,
    )
    if waivers := case.get("waivers"):
        assert evidence.deadline is not None
        made = [Waiver(**{**each, "until": date.fromisoformat(each["until"])}) for each in waivers]
        findings = apply_waivers(findings, made, evidence.edition.rulebook["WAIVER"], evidence.deadline)
    return _judged(case["name"], str(case), case["findings"], findings)


def _changed(evidence: Evidence, case: Mapping[str, Any]) -> Evidence:
    cells, misfits = dict(evidence.figures.cells), []
    for cell, value in case.get("cells", {}).items():
        kind = evidence.edition.cells[cell].kind
        if _is_figure(value, kind):
            cells[cell] = Decimal(str(value)) if kind == "amount" and value is not None else value
        else:
            cells[cell] = None
            misfits.append(Misfit(cell, str(value), "line 1"))
    history = evidence.history
    if case.get("no_history"):
        history = None
    elif history is not None:
        history = Figures(history.edition, {**history.cells, **case.get("history", {})})
    published = case.get("published_on")
    return replace(
        evidence,
        figures=Figures(evidence.figures.edition, cells),
        history=history,
        misfits=tuple(misfits),
        words={**NEUTRAL, **case.get("words", {})},
        published_on=date.fromisoformat(published) if published else evidence.published_on,
    )


def _is_figure(value: Any, kind: str) -> bool:
    if value is None:
        return True
    return isinstance(value, int | float if kind == "amount" else int) and (value >= 0 or kind == "change")


def _judged(name: str, text: str, expected: Iterable[str], findings: Iterable[Finding]) -> Judged:
    wanted = Counter(expected)
    asks_for_history = any(label.endswith("?") for label in wanted)
    found = Counter(
        _label(finding, wanted)
        for finding in findings
        if finding.severity is not Severity.INFORMATION and (asks_for_history or not finding.lacks_history)
    )
    return Judged(name, text, wanted, found)


def _label(finding: Finding, wanted: Counter[str]) -> str:
    if finding.severity is Severity.UNASSESSABLE:
        return f"{finding.rule}?"
    if finding.waiver is not None:
        return f"{finding.rule}:waived"
    exact = f"{finding.rule}:{finding.severity.value}"
    return exact if exact in wanted else finding.rule


@cache
def evidence_of(report: str) -> Evidence:
    """A report of `project/` as rules look at it."""
    project = Project(HERE / "project")
    year, department = report.split("/")
    return check_submission(project, project.submission(int(year), department))[0]


def _load(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


@dataclass(frozen=True)
class Score:
    """How far findings agree with labels: 1 is all of them."""

    cases: int
    right: int
    """Findings that were expected and found."""
    found: int
    expected: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.expected if self.expected else 1.0


def score(judged: Iterable[Judged], keep: Any = lambda rule: True) -> Score:
    """The score over cases, for the rules that `keep` chooses."""
    cases = right = found = expected = 0
    for each in judged:
        mine = Counter({label: number for label, number in each.found.items() if keep(_rule(label))})
        wanted = Counter({label: number for label, number in each.expected.items() if keep(_rule(label))})
        cases += 1
        right += (mine & wanted).total()
        found += mine.total()
        expected += wanted.total()
    return Score(cases, right, found, expected)


def _rule(label: str) -> str:
    return label.rstrip("?").partition(":")[0]


def rules(judged: Iterable[Judged]) -> Iterator[str]:
    """Every rule that was expected or found, in order."""
    return iter(sorted({_rule(label) for each in judged for label in (*each.expected, *each.found)}))


def is_on_figures(rule: str) -> bool:
    return rule.partition("-")[0] in FIGURE_RULES
