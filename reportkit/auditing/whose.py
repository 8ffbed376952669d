"""Whose each page is: by the list, the register, or the page's own title; what these say differently is told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reportkit.auditing.listed import Listed
from reportkit.auditing.pages import ReadPage
from reportkit.inputs.tables.labels import plain
from reportkit.model import Department, Register
from reportkit.starting.names import area_of, id_of, kind_of, level_of, short_name_of
from reportkit.text.bodies import KIND_LABELS, LEVEL_LABELS

NAMELESS = "（未写明机关）"
_KINDS = {"government": ("government",), "office": ("office",), "department": ("department",)}
_UNSURE_KINDS = ("government", "agency")
_LEVELS = ("province", "prefecture", "county", "township")


@dataclass(frozen=True)
class Subject:
    """A body whose reports are audited. `kinds` and `levels` are what it may be: one of each where that is known."""

    department: Department
    kinds: tuple[str, ...]
    levels: tuple[str, ...]
    is_named: bool = True
    is_registered: bool = False

    def variants(self) -> list[Department]:
        """The body as it may be, once for each kind and level."""
        return [replace(self.department, kind=kind, level=level) for kind in self.kinds for level in self.levels]


@dataclass(frozen=True, slots=True)
class Conflict:
    """What two say differently of a page: of its `what` the list or register says `one`, the page `other`."""

    what: str
    one: str
    other: str


def subjects_of(pages: Sequence[ReadPage], register: Register | None) -> tuple[list[Subject], list[int]]:
    """The bodies of pages, each once, and of each page the place of its body among them.

    A list's id or name counts first, then the title's name; pages without either are each somebody's of their own.
    """
    known = _Known(register)
    found: dict[str, Subject] = {}
    of_pages: list[str] = []
    for number, page in enumerate(pages):
        subject = known.subject(page, number, {each.department.id for each in found.values()})
        key = subject.department.id
        found[key] = _better(found[key], subject) if key in found else subject
        of_pages.append(key)
    order = [*found]
    return [*found.values()], [order.index(key) for key in of_pages]


def _better(one: Subject, other: Subject) -> Subject:
    """Of what two lines say of a body, what says more."""
    return other if len(other.kinds) * len(other.levels) < len(one.kinds) * len(one.levels) else one


class _Known:
    """The bodies that a register has, and those that were met before."""

    def __init__(self, register: Register | None) -> None:
        self.registered: Mapping[str, Department] = {} if register is None else register.departments
        self.by_name: dict[str, str] = {}
        for body in self.registered.values():
            for name in (body.name, body.short_name):
                self.by_name.setdefault(plain(name), body.id)
        self.met: dict[str, str] = {}

    def subject(self, page: ReadPage, number: int, taken: set[str]) -> Subject:
        listed = page.listed
        name = listed.name or page.body
        id_ = listed.id if listed.id is not None else self.by_name.get(plain(name)) if name else None
        if id_ is not None and id_ in self.registered:
            body = self.registered[id_]
            return Subject(body, (body.kind,), (body.level,), is_registered=True)
        if not name and id_ is None:
            return _subject(Listed(listed.path), NAMELESS, f"page-{number + 1}", is_named=False)
        key = listed.id or plain(name)
        if key not in self.met:
            wanted = _fit(listed.id) if listed.id else id_of(name)
            self.met[key] = _free(wanted, {*taken, *self.registered})
        made = self.met[key]
        return _subject(listed, name or NAMELESS, made, is_named=bool(name))


def _subject(listed: Listed, name: str, id_: str, *, is_named: bool) -> Subject:
    kinds = (listed.kind,) if listed.kind else _KINDS.get(kind_of(name), _UNSURE_KINDS) if is_named else _UNSURE_KINDS
    levels = (listed.level,) if listed.level else _levels(name) if is_named else _LEVELS
    department = Department(id_, name, short_name_of(name), kinds[0], levels[-1])
    return Subject(department, kinds, levels, is_named)


def _fit(id_: str) -> str:
    """An id as a register has it; a list may have codes of its own."""
    lower = "".join(each if each.isascii() and (each.isalnum() or each == "-") else "-" for each in id_.lower())
    return lower[:64] if lower[:1].isalpha() else f"d{lower}"[:64]


def _free(wanted: str, taken: set[str]) -> str:
    """An id that nobody else has."""
    number, found = 1, wanted
    while found in taken:
        number += 1
        found = f"{wanted[:60]}-{number}"
    return found


def _levels(name: str) -> tuple[str, ...]:
    """The levels that a body of a name may have: a 市 alone may be of either of two."""
    level = level_of(name)
    if level == "prefecture" and area_of(name)[0].endswith("市"):
        return ("prefecture", "county")
    return _LEVELS if level is None else (level,)


def parents_of(subjects: Iterable[Subject], listed: Iterable[Listed]) -> dict[str, str]:
    """Body's id → what the list calls its parent, by the parent's name or id, of those that have one."""
    by_id = {each.department.id: each.department for each in subjects}
    by_name = {plain(each.name): each.id for each in by_id.values()}
    found: dict[str, str] = {}
    for line in listed:
        own = line.id and _fit(line.id)
        own = own if own in by_id else by_name.get(plain(line.name or ""))
        if own and line.parent:
            found[own] = line.parent
    return found


def conflicts_of(page: ReadPage, subject: Subject) -> list[Conflict]:
    """What a page's title says otherwise than the list or the register: the year, the body, its kind or level."""
    found, name, listed = [], subject.department.name, page.listed
    if page.title_years and page.year not in page.title_years:
        found.append(Conflict("年份", str(page.year), "、".join(map(str, page.title_years))))
    if subject.is_named and page.body and not _is_same(page.body, subject.department):
        found.append(Conflict("机关", name, page.body))
    stated = [("类别", listed.kind, subject.department.kind, KIND_LABELS)]
    stated += [("层级", listed.level, subject.department.level, LEVEL_LABELS)]
    for what, one, other, labels in stated:
        if subject.is_registered and one is not None and one != other:
            found.append(Conflict(what, labels[one], f"{labels[other]}（名录）"))
    if listed.name and subject.is_registered and plain(listed.name) not in map(plain, _names(subject.department)):
        found.append(Conflict("名称", listed.name, f"{name}（名录）"))
    return found


def _names(body: Department) -> tuple[str, ...]:
    return body.name, body.short_name, *body.also_called


def _is_same(said: str, body: Department) -> bool:
    """Whether a title's name is a body's: as it is called, or with its area left out or in front: 市财政局."""
    one, others = plain(said), [*map(plain, _names(body))]
    return any(one == each or one.endswith(each) or each.endswith(one) for each in others)
