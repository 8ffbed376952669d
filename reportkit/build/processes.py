"""Much work on one project, spread over several processes; little is done in this one."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import TypeVar

from reportkit.inputs.project import Project

Work = TypeVar("Work")
Result = TypeVar("Result")
_CHUNK = 16


def spread(
    project: Project, function: Callable[[Project, Work], Result], work: Sequence[Work], jobs: int, few: int
) -> Iterator[Result]:
    """What a function makes of each piece of work, in their order: in `jobs` processes where there are more than `few`.

    The function is one of a module's, or a partial of one; each process opens the project's folder once.
    """
    if jobs == 1 or len(work) <= few:
        yield from (function(project, each) for each in work)
        return
    size = min(_CHUNK, -(-len(work) // jobs))
    chunks = [work[start : start + size] for start in range(0, len(work), size)]
    with ProcessPoolExecutor(jobs) as pool:
        for results in pool.map(_chunk, [str(project.root)] * len(chunks), [function] * len(chunks), chunks):
            yield from results


def _chunk(root: str, function: Callable[[Project, Work], Result], work: Sequence[Work]) -> list[Result]:
    project = _project(root)
    return [function(project, each) for each in work]


@cache
def _project(root: str) -> Project:
    return Project(Path(root))
