"""Dates as people write them: 2025-01-20, 2025年1月20日, with full-width digits too."""

import re
import unicodedata
from datetime import date

from reportkit.errors import InputError
from reportkit.messages.said import Said

CHINESE = r"^\s*[0-9０-９]{4}\s*年\s*[0-9０-９]{1,2}\s*月\s*[0-9０-９]{1,2}\s*[日号]\s*$"
"""A date in Chinese, as a pattern that editors understand."""
_PARTS = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]\Z")
_YEARS = range(1900, 2200)
"""Nothing that is written here happened before, or will be published after."""


def read_date(text: str, where: str) -> date:
    """A date that YAML takes for one. Raises InputError where there is no such day, or none of our time."""
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise InputError("no_date", where=where, text=text[:40]) from error
    if found.year not in _YEARS:
        raise InputError("no_day_of_ours", where=where, text=text)
    return found


def chinese_date(text: str) -> date | Said | None:
    """The day of a date in Chinese, or what is wrong with it; None for what is no such date."""
    match = _PARTS.match("".join(unicodedata.normalize("NFKC", text[:40]).split()))
    if match is None:
        return None
    year, month, day = map(int, match.groups())
    try:
        found = date(year, month, day)
    except ValueError:
        return Said("no_date", text=text)
    return found if year in _YEARS else Said("no_day_of_ours", text=text)
