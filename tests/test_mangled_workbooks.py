"""Workbooks mangled in each way that offices know: none is read wrongly, most are read whole, the rest refused."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest

from reportkit.errors import InputError
from reportkit.inputs.handed_in import HandedIn
from reportkit.inputs.project import Project
from reportkit.inputs.workbook.read import read_workbook
from reportkit.inputs.workbook.titles import Asked
from tests.building import write_shipped
from tests.mangling import COMBINED, WAYS, Handed, as_values, own, typed

Way = Callable[[Handed, Random], None]
BASES = (own, as_values, typed)
REPORTS = ((2024, "suqian"), (2023, "nangang-ysj"), (2023, "suqian"))
WHOLE, REFUSED, PARTLY = "whole", "refused", "partly"


@pytest.fixture(scope="module")
def project(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(write_shipped(repository, tmp_path_factory.mktemp("mangled") / "project"))


def mangled(project: Project, ways: Sequence[Way], number: int) -> Handed:
    handed = BASES[number % 3](project, *REPORTS[(number // 3 + number) % 3])
    rng = Random(f"{number} {[way.__name__ for way in ways]}")
    for way in ways:
        way(handed, rng)
    return handed


def outcome(handed: Handed) -> tuple[str, HandedIn | InputError | None, list[str]]:
    """What becomes of a workbook, and the figures that are read and are others."""
    try:
        found = read_workbook(handed.project, handed.content(), handed.name, Asked())
    except InputError as error:
        return REFUSED, error, []
    (one,) = found
    read = {cell: each.value for cell, each in one.figures.items() if each.value is not None}
    wrong = [
        f"{cell}: {value}, not {handed.truth[cell]}" for cell, value in read.items() if value != handed.truth[cell]
    ]
    if one.refusals:
        return REFUSED, one, wrong
    lost = [cell for cell, value in handed.truth.items() if value is not None and cell not in read]
    whose = (one.year, one.department) == (handed.year, handed.department)
    return WHOLE if whose and not lost else PARTLY, one, [*wrong, *([] if whose else ["another report"])]


SCENES = [((way,), number) for way in WAYS for number in range(3)]
SCENES += [(ways, number) for number, ways in enumerate(COMBINED)]


def test_of_workbooks_mangled_in_every_way_none_is_read_wrongly(project: Project) -> None:
    told = Counter[str]()
    for ways, number in SCENES:
        handed = mangled(project, ways, number)
        what, found, wrong = outcome(handed)
        named = f"{'+'.join(way.__name__ for way in ways)} of {BASES[number % 3].__name__}"
        assert what is REFUSED or not wrong, f"{named}: {wrong[:3]}"
        assert what is not PARTLY, named
        told[what] += 1
        if handed.cell:
            assert isinstance(found, HandedIn), named
            assert handed.cell in " ".join(str(each) for each in found.refusals), named
    assert told.total() >= 60
    assert told[WHOLE] >= 45
