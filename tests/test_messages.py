"""What errors say: the catalogue in two languages, how one is chosen, and slips of clerks called by their name."""

import ast
import json
import pickle
import random
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from typer.testing import CliRunner

from reportkit import cli
from reportkit.build.check import check_reports
from reportkit.cli import console
from reportkit.cli.anywhere import in_their_places
from reportkit.editions import STATUTORY
from reportkit.errors import (
    InputError,
    InputErrors,
    NotebookError,
    ProjectError,
    PublishingError,
    ReportkitError,
    each_error,
    near_match,
)
from reportkit.inputs.project import Project
from reportkit.inputs.submission import read_submission
from reportkit.messages.catalogue import catalogue
from reportkit.messages.languages import language_of, show_in, shown_language
from reportkit.messages.said import Said, places_in
from reportkit.preview.making import Maker
from reportkit.publishing.findings import findings_page
from reportkit.text import markdown
from reportkit.text.dates import chinese_date
from reportkit.text.yamlfile import read_yaml
from tests.conftest import MakeProject
from tests.strategies import hostile_text

PACKAGE = Path(__file__).parent.parent / "reportkit"
SUBMISSION = "params/2024/qinghe-swj.yaml"
SEVEN = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")


# The catalogue

ENGLISH_ONLY: Mapping[str, str] = {
    "A scheduler or worker of dask, which operators start": (
        "certificate_missing certificate_not_named certificates_unfit memory_too_small needs_dask "
        "no_amount_of_memory no_fitting_worker no_scheduler_address no_scheduler_answers no_scheduler_for_worker "
        "no_worker no_worker_answered scheduler_lost_building scheduler_lost_serving scheduler_not_encrypted "
        "worker_needs_dask worker_not_started workers_killed workers_lost workers_too_small"
    ),
    "An argument of a command for operators": (
        "another_run archive_cut_off archive_damaged archive_entry_differs archive_foreign archive_holds_foreign "
        "archive_memory archive_no_file archive_no_target archive_not_written archive_other_version "
        "archive_unpacks_too_much backup_file_name backup_of_changed no_free_port no_such_run preview_needs_watchfiles "
        "restore_folder_not_empty restore_no_room restore_not_written run_log_not_written runs_not_written "
        "source_date_epoch which_run which_system"
    ),
    "A demo project, which developers write": (
        "demo_folder_is_file demo_folder_not_empty demo_not_written demo_number demo_without_notebooks demo_year"
    ),
    "A chart's drawing, which a notebook's code makes": (
        "chart_not_drawn chart_not_svg chart_words_over_edge chart_words_small svg_invalid"
    ),
    "What a finished file must be, whatever was handed in: only a defect breaks it": (
        "cell_differs defect docx_doctype docx_lacks docx_merge docx_not_whole docx_not_xml docx_row_columns "
        "fragment_bears_mark fragment_element fragment_lacks_mark fragment_lacks_table "
        "fragment_picture_without_alt markdown_kind page_anchor_twice page_attribute_runs page_chart_without_alt "
        "page_headings page_holds page_http_equiv page_picture_without_alt page_style_loads page_table_count "
        "page_without_body pdf_attachments pdf_bears_mark pdf_lacks_mark pdf_layout pdf_not_made pdf_table_differs "
        "pdf_table_untagged table_cells table_too_wide_pdf table_too_wide_word typst_without_hints word_bears_mark "
        "word_holds_file word_holds_tag word_lacks_mark word_loads word_picture_without_alt word_table_count "
        "word_target_missing"
    ),
    "The portal, which operators publish": (
        "site_anchor_twice site_dead_links site_is_link site_lost_reports site_page_holds site_tag_loads site_tag_runs"
    ),
    "The machine's limits": ("report_too_slow too_few_handles worker_process_ended"),
}
"""Codes that no clerk or reviewer can cause, by the reason."""

IN_ENGLISH_ALONE = {"error", "file", "kind", "name", "problem", "reason", "accepted"}
"""Arguments that Chinese may leave out: a library's or Python's own words, and a file that the place names already."""


def is_whole(texts: Mapping[str, Any]) -> bool:
    """Whether an entry is an error's; else it is a fragment, which each language writes from what it needs."""
    return "fix" in texts["en"]


def test_a_code_without_chinese_is_one_that_only_developers_and_operators_cause() -> None:
    reasons = [code for codes in ENGLISH_ONLY.values() for code in codes.split()]
    assert sorted(reasons) == sorted(code for code, texts in catalogue().items() if "zh" not in texts)


def test_both_languages_say_what_and_fix_and_name_the_same_arguments() -> None:
    for code, texts in catalogue().items():
        if "zh" not in texts:
            continue
        assert texts["en"].keys() == texts["zh"].keys(), code
        english, chinese = (places_in(" ".join(texts[language].values())) for language in ("en", "zh"))
        if is_whole(texts):
            assert chinese <= english, code
            assert english - chinese <= IN_ENGLISH_ALONE, code


def test_chinese_ends_as_its_readers_expect() -> None:
    """`What` has no full stop of its own: it is said before a place, or within a sentence."""
    for code, texts in catalogue().items():
        if "zh" in texts and is_whole(texts):
            assert not texts["zh"]["what"].endswith("。"), code
            assert texts["zh"]["fix"][-1] in '。…}”"' or re.search(r"[a-z.…]$", texts["zh"]["fix"]), code
            assert re.search("[\u4e00-\u9fff]|^{", texts["zh"]["what"]), code


ERRORS = {
    each.__name__ for each in (ReportkitError, InputError, InputErrors, NotebookError, ProjectError, PublishingError)
} | {"ApprovalsError", "_UnknownCall", "Said"}
FAMILIES: Mapping[str, set[str]] = {
    "unprintable_": {"shown"},
    "wants_": {"problem", "limit", "form"},
    "form_": set(),
    "kind_": {"kind", "shown", "written"},
}
"""Codes that are made from a name, and what they are given."""


