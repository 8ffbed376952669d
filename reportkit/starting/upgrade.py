"""What `reportkit new upgrade` changes in a project, worked out before anything is written."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Any, Literal

from reportkit.digests import read_regular
from reportkit.editions import STATUTORY
from reportkit.errors import ProjectError
from reportkit.inputs.project import Project
from reportkit.inputs.schema import schemas
from reportkit.starting.merge_cells import Kept, Merged, base_of, merge, same_cells
from reportkit.starting.notebooks import notebooks_of_sections
from reportkit.starting.project_texts import IGNORED_TEXT, README_TEMPLATE, readme_text
from reportkit.starting.shipped_cells import (
    IGNORED,
    README,
    RECORD,
    Cell,
    Shipped,
    cell_digests,
    defaults_in,
    file_digest,
    given_defaults,
    known_files,
    known_notebooks,
    read_record,
    source_of,
    tags_of,
    words_in,
)
from reportkit.starting.write_new import write_new
from reportkit.text.json_text import read_json

FOLDER = "notebooks/"


@dataclass(frozen=True, slots=True)
class Change:
    """One file that gets another content, or is new: then it has none before.

    A notebook is `merged` where somebody edited it. The record's difference isn't shown: it is digests.
    """

    file: str
    how: Literal["new", "replaced", "merged", "record"]
    before: bytes | None
    after: bytes
    difference: str = ""
    cells: Merged | None = None

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"file": self.file, "how": self.how, "difference": self.difference}
        if self.cells is not None:
            found |= {"updated": self.cells.updated, "added": self.cells.added, "dropped": self.cells.dropped}
        return found


@dataclass(frozen=True, slots=True)
class Upgrade:
    """All that is to change below a project's folder; `kept` are edits by file, without cells where it is no notebook.

    `unfit` are notebooks that can't be read as such: they stay as they are.
    """

    folder: Path
    changes: tuple[Change, ...]
    kept: Mapping[str, tuple[Kept, ...]]
    unfit: tuple[ProjectError, ...]

    def write(self) -> None:
        """Writes it, all or nothing. Raises as `write_new` does."""
        write_new(
            self.folder,
            {each.file: each.after for each in self.changes if each.before is None},
            {each.file: each.after for each in self.changes if each.before is not None},
        )

    def to_json(self, *, written: bool) -> dict[str, Any]:
        return {
            "folder": str(self.folder),
            "changes": [each.to_json() for each in self.changes],
            "kept": [
                {"file": name, "cells": [{"cell": each.cell, "edit": each.edit} for each in cells]}
                for name, cells in self.kept.items()
            ],
            "unfit": [{"file": each.where, "reason": each.what} for each in self.unfit],
            "written": written,
        }


def today_files() -> dict[str, str]:
    """The digests of README and .gitignore as `new project` writes them now."""
    texts = {README: README_TEMPLATE, IGNORED: IGNORED_TEXT}
    return {name: file_digest(name, text.encode()) for name, text in texts.items()}


def first_record() -> bytes:
    """The record of a project that has all that this version ships."""
    given = {f"{FOLDER}{name}": read_json(content)["cells"] for name, content in notebooks_of_sections().items()}
    return Shipped({name: cell_digests(cells) for name, cells in given.items()}, today_files()).to_bytes()


def upgrade_of(project: Project) -> Upgrade:
    """What brings a project's notebooks, schemas, README and .gitignore to this version's; nothing is written.

    Raises InputError where report.yaml or an edition can't be read.
    """
    record = read_record(_content(project.root, RECORD))
    changes: list[Change] = []
    kept: dict[str, tuple[Kept, ...]] = {}
    unfit: list[ProjectError] = []
    given: dict[str, Mapping[str, str]] = {**record.notebooks}
    found = dict(_notebooks(project, unfit))
    defaults = {name: text for each in found.values() for name, text in defaults_in(each["cells"]).items()}
    for name, today in _to_have(project, {each.where for each in unfit}).items():
        change, edits = _notebook(project.root, name, found.get(name), today, record, defaults)
        given[name] = cell_digests(today["cells"])
        changes += filter(None, [change])
        kept |= {name: edits} if edits else {}
    for each in (*_schemas(project), *_texts(project.root, record)):
        if isinstance(each, Change):
            changes.append(each)
        else:
            kept[each] = ()
    after = Shipped(given, today_files()).to_bytes()
    if (before := _content(project.root, RECORD)) != after:
        changes.append(Change(RECORD, "record", before, after))
    return Upgrade(project.root, tuple(changes), kept, tuple(unfit))


def _content(root: Path, name: str) -> bytes | None:
    """A file's bytes; None where there is none, or none that can be read."""
    try:
        return read_regular(root / name)
    except OSError:
        return None


# Notebooks


def _to_have(project: Project, without: set[str]) -> dict[str, Any]:
    """Today's notebooks by path: those that the project has or report.yaml lists."""
    listed = {section.notebook for section in project.definition.sections}
    return {
        f"{FOLDER}{name}": read_json(content)
        for name, content in notebooks_of_sections().items()
        if f"{FOLDER}{name}" not in without and (name in listed or (project.root / FOLDER / name).exists())
    }


