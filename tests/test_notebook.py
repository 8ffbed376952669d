"""What a notebook says and shows, without a kernel: what `display` is given is caught and looked at."""

import inspect
import re
import warnings
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import matplotlib as mpl
import nbformat
import pytest
from lxml import etree
from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reportkit.build.plan import check_submission
from reportkit.checks.prose.plain import Passage
from reportkit.checks.prose.run_rules import check_prose
from reportkit.content import Content
from reportkit.demo.write import demo_of, write_demo
from reportkit.editions import lay_out
from reportkit.errors import NotebookError, ReportkitError
from reportkit.execution.dependencies import IN_KERNELS
from reportkit.execution.kernels.spec import kernel_spec
from reportkit.execution.run_jobs import run_job
from reportkit.inputs.project import Project
from reportkit.inputs.reads import Reader
from reportkit.model import MISSING, TABLE_MIME, Confinement, Exhibit, Job, Severity, Table
from reportkit.notebook import NotebookSection, charts, open_section
from reportkit.notebook import growth as numbers
from reportkit.notebook.preload import warm_up
from reportkit.publishing.html import css
from reportkit.text.markdown import parse, plain
from tests.conftest import Golden, MakeProject

mpl.use("agg")

OUTCOMES = {
    "予以公开": "requests.granted.total",
    "部分公开": "requests.partial.total",
    "不予公开": "requests.refused.total",
}
NONE_AT_ALL = """
published_on: 2025-01-20
none_received: true
blanks_are_zero: [table2, table4]
figures: {requests: {carried_in: [0, 0, 0, 0, 0, 0]}}
"""


@dataclass
class Shown:
    """What was displayed: each output's data by mime type, and its `reportkit` metadata."""

    data: list[dict[str, Any]] = field(default_factory=list)
    about: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, data: dict[str, Any], *, metadata: dict[str, Any], raw: bool) -> None:
        assert raw
        self.data.append(data)
        self.about.append(metadata["reportkit"])

    @property
    def words(self) -> list[str]:
        """Each paragraph as its reader sees it."""
        return [plain(parse(each["text/markdown"], "prose")) for each in self.data if "text/markdown" in each]

    @property
    def exhibits(self) -> list[Exhibit]:
        return [Exhibit.from_json(each["exhibit"]) for each in self.about if each["kind"] == "chart"]

    @property
    def svg(self) -> str:
        return str(self.data[-1]["image/svg+xml"])


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    caught = Shown()
    monkeypatch.setattr("reportkit.notebook.shown.display", caught)
    return caught


@pytest.fixture(autouse=True)
def untouched_style() -> Iterator[None]:
    """matplotlib's own style again after each test, and no figure of pyplot left open."""
    import matplotlib.pyplot as plt

    yield
    plt.close("all")
    mpl.rcdefaults()


def section(root: Path, year: int = 2024, department: str = "suqian") -> NotebookSection:
    project = Project(root)
    return NotebookSection(Reader(project, project.submission(year, department)), year)


@pytest.fixture
def s(repository: Path, shown: Shown) -> NotebookSection:
    """宿迁市 2024: complete figures, with last year's."""
    return section(repository)


@pytest.fixture
def gaps(repository: Path, shown: Shown) -> NotebookSection:
    """南岗区营商局 2023: nothing received, nearly all else missing, no last year."""
    return section(repository, 2023, "nangang-ysj")


@pytest.fixture
def nothing(make_project: MakeProject, shown: Shown) -> NotebookSection:
    """A year in which nothing happened: every figure is 0, no prose, and no last year."""
    root = make_project("one-section", {"params/2024/qinghe-swj.yaml": NONE_AT_ALL})
    return section(root, 2024, "qinghe-swj")


def refused(call: Callable[[], object]) -> NotebookError:
    with pytest.raises(NotebookError) as stopped:
        call()
    return stopped.value


# Opening


def test_opening_a_section_reads_the_plans_inputs(
    repository: Path, shown: Shown, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REPORTKIT_INPUTS", str(repository))
    monkeypatch.chdir(tmp_path)
    opened = open_section(2024, "suqian")
    assert (opened.year, opened.department.id, opened.has_last_year) == (2024, "suqian", True)
    assert shown.about[0]["kind"] == "opened"


def test_opening_a_section_finds_the_nearest_project(
    one_section_project: Path, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REPORTKIT_INPUTS", raising=False)
    monkeypatch.chdir(one_section_project / "notebooks")
    opened = open_section(2024, "qinghe-swj")
    assert (opened.department.name, opened.has_last_year) == ("清河区水务局", False)


@pytest.mark.parametrize(("year", "department"), [(2018, "suqian"), (2022, "suqian"), (2024, "suqain")])
def test_what_cannot_be_opened_is_refused(
    repository: Path, shown: Shown, monkeypatch: pytest.MonkeyPatch, year: int, department: str
) -> None:
    monkeypatch.setenv("REPORTKIT_INPUTS", str(repository))
    with pytest.raises(ReportkitError) as stopped:
        open_section(year, department)
    assert stopped.value.fix
    assert shown.data == []


# Numbers


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("requests.received.total", 3525),
        ("requests.refused.total", 92),
        ("requests.handled.total", 3646),
        ("requests.handled.organizations", 88),
        ("disclosure.fees.amount", Decimal("72701.2578")),
    ],
)
def test_a_figure_is_known_by_its_name(s: NotebookSection, name: str, value: Any) -> None:
    assert s.figure(name) == value


