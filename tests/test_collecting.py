"""Collecting workbooks: what is shown, what is written, what stays, and that it can be put back."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from reportkit.build.plan import plan_report
from reportkit.collecting.collect import Collected, Standing, collect, files_in
from reportkit.collecting.keep import keep, undo
from reportkit.collecting.receipts import last_kept
from reportkit.errors import InputError, ProjectError
from reportkit.inputs.project import Project
from reportkit.inputs.sources import read_sources
from reportkit.inputs.workbook.titles import Asked
from reportkit.runs.backup import backup, restore
from reportkit.workbook.write import workbook_of
from tests.building import edit, write_shipped
from tests.test_build import reportkit
from tests.test_workbooks import changed, find

NOW = datetime(2026, 1, 5, tzinfo=UTC)
SUBMISSION = "params/2024/suqian.yaml"


@pytest.fixture
def root(repository: Path, tmp_path: Path) -> Path:
    return write_shipped(repository, tmp_path / "project")


def hand_in(root: Path, change: Callable[[Any], None] = lambda book: None, name: str = "报回.xlsx") -> Path:
    """A workbook of Suqian's year 2024 that somebody has changed and sent back."""
    content = changed(workbook_of(Project(root), 2024, "suqian"), change)
    path = root.parent / "handed-in" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def licensing(number: Any) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        cell = find(book, "表二", "行政许可")
        book["表二"].cell(cell.row, cell.column + 1).value = number

    return change


def one(root: Path, path: Path, asked: Asked | None = None) -> Collected:
    (found,) = collect(Project(root), [path], asked or Asked())
    return found


def test_equal_figures_change_no_byte(root: Path) -> None:
    before = (root / SUBMISSION).read_bytes()
    found = one(root, hand_in(root))
    assert (found.standing, found.changes) == (Standing.SAME, ())
    keep(Project(root), found, NOW)
    assert (root / SUBMISSION).read_bytes() == before


def test_one_figure_is_one_line_and_comments_stay(root: Path) -> None:
    before = (root / SUBMISSION).read_text(encoding="utf-8").splitlines()
    found = one(root, hand_in(root, licensing(1573180)))
    assert found.changes == ("表二·行政许可·本年处理决定数量：1573179→1573180",)
    keep(Project(root), found, NOW)
    after = (root / SUBMISSION).read_text(encoding="utf-8").splitlines()
    assert [(one, other) for one, other in zip(before, after, strict=True) if one != other] == [
        ("    licensing: [1573179]  # 行政许可", "    licensing: [1573180]  # 行政许可")
    ]
    assert Project(root).submission(2024, "suqian").figures["disclosure.licensing/decisions"] == 1573180


def test_comments_beside_words_and_within_a_fact_stay(root: Path) -> None:
    text = (root / SUBMISSION).read_text(encoding="utf-8")
    block = "facts:\n  counted_by_us:\n    # 每月底统计\n    value: 7  # 台账\n    unit: 期  # 刊物\n"
    text = text.replace("facts:\n", block, 1).replace("  supervision: |\n", "  supervision: |  # 办公室起草\n", 1)
    (root / SUBMISSION).write_text(text, encoding="utf-8")

    def change(book: Any) -> None:
        words = find(book, "文字", "监督保障")
        book["文字"].cell(words.row, words.column + 2).value = "改写的话。"
        sheet = next(
            each for each in book.worksheets if any(cell.value == "rk:fact:counted_by_us" for cell in each["A"])
        )
        row = next(cell.row for cell in sheet["A"] if cell.value == "rk:fact:counted_by_us")
        number = next(cell for cell in sheet[row] if str(cell.value) in ("7", "7.0"))
        number.value = 8

    keep(Project(root), one(root, hand_in(root, change)), NOW)
    after = (root / SUBMISSION).read_text(encoding="utf-8")
    assert "  supervision: |  # 办公室起草\n    改写的话。\n" in after
    assert block.replace("value: 7", "value: 8") in after


def test_words_that_came_are_the_only_ones_that_change(root: Path) -> None:
    def change(book: Any) -> None:
        cell = find(book, "文字", "监督保障")
        book["文字"].cell(cell.row, cell.column + 2).value = "第一段。\n第二段：有冒号，#井号。"

    before = Project(root).submission(2024, "suqian")
    keep(Project(root), one(root, hand_in(root, change)), NOW)
    after = Project(root).submission(2024, "suqian")
    assert after.prose["supervision"].strip() == "第一段。\n第二段：有冒号，#井号。"
    assert {**after.prose, "supervision": ""} == {**before.prose, "supervision": ""}
    assert (after.figures, after.facts) == (before.figures, before.facts)