def _notebooks(project: Project, unfit: list[ProjectError]) -> Iterator[tuple[str, Any]]:
    """The project's own notebooks of today's names; those that are none are noted."""
    for name in notebooks_of_sections():
        path = project.root / FOLDER / name
        if not path.exists() and not path.is_symlink():
            continue
        try:
            yield f"{FOLDER}{name}", _read_notebook(read_regular(path))
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
            unfit.append(ProjectError("upgrade_notebook_unfit", where=f"{FOLDER}{name}", reason=reason))


def _read_notebook(content: bytes) -> Any:
    """A notebook's JSON. Raises ValueError where its cells can't be followed by their ids."""
    found = read_json(content)
    if not (isinstance(found, dict) and found.get("nbformat") == 4 and isinstance(found.get("cells"), list)):
        raise ValueError("it is no notebook of format 4")
    for cell in found["cells"]:
        if not (isinstance(cell, dict) and isinstance(cell.get("id"), str) and isinstance(cell.get("cell_type"), str)):
            raise ValueError("a cell has no id")
        source, noted = cell.get("source"), cell.get("metadata", {})
        lines = source if isinstance(source, list) else [source]
        if not (isinstance(noted, dict) and isinstance(noted.get("tags", []), list)):
            raise ValueError(f"cell {cell['id']} has metadata that are none")
        if not all(isinstance(line, str) for line in lines):
            raise ValueError(f"cell {cell['id']} has no text")
    ids = [cell["id"] for cell in found["cells"]]
    if twice := sorted({each for each in ids if ids.count(each) > 1}):
        raise ValueError(f"cells have the same id: {', '.join(twice)}")
    return found


def _notebook(
    root: Path, name: str, found: Any, today: Any, record: Shipped, defaults: Mapping[str, str]
) -> tuple[Change | None, tuple[Kept, ...]]:
    """How one notebook changes, and what of it is kept as somebody edited it."""
    own = defaults if found is None else {**defaults, **defaults_in(found["cells"])}
    now = {**today, "cells": [given_defaults(cell, own) for cell in today["cells"]]}
    if found is None:
        return Change(name, "new", None, _bytes(now), _difference(name, [], now["cells"])), ()
    known = known_notebooks().get(name.removeprefix(FOLDER), ())
    base = record.notebooks.get(name) or base_of(found["cells"], known)
    merged = merge(found["cells"], base, known, now["cells"])
    if same_cells(merged.cells, found["cells"]):
        return None, merged.kept
    before = _content(root, name)
    difference = _difference(name, found["cells"], merged.cells)
    how: Literal["merged", "replaced"] = "merged" if merged.kept else "replaced"
    return Change(name, how, before, _bytes({**found, "cells": merged.cells}), difference, merged), merged.kept


def _bytes(notebook: Any) -> bytes:
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


def _difference(name: str, before: Sequence[Cell], after: Sequence[Cell]) -> str:
    """The difference of two notebooks as their cells read."""
    return _unified(name, *("".join(map(_shown, cells)) for cells in (before, after)))


def _shown(cell: Cell) -> str:
    return f"[{' '.join([cell['id'], cell['cell_type'], *map(str, tags_of(cell))])}]\n{source_of(cell)}\n"


def _unified(name: str, before: str, after: str) -> str:
    lines = unified_diff(before.splitlines(), after.splitlines(), name, name, lineterm="")
    return "".join(f"{line}\n" for line in lines)


# Other files


def _schemas(project: Project) -> Iterator[Change]:
    """The schemas that aren't today's; those of the project's own editions too.

    What parts of the project's own add to them is no difference of versions: `reportkit schema` writes that.
    """
    for name, content in schemas(project.editions).items():
        before = _content(project.root, name)
        if before is None or not _same_schema(before, content):
            difference = _unified(name, (before or b"").decode("utf-8", "replace"), content.decode())
            yield Change(name, "new" if before is None else "replaced", before, content, difference)


def _same_schema(one: bytes, other: bytes) -> bool:
    """Whether two schemas of a file say the same but for words of parts that no statutory edition has."""
    known = {slot for each in STATUTORY.ids for slot in STATUTORY.load(each).slots}
    try:
        found = [_without_own_words(read_json(each), known) for each in (one, other)]
    except ValueError:
        return False
    return bool(found[0] == found[1])


def _without_own_words(schema: Any, known: set[str]) -> Any:
    """A submission's schema with no other words than those of statutory editions; another schema as it is."""
    match schema:
        case {"properties": {"prose": {"properties": dict(prose)}, "carried_over": {"items": {"enum": list(carried)}}}}:
            words = {**schema["properties"]["prose"], "properties": {key: prose[key] for key in prose if key in known}}
            enum = {"enum": [each for each in carried if each in known]}
            others = {**schema["properties"]["carried_over"], "items": enum}
            return {**schema, "properties": {**schema["properties"], "prose": words, "carried_over": others}}
    return schema


def _texts(root: Path, record: Shipped) -> Iterator[Change | str]:
    """README and .gitignore where they aren't today's; only the name of one that somebody edited."""
    for name in (README, IGNORED):
        before = _content(root, name)
        if before is None:
            continue  # somebody removed it
        digest = file_digest(name, before)
        text = before.decode("utf-8", "replace").replace("\r\n", "\n")
        if digest not in {*known_files(name), record.files.get(name)}:
            yield name
        elif digest != today_files()[name]:
            after = readme_text(words_in(text) or {}) if name == README else IGNORED_TEXT
            yield Change(name, "replaced", before, after.encode(), _unified(name, text, after))