def test_a_missing_figure_is_none(gaps: NotebookSection) -> None:
    assert (gaps.figure("requests.granted.total"), gaps.figure("requests.received.total")) == (None, 0)


def test_an_unknown_figure_is_refused_with_the_nearest(s: NotebookSection) -> None:
    assert "'requests.refused.total'" in refused(lambda: s.figure("requests.refused.totl")).fix


def test_last_years_figure_is_none_without_last_year_or_such_a_row(s: NotebookSection, gaps: NotebookSection) -> None:
    assert s.last_year("requests.handled.total") == 3607
    assert s.last_year("requests.nothing.total") is None
    assert gaps.last_year("requests.handled.total") is None


@pytest.mark.parametrize(
    ("before", "now", "text"),
    [
        (3607, 3646, "增长1.08%"),
        (100, 97, "下降3.00%"),
        (7, 7, "持平"),
        (3, 4, "增长33.33%"),
        (3, 0, None),
        (1, 1000, "增长99900.00%"),
        (20000, 20001, "增长0.01%"),
        (Decimal("0.5"), Decimal("0.75"), "增长50.00%"),
        (0, 5, None),
        (0, 0, None),
        (None, 5, None),
        (5, None, None),
    ],
)
def test_growth_is_rounded_half_up_or_none(before: Any, now: Any, text: str | None) -> None:
    assert numbers.growth(before, now) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (1, 3, "33.33%"),
        (2, 3, "66.67%"),
        (0, 3, "0.00%"),
        (3, 3, "100.00%"),
        (1, 0, None),
        (None, 3, None),
        (1, None, None),
    ],
)
def test_a_share_has_two_digits_or_is_none(part: Any, whole: Any, text: str | None) -> None:
    assert numbers.share(part, whole) == text


def test_growth_and_share_go_by_name(s: NotebookSection, gaps: NotebookSection) -> None:
    assert s.growth("requests.handled.total") == "增长1.08%"
    assert s.share("requests.refused.total", "requests.concluded.total") == "2.61%"
    assert gaps.growth("requests.received.total") is None
    assert gaps.share("requests.received.total", "requests.handled.total") is None


# Sentences


def test_say_shows_one_paragraph_of_several_sentences(s: NotebookSection, shown: Shown) -> None:
    s.say("{year}年，", s.sentence("{department.name}收到{requests.received.total}件"), "。")
    assert shown.words == ["2024年，宿迁市人民政府收到3525件。"]
    (about,) = shown.about
    assert about["kind"] == "sentence"
    assert [shown.words[0][start:end] for start, end in about["computed"]] == ["2024", "宿迁市人民政府", "3525"]


def test_say_with_nothing_to_say_shows_nothing(s: NotebookSection, shown: Shown) -> None:
    s.say("与上年相比{growth}。", growth=None)
    s.say(s.sentence("甲{x}", x=None), s.sentence(""))
    assert shown.data == []


@pytest.mark.parametrize(
    ("text", "values", "printed"),
    [
        ("{disclosed_items}条", {}, "14万余条"),
        ("{policy_qa.unit}", {}, "期"),
        ("{last_year.requests.handled.total}", {}, "3607"),
        ("{x}和{y}", {"x": 3, "y": Decimal("1.50")}, "3和1.50"),
        ("{x}", {"x": "*甲* <b> {year}"}, "*甲* <b> {year}"),
        ("{year}", {"year": "今"}, "今"),
        ("{{year}}", {}, "{year}"),
        ("{{{year}}}", {}, "{2024}"),
        ("a { b", {}, "a { b"),
        ("没有名称", {}, "没有名称"),
    ],
)
def test_a_name_in_a_sentence_is_replaced(
    s: NotebookSection, shown: Shown, text: str, values: Any, printed: str
) -> None:
    s.say(text, **values)
    assert shown.words == [printed]


def test_a_missing_figure_is_printed_as_missing(gaps: NotebookSection, shown: Shown) -> None:
    gaps.say("结转{requests.carried_out.total}件。", zero="无结转。")
    assert shown.words == [f"结转{MISSING}件。"]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("收到{requests.received.total}件。", "没有。"),
        ("收到{requests.received.total}件、{requests.carried_in.total}件。", "没有。"),
        ("{year}年收到{requests.received.total}件。", "没有。"),
        ("{year}年。", "2024年。"),
        ("收到{x}件。", "收到0件。"),
    ],
)
def test_zero_is_said_where_every_figure_named_is_zero(
    nothing: NotebookSection, shown: Shown, text: str, printed: str
) -> None:
    nothing.say(text, zero="没有。", x=0)
    assert shown.words == [printed]


