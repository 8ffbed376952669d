"""The first half of the road: a project's inputs → findings and a Plan; nothing is executed."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from hashlib import sha256

from reportkit.build.inputs_of import earlier_of, inputs_of, pictures_of
from reportkit.build.section_notebooks import planned_jobs
from reportkit.checks.apply_waivers import apply_waivers
from reportkit.checks.arithmetic import check_figures
from reportkit.checks.evidence import Evidence, finding
from reportkit.checks.fact_texts import check_fact_texts
from reportkit.checks.glyphs import check_glyphs
from reportkit.checks.prose.plain import Passage, marked, unmarked
from reportkit.checks.prose.run_rules import check_prose
from reportkit.checks.room import check_room
from reportkit.checks.similarity import SaidText, check_carried_over, check_last_year, texts
from reportkit.digests import digest_of
from reportkit.editions import Edition
from reportkit.errors import InputError, InputErrors, ReportkitError, defect
from reportkit.execution.dependencies import needs_of
from reportkit.inputs.approvals_file import approvals_bytes
from reportkit.inputs.binding import bound_prose, names_of, prose_place
from reportkit.inputs.corrections import corrections_of
from reportkit.inputs.files import DEFINITION, REGISTER
from reportkit.inputs.history import history_of, last_year_of
from reportkit.inputs.project import Project
from reportkit.inputs.register import order_of
from reportkit.inputs.waivers_file import waivers_of
from reportkit.model import (
    ApprovalsAsked,
    Basis,
    Correction,
    Department,
    DocumentHead,
    Execution,
    Figures,
    Finding,
    Origin,
    Plan,
    Register,
    Rendering,
    Submission,
)
from reportkit.outputs.sbom import sbom_name
from reportkit.publishing.fonts import Drawable
from reportkit.publishing.shaping import environment
from reportkit.text.markdown import unprintable


def plan_report(project: Project, year: int, department_id: str, correction: Correction | None = None) -> Plan:
    """One report with all its inputs as bytes, its findings, and its jobs; nothing is executed.

    With a `correction` it is a report of a closed year that is made again, and says so.

    Raises InputError and NotebookError where an input or a notebook can't be used; any other failure is a
    PublishingError, so that it stops this report and no other.
    """
    try:
        return _plan(project, year, department_id, correction)
    except ReportkitError:
        raise
    except Exception as error:
        raise defect(error, f"{year}/{department_id}") from error


def _plan(project: Project, year: int, department_id: str, correction: Correction | None) -> Plan:
    department = project.reporting(year, department_id)
    edition = project.editions.for_year(year)
    if not department.valid_in(year):
        raise _not_valid(department, year)
    submission = project.submission(year, department_id)
    jobs, notebook_findings = planned_jobs(project, department, edition, submission)
    evidence, checked = check_submission(project, submission)
    findings = (*checked, *notebook_findings)
    corrections = (*corrections_of(project, year, department_id), *([correction] if correction else []))
    head = _head(project, submission, department, edition)
    head = replace(head, draft=blocks_publication(findings, submission.figures), corrections=corrections)
    earlier = earlier_of(project, submission, jobs)
    execution = Execution(
        jobs=tuple(replace(job, needs=needs_of(job, edition)) for job in jobs),
        inputs={
            **inputs_of(project, submission, department, earlier),
            **pictures_of(project, submission, evidence.words, jobs),
        },
        confinement=project.definition.runs.confinement,
    )
    basis = Basis(
        figures=submission.figures,
        history=evidence.history,
        words=evidence.words,
        register=_named_in(evidence, tuple(job.notebook for job in jobs)),
        findings=findings,
        facts=submission.facts,
        last_year=last_year_of(project, submission),
        earlier=earlier,
    )
    rendering = _rendering(project)
    approvals = _approvals_asked(project, year, department_id)
    return Plan(
        department=department,
        year=year,
        head=head,
        execution=execution,
        basis=basis,
        rendering=rendering,
        origin=_origin(head, execution, basis, rendering, approvals),
        approvals=approvals,
        correction=correction,
    )


def _origin(
    head: DocumentHead, execution: Execution, basis: Basis, rendering: Rendering, approvals: ApprovalsAsked
) -> Origin:
    """The digests of all that makes the report what it is."""
    parts = {
        **{name: sha256(content).hexdigest() for name, content in execution.inputs.items()},
        **{f"notebooks/{job.name}": digest_of([job.section, dict(job.needs)]) for job in execution.jobs},
        "order of the sections": digest_of([job.name for job in execution.jobs]),
        "title and dates": digest_of(head.to_json()),
        "formats": " ".join(rendering.formats),
        **rendering.environment.parts(),
        "last year's figures": digest_of(_figures_as_text(basis.history)),
        "bodies that it may name": digest_of([asdict(body) for body in basis.register]),
        "findings": digest_of([finding.to_json() for finding in basis.findings]),
    }
    made_from = digest_of(parts)
    if approvals.required:
        asked = [approvals.required, dict(approvals.levels), sha256(approvals.file).hexdigest()]
        parts["approvals"] = digest_of(asked)
    return Origin(parts, made_from, digest_of(parts))


def _rendering(project: Project) -> Rendering:
    definition, font_paths = project.definition, _font_paths(project)
    return Rendering(
        formats=tuple(definition.formats),
        font_paths=font_paths,
        system_fonts=definition.system_fonts,
        environment=environment(font_paths, definition.system_fonts),
        sbom=sbom_name(),
    )


def _approvals_asked(project: Project, year: int, department_id: str) -> ApprovalsAsked:
    settings = project.definition.approvals
    required = tuple(settings.required)
    return ApprovalsAsked(
        file=approvals_bytes(project, year, department_id) if required else b"",
        levels={level.id: level.label for level in settings.levels},
        required=required,
    )


def _figures_as_text(figures: Figures | None) -> list[str] | None:
    """Figures for a digest: a successor's history comes from files that are no inputs of its own."""
    return None if figures is None else [f"{cell}={value}" for cell, value in figures.cells.items()]


