"""The whole road, for real: kernels, pages, publications that stay whole."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from lxml import html

from reportkit.text.markdown import unprintable
from tests.building import write_shipped
from tests.conftest import Golden, MakeProject, allow_interrupts
from tests.lanes import SMOKE
from tests.shipped import FORMATS
from tests.test_markdown import HOSTILE

REPORTS = {
    "2023/suqian": "published",
    "2024/suqian": "published",
    "2023/nangang-ysj": "draft",
    "2019/shanghai-fgt": "draft",
}
NBCONVERT = (sys.executable, "-m", "nbconvert")
FILES = {
    *("report.ipynb", "report.html", "report.pdf", "report.docx", "report.fragment.html"),
    *("figures.json", "figures.csv", "findings.json", "manifest.json"),
}


def reportkit(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reportkit", *arguments],
        cwd=root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def folder_of(root: Path, name: str) -> Path:
    return root / "outputs" / ("drafts" if REPORTS[name] == "draft" else "") / name


@dataclass(frozen=True)
class Built:
    root: Path
    result: subprocess.CompletedProcess[str]


@pytest.fixture(scope="session")
def built(repository: Path, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Built:
    """The shipped project, built once for all tests that only look at it; by `make report` in the smoke lane."""
    if pytestconfig.getoption("--lane") == SMOKE:
        return Built(repository, reportkit(repository, "build", "--all", "--json"))
    return _build(repository, tmp_path_factory.mktemp("one"), TZ="Asia/Shanghai", PYTHONHASHSEED="1")


@pytest.fixture(scope="session")
def built_elsewhere(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The same in another folder, time zone, locale and hash seed."""
    root = tmp_path_factory.mktemp("two") / "另一个 文件夹 {year}"
    return _build(repository, root, TZ="America/New_York", LANG="C", LC_ALL="C", PYTHONHASHSEED="4242")


def _build(repository: Path, root: Path, **environment: str) -> Built:
    write_shipped(repository, root)
    return Built(root, reportkit(root, "build", "--all", "--force", "--json", **environment))


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_shipped_reports_are_published_or_drafts(built: Built) -> None:
    assert built.result.returncode == 0, built.result.stderr
    found = {f"{each['year']}/{each['department']}": each for each in json.loads(built.result.stdout)["reports"]}
    assert {name: each["outcome"] for name, each in found.items()} == REPORTS
    assert {name: each["path"] for name, each in found.items()} == {
        name: folder_of(built.root, name).relative_to(built.root).as_posix() for name in REPORTS
    }


@pytest.mark.parametrize("name", REPORTS)
def test_a_finished_folder_holds_everything(built: Built, name: str) -> None:
    files = files_of(folder_of(built.root, name))
    notebooks = {path for path in files if path.startswith("notebooks/")}
    assert files.keys() - notebooks == FILES
    assert len(notebooks) == 7


@pytest.mark.parametrize("name", REPORTS)
def test_the_same_inputs_give_the_same_bytes_anywhere(built: Built, built_elsewhere: Built, name: str) -> None:
    here, there = (files_of(folder_of(each.root, name)) for each in (built, built_elsewhere))
    assert here.keys() == there.keys()
    different = [path for path in here if not path.startswith("notebooks/") and here[path] != there[path]]
    assert different == []


@pytest.mark.parametrize("name", REPORTS)
def test_no_finished_file_names_the_folder_it_was_made_in(built: Built, name: str) -> None:
    naming = [
        path
        for path, content in files_of(folder_of(built.root, name)).items()
        if str(built.root).encode() in content and not path.startswith("notebooks/")
    ]
    assert naming == []


@pytest.mark.parametrize("name", ["2023/suqian", "2024/suqian"])
def test_a_published_report_is_small(built: Built, name: str) -> None:
    folder = folder_of(built.root, name)
    assert (folder / "report.pdf").stat().st_size <= 350 * 1024
    assert (folder / "report.docx").stat().st_size <= 90 * 1024
    page = html.document_fromstring((folder / "report.html").read_text(encoding="utf-8"))
    for chart in page.xpath("//*[local-name()='svg']"):
        chart.getparent().remove(chart)
    assert len(html.tostring(page, encoding="utf-8")) <= 110 * 1024


