"""Auditing what anybody has published: copied text, files that differ, years that do not carry on, letters."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from reportkit.auditing.audit import Audit, Audited, audit
from reportkit.auditing.listed import Listed, read_list
from reportkit.auditing.notices import notices
from reportkit.auditing.page import audit_page
from reportkit.auditing.page_rules import page_rules
from reportkit.auditing.sheets import audit_workbook
from reportkit.editions import STATUTORY
from reportkit.errors import InputErrors
from reportkit.inputs.project import Project
from reportkit.model import Figures
from reportkit.publishing.html import ReportHTMLExporter
from reportkit.publishing.word import ReportWordExporter
from tests.building import write_shipped
from tests.documents import report
from tests.test_build import reportkit

COPIED = """\
南岗区营商环境建设监督局2023年政府信息公开工作年度报告
根据《中华人民共和国政府信息公开条例》，南岗区营商环境建设监督局编制了本报告。本报告的电子版可通过哈尔滨市人民政府门户网站→政务公开栏目-→年报专栏查阅。如有疑问请与综合办公室联系，电话：0451-00000000。
一、总体情况
2023年，南岗区营商局推进政府信息公开。
(一)主动公开
全年围绕政务服务公开信息。
(二)依申请公开
本年度未收到群众依申请公开件。
(三)政府信息管理
做好信息的审核和更新。
(四)政府信息公开平台建设
依托市政府网站公开信息。
(五)监督保障
定期开展检查。
二、主动公开政府信息情况
三、收到和处理政府信息公开申请情况
四、政府信息公开行政复议、行政诉讼情况
五、存在的主要问题及改进情况
(一)存在的问题
一是公开的内容不够及时。
(二)改进措施
一是完善制度，确保我镇政府信息公开工作顺利开展。
六、其他需要报告的事项
本年度无收取信息处理费情况。
关联稿件:
-
扫一扫在手机打开当前页"""
"""A page's text as somebody has copied it: the tables are gone, as in the page that the project began with."""
BODY = "云溪县财政局"
WORDS = "加强平台建设。" * 3


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    path = tmp_path / "000.txt"
    path.write_text(COPIED, encoding="utf-8")
    return path


@pytest.fixture
def figures(repository: Path) -> Figures:
    """Suqian's of 2023, which add up."""
    return Project(repository).submission(2023, "suqian").figures


def page(
    folder: Path,
    figures: Figures,
    name: str = "年报.html",
    *,
    body: str = BODY,
    year: int = 2023,
    prose: str = WORDS,
    exporter: Any = ReportHTMLExporter,
    **head: Any,
) -> Path:
    """A published report of a body and year."""
    title = f"{body}{year}年政府信息公开工作年度报告"
    notebook = report(
        figures, prose=prose, title=title, name=body, year=year, title_lines=[body, title.removeprefix(body)], **head
    )
    content = exporter().from_notebook_node(notebook)[0]
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def changed(figures: Figures, **cells: int) -> Figures:
    """The figures with others in some cells of table 三, by row and column: `received__total`."""
    other = {f"requests.{name.replace('__', '/')}": value for name, value in cells.items()}
    assert other.keys() <= figures.cells.keys()
    return replace(figures, cells={**figures.cells, **other})


def of(*paths: Path, **known: Any) -> Audit:
    return audit([Listed(path, **known) for path in paths])


def one(*paths: Path, **known: Any) -> Audited:
    found = of(*paths, **known)
    assert not found.unread
    (only,) = found.reports
    return only


def rules(audited: Audited, severity: str = "EW?I") -> list[str]:
    return [each.rule for each, _ in audited.findings if each.severity.value in severity]


def said(audited: Audited, rule: str) -> list[str]:
    return [each.what for each, _ in audited.findings if each.rule == rule]


def test_a_copied_text_without_its_tables_is_audited_by_its_words(copied: Path) -> None:
    found = one(copied)
    assert (found.year, found.name, found.cells_read) == (2023, "南岗区营商环境建设监督局", 0)
    by_rule = {each.rule: (each, quoted) for each, quoted in found.findings}
    assert "我镇" in by_rule["P-1"][0].what
    assert (by_rule["P-1"][1].text, by_rule["P-1"][1].place) == ("我镇", "文本，第22行")
    assert by_rule["P-6"][1].text == "-→"
    assert said(found, "A-4") == [f"复制的文字中没有表{number}，未能核对" for number in "二三四"]
    assert rules(found, "E") == ["P-1"]