@pytest.mark.parametrize("year", [2023, 2024])
def test_a_new_submission_says_what_the_workbook_says(root: Path, year: int) -> None:
    stated = Project(root).submission(year, "suqian")
    content = workbook_of(Project(root), year, "suqian")
    (root / f"params/{year}/suqian.yaml").unlink()
    path = root.parent / "new.xlsx"
    path.write_bytes(content)
    found = one(root, path)
    assert found.standing is Standing.NEW
    keep(Project(root), found, NOW)
    made = Project(root).submission(year, "suqian")
    assert (made.figures, made.facts) == (stated.figures, stated.facts)
    assert {slot: text.strip() for slot, text in made.prose.items() if text.strip()} == {
        slot: text.strip() for slot, text in stated.prose.items()
    }


def test_each_figure_has_the_cell_that_it_was_read_in(root: Path) -> None:
    path = hand_in(root)
    keep(Project(root), one(root, path), NOW)
    sources = read_sources((root / "params/2024/suqian.sources.json").read_bytes(), "sources")
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True)
    figures = Project(root).submission(2024, "suqian").figures
    assert set(sources) == set(figures.cells)
    for cell, source in sources.items():
        assert float(book[source.sheet][source.cell].value) == pytest.approx(float(figures[cell] or 0))


def test_what_was_handed_in_is_in_no_plan_and_no_archive(root: Path) -> None:
    before = plan_report(Project(root), 2024, "suqian").execution.inputs
    keep(Project(root), one(root, hand_in(root)), NOW)
    assert [each.name for each in (root / "params/2024/received").glob("suqian-*")]
    assert plan_report(Project(root), 2024, "suqian").execution.inputs.keys() == before.keys()
    archive = root.parent / "archive.tar.xz"
    backup(Project(root), archive)
    import tarfile

    with tarfile.open(archive) as opened:
        assert not [name for name in opened.getnames() if "received" in name]
    backup(Project(root), archive, received=True)
    restore(archive, root.parent / "restored")
    kept = {each.name: each.read_bytes() for each in (root / "params/2024/received").iterdir()}
    assert kept == {each.name: each.read_bytes() for each in (root.parent / "restored/params/2024/received").iterdir()}


def test_what_stood_before_can_be_put_back_once(root: Path) -> None:
    before = (root / SUBMISSION).read_bytes()
    keep(Project(root), one(root, hand_in(root, licensing(7))), NOW)
    (receipt,) = last_kept(Project(root), [2024], [])
    undo(Project(root), receipt, NOW)
    assert (root / SUBMISSION).read_bytes() == before
    assert not (root / "params/2024/suqian.sources.json").exists()
    assert last_kept(Project(root), [2024], []) == []


def test_collections_are_put_back_one_after_the_other(root: Path) -> None:
    before = (root / SUBMISSION).read_bytes()
    keep(Project(root), one(root, hand_in(root, licensing(7))), NOW)
    between = (root / SUBMISSION).read_bytes()
    keep(Project(root), one(root, hand_in(root, licensing(8))), NOW)
    for wanted in (between, before):
        (receipt,) = last_kept(Project(root), [2024], ["suqian"])
        undo(Project(root), receipt, NOW)
        assert (root / SUBMISSION).read_bytes() == wanted


def test_a_submission_with_a_mark_of_order_is_put_back(root: Path) -> None:
    before = b"\xef\xbb\xbf" + (root / SUBMISSION).read_bytes()
    (root / SUBMISSION).write_bytes(before)
    keep(Project(root), one(root, hand_in(root)), NOW)
    assert (last_kept(Project(root), [2024], []), (root / SUBMISSION).read_bytes()) == ([], before)
    keep(Project(root), one(root, hand_in(root, licensing(7))), NOW)
    (receipt,) = last_kept(Project(root), [2024], [])
    undo(Project(root), receipt, NOW)
    assert (root / SUBMISSION).read_bytes() == before