def test_zero_is_not_said_where_one_figure_is_more(s: NotebookSection, shown: Shown) -> None:
    s.say("{requests.not_processed.publication.total}件，{requests.granted.total}件。", zero="没有。")
    assert shown.words == ["0件，1431件。"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("{requests.received.totl}", "requests.received.total"),
        ("{polcy_qa}", "policy_qa"),
        ("{nothing}", "Accepted: "),
        ("{}", "Accepted: "),
        ("{year:>5}", "Did you mean 'year'?"),
        ("{year!r}", "Did you mean 'year'?"),
        ("{__class__}", "Accepted: "),
    ],
)
def test_an_unknown_name_in_a_sentence_is_refused(s: NotebookSection, shown: Shown, text: str, hint: str) -> None:
    error = refused(lambda: s.say(text))
    assert "is not defined" in error.what
    assert hint in error.fix
    assert shown.data == []


def test_items_leave_out_what_is_zero(s: NotebookSection, nothing: NotebookSection, gaps: NotebookSection) -> None:
    assert (
        s.items(OUTCOMES | {"出版物": "requests.not_processed.publication.total"})
        == "予以公开1431件、部分公开471件、不予公开92件"
    )
    assert s.items({"许可": "disclosure.licensing.decisions"}, unit="项") == "许可1573179项"
    assert nothing.items(OUTCOMES) is None
    assert gaps.items(OUTCOMES) == MISSING
    assert gaps.items({"新收": "requests.received.total", **OUTCOMES}) == "、".join(
        f"{label}{MISSING}件" for label in OUTCOMES
    )


def test_where_to_read_and_whom_to_ask_come_from_the_register(
    gaps: NotebookSection, s: NotebookSection, shown: Shown
) -> None:
    gaps.say(gaps.where_to_read(), gaps.whom_to_ask())
    s.say(s.where_to_read(), s.whom_to_ask())
    assert shown.words == [
        "本报告电子版可在哈尔滨市人民政府门户网站“政务公开—政府信息公开年报—区、县（市）政府信息公开年度报告”栏目查阅、下载"
        "（网址：http://xxgk.harbin.gov.cn）。如对本报告有疑问，请与南岗区营商局综合办公室联系"
        "（地址：南岗区海城街140号；电话：0451-86252566）。"
    ]


# Prose


def test_prose_shows_the_departments_words_with_names_bound(s: NotebookSection, shown: Shown) -> None:
    s.prose("overview")
    assert shown.words[0].startswith("2024年，我市")
    assert "14万余条" in shown.words[0]
    (about,) = shown.about
    assert (about["kind"], about["slot"]) == ("prose", "overview")
    assert [shown.words[0][start:end] for start, end in about["computed"]] == ["2024", "14万余"]


@pytest.mark.parametrize(("slot", "words"), [("proactive", [MISSING]), ("overview", []), ("on_request", [])])
def test_a_required_slot_left_empty_is_printed_as_missing(
    nothing: NotebookSection, shown: Shown, slot: str, words: list[str]
) -> None:
    nothing.prose(slot)
    assert shown.words == words


def test_an_unknown_slot_is_refused_with_the_nearest(s: NotebookSection) -> None:
    assert "'proactive'" in refused(lambda: s.prose("proactve")).fix


# Tables


@pytest.mark.parametrize("table_id", ["disclosure", "requests", "disputes"])
def test_a_table_travels_as_data_beside_a_picture_for_people(
    s: NotebookSection, repository: Path, shown: Shown, table_id: str
) -> None:
    s.table(table_id)
    (data,) = shown.data
    expected = lay_out(s.edition, table_id, Project(repository).submission(2024, "suqian").figures)
    assert list(data) == [TABLE_MIME, "text/html", "text/plain"]
    assert Table.from_json(data[TABLE_MIME]) == expected
    assert shown.about == [{"kind": "table", "table": table_id}]
    page = etree.HTML(data["text/html"])
    assert [cell.text for cell in page.iter("td", "th")] == [cell.text for row in expected.rows for cell in row]
    assert data["text/plain"].startswith(expected.caption)


def test_an_unknown_table_is_refused_with_the_nearest(s: NotebookSection) -> None:
    assert "'requests'" in refused(lambda: s.table("request")).fix


# Charts


def test_a_bar_chart_carries_the_data_that_it_draws(s: NotebookSection, shown: Shown) -> None:
    s.show(
        s.bar_chart(OUTCOMES), caption="{year}年办理结果", alt="条形图：{requests.granted.total}件等。", source="表三"
    )
    assert shown.exhibits == [
        Exhibit(
            caption="2024年办理结果",
            alt="条形图：1431件等。",
            unit="件",
            columns=("项目", "数值"),
            rows=(("予以公开", 1431), ("部分公开", 471), ("不予公开", 92)),
            source="表三",
        )
    ]
    assert shown.data[0]["text/plain"] == "条形图：1431件等。"


