"""What there is to say of a value that a file's key can't have: what it is, what it should be."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from reportkit.messages.said import Said
from reportkit.text.strings import plain_number
from reportkit.text.yaml_slips import wide_colon

_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "kind_bool"),
    (int, "kind_number"),
    (Decimal, "kind_number"),
    (str, "kind_text"),
    (date, "kind_date"),
    (list, "kind_list"),
    (dict, "kind_keys"),
    (type(None), "kind_nothing"),
)
_EXPECTED: Mapping[str, str] = {
    "string_type": "wants_text",
    "int_type": "wants_whole_number",
    "bool_type": "wants_true_or_false",
    "list_type": "wants_list",
    "tuple_type": "wants_list",
    "dict_type": "wants_keys",
    "model_type": "wants_keys",
    "model_attributes_type": "wants_keys",
    "date_type": "wants_date",
    "too_short": "wants_one_at_least",
    "string_too_short": "wants_some_text",
    "string_too_long": "wants_shorter_text",
    "greater_than_equal": "wants_more",
    "less_than_equal": "wants_less",
    "string_pattern_mismatch": "wants_form",
    "value_one_line": "wants_one_line",
    "value_lone_quote": "wants_both_quotes",
    "value_number": "wants_number",
    "value_width": "wants_number_over_0",
}
"""What is expected instead, by pydantic's kinds of error and our own."""
_LIMITS = ("max_length", "ge", "le", "mark")
_FORMS = {
    r"^[a-z][a-z0-9-]*$": "form_id",
    r"^[a-z][a-z0-9_]*$": "form_name",
    r"^[A-Z][A-Z0-9]*(-[1-9][0-9]*)?$": "form_rule",
    r"^\S[^\n]*$": "form_line",
    r"^[A-Za-z0-9][A-Za-z0-9._-]*\.ipynb$": "form_notebook",
}
_PAIRS = (("“", "”"), ("「", "」"), ("『", "』"))
_QUOTE = re.compile("[“”「」『』]")
_LONGEST = 80


def value_said(kind: str, problem: str, value: Any, context: Mapping[str, Any], name: str) -> Said:
    """What is wrong with a value, in pydantic's words or by the slip's name."""
    if isinstance(value, str) and kind.endswith("_type") and (said := wide_colon(value, name)):
        return said
    if isinstance(value, str) and kind == "value_number" and (number := plain_number(value)):
        return Said("number_written_otherwise", value=value, number=number)
    limit = next((context[each] for each in _LIMITS if each in context), "")
    form = Said(_FORMS.get(context.get("pattern", ""), "form_other"))
    expected = Said(_EXPECTED.get(kind, "wants_other"), problem=problem, limit=limit, form=form)
    code = next((code for each, code in _KINDS if isinstance(value, each)), "kind_other")
    shown = repr(value)[:_LONGEST]
    written = str(value)[:_LONGEST] if code in ("kind_number", "kind_text", "kind_date") else shown
    found = Said(code, kind=type(value).__name__, shown=shown, written=written)
    return Said("value_unfit", expected=expected, found=found)


def lone_quote(text: str) -> str | None:
    """The first Chinese quotation mark whose other half is missing."""
    for opening, closing in _PAIRS if _QUOTE.search(text) else ():
        if text.count(opening) != text.count(closing):
            return opening if text.count(opening) > text.count(closing) else closing
    return None
