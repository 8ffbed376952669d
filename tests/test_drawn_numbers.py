"""Every number that a chart shows is held against its data, whatever draws it; what can't be is said."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reportkit.errors import NotebookError
from reportkit.model import UNREAD
from tests.test_plotted import OUTCOMES, Desk, demo, desk, drawn, suqian

__all__ = ["demo", "desk", "suqian"]

LABELS = ["予以公开", "部分公开"]
DATA = {"columns": ["结果", "件数"], "rows": [["予以公开", 1431], ["部分公开", 471]]}


@pytest.fixture
def bars(suqian: Desk) -> Any:
    values = [suqian.s.figure(name) for name in OUTCOMES.values()]
    return drawn(lambda axes: axes.bar(LABELS, values, label="件数")).axes[0]


def told(desk: Desk, axes: Any, **more: Any) -> list[str]:
    desk.s.show(axes.figure, caption="图", alt="图。", **more)
    return desk.told()


@pytest.mark.parametrize(
    "write",
    [
        lambda axes: axes.set_title("9999"),
        lambda axes: axes.set_title("9999件", loc="right"),
        lambda axes: axes.set_xlabel("9999"),
        lambda axes: axes.set_ylabel("9,999"),
        lambda axes: axes.legend(title="9999"),
        lambda axes: axes.legend(["9999"]),
        lambda axes: axes.figure.suptitle("9999"),
        lambda axes: axes.figure.supxlabel("9999件"),
        lambda axes: axes.figure.supylabel("9999"),
        lambda axes: axes.set_xticks([0.1], ["9999"], minor=True),
        lambda axes: axes.set_xticks([0, 1], ["9999", "予以公开"]),
        lambda axes: axes.table([["9999"]], loc="top"),
        lambda axes: axes.table([["别的", "9999件"]], loc="top"),
        lambda axes: axes.figure.legend(["9999"]),
        lambda axes: axes.set_xlabel("甲\n9999件"),
        lambda axes: axes.set_title("-9999"),
        lambda axes: axes.set_title("99.99%"),
    ],
)
def test_a_number_written_anywhere_is_listed(suqian: Desk, bars: Any, write: Callable[[Any], object]) -> None:
    write(bars)
    told(suqian, bars)
    listed = [each.what for each in suqian.findings() if each.rule == "UNBOUND"]
    assert any("99" in each for each in listed), listed


@pytest.mark.parametrize(
    "write",
    [
        lambda axes: axes.table([["予以公开", "1500"], ["部分公开", "471"]], loc="top"),
        lambda axes: axes.table([["1500件"]], rowLabels=["予以公开"], loc="top"),
        lambda axes: axes.set_xlabel("予以公开\n1500件"),
    ],
)
def test_a_number_beside_a_word_of_the_data_is_that_words(
    suqian: Desk, bars: Any, write: Callable[[Any], object]
) -> None:
    write(bars)
    assert "CHARTE" in told(suqian, bars)


@pytest.mark.parametrize(
    "set_ticks",
    [
        lambda axes: axes.set_yticks([500, 1000], ["5000件", "10000件"]),
        lambda axes: axes.set_yticks([500, 1000], ["500", "1001"]),
        lambda axes: axes.set_yticks([550], ["5500"], minor=True),
        lambda axes: axes.set_yticks([500, 1000], ["5万", "10万"]),
        lambda axes: axes.set_yticks([500, 1000], ["60%", "70%"]),
        lambda axes: axes.secondary_yaxis("right").set_yticks([0, 500, 1000], ["0", "5000", "10000"]),
        lambda axes: axes.yaxis.set_major_formatter(lambda value, _: f"{10 * value:.0f}件"),
    ],
)
def test_a_tick_that_is_not_at_its_place_is_refused(
    suqian: Desk, bars: Any, set_ticks: Callable[[Any], object]
) -> None:
    set_ticks(bars)
    with pytest.raises(NotebookError, match="The value axis says"):
        told(suqian, bars)


@pytest.mark.parametrize(
    "write",
    [
        lambda axes: axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0f}件"),
        lambda axes: axes.yaxis.set_major_formatter(lambda value, _: f"{value / 10000:g}万"),
        lambda axes: axes.secondary_yaxis("right"),
        lambda axes: axes.set_title("1902件"),
        lambda axes: axes.set_title("2024"),
        lambda axes: axes.set_title("75.2%"),
        lambda axes: axes.table([["予以公开", "1,431"], ["部分公开", "471件"]], loc="top"),
        lambda axes: axes.legend(title="件数"),
        lambda axes: axes.set_xticks([0.5], ["1"], minor=True),
        lambda axes: axes.minorticks_on(),
        lambda axes: axes.set_title("9999").set_visible(False),
    ],
)
def test_sums_shares_years_and_ticks_at_their_places_are_sound(
    suqian: Desk, bars: Any, write: Callable[[Any], object]
) -> None:
    write(bars)
    assert told(suqian, bars) == []


UNREADABLE: dict[str, Callable[[Any], object]] = {
    "stacked areas": lambda axes: axes.stackplot([0, 1], [1500, 1500], [471, 471], labels=LABELS),
    "an area": lambda axes: axes.fill_between([0, 1], [9999, 9999]),
    "an area to the right": lambda axes: axes.fill_betweenx([0, 1], [9999, 9999]),
    "a polygon": lambda axes: axes.fill([0, 1, 1], [0, 0, 9999]),
    "stairs": lambda axes: axes.stairs([9999, 1]),
    "broken bars": lambda axes: axes.broken_barh([(0, 9999)], (0, 1)),
    "segments": lambda axes: axes.vlines([0, 1], 0, [9999, 1], lw=20),
    "segments to the right": lambda axes: axes.hlines([0, 1], 0, [9999, 1], lw=20),
    "boxes": lambda axes: axes.add_patch(Rectangle((0, 0), 1, 9999)),
    "a mesh": lambda axes: axes.pcolormesh([[1, 2]]),
}


@pytest.mark.parametrize("draw", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_held_against_given_data_is_said(suqian: Desk, draw: Callable[[Any], object]) -> None:
    figure = drawn(draw)
    suqian.s.show(figure, caption="图", alt="图。", data=DATA)
    assert any("无法与数据核对" in each.what for each in suqian.findings() if each.rule == "UNBOUND")


@pytest.mark.parametrize(
    "draw",
    [
        lambda axes: axes.bar(LABELS, [1431, 471]),
        lambda axes: axes.plot(LABELS, [1431, 471]),
        lambda axes: axes.scatter(LABELS, [1431, 471]),
        lambda axes: axes.pie([1431, 471], labels=LABELS, shadow=True),
    ],
)
def test_what_can_be_held_against_them_is_not(suqian: Desk, draw: Callable[[Any], object]) -> None:
    suqian.s.show(drawn(draw), caption="图", alt="图。", data=DATA)
    assert UNREAD not in {point.series for point in suqian.exhibit.points()}


@pytest.mark.parametrize("data", [None, DATA])
@pytest.mark.parametrize(
    "draw",
    [
        lambda axes: axes.imshow([[1, 2], [3, 4]]),
        lambda axes: axes.plot([1, 2], rasterized=True),
        lambda axes: axes.figure.figimage(np.zeros((4, 4))),
    ],
)
def test_pixels_are_refused(bars: Any, suqian: Desk, draw: Callable[[Any], object], data: Any) -> None:
    draw(bars)
    with pytest.raises(NotebookError, match="pixels"):
        told(suqian, bars, data=data)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1500", 1500), ("1,500", 1500), ("1500件", 1500), (" 1500 ", 1500), ("-3", -3), ("1.5", 1.5),
        (Decimal("12.50"), 12.5), (Decimal(12), 12), (np.int64(3), 3), (np.float32(0.5), 0.5), (3.0, 3),
        (None, ""), (float("nan"), ""), (np.nan, ""), ("甲", "甲"), ("第1季度", "第1季度"),
    ],
)  # fmt: skip
def test_given_numbers_are_plain_ones(suqian: Desk, bars: Any, value: Any, number: Any) -> None:
    told(suqian, bars, data={"columns": ["甲", "乙"], "rows": [["丙", value]]})
    found = suqian.exhibit.rows[0][1]
    assert (found, type(found)) == (number, type(number))


@pytest.mark.parametrize("value", ["15元", "50%", "3万件", True, np.True_, float("inf"), [1], "1500人"])
def test_what_is_no_plain_number_is_refused(suqian: Desk, bars: Any, value: Any) -> None:
    with pytest.raises(NotebookError, match="no plain number"):
        told(suqian, bars, data={"columns": ["甲", "乙"], "rows": [["丙", value]]})


def test_a_number_given_as_text_is_held_against_its_row(suqian: Desk, bars: Any) -> None:
    data = {"columns": ["结果", "件数"], "rows": [["予以公开", "1500"]]}
    suqian.s.show(bars.figure, caption="办理结果", alt="图。", data=data)
    assert "N-3E" in suqian.told()


@pytest.mark.parametrize(
    "draw", [lambda axes: axes.scatter(range(300), range(300)), lambda axes: axes.plot(range(300))]
)
def test_more_numbers_than_anybody_looks_at_are_refused(suqian: Desk, bars: Any, draw: Callable[[Any], object]) -> None:
    draw(bars)
    with pytest.raises(NotebookError, match="200 are allowed"):
        told(suqian, bars)


@pytest.mark.parametrize(
    ("named", "caption", "is_error"),
    [
        ({"予以公开": "requests.granted.natural_person"}, "办理结果", True),
        ({"予以公开": "requests.granted.organizations"}, "办理结果", True),
        ({"予以公开": "requests.granted.commercial"}, "自然人申请的办理结果", True),
        ({"予以公开": "requests.granted.natural_person"}, "自然人申请的办理结果", False),
        ({"自然人予以公开": "requests.granted.natural_person"}, "办理结果", False),
        ({"予以公开": "requests.granted.total"}, "办理结果", False),
    ],
)
def test_a_types_number_below_a_rows_name_needs_its_type(
    suqian: Desk, named: dict[str, str], caption: str, is_error: bool
) -> None:
    suqian.s.show(suqian.s.bar_chart(named), caption=caption, alt="图")
    assert (suqian.told() == ["N-3E"]) is is_error


@pytest.mark.parametrize("label", ["新收1", "新收 1", "新收1,"])
def test_a_labels_number_and_the_value_are_not_read_as_one(suqian: Desk, label: str) -> None:
    suqian.s.show(drawn(lambda axes: axes.bar([label], [5])), caption="申请情况", alt="图。")
    said = [each.what for each in suqian.findings("requests") if "图中为" in each.what]
    assert said
    assert all("“5件”" in each for each in said)


@pytest.mark.parametrize(
    "values", [[float("nan"), 3, 4], [None, 3, 4], np.ma.masked_array([9999, 3, 4], [True, False, False])]
)
@pytest.mark.parametrize("kind", ["plot", "bar"])
def test_what_is_not_there_is_an_empty_cell(suqian: Desk, kind: str, values: Any) -> None:
    if kind == "bar":
        values = [float("nan"), 3, 4]
    suqian.s.show(drawn(lambda axes: getattr(axes, kind)(["甲", "乙", "丙"], values)), caption="图", alt="图。")
    assert [row[1] for row in suqian.exhibit.rows] == ["", 3, 4]
    assert all("nan" not in each.what for each in suqian.findings())


@pytest.mark.parametrize("turning", ["\u202e", "\u2066", "\u202a"])
@pytest.mark.parametrize("part", ["caption", "alt", "source", "unit", "columns", "label", "drawn"])
def test_characters_that_turn_words_round_are_refused(suqian: Desk, part: str, turning: str) -> None:
    words = f"甲{turning}乙"
    column, label = (words if part == each else "丙" for each in ("columns", "label"))
    said: dict[str, Any] = {"caption": "图", "alt": "图", "data": {"columns": ["项目", column], "rows": [[label, 1]]}}
    figure: Figure = drawn(lambda axes: axes.set_title(words if part == "drawn" else "丙"))
    if part in ("caption", "alt", "source", "unit"):
        said[part] = words
    with pytest.raises(NotebookError, match="turns words round"):
        suqian.s.show(figure, **said)
