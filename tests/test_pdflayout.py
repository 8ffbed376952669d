"""The layout of the PDF read back: nothing outside the text block, over other text, or across a table's line."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot
from matplotlib.figure import Figure as Drawing

from reportkit.content import Block
from reportkit.errors import PublishingError
from reportkit.model import Figures
from reportkit.notebook import charts
from reportkit.publishing.docxtext import parsed, text_of, word_parts
from reportkit.publishing.exporter import ReportExporter
from reportkit.publishing.extract import content_of
from reportkit.publishing.fragment import ReportFragmentExporter
from reportkit.publishing.html import ReportHTMLExporter
from reportkit.publishing.pdf import ReportPDFExporter, compile_pdf
from reportkit.publishing.pdflayout import placed_texts, verify_layout
from reportkit.publishing.pdftext import Page, pages_of
from reportkit.publishing.svg import clean_svg
from reportkit.publishing.typst import ReportTypstExporter
from reportkit.publishing.word import ReportWordExporter
from reportkit.text.markdown import unprintable
from reportkit.text.markdown_rules import Flavour
from tests.documents import markdown_cell, numbered_figures, output_cell, prose_cell, report


def pages(source: str) -> list[Page]:
    return pages_of(compile_pdf(source, (), False, datetime(2025, 1, 1, tzinfo=UTC)))


@pytest.fixture(scope="module")
def source() -> str:
    return str(ReportTypstExporter().from_notebook_node(report())[0])


@pytest.fixture(scope="module")
def sound(source: str) -> list[Page]:
    return pages(source)


@pytest.mark.parametrize("edition", ["2019", "2021"])
@pytest.mark.parametrize("digits", [1, 4, 9])
def test_the_statutory_tables_hold_figures_of_nine_digits_in_every_column(edition: str, digits: int) -> None:
    cells = numbered_figures(edition).cells
    notebook = report(Figures(edition, {cell: 10**digits - 1 - number for number, cell in enumerate(cells)}))
    pdf, _ = ReportPDFExporter().from_notebook_node(notebook, UNREAD)
    verify_layout(pages_of(pdf), placed_texts(notebook))


UNREAD = {"attachments": {}}
"""As a build asks for a PDF, which it reads back by itself."""

PROSE = 'par({"设有公开专栏7个。"})'
MOVED = {
    "over the line above": ("move(dy: -30pt, {})", "set over other text"),
    "out on the right": ("move(dx: 300pt, {})", "outside the text block"),
    "out on the left": ("move(dx: -60pt, {})", "outside the text block"),
    "into the margin above": ("place(top, dy: -60pt, {})", "outside the text block"),
    "out below": ("place(bottom, dy: 60pt, {})", "outside the text block"),
}


SET_CLOSE = "office、fluffy、ffi、fjord、Ty,V.、AVATAR、L'A、f)、A/B//C、……——（“一”）①℃é×"


def test_letters_that_are_drawn_near_to_each_other_are_no_text_over_text() -> None:
    """Ligatures, kerned pairs, signs that hang at a line's end: in every place of a line."""
    words = "\n\n".join(f"{'文' * number}{SET_CLOSE * 3}" for number in range(1, 28))
    notebook = report(extra=[prose_cell(words, "problems", "close")])
    verify_layout(made(notebook), placed_texts(notebook))


@pytest.mark.parametrize("how", MOVED)
def test_text_that_was_moved_is_found_with_its_cell(source: str, how: str) -> None:
    change, fault = MOVED[how]
    moved = source.replace(PROSE, change.format(PROSE))
    assert moved != source
    with pytest.raises(PublishingError, match=fault) as refusal:
        verify_layout(pages(moved), placed_texts(report()))
    assert refusal.value.where.startswith("section ")