def sites() -> Iterator[tuple[str, str, set[str]]]:
    """Each place of the package where an error or a message is made: where, its code, what it is given."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS):
                continue
            first = node.args[0] if node.args else None
            given = {str(keyword.arg) for keyword in node.keywords} - {"where", "detail"}
            for code in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,):
                where = f"{path.relative_to(PACKAGE)}:{node.lineno}"
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    yield where, code.value, given
                else:
                    assert not isinstance(code, ast.JoinedStr) or node.func.id == "Said", f"{where}: a sentence"


def test_each_error_of_the_package_has_an_entry_and_gives_what_its_texts_name() -> None:
    found = list(sites())
    assert len(found) > 200
    for where, code, arguments in found:
        assert code in catalogue(), f"{where}: {code}"
        named = places_in(" ".join(text for texts in catalogue()[code].values() for text in texts.values()))
        assert named == arguments, f"{where}: {code}"


def test_no_entry_is_idle() -> None:
    used = {code for _, code, _ in sites()}
    idle = {code for code in catalogue() if code not in used}
    assert {code for code in idle if not code.startswith(tuple(FAMILIES))} == set()
    for code in idle:
        family = next(each for each in FAMILIES if code.startswith(each))
        named = places_in(" ".join(text for texts in catalogue()[code].values() for text in texts.values()))
        assert named <= FAMILIES[family], code


@pytest.mark.parametrize(
    "text",
    [
        "$x$",
        "<u>一</u>",
        "![图](a.png)",
        "- [ ] 甲",
        "- # 甲",
        "甲\n---",
        "甲\n\n---",
        "甲[^1]",
        "\u202e甲",
        "[^1]: 甲",
    ],
)
def test_what_cant_be_printed_has_a_text_in_both_languages(text: str) -> None:
    for found in markdown.unprintable(text, "prose"):
        assert found.said.has_chinese
        assert found.said.text("what", "zh") != found.said.text("what", "en")


# Errors


def errors() -> list[ReportkitError]:
    return [
        InputError("unknown_key", where="params/2024/a.yaml, line 3, b", key="b", near=near_match("b", ["a", "c"])),
        PublishingError("cell_differs", where="report.pdf", table="表", cell="a", fault="is 1", detail="more"),
        InputError("A sentence of somebody else's.", where="f", fix="Do it."),
        InputErrors([InputError("level_twice", level="x"), InputError("key_missing", key="y")]),
    ]


@pytest.mark.parametrize("number", range(len(errors())))
def test_an_error_crosses_process_borders_and_is_said_in_either_language(number: int) -> None:
    error = errors()[number]
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.code, again.shown("zh"), str(again)) == (
        type(error), error.code, error.shown("zh"), str(error)
    )  # fmt: skip
    assert [each.said for each in each_error(again)] == [each.said for each in each_error(error)]


def test_an_error_is_shown_in_the_language_of_its_process() -> None:
    error = errors()[0]
    assert str(error) == "Unknown key 'b'. Where: params/2024/a.yaml, line 3, b. Fix: Accepted: a, c."
    show_in("zh")
    assert str(error) == "没有名为“b”的项目。位置：params/2024/a.yaml第3行（b）。改法：可用：a、c。"
    assert (error.what, error.fix) == ("Unknown key 'b'.", "Accepted: a, c.")


def test_an_error_without_chinese_says_so_and_keeps_its_english() -> None:
    shown = errors()[1].shown("zh")
    assert (shown.what, shown.fix) == ("出现了技术问题", "请与管理人员联系。")
    assert shown.detail == "表: a is 1. Report this as a defect of reportkit; nothing was published.\nmore"
    show_in("zh")
    assert "表: a is 1." in str(errors()[1])


def test_an_error_without_chinese_is_english_throughout() -> None:
    error = InputError("no_such_run", run=near_match("21", ["2019", "2021"]))
    within = "Did you mean '2021'? Accepted: 2019, 2021."
    assert error.shown("zh").detail == f"There is no run '{within}'. `reportkit runs` lists them."


def test_the_code_of_somebody_elses_sentence_is_the_sentence() -> None:
    error = errors()[2]
    assert (error.what, error.fix, str(error)) == (
        "A sentence of somebody else's.", "Do it.", "A sentence of somebody else's. Where: f. Fix: Do it."
    )  # fmt: skip


def test_several_errors_are_said_one_a_line_and_counted_by_the_first() -> None:
    several = errors()[3]
    assert several.what == "Level 'x' appears twice. (and 1 more)"
    assert several.shown("zh").what == "审批环节“x”重复（另有1处）"
    show_in("zh")
    assert str(several).splitlines() == ["审批环节“x”重复。改法：id不能重复。", "缺少项目“y”。改法：请补填“y:”。"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_nobody_sees_is_escaped_in_both_languages(language: Any) -> None:
    error = InputError("unknown_key", where="\u202eparams", key="a\u202e\nb", near=Said("accepted", accepted=["\x07"]))
    shown = error.shown(language)
    for text in (shown.what, shown.where, shown.fix):
        assert not re.search("[\u202e\n\x07]", text)


@given(value=hostile_text)
def test_an_argument_is_never_read_as_a_text_of_the_catalogue(value: str) -> None:
    said = Said("unknown_key", key=value + "{near}", near="x")
    assert said.text("what").count("{near}") == value.count("{near}") + 1


@pytest.mark.parametrize(
    ("where", "chinese"),
    [
        ("params/2024/a.yaml, line 3, figures.requests", "params/2024/a.yaml第3行（figures.requests）"),
        ("params/2024/a.yaml, line 3", "params/2024/a.yaml第3行"),
        ("the command line", "命令行"),
        ("notebooks/a.ipynb, cell b", "notebooks/a.ipynb，单元格b"),
        ("notebooks/a.ipynb, cell more, line 3", "notebooks/a.ipynb，单元格more第3行"),
        ("notebooks/a.ipynb, cell `b`", "notebooks/a.ipynb，单元格b"),
        ("notebooks/a.ipynb, cell tagged `parameters`", "notebooks/a.ipynb，带parameters标签的单元格"),
        ("notebooks/a.ipynb, before the first cell", "notebooks/a.ipynb，第一个单元格之前"),
        ("section overview, cell proactive", "overview部分，单元格proactive"),
        ("params/2024/a.yaml and params/2024/a.yml", "params/2024/a.yaml和params/2024/a.yml"),
    ],
)
def test_a_place_has_a_chinese_form(where: str, chinese: str) -> None:
    error = InputError("key_missing", where=where, key="x")
    assert (error.shown("zh").where, error.shown("en").where) == (chinese, where)


# The language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US", "LC_MESSAGES": "zh_CN"}, "zh"),
        ({"LANG": "zh_CN", "LC_ALL": ""}, "zh"),
        ({"LC_ALL": "de_DE", "LC_MESSAGES": "zh_CN"}, "en"),
    ],
)
def test_the_language_is_the_locales(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language


Call = Callable[..., "Result"]


class Result:
    def __init__(self, code: Any, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def reportkit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs `reportkit …` in this process, where no locale is set."""
    for name in ("REPORTKIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "300")

    def call(*arguments: object, **variables: str) -> Result:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["reportkit", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        printed = capsys.readouterr()
        return Result(stopped.value.code, printed.out, printed.err)

    return call


@pytest.fixture
def broken(make_project: MakeProject) -> Path:
    return make_project("one-section", {SUBMISSION: "figurs: {}\n"})


CHINESE = [
    "2024/qinghe-swj 没有名为“figurs”的项目",
    f"  位置：{SUBMISSION}第1行（figurs）",
    "  改法：是否应为“figures”？",
]


@pytest.mark.parametrize("arguments", [("check", "--lang", "zh"), ("--lang", "zh", "check"), ("check", "--lang=zh")])
def test_the_language_stands_before_or_after_the_command(
    reportkit: Call, broken: Path, arguments: tuple[str, ...]
) -> None:
    assert reportkit(*arguments, "-C", broken).err.splitlines() == CHINESE


YEARS = {f"params/{year}/qinghe-swj.yaml": "" for year in (2021, 2022, 2023, 2024)}
NO_NOTEBOOK = """\
2021/qinghe-swj 没有这个文件
  位置：notebooks/other.ipynb
  改法：请建立notebooks/other.ipynb，或者更正它的名称。
  受此影响的还有：2022/qinghe-swj、2023/qinghe-swj、2024/qinghe-swj
"""


@pytest.mark.parametrize("command", ["check", "plan", "build"])
def test_what_stops_many_reports_for_one_reason_is_told_once(
    reportkit: Call, make_project: MakeProject, command: str
) -> None:
    root = make_project("one-section", YEARS)
    (root / "notebooks" / "other.ipynb").unlink()
    chinese = reportkit(command, "-C", root, "--lang", "zh")
    assert NO_NOTEBOOK in chinese.err
    assert (chinese.code, chinese.err.count("other")) == (1, NO_NOTEBOOK.count("other"))
    english = reportkit(command, "-C", root, "--lang", "en")
    assert english.err.count("other") == NO_NOTEBOOK.count("other")
    assert "It stops too: 2022/qinghe-swj, 2023/qinghe-swj, 2024/qinghe-swj" in english.err
    told = json.loads(reportkit(command, "-C", root, "--json").out)["reports"]
    assert len(told) == len(YEARS)
    assert all(each["code" if command != "check" else "error"] for each in told)


def test_a_picture_that_a_notebook_lacks_is_told_once_beside_what_else_is_wrong(
    reportkit: Call, make_project: MakeProject
) -> None:
    root = make_project("one-section", {**YEARS, "params/2023/qinghe-swj.yaml": "figurs: {}\n"})
    path = root / "notebooks" / "other.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    source = '![图](../params/none.png "题")\n\n![图](../params/{year}.png "题")'
    notebook["cells"].append({"cell_type": "markdown", "id": "shown", "metadata": {}, "source": source})
    path.write_text(json.dumps(notebook), encoding="utf-8")
    told = reportkit("check", "-C", root, "--lang", "en").err
    assert told.count("There is no picture params/none.png") == 1
    assert "2021/qinghe-swj There is no picture params/none.png" in told
    assert "2022/qinghe-swj There is no picture params/2022.png" in told
    assert told.count("Unknown key 'figurs'.") == 1
    assert "2023/qinghe-swj Unknown key 'figurs'." in told
    assert told.count("It stops too: 2024/qinghe-swj") == 1  # which is held against it


@pytest.mark.parametrize("name", ["REPORTKIT_LANG", "LANG"])
def test_the_language_is_that_of_the_environment(reportkit: Call, broken: Path, name: str) -> None:
    assert reportkit("check", "-C", broken, **{name: "zh"}).err.splitlines() == CHINESE
    english = reportkit("check", "-C", broken, "--lang", "en")
    assert english.err.splitlines()[1:2] == [f"  Where: {SUBMISSION}, line 1, figurs"]


def test_without_a_chinese_locale_errors_are_english(reportkit: Call, broken: Path) -> None:
    assert "Unknown key 'figurs'." in reportkit("check", "-C", broken, LANG="C.UTF-8").err
    assert shown_language() == "en"


def test_a_language_that_there_isnt_is_a_bad_argument(reportkit: Call, broken: Path) -> None:
    assert reportkit("check", "--lang", "fr", "-C", broken).code == 2
    assert reportkit("check", "-C", broken, REPORTKIT_LANG="fr").code == 2


APPROVE = ("approve", "-y", "2024", "-d", "qinghe-swj", "-l", "sign", "--as", "甲")


@pytest.mark.parametrize("command", [("check",), ("plan",), APPROVE])
def test_json_has_the_code_beside_the_text(reportkit: Call, broken: Path, command: tuple[str, ...]) -> None:
    (report,) = json.loads(reportkit(*command, "--json", "-C", broken, "--lang", "zh").out)["reports"]
    if command[0] == "approve":
        assert (report["code"], "尚未生成" in report["error"]) == ("not_built", True)
    else:
        assert report["code"] == "unknown_key"
        assert (
            report["error"] == f"没有名为“figurs”的项目。位置：{SUBMISSION}第1行（figurs）。改法：是否应为“figures”？"
        )


@pytest.mark.parametrize(
    ("arguments", "placed"),
    [
        (["-C", "a", "check"], ["check", "-C", "a"]),
        (["check", "-C", "a"], ["check", "-C", "a"]),
        (["--project=a", "runs", "show", "x"], ["runs", "show", "x", "--project=a"]),
        (["--project", "a", "check", "-y", "2024"], ["check", "-y", "2024", "--project", "a"]),
        (["check", "--lang", "zh", "-y", "2024"], ["--lang", "zh", "check", "-y", "2024"]),
        (["-C", "a", "check", "--lang=zh"], ["--lang=zh", "check", "-C", "a"]),
        (["-C", "a", "lab", "--", "-C", "b", "--lang", "x"], ["lab", "-C", "a", "--", "-C", "b", "--lang", "x"]),
        (["-C/a", "check"], ["check", "-C/a"]),
        (["--version"], ["--version"]),
        ([], []),
    ],
)
def test_an_option_stands_where_it_comes_to_mind(arguments: list[str], placed: list[str]) -> None:
    assert in_their_places(arguments) == placed


def test_the_project_may_be_named_before_the_command(reportkit: Call, one_section_project: Path) -> None:
    before, after = reportkit("-C", one_section_project, "check"), reportkit("check", "-C", one_section_project)
    assert (before.code, before.out) == (after.code, after.out)
    assert before.code == 0


def test_pages_are_chinese_whatever_the_language(broken: Path) -> None:
    (shown,) = Maker(broken, 2024, "qinghe-swj").make().to_json()["errors"]  # type: ignore[misc]
    assert shown["what"] == "没有名为“figurs”的项目"
    assert shown["where"] == f"{SUBMISSION}第1行（figurs）"
    page = html.fromstring(findings_page(check_reports(Project(broken), [(2024, "qinghe-swj")], 1)))
    assert page.xpath("string(//pre)") == f"{SUBMISSION}第1行（figurs）：没有名为“figurs”的项目。是否应为“figures”？"


# Slips of YAML


def refused(text: str | bytes, edition: str = "2021") -> list[ReportkitError]:
    """What is refused of a submission, one error each."""
    content = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(InputError) as caught:
        read_submission(STATUTORY.load(edition), read_yaml(content, "f.yaml"), 2024, "a")
    return [*each_error(caught.value)]


def caught(call: Callable[[], object]) -> ReportkitError | None:
    """What is refused, where anything is."""
    try:
        call()
    except InputError as error:
        return error
    return None


def line_of(error: ReportkitError) -> int:
    match = re.search(r", line (\d+)", error.where)
    assert match, error.where
    return int(match[1])


HEAD = "figures:\n  requests:\n"


@pytest.mark.parametrize(
    ("text", "line", "chinese", "english"),
    [
        ("none_received：true\nfigures: {}\n", 1, "全角冒号", "full-width colon"),
        ("issued_on: 2025-01-20\nnone_received： true\n\n# 数据\nfigures:\n  requests: {}\n", 2, "全角冒号", "full"),
        ("figures:\n  requests:\n    received： [1, 2]\n    granted: [1]\n", 3, "全角冒号", "full-width colon"),
        ("prose:\n  overview: |\n    一是：甲\n    二是：乙\n  problems：丙\n  platform: 丁\n", 5, "全角冒号", "full"),
        ("facts:\n  schools：{value: 1}\n", 2, "全角冒号", "full-width colon"),
        ("figures:\n  requests：\n", 2, "全角冒号", "full-width colon"),
        ("none_received:true\nfigures: {}\n", 1, "缺一个空格", "no space"),
        (f"{HEAD}\treceived: [1, 2]\n", 3, "Tab", "tab"),
        (f"{HEAD}    received: [3,,0,0,0,0]\n", 3, "两个逗号之间", "between two commas"),
        (f"{HEAD}    received: [3, , 0,0,0,0]\n", 3, "两个逗号之间", "between two commas"),
        (f"{HEAD}    received: [1, 2, 3, 4, 5, 6\n    granted: [1]\n", 3, "没有结束", "isn't closed"),
        (f"{HEAD}    received: [1, 2, 3, 4, 5, 6】\n    granted: [1]\n", 3, "全角括号", "full-width"),
        ('index_number: "A001\nfigures: {}\n', 1, "没有结束", "isn't closed"),
        ('index_number: "A001”\nfigures: {}\nprose: {}\n', 1, "中文引号”结尾", "ends with ”"),
        ("index_number: '甲’\nfigures: {}\n", 1, "中文引号’结尾", "ends with ’"),
        ("index_number: “A001\n", 1, "引号“不成对", "quotation mark is alone"),
        ("index_number: A001”\n", 1, "引号”不成对", "quotation mark is alone"),
        (f"{HEAD}    received: [1,024, 0, 0, 0, 0, 0]\n", 3, "1,024 请写作1024", "1,024 is read as several values"),
        ("facts:\n  a:\n    value: 3,746\n    unit: 件\n", 3, "“3,746”不是数字的写法", "Write 3746"),
        ("facts:\n  a: {value: ３６, unit: 所}\n", 2, "请写作36", "Write 36"),
        ("published_on: 2025年2月30日\n", 1, "“2025年2月30日”不是日期", "is not a date"),
        ("published_on: 2205年2月3日\n", 1, "年份不对", "no day of our time"),
        ("published_on: 明天\n", 1, "应填日期", "found str '明天'"),
        ("none_received: 是\n", 1, "应填true（是）", "found str '是'"),
        ("facts:\n  a: {value: 98期}\n", 2, "请写作98", "Write 98"),
        ("facts:\n  a: {value:98, unit: 期}\n", 2, "缺", "missing"),
        ("facts:\n  政策问答: {value: 1}\n", 2, "名称“政策问答”", "found str '政策问答'"),
        (f"{HEAD}    received: [1, 2, 3, 4, 5, 6]\n   granted: [1]\n", 4, "缩进与上下同级", "indented otherwise"),
        ("issued_on: 2025-01-20\n  figures: {}\n", 2, "缩进与上下同级的行不一致", "indented otherwise"),
        ("prose:\n  overview: |\n  甲乙丙。\n  problems: 丁\n", 3, "“overview”下面的文字没有缩进", "'overview' is not"),
        (f"{HEAD}    received:\n\t6\t1\t0\t0\t0\t0\n", 4, "[6, 1, 0, 0, 0, 0]", "pasted from a spreadsheet"),
        ("facts:\n  a: {value: 1, text: *十}\n", 2, "“&”“*”开头", "Anchors"),
        ("index_number: @001\n", 1, "不能以@开头", "begin with @"),
        ("prose:\n  overview: | 甲乙丙。\n", 2, "“overview: |”的后面直接写了文字", "behind the bar of 'overview'"),
        ("prose:\n  overview: 注意: 甲\n", 2, "“overview”的文字中有半角冒号加空格", "a colon and a space"),
        ("prose:\n  problems: 甲\n注意: 乙\n  overview: 丙\n", 3, "“注意”这一行像是正文", "reads as a key"),
        ("prose:\n  overview: |\n    甲\n   注意: 乙\n", 4, "“注意”这一行像是正文", "reads as a key"),
        ("prose: {}\n注意: 乙\n", 2, "“注意”不是项目名称，像是正文", "'注意' is no key"),
        (f"{HEAD}    一、本年新收\t6\t1\t0\t0\t0\t0\n    granted: [1]\n", 3, "连同行名（一、本年新收）", "its label"),
        (f"{HEAD}    received: [~, ~, 0,0,0,0]\n    granted: [3, , 0,0,0,0]\n", 4, "没有数据的写~", "Write ~"),
        ("validity: “有效”\n", 1, "可填：有效、失效或废止", "'有效', '失效' or '废止'"),
    ],
)  # fmt: skip
def test_a_slip_is_called_by_its_name_at_its_line(text: str, line: int, chinese: str, english: str) -> None:
    error = refused(text)[0]
    assert line_of(error) == line
    shown = {language: error.shown(language) for language in ("en", "zh")}
    assert chinese in f"{shown['zh'].what} {shown['zh'].fix}"
    assert english in f"{shown['en'].what} {shown['en'].fix}"


@pytest.mark.parametrize(
    "text",
    [
        "prose:\n  overview: |\n    时间：2024年\n    地点：县局\n",
        "prose:\n  overview: 时间：2024年，地点：县局。\n",
        "facts:\n  a: {value: 1, source: 年报：第三页}\n",
        "index_number: A“001”\n",
        "prose: {overview: '“甲'}\n",
    ],
)
def test_full_width_marks_in_words_are_no_slip(text: str) -> None:
    assert read_submission(STATUTORY.load("2021"), read_yaml(text.encode(), "f.yaml"), 2024, "a")


@pytest.mark.parametrize("text", ["a: [1] b: c\n", "a: [1, 2] 3\n", "- a\nb: 1\n"])
def test_what_is_no_known_slip_is_said_in_general(text: str) -> None:
    (error,) = refused(text)
    assert (error.code, error.shown("zh").what) == ("yaml_invalid", "格式有误，无法读取")


@given(text=st.text("ab：:,，[]{}\"'“”\t\n -|#1", max_size=60))
def test_a_slip_is_sought_in_any_text(text: str) -> None:
    error = caught(lambda: read_yaml(text.encode(), "f.yaml"))
    assert error is None or error.said.has_chinese
    assert error is None or 1 <= line_of(error) <= text.count("\n") + 1


# Rows


def row(values: str) -> ReportkitError:
    (error,) = refused(f"{HEAD}    received: {values}\n")
    assert line_of(error) == 3 + values.count("\n")
    return error


@pytest.mark.parametrize(
    ("values", "code", "fix"),
    [
        ("[6，1，0，0，0，0]", "row_wide_commas", "[6, 1, 0, 0, 0, 0]"),
        ("[6、1、0、0、0、0、7]", "row_wide_commas", "[6, 1, 0, 0, 0, 0, 7]"),
        ("【6，1，0，0，0，0】", "row_wide_commas", "[6, 1, 0, 0, 0, 0]"),
        ("[6，1, 0, 0, 0, 0]", "row_wide_commas", "[6, 1, 0, 0, 0, 0]"),
        ("６，１，０，０，０，０", "row_wide_commas", "[6, 1, 0, 0, 0, 0]"),
        ("6 1 0 0 0 0", "row_pasted", "[6, 1, 0, 0, 0, 0]"),
        ("6\t1\t0\t0\t0\t0\t7", "row_pasted", "[6, 1, 0, 0, 0, 0, 7]"),
        ("[6 1 0 0 0 0]", "row_pasted", "[6, 1, 0, 0, 0, 0]"),
        ("\n      6\t1\t0\t0\t0\t0", "row_pasted", "[6, 1, 0, 0, 0, 0]"),
        ("6, 1, 0, 0, 0, 0", "row_without_brackets", "[6, 1, 0, 0, 0, 0]"),
        ("3", "row_without_brackets", "[…]"),
        ("一、本年新收\t6\t1\t0\t0\t0\t0\t7", "row_pasted_with_label", "[6, 1, 0, 0, 0, 0, 7]"),
        ("1.属于国家秘密 6 1 0 0 0 0", "row_pasted_with_label", "[6, 1, 0, 0, 0, 0]"),
        ("[3,746, 121, 0, 0, 0, 0, 3867]", "row_thousands", "3746"),
        ("[1,234,567, 0, 0, 0, 0, 0, 1,234,567]", "row_thousands", "1234567"),
        ("[6, 1, 0, 0, 0]", "row_one_short", "、".join(SEVEN)),
        ("[6, 1, 0, 0, 7]", "row_short_with_total", "、".join(SEVEN)),
        ("[6, 1, 0, 0, 0, 0, 0, 0]", "row_length", "、".join(SEVEN)),
        ("无", "no_row", "、".join(SEVEN)),
    ],
)
def test_a_row_is_refused_with_what_it_should_be(values: str, code: str, fix: str) -> None:
    error = row(values)
    assert error.code == code
    assert fix in error.shown("zh").fix


def test_a_row_of_one_number_needs_brackets_and_no_comma() -> None:
    (error,) = refused("figures:\n  disclosure:\n    licensing: 1,286\n")
    assert (error.code, "[1286]" in error.shown("zh").fix) == ("row_without_brackets", True)


def test_a_row_of_one_number_may_be_cut_by_a_comma_too() -> None:
    (error,) = refused("figures:\n  disclosure:\n    licensing: [3,746]\n")
    assert (error.code, "3746" in error.shown("zh").fix) == ("row_thousands", True)
    assert error.what == "Row has 2 values, not 1. A comma behind the thousands parts a number: 3,746."


def test_the_columns_are_named_in_the_readers_language() -> None:
    shown = row("[6, 1, 0, 0, 0]")
    assert shown.fix.endswith(
        "natural_person, commercial, research, charity, legal_service, other_organization, total."
    )
    assert shown.shown("zh").what == "这一行填了5个数，应为6或7个，少了一个"


@given(parts=st.lists(st.integers(0, 999_999), min_size=6, max_size=6))
def test_thousands_are_found_where_the_total_tells(parts: list[int]) -> None:
    values = [*parts, sum(parts)]
    typed = ", ".join(f"{each:,}" for each in values)
    if typed.count(",") == len(values) - 1 or re.search(r",0\d\d", typed):
        return  # nothing is cut; or YAML itself refuses the number
    error = row(f"[{typed}]")
    if 0 < typed.count(",") - len(values) + 1 <= 3:
        cut = [f"{each:,}" for each in values if each > 999]
        assert error.code in ("row_thousands", "row_length")
        if error.code == "row_thousands":
            assert sum(each in error.what for each in cut) >= 1


@given(data=st.recursive(st.none() | st.integers() | hostile_text | st.booleans(), st.lists, max_leaves=12))
def test_any_row_is_read_or_refused(data: Any) -> None:
    content = json.dumps({"figures": {"requests": {"received": data}}}).encode()
    error = caught(lambda: read_submission(STATUTORY.load("2021"), read_yaml(content, "f.yaml"), 2024, "a"))
    assert error is None or all(each.said.has_chinese for each in each_error(error))


def test_six_values_that_end_with_their_own_total_are_a_warning(make_project: MakeProject) -> None:
    text = f"{HEAD}    received: [6, 1, 0, 0, 0, 7]\n    carried_in: [6, 0, 0, 0, 0, 6]\n"
    (checked,) = check_reports(Project(make_project("one-section", {SUBMISSION: text})), [(2024, "qinghe-swj")], 1)
    told = [each for each in checked.findings if "没有填总计" in each.what]
    assert [(each.rule, each.severity.value, each.where) for each in told] == [
        ("T3-4", "W", "表三·一、本年新收政府信息公开申请数量")
    ]
    assert "“其他”填的7恰为前面各数之和" in told[0].what


# Names in Chinese, and in the wrong place


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("figures:\n  disclosure:\n    行政许可: [3]\n", "“licensing”（行政许可）"),
        ("figures:\n  disclosure:\n    许可: [3]\n", "“licensing”（行政许可）"),
        (f"{HEAD}    本年新收: [1, 2]\n", "“received”"),
        (f"{HEAD}    予以公开: [1, 2]\n", "“granted”"),
        (f"{HEAD}    refused:\n      属于国家秘密: [1]\n", "“state_secret”"),
        (f"{HEAD}    received: {{自然人: 3}}\n", "“natural_person”（自然人）"),
        ("figures:\n  行政复议、行政诉讼情况:\n    review: [1]\n", "“disputes”"),
        ("prose:\n  主动公开: 文字\n", "“proactive”（主动公开）"),
        ("公布日期: 2025-01-20\n", "“published_on”（公布日期）"),
        ("blanks_are_zero: [表三]\n", "“table3”（表三）"),
        ("facts:\n  a: {数值: 3, value: 1, 单位: 件}\n", "“unit”（单位）"),
    ],
)
def test_a_name_in_chinese_is_told_its_id(text: str, fix: str) -> None:
    assert any(fix in error.shown("zh").fix for error in refused(text))