@pytest.mark.parametrize("name", REPORTS)
def test_the_page_reads_as_it_did(built: Built, golden: Golden, name: str) -> None:
    page = html.document_fromstring((folder_of(built.root, name) / "report.html").read_text(encoding="utf-8"))
    for left_out in page.xpath("//style | //*[local-name()='svg']"):
        left_out.getparent().remove(left_out)
    text = html.tostring(page, encoding="unicode").replace("</tr>", "</tr>\n").replace("</p>", "</p>\n")
    golden(f"{name.replace('/', '-')}.html", text)


@pytest.mark.parametrize("name", REPORTS)
def test_the_figures_are_as_they_were(built: Built, golden: Golden, name: str) -> None:
    text = (folder_of(built.root, name) / "figures.csv").read_bytes().decode("utf-8-sig")
    golden(f"{name.replace('/', '-')}.csv", text.replace("\r\n", "\n"))


def test_a_zero_case_reads_as_people_write_it(built: Built) -> None:
    page = (folder_of(built.root, "2023/nangang-ysj") / "report.html").read_text(encoding="utf-8")
    assert "本年度未收到政府信息公开申请" in page
    assert "申请0件" not in page


def test_growth_is_computed_from_both_years(built: Built) -> None:
    page = (folder_of(built.root, "2024/suqian") / "report.html").read_text(encoding="utf-8")
    assert "合计办理3646件，与上年相比增长1.08%" in page


def test_the_seed_department_keeps_its_facts_and_not_its_slips(built: Built) -> None:
    page = (folder_of(built.root, "2023/nangang-ysj") / "report.html").read_text(encoding="utf-8")
    text = html.document_fromstring(page).text_content()
    for fact in ("36910户", "21家", "585笔", "40309条", "328件", "105项", "20个街道", "206个社区", "14家", "16次",
                 "80家", "111件", "51名", "40个", "8件"):  # fmt: skip
        assert fact in text, fact
    for slip in ("我镇", "-→", "信息费"):
        assert slip not in text.replace("信息处理费", ""), slip


def test_suqian_does_not_repeat_the_defects_of_the_original(built: Built) -> None:
    page = (folder_of(built.root, "2024/suqian") / "report.html").read_text(encoding="utf-8")
    text = html.document_fromstring(page).text_content()
    assert "行政复议170件" in text
    assert "行政诉讼77件" in text
    for defect in ("134", "57件", "1.05%"):
        assert defect not in text


def test_a_strict_build_fails_for_a_draft(built: Built) -> None:
    assert reportkit(built.root, "build", "--strict", "-d", "nangang-ysj").returncode == 1
    assert reportkit(built.root, "build", "--strict", "-d", "suqian").returncode == 0


def test_what_is_up_to_date_is_not_built_again(built: Built) -> None:
    result = json.loads(reportkit(built.root, "build", "--all", "--json").stdout)
    assert {each["outcome"] for each in result["reports"]} == {"up-to-date"}


def test_a_damaged_publication_is_built_again(built: Built, tmp_path: Path) -> None:
    root = tmp_path / "copy"
    shutil.copytree(built.root, root)
    (root / "outputs/2024/suqian/report.html").write_text("damaged", encoding="utf-8")
    plans = json.loads(reportkit(root, "plan", "-d", "suqian", "--json").stdout)["reports"]
    assert {each["year"]: each["up_to_date"] for each in plans} == {2023: True, 2024: False}


def test_another_format_changes_neither_the_others_nor_what_approvals_are_bound_to(
    built: Built, make_project: MakeProject
) -> None:
    root = make_project("shipped")
    definition = root / "params/report.yaml"
    text = definition.read_text(encoding="utf-8")
    assert FORMATS in text
    definition.write_text(text.replace(FORMATS, "formats: [html, pdf]"), encoding="utf-8")
    assert reportkit(root, "build", "-y", "2024", "-d", "suqian").returncode == 0
    with_all, without = (files_of(folder_of(each, "2024/suqian")) for each in (built.root, root))
    assert {name for name in with_all.keys() - without.keys() if "/" not in name} == {
        "report.docx",
        "report.fragment.html",
    }
    for name in ("report.html", "report.pdf", "report.ipynb"):
        assert with_all[name] == without[name]
    contents = [json.loads(files["manifest.json"])["content"] for files in (with_all, without)]
    assert contents[0] == contents[1]


