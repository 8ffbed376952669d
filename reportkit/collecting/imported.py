"""Published reports → what each would make of its department's submission; nothing is written here."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from reportkit.build.plan import check_submission
from reportkit.build.processes import spread
from reportkit.checks.prose.offered import Offered, offered_facts
from reportkit.checks.prose.plain import Passage
from reportkit.collecting.collect import Collected, Standing, alone, of_handed_in, opened
from reportkit.collecting.doubtful import with_doubts, with_offered
from reportkit.errors import ReportkitError, defect, each_error
from reportkit.inputs.handed_in import HandedIn
from reportkit.inputs.project import Project
from reportkit.inputs.published.read import read_published
from reportkit.inputs.workbook.titles import Asked
from reportkit.messages.said import Said

ENDINGS = (".html", ".htm", ".mht", ".mhtml", ".pdf", ".docx", ".doc", ".rtf", ".txt")
"""Of the files that are looked at in a folder."""


_MOST_BYTES = 50_000_000
_FEW = 2
"""Files that are read sooner by one process than by several."""


def import_files(
    project: Project,
    files: Sequence[Path],
    asked: Asked,
    *,
    closed_too: bool = False,
    jobs: int = 1,
    seen: Callable[[], None] = lambda: None,
) -> list[Collected]:
    """What each published report would make; where two are of one report and differ, neither.

    A figure that can't be read surely isn't taken: a comment above its row says which and where. Of closed years
    nothing is taken, but for new submissions with `closed_too`. `seen` is called after each file; `jobs` processes
    read them.
    """
    found: list[Collected] = []
    for each in spread(project, partial(_of_file, asked=asked, closed_too=closed_too), files, jobs, _FEW):
        found.append(each)
        seen()
    by_report: dict[tuple[int | None, str | None], list[Collected]] = {}
    for each in found:
        by_report.setdefault((each.year, each.department), []).append(each)
    return [alone(each, by_report[each.year, each.department]) for each in found]


def _of_file(project: Project, path: Path, asked: Asked, closed_too: bool) -> Collected:
    try:
        content = opened(path, _MOST_BYTES)
        said = read_published(project, content, path.name, asked).said
        made = of_handed_in(project, path, content, _sure(said), over_edits=True, closed_too=closed_too)
        if made.after is None:
            return made
        return _noted(project, made, said)
    except ReportkitError as error:
        return Collected(path, Standing.REFUSED, errors=each_error(error))
    except Exception as error:
        return Collected(path, Standing.REFUSED, errors=(defect(error, where=path.name),))


def _sure(said: HandedIn) -> HandedIn:
    """What a report says surely; what it doesn't is told, and isn't taken."""
    doubted = {error for errors in said.doubts.values() for error in errors}
    beside = [error for error in said.refusals if error not in doubted]
    remarks = [Said("figures_doubtful", count=len(said.doubts))] if said.doubts else []
    remarks += [Said("told_beside", what=error.said, place=error.where) for error in beside]
    return replace(
        said,
        figures={cell: found for cell, found in said.figures.items() if cell not in said.doubts},
        refusals=(),
        doubts={},
        remarks=(*said.remarks, *remarks),
    )


def _noted(project: Project, made: Collected, said: HandedIn) -> Collected:
    """With comments on what is doubtful, and the numbers that its words offer where the submission is new."""
    year, department = made.year or 0, made.department or ""
    edition, before = project.editions.for_year(year), made.before
    after = with_doubts(edition, made.after or "", said.doubts)
    if before is None:
        after = with_offered(after, _offered(project, after, year, department))
    standing = Standing.NEW if before is None else Standing.SAME if after == before else Standing.CHANGED
    return replace(made, after=after, standing=standing)


def _offered(project: Project, text: str, year: int, department: str) -> list[Offered]:
    """The numbers of a new submission's words that could be facts."""
    with TemporaryDirectory() as room:
        path = Path(room) / f"{department}.yaml"
        path.write_text(text, encoding="utf-8")
        with_it = project.with_submission(year, department, path)
        evidence, _ = check_submission(with_it, with_it.submission(year, department))
    labels = {slot.id: slot.label for slot in evidence.edition.slots.values()}
    passages = tuple(Passage(slot, labels[slot], words) for slot, words in evidence.words.items())
    return [*offered_facts(evidence, passages)]
