"""LIST.csv: which files are to be audited, and whose they are: `file,id,name,kind,level,parent,year`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from reportkit.errors import InputError, InputErrors, near_match
from reportkit.inputs.documents import KINDS, LEVELS
from reportkit.inputs.tables.grid import Grid
from reportkit.inputs.workbook.separated import read_separated
from reportkit.text.bodies import KIND_LABELS, LEVEL_ALSO, LEVEL_LABELS

_HEADS: Mapping[str, tuple[str, ...]] = {
    "file": ("文件", "文件名", "路径", "页面"),
    "id": ("标识", "编号", "代码"),
    "name": ("名称", "机关", "单位", "机关名称", "单位名称", "全称"),
    "kind": ("类别", "类型", "性质"),
    "level": ("层级", "级别", "行政层级"),
    "parent": ("上级", "上级机关", "上级单位", "主管"),
    "year": ("年份", "年度", "报告年度"),
}
"""The columns, and what they may be called in Chinese."""
_KIND_ALSO: Mapping[str, tuple[str, ...]] = {
    "government": ("政府",),
    "office": ("办公厅", "办公室", "政府办公室", "政府办公厅"),
    "department": ("部门", "政府部门", "职能部门"),
    "agency": ("其他", "事业单位"),
}
_FIRST_YEAR, _LAST_YEAR = 2008, 2100
"""Reports of years before the first there are none: the 条例 is of 2007."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list: a file as an audit is asked to look at it; what the list doesn't say is None."""

    path: Path
    where: str = ""
    id: str | None = None
    name: str | None = None
    kind: str | None = None
    level: str | None = None
    parent: str | None = None
    year: int | None = None


def read_list(content: bytes, list_: Path) -> list[Listed]:
    """The lines of a list, their files relative to its folder.

    Takes: UTF-8 or GB18030, with English or Chinese heads; only `file` must be there. Raises InputErrors with the line
    of each that can't be understood.
    """
    grid = read_separated(content, list_.name)
    if not grid.cells:
        raise InputError("list_empty", where=list_.name)
    rows = sorted({row for row, _ in grid.cells})
    columns = _columns(grid, rows[0], list_.name)
    found: list[Listed] = []
    errors: list[InputError] = []
    for row in rows[1:]:
        said = {name: grid[row, column].text.strip() for column, name in columns.items() if (row, column) in grid.cells}
        if any(said.values()):
            try:
                found.append(_listed(said, list_, f"{list_.name}, line {row + 1}"))
            except InputError as error:
                errors.append(error)
    errors += _twice(found)
    if errors:
        raise InputErrors(errors)
    if not found:
        raise InputError("list_empty", where=list_.name)
    return found


def _columns(grid: Grid, row: int, file: str) -> dict[int, str]:
    """The columns of a list by their number. Raises InputError for a head that is unknown or there twice."""
    known = {each: name for name, also in _HEADS.items() for each in (name, *also)}
    found: dict[int, str] = {}
    for (at, column), cell in sorted(grid.cells.items()):
        if at != row:
            continue
        head = cell.text.strip().lower()
        name = known.get(head)
        if name is None or name in found.values():
            near = near_match(head, known)
            raise InputError("list_head", where=f"{file}, line {row + 1}", head=cell.text, near=near, known=[*_HEADS])
        found[column] = name
    if "file" not in found.values():
        raise InputError("list_without_files", where=f"{file}, line {row + 1}", known=[*_HEADS])
    return found


def _listed(said: Mapping[str, str], list_: Path, where: str) -> Listed:
    if not said.get("file"):
        raise InputError("list_line_without_file", where=where)
    path = list_.parent / said["file"]
    if not path.is_file():
        raise InputError("list_file_missing", where=where, file=said["file"])
    kinds = {each: kind for kind in KINDS for each in (kind, KIND_LABELS[kind], *_KIND_ALSO[kind])}
    levels = {each: level for level in LEVELS for each in (level, LEVEL_LABELS[level], *LEVEL_ALSO.get(level, ()))}
    return Listed(
        path,
        where,
        id=said.get("id") or None,
        name=said.get("name") or None,
        kind=_one_of(said.get("kind", ""), kinds, "kind", where),
        level=_one_of(said.get("level", ""), levels, "level", where),
        parent=said.get("parent") or None,
        year=_year(said.get("year", ""), where),
    )


def _one_of(text: str, known: Mapping[str, str], column: str, where: str) -> str | None:
    if not text:
        return None
    if (found := known.get(text.lower())) is None:
        raise InputError("list_value", where=where, column=column, value=text, known=[*dict.fromkeys(known.values())])
    return found


def _year(text: str, where: str) -> int | None:
    digits = text.removesuffix("度").removesuffix("年").strip()
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit() and _FIRST_YEAR <= int(digits) <= _LAST_YEAR):
        raise InputError("list_year", where=where, value=text)
    return int(digits)


def _twice(found: list[Listed]) -> Iterator[InputError]:
    """Lines that name a file again, and an id or name that another line gives to somebody else."""
    files: dict[Path, Listed] = {}
    names: dict[str, Listed] = {}
    for each in found:
        first = files.setdefault(each.path.resolve(), each)
        if first is not each:
            yield InputError("list_file_twice", where=each.where, file=each.path.name, first=first.where)
        if each.id and each.name:
            first = names.setdefault(each.id, each)
            if first.name != each.name:
                yield InputError("list_id_twice", where=each.where, id=each.id, names=[first.name, each.name])