@given(data=st.data())
def test_any_character_moved_over_another_is_found(sound: list[Page], data: st.DataObject) -> None:
    page = data.draw(st.sampled_from([each for each in sound if len(each.characters) > 50]))
    place, other = (data.draw(st.integers(0, len(page.characters) - 1)) for _ in range(2))
    moved, over = page.characters[place], page.characters[other]
    if moved == over or min(over.right - over.left, over.top - over.bottom) < 1:
        return
    right, down = over.middle_x - moved.middle_x, over.middle_y - moved.middle_y
    there = moved._replace(
        x=moved.x + right, baseline=moved.baseline + down, left=moved.left + right, right=moved.right + right,
        bottom=moved.bottom + down, top=moved.top + down,
    )  # fmt: skip
    characters = (*page.characters[:place], there, *page.characters[place + 1 :])
    with pytest.raises(PublishingError):
        verify_layout([replace(page, characters=characters)], ())


def test_a_figure_that_runs_out_of_its_cell_is_found_with_its_id() -> None:
    figures = numbered_figures()
    cell = "requests.received/natural_person"
    assert cell in figures.cells
    notebook = report(Figures("2021", {**figures.cells, cell: 10**14}))
    pdf, _ = ReportPDFExporter().from_notebook_node(notebook, UNREAD)
    with pytest.raises(PublishingError) as refusal:
        verify_layout(pages_of(pdf), placed_texts(notebook))
    assert cell in refusal.value.where


def drawn(change: Callable[[Drawing], object]) -> object:
    figure = charts.bars({"予以公开": 12, "部分公开": 3}, "件")
    change(figure)
    svg, exhibit = charts.exhibit(figure, "办理结果", "条形图。", "件", None, None)
    return output_cell({"image/svg+xml": svg}, "requests", "mine", {"exhibit": exhibit.to_json()})


@pytest.mark.parametrize(
    "change",
    [
        lambda figure: figure.text(0.5, 0.5, "一行很长的说明文字") and figure.text(0.51, 0.51, "另一行说明文字"),
        lambda figure: figure.axes[0].set_title("标题文字如此之长，盖住了左边的单位，这样的标题不能公布", loc="center"),
    ],
)
def test_words_over_words_in_a_chart_are_found(change: Callable[[Drawing], object]) -> None:
    notebook = report(extra=[drawn(change)])
    pdf, _ = ReportPDFExporter().from_notebook_node(notebook, UNREAD)
    with pytest.raises(PublishingError, match="set over other text") as refusal:
        verify_layout(pages_of(pdf), placed_texts(notebook))
    assert refusal.value.where == "图2, section requests, cell mine"


def large(figure: Drawing, first: str, second: str, size: float) -> None:
    figure.set_size_inches(6.1, 4)
    figure.text(0.3, 0.5, first, size=size)
    figure.text(0.31, 0.5, second, size=size)


@pytest.mark.parametrize("size", [30, 50, 80])
@pytest.mark.parametrize("words", [("甲乙", "戊己"), ("草稿", "稿草")])
def test_large_words_are_looked_at_as_small_ones(size: float, words: tuple[str, str]) -> None:
    notebook = report(extra=[drawn(lambda figure: large(figure, *words, size))])
    with pytest.raises(PublishingError, match="set over other text"):
        verify_layout(made(notebook), placed_texts(notebook))


def test_the_mark_of_a_draft_is_no_text() -> None:
    notebook = report()
    notebook.metadata["reportkit"]["about"]["draft"] = True
    pages = made(notebook)
    verify_layout(pages, placed_texts(notebook))
    assert max(each.top - each.bottom for page in pages for each in page.characters) < 40


