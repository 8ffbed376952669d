"""Before anything runs: words that no format can print, by slot and line, or by notebook and cell."""

from pathlib import Path

import nbformat
import pytest

from reportkit.build.check import check_reports
from reportkit.build.plan import plan_report
from reportkit.checks.prose.plain import Passage, marked, sentences
from reportkit.errors import InputErrors, NotebookError, ReportkitError, each_error
from reportkit.inputs.project import Project
from reportkit.inputs.reads import Reader
from reportkit.model import Run
from reportkit.notebook.section import NotebookSection
from reportkit.publishing.assemble import assemble
from reportkit.publishing.refusals import refuse_unprintable
from reportkit.review.errors_in_chinese import chinese_errors
from reportkit.text.markdown import unprintable
from tests.building import edit

SUBMISSION = "params/2024/suqian.yaml"


def errors_of(root: Path) -> list[ReportkitError]:
    """What `check` refuses of one report; building it is refused in the same words."""
    (checked,) = check_reports(Project(root), [(2024, "suqian")], 1)
    assert checked.error is not None
    with pytest.raises(ReportkitError) as refused:
        plan_report(Project(root), 2024, "suqian")
    assert str(refused.value) == str(checked.error)
    return [*each_error(checked.error)]


def add_cell(root: Path, text: str, tags: tuple[str, ...] = ()) -> None:
    path = root / "notebooks/05-problems.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell(text, id="more", metadata={"tags": list(tags)}))
    nbformat.write(notebook, path)


@pytest.mark.parametrize(
    ("text", "said", "chinese"),
    [
        ("$x^2$", "The formula '$x^2$'", "公式“$x^2$”无法公布"),
        ("<u>一</u>", "The HTML '<u>'", "HTML标记“<u>”无法公布"),
        ("![图](a.png)", "The Markdown image '图'", "图片“图”这样写无法公布"),
        ("一[^1]", "The footnote '[^1]' is not defined", "脚注“[^1]”没有内容"),
    ],
)
def test_a_submission_is_refused_with_slot_and_line(shipped: Path, text: str, said: str, chinese: str) -> None:
    edit(shipped, SUBMISSION, "我市聚焦", f"{text}我市聚焦")
    first = errors_of(shipped)[0]
    lines = (shipped / SUBMISSION).read_text(encoding="utf-8").split("\n")
    line = next(number for number, each in enumerate(lines, 1) if "我市聚焦" in each)
    assert first.what.startswith(said)
    assert first.where == f"{SUBMISSION}, line {line}, prose.overview"
    assert (chinese_errors(first)[0].what, chinese_errors(first)[0].where) == (chinese, f"2024年填报文件第{line}行")


def test_all_that_is_refused_of_a_submission_is_said_at_once(shipped: Path) -> None:
    edit(shipped, SUBMISSION, "我市聚焦", "$x$<br>{{ nothing }}我市聚焦")
    edit(shipped, SUBMISSION, "problems: |\n", "problems: |\n    - [ ] 甲\n")
    said = " ".join(each.what for each in errors_of(shipped))
    assert "task box" in said
    assert "'nothing' is not defined" in said


def test_a_name_in_braces_is_none_within_code(shipped: Path) -> None:
    edit(shipped, SUBMISSION, "我市聚焦", "`{{ requests.received.total }}`我市聚焦")
    (error,) = errors_of(shipped)
    assert "holds a name in braces" in error.what


@pytest.mark.parametrize("text", ["$x^2$", '<img src="a.png">', "甲\n\n---", "甲[^1]"])
def test_a_notebooks_cell_is_refused_with_its_name_and_line(shipped: Path, text: str) -> None:
    add_cell(shipped, f"前文。\n\n{text}")
    first = errors_of(shipped)[0]
    line = 5 if "---" in text else 3
    assert first.where == f"notebooks/05-problems.ipynb, cell more, line {line}"


@pytest.mark.parametrize("tag", ["remove-cell", "remove_cell"])
def test_a_cell_that_is_not_published_may_hold_anything(shipped: Path, tag: str) -> None:
    add_cell(shipped, "$x^2$<br>\n\n#### 跳级", (tag,))
    assert plan_report(Project(shipped), 2024, "suqian")


@pytest.mark.parametrize("text", ["#### 跳级", "### 三级\n\n文字。\n\n##### 跳级"])
def test_a_heading_that_skips_a_level_is_refused_with_its_cell(shipped: Path, text: str) -> None:
    add_cell(shipped, f"{text}\n\n文字。")
    (error,) = errors_of(shipped)
    assert "'跳级'" in error.what
    assert error.where == "notebooks/05-problems.ipynb, cell more"


def test_a_heading_may_go_on_from_the_notebook_before(shipped: Path) -> None:
    path = shipped / "notebooks/06-other-matters.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell("### 三级\n\n文字。", id="more"))
    nbformat.write(notebook, path)
    assert plan_report(Project(shipped), 2024, "suqian")