@pytest.mark.parametrize(
    ("text", "what", "fix"),
    [
        ("figures:\n  none_received: true\n", "“none_received”写错了位置", "顶格写"),
        (f"{HEAD}    none_received: true\n", "“none_received”写错了位置", "顶格写"),
        ("figures:\n  行政许可: [3]\n", "“行政许可”写错了位置", "figures.disclosure.licensing"),
        ("figures:\n  requests:\n    licensing: [3]\n", "“licensing”写错了位置", "figures.disclosure.licensing"),
        (f"{HEAD}    state_secret: [3]\n", "“state_secret”写错了位置", "figures.requests.refused.state_secret"),
        ("requests:\n  received: [3]\n", "“requests”写错了位置", "figures.requests"),
        ("received: [3]\n", "“received”写错了位置", "figures.requests.received"),
        ("overview: 文字\n", "“overview”写错了位置", "prose.overview"),
    ],
)
def test_what_stands_in_the_wrong_place_is_told_where_it_belongs(text: str, what: str, fix: str) -> None:
    (error,) = refused(text)
    assert error.shown("zh").what.startswith(what)
    assert fix in error.shown("zh").fix
    assert "belongs" in error.what or "no row of figures" in error.what


FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@given(day=st.dates(date(1900, 1, 1), date(2199, 12, 31)), wide=st.booleans(), spaced=st.booleans())
def test_a_date_in_chinese_is_a_date(day: date, wide: bool, spaced: bool) -> None:
    text = f"{day.year}年{day.month}月{day.day}日"
    text = text.translate(FULL_WIDTH) if wide else text
    assert chinese_date(" ".join(text) if spaced else text) == day


