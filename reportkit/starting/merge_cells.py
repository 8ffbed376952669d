"""A notebook's cells brought up to date, cell by cell: what somebody changed, added, removed or moved stays."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from reportkit.starting.shipped_cells import Cell, cell_digest

Edit = Literal["changed", "added", "removed", "moved"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A cell that is kept as somebody edited it."""

    cell: str
    edit: Edit


@dataclass(frozen=True, slots=True)
class Merged:
    """The cells as they are to be; the ids of those that are today's now, of those that are no more, and the edits."""

    cells: tuple[Cell, ...]
    updated: tuple[str, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    kept: tuple[Kept, ...]


def base_of(cells: Sequence[Cell], versions: Iterable[Mapping[str, str]]) -> Mapping[str, str]:
    """The version that a notebook was made from, as it seems: that with most cells as they are, else the last."""
    digests = {cell_digest(cell) for cell in cells}
    found: Mapping[str, str] = {}
    most = -1
    for version in versions:
        alike = len(digests.intersection(version.values()))
        if alike >= most:
            found, most = version, alike
    return found


def merge(
    found: Sequence[Cell], base: Mapping[str, str], ever: Iterable[Mapping[str, str]], today: Sequence[Cell]
) -> Merged:
    """A project's cells brought up to today's.

    `base` is what the project was given, `ever` all that was shipped before: a cell that is in either isn't edited.
    """
    versions = [*ever, base]
    have = {cell["id"]: cell for cell in _called_again(found, [base, *versions])}
    now = {cell["id"]: cell for cell in today}
    shipped = {(name, digest) for version in versions for name, digest in version.items()}
    unedited = {name for name, cell in have.items() if (name, cell_digest(cell)) in shipped}
    fresh = [name for name in now if name not in have and name not in base]
    dropped = [name for name in have if name not in now and name in unedited]
    old = {name for name in unedited & now.keys() if cell_digest(have[name]) != cell_digest(now[name])}
    same = {name for name in have.keys() & now.keys() if cell_digest(have[name]) == cell_digest(now[name])}
    staying = [name for name in have if name not in dropped]
    moved = _moved([*base], [*have])
    if moved:
        order = _placed(staying, fresh, [*now])
    else:
        order = _placed([name for name in now if name in have or name in fresh], staying, [*have])
    cells = {name: now[name] if name in fresh else _updated(have[name], now[name]) if name in old else have[name]
             for name in order}  # fmt: skip
    kept = [Kept(name, "changed" if name in base else "added") for name in staying if name not in unedited | same]
    kept += [Kept(name, "removed") for name in base if name not in have and name in now]
    kept += [Kept(name, "moved") for name in moved]
    return Merged(
        tuple(cells.values()), tuple(name for name in order if name in old), tuple(fresh), tuple(dropped), tuple(kept)
    )


def _called_again(cells: Sequence[Cell], versions: Sequence[Mapping[str, str]]) -> list[Cell]:
    """The cells with the ids that they were shipped with, where a tool has given them others: nbstripout does."""
    there = {cell["id"] for cell in cells}
    known = {name for version in versions for name in version}
    lost: dict[str, str] = {}
    for version in versions:
        lost |= {digest: name for name, digest in version.items() if name not in there and digest not in lost}
    made: list[Cell] = []
    for cell in cells:
        name = lost.get(cell_digest(cell)) if cell["id"] not in known else None
        if name is None or name in there:
            made.append(cell)
        else:
            there.add(name)
            made.append({**cell, "id": name})
    return made


def _moved(base: Sequence[str], have: Sequence[str]) -> list[str]:
    """The cells that aren't where they were shipped, among each other."""
    before, now = [name for name in base if name in have], [name for name in have if name in base]
    blocks = SequenceMatcher(None, before, now, autojunk=False).get_matching_blocks()
    still = {name for block in blocks for name in before[block.a : block.a + block.size]}
    return [name for name in now if name not in still]


def _placed(order: Sequence[str], more: Iterable[str], among: Sequence[str]) -> list[str]:
    """The names, with each of `more` that they lack behind what it is behind `among` others."""
    made = [*order]
    for name in more:
        if name in made:
            continue
        before = [each for each in among[: among.index(name)] if each in made]
        made.insert(made.index(before[-1]) + 1 if before else 0, name)
    return made


def _updated(had: Cell, now: Cell) -> Cell:
    """Today's cell with what JupyterLab notes of it, but for tags."""
    noted = {name: value for name, value in had.get("metadata", {}).items() if name != "tags"}
    return {**now, "metadata": {**noted, **now["metadata"]}}


def same_cells(one: Sequence[Cell], other: Sequence[Cell]) -> bool:
    """Whether these are the same cells in the same order; ids and outputs don't count."""
    return [*map(cell_digest, one)] == [*map(cell_digest, other)]