def test_what_a_cell_says_is_refused_where_it_is_said(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reportkit.notebook.shown.display", lambda *_, **__: None)
    project = Project(shipped)
    section = NotebookSection(Reader(project, project.submission(2024, "suqian")), 2024)
    hidden = ("## 标题", "甲\n\n---\n\n乙", "见[附件][1]\n\n[1]: http://example.org", "甲&nbsp;乙", "![图][1]")
    for text in ("共$x^2$件。", "甲<br>乙", "`{requests.received.total}`", "![图](a.png)", *hidden):
        with pytest.raises(NotebookError, match=r"can't be published|in braces") as refused:
            section.say(text)
        assert refused.value.where == "say()"
    section.say("（{x}）售$5。", x="(A)")


@pytest.mark.parametrize(
    "value",
    ["(A)", "$5, $6.1", "(0527) 8435 (B)", "<img src=a>", "[^1]", "1) x", "`x`", "~~x~~", "&nbsp;", "[a][1]", "|x|"],
)
def test_what_replaces_a_name_is_never_markup(shipped: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    shown: list[str] = []
    monkeypatch.setattr("reportkit.notebook.shown.display", lambda data, **_: shown.append(data["text/markdown"]))
    project = Project(shipped)
    section = NotebookSection(Reader(project, project.submission(2024, "suqian")), 2024)
    section.say("{x}和{x}", x=value)
    assert not unprintable(shown[0], "prose")
    assert [each.text for each in sentences(Passage("a", "甲", shown[0]))] == [
        f"{value}和{value}".replace("1) x和", "x和")
    ]


def test_several_mistakes_of_a_notebook_are_said_together(shipped: Path) -> None:
    add_cell(shipped, "$x$\n\n<br>")
    with pytest.raises(InputErrors) as refused:
        plan_report(Project(shipped), 2024, "suqian")
    assert len(refused.value.errors) == 2


def test_a_notebook_without_any_of_it_is_taken(shipped: Path) -> None:
    refuse_unprintable(nbformat.read(shipped / "notebooks/05-problems.ipynb", as_version=4))


def test_a_line_of_code_is_no_heading(shipped: Path) -> None:
    """Neither one that skips a level nor one that is there twice."""
    add_cell(shipped, "```\n# 注释\n#### 注释\n```\n\n```\n# 注释\n```")
    plan = plan_report(Project(shipped), 2024, "suqian")
    runs = [Run(job, job.notebook, 0.0) for job in plan.execution.jobs]
    assert "more" in {cell.id.rpartition("-")[2] for cell in assemble(runs, plan.head).cells}


# What the rules read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("> 收到5件。", ["收到5件。"]),
        ("`收到`~~5件~~。", ["收到5件\u3000。"]),
        ("```\n收到5件\n办结5件\n```", ["收到5件", "办结5件"]),
        ("收到5件[^1]。\n\n[^1]: 其中3件。", ["收到5件。", "其中3件。"]),
        ('[方案](http://example.org "收到5件")', ["方案（收到5件）"]),
        ("[方案](收到5件)", ["方案（收到5件）"]),
        ("- 甲\n  - 收到5件", ["甲", "收到5件"]),
        ("一行\n收到5件", ["一行收到5件"]),
        ("> - 收到5件", ["收到5件"]),
        (">50%", [">50%"]),
        ("# 一、收到5件", ["# 一、收到5件"]),
    ],
)
def test_the_rules_read_what_is_printed(text: str, read: list[str]) -> None:
    assert [each.text for each in sentences(Passage("a", "甲", text))] == read


def test_a_notebooks_headings_are_none_of_its_sentences() -> None:
    passage = Passage("a", "甲", "# 一、总体情况\n\n收到5件。", flavour="notebook")
    assert [each.text for each in sentences(passage)] == ["收到5件。"]


def test_bound_numbers_are_known_in_footnotes_and_quotes() -> None:
    number = marked("5", from_fact=False)
    for text in (f"> 收到{number}件", f"甲[^1]\n\n[^1]: 收到{number}件", f"- ~~收到{number}件~~"):
        found = [each for each in sentences(Passage("a", "甲", text)) if each.figures]
        assert [(each.text, each.figures) for each in found] == [("收到5件", ((2, 3),))]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("予以公开~~1431~~1500件。", "予以公开1500件。"),
        ("~~甲~~乙。", "甲\u3000乙。"),
        ("收到~~1件~~3件。", "收到1件\u30003件。"),
    ],
)
def test_struck_out_words_end_where_they_end_and_a_number_alone_is_left_out(text: str, read: str) -> None:
    assert [each.text for each in sentences(Passage("a", "甲", text))] == [read]
