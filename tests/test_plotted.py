"""Charts are checked like words and tables: what they say, what they draw, and where the numbers come from."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from reportkit.build.charted import chart_findings, refuse_other_numbers
from reportkit.build.plan import plan_report
from reportkit.checks.evidence import Evidence
from reportkit.content import Content
from reportkit.demo.write import demo_of, write_demo
from reportkit.editions import STATUTORY, Edition
from reportkit.errors import NotebookError, PublishingError
from reportkit.inputs.project import Project
from reportkit.inputs.reads import Reader
from reportkit.model import Exhibit, Finding, Plan
from reportkit.notebook import NotebookSection, charts
from reportkit.publishing.blocks import Chart
from reportkit.publishing.extract import seen
from tests.test_notebook import Shown

mpl.use("agg")

OUTCOMES = {"予以公开": "requests.granted.total", "部分公开": "requests.partial.total"}


@dataclass
class Desk:
    """A report of a project, and what its notebook shows."""

    plan: Plan
    edition: Edition
    s: NotebookSection
    shown: Shown

    @property
    def evidence(self) -> Evidence:
        basis = self.plan.basis
        return Evidence(
            self.edition,
            self.plan.department,
            self.plan.year,
            basis.figures,
            basis.register,
            basis.history,
            words=basis.words,
            facts=basis.facts,
        )

    @property
    def exhibit(self) -> Exhibit:
        return self.shown.exhibits[-1]

    def chart(self, section: str = "other_matters", exhibit: Exhibit | None = None) -> Chart:
        return Chart(self.shown.svg, exhibit or self.exhibit, 3, section, f"{section}-c4")

    def findings(self, section: str = "other_matters", exhibit: Exhibit | None = None) -> list[Finding]:
        return chart_findings(self.evidence, self.edition, [self.chart(section, exhibit)])

    def read_back(self, exhibit: Exhibit | None = None) -> None:
        refuse_other_numbers(self.plan, STATUTORY, [self.chart(exhibit=exhibit)])

    def told(self, section: str = "other_matters") -> list[str]:
        """`N-3E`, `P-2W`: rules and severities of what was found, each once."""
        return sorted({each.rule + each.severity for each in self.findings(section)})


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("demo") / "P"
    write_demo(root, demo_of(12, 2, 0, 2024))
    return root


def desk_of(root: Path, year: int, department: str, monkeypatch: pytest.MonkeyPatch) -> Desk:
    shown = Shown()
    monkeypatch.setattr("reportkit.notebook.shown.display", shown)
    monkeypatch.setenv("REPORTKIT_INPUTS", str(root))
    project = Project(root)
    plan = plan_report(project, year, department)
    section = NotebookSection(Reader(project, project.submission(year, department)), year)
    return Desk(plan, STATUTORY.load(plan.basis.figures.edition), section, shown)


@pytest.fixture
def desk(demo: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return desk_of(demo, 2024, "xugou-jia", monkeypatch)


@pytest.fixture
def suqian(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return desk_of(repository, 2024, "suqian", monkeypatch)


def drawn(draw: Callable[[Any], object], **labels: Any) -> Figure:
    figure = Figure(figsize=(6, 2.5))
    axes = figure.add_subplot()
    draw(axes)
    return figure


# Words


def test_a_chart_with_typed_numbers_and_another_year_is_found_out(desk: Desk) -> None:
    figure = drawn(lambda axes: axes.bar(["予以公开", "部分公开"], [1500, 9]))
    desk.s.show(figure, caption="2023年申请办理结果", alt="柱形图：予以公开1500件，部分公开9件。")
    assert {"N-3E", "P-2W", "UNBOUNDI"} <= set(desk.told())
    for each in desk.findings():
        assert "六、其他需要报告的事项，图3（单元格 other_matters-c4）" in each.where
    (listed,) = [each.what for each in desk.findings() if each.rule == "UNBOUND"]
    assert "1500、9" in listed


@pytest.mark.parametrize(
    "words",
    [
        {"caption": "予以公开1500件"},
        {"alt": "柱形图：收到政府信息公开申请99999件。"},
        {"source": "局办公室统计：予以公开政府信息公开申请1500件"},
        {"unit": "件，其中予以公开政府信息公开申请1500件"},
        {"caption": "本年度未收到政府信息公开申请"},
        {"alt": "图中未发生因政府信息公开引起的行政复议、行政诉讼案件。"},
    ],
    ids=["caption", "alt", "source", "unit", "none received", "no disputes"],
)
def test_whatever_a_chart_says_is_held_against_the_tables(suqian: Desk, words: dict[str, str]) -> None:
    said = {"caption": "办理结果", "alt": "柱形图。", **words}
    suqian.s.show(suqian.s.bar_chart(OUTCOMES), **said)  # type: ignore[arg-type]
    errors = [each for each in suqian.findings() if each.is_error]
    assert errors
    assert {each.rule[0] for each in errors} <= {"N", "Z"}


@pytest.mark.parametrize(
    "draw",
    [
        lambda axes: axes.set_title("予以公开1500件"),
        lambda axes: axes.set_xticks([0, 1], labels=["予以公开\n1500件", "部分公开"]),
        lambda axes: axes.text(0, 0, "其中予以公开1500件"),
        lambda axes: axes.legend(["予以公开1500件"]),
        lambda axes: axes.set_ylabel("予以公开1500件"),
        lambda axes: axes.figure.suptitle("予以公开1500件"),
        lambda axes: axes.annotate("予以公开1500件", (0, 1)),
    ],
    ids=["title", "category", "text", "legend", "axis", "over all", "annotation"],
)
def test_words_that_are_drawn_are_words(suqian: Desk, draw: Callable[[Any], object]) -> None:
    figure = drawn(lambda axes: axes.bar(["甲", "乙"], [1, 2]))
    draw(figure.axes[0])
    suqian.s.show(figure, caption="办理结果", alt="柱形图。")
    assert "N-3E" in suqian.told()


def test_numbers_of_names_in_caption_and_alt_are_no_typed_ones(suqian: Desk) -> None:
    suqian.s.show(
        suqian.s.bar_chart(OUTCOMES),
        caption="予以公开{requests.granted.total}件，答{policy_qa}期",
        alt="条形图：上年{last_year.requests.granted.total}件。",
    )
    assert [(each.part, each.name) for each in suqian.exhibit.bound] == [
        ("caption", "requests.granted.total"),
        ("caption", "policy_qa"),
        ("alt", "last_year.requests.granted.total"),
    ]
    assert suqian.told() == []
    suqian.read_back()


def test_a_bound_number_that_was_changed_stops_the_report(suqian: Desk) -> None:
    suqian.s.show(suqian.s.bar_chart(OUTCOMES), caption="公开{requests.granted.total}件", alt="条形图")
    changed = replace(suqian.exhibit, caption=suqian.exhibit.caption.replace("1431", "1432"))
    with pytest.raises(PublishingError, match=r"requests\.granted\.total is 1431") as refused:
        suqian.read_back(changed)
    assert refused.value.where == "section other_matters, cell other_matters-c4"


def test_a_year_that_labels_data_of_that_year_is_none_out_of_place(suqian: Desk) -> None:
    suqian.s.show(suqian.s.comparison_chart(OUTCOMES), caption="2023年、2024年办理结果", alt="柱形图：2023年和2024年。")
    assert suqian.told() == []


@pytest.mark.parametrize(
    "draw",
    [
        lambda axes: axes.plot(["2022年", "2023年", "2024年"], [3, 4, 5], label="甲"),
        lambda axes: axes.plot([2022, 2023, 2024], [3, 4, 5], label="甲"),
        lambda axes: [axes.bar([0, 1], [3, 4], 0.4, label=year) for year in ("2022年", "2023年")],
    ],
    ids=["categories", "numbers", "legend"],
)
def test_a_caption_may_name_the_years_that_the_data_have(suqian: Desk, draw: Callable[[Any], object]) -> None:
    suqian.s.show(drawn(draw), caption="2022年以来的变化：2022年与2023年", alt="2022年、2023年。")
    assert "P-2W" not in suqian.told()


def test_another_year_in_words_is_out_of_place(suqian: Desk) -> None:
    suqian.s.show(suqian.s.comparison_chart(OUTCOMES), caption="2021年办理结果", alt="柱形图。")
    assert suqian.told() == ["P-2W"]


def test_a_sentence_on_last_year_is_held_against_last_year(suqian: Desk) -> None:
    suqian.s.show(
        suqian.s.comparison_chart(OUTCOMES), caption="比较", alt="2023年予以公开1500件。2024年予以公开1431件。"
    )
    assert "N-3E" in suqian.told()
    suqian.s.show(
        suqian.s.comparison_chart(OUTCOMES), caption="比较", alt="2023年予以公开1191件。2024年予以公开1431件。"
    )
    assert suqian.told() == []


# What is drawn, and its names


def test_bars_carry_the_names_of_their_figures(suqian: Desk) -> None:
    suqian.s.show(suqian.s.bar_chart(OUTCOMES), caption="办理结果", alt="条形图")
    assert suqian.exhibit.names == (("requests.granted.total",), ("requests.partial.total",))
    suqian.s.show(suqian.s.comparison_chart(OUTCOMES), caption="比较", alt="柱形图")
    assert suqian.exhibit.names[0] == ("last_year.requests.granted.total", "requests.granted.total")
    assert Exhibit.from_json(suqian.exhibit.to_json()).names == suqian.exhibit.names
    suqian.read_back()


def test_what_an_analyst_draws_from_figures_carries_their_names(suqian: Desk) -> None:
    s = suqian.s
    values = [s.figure("disputes.review.upheld"), s.figure("disputes.review.corrected"), s.fact("policy_qa")]
    s.show(drawn(lambda axes: axes.bar(["结果维持", "结果纠正", "问答"], values)), caption="行政复议结果", alt="柱形图")
    assert suqian.exhibit.names == (("disputes.review.upheld",), ("disputes.review.corrected",), ("policy_qa",))
    years = [s.last_year("requests.granted.total"), s.figure("requests.granted.total")]
    s.show(drawn(lambda axes: axes.plot(["2023年", "2024年"], years, label="予以公开")), caption="变化", alt="折线图")
    assert suqian.exhibit.names == (("last_year.requests.granted.total",), ("requests.granted.total",))
    suqian.read_back()
    assert suqian.told() == []


def test_names_tell_nobody_whether_content_was_approved(suqian: Desk) -> None:
    suqian.s.show(suqian.s.bar_chart(OUTCOMES), caption="公开{requests.granted.total}件", alt="条形图")
    bare = replace(suqian.exhibit, names=(), bound=(), beside=())
    items = [tuple(seen(suqian.chart(exhibit=each))) for each in (suqian.exhibit, bare)]
    assert items[0] == items[1]
    assert Content("2021", (), {"x": items[0]}).to_json() == Content("2021", (), {"x": items[1]}).to_json()


def test_an_exhibit_of_before_is_read() -> None:
    older = {
        "caption": "图",
        "alt": "图",
        "unit": "件",
        "source": None,
        "columns": ["项目", "数值"],
        "rows": [["甲", 1]],
    }
    assert Exhibit.from_json(older).to_json() == older


def test_a_bar_that_was_changed_stops_the_report(suqian: Desk) -> None:
    figure = suqian.s.bar_chart({"甲": "requests.granted.total"})
    assert figure is not None
    figure.axes[0].patches[0].set_width(1432)  # type: ignore[attr-defined]
    suqian.s.show(figure, caption="办理结果", alt="条形图")
    with pytest.raises(PublishingError, match=r"'甲'.* is drawn as 1432; requests\.granted\.total is 1431"):
        suqian.read_back()


@given(pick=st.integers(0, 10**6), by=st.integers(1, 999), compared=st.booleans())
@settings(max_examples=25)
def test_any_plotted_number_that_is_changed_is_caught(repository: Path, pick: int, by: int, compared: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        desk = desk_of(repository, 2024, "suqian", patch)
        named = {"甲": "requests.granted.total", "乙": "policy_qa", "收费": "disclosure.fees.amount"}
        if compared:
            named = {"甲": "requests.granted.total", "乙": "disputes.review.total"}
        call = desk.s.comparison_chart if compared else desk.s.bar_chart
        desk.s.show(call(named), caption="图", alt="图")
        desk.read_back()
        figure = call(named)
        assert figure is not None
        bars = [bar for bars in figure.axes[0].containers for bar in bars.patches]  # type: ignore[attr-defined]
        bar = bars[pick % len(bars)]
        (bar.set_height if compared else bar.set_width)((bar.get_height if compared else bar.get_width)() + by)
        figure.axes[0].relim()
        figure.axes[0].autoscale_view()  # a bar beyond the axis' end would be refused at once
        desk.s.show(figure, caption="图", alt="图")
        with pytest.raises(PublishingError, match="is drawn as"):
            desk.read_back()
        desk.s.show(call(named), caption="图", alt="图")
        rows = [list(row) for row in desk.exhibit.rows]
        row = rows[pick % len(rows)]
        row[1 + pick % (len(row) - 1)] += by
        with pytest.raises(PublishingError):
            desk.read_back(replace(desk.exhibit, rows=tuple(map(tuple, rows))))


@given(pick=st.integers(0, 10**6), by=st.integers(1, 999), line=st.booleans())
@settings(max_examples=40)
def test_any_typed_number_below_a_rows_name_is_caught(repository: Path, pick: int, by: int, line: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        desk = desk_of(repository, 2024, "suqian", patch)
        known = {"本年新收": 3525, "上年结转": 121, "予以公开": 1431, "部分公开": 471, "不予公开": 92, "无法提供": 941}
        known |= {"不予处理": 117, "其他处理": 469, "办理结果总计": 3521, "结转下年度": 125, "行政复议": 170}
        values = dict(known)
        desk.s.show(_typed(values, line), caption="办理情况", alt="图")
        assert desk.told() == ["UNBOUNDI"]
        values[list(values)[pick % len(values)]] += by
        desk.s.show(_typed(values, line), caption="办理情况", alt="图")
        assert [each for each in desk.findings() if each.is_error]


def _typed(values: dict[str, int], line: bool) -> Figure:
    return drawn(lambda axes: (axes.plot if line else axes.bar)([*values], [*values.values()]))


WRONG: dict[str, Callable[[Any], object]] = {
    "bars": lambda axes: axes.bar(["予以公开", "部分公开"], [1500, 471]),
    "bars to the right": lambda axes: axes.barh(["予以公开", "部分公开"], [1500, 471]),
    "a line": lambda axes: axes.plot(["予以公开", "部分公开"], [1500, 471]),
    "a line to the right": lambda axes: axes.plot([1500, 471], ["予以公开", "部分公开"]),
    "a line with labels of its own": lambda axes: [
        axes.plot([0, 1], [1500, 471]),
        axes.set_xticks([0, 1], labels=["予以公开", "部分公开"]),
    ],
    "series": lambda axes: [axes.bar(["全年"], [1500], label="予以公开"), axes.bar(["全年"], [471], label="部分公开")],
    "swapped labels": lambda axes: axes.bar(["部分公开", "予以公开"], [1431, 471]),
    "a second axis": lambda axes: [axes.bar(["甲"], [1]), axes.twinx().plot(["予以公开"], [1500])],
    "a second chart": lambda axes: [axes.bar(["甲"], [1]), axes.figure.add_subplot(212).bar(["予以公开"], [1500])],
    "a chart within": lambda axes: [axes.bar(["甲"], [1]), axes.inset_axes((0, 0, 1, 1)).bar(["予以公开"], [1500])],
    "a line over bars": lambda axes: [axes.bar(["予以公开"], [1431]), axes.plot(["予以公开"], [1500])],
    "points over bars": lambda axes: [axes.bar(["予以公开"], [1431]), axes.scatter(["予以公开"], [1500])],
    "bars in another order": lambda axes: [
        axes.bar(["予以公开", "部分公开"], [1431, 471]),
        axes.bar(["部分公开", "予以公开"], [1431, 471]),
    ],
    "other words at the bars": lambda axes: axes.bar_label(
        axes.bar(["予以公开", "部分公开"], [1431, 471]), labels=["1500", "471"]
    ),
    "other words within the bars": lambda axes: axes.bar_label(
        axes.bar(["予以公开", "部分公开"], [1431, 471]), labels=["1500件", "471件"], label_type="center"
    ),
    "text at the bars": lambda axes: [axes.bar(["予以公开"], [1431]), axes.text(0, 1431, "1,500")],
    "last year's": lambda axes: axes.bar(["2023年", "2024年"], [1191, 1500], label="予以公开"),
    "a year's": lambda axes: [
        axes.bar(["予以公开"], [1500], label="2023年"),
        axes.bar(["予以公开"], [1431], label="2024年"),
    ],
    "a row of table 四": lambda axes: axes.bar(["行政复议", "行政诉讼"], [170, 78]),
    "all received": lambda axes: axes.bar(["新收", "结转下年度"], [3252, 125]),
    "a type of applicants": lambda axes: axes.bar(["自然人"], [9999], label="新收"),
}


@pytest.mark.parametrize("draw", WRONG.values(), ids=WRONG)
def test_a_typed_number_is_held_against_the_row_that_it_names(suqian: Desk, draw: Callable[[Any], object]) -> None:
    suqian.s.show(drawn(draw), caption="申请办理结果", alt="图。")
    found = suqian.findings()
    assert [each for each in found if each.is_error], found
    assert "UNBOUNDI" in suqian.told()


@pytest.mark.parametrize(
    "data",
    [
        {"columns": ["结果", "件数"], "rows": [["予以公开", 1500]]},
        {"columns": ["年份", "予以公开"], "rows": [["2024年", 1500]]},
        {"columns": ["结果", "2023年", "2024年"], "rows": [["予以公开", 1500, 1431]]},
        {"columns": ["项目", "数值"], "rows": [["行政复议", 1500.0]]},
    ],
)
def test_given_data_are_held_against_the_rows_too(suqian: Desk, data: dict[str, Any]) -> None:
    suqian.s.show(drawn(lambda axes: axes.scatter([1], [2])), caption="申请办理结果", alt="图。", data=data)
    assert [each for each in suqian.findings() if each.is_error]


def test_what_is_drawn_counts_where_other_data_were_given(suqian: Desk) -> None:
    data = {"columns": ["结果", "件数"], "rows": [["予以公开", 1431]]}
    suqian.s.show(drawn(lambda axes: axes.bar(["予以公开"], [1500])), caption="办理结果", alt="图。", data=data)
    assert "N-3E" in suqian.told()


def test_a_picture_made_elsewhere_is_held_against_the_rows(suqian: Desk) -> None:
    suqian.s.show(suqian.s.bar_chart(OUTCOMES), caption="办理结果", alt="图")
    forged = Exhibit(
        "办理结果", "图", "件", ("项目", "数值"), (("予以公开", 1500),), names=(("requests.granted.total",),)
    )
    with pytest.raises(PublishingError):
        suqian.read_back(forged)
    typed = replace(forged, names=())
    assert [each.rule for each in suqian.findings(exhibit=typed) if each.is_error] == ["N-3"]


def test_another_rows_figure_below_a_rows_name_is_an_error(suqian: Desk) -> None:
    suqian.s.show(suqian.s.bar_chart({"予以公开": "requests.refused.total"}), caption="办理结果", alt="图")
    suqian.read_back()
    assert suqian.told() == ["N-3E"]


def test_another_column_or_sum_of_the_row_is_none(suqian: Desk) -> None:
    named = {"予以公开": "requests.granted.natural_person", "不予公开": "requests.refused.total"}
    suqian.s.show(suqian.s.bar_chart(named), caption="自然人申请的办理结果", alt="图")
    assert suqian.told() == []
    suqian.s.show(suqian.s.bar_chart({"受理申请": "requests.handled.total"}), caption="办理", alt="图")
    assert suqian.told() == []


def test_a_number_below_another_year_is_an_error(suqian: Desk) -> None:
    figure = suqian.s.comparison_chart({"甲": "requests.granted.total"})
    assert figure is not None
    figure.axes[0].legend(["2024年", "2023年"])
    first, second = figure.axes[0].containers
    first.set_label("2024年")
    second.set_label("2023年")
    suqian.s.show(figure, caption="比较", alt="图")
    suqian.read_back()
    assert suqian.told() == ["CHARTE"]


@pytest.mark.parametrize("unit", ["%", "％"])
def test_shares_are_no_counts(suqian: Desk, unit: str) -> None:
    figure = drawn(lambda axes: axes.bar(["予以公开", "部分公开"], [40.64, 13.38]))
    suqian.s.show(figure, caption="申请办理结果占比", alt="图。", unit=unit)
    assert suqian.told() == ["UNBOUNDI"]


@pytest.mark.parametrize(
    ("caption", "labels"),
    [
        ("12345热线工单受理情况", ["受理", "办结"]),
        ("政策解读情况", ["图解", "视频"]),
        ("各渠道申请件数", ["网上申请", "信函申请"]),
        ("公开专栏访问", ["上半年", "下半年"]),
        ("主动公开信息", ["公开", "更新"]),
    ],
)
def test_numbers_that_no_table_has_are_listed_and_no_errors(suqian: Desk, caption: str, labels: list[str]) -> None:
    figure = drawn(lambda axes: axes.bar(labels, [5001, 4990]))
    suqian.s.show(figure, caption=caption, alt="柱形图。")
    assert suqian.told() == ["UNBOUNDI"]


@pytest.mark.parametrize(
    "draw",
    [
        lambda axes: axes.bar_label(axes.bar(["甲", "乙"], [1, 2]), labels=["3", "2"]),
        lambda axes: axes.bar_label(axes.bar(["甲", "乙"], [1, 2]), labels=["2", "1"]),
        lambda axes: axes.bar_label(axes.barh(["甲", "乙"], [1, 2]), labels=["2件", "1件"], label_type="center"),
        lambda axes: [axes.plot(["甲", "乙"], [1, 2]), axes.annotate("9", ("甲", 1))],
    ],
    ids=["another number", "swapped", "swapped within", "at a point"],
)
def test_a_number_written_at_a_place_is_the_one_that_is_drawn_there(suqian: Desk, draw: Any) -> None:
    suqian.s.show(drawn(draw), caption="图", alt="图")
    assert "CHARTE" in suqian.told()


def test_sums_shares_and_other_remarks_at_bars_are_sound(suqian: Desk) -> None:
    def draw(axes: Any) -> None:
        axes.bar(["甲", "乙"], [1, 2])
        axes.bar_label(axes.bar(["甲", "乙"], [3, 3], bottom=[1, 2]))
        axes.text(0, 4, "4")
        axes.text(0, 1, "2020年")
        axes.text(0.5, 0.9, "33.3%", transform=axes.transAxes)
        axes.text(0.5, 0.5, "合计3件")

    suqian.s.show(drawn(draw), caption="图", alt="图")
    assert "CHARTE" not in suqian.told()


PIE = {"columns": ["结果", "件数"], "rows": [["予以公开", 1431], ["部分公开", 471]]}


def test_a_pie_of_the_data_is_sound(suqian: Desk) -> None:
    s = suqian.s
    values = [s.figure("requests.granted.total"), s.figure("requests.partial.total")]
    figure = drawn(lambda axes: axes.pie(values, labels=["予以公开", "部分公开"], autopct="%.1f%%", shadow=True))
    s.show(figure, caption="办理结果", alt="饼图", data=PIE)
    assert suqian.told() == []


@pytest.mark.parametrize("values", [[1500, 471], [471, 1431], [1, 1]])
def test_a_pie_of_other_numbers_than_its_data_is_an_error(suqian: Desk, values: list[int]) -> None:
    figure = drawn(lambda axes: axes.pie(values, labels=["予以公开", "部分公开"]))
    suqian.s.show(figure, caption="办理结果", alt="饼图", data=PIE)
    assert "CHARTE" in suqian.told()


def test_bars_with_their_own_values_written_at_them_are_sound(suqian: Desk) -> None:
    s = suqian.s
    values = [s.figure("requests.granted.total"), s.figure("requests.partial.total")]
    figure = drawn(lambda axes: axes.bar_label(axes.bar(["予以公开", "部分公开"], values), fmt="%d件"))
    s.show(figure, caption="办理结果", alt="图。")
    assert suqian.told() == []


def test_a_figure_of_two_years_is_taken_for_that_of_its_label(suqian: Desk) -> None:
    s = suqian.s
    s._given.note("last_year.甲.x", 7)
    s._given.note("甲.x", 7)
    s.show(drawn(lambda axes: axes.bar(["2023年", "2024年"], [7, 7])), caption="图", alt="图")
    assert suqian.exhibit.names == (("last_year.甲.x",), ("甲.x",))


# Facts


def test_facts_can_be_drawn_and_calculated_with(suqian: Desk) -> None:
    s = suqian.s
    named = {"问答": "policy_qa", "予以公开": "requests.granted.total"}
    assert (s.fact("policy_qa"), s.fact("nothing_of_the_kind")) == (98, None)
    assert s.items(named) == "问答98件、予以公开1431件"
    assert s.share("policy_qa_city", "policy_qa") == "48.98%"
    s.show(s.bar_chart(named), caption="图", alt="图")
    assert suqian.exhibit.names == (("policy_qa",), ("requests.granted.total",))
    suqian.read_back()
    before, now = s.last_year("policy_qa"), s.fact("policy_qa")
    assert s.growth("policy_qa") is not None or before is None
    s.show(s.comparison_chart({"问答": "policy_qa"}), caption="图", alt="图")
    if before is not None:
        assert suqian.exhibit.rows == (("问答", before, now),)
        suqian.read_back()


def test_there_is_nothing_to_draw_where_a_fact_is_missing(suqian: Desk) -> None:
    assert suqian.s.bar_chart({"甲": "nothing_of_the_kind"}) is None
    assert suqian.s.comparison_chart({"甲": "nothing_of_the_kind"}) is None
    assert suqian.s.share("nothing_of_the_kind", "policy_qa") is None


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (lambda s: s.figure("requests.received"), "'requests.received.total'"),
        (lambda s: s.bar_chart({"新收": "requests.received"}), "'requests.received.total'"),
        (lambda s: s.bar_chart({"新收": "requests.recieved.total"}), "'requests.received.total'"),
        (lambda s: s.items({"自然人": "requests.recieved.natural_person"}), "'requests.received.natural_person'"),
        (lambda s: s.share("disputes.review", "disputes.review.total"), "'disputes.review.total'"),
        (lambda s: s.fact("polcy_qa"), "'policy_qa'"),
        (lambda s: s.comparison_chart({"问答": "policy_qas"}), "'policy_qa'"),
        (lambda s: s.growth("request.granted.total"), "'requests.granted.total'"),
        (lambda s: s.say("{requests.received}"), "'requests.received.total'"),
        (lambda s: s.say("{last_year.requests.received}"), "'last_year.requests.received.total'"),
    ],
)
def test_a_near_miss_suggests_a_whole_name_that_works(suqian: Desk, call: Any, hint: str) -> None:
    with pytest.raises(NotebookError) as refused:
        call(suqian.s)
    assert f"Did you mean {hint}?" in refused.value.fix


def test_a_fact_and_a_figure_are_asked_for_by_their_own_calls(suqian: Desk) -> None:
    with pytest.raises(NotebookError) as refused:
        suqian.s.figure("policy_qa")
    assert "s.fact('policy_qa')" in refused.value.fix
    with pytest.raises(NotebookError) as refused:
        suqian.s.fact("requests.received.total")
    assert "s.figure('requests.received.total')" in refused.value.fix


@pytest.mark.parametrize("edition_id", ["2019", "2021"])
def test_every_name_that_is_suggested_works(edition_id: str) -> None:
    from reportkit.editions.lookup import look_up, names_below
    from tests.documents import numbered_figures

    edition, figures = STATUTORY.load(edition_id), numbered_figures(edition_id)
    for asked in ("requests", "x.total", "requests.x.natural_person", "disclosure.x", "requests.x.organizations"):
        for name in names_below(edition, asked):
            if not (asked.endswith("organizations") and name.startswith(("disclosure", "disputes"))):
                look_up(edition, figures, name)


def test_the_shipped_charts_have_nothing_against_them(
    demo: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake = {
        "本年新收": "requests.received.total",
        "上年结转": "requests.carried_in.total",
        "办理结果总计": "requests.concluded.total",
        "结转下年度": "requests.carried_out.total",
    }
    reports = [(demo, department) for department in Project(demo).submitted(2024)]
    for root, department in ((repository, "suqian"), *reports):
        each = desk_of(root, 2024, department, monkeypatch)
        each.s.show(
            each.s.bar_chart(OUTCOMES),
            caption="{year}年政府信息公开申请办理结果",
            alt=f"条形图：2024年政府信息公开申请办理结果，{each.s.items(OUTCOMES)}。",
        )
        each.s.show(
            each.s.comparison_chart(intake),
            caption="政府信息公开申请收办情况与上年比较",
            alt=f"柱形图：与上年相比的政府信息公开申请收办情况，2024年{each.s.items(intake)}。",
        )
        for data, exhibit in zip(each.shown.data, each.shown.exhibits, strict=True):
            chart = Chart(data["image/svg+xml"], exhibit, 1, "requests", "c")
            assert chart_findings(each.evidence, each.edition, [chart]) == []
            each.read_back(exhibit)


def test_charts_keep_their_bytes(suqian: Desk) -> None:
    svgs = []
    for _ in range(2):
        suqian.s.show(suqian.s.bar_chart(OUTCOMES), caption="甲", alt="乙")
        svgs.append(suqian.shown.svg)
    bare, _ = charts.exhibit(charts.bars({"予以公开": 1431.0, "部分公开": 471.0}, "件"), "甲", "乙", "件", None, None)
    assert set(svgs) == {bare}


def test_percentages_of_what_is_drawn_are_no_typed_numbers(suqian: Desk) -> None:
    suqian.s.show(suqian.s.share_chart(OUTCOMES, whole="requests.concluded.total"), caption="申请办理结果占比")
    assert suqian.exhibit.alt == "申请办理结果占比。总数3521件，其中予以公开1431件（40.64%），部分公开471件（13.38%）。"
    suqian.read_back()
    assert suqian.told() == []
    other = replace(suqian.exhibit, alt=suqian.exhibit.alt.replace("13.38%", "13.83%"))
    assert [each.rule for each in suqian.findings(exhibit=other)] != []
