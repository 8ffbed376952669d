"""The register of a demo project: invented cities, their counties and towns, each with its departments."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from reportkit.model import Contact, Department

Span = tuple[int, int]
_NONE: Span = (0, 0)
_CITY_HOLDS, _AREA_HOLDS, _SMALLEST_WITH_COUNTY = 360, 36, 8


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Profile(_Data):
    """What a department of this sort does in a usual year: from and to, in cases, documents and 万元."""

    intake: Literal["quiet", "few", "some", "busy"]
    documents: Span = _NONE
    licensing: Span = _NONE
    penalties: Span = _NONE
    coercion: Span = _NONE
    fees: Span = _NONE


class Sort(Profile):
    """A sort of department, with what its names end in."""

    id: str
    name: str
    short_name: str
    kind: Literal["department", "agency"] = "department"


class _Places(_Data):
    provinces: tuple[tuple[str, str], ...]
    cities: tuple[tuple[str, str], ...]
    counties: tuple[tuple[str, str], ...]
    towns: tuple[str, ...]
    intakes: dict[str, tuple[tuple[int, int, int], ...]] = Field(description="chance in %, from, to")
    office: Profile
    town: Profile
    sorts: tuple[Sort, ...]


@dataclass(frozen=True, slots=True)
class DemoDepartment:
    """One department of the demo: what it calls itself (我局), its area (全市), and what it does."""

    department: Department
    own_word: str
    area_word: str
    profile: Profile
    makes_rules: bool = False


@dataclass(frozen=True, slots=True)
class _Area:
    """A city or county: its id and name, how many bodies it has and from which sort on, and its portal's contact."""

    id: str
    place: str
    level: str
    parent: str
    size: int
    contact: Contact
    first_sort: int = 0


@cache
def places() -> _Places:
    """What departments.yaml holds."""
    data: Any = yaml.load(files("reportkit.demo").joinpath("departments.yaml").read_text("utf-8"), yaml.CSafeLoader)
    return _Places.model_validate(data)


def demo_departments(count: int) -> tuple[DemoDepartment, ...]:
    """That many reporting bodies, and the provinces above them; those above come before those below.

    Cities hold about 360 bodies, cities' own and counties about 36: government, office, towns, departments.
    The same ids come back for the same count, whatever the seed.
    """
    known = places()
    cities = -(-count // _CITY_HOLDS)
    found: list[DemoDepartment] = []
    for number in range(cities):
        province, word = known.provinces[number // len(known.cities)]
        if number % len(known.cities) == 0:
            found.append(_province(province, word))
        id_, name = known.cities[number % len(known.cities)]
        found += _city(f"{province}-{id_}", f"{word}{name}市", province, _share(count, cities, number))
    return tuple(found)


def _share(count: int, parts: int, number: int) -> int:
    return count // parts + (number < count % parts)


def _province(id_: str, word: str) -> DemoDepartment:
    name = f"{word}省"
    department = Department(id_, f"{name}人民政府", name, "government", "province", reports=False)
    return DemoDepartment(department, "我省", "全省", places().office)


def _city(id_: str, place: str, province: str, size: int) -> Iterator[DemoDepartment]:
    """A city's own bodies, then those of each of its counties."""
    counties = max(1, size // _AREA_HOLDS) if size >= _SMALLEST_WITH_COUNTY else 0
    contact = Contact(
        phone="000-00000000",
        portal=f"{place}人民政府门户网站（虚构）",
        column=("政务公开", "政府信息公开年报"),
        url=f"https://{id_}.example",
    )
    yield from _bodies(_Area(id_, place, "prefecture", province, _share(size, counties + 1, 0), contact))
    for number in range(counties):
        part, name = places().counties[number]
        below = _share(size, counties + 1, number + 1)
        yield from _bodies(_Area(f"{id_}-{part}", place + name, "county", id_, below, contact, 5 * (number + 1)))


def _bodies(area: _Area) -> Iterator[DemoDepartment]:
    towns = area.size // 4 if area.level == "county" else 0
    makes_rules = area.level == "prefecture"
    word, office = area.place[-1], places().office
    government = (area.id, f"{area.place}人民政府", area.place, "government", area.level, area.parent)
    yield DemoDepartment(_department(area, *government), f"我{word}", f"全{word}", office, makes_rules)
    if area.size > 1:
        names = (f"{area.place}人民政府办公室", f"{area.place}政府办公室")
        department = _department(area, f"{area.id}-bgs", *names, "office", area.level, area.id)
        yield DemoDepartment(department, "我办", f"全{word}", office, makes_rules)
    for number in range(towns):
        name = f"{area.place}{places().towns[number]}镇"
        town = (f"{area.id}-zhen{number + 1}", f"{name}人民政府", name, "government", "township", area.id)
        yield DemoDepartment(_department(area, *town), "我镇", "全镇", places().town)
    sorts = places().sorts
    for number in range(max(0, area.size - 2 - towns)):
        spec = sorts[(area.first_sort + number) % len(sorts)]
        names = (area.place + spec.name, area.place + spec.short_name)
        department = _department(area, f"{area.id}-{spec.id}", *names, spec.kind, area.level, area.id)
        yield DemoDepartment(department, _own_word(spec.name), f"全{word}", spec)


def _own_word(name: str) -> str:
    endings = {"管理委员会": "本单位", "委员会": "我委", "办公室": "我办", "中心": "我中心"}
    return next((word for ending, word in endings.items() if name.endswith(ending)), "我局")


def _department(area: _Area, id_: str, name: str, short_name: str, kind: str, level: str, parent: str) -> Department:
    contact = Contact(
        office="党政办公室" if level == "township" else "政务公开科" if kind in ("government", "office") else "办公室",
        address=f"{area.place}虚构路0号（虚构地址）",
        phone=area.contact.phone,
        portal=area.contact.portal,
        column=(*area.contact.column, "部门" if kind in ("department", "agency") else "政府"),
        url=area.contact.url,
    )
    return Department(id_, name, short_name, kind, level, parent, contact=contact)