def test_chinese_dates_are_read_wherever_there_are_dates(make_project: MakeProject) -> None:
    files = {
        "params/departments.yaml": "departments:\n- {id: qinghe-swj, name: 清河区水务局, short_name: 区水务局, "
        "kind: department, level: county, valid_from: 2010年1月1日}\n",
        SUBMISSION: "published_on: ２０２５年１月２０日\nissued_on: 2025年01月19日\n",
    }
    project = Project(make_project("one-section", files))
    read = project.submission(2024, "qinghe-swj")
    assert (read.published_on, read.issued_on) == (date(2025, 1, 20), date(2025, 1, 19))
    assert project.register["qinghe-swj"].valid_from == date(2010, 1, 1)


# Files


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("qinghe-swj.yml", "后缀是.yml"),
        ("qinghe-swj.yaml.txt", "后缀是.yaml.txt"),
        ("qinghe-swj - 副本.yaml", "像是qinghe-swj.yaml的副本"),
        ("qinghe-swj - 副本 (2).yaml", "像是qinghe-swj.yaml的副本"),
        ("qinghe-swj (1).yaml", "像是qinghe-swj.yaml的副本"),
        ("qinghe-swj copy.yaml", "像是qinghe-swj.yaml的副本"),
        ("副本qinghe-swj.yaml", "像是qinghe-swj.yaml的副本"),
        ("别的 - 副本.yaml", "像是一个副本"),
        ("Qinghe-SWJ.yaml", "请改名为qinghe-swj.yaml"),
        ("清河区水务局.yaml", "请改名为qinghe-swj.yaml"),
        ("区水务局.yaml", "请改名为qinghe-swj.yaml"),
        ("清河区水务局2024年.yaml", "请改名为qinghe-swj.yaml"),
    ],
)
def test_a_file_with_another_name_is_told_its_name(make_project: MakeProject, name: str, said: str) -> None:
    root = make_project("one-section")
    (root / SUBMISSION).rename(root / "params/2024" / name)
    project = Project(root)
    (target,) = [(2024, each) for each in project.submitted(2024)]
    (checked,) = check_reports(project, [target], 1)
    assert isinstance(checked.error, InputError)
    shown = checked.error.shown("zh")
    assert said in f"{shown.what}{shown.fix}"
    assert shown.where == f"params/2024/{name}"