def test_a_sound_page_has_no_error(tmp_path: Path, figures: Figures) -> None:
    found = one(page(tmp_path, figures))
    assert (found.cells_read, found.cells) == (200, 200)
    assert {"T3-1", "T3-2", "T3-3", "A-1", "A-4"}.isdisjoint(rules(found, "EW"))


def test_a_sum_that_does_not_come_out_is_shown_with_its_row(tmp_path: Path, figures: Figures) -> None:
    received = figures["requests.received/total"]
    assert isinstance(received, int)
    found = one(page(tmp_path, changed(figures, received__total=received + 1)))
    assert {"T3-1", "T3-3"} <= {*rules(found, "E")}
    quoted = next(quoted for each, quoted in found.findings if each.rule == "T3-3")
    assert (quoted.cells[-1][:2], quoted.place[:8]) == (("总计", str(received + 1)), "网页，/html")
    assert any(meant for _, _, meant in quoted.cells)


def test_files_of_one_report_that_differ_are_told_cell_by_cell(tmp_path: Path, figures: Figures) -> None:
    other = changed(figures, received__natural_person=1)
    paths = page(tmp_path, figures), page(tmp_path, other, "年报.docx", exporter=ReportWordExporter)
    found = one(*paths)
    was = figures["requests.received/natural_person"]
    assert found.files == ("年报.html", "年报.docx")
    assert said(found, "A-1") == [f"年报.html为{was}，年报.docx为1"]
    assert "A-1" not in rules(one(paths[0], page(tmp_path, figures, "b.docx", exporter=ReportWordExporter)))


def test_words_of_two_files_that_differ_are_told(tmp_path: Path, figures: Figures) -> None:
    other = page(tmp_path, figures, "b.docx", prose=f"{WORDS}另有不同。", exporter=ReportWordExporter)
    (what,) = said(one(page(tmp_path, figures), other), "A-1")
    assert what.startswith("文字不一致：年报.html“…")


def test_a_year_that_does_not_carry_on_from_the_last_is_found(tmp_path: Path, figures: Figures) -> None:
    last, now = page(tmp_path, figures, "a.html"), page(tmp_path, figures, "b.html", year=2024)
    before, after = of(last, now).reports
    open_then, open_now = figures["requests.carried_out/total"], figures["requests.carried_in/total"]
    assert open_then != open_now
    assert (before.history, after.history) == ("", "audited")
    assert "X-1" in rules(after, "E")
    assert "X-1" not in rules(before, "E")


def test_a_report_that_is_anothers_is_a_copy(tmp_path: Path, figures: Figures) -> None:
    words = "".join(f"第{number}项工作已经按照部署要求认真组织落实到位。" for number in "一二三四五六七八九十") * 2
    paths = [
        page(tmp_path, figures, "a.html", prose=words),
        page(tmp_path, figures, "b.html", prose=words, body="云溪县教育局", year=2022),
    ]
    for each, other in zip(of(*paths).reports, ("云溪县教育局2022年的报告", "云溪县财政局2023年的报告"), strict=True):
        assert any(other in what for what in said(each, "C-1")), said(each, "C-1")


def test_a_late_date_counts_by_kind_and_one_between_is_not_assessable(tmp_path: Path, figures: Figures) -> None:
    path = page(tmp_path, figures, body="云溪港区管理处")
    text = path.read_text(encoding="utf-8")

    def at(day: str, kind: str | None = None) -> list[tuple[str, str]]:
        path.write_text(text.replace("<title>", f'<meta name="PubDate" content="{day} 09:00"><title>', 1), "utf-8")
        return [
            (each.severity.value, each.what[:16]) for each, _ in one(path, kind=kind).findings if each.rule == "D-2"
        ]

    assert at("2024-02-05", "department") == [("W", "发布日期2024-02-05，晚")]
    assert at("2024-02-05", "government") == []
    assert at("2024-02-05") == [("?", "发布日期2024-02-05，部")]
    assert at("2024-04-05") == [("W", "发布日期2024-04-05，晚")]
    assert at("2023-12-30") == [("W", "发布日期2023-12-30，在")]
    assert at("2024-01-31") == []


def test_rules_that_level_decides_are_not_assessable_where_it_is_unknown(tmp_path: Path, figures: Figures) -> None:
    cells = {**figures.cells, "disclosure.rules/issued": 1, "disclosure.rules/in_force": 1}
    path = page(tmp_path, replace(figures, cells=cells), body="云溪市人民政府")
    unknown = [each for each, _ in one(path).findings if each.rule == "T2-2"]
    assert [each.severity.value for each in unknown] == ["?"]
    assert "未能判定" in unknown[0].what
    assert "T2-2" not in rules(one(path, level="prefecture"))
    assert "T2-2" in rules(one(path, level="county"), "E")


