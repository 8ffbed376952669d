"""A statutory table as WordprocessingML, with every merge; and a chart as a picture with its alt text."""

from html import escape
from itertools import pairwise

from reportkit.editions.squeeze import LARGE, Fit, fit_of, usual_size
from reportkit.model import Cell, Exhibit, PlacedCell, Table
from reportkit.publishing.blocks import chart_caption
from reportkit.publishing.pictures import Pixels
from reportkit.publishing.svg_edges import TALLEST
from reportkit.publishing.wordfile import TEXT_WIDTH_TWIPS, References
from reportkit.publishing.wordtext import paragraph, run
from reportkit.text.strings import printable

_EMU_PER_TWIP = 635
_SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_WIDTH_OF_MISSING_TWIPS = 3 * 9 * 20 + 80  # three characters of 9 pt and the margins of a cell


def word_table(table: Table) -> list[str]:
    """The unit, the table and its note; its rows, or those of each of its blocks, stay on one page while they fit."""
    large = usual_size(table) == LARGE
    fit = fit_of(table)
    squeezed = None if fit == Fit(usual_size(table)) else fit
    style = "TableTextLarge" if large else "TableText"
    widths = _twips(table.widths)
    owners = _owners(table)
    rows = []
    for number in range(len(table.rows)):
        cells = _row(owners, number, widths, style, "<w:keepNext/>" if _holds(table, number) else "", squeezed)
        repeated = "<w:tblHeader/>" if number < table.head_rows else ""
        rows.append(f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>")
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    caption = _attribute(table.caption)
    body = (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="StatutoryTable"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="0000"/><w:tblCaption w:val="{caption}"/>'
        f'<w:tblDescription w:val="{caption}，单位：{_attribute(table.unit)}"/></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
    unit = paragraph(run(f"单位：{table.unit}"), "TableUnit")
    size = '<w:rPr><w:sz w:val="24"/></w:rPr>' if large else ""
    note = [] if table.note is None else [paragraph(run(table.note), "TableNote", size)]
    return [unit, body, *note, paragraph("", "TableGap")]


def _holds(table: Table, row: int) -> bool:
    """Whether a row is kept on the page of what is below it: not where the table ends, or a block but the last two."""
    if row == len(table.rows) - 1:
        return table.note is not None
    blocks = [number for number, cells in enumerate(table.rows) if any(cell.role == "block" for cell in cells)]
    return row + 1 not in blocks[1:-1]


def _twips(shares: tuple[float, ...]) -> list[int]:
    """Column widths that fill the text's width, in whole twips."""
    edges = [round(TEXT_WIDTH_TWIPS * sum(shares[:number]) / sum(shares)) for number in range(len(shares) + 1)]
    return [right - left for left, right in pairwise(edges)]


def _owners(table: Table) -> dict[tuple[int, int], PlacedCell]:
    """For each place of the grid the cell that covers it."""
    return {
        (place.row + down, place.column + right): place
        for place in table.placed()
        for down in range(place.cell.rowspan)
        for right in range(place.cell.colspan)
    }


def _row(
    owners: dict[tuple[int, int], PlacedCell],
    row: int,
    widths: list[int],
    style: str,
    together: str,
    squeezed: Fit | None,
) -> str:
    cells, column = [], 0
    while column < len(widths):
        place = owners[row, column]
        cell = place.cell
        width = sum(widths[column : column + cell.colspan])
        span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
        begins = place.row == row
        merge = "" if cell.rowspan == 1 else '<w:vMerge w:val="restart"/>' if begins else "<w:vMerge/>"
        shade = '<w:shd w:val="clear" w:color="auto" w:fill="F0F0F0"/>' if cell.role in ("block", "column") else ""
        side = '<w:jc w:val="left"/>' if cell.role == "row" and cell.rowspan == 1 else ""
        words = paragraph(_words(cell, width, squeezed) if begins else "", style, together + side)
        cells.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}{shade}<w:vAlign w:val="center"/></w:tcPr>'
            f"{words}</w:tc>"
        )
        column += cell.colspan
    return "".join(cells)


def _words(cell: Cell, width: int, squeezed: Fit | None) -> str:
    if squeezed is not None and cell.role == "data" and not cell.missing:
        size, narrow = f'<w:sz w:val="{2 * squeezed.size_pt:g}"/>', f'<w:w w:val="{100 * squeezed.width:.0f}"/>'
        return run(cell.text).replace("</w:rPr>", f"{narrow}{size}</w:rPr>")
    if not cell.missing:
        return run(cell.text)
    return run(cell.text, ("Missing" if width > _WIDTH_OF_MISSING_TWIPS else "MissingSmall",))


def word_picture(references: References, number: int, pixels: Pixels, exhibit: Exhibit) -> list[str]:
    """Chart `number` as pixels, with its SVG unless it is a picture's own, as wide as the text, and its caption."""
    image = references.part("image", f"media/chart{number}.{pixels.kind}")
    blip = f'<a:blip r:embed="{image}"/>'
    if not pixels.alone:
        svg = references.part("image", f"media/chart{number}.svg")
        more = f'<a:ext uri="{_SVG_EXTENSION}"><asvg:svgBlip r:embed="{svg}"/></a:ext>'
        blip = f'<a:blip r:embed="{image}"><a:extLst>{more}</a:extLst></a:blip>'
    wide = TEXT_WIDTH_TWIPS * _EMU_PER_TWIP
    tall = round(wide * pixels.shape[1] / pixels.shape[0])
    if tall > TALLEST * wide:
        wide, tall = round(TALLEST * wide * wide / tall), round(TALLEST * wide)
    named = f'id="{number}" name="图{number}" descr="{_attribute(exhibit.alt)}"'
    size = f'cx="{wide}" cy="{tall}"'
    drawing = (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/><wp:docPr {named}/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        f"<pic:cNvPr {named}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>{blip}"
        f'<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/>'
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )
    return [paragraph(drawing, "Picture"), paragraph(run(chart_caption(exhibit, number)), "Caption")]


def _attribute(text: str) -> str:
    return escape(printable(text).replace("\n", " "))
