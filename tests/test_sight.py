"""What is plotted must be seen as it is: whole, in proportion, in a colour of its own, with nothing over it."""

from collections.abc import Callable
from typing import Any

import pytest
from matplotlib.patches import Circle, Rectangle

from reportkit.errors import NotebookError
from reportkit.notebook import charts
from tests.test_plotted import OUTCOMES, Desk, demo, desk, drawn, suqian

__all__ = ["demo", "desk", "suqian"]

LABELS = ["予以公开", "部分公开"]


def bars(axes: Any, **how: Any) -> Any:
    return axes.bar(LABELS, [5, 1], **how)


def shown(draw: Callable[[Any], object]) -> Any:
    return charts.exhibit(drawn(draw), "办理结果", "图。", "件", None, None)[1]


REFUSED: dict[str, tuple[str, Callable[[Any], object]]] = {
    "a bar above": ("cuts '予以公开' off: it reaches to 5", lambda axes: [bars(axes), axes.set_ylim(0, 2)]),
    "a bar that begins below": ("reaches to 0, and", lambda axes: [bars(axes), axes.set_ylim(0.5, 6)]),
    "a bar to the right": ("'甲' off", lambda axes: [axes.barh(["甲"], [5]), axes.set_xlim(0, 2)]),
    "a bar beside": ("'部分公开' off", lambda axes: [bars(axes), axes.set_xlim(-0.5, 0.5)]),
    "upside down": ("reaches to 5", lambda axes: [bars(axes), axes.set_ylim(2, 0)]),
    "a line": ("'甲' off", lambda axes: [axes.plot([1, 2], [3, 9], label="甲"), axes.set_ylim(0, 5)]),
    "a point": ("reaches to 9", lambda axes: [bars(axes), axes.scatter([1], [9]), axes.set_ylim(0, 6)]),
    "white bars": ("'予以公开' in the colour", lambda axes: bars(axes, color="white")),
    "nearly white bars": ("'予以公开' in the colour", lambda axes: bars(axes, color="#fdfdfd")),
    "a thin colour": ("in the colour", lambda axes: bars(axes, color=(0, 0, 1, 0.01))),
    "grey on grey": ("in the colour", lambda axes: [axes.set_facecolor("0.7"), bars(axes, color="0.7")]),
    "a white line": ("'甲' in the colour", lambda axes: axes.plot([1, 2], color="white", label="甲")),
    "a white point": ("in the colour", lambda axes: [bars(axes), axes.scatter([0, 1], [1, 1], c=["k", "w"])]),
    "a white slice": ("'乙' in the", lambda axes: axes.pie([1, 2], labels=["甲", "乙"], colors=["k", "w"])),
    "hidden axes": ("hides the axes", lambda axes: [bars(axes), axes.set_visible(False)]),
    "a hidden figure": ("hides the axes", lambda axes: [bars(axes), axes.figure.set_visible(False)]),
    "bars on logarithms": ("a scale that is log", lambda axes: [bars(axes), axes.set_yscale("log")]),
    "bars to the right on roots": (
        "a scale that is symlog",
        lambda axes: [axes.barh(["甲"], [5]), axes.set_xscale("symlog")],
    ),
    "a white box": (
        "covers the bar '予以公开'",
        lambda axes: [bars(axes), axes.add_patch(Rectangle((-0.5, 2), 1, 4, color="white", zorder=9))],
    ),
    "a white area": (
        "covers the bar '予以公开'",
        lambda axes: [bars(axes), axes.fill_between([-0.5, 0.5], 2, 6, color="white")],
    ),
    "a box of the figure": (
        "covers the bar",
        lambda axes: [bars(axes), axes.figure.patches.append(box_of(axes.figure))],
    ),
}


def box_of(figure: Any) -> Rectangle:
    box = Rectangle((0, 0.5), 1, 0.5, color="white", transform=figure.transFigure)
    box.set_figure(figure)
    return box


