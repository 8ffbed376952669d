"""What labels and titles say of the time that figures are of: this year, another one, a day."""

import re

DAY = re.compile(
    r"(?<!\d)(?P<year>20[0-4]\d)(?:\s*年\s*(?P<month>\d{1,2})\s*月(?P<day>\s*\d{1,2}\s*日?)?"
    r"|\s*[-./]\s*\d{1,2}(?:\s*[-./]\s*\d{1,2})?(?!\d)|[01]\d[0-3]\d(?!\d))"
)
"""A day or a month; a sheet of December is one of the whole year."""
IS_THIS_YEAR = re.compile(r"(?:本年|当年|今年)[年度（(）)]*(?:数|数量|件数|数据|情况|合计|总计|全年)?")
"""A label that says nothing but that figures are this year's."""
THIS_YEAR = re.compile(r"(?:本年度?|本期|当年|今年)")
OTHER_TIME = re.compile(
    r"上年|去年|上一年|上期|同期|累计|预计|计划|半年|季度|[0-9一二三四五六七八九十]+月|(?<!\d)20\d\d(?!\d)"
)
COMPARED = re.compile(r"增减|变化|变动|同比|环比|占比|比例|差额|比上年")
"""What a row says that has no figures of a year, but what comes of comparing them."""


def says_other_time(text: str, year: int) -> bool:
    """Whether a label names another time, and not this year: a title that compares two years names both."""
    said = {match[0] for match in OTHER_TIME.finditer(DAY.sub(" ", text))}
    return bool(said) and str(year) not in said
