"""Whose number it is: the report's own unit, its area or a body above, or some other body."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from reportkit.checks.evidence import Evidence
from reportkit.model import Department


class Whose(StrEnum):
    """Of whom words speak; UNSAID where no body is named, which is the unit."""

    UNSAID = "unsaid"
    UNIT = "unit"
    ABOVE = "above"
    OTHER = "other"

    @property
    def is_own(self) -> bool:
        return self in (Whose.UNSAID, Whose.UNIT)


_ENDINGS = (
    "街道办事处|办事处|人民政府|委员会|办公室|办公厅|管委会|领导小组|公司|中心|支队|大队|法院|检察院|部门|科室|处室|机构|"
    "分局|派出所|残联|妇联|团委|总工会|档案馆|图书馆|博物馆|学院|大学|医院|集团|财政所|县(?![级局委直域两三]|政府|人民)|区(?![域别间分局委直]|政府|人民)|镇(?!级|政府|人民)|乡(?![村镇]|政府|人民)|街道|局|委(?![托员派])|厅|(?<=[务督信管改])办(?![理结公法复案事件])"
)
_BODY = re.compile(
    rf"(?:[\u4e00-\u9fff]{{1,14}}?(?:{_ENDINGS})"
    r"|[\u4e00-\u9fff]{0,14}?[省市区县镇乡州]政府(?:办公室|办(?![理结公法复案事件]))?(?!信息|网站|门户|采购|公报|数据|工作))"
    r"(?![\u4e00-\u9fff]{0,2}(?:长|内|域))"
)
_INTERNAL = re.compile(
    r"各|(?:服务|科研)机构$|相关|有关|责任|牵头|主管|业务|职能|承办|党政|内设|^办公[室厅]$|科室$|多部门|^部门$|机关各|行政机关$|全体"
)
"""Parts of the unit itself, or all of them: no other body."""
_OWN = re.compile(
    r"我[局委办镇乡区县市省厅校院所站队]|本[局委办镇乡区县市省厅机单部级]|我单位|我们|本街道|我街道|街道办事处$"
)
_ALL_OF_IT = re.compile(r"全(?P<area>[市区县省镇乡州旗])|[市县区镇乡]域")
_ALL_OWN = re.compile(r"全(?:局|委|系统|厅|办|街道|单位)")
_AREAS = {"state": "国", "province": "省区市", "prefecture": "市州盟", "county": "区县市旗", "township": "镇乡街道"}
_AREA = re.compile(r".{1,12}?(?:省|市|自治区|自治州|州|盟|区|县|旗|镇|乡|街道)")
_NOT_A_SUBJECT = re.compile(
    r"(?:向|对|会同|联合|配合|协同|与|和|同|经|报|送|被|由|以|为|给|从|到|至|交|请|商|就|把|将|根据|按照|征求|移送|移交|转交|转送|函告|通过)$"
)
"""What stands before a body that isn't the subject."""
_TAKES = re.compile(r"(?:新?收到|新收|接到|受理|收办|办理|答复|办结|登记)的")
"""在沭阳县收到的477件里: a place is whose number it is where it is said to have taken them."""
_NO_SUBJECT = re.compile(
    r"复议后|未经|直接|诉至|起诉|会同|联合|配合|协同|根据|按照|征求|移送|移交|转交|转送|函告|通过|以及|向|对|与|由|被|在|经(?![开济信])"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A body in a text, and whose it is."""

    start: int
    end: int
    whose: Whose


class Bodies:
    """The names by which a report's own unit is called, and others in a text."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence, department = evidence, evidence.department
        self.department = department
        above = evidence.ancestors
        self.own = _names(department)
        self.area = _area_of(department, above)
        self.is_government = department.kind == "government"
        if department.kind == "office" and above:
            self.own |= _names(above[0])
        called = sorted(self.own, key=len, reverse=True)
        self._own = re.compile("|".join([*map(re.escape, called), _OWN.pattern, _ALL_OWN.pattern]))

    def in_text(self, text: str) -> Iterator[Named]:
        """Each body that is a subject of a piece of text, from left to right."""
        own = [match for pattern in (self._own, _ALL_OF_IT) for match in pattern.finditer(text)]
        bare = text
        for match in own:
            bare = f"{bare[: match.start()]}{'　' * len(match.group())}{bare[match.end() :]}"
        for match in sorted([*own, *_BODY.finditer(bare)], key=lambda each: each.start()):
            name = match.group().removeprefix("在")
            if text[: match.end() - len(name)].endswith("在") and not _TAKES.match(text, match.end()):
                continue
            if not _NOT_A_SUBJECT.search(text[: match.start()]) and not _NO_SUBJECT.match(name):
                whose = self._whose(match)
                if whose is not Whose.UNSAID:
                    yield Named(match.start(), match.end(), whose)

    def _whose(self, match: re.Match[str]) -> Whose:
        found = match.group()
        if match.re is self._own:
            return Whose.UNIT
        if match.re is _ALL_OF_IT:
            return Whose.UNIT if self.is_government and found[-1] in self.area else Whose.ABOVE
        if _INTERNAL.search(found):
            return Whose.UNSAID
        return Whose.UNIT if self.is_own(found) else Whose.OTHER

    def own_spans(self, text: str) -> list[tuple[int, int]]:
        """Where a text names the unit itself."""
        found = [match.span() for match in self._own.finditer(text)]
        return [*found, *(match.span() for match in _BODY.finditer(text) if self.is_own(match.group()))]

    def is_own(self, name: str) -> bool:
        """Whether a name is the unit's: full, short or loose, by level and kind (市财政局, 县发改局, 市局)."""
        if any(name.endswith(each) for each in self.own):
            return True
        levels = self.area or _AREAS[self.department.level]
        return any(self._is_loose(name[place:]) for place, each in enumerate(name) if each in levels)

    def _is_loose(self, name: str) -> bool:
        """Whether a name from its level on, 市财政局, has the letters of the unit's own in their order."""
        own, rest = self.department.name, name[1:]
        if not rest or name[-1] not in own[-1:] + self.department.short_name[-1:]:
            return False
        if rest in ("局", "委", "办", "厅"):
            return own.endswith(("局", "委员会", "办公室", "厅"))
        letters = iter(own)
        return all(each in letters for each in rest)


def _names(department: Department) -> set[str]:
    return {department.name, department.short_name, *department.also_called}


def _area_of(department: Department, above: tuple[Department, ...]) -> str:
    """The last letter of the area that a unit is of: 区 for 临江区财政局."""
    for body in (department, *above):
        if body.kind == "government":
            return body.name.removesuffix("人民政府")[-1:]
    found = _AREA.match(department.name)
    return found.group()[-1:] if found else ""