@pytest.mark.parametrize(("said", "draw"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_seen_as_it_is_is_refused(said: str, draw: Callable[[Any], object]) -> None:
    with pytest.raises(NotebookError) as refused:
        shown(draw)
    assert said in refused.value.what
    assert "办理结果" in refused.value.what


SOUND: dict[str, Callable[[Any], object]] = {
    "bars that fill their axes": lambda axes: [bars(axes), axes.set_ylim(0, 5)],
    "bars with room": lambda axes: [bars(axes), axes.set_ylim(0, 2000)],
    "upside down": lambda axes: [bars(axes), axes.set_ylim(6, 0)],
    "a line on part of an axis": lambda axes: [axes.plot([1, 2], [8, 9]), axes.set_ylim(8, 9)],
    "a line across": lambda axes: [bars(axes), axes.axhline(3, color="white"), axes.axline((0, 0), slope=1)],
    "a bar that has no number": lambda axes: axes.bar(["甲", "乙", "丙"], [float("nan"), 3, 4]),
    "a line that has gaps": lambda axes: axes.plot([1, 2, 3], [1, float("nan"), 3]),
    "a line on logarithms": lambda axes: axes.semilogy([1, 2], [10, 1000]),
    "white bars with an edge": lambda axes: bars(axes, color="white", edgecolor="k"),
    "hatched bars": lambda axes: bars(axes, color="white", edgecolor="0.5", lw=0, hatch="//"),
    "pale bars": lambda axes: bars(axes, color="#ffffcc"),
    "white bars on a dark ground": lambda axes: [axes.set_facecolor("k"), bars(axes, color="white")],
    "a white line of a twin": lambda axes: [
        axes.set_facecolor("k"),
        bars(axes),
        axes.twinx().plot([0, 1], [1, 2], color="w"),
    ],
    "white markers with edges": lambda axes: axes.plot([1, 2], "o", color="k", mfc="white"),
    "hidden axes without data": lambda axes: [bars(axes), axes.figure.add_subplot().set_visible(False)],
    "axes without a frame": lambda axes: [bars(axes), axes.axis("off")],
    "a band behind": lambda axes: [bars(axes), axes.axvspan(-0.5, 0.5, color="0.9", zorder=0)],
    "a band before them in the same layer": lambda axes: [axes.axvspan(-0.5, 0.5, color="0.9"), bars(axes)],
    "a band to see through": lambda axes: [bars(axes), axes.axvspan(-0.5, 0.5, alpha=0.3)],
    "a ring around": lambda axes: [bars(axes), axes.add_patch(Circle((0, 5), 0.3, fill=False))],
    "a box beside": lambda axes: [bars(axes), axes.add_patch(Rectangle((0.45, 0), 0.1, 5, color="white"))],
    "a legend over bars": lambda axes: [bars(axes, label="件"), axes.legend(loc="center left")],
}


@pytest.mark.parametrize("draw", SOUND.values(), ids=SOUND)
def test_what_is_seen_as_it_is_is_sound(draw: Callable[[Any], object]) -> None:
    assert shown(draw).rows


FLOATING: dict[str, Callable[[Any], object]] = {
    "one of two": lambda axes: bars(axes, bottom=[0, 6]),
    "all": lambda axes: bars(axes, bottom=3),
    "to the right": lambda axes: axes.barh(LABELS, [5, 1], left=[6, 0]),
    "on an invisible one": lambda axes: [bars(axes, alpha=0), bars(axes, bottom=[5, 1])],
    "higher than the one below": lambda axes: [bars(axes), bars(axes, bottom=[5, 4])],
}


@pytest.mark.parametrize("draw", FLOATING.values(), ids=FLOATING)
def test_a_bar_that_stands_on_nothing_is_an_error(suqian: Desk, draw: Callable[[Any], object]) -> None:
    suqian.s.show(drawn(draw), caption="图", alt="图。")
    assert any("画起，下面没有画到这里的柱" in each.what for each in suqian.findings() if each.rule == "CHART")


@pytest.mark.parametrize(
    "draw",
    [
        lambda axes: [bars(axes), bars(axes, bottom=[5, 1]), bars(axes, bottom=[10, 2])],
        lambda axes: [bars(axes, bottom=[5, 1]), bars(axes)],
        lambda axes: [axes.bar(LABELS, [-5, -1]), axes.bar(LABELS, [-2, -3], bottom=[-5, -1])],
        lambda axes: axes.bar([*LABELS, "丙", "丁"], [5, 1, 2, 4], bottom=[0, 5, 4, 0]),
        lambda axes: axes.barh(LABELS, [5, 1], left=[-2.5, -0.5]),
        lambda axes: axes.hist([[1, 1, 2], [1, 2, 2]], stacked=True),
    ],
    ids=["three layers", "in any order", "below 0", "a waterfall", "around 0", "histograms"],
)
def test_bars_on_bars_are_sound(suqian: Desk, draw: Callable[[Any], object]) -> None:
    suqian.s.show(drawn(draw), caption="图", alt="图。")
    assert "CHARTE" not in suqian.told()


def of_figures(desk: Desk, draw: Callable[[Any], object] = lambda _: None, by: int = 1, **more: Any) -> list[str]:
    values = [desk.s.figure(name) / by for name in OUTCOMES.values()]  # type: ignore[operator]
    figure = drawn(lambda axes: [axes.bar(LABELS, values), draw(axes)])
    desk.s.show(figure, caption="办理结果", alt="图。", **more)
    return [each.what for each in desk.findings() if each.is_error]


@pytest.mark.parametrize("words", ["万件", "数量（万件）", "单位：亿元", "千件"])
def test_a_unit_of_many_contradicts_figures(suqian: Desk, words: str) -> None:
    assert any("单位写" in each for each in of_figures(suqian, lambda axes: axes.set_ylabel(words)))
    if words == "万件":
        assert any("单位写“万件”" in each for each in of_figures(suqian, unit=words))


@pytest.mark.parametrize("words", ["件", "数量（件）", "%", "占比", "1万件以上"])
def test_other_units_are_sound(suqian: Desk, words: str) -> None:
    assert of_figures(suqian, lambda axes: axes.set_ylabel(words)) == []


def test_figures_that_were_divided_have_a_unit_of_many(suqian: Desk) -> None:
    assert not any("单位写" in each for each in of_figures(suqian, by=10000, unit="万件"))


@pytest.mark.parametrize("words", ["予以公开$9$件", r"予以公开$\mathbf{9}$件", "予以公开9件"])
def test_a_number_in_mathematics_is_read(suqian: Desk, words: str) -> None:
    assert of_figures(suqian, lambda axes: axes.text(0, 2, words))
    assert not of_figures(suqian, lambda axes: axes.text(0, 2, words.replace("9", "1431")))


def test_a_number_at_a_bar_is_read_in_mathematics(suqian: Desk) -> None:
    assert any("标注" in each for each in of_figures(suqian, lambda axes: axes.text(0, 2, r"$\mathbf{9}$件")))
    assert not of_figures(suqian, lambda axes: axes.text(0, 2, r"$\mathbf{1431}$件"))
