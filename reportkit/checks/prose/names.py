"""Rule P-1: a report speaks of its own body by names that fit it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from reportkit.checks.evidence import Evidence
from reportkit.checks.prose.counts import Reading
from reportkit.checks.prose.registry import ReadWords, rule, sentence_finding
from reportkit.editions.rules import RuleSpec
from reportkit.model import Department, Finding, Register, Severity

_RANKS = {"state": 0, "province": 1, "prefecture": 2, "county": 3, "township": 4}
_AREAS = {
    "国": (0,),
    "省": (1,),
    "自治区": (1,),
    "市": (1, 2, 3),
    "州": (2,),
    "盟": (2,),
    "区": (3,),
    "开发区": (2, 3, 4),
    "新区": (2, 3, 4),
    "高新区": (2, 3, 4),
    "县": (3,),
    "旗": (3,),
    "镇": (4,),
    "乡": (4,),
    "街道": (4,),
    "村": (5,),
    "社区": (5,),
}
"""What an area is called → the ranks that it can have; a body below it may speak of it as its own."""
_BODIES = {
    "街道办事处": ("街道办事处",),
    "街道办": ("街道办事处", "街道办"),
    "办事处": ("办事处",),
    "管委会": ("管理委员会", "管委会"),
    "委员会": ("委员会",),
    "办公室": ("办公室",),
    "办公厅": ("办公厅",),
    "人民政府": ("人民政府",),
    "镇政府": ("镇人民政府",),
    "乡政府": ("乡人民政府",),
    "区政府": ("区人民政府",),
    "县政府": ("县人民政府",),
    "市政府": ("市人民政府",),
    "分局": ("分局",),
    "总局": ("总局",),
    "局": ("局",),
    "委": ("委员会", "委"),
    "办": ("办公室", "办公厅", "办事处", "办"),
    "厅": ("厅",),
    "中心": ("中心",),
    "支队": ("支队",),
    "大队": ("大队",),
    "总队": ("总队",),
    "公司": ("公司",),
    "集团": ("集团", "公司"),
    "企业": ("公司", "集团", "厂"),
    "学校": ("学校", "学院", "中学", "小学", "大学", "校"),
    "医院": ("医院", "院"),
    "银行": ("银行",),
}
"""What a body calls itself → the endings of names which that fits."""
_LOOSE = {
    "院": ("院",), "校": ("校", "学院", "大学", "中学", "小学"), "站": ("站",), "所": ("所",), "处": ("处",),
    "队": ("队",), "馆": ("馆",), "署": ("署",),
}  # fmt: skip
"""Words that are often part of others; only after 我, and not before what makes another word of them."""
_NOT = {
    "市": "场民值",
    "区": "域间别块位",
    "办": "法理公结案证事学件",
    "局": "部面限势域",
    "委": "托派",
    "所": "有在需知见想做提述属以谓列",
    "处": "理置罚于分在境",
    "队": "伍员",
    "站": "点在",
    "院": "校落",
    "中心": "思工任",
    "国": "",
    "省": "级",
    "县": "级",
    "镇": "静",
    "乡": "村镇",
    "村": "镇",
    "企业": "家",
    "校": "对准正验园",
}
# 我镇政府信息公开工作 is 我镇, and its 政府信息公开.
_CALLED = [
    f"{word}(?!信息)" if word.endswith("政府") else word
    for word in sorted({*_AREAS, *_BODIES, *_LOOSE}, key=len, reverse=True)
]
_SELF = re.compile(f"(?P<own>我们?|本)(?P<word>{'|'.join(_CALLED)})")


@rule("P-1")
def own_names(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """我镇 in a bureau's report, another body as the subject of the opening, an old name."""
    seen: set[tuple[str, str]] = set()
    old_names = _old_names(words.evidence.register, words.evidence.year)
    for reading in words.readings:
        for match in _SELF.finditer(reading.sentence.text):
            name, key = match.group(), (reading.sentence.passage.slot, match.group())
            if key not in seen and _is_self(match, reading.sentence.text) and not _fits(words.evidence, match):
                seen.add(key)
                yield sentence_finding(
                    spec, reading.sentence, f"“{name}”与本机关（{words.evidence.department.name}）不符", match.span()
                )
        yield from _others(words, spec, reading, old_names)