@pytest.mark.parametrize("source", [None, "某处的统计", "某处 <b>"])
def test_a_charts_source_is_printed_in_every_format(source: str | None) -> None:
    svg, exhibit = charts.exhibit(charts.bars({"甲": 1}, "件"), "图的题目", "图", "件", source, None)
    notebook = report(extra=[output_cell({"image/svg+xml": svg}, "requests", "mine", {"exhibit": exhibit.to_json()})])
    caption = "图2　图的题目" + (f"（来源：{source}）" if source else "")
    word = text_of(parsed(word_parts(ReportWordExporter().from_notebook_node(notebook)[0]), "word/document.xml"))
    pdf = "".join(each.text for page in made(notebook) for each in page.characters)
    html, fragment = (
        str(exporter().from_notebook_node(notebook)[0]) for exporter in (ReportHTMLExporter, ReportFragmentExporter)
    )
    assert caption in word
    assert "".join(caption.split()) in pdf
    for page in (html, fragment):
        assert escape(caption, quote=False) in page
        assert ("来源" in page) is (source is not None)


def table(columns: int, cell: str, rows: int = 1, caption: str = "") -> str:
    """A Markdown table of so many months, all cells alike."""
    lines = [[f"{month}月" for month in range(1, columns + 1)], ["--"] * columns, *[[cell] * columns] * rows]
    return caption + "\n".join(f"|{'|'.join(line)}|" for line in lines)


def made(notebook: object) -> list[Page]:
    return pages_of(ReportPDFExporter().from_notebook_node(notebook, UNREAD)[0])


@pytest.mark.parametrize(
    "change",
    [
        lambda figure: figure.text(0.5, 0.995, "一行被切掉的标题", va="center"),
        lambda figure: figure.text(0.9, 0.5, "一行长长的文字出了图的右边"),
        lambda figure: figure.text(-0.02, 0.5, "一行文字"),
        lambda figure: figure.text(0.99, 0.2, "竖排的文字很长很长很长很长很长很长", rotation=90),
        lambda figure: figure.text(0.5, 0.01, "一行文字", va="center"),
    ],
)
@pytest.mark.parametrize(
    "exporter", [ReportPDFExporter, ReportHTMLExporter, ReportWordExporter, ReportFragmentExporter]
)
def test_words_that_a_charts_edge_cuts_off_are_refused_with_their_cell(
    change: Callable[[Drawing], object], exporter: type[ReportExporter]
) -> None:
    with pytest.raises(PublishingError, match="run over its edge") as refusal:
        exporter().from_notebook_node(report(extra=[drawn(change)]))
    assert refusal.value.where == "section requests, cell mine"


def test_no_words_of_a_common_chart_are_taken_for_cut_off() -> None:
    charts.style()
    figure, axes = pyplot.subplots(figsize=(6, 3), layout="constrained")
    axes.plot([1, 2, 3], [100, 2000, 30000], label="甲")
    axes.set(title="标题", xlabel="年份", ylabel="件数")
    axes.tick_params(axis="x", rotation=45)
    axes.legend()
    svg, _ = charts.exhibit(figure, "图", "图", "件", None, None)
    assert clean_svg(svg, "chart1")


def sized(wide: float, tall: float, letters: float = 10.5) -> object:
    """A chart of so many inches, its letters of so many points."""
    charts.style()
    figure, axes = pyplot.subplots(figsize=(wide, tall), layout="constrained")
    axes.plot([1, 2, 3], [100, 2000, 30000])
    axes.tick_params(labelsize=letters)
    svg, exhibit = charts.exhibit(figure, "图", "图", "件", None, None)
    return output_cell({"image/svg+xml": svg}, "requests", "mine", {"exhibit": exhibit.to_json()})


@pytest.mark.parametrize(("wide", "tall"), [(6.1, 60), (1, 20), (60, 6), (20, 20)])
@pytest.mark.parametrize("exporter", [ReportPDFExporter, ReportHTMLExporter, ReportWordExporter])
def test_a_chart_that_a_page_shows_too_small_is_refused_with_its_cell(
    exporter: type[ReportExporter], wide: float, tall: float
) -> None:
    with pytest.raises(PublishingError, match=r"would be printed [0-3]\.[0-9] pt high") as refusal:
        exporter().from_notebook_node(report(extra=[sized(wide, tall)]))
    assert refusal.value.where == "section requests, cell mine"