def test_a_comparison_chart_carries_both_years(s: NotebookSection, shown: Shown) -> None:
    s.show(s.comparison_chart(OUTCOMES), caption="比较", alt="柱形图")
    (exhibit,) = shown.exhibits
    assert exhibit.columns == ("项目", "2023年", "2024年")
    assert exhibit.rows == (("予以公开", 1191, 1431), ("部分公开", 328, 471), ("不予公开", 142, 92))


def test_a_bar_prints_every_digit_of_an_amount(s: NotebookSection, shown: Shown) -> None:
    amounts = {"收费": "disclosure.fees.amount", "许可": "disclosure.licensing.decisions"}
    s.show(s.bar_chart(amounts), caption="收费", alt="条形图")
    assert {"72701.2578", "1573179"} <= set(texts(shown.svg))


def texts(svg: str) -> list[str]:
    root = etree.fromstring(svg.encode())
    return ["".join(node.itertext()).strip() for node in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_chart_shows_its_labels_as_text(s: NotebookSection, shown: Shown) -> None:
    s.show(s.bar_chart(OUTCOMES), caption="办理结果", alt="条形图")
    assert {*OUTCOMES, "1431", "471", "92", "单位：件"} <= set(texts(shown.svg))


def test_there_is_nothing_to_draw_where_a_figure_is_missing(gaps: NotebookSection, shown: Shown) -> None:
    assert gaps.bar_chart({"新收": "requests.received.total", "结转": "requests.carried_in.total"}) is None
    assert gaps.comparison_chart({"新收": "requests.received.total"}) is None


def test_there_is_nothing_to_draw_where_all_is_zero(nothing: NotebookSection) -> None:
    assert nothing.bar_chart(OUTCOMES) is None


def test_there_is_nothing_to_compare_where_last_year_has_no_such_figure(
    make_project: MakeProject, shown: Shown
) -> None:
    root = make_project("one-section", {"params/2023/qinghe-swj.yaml": "none_received: true"})
    opened = section(root, 2024, "qinghe-swj")
    assert opened.has_last_year
    assert opened.comparison_chart({"新收": "requests.received.total", "公开": "requests.granted.total"}) is None


def test_nothing_is_shown_where_there_is_no_figure(s: NotebookSection, shown: Shown) -> None:
    s.show(None, caption="", alt="")
    assert shown.data == []


@pytest.mark.parametrize(
    ("caption", "alt", "what"), [("", "甲", "caption"), (" ", "甲", "caption"), ("甲", "", "alt"), ("甲", "\n", "alt")]
)
def test_a_chart_needs_a_caption_and_an_alt_text(
    s: NotebookSection, shown: Shown, caption: str, alt: str, what: str
) -> None:
    error = refused(lambda: s.show(s.bar_chart(OUTCOMES), caption=caption, alt=alt))
    assert what in error.what
    assert what in error.fix
    assert shown.data == []


def line_chart(title: str = "", label: str = "新收") -> Figure:
    figure = Figure()
    axes = figure.add_subplot()
    axes.plot(["2022年", "2023年", "2024年"], [3120, 3511, 3525.5], label=label)
    axes.set_title(title)
    return figure


def test_a_hand_made_line_chart_carries_its_points(s: NotebookSection, shown: Shown) -> None:
    s.show(line_chart(), caption="历年新收", alt="折线图", unit="件")
    (exhibit,) = shown.exhibits
    assert exhibit.columns == ("项目", "新收")
    assert exhibit.rows == (("2022年", 3120), ("2023年", 3511), ("2024年", 3525.5))


def test_every_point_of_every_line_is_carried(s: NotebookSection, shown: Shown) -> None:
    figure = Figure()
    axes = figure.add_subplot()
    axes.plot([2022, 2023], [1, 2], label="甲")
    axes.plot([2021, 2022, 2023, 2024], [5, 6, 7, 8], label="乙")
    s.show(figure, caption="两线", alt="折线图")
    (exhibit,) = shown.exhibits
    carried = {
        (str(row[0]), name): row[place] for row in exhibit.rows for place, name in enumerate(exhibit.columns) if place
    }
    assert {carried.get((str(year), "乙")) for year in (2021, 2022, 2023, 2024)} == {5, 6, 7, 8}


def test_two_series_of_one_name_are_both_carried(s: NotebookSection, shown: Shown) -> None:
    figure = Figure()
    axes = figure.add_subplot()
    axes.bar(["甲", "乙"], [1, 2], label="件")
    axes.bar(["甲", "乙"], [3, 4], bottom=[1, 2], label="件")
    s.show(figure, caption="叠柱", alt="柱形图")
    assert sorted(value for row in shown.exhibits[0].rows for value in row[1:]) == [1, 2, 3, 4]


def test_given_data_are_carried_instead_of_those_drawn(s: NotebookSection, shown: Shown) -> None:
    s.show(
        line_chart(),
        caption="历年",
        alt="折线图",
        data={"columns": ["年份", "件数"], "rows": [["2023", 12], ["2024", 13]]},
    )
    (exhibit,) = shown.exhibits
    assert (exhibit.columns, exhibit.rows) == (("年份", "件数"), (("2023", 12), ("2024", 13)))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"columns": ["年份"]},
        {"columns": ["年份"], "rows": []},
        {"columns": [], "rows": [[]]},
        {"columns": ["年份", "件数"], "rows": [["2023"]]},
    ],
)
def test_data_that_are_no_table_are_refused(s: NotebookSection, shown: Shown, data: dict[str, Any]) -> None:
    assert "columns" in refused(lambda: s.show(line_chart(), caption="甲", alt="乙", data=data)).fix


