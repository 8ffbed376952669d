"""What reviewers do: approve a report, take that back, or send it back with what is to be corrected."""

import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from reportkit.build.plan import plan_report
from reportkit.content import HEAD, HEAD_NAMED, Content
from reportkit.desk.versions import approvals_of, this_build
from reportkit.digests import read_regular
from reportkit.errors import ProjectError, ReportkitError, near_match
from reportkit.inputs.approvals_file import approvals_path
from reportkit.inputs.files import submission_path
from reportkit.inputs.project import Project
from reportkit.model import Finding, Plan, Severity
from reportkit.outputs import manifest
from reportkit.outputs.append import add_line
from reportkit.outputs.folders import drafted_correction, finished_place, place
from reportkit.outputs.verify import faults_of
from reportkit.publishing import data
from reportkit.publishing.notice import Notice
from reportkit.review.approvals import Record, next_record, read_records, whole_report
from reportkit.review.errors_in_chinese import unreadable, without_paths
from reportkit.review.pending import RULE as PENDING
from reportkit.text.strings import printable


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who acts and when, and what they have to say."""

    by: str
    at: datetime
    comment: str = ""


def identity(stated: str | None, project: Project) -> str:
    """Who acts: as stated, else as git knows them. Raises ProjectError where neither says anything."""
    said = " ".join(printable(stated or "").split())
    if said:
        return said
    name, mail = (_git(project, key) for key in ("user.name", "user.email"))
    if not name:
        raise ProjectError("no_reviewer", where="git config user.name")
    return f"{name} <{mail}>" if mail else name


def _git(project: Project, key: str) -> str:
    try:
        command = ["git", "config", "--get", key]
        done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=False)  # noqa: S603 - git, with a fixed key
    except OSError:
        return ""
    return " ".join(done.stdout.split())


def level_of(project: Project, name: str | None) -> str:
    """A level's id from its id or label; where there is just one it needn't be named."""
    levels = {level.id: level.label for level in project.definition.approvals.levels}
    if name is None and len(levels) == 1:
        return next(iter(levels))
    for level, label in levels.items():
        if name in (level, label):
            return level
    known = "、".join(f"{level}（{label}）" for level, label in levels.items())
    if name is None:
        raise ProjectError("which_level", where="the command line", known=known)
    raise ProjectError("unknown_level", where="--level", level=name, near=near_match(name, levels), known=known)


def approve(
    project: Project, year: int, department: str, level: str, reviewer: Reviewer, sections: Sequence[str] = ()
) -> Record:
    """Notes that a level approves the report as it is finished now, or sections of it.

    Raises ProjectError where it is not what the inputs make today, has errors, or waits for another level first.
    """
    content, made_from, findings = _up_to_date(project, year, department)
    errors = [finding for finding in findings if finding.is_error]
    missing = sum(value is None for value in content.cells.values())
    if errors or missing:
        raise ProjectError(
            "unfit_for_approval",
            where=_folder_name(project, year, department),
            year=year,
            department=department,
            errors=len(errors),
            missing=missing,
        )
    approvals = approvals_of(project, year, department)
    digests = content.digests()
    _check_sections(digests, sections)
    about = whole_report(digests, sections)
    for standing in approvals.standings(digests):
        if standing.level == level:
            break
        if standing.level in approvals.required and {*standing.lacking, *standing.changed} & set(about):
            raise ProjectError(
                "level_comes_before",
                where=f"{year}/{department}",
                earlier=standing.label,
                later=approvals.levels[level],
                year=year,
                department=department,
                level=standing.level,
            )
    return _add(project, year, department, "approve", level, reviewer, about, made_from, content)


def withdraw(
    project: Project, year: int, department: str, level: str, reviewer: Reviewer, sections: Sequence[str] = ()
) -> Record:
    """Takes a level's approval back, for the whole report or for sections. Raises ProjectError where there is none."""
    _refuse_closed(project, year, department)
    approvals = approvals_of(project, year, department)
    digests = _finished(project, year, department)[0]
    _check_sections(digests, sections)
    standing = next(each for each in approvals.standings(digests) if each.level == level)
    if standing.record is None:
        raise ProjectError(
            "not_approved_at_level",
            where=approvals_path(year, department),
            year=year,
            department=department,
            level=level,
        )
    about = whole_report(digests, sections) if sections else {}
    if never := [name or HEAD_NAMED for name in standing.lacking if name in about]:
        raise ProjectError("sections_not_approved", where=approvals_path(year, department), level=level, sections=never)
    return _add(project, year, department, "withdraw", level, reviewer, about, standing.record.made_from, None)