def test_a_list_and_a_title_that_differ_are_told(tmp_path: Path, figures: Figures) -> None:
    found = one(page(tmp_path, figures), name="云溪县教育局", year=2024)
    assert (found.year, found.name) == (2024, "云溪县教育局")
    assert said(found, "A-5") == [
        "年份不一致：清单或名录为2024，页面或另一处为2023",
        "机关不一致：清单或名录为云溪县教育局，页面或另一处为云溪县财政局",
    ]


def with_body(path: Path, html: str) -> Path:
    """A page with something more behind its last words."""
    text = path.read_text(encoding="utf-8")
    assert "</main>" in text
    path.write_text(text.replace("</main>", f"{html}</main>"), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("html", "what"),
    [
        ('<p><a href="file:///C:/a.doc">全文</a></p>', "指向本机或内网"),
        ('<p><a href="http://192.168.1.2/a">全文</a></p>', "指向本机或内网"),
        ('<p><a href="javascript:void(0)">全文</a></p>', "没有地址"),
        ('<p><a href="http://other.example.com/">www.yunxi.gov.cn</a></p>', "指向的是other.example.com"),
        ('<p><a href="http://www.yunxi.gov.cn，全文">全文</a></p>', "空格或汉字标点"),
        ('<p><a href="http://www.yunxi.gov.cn/a">www.yunxi.gov.cn</a></p>', ""),
        ('<p><a href="../xxgk/a.pdf">年报.pdf</a></p>', ""),
    ],
)
def test_links_are_looked_at_by_their_form(tmp_path: Path, figures: Figures, html: str, what: str) -> None:
    found = said(one(with_body(page(tmp_path, figures), html)), "A-2")
    assert [what in each for each in found] == ([True] if what else [])


def test_an_attachment_that_is_not_there_is_told(tmp_path: Path, figures: Figures) -> None:
    assert said(one(with_body(page(tmp_path, figures), "<p>附件：2023年统计表</p>")), "A-3")
    there = '<p>附件：<a href="/a/表.xlsx">2023年统计表</a></p>'
    assert not said(one(with_body(page(tmp_path, figures, "b.html"), there)), "A-3")


def test_a_table_that_is_not_there_is_an_error(tmp_path: Path, figures: Figures) -> None:
    path = page(tmp_path, figures)
    text = path.read_text(encoding="utf-8")
    start, end = text.rindex("<table"), text.rindex("</table>")
    path.write_text(f"{text[:start]}<img src=a.png width=600>{text[end:]}", encoding="utf-8")
    found = one(path)
    assert said(found, "A-4") == ["没有表四“政府信息公开行政复议、行政诉讼情况”（页面有1张图片，表格可能是图片）"]
    assert "T3-4" not in rules(found)


def test_a_broken_file_stops_no_other(tmp_path: Path, figures: Figures) -> None:
    broken = tmp_path / "坏2023.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing")
    found = of(broken, page(tmp_path, figures))
    assert [each.listed.path for each in found.unread] == [broken]
    assert len(found.reports) == 1
    assert found.is_faulty


def test_several_processes_find_the_same(tmp_path: Path, figures: Figures) -> None:
    listed = [Listed(page(tmp_path, figures, f"{year}.html", year=year)) for year in range(2021, 2027)]
    assert [each.to_json() for each in audit(listed, jobs=2).reports] == [
        each.to_json() for each in audit(listed).reports
    ]


