"""The rules over one body's reports, as they were read of pages: findings, and what can't be known from outside."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reportkit.auditing.page_rules import page_rules
from reportkit.auditing.pages import PREAMBLE
from reportkit.auditing.whose import Subject
from reportkit.build.plan import check_submission
from reportkit.checks.arithmetic import check_figures
from reportkit.checks.evidence import Evidence
from reportkit.checks.prose.plain import Passage
from reportkit.checks.prose.run_rules import check_prose
from reportkit.errors import ReportkitError, defect
from reportkit.inputs.project import Project
from reportkit.model import Finding, Severity, Submission

NOT_OF_PAGES = frozenset(
    ("UNBOUND", "WAIVER", "DECISION", "FACT", "FONT", "FIT", "NOTEBOOK", "APPROVAL", "CHART", "D-1")
)
"""Rules on how a report is made with reportkit, and D-1, which D-2 takes the place of."""
_OF_KIND = frozenset(("T2-2", "S-2", "P-1"))
"""Rules whose outcome the kind and level of a body decide."""
_OF_NAME = frozenset(("P-1",))
"""Rules that need the body's name."""
_PARTS = frozenset(("S-1", "S-3"))
"""Rules on the words of single parts."""
_UNKNOWN = "（机关类别、层级不掌握，未能判定）"


@dataclass(frozen=True)
class Task:
    """A body's reports that are to be assessed, of each year its preamble and the slots that no headings tell apart."""

    subject: Subject
    reports: Sequence[tuple[int, str, frozenset[str]]]


@dataclass(frozen=True)
class Assessed:
    """One report's findings, or why the rules couldn't be run; `said` is what it is compared with others by."""

    year: int
    department: str
    findings: tuple[Finding, ...]
    said: Submission | None
    error: ReportkitError | None = None


def assess(project: Project, task: Task) -> list[Assessed]:
    """A body's reports, each with its findings; `project` has them as submissions."""
    found = []
    for year, preamble, undivided in task.reports:
        department = task.subject.department.id
        try:
            submission = project.submission(year, department)
            findings = tuple(_findings(project, submission, task.subject, preamble, undivided))
            found.append(Assessed(year, department, findings, submission))
        except ReportkitError as error:
            found.append(Assessed(year, department, (), None, error))
        except Exception as error:
            found.append(Assessed(year, department, (), None, defect(error, where=f"{year}/{department}")))
    project.forget(task.subject.department.id)
    return found


def _findings(
    project: Project, submission: Submission, subject: Subject, preamble: str, undivided: frozenset[str]
) -> Iterator[Finding]:
    evidence, checked = check_submission(project, submission)
    above = (Passage(PREAMBLE, "引言", preamble),) if preamble else ()
    found = [*checked, *(check_prose(evidence, above, whole=False) if above else ())]
    found = [_as_of_page(evidence, each) for each in found if each.rule not in NOT_OF_PAGES]
    if not subject.is_named:
        found = [each for each in found if each.rule not in _OF_NAME]
    sure, unsure = _by_kind(evidence, subject, above, found)
    yield from _without_parts(evidence, undivided, sure)
    yield from unsure


def _as_of_page(evidence: Evidence, each: Finding) -> Finding:
    """A finding without what only who makes a report with reportkit can do about it."""
    rules = evidence.edition.rulebook
    if each.rule == "S-1" and each.severity is Severity.UNASSESSABLE and each.slot:
        rule = rules.get("S-3", rules["S-1"])
        return replace(each, rule=rule.id, severity=Severity.WARNING, what="没有找到这一部分的文字", fix=rule.fix)
    if each.severity is Severity.UNASSESSABLE or each.rule not in rules:
        return replace(each, sentence="")
    return replace(each, sentence="", fix=page_rules().get(each.rule, rules[each.rule]).fix)


def _by_kind(
    evidence: Evidence, subject: Subject, above: Sequence[Passage], found: Sequence[Finding]
) -> tuple[list[Finding], list[Finding]]:
    """The findings that hold whatever the body is, and as “not assessable” those that its kind or level decides."""
    variants = subject.variants()
    if len(variants) < 2:
        return [*found], []
    passages = [Passage(slot, evidence.edition.slots[slot].label, text) for slot, text in evidence.words.items()]
    outcomes: list[dict[tuple[str, ...], Finding]] = []
    for department in variants:
        other = replace(evidence, department=department)
        of_kind = [*check_figures(other), *check_prose(other, passages, only=_OF_KIND)]
        of_kind += check_prose(other, above, whole=False, only=_OF_KIND) if above else ()
        outcomes.append({_key(each): each for each in of_kind if each.rule in _OF_KIND})
    every: Mapping[tuple[str, ...], Finding] = {key: each for outcome in outcomes for key, each in outcome.items()}
    wanted = _OF_KIND if subject.is_named else _OF_KIND - _OF_NAME
    sure = [each for each in found if each.rule not in wanted or all(_key(each) in outcome for outcome in outcomes)]
    unsure = [
        replace(each, severity=Severity.UNASSESSABLE, what=f"{each.what}{_UNKNOWN}", fix="在清单中写明 kind、level。")
        for key, each in every.items()
        if each.rule in wanted and not all(key in outcome for outcome in outcomes)
    ]
    return sure, unsure


def _key(each: Finding) -> tuple[str, ...]:
    return each.rule, each.severity.value, each.what, each.where, each.quote


def _without_parts(evidence: Evidence, undivided: frozenset[str], found: Sequence[Finding]) -> Iterator[Finding]:
    """Findings on the parts of a section whose words no headings tell apart are one that says so."""
    labels = {evidence.edition.slots[slot].label for slot in undivided if slot in evidence.edition.slots}
    apart = [each for each in found if each.rule in _PARTS and (each.slot in undivided or each.where in labels)]
    yield from (each for each in found if each not in apart)
    if apart:
        rule = apart[0].rule
        what = f"文字没有按小标题分开，{len(apart)}项未能逐项核对：{'、'.join(each.where for each in apart)}"
        yield replace(apart[0], rule=rule, severity=Severity.UNASSESSABLE, what=what, where="各部分", slot="", quote="")