def send_back(
    project: Project, year: int, department: str, reviewer: Reviewer, deliver: Callable[[Notice], None]
) -> Record:
    """Sends a report back to be corrected; all its approvals end.

    `deliver` is given the notice once nothing but writing the line is left to be done, and nothing is noted where it
    fails. A report that can't be read is sent back with the reason. Raises ProjectError where there is nothing to say.
    """
    _refuse_closed(project, year, department)
    approvals_of(project, year, department)  # a file that lacks lines isn't added to
    name = project.department(department).name
    sections, built_from = _finished(project, year, department)
    found, made_from = _found_now(project, year, department, built_from)
    findings = tuple(
        without_paths(each)
        for each in found
        if each.waiver is None and each.rule != PENDING and not each.lacks_history
        if each.severity is not Severity.INFORMATION
    )
    if not findings and not reviewer.comment.strip():
        raise ProjectError("nothing_to_correct", where="the command line", year=year, department=department)
    report, by = project.editions.publication_for(year).report, reviewer.by.partition(" <")[0]
    notice = Notice(year, name, report, findings, reviewer.comment, by, reviewer.at.date())
    return _add(
        project, year, department, "return", "", reviewer, sections, built_from or made_from, None,
        before=lambda: deliver(notice),
    )  # fmt: skip


def _finished(project: Project, year: int, department: str) -> tuple[dict[str, str], str]:
    """The digests of what the finished report says, and of what it was made from; empty where there is none."""
    folder = finished_place(project, year, department)
    found = (manifest.read_manifest(folder) if folder else None) or {}
    return dict(found.get("content", {})), str(found.get("made_from", ""))


def _found_now(project: Project, year: int, department: str, built_from: str) -> tuple[tuple[Finding, ...], str]:
    """The findings on what lies there now, and what that is: those of the last build where it was made from that."""
    try:
        plan = _plan_now(project, year, department)
    except ReportkitError as error:
        return unreadable(error), project.files.digest(submission_path(year, department)) or ""
    folder = finished_place(project, year, department)
    if folder is not None and plan.origin.made_from == built_from:
        with suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
            return data.read_findings(read_regular(folder / data.FINDINGS)), plan.origin.made_from
    return plan.basis.findings, plan.origin.made_from


def _plan_now(project: Project, year: int, department: str) -> Plan:
    """What would be built now; of a closed year the correction whose draft waits."""
    correction = drafted_correction(project, year, department) if project.is_closed(year) else None
    return plan_report(project, year, department, correction)


def _refuse_closed(project: Project, year: int, department: str) -> None:
    if project.is_closed(year) and drafted_correction(project, year, department) is None:
        raise ProjectError("closed_for_reviewers", where=_folder_name(project, year, department), year=year)


def _up_to_date(project: Project, year: int, department: str) -> tuple[Content, str, tuple[Finding, ...]]:
    """What the finished report says, what it was made from, and its findings; it must be what would be built now."""
    folder = finished_place(project, year, department)
    name = _folder_name(project, year, department)
    if folder is None:
        raise ProjectError("not_built", where=name, year=year, department=department)
    if faults := faults_of(project, year, department, draft=folder == place(project, year, department, draft=True)):
        raise ProjectError("finished_damaged", where=name, faults=faults, year=year, department=department)
    _refuse_closed(project, year, department)
    plan = _plan_now(project, year, department)
    read_records(plan.approvals.file, plan.name, approvals_path(year, department))  # lines that can't be read are told
    made_from = str((manifest.read_manifest(folder) or {}).get("made_from"))
    if made_from != plan.origin.made_from:
        raise ProjectError("changed_since_built", where=name, year=year, department=department)
    side = this_build(project, year, department)
    return side.content, made_from, side.findings or ()


def _folder_name(project: Project, year: int, department: str) -> str:
    folder = finished_place(project, year, department) or place(project, year, department, draft=False)
    return folder.relative_to(project.root).as_posix()


def _check_sections(digests: "dict[str, str]", sections: Sequence[str]) -> None:
    known = [HEAD_NAMED, *(name for name in digests if name != HEAD)]
    for name in sections:
        if name not in known:
            raise ProjectError("no_such_section", where="--section", name=name, near=near_match(name, known))


def _add(
    project: Project, year: int, department: str, action: Literal["approve", "withdraw", "return"], level: str,
    reviewer: Reviewer, sections: "dict[str, str]", made_from: str, content: Content | None,
    before: Callable[[], None] = lambda: None,
) -> Record:  # fmt: skip
    """Adds a line to a report's approvals; `before` is done just before it is written."""
    report, name = f"{year}/{department}", approvals_path(year, department)
    added: list[Record] = []

    def line_after(lines: bytes) -> str:
        added.append(
            next_record(
                read_records(lines, report, name), report, action, level, by=reviewer.by,
                at=reviewer.at.isoformat(timespec="seconds"), comment=reviewer.comment, sections=sections,
                made_from=made_from, content=content,
            )
        )  # fmt: skip
        before()
        return added[-1].line()

    add_line(project, name, line_after)
    return added[-1]
