"""Hypothesis strategies: text that tries to break a page, and figures of an edition."""

from decimal import Decimal

from hypothesis import strategies as st

from reportkit.editions import Edition
from reportkit.model import Figures, Value

_FRAGMENTS = (
    *"政务公开年报，。、“”（）【】　第一项",
    *"#$@\\*_[]()<>&\"'{}|~`=+-!^%:;/?.,0123456789 \t\n\r",
    "<script>alert(1)</script>",
    "</table>",
    "<!--",
    "javascript:alert(1)",
    "[甲](javascript:alert(1))",
    "![甲](乙.png)",
    "{{ year }}",
    "{% raw %}",
    "{# 注 #}",
    "\\{{",
    "&amp;",
    "&#60;",
    "\n\n",
    "\n- ",
    "\n1. ",
    "\n# ",
    "\n> ",
    "\n```\n",
    "\n| 甲 | 乙 |\n|---|---|\n",
    "\n---\n",
    "$$x$$",
    "@甲",
    "#let x = 1",
    '");#',
    *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    *"\u200b\u200c\u200d\u2060\ufeff\u00ad",
    *"\x00\x01\x07\x08\x0b\x0c\x1b\x7f\x85\u2028\u2029\ufffe",
    *"😀𠮷𝒜\U000e0041\U0010ffff\ue000",
)

hostile_text = st.one_of(
    st.lists(
        st.one_of(st.sampled_from(_FRAGMENTS), st.text(st.characters(exclude_categories=["Cs"]), max_size=8)),
        max_size=30,
    ).map("".join),
    st.builds(lambda piece, times: piece * times, st.sampled_from(_FRAGMENTS), st.integers(100, 2_000)),
)
"""Han mixed with the markup of Markdown, HTML, Typst and Jinja, with invisible characters, and very long runs."""


_HOSTILE_WORDS = {
    "sentences without an end": "政府信息公开申请收到1件，",
    "numbers": "收到申请12件、",
    "no mark": "公开",
    "digits": "1",
    "han numerals": "一百二十三",
    "marks": "，",
    "parentheses": "（",
    "items": "其中5件、",
    "distributions": "分别为5件、",
    "negations": "未收到",
    "nothing but subjects": "政府信息公开",
    "years": "2022年",
    "braces": "{{",
    "links": "[a](",
}


def hostile_words(characters: int) -> dict[str, str]:
    """Words on which a careless pattern would never end, about so many characters of each kind."""
    return {name: piece * (characters // len(piece)) for name, piece in _HOSTILE_WORDS.items()}


@st.composite
def figures(draw: st.DrawFn, edition: Edition, *, missing: bool = True) -> Figures:
    """Any figures of an edition, each cell by its kind; with `missing`, some (none, all) are missing."""
    count = len(edition.cells)
    numbers = draw(st.lists(st.integers(0, 99_999), min_size=count, max_size=count))
    gaps = draw(st.sets(st.integers(0, count - 1))) if missing else set()
    cells: dict[str, Value] = {}
    for place, (spec, number) in enumerate(zip(edition.cells.values(), numbers, strict=True)):
        kinds: dict[str, Value] = {"amount": Decimal(number).scaleb(-4), "change": number - 50_000, "count": number}
        cells[spec.id] = None if place in gaps else kinds[spec.kind]
    return Figures(edition.id, cells)


@st.composite
def consistent_figures(draw: st.DrawFn, edition: Edition) -> Figures:
    """Complete figures of an edition in which every sum of one year is right."""
    cells = dict(draw(figures(edition, missing=False)).cells)
    columns = [spec.column for spec in edition.rows["requests.received"] if not spec.total]
    results = [row for row in edition.rows if row.startswith("requests.") and row.split(".")[1] not in _SUMS]
    for column in columns:
        concluded = sum(_count(cells, f"{row}/{column}") for row in results)
        carried_out = _count(cells, f"requests.carried_out/{column}")
        carried_in = draw(st.integers(0, concluded + carried_out))
        cells[f"requests.concluded/{column}"] = concluded
        cells[f"requests.carried_in/{column}"] = carried_in
        cells[f"requests.received/{column}"] = concluded + carried_out - carried_in
    for row in edition.rows:
        if f"{row}/public_total" in cells:
            cells[f"{row}/public_total"] = _count(cells, f"{row}/public_total") + _count(cells, f"{row}/disclosed")
    for specs in edition.rows.values():
        for total in (spec for spec in specs if spec.total):
            cells[total.id] = sum(_count(cells, spec.id) for spec in specs if not spec.total)
    return Figures(edition.id, cells)


_SUMS = ("received", "carried_in", "concluded", "carried_out")


def _count(cells: dict[str, Value], cell_id: str) -> int:
    value = cells[cell_id]
    assert isinstance(value, int)
    return value
