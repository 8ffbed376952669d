"""Files that were handed in → what each would make of its department's submission; nothing is written here."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from reportkit.build.plan import check_report
from reportkit.build.processes import spread
from reportkit.collecting.edit_submission import edited, zero_tables
from reportkit.collecting.join import joined
from reportkit.collecting.receipts import receipts
from reportkit.digests import read_regular
from reportkit.editions import Edition
from reportkit.errors import InputError, ProjectError, ReportkitError, defect, each_error
from reportkit.inputs.files import submission_path
from reportkit.inputs.handed_in import HandedIn
from reportkit.inputs.project import Project
from reportkit.inputs.published.read import read_published
from reportkit.inputs.sources import Source, read_sources, sources_path, sources_text
from reportkit.inputs.submission import read_submission
from reportkit.inputs.workbook.bounds import MOST_BYTES
from reportkit.inputs.workbook.read import read_workbook
from reportkit.inputs.workbook.titles import Asked
from reportkit.messages.said import Said
from reportkit.model import Fact, Finding, Submission, format_number
from reportkit.starting.carry_over import carried_over
from reportkit.starting.submission_text import submission_text
from reportkit.text.yamlfile import read_yaml

ENDINGS = (".xlsx", ".xls", ".ods", ".csv", ".et", ".xlsm", ".docx")
"""Of the files that are looked at in a folder."""
_WORD = b"word/document.xml"
"""What a Word file's list of parts names."""
_FEW = 16
"""Files that are read sooner by one process than by several."""


class Standing(StrEnum):
    """What becomes of a file: a new submission, another one, the same, or none."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Collected:
    """One file's part of one department and year: what would be written, what changes by it, and what is wrong.

    `before` is the submission's text as it is, None where there is none; `after` is None where nothing may be written.
    """

    path: Path
    standing: Standing
    year: int | None = None
    department: str | None = None
    name: str = ""
    content: bytes = b""
    handed_in: HandedIn | None = None
    before: str | None = None
    after: str | None = None
    sources: str = ""
    changes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    remarks: tuple[Said, ...] = ()
    errors: tuple[ReportkitError, ...] = ()
    beside: tuple[tuple[str, bytes], ...] = ()
    """The other files that this one was joined with, by name."""


def files_in(paths: Iterable[Path], endings: tuple[str, ...] = ENDINGS) -> Iterator[Path]:
    """The workbooks among paths, those of folders in the order of their names. Raises ProjectError for none at all."""
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.iterdir() if each.suffix.lower() in endings)
            inside = [each for each in inside if not each.name.startswith(("~$", "."))]
            if not inside:
                raise ProjectError("collect_no_file", where=str(path))
            yield from inside
        elif path.is_file():
            yield path
        else:
            raise ProjectError("collect_no_file", where=str(path))


def collect(
    project: Project,
    files: Sequence[Path],
    asked: Asked,
    *,
    over_edits: bool = False,
    jobs: int = 1,
    seen: Callable[[], None] = lambda: None,
) -> list[Collected]:
    """What each file would make; several of one report are one where each has other tables of it.

    Where they differ otherwise, none of them is taken. A workbook that was made of a submission which somebody has
    edited since is refused, but for `over_edits`. `seen` is called after each file; `jobs` processes read them.
    """
    found: list[Collected] = []
    one_file = partial(_of_file, asked=asked, over_edits=over_edits)
    for collected in spread(project, one_file, files, jobs, _FEW):
        found += collected
        seen()
    by_report: dict[tuple[int | None, str | None], list[Collected]] = {}
    for each in found:
        by_report.setdefault((each.year, each.department), []).append(each)
    together = {report: _joined(project, versions) for report, versions in by_report.items()}
    return [
        together[each.year, each.department].get(id(each)) or alone(each, by_report[each.year, each.department])
        for each in found
    ]


def _joined(project: Project, versions: Sequence[Collected]) -> Mapping[int, Collected]:
    """Files that each have other tables of one report as one, by their ids; nothing where they are none such."""
    taken = [each for each in versions if each.after is not None and each.handed_in is not None]
    if len({each.after for each in taken}) < 2:
        return {}
    parts = [each.handed_in for each in taken if each.handed_in is not None]
    handed_in = joined(project.editions.for_year(taken[0].year or 0), parts)
    if handed_in is None:
        return {}
    try:
        made = _written(project, replace(taken[0], handed_in=handed_in, remarks=()), handed_in, parts)
    except ReportkitError as error:
        return {id(each): replace(each, standing=Standing.REFUSED, after=None, errors=(error,)) for each in taken}
    found = {}
    for each in taken:
        beside = tuple((other.path.name, other.content) for other in taken if other is not each)
        remark = Said("files_joined", files=[name for name, _ in beside])
        remarks = (remark, *(each.handed_in.remarks if each.handed_in else ()))
        found[id(each)] = replace(made, path=each.path, content=each.content, remarks=remarks, beside=beside)
    return found


def alone(one: Collected, versions: Sequence[Collected]) -> Collected:
    """A file's part, refused where another file says something else of the same report."""
    others = [each for each in versions if each is not one and each.after != one.after]
    if one.after is None or not others:
        return one
    files = [each.path.name for each in (one, *others)]
    error = InputError("versions_differ", where=one.path.name, files=files)
    return replace(one, standing=Standing.REFUSED, after=None, errors=(error,))