def _is_self(match: re.Match[str], text: str) -> bool:
    word, following = match["word"], text[match.end() : match.end() + 1]
    if following and following in _NOT.get(word, ""):
        return False
    if word in _LOOSE and match["own"] == "本" and word not in ("院", "校"):
        return False
    before = text[max(0, match.start() - 1) : match.start()]
    return not (match["own"] == "本" and before and before in "基根样版课文书成资剧原标日")


def _fits(evidence: Evidence, match: re.Match[str]) -> bool:
    word, department = match["word"], evidence.department
    if word in _AREAS:
        return _area_fits(evidence, word) or _is_called(department, word)
    endings = _BODIES.get(word) or _LOOSE[word]
    if any(name.endswith(endings) for name in (department.name, department.short_name)):
        return True
    # A government's report speaks for its government, and an office for the government whose office it is.
    if word in ("人民政府", "镇政府", "乡政府", "区政府", "县政府", "市政府"):
        return any(body.name.endswith(endings) for body in (department, *evidence.ancestors))
    return False


def _is_called(department: Department, word: str) -> bool:
    """A body such as 某某新区管理委员会 has its area in its own name."""
    return word in ("区", "开发区", "新区", "高新区") and bool(
        re.search(r"开发区|新区|高新区|园区|示范区|度假区", department.name)
    )


def _area_fits(evidence: Evidence, word: str) -> bool:
    department = evidence.department
    rank = _RANKS[department.level]
    known: dict[int, str] = {}
    for body in (department, *evidence.ancestors):
        if body.kind == "government":
            known[_RANKS[body.level]] = re.sub(r"人民政府$|街道办事处$", "", body.name)
    own = re.match(r".{1,12}?(?:省|市|自治区|区|县|旗|镇|乡|街道)", department.name)
    if department.kind != "government" and rank not in known and own:
        known[rank] = own.group()
    if "街道办事处" in department.name or department.name.endswith("街道"):
        known[4] = "街道"
    if word == "区" and any("自治区" in body.name for body in (department, *evidence.ancestors)):
        return True
    return any(each <= rank and (each not in known or known[each].endswith(word)) for each in _AREAS[word])


@dataclass(frozen=True, slots=True)
class _Name:
    text: str
    body: Department


_SUBJECT = re.compile(
    r"^(?:\d{4}年(?:度|以来)?[，,]?|今年以来[，,]?|一年来[，,]?|本年度[，,]?|过去一年[，,]?|近年来[，,]?)*(?P<name>.{2,40}?)"
    r"(?=(?:深入|认真|坚持|严格|按照|根据|依照|依据|遵照|在|以|紧|全面|积极|高度|不断|始终|持续|切实|着力|围绕|聚焦|落实|贯彻|扎实|立足|"
    r"进一步|结合|充分|把|将|依法|主动|共|共同|聚|强化|加强|推进|推动|[，,]))"
)
_AUTHOR = re.compile(
    r"(?P<name>[^，,。；、]{2,40}?)(?:特)?(?:编制|编写|撰写|公布|发布)(?:了)?(?:此|本|《|\d{4}年)"
    r"|^本(?:年度)?报告由(?P<by>[^，,。；、]{2,40}?)(?:组织|负责)?(?:编制|编写|撰写)"
)

_NOW = re.compile(r"现(?:将|就|把)(?P<name>[^，,。；、]{2,40}?)(?=(?:19|20)\d{2}年)")
_TITLE = re.compile(
    r"关?于?(?:(?:19|20)\d{2}年(?:度|政府|信息|工作|年报|的)|(?:政府)?信息公开(?:工作)?年度?报告)[^，。；]*$"
)
"""某某局2024年政府信息公开工作年度报告，根据……: a title in place of a subject."""


