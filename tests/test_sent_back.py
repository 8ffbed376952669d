"""What can't be accepted goes back: the same data in a fresh workbook, what is wrong beside them, and a letter."""

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from reportkit.collecting.collect import Standing, collect
from reportkit.collecting.send_back import Returned, goes_back, sent_back
from reportkit.inputs.project import Project
from reportkit.inputs.workbook.titles import Asked
from tests.building import write_shipped
from tests.test_build import reportkit
from tests.test_collecting import hand_in, licensing, one
from tests.test_workbooks import find, read, values_of

DAY = date(2025, 1, 9)
LICENSING = "disclosure.licensing/decisions"


@pytest.fixture
def root(repository: Path, tmp_path: Path) -> Path:
    return write_shipped(repository, tmp_path / "project")


def returned(root: Path, change: Callable[[Any], None]) -> Returned:
    found = one(root, hand_in(root, change))
    assert goes_back(found)
    return sent_back(Project(root), found, "审核人", DAY)


def workbook_in(back: Returned) -> bytes:
    return next(content for name, content in back.files.items() if name.endswith(".xlsx"))


def comments(content: bytes) -> dict[str, str]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        f"{sheet.title}!{cell.coordinate}": cell.comment.text
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def granted_to_more_people(book: Any) -> None:
    cell = find(book, "表三", "（一）予以公开")
    number = next(each for each in book["表三"][cell.row] if isinstance(each.value, int))
    number.value += 3


def test_the_same_data_come_back_and_what_cant_be_read_is_blank(root: Path) -> None:
    stated = Project(root).submission(2024, "suqian")
    back = workbook_in(returned(root, licensing("约20")))
    found = read(root, back)
    assert found.refusals == ()
    assert values_of(found) == {**stated.figures.cells, LICENSING: None}
    assert found.prose == {slot: text.strip() for slot, text in stated.prose.items()}
    assert found.facts == stated.facts
    place = str(found.figures[LICENSING].place)
    assert "“约20”" in comments(back)[place]
    assert not [each for each in comments(back) if each.startswith("表二!") and each != place]


def test_what_breaks_a_rule_has_its_words_beside_the_cells_and_on_the_first_sheet(root: Path) -> None:
    back = returned(root, granted_to_more_people)
    content = workbook_in(back)
    said = comments(content)
    found = read(root, content)
    total = str(found.figures["requests.granted/total"].place)
    assert "六类申请人之和" in said[total]
    front = openpyxl.load_workbook(io.BytesIO(content))["填报说明"]
    words = "\n".join(str(row[1].value) for row in front.iter_rows() if row[1].value)
    assert "六类申请人之和" in words
    assert "“报回.xlsx”" in words
    notice = next(text.decode() for name, text in back.files.items() if name.endswith(".txt"))
    assert "须改正的错误" in notice
    assert "六类申请人之和" in notice


def test_a_file_that_is_refused_has_the_broken_rules_of_the_rest_too(root: Path) -> None:
    def both(book: Any) -> None:
        licensing("约20")(book)
        granted_to_more_people(book)

    said = "\n".join(comments(workbook_in(returned(root, both))).values())
    assert "“约20”" in said
    assert "六类申请人之和" in said


def test_corrected_it_is_taken(root: Path) -> None:
    path = root.parent / "改好.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(workbook_in(returned(root, licensing("约20")))))
    licensing(20)(book)
    book.save(path)
    found = one(root, path)
    assert (found.standing, found.errors) == (Standing.CHANGED, ())
    assert found.changes == ("表二·行政许可·本年处理决定数量：1573179→20",)


def test_what_is_fine_or_nobodys_stays(root: Path) -> None:
    assert not goes_back(one(root, hand_in(root)))
    stray = root.parent / "别的.csv"
    stray.write_text("a,b\n1,2\n", encoding="utf-8")
    (found,) = collect(Project(root), [stray], Asked())
    assert (found.standing, goes_back(found)) == (Standing.REFUSED, False)


def test_the_same_file_goes_back_as_the_same_bytes(root: Path) -> None:
    assert returned(root, licensing("约20")).files == returned(root, licensing("约20")).files


def test_each_of_two_versions_goes_back(root: Path) -> None:
    paths = [hand_in(root, licensing(number), f"{number}.xlsx") for number in (20, 21)]
    folder = root.parent / "退回"
    assert reportkit(root, "collect", *map(str, paths), "--send-back", str(folder), "--as", "审核人").returncode == 1
    books = sorted(each for each in folder.iterdir() if each.suffix == ".xlsx")
    assert len(books) == 2
    assert {read(root, each.read_bytes()).figures[LICENSING].value for each in books} == {20, 21}


def test_the_command_writes_three_files_and_no_others(root: Path) -> None:
    path, folder = hand_in(root, licensing("约20")), root.parent / "退回"
    call = ("collect", str(path), "--send-back", str(folder), "--as", "审核人")
    shown = reportkit(root, *call, "--dry-run", "--json")
    assert (shown.returncode, folder.exists()) == (1, False)
    assert len(json.loads(shown.stdout)["sent_back"]) == 3
    assert reportkit(root, *call).returncode == 1
    files = {each.suffix: each for each in folder.iterdir()}
    assert set(files) == {".xlsx", ".txt", ".docx"}
    files[".txt"].write_text("有人改过", encoding="utf-8")
    again = reportkit(root, *call)
    assert again.returncode == 2
    assert files[".txt"].read_text(encoding="utf-8") == "有人改过"
    assert reportkit(root, *call, "--yes").returncode == 1
    assert "约20" in files[".txt"].read_text(encoding="utf-8")