def test_what_somebody_has_changed_since_is_not_put_back(root: Path) -> None:
    keep(Project(root), one(root, hand_in(root, licensing(7))), NOW)
    edit(root, SUBMISSION, "licensing: [7]", "licensing: [8]")
    (receipt,) = last_kept(Project(root), [2024], [])
    with pytest.raises(ProjectError, match="changed after"):
        undo(Project(root), receipt, NOW)
    assert "licensing: [8]" in (root / SUBMISSION).read_text(encoding="utf-8")


def test_what_was_edited_since_a_workbook_went_out_is_not_lost(root: Path) -> None:
    path = hand_in(root, licensing(7))
    edit(root, SUBMISSION, "coercion: [", "coercion: [9")
    found = one(root, path)
    assert ([error.code for error in found.errors], found.after) == (["submission_edited"], None)
    assert len(found.changes) == 2
    (forced,) = collect(Project(root), [path], Asked(), over_edits=True)
    assert forced.standing is Standing.CHANGED


def test_a_second_version_of_a_workbook_is_taken(root: Path) -> None:
    first, second = hand_in(root, licensing(7)), hand_in(root, licensing(8), "第二稿.xlsx")
    keep(Project(root), one(root, first), NOW)
    found = one(root, second)
    assert (found.standing, found.errors) == (Standing.CHANGED, ())


def test_what_is_erased_is_told_first(root: Path) -> None:
    def change(book: Any) -> None:
        licensing(7)(book)
        cell = find(book, "表二", "行政强制")
        book["表二"].cell(cell.row, cell.column + 1).value = None

    found = one(root, hand_in(root, change))
    assert found.changes[0].startswith("表二·行政强制·本年处理决定数量：")
    assert found.changes[0].endswith("→（缺）")


def test_what_a_file_has_no_column_for_stays_and_what_it_leaves_blank_is_said_to_stay(root: Path) -> None:
    def change(book: Any) -> None:
        sheet = book["正文数据"]
        row = find(book, "正文数据", "policy_qa").row
        sheet.cell(row, 3).value, sheet.cell(row + 1, 3).value = 99, None
        sheet.delete_cols(next(cell.column for cell in sheet[1] if cell.value == "来源"))
        words = find(book, "文字", "监督保障")
        book["文字"].cell(words.row, words.column + 2).value = None

    found = one(root, hand_in(root, change))
    assert 'policy_qa: {value: 99, unit: 期, source: "2024年度报告"}' in (found.after or "")
    assert "数据·policy_qa：98期（来源：2024年度报告）→99期（来源：2024年度报告）" in found.changes
    (remark,) = [each for each in found.remarks if each.code == "left_blank_is_kept"]
    assert remark.arguments["parts"] == ("监督保障", "policy_qa_city")


def test_sources_of_cells_that_a_file_has_not_stay(root: Path) -> None:
    def only_table_two(book: Any) -> None:
        for name in ("表三", "表四"):
            del book[name]
        cell = find(book, "表二", "行政许可")
        book["表二"].cell(cell.row, cell.column + 1).value = None

    keep(Project(root), one(root, hand_in(root, name="全.xlsx")), NOW)
    keep(Project(root), one(root, hand_in(root, only_table_two, "表二.xlsx")), NOW)
    sources = read_sources((root / "params/2024/suqian.sources.json").read_bytes(), "sources")
    assert sources["requests.received/total"].file == "全.xlsx"
    assert sources["disclosure.rules/issued"].file == "表二.xlsx"
    assert "disclosure.licensing/decisions" not in sources


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[1573179]", "[1573180]"),
        ("[\n      1573179,  # 已核\n    ]", "[\n      1573180,  # 已核\n    ]"),
        ("\n      - 1573179  # 已核\n    ", "\n      - 1573180  # 已核\n    "),
        ("{decisions: 1573179}", "{decisions: 1573180}"),
        (
            "\n      # 由政务服务科提供\n      decisions: 1573179",
            "\n      # 由政务服务科提供\n      decisions: 1573180",
        ),
    ],
)
def test_what_stands_between_the_numbers_of_a_row_stays(root: Path, old: str, new: str) -> None:
    edit(root, SUBMISSION, "licensing: [1573179]", f"licensing: {old}")
    before = (root / SUBMISSION).read_text(encoding="utf-8")
    found = one(root, hand_in(root, licensing(1573180)))
    assert found.after == before.replace(old, new)


