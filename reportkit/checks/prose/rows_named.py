"""The rows of table 三 that words name: one, several side by side, or 公开 without more."""

import re

from reportkit.checks.prose.counts import Count
from reportkit.checks.prose.lexicon import Word

_UNNAMED_REASON = re.compile(r"(?:因|由于|基于|涉及)(?P<reason>[^，。；]{2,20})(?:等原因)?(?:而|被)?$")


def rows_beside(count: Count) -> list[str]:
    """The rows listed before the one that a number is of, which it may be the sum of: 予以公开、部分公开2件."""
    terms = count.terms(count.near, kind="rows")
    return _rows_beside(count, terms[0]) if terms else []


def _rows_beside(count: Count, first: Word) -> list[str]:
    """The rows named side by side before one, where 共 adds them up: 予以公开、部分公开共1902件."""
    text, found = count.reading.sentence.text, []
    for term in reversed(count.reading.terms):
        if term.start < first.start:
            if term.kind != "rows" or not _JOINED.fullmatch(text[term.end : first.start]):
                break
            found.append(term.id)
            first = term
    if _PUBLIC_BESIDE.search(text, 0, first.start):
        found.append("requests.granted")
    return found


_PUBLIC_IN_ALL = re.compile(r"公开[^，。；（(]{0,6}[（(](?:含|包括)部分公开[^，。；）)]{0,4}[）)][^，。；]{0,4}$")


def _is_reason(leaf: Word, group: Word, text: str) -> bool:
    """因不掌握相关信息无法提供 counts the reason; with 等 between, the whole group."""
    return leaf.id.startswith(f"{group.id}.") and "等" not in text[leaf.end : max(leaf.end, group.start)]


_LISTS = re.compile(r"其中[，：]?$|(?:办理|答复)(?:结果|情况)(?:为|是)?[，：]$")
_BARE_PUBLIC = re.compile(r"^[^，。；]{0,4}?公开(?:的|了|类|的?有)?$")
_PUBLIC_ONES = re.compile(r"(?:^|[，、；。的])?(?:依法|予以)?公开的$")


def names_public(count: Count, span: tuple[int, int]) -> bool:
    """公开的申请, 申请公开: what was made public of the applications, in words of which the lexicon knows none."""
    objects = [term for term in count.terms(span, kind="objects") if term.id == "requests"]
    if not objects or count.terms(span, kind="roles"):
        return False
    text = count.reading.sentence.text
    ends = text[objects[-1].end : span[1]]
    return bool(
        _PUBLIC_ONES.search(text[span[0] : objects[0].start])
        or re.fullmatch("(?:予以|依法)?公开(?:的|了)?(?:有|共|计|占|所占|为)?.{0,3}", ends)
    )


_JOINED = re.compile(r"[和及与、以及或者的类占申请件“”加]*")
_WITHIN_IT = re.compile(r"”?(?:(?:中|里)的|的?第[一二三四五六七八\d][项类种])")
"""“其他处理”中的其他情形: some of the row."""
_PUBLIC_BESIDE = re.compile(r"(?<![予分动])公开(?:[和及与、]|或者?)$")
_PUBLIC_KIND = re.compile(r"(?<!不予)(?<!部分)(?<!主动)公开类")
_OR_OTHERS = re.compile(r"(?:或|和|及)者?其他(?:原因|情形|情况|理由)")
_ADDED_BEFORE = re.compile(
    r"(?:[两三四五二2-5](?:类|种|项|块)[^，。；]{0,2})?(?:加在一起|加起来|合起来|相加|合计|加总|[两三四](?:类|种|项|块)(?:申请)?)$"
)
_ADDED_UP = re.compile(r"共|合计|总计|加在一起|相加|之和|[两三四五二2-5](?:类|种|项)")


def rows_named(count: Count) -> list[str]:
    """The rows that a label names: one, or several side by side (公开和部分公开208件)."""
    label, text = count.near, count.reading.sentence.text
    if _PUBLIC_IN_ALL.search(text[count.lead[0] : count.number.start]):
        return ["requests.granted", "requests.partial"]
    if not count.terms(label, kind="rows"):
        lead = count.text(count.lead).rstrip("，")
        if _ADDED_BEFORE.search(lead) and (said := count.terms(count.lead, kind="rows")):
            return rows_within(count, (said[0].start, count.lead[0] + len(lead)))  # ……两项加在一起，有25件申请
        opened = count.reading.cases[0] != count or _LISTS.search(count.text(count.lead))
        if label in (count.label, count.after) and _BARE_PUBLIC.match(count.text(label).strip()) and opened:
            return ["requests.granted"]
        is_public = _PUBLIC_KIND.search(count.text(label)) or names_public(count, label)
        return ["requests.granted"] if is_public else []
    rows = rows_within(count, label)
    if (many := _SO_MANY.search(count.text(count.label))) and len(rows) != _NUMERALS[many["many"]]:
        return []  # of others too, or counted before
    return rows


_SO_MANY = re.compile(r"(?P<many>[两二三四五])(?:类|项|种|块)[^，。；]{0,3}(?:共|合计|总计|加|相加)")
_NUMERALS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5}


def rows_within(count: Count, span: tuple[int, int]) -> list[str]:
    """The rows that words name, those side by side together; none where they are narrowed by a reason of one's own."""
    text, terms = count.reading.sentence.text, count.terms(span, kind="rows")
    terms = [term for term in terms if not any(_is_reason(other, term, text) for other in terms)]
    reason = _UNNAMED_REASON.search(text, max(count.lead[0], terms[-1].start - 30), terms[-1].start)
    own = reason is not None and count.reading.residue(*reason.span("reason")) and not reason["reason"].endswith("等")
    if own and len(terms) == 1:
        return []  # one of the group's reasons, in words that no row has
    if _WITHIN_IT.match(text, terms[-1].end) or _OR_OTHERS.match(text, terms[-1].end):
        return []
    rows = [terms[-1].id]
    parts = count.terms(count.lead, kind="rows")
    if parts and all(each.id.startswith(f"{rows[0]}.") for each in parts) and "等" not in count.text(count.lead):
        return [each.id for each in parts]  # 重复申请、大量反复申请这两种，合起来不予处理30件
    for earlier, later in zip(reversed(terms[:-1]), reversed(terms[1:]), strict=True):
        if not _JOINED.fullmatch(text[earlier.end : later.start]):
            break
        rows.append(earlier.id)
    if _ADDED_UP.search(text, terms[-1].end, span[1]):
        rows += _rows_beside(count, terms[0])
    elif _PUBLIC_BESIDE.search(text, span[0], terms[0].start) and len(rows) == len(terms):
        rows.append("requests.granted")
    return rows
