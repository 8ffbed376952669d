"""What `reportkit new section` writes: a notebook for a part of one's own, and its entry in report.yaml."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportkit.editions.loading import OWN
from reportkit.editions.own import without_number, wrong_number
from reportkit.editions.tables import ID
from reportkit.errors import ProjectError, ReportkitError, near_match
from reportkit.inputs.definition import read_definition
from reportkit.inputs.definition_documents import DefinitionDocument
from reportkit.inputs.files import DEFINITION
from reportkit.inputs.project import Project
from reportkit.inputs.schema import schemas
from reportkit.starting.names import scalar
from reportkit.starting.notebooks import notebooks_of_sections
from reportkit.starting.shipped_cells import defaults_in, given_defaults
from reportkit.starting.write_new import refuse_existing, write_new
from reportkit.text.json_text import read_json
from reportkit.text.yamlfile import read_yaml

_LIKE = "06-other-matters.ipynb"
"""The shipped notebook whose parameters and opening a new one begins with."""
_NUMBER = re.compile(r"([0-9]{2})-")


@dataclass(frozen=True, slots=True)
class NewSection:
    """A part of one's own below a project's folder: its notebook, and report.yaml and schemas with it.

    `added` is the entry that report.yaml gets.
    """

    folder: Path
    section: str
    notebook: str
    files: Mapping[str, bytes]
    replaced: Mapping[str, bytes]
    added: str

    def write(self) -> None:
        """Writes it, all or nothing. Raises as `write_new` does."""
        write_new(self.folder, self.files, self.replaced)

    def to_json(self, *, dry_run: bool) -> dict[str, Any]:
        return {
            "folder": str(self.folder),
            "section": self.section,
            "files": [*self.files],
            "changed": [*self.replaced],
            "added": self.added,
            "dry_run": dry_run,
        }


def new_section(project: Project, section: str, title: str, after: str | None = None) -> NewSection:
    """A part of one's own behind another one, the last without `after`. Raises ProjectError; nothing is written.

    Raises InputError where the part fits no edition there, as with a number that isn't the next one.
    """
    document = project.definition
    listed = [each.section for each in document.sections]
    if not re.match(ID, section):
        raise ProjectError("new_section_id", where="ID", id=section[:80])
    if section in (*listed, *project.editions.for_year(_year(project)).slots):
        raise ProjectError("new_section_taken", where="ID", id=section)
    if after is not None and after not in listed:
        raise ProjectError("no_such_section", where="--after", name=after[:80], near=near_match(after, listed))
    place = listed.index(after) if after is not None else len(listed) - 1
    notebook = _notebook_name(document, section)
    refuse_existing(project.root, [f"notebooks/{notebook}"])
    before = project.files.read(DEFINITION)
    new, added = _with_entry(project, before, place, _entry(section, title, notebook))
    files = {f"notebooks/{notebook}": _notebook(project, section, title)}
    return NewSection(project.root, section, notebook, files, {DEFINITION: new, **_schemas(project, new)}, added)


def _year(project: Project) -> int:
    return project.years[-1] if project.years else 2024


def _notebook_name(document: DefinitionDocument, section: str) -> str:
    """`07-annex.ipynb`: the number behind the last one that a notebook has."""
    numbers = [int(match[1]) for each in document.sections if (match := _NUMBER.match(each.notebook))]
    return f"{max(numbers, default=0) + 1:02d}-{section.replace('_', '-')}.ipynb"


def _entry(section: str, title: str, notebook: str) -> list[str]:
    label = without_number(title).strip() or title
    return [
        f"- section: {section}",
        f"  title: {scalar(title)}",
        f"  notebook: {notebook}",
        "  prose:",
        f"    - {{id: {section}, label: {scalar(label)}}}  # 各机关在填报文件的 prose 下填写",
    ]


def _notebook(project: Project, section: str, title: str) -> bytes:
    """A notebook with the heading and the words of a part, whose parameters have the project's own defaults."""
    notebook = read_json(notebooks_of_sections()[_LIKE])
    defaults: dict[str, str] = {}
    for each in project.definition.sections:
        path = project.root / "notebooks" / each.notebook
        if path.is_file():
            defaults = defaults_in(read_json(path.read_bytes())["cells"])
            break
    parameters, opening, heading, words = notebook["cells"]
    heading = {**heading, "source": [f"# {title}"]}
    words = {**words, "id": section.replace("_", "-"), "source": [f's.prose("{section}")']}
    notebook["cells"] = [given_defaults(parameters, defaults), opening, heading, words]
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


def _with_entry(project: Project, content: bytes, place: int, entry: Sequence[str]) -> tuple[bytes, str]:
    """report.yaml with an entry behind the one at a place, and the lines that were added; all else stays as it is.

    Raises ProjectError where the sections aren't written one below the other.
    """
    text = content.decode("utf-8-sig")
    lines = text.replace("\r\n", "\n").split("\n")
    line = read_yaml(content, DEFINITION).lines.get(("sections", place, "section"), 0) - 1
    dash = re.match(r"( *)- ", lines[line]) if 0 <= line < len(lines) else None
    if dash is None:
        raise ProjectError("new_definition_unfit", where=DEFINITION, detail="\n".join(entry))
    end = line + 1
    while end < len(lines) and lines[end].strip() and len(lines[end]) - len(lines[end].lstrip(" ")) > len(dash[1]):
        end += 1
    added = [f"{dash[1]}{each}" for each in entry]
    new = "\n".join([*lines[:end], *added, *lines[end:]]).replace("\n", "\r\n" if "\r\n" in text else "\n").encode()
    _check(project, new, place, added)
    return new, "\n".join(added) + "\n"


def _check(project: Project, new: bytes, place: int, added: Sequence[str]) -> None:
    """Raises ProjectError unless the new report.yaml has just the new part more; InputError where that doesn't fit."""
    document, editions = read_definition(read_yaml(new, DEFINITION), _own_editions(project))
    sections = [*document.sections[: place + 1], *document.sections[place + 2 :]]
    if sections != [*project.definition.sections]:
        raise ProjectError("new_definition_unfit", where=DEFINITION, detail="\n".join(added))
    titles = [each.title or "" for each in editions.for_year(_year(project)).sections]
    if (wrong := wrong_number(titles)) is not None:
        raise ProjectError("new_section_number", where="--title", title=titles[wrong[0]], number=wrong[1])


def _own_editions(project: Project) -> Mapping[str, bytes]:
    return {name: project.files.read(name) for name in project.files.in_folder(OWN)}


def _schemas(project: Project, definition: bytes) -> dict[str, bytes]:
    """The schemas that were those of the project until now, with the new part."""
    before = schemas(project.editions)
    try:
        after = schemas(read_definition(read_yaml(definition, DEFINITION), _own_editions(project))[1])
    except ReportkitError:
        return {}
    found: dict[str, bytes] = {}
    for name, content in after.items():
        path = project.root / name
        if content != before.get(name) and path.is_file() and path.read_bytes() == before.get(name):
            found[name] = content
    return found