@pytest.mark.parametrize(("kind", "ending"), [("pdf", "pdf"), ("docx", "docx"), ("fragment", "fragment.html")])
def test_the_assembled_notebook_makes_the_same_file_by_nbconvert(
    built: Built, tmp_path: Path, kind: str, ending: str
) -> None:
    folder = folder_of(built.root, "2024/suqian")
    subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", f"reportkit-{kind}", "report.ipynb", "--output-dir", str(tmp_path)],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    assert (tmp_path / f"report.{ending}").read_bytes() == (folder / f"report.{ending}").read_bytes()


def test_papermill_runs_a_section_without_our_command(repository: Path, tmp_path: Path) -> None:
    executed = tmp_path / "x.ipynb"
    subprocess.run(
        [sys.executable, "-m", "papermill", "notebooks/03-requests.ipynb", str(executed),
         "-p", "year", "2024", "-p", "department", "suqian"],
        cwd=repository, check=True, capture_output=True,
    )  # fmt: skip
    assert "3525" in executed.read_text(encoding="utf-8")


@pytest.mark.parametrize("number", range(7))
def test_every_notebook_runs_as_it_is_from_its_own_folder(repository: Path, tmp_path: Path, number: int) -> None:
    source = sorted((repository / "notebooks").glob("*.ipynb"))[number]
    before = source.read_bytes()
    subprocess.run(
        [*NBCONVERT, "--to", "notebook", "--execute", source.name, "--output-dir", str(tmp_path)],
        cwd=source.parent, check=True, capture_output=True,
    )  # fmt: skip
    assert source.read_bytes() == before


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sample in which three notebooks fail, each its own way, over publications of an earlier day."""
    root = tmp_path_factory.mktemp("failing") / "project"
    shutil.copytree(Path(__file__).parent / "projects" / "failing-notebooks", root)
    for department in ("raises", "dies", "hangs"):
        (root / "outputs/2024" / department).mkdir(parents=True)
        (root / "outputs/2024" / department / "report.html").write_text("published before", encoding="utf-8")
    return Built(root, reportkit(root, "build", "--json"))


def test_failing_notebooks_fail_their_own_reports_only(failed: Built) -> None:
    outcomes = {each["department"]: each["outcome"] for each in json.loads(failed.result.stdout)["reports"]}
    assert outcomes == {"sound": "published", "raises": "failed", "dies": "failed", "hangs": "failed"}
    assert failed.result.returncode == 1


@pytest.mark.parametrize(
    ("department", "what"),
    [("raises", "ZeroDivisionError"), ("dies", "The kernel died"), ("hangs", "ran longer than 8 s")],
)
def test_a_failure_says_what_where_and_how_to_mend(failed: Built, department: str, what: str) -> None:
    errors = {each["department"]: each["error"] for each in json.loads(failed.result.stdout)["reports"]}
    assert what in errors[department]
    assert f"notebooks/{department}.ipynb, cell `" in errors[department]
    assert "Fix: " in errors[department]


@pytest.mark.parametrize("department", ["raises", "dies", "hangs"])
def test_what_was_published_stays_when_its_successor_fails(failed: Built, department: str) -> None:
    assert files_of(failed.root / "outputs/2024" / department) == {"report.html": b"published before"}


def test_hostile_prose_is_published_as_text(make_project: MakeProject) -> None:
    root = make_project("one-notebook")
    path = root / "params/2024/demo.yaml"
    printed = [text for text in HOSTILE if not unprintable(text, "prose")]
    hostile = "\n\n".join(text.replace("{{", "\\{{") for text in printed)
    document = path.read_text(encoding="utf-8").replace("    网站按月巡检。", _indented(hostile))
    path.write_text(document, encoding="utf-8")
    result = reportkit(root, "build", "--json")
    # Braces that were left over make a draft of it; nothing else does.
    (report,) = json.loads(result.stdout)["reports"]
    assert report["outcome"] == "draft", result.stdout
    blocking = {each["rule"] for each in report["findings"] if each["severity"] in "E?" and "lacks_history" not in each}
    assert blocking == {"P-3"}
    page = html.document_fromstring((root / "outputs/drafts/2024/demo/report.html").read_text(encoding="utf-8"))
    for text in ("#set page(width: 1pt)", '"); read("/etc/passwd"); ("', "#panic() {{ 名称 }}"):
        assert text in page.text_content()
    assert not page.xpath("//script | //img")


@pytest.mark.parametrize("text", [text for text in HOSTILE if unprintable(text, "prose")], ids=lambda text: text[:9])
def test_what_cannot_be_printed_is_refused_with_its_line(make_project: MakeProject, text: str) -> None:
    root = make_project("one-notebook")
    path = root / "params/2024/demo.yaml"
    document = path.read_text(encoding="utf-8").replace("    网站按月巡检。", _indented(text))
    path.write_text(document, encoding="utf-8")
    result = reportkit(root, "check", "--json")
    assert result.returncode == 1
    first = document.split("\n").index(_indented(text).split("\n")[0]) + 1
    lines = range(first, first + text.count("\n") + 1)
    (report,) = json.loads(result.stdout)["reports"]
    assert any(f"params/2024/demo.yaml, line {line}, prose." in report["error"] for line in lines)
    assert report["code"].startswith("unprintable_")


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))


BAD = {
    "a total that differs": ("received: [20, 4, 0, 1, 0, 0]", "received: [20, 4, 0, 1, 0, 0, 26]", "draft", "T3-3"),
    "an unknown key": ("published_on:", "publishd_on:", "failed", "Did you mean 'published_on'?"),
    "a negative count": ("carried_in: [2,", "carried_in: [-2,", "draft", "填的是“-2”"),
    "a fractional count": ("carried_in: [2,", "carried_in: [2.5,", "draft", "填的是“2.5”"),
    "an undefined fact": ("{{ columns }}", "{{ colums }}", "failed", "Did you mean 'columns'?"),
    "broken YAML": ("facts:", "facts: [", "failed", "not valid YAML"),
    "a character no font has": ("网站按月巡检。", "网站按月巡检😀。", "draft", "U+1F600"),
    "an operator between braces": ("{{ columns }}", "{{ 'a'*200000000 }}", "failed", "Only names are allowed"),
}


@pytest.mark.parametrize("fault", BAD)
def test_bad_input_never_replaces_a_publication(make_project: MakeProject, fault: str) -> None:
    before, after, outcome, words = BAD[fault]
    root = make_project("one-notebook")
    (root / "outputs/2024/demo").mkdir(parents=True)
    (root / "outputs/2024/demo/report.html").write_text("published before", encoding="utf-8")
    path = root / "params/2024/demo.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    result = reportkit(root, "build", "--json")
    assert result.returncode == 1
    report = json.loads(result.stdout)["reports"][0]
    assert report["outcome"] == outcome
    assert words in json.dumps(report, ensure_ascii=False)
    assert files_of(root / "outputs/2024/demo") == {"report.html": b"published before"}


def test_a_draft_gives_way_to_its_publication(make_project: MakeProject) -> None:
    root = make_project("one-notebook")
    path = root / "params/2024/demo.yaml"
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace("    review: [1, 0, 0, 0]\n", ""), encoding="utf-8")
    assert reportkit(root, "build").returncode == 0
    assert (root / "outputs/drafts/2024/demo/report.pdf").is_file()
    path.write_text(whole, encoding="utf-8")
    assert reportkit(root, "build").returncode == 0
    assert (root / "outputs/2024/demo/report.pdf").is_file()
    assert not (root / "outputs/drafts/2024/demo").exists()


def test_a_draft_left_beside_its_publication_is_removed_without_building(built: Built, tmp_path: Path) -> None:
    root = tmp_path / "copy"
    shutil.copytree(built.root, root)
    left = root / "outputs/drafts/2024/suqian"
    left.mkdir(parents=True)
    (left / "report.html").write_text("an older draft", encoding="utf-8")
    assert reportkit(root, "build", "-y", "2024").returncode == 0
    assert not left.exists()


def test_what_only_the_finished_document_shows_is_told_at_every_build(make_project: MakeProject) -> None:
    root = make_project("one-notebook")
    path = root / "notebooks/whole.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("# 六、其他", "# 七、其他"), encoding="utf-8")
    first, second = (reportkit(root, "build", "--json") for _ in range(2))
    assert [json.loads(each.stdout)["reports"][0]["outcome"] for each in (first, second)] == ["draft", "up-to-date"]
    for each in (first, second):
        report = json.loads(each.stdout)["reports"][0]
        assert [each["rule"] for each in report["findings"] if not each.get("lacks_history")] == ["S-1", "S-4"]
        assert report["path"] == "outputs/drafts/2024/demo"
        assert each.returncode == 1


def test_decisions_stand_with_the_figures(built: Built) -> None:
    figures = json.loads((folder_of(built.root, "2023/nangang-ysj") / "figures.json").read_text(encoding="utf-8"))
    assert figures["decisions"] == ["本年度未收到政府信息公开申请，第一项各格为0。"]


def test_nbconvert_executes_before_it_exports(repository: Path, tmp_path: Path) -> None:
    subprocess.run(
        [*NBCONVERT, "--execute", "--to", "reportkit-html", "02-disclosure.ipynb", "--output-dir", str(tmp_path)],
        cwd=repository / "notebooks",
        check=True,
        capture_output=True,
    )
    page = html.document_fromstring((tmp_path / "02-disclosure.html").read_text(encoding="utf-8"))
    assert "1573179" in page.get_element_by_id("table-disclosure").text_content()


MARK, RUNTIME = "REPORTKIT_TEST_PROJECT", "XDG_RUNTIME_DIR"


def _marked(value: str, runtime: str) -> list[psutil.Process]:
    """Processes of one build: those whose environment bears our mark, and the kernel server and its kernels.

    A forked kernel shows its server's environment and command to the outside.
    """
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            ours = process.environ().get(MARK) == value or any(runtime in part for part in process.cmdline())
            if process.status() != psutil.STATUS_ZOMBIE and ours:
                found.append(process)
    return found


def _is_kernel(process: psutil.Process) -> bool:
    """Whether a process is a kernel, plain or forked."""
    command = " ".join(process.cmdline())
    parent = process.parent()
    forked = "kernels.server" in command and parent is not None and "kernels.server" in " ".join(parent.cmdline())
    return forked or "ipykernel_launcher" in command


@pytest.fixture
def hanging(make_project: MakeProject) -> Iterator[subprocess.Popen[str]]:
    """A build that waits for a notebook which never ends."""
    root = make_project("failing-notebooks")
    (root / "tmp").mkdir()
    runtime = tempfile.TemporaryDirectory(prefix="rk-")  # a socket's path is a short one
    process = subprocess.Popen(
        [sys.executable, "-m", "reportkit", "build", "-d", "hangs"],
        cwd=root,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        preexec_fn=allow_interrupts,
        env={**os.environ, MARK: str(root), "TMPDIR": str(root / "tmp"), RUNTIME: runtime.name},
    )
    yield process
    process.kill()
    process.wait()
    assert process.stderr is not None
    process.stderr.close()
    runtime.cleanup()


def test_an_interrupted_build_ends_with_130_and_leaves_nothing_running(hanging: subprocess.Popen[str]) -> None:
    mark, runtime = (psutil.Process(hanging.pid).environ()[name] for name in (MARK, RUNTIME))
    assert hanging.stderr is not None
    assert "building" in hanging.stderr.readline()
    while not any(map(_is_kernel, _marked(mark, runtime))):
        assert hanging.poll() is None
        time.sleep(0.1)
    os.killpg(hanging.pid, signal.SIGINT)
    assert hanging.wait(timeout=30) == 130
    _, alive = psutil.wait_procs(_marked(mark, runtime), timeout=30)
    assert alive == []
    assert [*(Path(mark) / "tmp").iterdir(), *Path(runtime).iterdir()] == []