def test_nothing_is_written_over_what_was_changed_meanwhile(root: Path) -> None:
    found = one(root, hand_in(root, licensing(7)))
    edit(root, SUBMISSION, "licensing: [1573179]", "licensing: [8]")
    with pytest.raises(InputError, match="changed since"):
        keep(Project(root), found, NOW)


def test_versions_that_differ_are_all_refused(root: Path) -> None:
    folder = hand_in(root, licensing(7), "表.xlsx").parent
    hand_in(root, licensing(8), "表-最终版2.xlsx")
    (folder / "~$表.xlsx").write_bytes(b"x")
    found = collect(Project(root), [*files_in([folder])], Asked())
    assert [each.standing for each in found] == [Standing.REFUSED] * 2
    assert {error.code for each in found for error in each.errors} == {"versions_differ"}
    hand_in(root, licensing(7), "表-最终版2.xlsx")
    assert [each.standing for each in collect(Project(root), [*files_in([folder])], Asked())] == [Standing.CHANGED] * 2


def only(sheet: str, *changes: Callable[[Any], None]) -> Callable[[Any], None]:
    """A workbook with one of the tables alone."""

    def change(book: Any) -> None:
        for name in [each for each in book.sheetnames if each.startswith("表") and each != sheet]:
            del book[name]
        for each in changes:
            each(book)

    return change


def test_tables_in_a_file_each_are_one_report_and_keep_their_sources(root: Path) -> None:
    folder = hand_in(root, only("表二", licensing(7)), "表二.xlsx").parent
    hand_in(root, only("表三"), "表三.xlsx")
    hand_in(root, only("表四"), "表四.xlsx")
    found = collect(Project(root), [*files_in([folder])], Asked())
    assert [(each.standing, each.errors) for each in found] == [(Standing.CHANGED, ())] * 3
    assert len({each.after for each in found}) == 1
    assert "licensing: [7]" in (found[0].after or "")
    receipt = keep(Project(root), found[-1], NOW)
    assert receipt.file == "表三.xlsx、表二.xlsx、表四.xlsx"
    assert len([*(root / "params/2024/received").glob("suqian-*")]) == 3
    sources = read_sources((root / "params/2024/suqian.sources.json").read_bytes(), "sources")
    assert {cell.partition(".")[0]: source.file for cell, source in sources.items()} == {
        "disclosure": "表二.xlsx", "requests": "表三.xlsx", "disputes": "表四.xlsx",
    }  # fmt: skip
    undo(Project(root), receipt, NOW)
    assert "licensing: [1573179]" in (root / SUBMISSION).read_text(encoding="utf-8")


def test_a_table_in_two_files_with_other_figures_is_in_none(root: Path) -> None:
    folder = hand_in(root, only("表二", licensing(7)), "表二.xlsx").parent
    hand_in(root, only("表三"), "表三.xlsx")
    hand_in(root, only("表二", licensing(8)), "表二（新）.xlsx")
    found = collect(Project(root), [*files_in([folder])], Asked())
    assert {error.code for each in found for error in each.errors} == {"versions_differ"}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x00\x01\x02"])
def test_a_file_that_is_none_stops_no_other(root: Path, content: bytes) -> None:
    path = hand_in(root, licensing(7))
    (path.parent / "坏.xlsx").write_bytes(content)
    found = {each.path.name: each for each in collect(Project(root), [*files_in([path.parent])], Asked())}
    assert found["坏.xlsx"].standing is Standing.REFUSED
    assert found["报回.xlsx"].standing is Standing.CHANGED


def test_a_closed_year_takes_nothing(root: Path) -> None:
    definition = root / "params/report.yaml"
    definition.write_text(definition.read_text(encoding="utf-8") + "\nopen_years: [2025]\n", encoding="utf-8")
    (error,) = one(root, hand_in(root)).errors
    assert error.code == "collect_closed_year"


def test_a_workbook_that_nobody_has_filled_in_makes_no_submission(root: Path) -> None:
    path = root.parent / "blank.xlsx"
    path.write_bytes(workbook_of(Project(root), 2025, "suqian"))
    (error,) = one(root, path).errors
    assert error.code == "workbook_blank"