@pytest.mark.parametrize(("wide", "tall", "letters"), [(6.1, 12, 10.5), (6.1, 3, 6), (12, 6, 9), (20, 20, 24)])
def test_a_tall_chart_is_printed_on_one_page_with_its_caption(wide: float, tall: float, letters: float) -> None:
    notebook = report(extra=[sized(wide, tall, letters)])
    found = made(notebook)
    verify_layout(found, placed_texts(notebook))
    words = ["".join(each.text for each in page.characters) for page in found]
    (page,) = (each for each in words if "图2" in each)
    assert "30000" in page


def test_nbconvert_reads_its_pdf_back_too() -> None:
    with pytest.raises(PublishingError, match="set over other text"):
        ReportPDFExporter().from_notebook_node(
            report(extra=[drawn(lambda figure: figure.text(0.5, 0.5, "一行文字") and figure.text(0.51, 0.5, "另一行"))])
        )


SOUND = [(2, "12345678"), (7, "一项比较长的说明"), (13, "1234"), (14, "57913"), (9, "a@b.cn")]
TOO_WIDE = [(13, "987654321"), (60, "1"), (4, "http://example.org/a-very-long-address/of-a-page")]


@pytest.mark.parametrize(("columns", "cell"), SOUND)
def test_a_wide_table_shrinks_until_it_can_be_read(columns: int, cell: str) -> None:
    notebook = report(extra=[prose_cell(table(columns, cell), "problems", "wide")])
    verify_layout(made(notebook), placed_texts(notebook))


@pytest.mark.parametrize(("columns", "cell"), TOO_WIDE)
@pytest.mark.parametrize("flavour", ["prose", "notebook"])
def test_a_table_that_fits_in_no_legible_size_is_refused_with_its_line(
    columns: int, cell: str, flavour: Flavour
) -> None:
    (found,) = unprintable(f"一段。\n\n{table(columns, cell)}", flavour)
    assert str(found.said).startswith("The table '1月 2月")
    assert found.line == 3


def test_rows_stay_whole_and_heads_are_repeated_on_each_page() -> None:
    notebook = report(
        extra=[prose_cell(table(3, "一二三四五六七八九十" * 6, 30, "表：各月情况\n\n"), "problems", "long")]
    )
    pages = made(notebook)
    verify_layout(pages, placed_texts(notebook))
    shown = ["".join(each.text for each in page.characters) for page in pages]
    holding = [text for text in shown if "一二三四五六七八九十" in text]
    assert len(holding) > 1
    assert all("1月2月3月" in text for text in holding)
    assert sum("表1各月情况" in text for text in shown) == 1
    assert all(text.count("一") % 6 == 0 for text in holding[1:])


@pytest.mark.parametrize("flavour", ["prose", "notebook"])
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_writers_own_table_has_a_number_and_its_caption_in_every_format(flavour: str, between: str) -> None:
    tables = [f"表：{name}情况{between}{table(2, name)}" for name in ("甲", "乙")] + [table(2, "丙")]
    cell = prose_cell if flavour == "prose" else lambda text, section, name: markdown_cell(text, section, name)
    notebook = report(extra=[cell(text, "problems", f"t{number}") for number, text in enumerate(tables)])
    content = content_of(notebook, "2021")
    said = [item.text for _, item in content.shown() if isinstance(item, Block)]
    assert [text for text in said if text.startswith("表")] == ["表1　甲情况", "表2　乙情况", "表3"]
    printed = "".join(each.text for page in made(notebook) for each in page.characters)
    page = str(ReportHTMLExporter().from_notebook_node(notebook)[0])
    fragment = str(ReportFragmentExporter().from_notebook_node(notebook)[0])
    docx = word_parts(ReportWordExporter().from_notebook_node(notebook)[0])
    word = text_of(parsed(docx, "word/document.xml"))
    for caption in ("表1　甲情况", "表2　乙情况"):
        assert caption in page
        assert caption in fragment
        assert caption in word
        assert caption.replace("　", "") in printed
    for whole in (page, fragment, word, printed):
        assert "表：" not in whole