@pytest.mark.parametrize("name", ["~$qinghe-swj.yaml", ".~lock.qinghe-swj.yaml#"])
def test_the_lock_of_an_open_file_is_told_and_no_report(reportkit: Call, make_project: MakeProject, name: str) -> None:
    root = make_project("one-section", {f"params/2024/{name}": b"\x05clerk"})
    ran = reportkit("check", "-C", root, "--lang", "zh")
    assert ran.code == 0
    assert f"文件params/2024/{name}没有读取" in ran.err
    assert Project(root).submitted(2024) == ("qinghe-swj",)


def test_a_file_outside_the_project_is_named_itself(
    reportkit: Call, one_section_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("draft.yaml").write_text("figures:\n  requests:\n    recieved: [1]\n", encoding="utf-8")
    asked = (
        "check",
        "-C",
        one_section_project,
        "-y",
        2024,
        "-d",
        "qinghe-swj",
        "--submission",
        "draft.yaml",
        "--lang",
        "zh",
    )
    assert "位置：draft.yaml第3行" in reportkit(*asked).err
    Path("draft.yaml").write_text("prose:\n  overview: '{{ nothing }}'\n", encoding="utf-8")
    ran = reportkit(*asked)
    assert "位置：draft.yaml第2行" in ran.err
    assert SUBMISSION not in ran.err
    Path("draft.yaml").write_text(f"{HEAD}    received: [约1, 0, 0, 0, 0, 0]\n", encoding="utf-8")
    assert "更正（draft.yaml第3行（figures.requests.received.0））" in reportkit(*asked).out


# Blank tables


@pytest.mark.parametrize("edition", ["2019", "2021"])
@pytest.mark.parametrize("text", ["", "figures:\n", HEAD, f"{HEAD}    received: [null, , '/', '-', '', null]\n"])
def test_an_empty_submission_is_one_line_a_table(make_project: MakeProject, edition: str, text: str) -> None:
    year = {"2019": 2019, "2021": 2024}[edition]
    text = text.replace(", ,", ", null,")
    root = make_project("one-section", {f"params/{year}/qinghe-swj.yaml": text})
    (checked,) = check_reports(Project(root), [(year, "qinghe-swj")], 1)
    blank = [each for each in checked.findings if each.rule == "T3-4"]
    cells = STATUTORY.load(edition).cells
    assert [each.where for each in blank] == ["表二", "表三", "表四"]
    assert sorted(cell for each in blank for cell in each.cells) == sorted(cells)
    assert all(each.what == f"全表空白，缺{len(each.cells)}格" for each in blank)


def test_a_table_with_one_figure_is_told_row_by_row(make_project: MakeProject) -> None:
    root = make_project("one-section", {SUBMISSION: "figures: {disputes: {review: [1, 0, 0, 0]}}\n"})
    (checked,) = check_reports(Project(root), [(2024, "qinghe-swj")], 1)
    blank = [each.where for each in checked.findings if each.rule == "T3-4"]
    assert blank == ["表二", "表三", "表四·行政诉讼·未经复议直接起诉", "表四·行政诉讼·复议后起诉"]


def test_a_full_width_figure_says_so(make_project: MakeProject) -> None:
    root = make_project("one-section", {SUBMISSION: "figures: {disputes: {review: [１２, 0, 0, 0]}}\n"})
    (checked,) = check_reports(Project(root), [(2024, "qinghe-swj")], 1)
    assert any("填的是“１２”（全角数字）" in each.what for each in checked.findings)


# Names that are nearly right


@given(st.randoms(use_true_random=False))
def test_a_near_match_is_one_of_the_accepted(chance: random.Random) -> None:
    names = [f"{chance.choice('abc')}{number}" for number in range(chance.randint(0, 20))]
    labels = {name: chance.choice(["行政许可", "一、本年新收", ""]) for name in names}
    said = near_match(chance.choice(["a1", "行政许可", "新收", "甲"]), names, labels)
    for language in ("en", "zh"):
        assert said.text("what", language)  # type: ignore[arg-type]
    if "meant" in said.arguments:
        assert str(said.arguments["meant"]).split("'")[1] in names


def test_typer_itself_shows_help_in_either_place() -> None:
    ran = CliRunner().invoke(cli.app, ["check", "--help", "--lang", "zh"])
    assert (ran.exit_code, "--submission" in ran.stdout) == (0, True)


MANY = [f"requests.row_{number:02}.total" for number in range(40)]


def test_of_many_accepted_names_only_the_near_ones_are_listed() -> None:
    english = near_match("requests.row_7.total", MANY).text("what")
    assert english.startswith("Did you mean 'requests.row_")
    assert len(re.findall("requests", english)) <= 5
    assert len(re.findall("requests", near_match("requests.row_7.total", MANY).text("what", "zh"))) <= 5


def test_of_many_accepted_names_some_are_listed_where_none_is_near() -> None:
    assert near_match("！", MANY).text("what").startswith("Accepted: 40 names, such as requests.row_00.total, ")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_nearest_of_short_names_are_listed(language: Any) -> None:
    rules = [*(f"T{table}-{number}" for table in (2, 3, 4) for number in (1, 2, 3, 4)), "X-1", "FONT"]
    assert re.search(r"T\d-9|T\d-\d", near_match("T9", rules).text("what", language))


# The command line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "没有写命令"),
        (("bild",), "没有命令“bild”，是否应为build？"),
        (("new", "year"), "缺少参数YEAR"),
        (("check", "--yaer", "3"), "没有选项--yaer，是否应为--year？"),
        (("check", "-y", "soon"), "--year、-y的内容不能用：要写整数"),
        (("build", "--jobs", "-1"), "--jobs、-j的内容不能用：不能小于1"),
        (("check", "-C"), "选项-C后面要写内容"),
        (("build", "suqian"), "多写了：suqian"),
        (("preview", "-y", "2024"), "缺少选项--department、-d"),
    ],
)
@pytest.mark.parametrize("chosen", ["option", "variable"])
def test_a_slip_in_a_command_line_is_said_in_chinese(
    reportkit: Call, arguments: tuple[str, ...], said: str, chosen: str
) -> None:
    if chosen == "option":
        result = (
            reportkit(*arguments, "--lang", "zh")
            if arguments[-1:] not in ((), ("-C",))
            else reportkit("--lang=zh", *arguments)
        )
    else:
        result = reportkit(*arguments or ("--lang", "zh"), REPORTKIT_LANG="zh")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"命令有误：{said}\n  说明：")
    assert "Error" not in result.err