def check_report(project: Project, year: int, department_id: str) -> tuple[tuple[Finding, ...], Figures]:
    """All findings on a report before anything is executed, its notebooks' among them, and its figures.

    Raises as `plan_report` does.
    """
    try:
        department = project.reporting(year, department_id)
        if not department.valid_in(year):
            raise _not_valid(department, year)
        submission = project.submission(year, department_id)
        jobs, notebook_findings = planned_jobs(project, department, project.editions.for_year(year), submission)
        evidence, found = check_submission(project, submission)
        pictures_of(project, submission, evidence.words, jobs)
        return (*found, *notebook_findings), submission.figures
    except ReportkitError:
        raise
    except Exception as error:
        raise defect(error, f"{year}/{department_id}") from error


def check_submission(project: Project, submission: Submission) -> tuple[Evidence, tuple[Finding, ...]]:
    """What the rules look at, and all findings on a submission, before anything is executed; waived ones are marked.

    Raises InputError where its prose can't be bound.
    """
    edition = project.edition_of(submission)
    department = project.department(submission.department)
    _refuse_words_of_no_part(project, submission, edition)
    words = _bound(project, submission)
    due = project.editions.deadline(department, submission.year)
    evidence = Evidence(
        edition=edition,
        department=department,
        year=submission.year,
        figures=submission.figures,
        register=project.register,
        history=history_of(project, submission),
        words={slot: unmarked(text) for slot, text in words.items()},
        facts=submission.facts,
        misfits=submission.misfits,
        short_rows=submission.short_rows,
        published_on=submission.published_on,
        deadline=due,
        editions=project.editions,
    )
    drawable = Drawable()
    passages = [Passage(slot, edition.slots[slot].label, text) for slot, text in words.items()]
    printed = [(edition.slots[slot].label, text) for slot, text in evidence.words.items()]
    findings = [
        *check_figures(evidence),
        *check_prose(evidence, passages),
        *check_glyphs(edition, printed, drawable),
        *_like_last_year(project, submission, evidence),
        *check_glyphs(edition, [("机关名称", department.name)], drawable),
        *check_room(evidence),
        *check_fact_texts(evidence),
        *_decisions(evidence, submission),
    ]
    if waivers := waivers_of(project, submission.year, submission.department):
        valid_on = submission.published_on or due
        findings = apply_waivers(findings, waivers, edition.rulebook["WAIVER"], valid_on)
    return evidence, tuple(findings)


def _refuse_words_of_no_part(project: Project, submission: Submission, edition: Edition) -> None:
    """Raises InputErrors for words of a part that this report doesn't have: nobody would see them."""
    known = project.editions.for_year(submission.year).slots
    errors = [
        InputError("words_of_no_part", where=prose_place(project, submission, slot)(1), label=known[slot].label)
        for slot, text in submission.prose.items()
        if slot not in edition.slots and text.strip()
    ]
    if errors:
        raise InputErrors(errors)


