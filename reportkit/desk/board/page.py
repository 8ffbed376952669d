"""One report for its reviewers: its page as a redline, beside it what has changed, what was found, who approved."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from reportkit.content import HEAD, Version
from reportkit.desk.board.levels import approvals_shown
from reportkit.desk.board.redline import Redline, brief, redline
from reportkit.desk.versions import Compared
from reportkit.editions import Edition
from reportkit.formats import FORMATS
from reportkit.inputs.project import Project
from reportkit.model import Severity, State
from reportkit.outputs import manifest
from reportkit.outputs.folders import OUTPUTS, place
from reportkit.publishing.styles import css
from reportkit.review.by_section import by_section, unchanged
from reportkit.review.changes import Change, Comparison, ExhibitChange, FigureChange, WordsChange
from reportkit.review.pending import RULE as PENDING
from reportkit.review.phrases import not_compared, numbers, what
from reportkit.text.severities import finding_shown, gravest_first
from reportkit.text.strings import printable

TEMPLATES = Path(__file__).parent / "templates"
LABELS: Mapping[Version, str] = {
    Version.THIS_BUILD: "与本次生成比较",
    Version.LAST_YEAR: "与上年比较",
    Version.LAST_BUILD: "与上次生成比较",
    Version.APPROVED: "与批准的内容比较",
    Version.PUBLISHED: "与已发布的比较",
}

_MOST_UNFOLDED = 20
"""With more changes, and against last year, a page opens with a summary, and the changes are folded."""
_LONGEST_LARGEST = 30


def redline_page(
    project: Project, compared: Compared, key: str = "", summary: str = "", links: Sequence[Mapping[str, str]] = ()
) -> bytes:
    """One self-contained page: the redline in the printed layout, changes and findings to step through.

    It works without JavaScript; with it, by the keyboard too. `key` says what it was made from, `summary` what has
    changed in a few words: the board reads both. `links` are the report's own pages, where this one lies beside them.
    """
    drawn = redline(compared)
    comparison = compared.comparison
    many = compared.against is Version.LAST_YEAR or len(comparison.changes) > _MOST_UNFOLDED
    content = compared.after.content
    department = project.department(compared.department)
    facts = [(label, printable(text)) for label, text in content.head if label != "标题"]
    page: str = template("page.html.j2").render(
        name=printable(department.name),
        year=compared.year,
        title=_title(dict(content.head)["标题"], department.name),
        compared=compared.before is not compared.after,
        facts=facts,
        against=LABELS[compared.against],
        before=compared.before.label,
        after=compared.after.label,
        beside=not_compared(comparison),
        head=list(enumerate(comparison.head, 1)),
        number=len(comparison.changes),
        sections=_by_section(comparison),
        folded=many,
        unchanged=printable("、".join(unchanged(comparison))),
        findings=_findings(compared, drawn, project.editions.load(content.edition)),
        links=links,
        **approvals_shown(project, compared),
        body=drawn.body,
        key=key,
        summary=summary,
        css=css(),
        own_css=source("page.css"),
        script=source("page.js"),
        script_digest=digest_of_script("page.js"),
        board="../../board.html",
    )
    return page.encode()


def finished_pages(project: Project, year: int, department: str, up: str = "") -> list[dict[str, Any]]:
    """Where a report's own pages are, what is published first, relative to the board; `up` leads from there to it."""
    found = []
    for draft, label in ((False, State.PUBLISHED), (True, State.DRAFT)):
        folder = place(project, year, department, draft)
        if manifest.read_manifest(folder) is not None:
            name = folder.relative_to(project.root / OUTPUTS).as_posix()
            pages = [
                {"label": each.label, "address": f"{up}{name}/{each.file}"}
                for each in FORMATS.values()
                if each.in_browser and (folder / each.file).is_file()
            ]
            found.append({"label": label, "pages": pages})
    return found


def _by_section(comparison: Comparison) -> list[dict[str, Any]]:
    """The sections that have changed: how much, the largest of it, and each change by its number."""
    found = []
    for each in by_section(comparison):
        number, largest = each.largest
        cell = printable(largest.label) if isinstance(largest, FigureChange) else ""
        found.append(
            {
                "title": printable(each.title),
                "place": "report" if each.section == HEAD else f"s-{each.section}",
                "numbers": numbers(each.changes),
                "largest": {"number": number, "where": cell, "what": printable(what(largest, _LONGEST_LARGEST))},
                "changes": [
                    {"number": place, "where": _what_of(change), "what": brief(change)}
                    for place, change in enumerate(each.changes, each.first)
                ],
            }
        )
    return found


def _what_of(change: Change) -> str:
    """What in its section a change is of: a cell, a line of the head, else just its kind."""
    match change:
        case WordsChange():
            return "文字"
        case ExhibitChange():
            return "图表"
    return printable(change.label)


def _title(title: str, name: str) -> list[str]:
    """A title in the parts between which it may break: the body's name and the rest."""
    return [name, title.removeprefix(name)] if title.startswith(name) and title != name else [title]


def _findings(compared: Compared, drawn: Redline, edition: Edition) -> list[dict[str, Any]]:
    """What was found, errors first, each with the place on the page that it is about."""
    sections = {slot.id: section.id for section in edition.sections for slot in section.prose}
    come = {id(each) for each in compared.comparison.come}
    return [
        {
            **finding_shown(each),
            "severity": "waived" if each.waiver else severity_class(each.severity),
            "place": drawn.place_of(each.cells, sections.get(each.slot, each.slot), each.quote),
            "is_new": id(each) in come,
        }
        for each in gravest_first(compared.after.findings or ())
        if not each.lacks_history and each.rule != PENDING  # each level is shown by itself
    ]


def severity_class(severity: Severity) -> str:
    """A class name for a severity, whose own sign may be no name."""
    return severity.name.lower()


@cache
def source(name: str) -> str:
    """A style sheet or a script of the board."""
    return (TEMPLATES / name).read_text(encoding="utf-8").strip()


@cache
def digest_of_script(name: str) -> str:
    """What the page's policy allows to run: this script and no other."""
    return f"sha256-{b64encode(sha256(source(name).encode()).digest()).decode()}"


@cache
def template(name: str) -> Any:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