def test_a_chart_whose_data_cannot_be_read_must_be_given_them(s: NotebookSection) -> None:
    figure = Figure()
    figure.add_subplot().scatter([1, 2], [3, 4])
    assert "data=" in refused(lambda: s.show(figure, caption="甲", alt="乙")).fix
    s.show(figure, caption="甲", alt="乙", data={"columns": ["甲", "乙"], "rows": [[1, 3], [2, 4]]})


@pytest.mark.parametrize(
    "figure", [line_chart(title="增长😀"), line_chart(title="\ue000")], ids=["emoji", "private use"]
)
def test_a_character_that_the_font_lacks_is_refused(s: NotebookSection, shown: Shown, figure: Figure) -> None:
    error = refused(lambda: s.show(figure, caption="甲", alt="乙"))
    assert "font lacks" in error.what
    assert charts.FONT in error.fix
    assert shown.data == []


@pytest.mark.parametrize("name", ["bar_chart", "comparison_chart"])
def test_a_chart_has_the_same_bytes_each_time(s: NotebookSection, shown: Shown, name: str) -> None:
    for _ in range(2):
        s.show(getattr(s, name)(OUTCOMES), caption="甲", alt="乙")
    first, second = (data["image/svg+xml"] for data in shown.data)
    assert first == second
    assert not re.search(r"<dc:date|Matplotlib v", first)