def test_a_list_is_read_in_chinese_and_its_mistakes_are_told_by_line(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.html").write_text("x")
    text = "文件,单位,类别,层级,上级,年度\na.html,云溪县财政局,工作部门,县,云溪县人民政府,2023年\nb.html,,,,,\n"
    found = read_list(text.encode("gb18030"), tmp_path / "名单.csv")
    assert (found[0].kind, found[0].level, found[0].year, found[1].name) == ("department", "county", 2023, None)
    wrong = "file,kind,year\na.html,部落,2023\nc.html,,\nb.html,,23\na.html,,\na.html,,\n"
    with pytest.raises(InputErrors) as caught:
        read_list(wrong.encode(), tmp_path / "名单.csv")
    assert [each.code for each in caught.value.errors] == [
        "list_value", "list_file_missing", "list_year", "list_file_twice",
    ]  # fmt: skip


def test_ids_of_a_list_that_no_register_could_have_stay_apart(tmp_path: Path, figures: Figures) -> None:
    paths = [page(tmp_path, figures, f"{name}.html", body=f"云溪县{name}局") for name in ("教育", "民政")]
    found = audit([Listed(path, id=each) for path, each in zip(paths, ("A b", "a-B"), strict=True)])
    assert [each.name for each in found.reports] == ["云溪县教育局", "云溪县民政局"]


def test_bodies_above_each_other_in_a_circle_stop_nothing(tmp_path: Path, figures: Figures) -> None:
    paths = [page(tmp_path, figures, f"{name}.html", body=f"云溪县{name}局") for name in "甲乙"]
    found = audit([Listed(paths[0], parent="云溪县乙局"), Listed(paths[1], parent="云溪县甲局")])
    assert [each.error for each in found.reports] == [None, None]


def test_where_nothing_can_be_written_is_said_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")
    for option in ("--html", "--xlsx"):
        result = reportkit(tmp_path, "audit", "none.html", option, ".")
        assert (result.returncode, "is a folder" in result.stderr or "是文件夹" in result.stderr) == (2, True)
    assert reportkit(tmp_path, "audit", "none.html", "--notices", "taken").returncode == 2


HOSTILE = "=HYPERLINK(1)<script>alert(1)</script>"


def test_sheets_and_pages_show_hostile_words_as_words(tmp_path: Path, figures: Figures) -> None:
    found = of(
        page(tmp_path, figures, prose="期中期中工作。我镇" + WORDS), page(tmp_path, figures, "c.html", year=2022)
    )
    reports = [
        replace(each, findings=tuple((replace(finding, what=HOSTILE), quoted) for finding, quoted in each.findings))
        for each in found.reports
    ]
    hostile = replace(found, reports=tuple(reports))
    assert b"<script" not in audit_page(STATUTORY, hostile)
    content = audit_workbook(STATUTORY, hostile)
    assert content == audit_workbook(STATUTORY, hostile)
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["问题清单", "各单位情况", "评价标准"]
    heads = [cell.value for cell in book["问题清单"][2]][1:]
    assert {"评价标准", "问题明细", "整改情况"} <= {*heads}
    cells = [cell for row in book["问题清单"].iter_rows() for cell in row]
    assert any(HOSTILE in str(cell.value) for cell in cells)
    assert not any(cell.data_type == "f" for cell in cells)


def test_a_letter_to_each_body_names_its_problems(copied: Path, tmp_path: Path, figures: Figures) -> None:
    found = of(copied, page(tmp_path, figures, prose=f"我镇{WORDS}"))
    letters = notices(STATUTORY, found)
    assert [*letters] == [
        f"整改通知-{name}.{ending}" for name in ("南岗区营商环境建设监督局", BODY) for ending in ("txt", "docx")
    ]
    text = letters["整改通知-南岗区营商环境建设监督局.txt"].decode()
    assert "“我镇”与本机关（南岗区营商环境建设监督局）不符（错误）" in text
    with zipfile.ZipFile(io.BytesIO(letters["整改通知-南岗区营商环境建设监督局.docx"])) as package:
        assert "我镇" in package.read("word/document.xml").decode()
    assert letters == notices(STATUTORY, found)


def test_the_command_says_all_of_it(copied: Path, tmp_path: Path, figures: Figures) -> None:
    page(tmp_path, figures)
    outputs = ("--html", "o/a.html", "--xlsx", "o/a.xlsx", "--notices", "n")
    done = reportkit(tmp_path, "audit", copied.name, "年报.html", *outputs, "--json")
    data = json.loads(done.stdout)
    assert done.returncode == 1
    assert [each["name"] for each in data["reports"]] == ["南岗区营商环境建设监督局", BODY]
    assert len(data["written"]) >= 4
    assert data["kept"] == []
    (tmp_path / "o" / "a.html").write_text("mine")
    again = reportkit(tmp_path, "audit", copied.name, *outputs)
    assert "我镇" in again.stdout
    assert (tmp_path / "o" / "a.html").read_text() == "mine"


def test_a_projects_register_and_last_years_submission_count(
    repository: Path, tmp_path: Path, figures: Figures
) -> None:
    root = write_shipped(repository, tmp_path / "project")
    found = audit([Listed(page(tmp_path, figures, body="宿迁市人民政府", year=2024))], Project(root))
    (only,) = found.reports
    assert (only.subject.department.id, only.subject.is_registered, only.history) == ("suqian", True, "project")
    assert "X-1" in rules(only, "E")


def test_every_rule_of_pages_is_told_by_some_finding() -> None:
    assert {*page_rules()} == {"A-1", "A-2", "A-3", "A-4", "A-5", "D-2", "C-1", "S-1", "S-4", "T2-1"}
