"""Rules on words without a number: “未收到申请” (Z-1), “全部办结” (Z-2)."""

import re
from collections.abc import Iterator

from reportkit.checks.prose.counts import Reading
from reportkit.checks.prose.registry import ReadWords, rule, stated_as_none
from reportkit.checks.prose.requests import CARRIED_OUT, RECEIVED, SAID
from reportkit.checks.prose.subjects import clause_before, speaks_of_others
from reportkit.editions.rules import RuleSpec
from reportkit.model import Finding

_NOT_RECEIVED = re.compile(
    r"(?:未|没有|没|未曾|尚未|无|从未)(?:收到|接到|接收到?|受理)(?:过)?(?P<of>(?:[^，。；、]{0,6}?公民、?法人(?:和|或|及|或者)其他组织)?[^，。；、]{0,24}?)"
    r"(?:依申请公开(?!工作|制度)(?:件|事项|申请|办件)?|(?:信息)?公开(?:的)?申请|申请)"
    r"|(?:无|没有)(?P<of2>[^，。；、]{0,10}?)(?:依申请公开(?:件|事项|申请|办件)|信息公开申请)(?!.{0,4}(?:逾期|超期|未办))"
    r"|(?:^|(?<=[，。；年度期局位关市区县委镇乡]))暂?(?:无|没有)依申请公开(?=[，。；]|$)"
    r"|依申请公开(?:件|事项|申请|办件)?(?:数量?|件数)?为?(?:零|0)(?:件)?(?!\d)"
)
_QUALIFIED = re.compile(
    r"有关|关于|涉及|类|法人|组织|企业|科研|要求|逾期|超期|重复|书面|网上|信函|当面|现场|邮|传真|线上|线下|渠道|许可|补贴"
)
_EVERYONE = re.compile(r"公民、?法人(?:和|或|及|或者)其他组织|(?:自然人|公民)(?:、|和|或)法人|任何")


@rule("Z-1")
def none_received(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """“未收到申请”, with nothing that narrows it, means that row 一 is 0."""
    evidence = words.evidence
    for reading in words.readings:
        sentence = reading.sentence
        for match in _NOT_RECEIVED.finditer(sentence.text):
            of = match["of"] or match["of2"] or ""
            before = clause_before(sentence.text, match.start())
            if _PERIOD.search(sentence.text[: match.start()]) or _PART.search(before):
                continue
            if _QUALIFIED.search(_EVERYONE.sub("", of)) or speaks_of_others(evidence, before):
                continue
            if of and not _open(of) and "申请" in match.group() and "公开" not in match.group()[len(of) :]:
                continue
            found, cells = evidence.bounds(RECEIVED, "total"), (f"{RECEIVED}/total",)
            yield from stated_as_none(spec, sentence, match, found, table="表三", row="新收", cells=cells)


_PART = re.compile(
    r"[上下]半年|季度|\d月|网上|网络|信函|当面|现场|窗口|邮箱|传真|本级|渠道|期间|个别|部分|其余|其他|多数|历年|多年|往年"
)
_PERIOD = re.compile(r"(?:期间|以前|之前|季度|半年)[，,]?[^，。；]{0,6}$")
_OPEN = re.compile(
    r"(?:任何|群众|公众|公民|社会|申请人|政府|信息|公开|的|书面|相关|各类|一件|件|法人|其他组织|和|或|、|提出|依法|依)*"
)


def _open(of: str) -> bool:
    """Whether the words between 收到 and 申请 leave it open whose application, and for what information."""
    return bool(_OPEN.fullmatch(_EVERYONE.sub("", of)))


_ALL_DONE = re.compile(
    r"(?:所有|全部|各类|收到的|受理的|上述)[^，。；]{0,16}?申请(?:件|事项)?[^，。；]{0,8}?(?:办结|答复|办理完毕|办复)(?!率)"
    r"|(?:全部|全数|均已?|已全部|都已?)(?:依法|依规|按规定|、)*(?:予以)?(?:办结|答复|办理完毕|办复)(?!率|文|书|意|工|材|口)"
    r"|(?:办结|答复)率(?:均|全部)?(?:为|是|达到?|达)?了?(?:100%|百分之百)"
)
_ASIDE = re.compile(r"[（(][^（）()]*[）)]")
_NOT_ALL = re.compile(r"按期|到期|按时|如期|限期|期限内|法定期限|时限|上年|结转|及时")


@rule("Z-2")
def all_concluded(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """“所有申请均已办结” means that row 四 is 0."""
    evidence = words.evidence
    carried, cells = evidence.bounds(CARRIED_OUT, "total"), (f"{CARRIED_OUT}/total",)
    for reading in words.readings:
        sentence = reading.sentence
        for match in _ALL_DONE.finditer(sentence.text):
            clause = _ASIDE.sub("", clause_before(sentence.text, match.start()) + match.group())
            if (
                _NOT_ALL.search(clause)
                or speaks_of_others(evidence, clause)
                or _object_at(reading, match) != "requests"
            ):
                continue
            yield from stated_as_none(spec, sentence, match, carried, table="表三", row="结转下年度", cells=cells)


def _object_at(reading: Reading, match: re.Match[str]) -> str:
    """What the words of a match are about: the object within them, else the last one before."""
    found = [term for term in reading.terms if term.kind == "objects" and term.start < match.end()]
    after = found[-1].end if found else 0
    for count in reading.counts:
        between = count.text((max(after, count.label[0]), count.number.start))
        if after < count.number.start < match.start() and len(SAID.sub("", between)) > 1:
            return ""  # something else has been counted since
    return found[-1].id if found else reading.about