def test_an_analysts_own_settings_change_nothing(s: NotebookSection, shown: Shown) -> None:
    s.show(s.bar_chart(OUTCOMES), caption="甲", alt="乙")
    mpl.rcParams.update(
        {"svg.hashsalt": None, "svg.fonttype": "path", "savefig.dpi": 300, "font.sans-serif": ["DejaVu Sans"]}
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a font that lacks the characters, where the settings did have a say
        s.show(s.bar_chart(OUTCOMES), caption="甲", alt="乙")
    first, second = (data["image/svg+xml"] for data in shown.data)
    assert first == second


def test_an_analysts_own_pyplot_figure_is_shown_once_and_closed(
    repository: Path, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    import matplotlib.pyplot as plt

    monkeypatch.setenv("REPORTKIT_INPUTS", str(repository))
    opened = open_section(2024, "suqian")
    figure, axes = pyplot.subplots()
    axes.bar(["新收", "结转"], [3525, 121])
    opened.show(figure, caption="收办", alt="柱形图")
    assert plt.get_fignums() == []
    assert shown.exhibits[0].rows == (("新收", 3525), ("结转", 121))
    assert "Noto Sans SC" in shown.svg


# The shipped notebooks, told in this process


def tell(root: Path, shown: Shown, monkeypatch: pytest.MonkeyPatch, year: int, department: str) -> None:
    """Runs the code cells of every shipped notebook for one report, as its kernel would."""
    monkeypatch.setenv("REPORTKIT_INPUTS", str(root))
    for told in Project(root).definition.sections:
        notebook: Any = nbformat.reads((root / "notebooks" / told.notebook).read_text(encoding="utf-8"), as_version=4)
        names: dict[str, Any] = {"year": year, "department": department}
        for cell in notebook.cells:
            if cell.cell_type == "code" and "parameters" not in cell.metadata.get("tags", ()):
                exec(cell.source, names)


@pytest.mark.parametrize(
    ("year", "department"), [(2024, "suqian"), (2023, "suqian"), (2023, "nangang-ysj"), (2019, "shanghai-fgt")]
)
def test_the_shipped_notebooks_tell_the_golden_sentences(
    repository: Path, shown: Shown, monkeypatch: pytest.MonkeyPatch, golden: Golden, year: int, department: str
) -> None:
    tell(repository, shown, monkeypatch, year, department)
    lines = []
    for data, about in zip(shown.data, shown.about, strict=True):
        if about["kind"] == "sentence":
            lines.append(plain(parse(data["text/markdown"], "prose")))
        elif about["kind"] == "chart":
            exhibit = about["exhibit"]
            lines += [f"[{exhibit['caption']}] {exhibit['alt']}", str(exhibit["columns"]), *map(str, exhibit["rows"])]
        elif about["kind"] in ("prose", "table"):
            lines.append(f"({about['kind']} {about.get('slot') or about.get('table')})")
    golden(f"told-{year}-{department}.txt", "\n".join(lines) + "\n")


def test_no_rule_is_against_what_the_shipped_notebooks_say_of_sound_figures(
    tmp_path: Path, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_demo(tmp_path / "demo", demo_of(30, 2, 3, 2024))
    project = Project(tmp_path / "demo")
    for chart in ("bars", "grouped_bars"):
        monkeypatch.setattr(f"reportkit.notebook.charts.{chart}", lambda *_: None)
    for department in project.submitted(2024):
        shown.data.clear()
        shown.about.clear()
        tell(project.root, shown, monkeypatch, 2024, department)
        evidence, _ = check_submission(project, project.submission(2024, department))
        passages = [Passage("overview", "一、总体情况", text) for text in shown.words]
        findings = check_prose(evidence, passages, whole=False)
        assert [each.what for each in findings if each.severity is not Severity.INFORMATION] == []
        project.forget(department)


EVERY_OTHER_YEAR = {
    "nothing after something": (
        "requests: {received: [5, 0, 0, 0, 0, 0], carried_in: [0, 0, 0, 0, 0, 0]}",
        NONE_AT_ALL,
    ),
    "nothing after nothing": ("requests: {}", NONE_AT_ALL),
    "something after nothing": (
        "requests: {}",
        "blanks_are_zero: [table2, table3, table4]\n"
        "figures: {requests: {received: [5, 0, 0, 0, 0, 0], granted: [5, 0, 0, 0, 0, 0]}}",
    ),
    "missing after something": ("requests: {received: [5, 0, 0, 0, 0, 0]}", "published_on: 2025-01-20"),
}


@pytest.mark.parametrize(("before", "now"), EVERY_OTHER_YEAR.values(), ids=EVERY_OTHER_YEAR)
def test_the_shipped_notebooks_never_say_none(
    shipped: Path, shown: Shown, monkeypatch: pytest.MonkeyPatch, before: str, now: str
) -> None:
    (shipped / "params/2023/suqian.yaml").write_text(
        f"blanks_are_zero: [table2, table3, table4]\nfigures: {{{before}}}"
    )
    (shipped / "params/2024/suqian.yaml").write_text(now)
    tell(shipped, shown, monkeypatch, 2024, "suqian")
    said = [*shown.words, *(f"{exhibit.caption} {exhibit.alt}" for exhibit in shown.exhibits)]
    assert said
    assert [text for text in said if "None" in text] == []


# What a cell shows


def test_a_cell_shows_words_tables_and_charts_as_the_page_does(
    repository: Path, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REPORTKIT_INPUTS", raising=False)
    opened = section(repository)
    opened.prose("proactive")
    opened.table("disputes")
    opened.show(opened.bar_chart(OUTCOMES), caption="办理结果", alt="条形图")
    words, table, chart = (data["text/html"] for data in shown.data)
    style = css()
    for rule, text in (("body", words), ("p", words), ("table", table), ("th,td", table), ("figcaption", chart)):
        declared = re.search(rf"(?:^|\n){re.escape(rule)}\{{([^}}]*)\}}", style)
        assert declared is not None
        for each in declared[1].split(";"):
            name, _, value = each.partition(":")
            if name in ("font-family", "text-indent", "text-align", "border-collapse", "font-size", "padding") and (
                (rule, name) not in {("body", "font-size"), ("th,td", "text-align")}
            ):
                assert f"{name}:{value}".replace('"', "&quot;") in text
    for colour in ("--ink", "--line", "--head"):
        value = re.search(rf"{colour}:(#[0-9a-f]+)", style)
        assert value is not None
        assert value[1] in words + table
    picture = b64decode(re.findall(r"base64,([^\"]+)", chart)[0]).decode()
    assert "<text" not in picture  # its letters are drawn: no font of the reader's takes their place
    assert "<text" in shown.svg


def test_a_build_sends_words_as_markdown_alone(repository: Path, shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTKIT_INPUTS", str(repository))
    opened = section(repository)
    opened.say("一句话。")
    opened.show(opened.bar_chart(OUTCOMES), caption="办理结果", alt="条形图")
    assert [sorted(data) for data in shown.data] == [["text/markdown", "text/plain"], ["image/svg+xml", "text/plain"]]


@pytest.mark.parametrize(
    ("call", "what", "fix"),
    [
        (lambda s: s.show(None), "'caption'", "s.show(figure, caption=…, [alt=None], [unit='件']"),
        (lambda s: s.show(None, "x", "y"), "too many positional arguments", "caption=…"),
        (lambda s: s.prose(3), "'slot' is 3", "s.prose(slot)"),
        (lambda s: s.table(), "'table_id'", "s.table(table_id)"),
        (lambda s: s.bar_chart(["requests.received.total"]), "a mapping", "s.bar_chart(named"),
        (lambda s: s.say(7), "'texts' is 7", "s.say(…"),
        (lambda s: s.figure(name=None), "'name' is None", "s.figure(name)"),
        (lambda s: open_section(2024), "'department'", "open_section(year, department)"),
    ],
)
def test_a_wrong_call_says_how_it_is_written(s: NotebookSection, call: Any, what: str, fix: str) -> None:
    error = refused(lambda: call(s))
    assert what in error.what
    assert fix in error.fix


def test_an_error_in_a_cell_is_shown_without_our_own_frames(s: NotebookSection) -> None:
    error = refused(lambda: s.prose("problem"))
    lines = error._render_traceback_()
    assert lines[-3] == "NotebookError: There is no prose 'problem'."
    assert lines[-1].startswith("  Fix: Did you mean 'problems'?")
    assert not any("section.py" in line for line in lines)


def test_kernels_import_what_their_digest_is_over_and_no_more(repository: Path, tmp_path: Path) -> None:
    source = "import sys\nprint(*(each for each in sys.modules if each.startswith('reportkit.')))"
    parameters = nbformat.v4.new_code_cell("year = 2024\ndepartment = ''", metadata={"tags": ["parameters"]})
    opening = (
        "from reportkit.notebook import open_section\ns = open_section(year, department)\ns.table('requests')\n"
        "s.prose('overview')"
    )
    cells = [parameters, nbformat.v4.new_code_cell(opening), nbformat.v4.new_code_cell(source)]
    notebook = nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    )
    (tmp_path / "work").mkdir()
    job = Job("any", "any.ipynb", nbformat.writes(notebook).encode(), {"year": 2024, "department": "suqian"}, 60)
    run = run_job(job, repository, tmp_path / "work", Confinement())
    assert run.notebook is not None, run.failure
    done: Any = nbformat.reads(run.notebook.decode(), as_version=4)
    parts = {name.split(".")[1] for name in done.cells[-1].outputs[0].text.split()}
    known = {name.removesuffix(".py") for name in IN_KERNELS}
    assert parts <= known
    assert run.reads is not None
    assert set(run.reads["2024/suqian"]) >= {"table:requests", "prose:overview"}


# What is offered


def public_methods() -> list[tuple[str, Any]]:
    return [(name, each) for name, each in inspect.getmembers(NotebookSection) if not name.startswith("_")]


@pytest.mark.parametrize(
    "offered",
    [open_section, *(each for _, each in public_methods())],
    ids=["open_section", *(name for name, _ in public_methods())],
)
def test_everything_offered_to_notebooks_is_documented(offered: Any) -> None:
    document = inspect.getdoc(offered)
    assert document
    assert len(document.split("\n")[0]) > 20


def test_a_users_own_matplotlibrc_changes_no_chart(s: NotebookSection, shown: Shown) -> None:
    named = {"予以公开": "requests.granted.total"}
    for _ in range(2):
        s.show(s.bar_chart(named), caption="图", alt="图")
        mpl.rcParams.update(
            {"axes.facecolor": "red", "lines.linewidth": 9, "axes.grid": True, "savefig.facecolor": "k"}
        )
    mpl.rcdefaults()
    one, other = (each["image/svg+xml"] for each in shown.data)
    assert one == other


def test_warming_up_leaves_matplotlib_as_it_was(repository: Path) -> None:
    before = dict(mpl.rcParams)
    read = warm_up()
    assert dict(mpl.rcParams) == before
    editions = sorted((repository / "reportkit/editions").glob("*.yaml"))
    assert sorted(map(Path, read)) == editions


def test_every_preload_of_the_kernelspec_can_be_had() -> None:
    config = kernel_spec().metadata["kernel_provisioner"]["config"]
    found = {name: find_spec(name.partition(":")[0]) is not None for name in config["preload"]}
    assert {name for name, there in found.items() if not there} <= {"pandas"}
    assert "reportkit.notebook.preload:warm_up" in found


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda s: s.tabel("requests"), "Did you mean 'table'"),
        (lambda s: s.say("甲", zero=3), "'zero' is 3; words in quotes are expected"),
        (lambda s: s.show("甲", caption="甲", alt="甲"), "is no figure"),
        (lambda s: open_section("2024年", "suqian"), "'year' is '2024年'; a whole number is expected"),
        (lambda s: open_section(None, "suqian"), "a whole number is expected"),
    ],
)
def test_a_wrong_call_says_what_is_wanted(
    s: NotebookSection, call: Callable[[NotebookSection], None], told: str
) -> None:
    with pytest.raises(NotebookError) as refused:
        call(s)
    assert told in str(refused.value)
    assert not hasattr(s, "_repr_html_")


@pytest.mark.parametrize(
    ("call", "where"),
    [
        (lambda s: s.say("甲\ud800乙"), "say()"),
        (lambda s: s.say(s.sentence("{x}", x="\udfff")), "say()"),
        (lambda s: s.show(charts.bars({"甲": 1}, "件"), caption="甲\ud800", alt="甲"), "show()"),
        (lambda s: s.show(charts.bars({"甲": 1}, "件"), caption="甲", alt="\udc00乙"), "show()"),
        (lambda s: s.show(charts.bars({"甲\ud800": 1}, "件"), caption="甲", alt="乙"), "show()"),
        (lambda s: s.show(charts.bars({"甲": 1}, "\ud800件"), caption="甲", alt="乙"), "show()"),
        (lambda s: s.show(charts.bars({"甲": 1}, "件"), caption="甲", alt="乙", source="\ud800"), "show()"),
    ],
)
def test_half_a_character_is_refused_in_words(
    s: NotebookSection, call: Callable[[NotebookSection], None], where: str
) -> None:
    with pytest.raises(NotebookError) as refused:
        call(s)
    assert refused.value.where == where
    str(refused.value).encode()


# What is drawn is what the data say


@pytest.fixture
def bars() -> Any:
    figure = charts.bars({"予以公开": 3511, "部分公开": 12}, "件")
    assert told_of(figure).rows == (("予以公开", 3511), ("部分公开", 12))
    return figure


def told_of(figure: Any, data: Any = None) -> Exhibit:
    return charts.exhibit(figure, "图", "替代", "件", None, data)[1]


def test_bars_are_as_long_as_they_are_drawn(bars: Any) -> None:
    first, second = bars.axes[0].patches
    first.set_width(999)
    assert told_of(bars).rows == (("予以公开", 999), ("部分公开", 12))
    first.remove()
    assert told_of(bars).rows == (("予以公开", ""), ("部分公开", 12))
    second.set_visible(False)
    with pytest.raises(NotebookError):
        told_of(bars)


@pytest.mark.parametrize(
    "change",
    [
        lambda axes: axes.axvline(3000),
        lambda axes: axes.fill_between([0, 1], [0, 2]),
        lambda axes: axes.scatter([1], [2]),
        lambda axes: axes.pcolormesh([[1, 2]]),
        lambda axes: axes.patches[0].set_x(100),
        lambda axes: axes.patches[0].set_y(1),
        lambda axes: axes.figure.add_subplot().plot([1, 2]),
        lambda axes: axes.inset_axes([0.5, 0.5, 0.2, 0.2]).plot([1, 2]),
        lambda axes: axes.figure.add_artist(Line2D([0, 1], [0, 1])),
    ],
)
def test_whatever_else_is_drawn_belongs_to_the_chart(bars: Any, change: Callable[[Any], object]) -> None:
    before = told_of(bars)
    change(bars.axes[0])
    after = told_of(bars)
    assert (before.shapes, len(after.shapes)) == ("", 64)
    assert Content("2021", (), {"x": (before,)}).digests() != Content("2021", (), {"x": (after,)}).digests()


def test_how_a_chart_looks_is_no_shape(bars: Any) -> None:
    bars.axes[0].patches[0].set_color("red")
    bars.axes[0].spines["left"].set_visible(False)
    bars.axes[0].legend(["件"])
    assert told_of(bars).shapes == ""
    grouped = charts.grouped_bars(["甲", "乙"], {"2023年": [1, 3], "2024年": [2, 4]}, "件")
    assert told_of(grouped).shapes == ""


def test_a_chart_with_given_data_is_bound_to_what_it_draws(bars: Any) -> None:
    data = {"columns": ["项目", "件"], "rows": [["予以公开", 3511]]}
    before = told_of(bars, data)
    bars.axes[0].patches[0].set_width(999)
    assert before.shapes != told_of(bars, data).shapes


def test_bars_without_labels_of_their_own_are_bound_to_their_places() -> None:
    told = []
    for values in ([1, 1, 2, 9], [1, 1, 2, 8]):
        figure = Figure()
        figure.add_subplot().hist(values, bins=3)
        told.append(told_of(figure))
    assert told[0].rows == told[1].rows
    assert told[0].shapes != told[1].shapes


def swap_names(axes: Any) -> None:
    first, second = axes.legend().get_texts()
    first.set_text("2024年")
    second.set_text("2023年")


def reverse_legend(axes: Any) -> None:
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(handles[::-1], labels[::-1])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda axes: axes.set_yticks([0, 5], ["0", "50"]), "The value axis says 50 where 5 is."),
        (swap_names, "The legend says '2024年' of '2023年'."),
    ],
)
def test_labels_that_say_something_else_than_what_is_drawn_are_refused(
    s: NotebookSection, change: Callable[[Any], object], said: str
) -> None:
    figure, axes = pyplot.subplots()
    axes.bar([-0.2, 0.8], [1, 2], 0.4, label="2023年")
    axes.bar([0.2, 1.2], [3, 5], 0.4, label="2024年")
    axes.set_xticks([0, 1], ["甲", "乙"])
    change(axes)
    with pytest.raises(NotebookError) as refusal:
        s.show(figure, caption="图", alt="图")
    assert refusal.value.what == said


@pytest.mark.parametrize(
    "change",
    [
        lambda axes: axes.set_yticks([0, 5]),
        lambda axes: axes.set_yticks([0, 5], ["无", "5件"]),
        lambda axes: axes.set_xticks([0, 1], ["2023", "2024"]),
        lambda axes: axes.legend(),
        reverse_legend,
        lambda axes: axes.set_ylim(0, 2000),
    ],
)
def test_labels_that_are_true_or_words_are_shown(
    s: NotebookSection, shown: Shown, change: Callable[[Any], object]
) -> None:
    figure, axes = pyplot.subplots()
    axes.bar([-0.2, 0.8], [1, 2], 0.4, label="2023年")
    axes.bar([0.2, 1.2], [3, 5], 0.4, label="2024年")
    axes.set_xticks([0, 1], ["甲", "乙"])
    change(axes)
    s.show(figure, caption="图", alt="图")
    assert shown.data