def _of_file(project: Project, path: Path, asked: Asked, over_edits: bool) -> list[Collected]:
    try:
        content = opened(path, MOST_BYTES)
        if _WORD in content:
            handed_in = [read_published(project, content, path.name, asked).said]
        else:
            handed_in = read_workbook(project, content, path.name, asked)
    except ReportkitError as error:
        return [Collected(path, Standing.REFUSED, errors=each_error(error))]
    except Exception as error:
        return [Collected(path, Standing.REFUSED, errors=(defect(error, where=path.name),))]
    return [of_handed_in(project, path, content, each, over_edits) for each in handed_in]


def opened(path: Path, most: int) -> bytes:
    """A file's content. Raises InputError where it can't be read, or is larger than it may be."""
    try:
        if (size := path.stat().st_size) > most:
            raise InputError("workbook_too_large", where=path.name, size=size, most=most)
        return read_regular(path)
    except OSError as error:
        raise InputError("collect_unreadable", where=path.name, reason=error.strerror or str(error)) from error


def of_handed_in(
    project: Project, path: Path, content: bytes, handed_in: HandedIn, over_edits: bool, *, closed_too: bool = False
) -> Collected:
    """One file's part of one department and year, with what it would make; refused as a whole where any of it is.

    A closed year is refused; with `closed_too` only where it has a submission that would become another one.
    """
    year, department = handed_in.year, handed_in.department
    assert year is not None
    assert department is not None
    about = Collected(path, Standing.REFUSED, year, department, project.department(department).name, content)
    about = replace(about, handed_in=handed_in, remarks=handed_in.remarks)
    if handed_in.refusals:
        return replace(about, errors=handed_in.refusals)
    closed = InputError("collect_closed_year", where=path.name, year=year)
    if project.is_closed(year) and not closed_too:
        return replace(about, errors=(closed,))
    try:
        made = _written(project, about, handed_in)
    except ReportkitError as error:
        return replace(about, errors=each_error(error))
    if project.is_closed(year) and made.standing is Standing.CHANGED:
        return replace(about, errors=(closed,))
    if made.standing is Standing.CHANGED and not over_edits and _is_edited(project, handed_in):
        edited_since = InputError("submission_edited", where=submission_path(year, department))
        return replace(made, standing=Standing.REFUSED, after=None, errors=(edited_since,))
    return made


def _is_edited(project: Project, handed_in: HandedIn) -> bool:
    """Whether the submission is neither what a workbook was made of, nor what was collected before."""
    year, department = handed_in.year or 0, handed_in.department or ""
    now = project.files.digest(submission_path(year, department))
    if handed_in.made_of in (None, now):
        return False
    return now not in {each.after for each in receipts(project, year) if each.department == department}


def _written(project: Project, about: Collected, handed_in: HandedIn, parts: Sequence[HandedIn] = ()) -> Collected:
    """What would be written; `parts` are the files that say it, where they are several."""
    year, department = about.year or 0, about.department or ""
    edition, name = project.editions.for_year(year), submission_path(year, department)
    known = project.submission(year, department) if project.has_submission(year, department) else None
    if known is None and _is_blank(project, handed_in):
        raise InputError("workbook_blank", where=about.path.name)
    before = None if known is None else project.files.read(name).decode("utf-8-sig")
    start = submission_text(project.editions, project.department(department), year) if before is None else before
    after = edited(edition, start, handed_in, None if known is None else known.figures)
    made = read_submission(edition, read_yaml(after.encode(), name), year, department)
    if wrong := _not_said(edition, handed_in, known, made):
        raise InputError("collect_not_what_was_read", where=name, cells=wrong[:5])
    if known is not None and (kept := _kept_though_blank(edition, handed_in, known, zero_tables(start))):
        about = replace(about, remarks=(*about.remarks, Said("left_blank_is_kept", parts=kept)))
    standing = Standing.NEW if known is None else Standing.SAME if after == before else Standing.CHANGED
    return replace(
        about,
        standing=standing,
        before=before,
        after=after,
        sources=_sources(project, handed_in, parts or (handed_in,)),
        changes=tuple(_changes(project, known, made)),
        findings=_findings(project, year, department, after),
    )


