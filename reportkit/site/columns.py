"""What is under what: reports by year, bodies by level and by the government that they belong to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from reportkit.inputs.project import Project
from reportkit.model import Department, Register
from reportkit.site.published import Published

LEVELS = {"state": "国家", "province": "省级", "prefecture": "市级", "county": "县级", "township": "乡级"}
_MOST = 400
"""Bodies that one page lists; a longer column goes on on the next one."""
_SISTERS = 8


@dataclass(frozen=True, slots=True)
class Group:
    """A government with the bodies below it, or bodies of a level that belong to none; `id` serves as anchor."""

    id: str
    level: str
    title: str
    bodies: tuple[Department, ...]


@dataclass(frozen=True)
class Shelf:
    """All published reports, by year and department."""

    project: Project
    reports: dict[tuple[int, str], Published]

    @cached_property
    def years(self) -> list[int]:
        """Years with a published report, the newest first."""
        return sorted({year for year, _ in self.reports}, reverse=True)

    @cached_property
    def by_body(self) -> dict[str, list[Published]]:
        """Each body's reports, the newest first."""
        found: dict[str, list[Published]] = {}
        for report in sorted(self.reports.values(), key=lambda each: -each.year):
            found.setdefault(report.department, []).append(report)
        return found

    def of_year(self, year: int) -> int:
        """How many reports of a year are published."""
        return sum(each == year for each, _ in self.reports)

    @cached_property
    def expected(self) -> dict[int, list[Department]]:
        """For each year the bodies that have published, or have to."""
        return {
            year: [
                body
                for body in self.project.register
                if (year, body.id) in self.reports or self.project.asks_for(year, body)
            ]
            for year in self.years
        }

    @cached_property
    def bodies(self) -> list[Department]:
        """Bodies that the portal has a page of: all that have to report, or have published."""
        return [body for body in self.project.register if body.reports or body.id in self.by_body]

    @cached_property
    def _heads(self) -> dict[str, str]:
        return heads(self.project.register)

    @cached_property
    def _families(self) -> dict[tuple[int, str], list[Published]]:
        """The published reports of a year by bodies under one government, as the register has them."""
        found: dict[tuple[int, str], list[Published]] = {}
        for year, bodies in self.expected.items():
            for body in bodies:
                if (report := self.reports.get((year, body.id))) is not None:
                    found.setdefault((year, self._heads[body.id]), []).append(report)
        return found

    def sisters(self, report: Published) -> list[Published]:
        """Reports of the same year by bodies under the same government: the next ones in the register, around."""
        family = self._families[report.year, self._heads[report.department]]
        place = family.index(report)
        return [*family[place + 1 :], *family[:place]][:_SISTERS]


def heads(register: Register) -> dict[str, str]:
    """For each body the government that it belongs to: one with departments heads its own group, a town its county's.

    A body whose government isn't in the register belongs to its level.
    """
    leading = {body.parent for body in register if body.kind != "government"}
    return {
        body.id: body.id if body.kind == "government" and body.id in leading else body.parent or f"level-{body.level}"
        for body in register
    }


def groups(register: Register, bodies: Sequence[Department]) -> list[Group]:
    """Bodies by the government that they belong to, the highest level first, otherwise as the register has them."""
    members: dict[str, list[Department]] = {}
    belongs = heads(register)
    for body in bodies:
        members.setdefault(belongs[body.id], []).append(body)
    order = list(LEVELS)
    found = []
    for name, each in members.items():
        head = register.departments.get(name)
        level = head.level if head is not None else each[0].level
        found.append(Group(name, level, head.name if head is not None else f"其他{LEVELS[level]}单位", tuple(each)))
    return sorted(found, key=lambda group: order.index(group.level))


def pages_of(found: Sequence[Group]) -> Iterator[list[Group]]:
    """Groups in pages of at most 400 bodies; a group that is larger goes on on the next page."""
    page: list[Group] = []
    room = _MOST
    for group in found:
        bodies = list(group.bodies)
        if len(bodies) > room and len(bodies) <= _MOST:
            yield page
            page, room = [], _MOST
        while bodies:
            if room == 0:
                yield page
                page, room = [], _MOST
            part, bodies = bodies[:room], bodies[room:]
            page.append(Group(group.id, group.level, group.title, tuple(part)))
            room -= len(part)
    if page:
        yield page
