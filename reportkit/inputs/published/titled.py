"""Whose report a page is, of which year, and when it went out, as the page itself says."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from reportkit.inputs.published.page import Page
from reportkit.inputs.published.prose import Words

_REPORT = re.compile(r"(?:政府)?信息公开(?:工作)?(?:年度)?(?:年度报告|报告|年报)")
_TITLE = re.compile(
    r"(?P<body>[^\d，。：；]{2,40}[^\d，。：；关于发布公布])?(?:关于)?(?:发布|公布)?"
    r"(?:20\d\d|二[〇○零O0][〇○零一二三四五六七八九O0]{2})年度?(?:政府)?信息公开(?:工作)?(?:年度)?(?:年度报告|报告|年报)(?:的公告|[（(].{1,12}[）)])?"
)
_NO_BODY = re.compile(r"报告|年报|目录|公开|附件|[上下]一[篇条]")
"""What no body is called by: words of a list of reports."""
_YEAR = re.compile(r"(?<!\d)(?P<year>20[0-4]\d)(?!\d)")
_HAN_YEAR = re.compile(r"二[〇○零O0](?P<year>[〇○零一二三四五六七八九O0]{2})")
_HAN_DIGITS = str.maketrans("〇○零O一二三四五六七八九", "0000123456789")
_LONGEST = 60
_FROM_META = ("articletitle", "title")
_DATE = r"\s*[:：]?\s*(?P<date>20\d\d\s*[-年./]\s*\d{1,2}\s*[-月./]\s*\d{1,2})"
_PUBLISHED = (
    re.compile(rf"(?:发布|公布|公开|发文|上网|上传)(?:日期|时间){_DATE}"),
    re.compile(rf"(?:^|[\s|｜】])(?:时间|日期)(?=\s*[:：]){_DATE}"),
)
"""How a page says when it went out, the surest way first; 成文日期 is when it was written."""
_DAY = re.compile(r"(?P<year>20\d\d)\s*[-年./]\s*(?P<month>\d{1,2})\s*[-月./]\s*(?P<day>\d{1,2})")


def titles_of(page: Page, words: Words) -> list[str]:
    """The texts that may be the report's title, the likeliest first: right above its first part, then the page's own.

    A title on two lines is joined; a page's lists of other reports stand further up, and aren't asked.
    """
    above = [each.text for each in words.before if len(each.text) <= _LONGEST]
    found = [*_right_above(above)]
    found += [page.meta[name] for name in _FROM_META if _REPORT.search(page.meta.get(name, ""))]
    return list(dict.fromkeys(found))


def _right_above(lines: Sequence[str]) -> Iterator[str]:
    """The last title among lines: one that names a body, on one to three of them; else one that names none."""
    nameless = ""
    for end in range(len(lines), 0, -1):
        for start in range(end - 1, max(end - 4, -1), -1):
            title = "".join(lines[start:end])
            if (match := _TITLE.fullmatch(title.replace(" ", ""))) is None:
                continue
            if match["body"] and not _NO_BODY.search(match["body"]):
                yield title
                return
            nameless = nameless or (title if match["body"] is None else "")
    if nameless:
        yield nameless


def years_in(text: str) -> list[int]:
    """The years that a title names, in digits or in Chinese numerals."""
    found = [int(match["year"]) for match in _YEAR.finditer(text)]
    return found + [2000 + int(match["year"].translate(_HAN_DIGITS)) for match in _HAN_YEAR.finditer(text)]


def published_on(page: Page) -> tuple[date, str] | None:
    """The day that a page says it went out, and the words that say so; None where it doesn't."""
    for name in ("pubdate", "publishdate", "publish_time"):
        if found := _day(page.meta.get(name, "")):
            return found, page.meta[name]
    for pattern in _PUBLISHED:
        for each in page.paragraphs:
            if (match := pattern.search(each.text)) and (found := _day(match["date"])):
                return found, match[0].strip()
    return None


def _day(text: str) -> date | None:
    if not (match := _DAY.search(text)):
        return None
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def body_in(title: str) -> str:
    """The body that a title names in front of its year; empty where it names none."""
    match = _TITLE.match(title.replace(" ", ""))
    body = (match["body"] or "") if match else ""
    body = re.sub(r"^关于|[（(].*|关于$", "", body)
    return "" if len(body) < 3 or _NO_BODY.search(body) else body