def _others(words: ReadWords, spec: RuleSpec, reading: Reading, old_names: tuple[_Name, ...]) -> Iterator[Finding]:
    sentence, evidence = reading.sentence, words.evidence
    subjects = []
    if sentence.opens and sentence.passage.slot in ("overview", "preamble"):
        subjects += [match for match in (_SUBJECT.match(sentence.text),) if match]
    if sentence.passage.slot == "preamble":
        subjects += [*_AUTHOR.finditer(sentence.text), *_NOW.finditer(sentence.text)]
    for match in subjects:
        group = "by" if match.re is _AUTHOR and match["by"] else "name"
        name = _TITLE.sub("", match[group])
        if name.startswith(("联合", "会同", "配合", "协同", "与", "和", "由", "经", "按照", "根据")):
            continue
        other = _named(evidence, name)
        if other is not None:
            start = match.start(group)
            what = f"自称为“{other.text}”，本机关为{evidence.department.name}"
            yield sentence_finding(spec, sentence, what, (start, start + len(other.text)))
            return
        if _is_stranger(evidence, name):
            what = f"自称为“{name}”，本机关为{evidence.department.name}"
            span = match.start(group), match.start(group) + len(name)
            yield sentence_finding(spec, sentence, what, span, severity=Severity.WARNING)
            return
    for old in old_names:
        place = sentence.text.find(old.text)
        if place >= 0 and sentence.text[max(0, place - 1) : place] not in ("原", "前"):
            what = f"“{old.text}”已于{old.body.valid_to}撤销"
            severity = Severity.ERROR if old.body.successor == evidence.department.id else Severity.WARNING
            yield sentence_finding(spec, sentence, what, (place, place + len(old.text)), severity=severity)


def _named(evidence: Evidence, text: str) -> _Name | None:
    """Another body of the register that a subject ends with; an office may name the government whose office it is."""
    own_bodies = [evidence.department]
    if evidence.department.kind == "office":
        own_bodies += evidence.ancestors
    mine = {body.id for body in own_bodies}
    own = {name for body in own_bodies for name in (body.name, body.short_name)}
    if any(name in text for name in (evidence.department.name, evidence.department.short_name)):
        return None
    called = _called(evidence.register)
    ends = (text[start:] for start in range(len(text) - 2))
    found = [each for end in ends if end not in own for each in called.get(end, ()) if each[1].body.id not in mine]
    return min(found, key=itemgetter(0))[1] if found else None


@lru_cache(maxsize=4)
def _called(register: Register) -> dict[str, list[tuple[int, _Name]]]:
    """Name → the bodies that have it, each with its place in the register; of one body the long name first."""
    found: dict[str, list[tuple[int, _Name]]] = {}
    for place, body in enumerate(register):
        for short, name in enumerate(dict.fromkeys((body.name, body.short_name))):
            found.setdefault(name, []).append((2 * place + short, _Name(name, body)))
    return found


_WHOLE_NAME = re.compile(r"[\u4e00-\u9fff]{2,20}(?:局|委员会|街道办事处|镇人民政府|乡人民政府)")


def _is_stranger(evidence: Evidence, text: str) -> bool:
    """Whether a subject is a body's name that fits none known here: neither long nor short for this one's or one above.

    A short name has letters of the long one in their order: 人社局 for 人力资源和社会保障局.
    """
    if not _WHOLE_NAME.fullmatch(text) or any(name in text for name in _own_names(evidence.department)):
        return False
    bodies = (evidence.department, *evidence.ancestors)
    return not any(_is_short_for(text, name) for body in bodies for name in (body.name, body.short_name))


def _own_names(department: Department) -> tuple[str, ...]:
    return department.name, department.short_name, *department.also_called


def _is_short_for(text: str, name: str) -> bool:
    letters = iter(name)
    return all(each in letters for each in text)


@lru_cache(maxsize=16)
def _old_names(register: Register, year: int) -> tuple[_Name, ...]:
    """Full names of bodies that had ended before a report's year, and that no living body has."""
    ended = [body for body in register if body.valid_to is not None and body.valid_to.year < year]
    if not ended:
        return ()
    living = {name for body in register if body.valid_in(year) for name in (body.name, body.short_name)}
    return tuple(_Name(body.name, body) for body in ended if not any(body.name in name for name in living))