def _decisions(evidence: Evidence, submission: Submission) -> list[Finding]:
    """Rule DECISION: what the department has decided for its figures, for information."""
    rule = evidence.rule("DECISION")
    return [] if rule is None else [finding(rule, each, "填报说明") for each in submission.decisions]


def _like_last_year(project: Project, submission: Submission, evidence: Evidence) -> list[Finding]:
    """Rule C-1 against the department's own report of last year."""
    rule = evidence.rule("C-1")
    before = submission.year - 1
    if rule is None or not project.has_submission(before, submission.department):
        return []
    labels = {slot.id: slot.label for slot in evidence.edition.slots.values()}
    last = project.submission(before, submission.department)
    known = {slot: text for slot, text in last.prose.items() if slot in labels}
    carried = [slot for slot in dict.fromkeys(submission.carried_over) if slot in submission.prose]
    found = check_carried_over(
        rule,
        [SaidText("", slot, labels[slot], submission.prose[slot]) for slot in carried],
        [SaidText("", slot, labels[slot], text) for slot, text in known.items()],
    )
    others = {slot: text for slot, text in submission.prose.items() if all(each.slot != slot for each in found)}
    return found + check_last_year(
        evidence.edition,
        texts("", others, labels),
        texts("", known, labels),
        submission.figures,
        last.figures,
    )


def _bound(project: Project, submission: Submission) -> dict[str, str]:
    """The department's words by slot, what `{{ name }}` stands for between marks.

    Raises InputErrors, also for markup that can't be printed.
    """
    names = names_of(project, submission)
    bound: dict[str, str] = {}
    errors: list[ReportkitError] = []

    def mark(name: str, text: str) -> str:
        return marked(text, from_fact=name.partition(".")[0] in submission.facts)

    for slot in submission.prose:
        try:
            bound[slot] = bound_prose(project, submission, names, slot, mark)
        except ReportkitError as error:
            errors.append(error)
            continue
        where = prose_place(project, submission, slot)
        errors += [InputError(each.said, where=where(each.line or 1)) for each in unprintable(bound[slot], "prose")]
    if errors:
        raise InputErrors(errors)
    return bound


def blocks_publication(findings: Sequence[Finding], figures: Figures) -> bool:
    """Whether a report is a draft: an error that isn't waived, or something of this year's that is missing."""
    return any(finding.blocks for finding in findings) or bool(figures.missing())


def _named_in(evidence: Evidence, notebooks: tuple[bytes, ...]) -> Register:
    """The register's part that a report's finished document may speak of: the body, those above, those in notebooks."""
    ids = {evidence.department.id, *(body.id for body in evidence.ancestors)}
    ids |= _mentioned(evidence.register, notebooks)
    order = order_of(evidence.register)
    return Register({name: evidence.register[name] for name in sorted(ids, key=order.__getitem__)})


@lru_cache(maxsize=16)
def _mentioned(register: Register, notebooks: tuple[bytes, ...]) -> frozenset[str]:
    source = "".join(each.decode(errors="replace") for each in notebooks)
    return frozenset(body.id for body in register if body.name in source or body.short_name in source)


def _font_paths(project: Project) -> tuple[str, ...]:
    for path in project.definition.font_paths:
        if not (project.root / path).is_dir():
            raise InputError("font_folder_missing", where=f"{DEFINITION}, font_paths", folder=path)
    return tuple(str((project.root / path).resolve()) for path in project.definition.font_paths)


def _head(project: Project, submission: Submission, department: Department, edition: Edition) -> DocumentHead:
    """The document's head as it is before anything is found: no draft, no corrections."""
    title = edition.title.format(name=department.name, year=submission.year)
    site = project.definition.site
    return DocumentHead(
        title=title,
        title_lines=(department.name, title.removeprefix(department.name)),
        name=department.name,
        department=department.id,
        year=submission.year,
        edition=edition.name,
        called=edition.called if project.editions.is_own(edition.id) else {},
        missing=len(submission.figures.missing()),
        published_on=submission.published_on,
        issued_on=submission.issued_on,
        index_number=submission.index_number,
        validity=submission.validity,
        decisions=submission.decisions,
        site=site.model_dump(include={"name", "domain", "id_code"}) if site else {},
    )


def _not_valid(department: Department, year: int) -> ReportkitError:
    span = f"{department.valid_from or '…'} – {department.valid_to or '…'}"
    return InputError("not_in_existence", where=REGISTER, department=department.id, year=year, span=span)