def test_sources_that_somebody_has_edited_since_are_left_alone(root: Path) -> None:
    sources = root / "params/2024/suqian.sources.json"
    keep(Project(root), one(root, hand_in(root, licensing(7))), NOW)
    keep(Project(root), one(root, hand_in(root, licensing(7), "再报.xlsx")), NOW)
    (receipt,) = last_kept(Project(root), [2024], [])
    sources.write_text(sources.read_text(encoding="utf-8").replace("再报", "某人"), encoding="utf-8")
    with pytest.raises(ProjectError, match="changed after"):
        undo(Project(root), receipt, NOW)
    assert "某人" in sources.read_text(encoding="utf-8")
    sources.write_text(sources.read_text(encoding="utf-8").replace("某人", "再报"), encoding="utf-8")
    undo(Project(root), receipt, NOW)
    assert not sources.exists()


def test_nothing_is_put_back_in_a_closed_year(root: Path) -> None:
    keep(Project(root), one(root, hand_in(root, licensing(7))), NOW)
    edit(root, "params/report.yaml", "site:", "open_years: [2023]\nsite:")
    (receipt,) = last_kept(Project(root), [2024], [])
    with pytest.raises(InputError, match="2024 is closed"):
        undo(Project(root), receipt, NOW)
    assert "licensing: [7]" in (root / SUBMISSION).read_text(encoding="utf-8")


def test_a_folder_or_file_that_there_isnt_is_said(tmp_path: Path) -> None:
    with pytest.raises(ProjectError):
        list(files_in([tmp_path / "nothing"]))


def test_the_commands_from_workbook_to_undo(root: Path) -> None:
    before = (root / SUBMISSION).read_bytes()
    made = reportkit(root, "workbook", "-y", "2024", "-d", "suqian", "--json")
    (path,) = json.loads(made.stdout)["written"]
    Path(path).write_bytes(changed(Path(path).read_bytes(), licensing(7)))
    again = reportkit(root, "workbook", "-y", "2024", "-d", "suqian")
    assert (again.returncode, "没有覆盖" in again.stdout) == (1, True)
    assert reportkit(root, "collect", path).returncode == 2  # nobody can be asked
    shown = reportkit(root, "collect", path, "--dry-run")
    assert (shown.returncode, "1573179→7" in shown.stdout) == (0, True)
    assert (root / SUBMISSION).read_bytes() == before
    assert reportkit(root, "collect", path, "--yes").returncode == 0
    assert "licensing: [7]" in (root / SUBMISSION).read_text(encoding="utf-8")
    assert reportkit(root, "collect", "--undo", "--yes").returncode == 0
    assert (root / SUBMISSION).read_bytes() == before


def test_a_folder_is_put_back_whole_and_a_changed_report_stops_no_other(root: Path) -> None:
    for year in (2023, 2024):
        content = workbook_of(Project(root), year, "suqian")
        path = root.parent / "folder" / f"{year}.xlsx"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(changed(content, licensing(7)))
    before = {year: (root / f"params/{year}/suqian.yaml").read_bytes() for year in (2023, 2024)}
    assert reportkit(root, "collect", str(path.parent), "--yes").returncode == 0
    edit(root, SUBMISSION, "licensing: [7]", "licensing: [8]")
    undone = reportkit(root, "collect", "--undo", "--yes", "--json")
    assert undone.returncode == 1
    told = json.loads(undone.stdout)
    assert [each["year"] for each in told["undone"]] == [2023]
    assert [each["code"] for each in told["errors"]] == ["collect_undo_changed"]
    assert (root / "params/2023/suqian.yaml").read_bytes() == before[2023]
    assert "licensing: [8]" in (root / SUBMISSION).read_text(encoding="utf-8")


def test_one_workbook_may_have_a_name_and_several_may_not(root: Path) -> None:
    named = root.parent / "下发" / "宿迁.xlsx"
    assert reportkit(root, "workbook", "-y", "2024", "-d", "suqian", "-o", str(named)).returncode == 0
    assert named.read_bytes()[:2] == b"PK"
    for call, words in (
        (("workbook", "-y", "2024", "-o", str(named.with_name("全部.xlsx"))), "workbooks would be written"),
        (("workbook", "-y", "2024", "-o", str(named / "里面")), "is a file, not a folder"),
        (("collect", str(named), "--send-back", str(named)), "is a file, not a folder"),
        (("workbook", "-y", "2024", "--on", "2025-01-05"), "with `--summary`"),
        (("collect", str(named), "--undo"), "takes no files"),
    ):
        refused = reportkit(root, *call)
        assert (refused.returncode, words in " ".join(refused.stderr.split())) == (2, True), refused.stderr
    assert not named.with_name("全部.xlsx").exists()