def test_the_help_of_a_group_is_shown_in_either_language(reportkit: Call) -> None:
    shown = [reportkit("--lang", language, "new") for language in ("en", "zh")]
    assert (shown[0].out, shown[0].err) == (shown[1].out, shown[1].err)
    assert "Usage: " in shown[0].out + shown[0].err


def test_a_slip_in_a_command_line_is_english_otherwise(reportkit: Call) -> None:
    assert "No such command 'bild'" in reportkit("bild").err


def test_tables_and_progress_are_in_the_language_of_errors(reportkit: Call, one_notebook_project: Path) -> None:
    built = reportkit("build", "-C", one_notebook_project, "--lang", "zh")
    assert built.out.splitlines()[0] == "机关\t年度\t状态\t秒\t发现\t位置"
    assert "2024/demo：正在生成" in built.err
    assert re.search(r"2024/demo：已发布，用时\S+秒（1/1）", built.err)
    assert "1份中的1份没有变化" in reportkit("build", "-C", one_notebook_project, "--lang", "zh").err
    assert reportkit("plan", "-C", one_notebook_project, "--lang", "en").out.startswith("department\tyear\t")


def test_every_head_of_a_table_has_a_chinese_word() -> None:
    for path in (PACKAGE / "cli").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and "print_table" in ast.unparse(node.func):
                assert {*ast.literal_eval(node.args[0])} <= console.HEADS.keys(), path


def test_a_file_that_isnt_there_is_said_so(one_section_project: Path) -> None:
    (one_section_project / "params/report.yaml").unlink()
    with pytest.raises(InputError) as caught:
        _ = Project(one_section_project).definition
    assert caught.value.shown("zh").what == "没有这个文件"