def _kept_though_blank(edition: Edition, handed_in: HandedIn, known: Submission, zero: Sequence[str]) -> list[str]:
    """What the submission has, and the file has a place for and nothing in it; by what it is called.

    `zero` are the tables of which the submission says that blanks are zero: that counts where the file has a blank.
    """
    blank = {edition.cells[cell].table for cell, found in handed_in.figures.items() if found.value is None}
    decided = [table.name for table in edition.tables if table.name in zero and table.id in blank]
    there = {f"slot:{slot}" for slot, words in known.prose.items() if words.strip()}
    there |= {f"fact:{fact}" for fact in known.facts} | {f"blanks:{table}" for table in decided}
    fields = ("published_on", "issued_on", "index_number")
    there |= {f"field:{name}" for name in fields if getattr(known, name) is not None}
    return [label for place, label in handed_in.left_blank.items() if place in there]


def _is_blank(project: Project, handed_in: HandedIn) -> bool:
    """Whether a file says nothing but what last year's report decides."""
    given = carried_over(project, handed_in.year or 0, handed_in.department or "").cells
    said = {cell: each.value for cell, each in handed_in.figures.items() if each.value is not None}
    beside = (handed_in.prose, handed_in.facts, handed_in.published_on, handed_in.index_number, handed_in.none_received)
    return not any(beside) and all(given.get(cell) == value for cell, value in said.items())


def _not_said(edition: Edition, handed_in: HandedIn, known: Submission | None, made: Submission) -> list[str]:
    """The figures of which the new text says neither what was handed in, nor what was there before."""
    found = []
    for cell, value in made.figures.cells.items():
        before = None if known is None else known.figures[cell]
        wanted = handed_in.figures[cell].value if cell in handed_in.figures else before
        # When a text is read, totals that nobody stated are filled in, and blanks that are decided to be 0.
        is_filled = wanted is None and (edition.cells[cell].total or (value == 0 and bool(made.decisions)))
        if value != wanted and not is_filled:
            found.append(edition.cells[cell].label)
    return found


def _sources(project: Project, handed_in: HandedIn, parts: Sequence[HandedIn]) -> str:
    """The text of the sources: those of the cells that the files have, and of others those that were known."""
    name = sources_path(handed_in.year or 0, handed_in.department or "")
    path = project.root / name
    known = read_sources(read_regular(path), name) if path.is_file() else {}
    kept = {cell: source for cell, source in known.items() if cell not in handed_in.figures}
    read = {
        cell: Source(part.kind, part.file, part.digest, each.place.sheet, each.place.cell, each.text, each.note)
        for part in parts
        for cell, each in part.figures.items()
        if each.value is not None
    }
    order = project.editions.for_year(handed_in.year or 0).cells
    both = kept | read
    return sources_text({cell: both[cell] for cell in order if cell in both})


def _changes(project: Project, known: Submission | None, made: Submission) -> Iterator[str]:
    """What becomes another in Chinese: figures with both values, erased ones first; words and facts by name."""
    edition = project.editions.for_year(made.year)
    figures = [
        (value is not None, f"{edition.cells[cell].label}：{format_number(before)}→{format_number(value)}")
        for cell, value in made.figures.cells.items()
        for before in (None if known is None else known.figures[cell],)
        if value != before
    ]
    yield from (said for _, said in sorted(figures, key=lambda each: each[0]))
    for slot in edition.slots.values():
        one, other = ("" if each is None else each.prose.get(slot.id, "").strip() for each in (known, made))
        if one != other:
            yield f"文字·{slot.label}：{len(one)}字→{len(other)}字"
    facts = {} if known is None else known.facts
    for fact in made.facts.values():
        if facts.get(fact.id) != fact:
            old = facts.get(fact.id)
            yield f"数据·{fact.id}：{'（无）' if old is None else _fact_said(old)}→{_fact_said(fact)}"
    zero, zero_now = (None if each is None else [*each.decisions] for each in (known, made))
    if (zero or []) != (zero_now or []):
        yield f"空白为0的决定：{len(zero or [])}→{len(zero_now or [])}项"
    for label, part in (("公布日期", "published_on"), ("成文日期", "issued_on"), ("索引号", "index_number")):
        old_value, value_now = (None if each is None else getattr(each, part) for each in (known, made))
        if old_value != value_now:
            yield f"{label}：{old_value or '（无）'}→{value_now or '（无）'}"


def _fact_said(fact: Fact) -> str:
    """A number of the words with all that is stated of it."""
    beside = [f"写作{fact.text}"] if fact.text else []
    beside += [f"来源：{fact.source}"] if fact.source else []
    return f"{format_number(fact.value)}{fact.unit}" + (f"（{'，'.join(beside)}）" if beside else "")


def _findings(project: Project, year: int, department: str, after: str) -> tuple[Finding, ...]:
    """What the rules say of the new text."""
    with TemporaryDirectory() as room:
        text = Path(room) / f"{department}.yaml"
        text.write_text(after, encoding="utf-8")
        return check_report(project.with_submission(year, department, text), year, department)[0]
