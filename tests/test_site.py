"""The portal on real builds: what stands in it and what doesn't, what is made anew, what keeps it from going out."""

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html
from typer.testing import CliRunner

from reportkit.build.build import build
from reportkit.build.local import LocalPool
from reportkit.build.publish import Reopening
from reportkit.cli import app
from reportkit.errors import PublishingError
from reportkit.inputs.project import Project
from reportkit.model import Department, Outcome, Register
from reportkit.site import search
from reportkit.site.columns import groups, pages_of
from reportkit.site.links import Links, broken, links_of
from reportkit.site.published import words_of
from reportkit.site.site import Built, build_site
from tests.building import QUIET, copy_project, edit

URL = "https://www.example.gov.cn/xxgknb"
PARAGRAPH = ("prose:\n  overview: |\n", "prose:\n  overview: |\n    更正的一段。\n\n")
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"
SEARCHED = {f"search/index/{number}.js" for number in range(search.SHARDS)}


def build_reports(root: Path, *reports: tuple[int, str]) -> None:
    list(build(Project(root), list(reports), LocalPool(1), QUIET))


def site_of(root: Path) -> Built:
    return build_site(Project(root))


def files_of(root: Path) -> dict[str, bytes]:
    folder = root / "outputs/site"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def stamps_of(root: Path) -> dict[str, tuple[int, int]]:
    folder = root / "outputs/site"
    found = {path.relative_to(folder).as_posix(): path.stat() for path in folder.rglob("*") if path.is_file()}
    return {name: (each.st_mtime_ns, each.st_ino) for name, each in found.items()}


def page(root: Path, name: str) -> Any:
    return html.document_fromstring((root / "outputs/site" / name).read_bytes())


@pytest.fixture(scope="module")
def built(built_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped project, published and drafted, with a portal that has an address."""
    root = copy_project(built_project, tmp_path_factory.mktemp("site") / "project")
    edit(root, "params/report.yaml", "  name: 政府信息公开年报\n", f"  name: 政府信息公开年报\n  url: {URL}\n")
    build_reports(root, (2023, "suqian"), (2024, "suqian"), (2023, "nangang-ysj"), (2019, "shanghai-fgt"))
    site_of(root)
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    copy_project(built, tmp_path / "project")
    site_of(tmp_path / "project")  # the stamps of the copies are others
    return tmp_path / "project"


def test_only_what_is_published_stands_in_it(built: Path) -> None:
    formats = {path.suffix[1:] for path in (built / "outputs/2024/suqian").glob("report.*")} & {"pdf", "docx"}
    downloads = {f"suqian-{{year}}.{ending}" for ending in ({"csv", "json"} | formats)}
    reports = {
        f"{year}/suqian/{name}".format(year=year) for year in (2023, 2024) for name in {"index.html", *downloads}
    }
    bodies = {"nangang-ysj", "shanghai-fgt", "suqian"}
    assert set(files_of(built)) == {
        *("index.html", "2023/index.html", "2024/index.html", "search/index.html", "robots.txt", "sitemap.xml"),
        *reports,
        "departments/index.html",
        *(f"departments/{name}/index.html" for name in bodies),
        *("data/index.html", "data/dictionary.csv", "data/dictionary.json"),
        *(f"data/{year}.{ending}" for year in (2023, 2024) for ending in ("csv", "json")),
        *("assets/site.css", "assets/site.js", "assets/search.js", "search/documents.js"),
        *SEARCHED,
        *(f"search/text/{year}/suqian.js" for year in (2023, 2024)),
    }


def test_nothing_of_a_draft_stands_in_it(built: Path) -> None:
    """The words of a draft are looked for by their pairs in every file, so that no piece of them is there either."""
    everything = "\n".join(content.decode(errors="ignore") for content in files_of(built).values())
    draft = words_of((built / "outputs/drafts/2023/nangang-ysj/report.html").read_text(encoding="utf-8"))
    published = words_of((built / "outputs/2024/suqian/report.html").read_text(encoding="utf-8"))
    told = {draft[at : at + 24] for at in range(0, len(draft) - 24, 7)} - {
        draft[at : at + 24] for at in range(len(draft)) if draft[at : at + 24] in published
    }
    shared = {each for each in told if each in everything}
    assert len(told) > 50
    assert not {each for each in shared if re.search("营商|南岗", each)}
    assert len(shared) < len(told) / 10, "the statute's own words may be the same, but no more"


def test_a_unit_that_has_not_published_is_seen(built: Path) -> None:
    names = page(built, "2023/index.html").xpath("//ul[@class='bodies']/li[em='尚未公布']/a/text()")
    assert names == ["上海市人民政府办公厅", "南岗区营商环境建设监督局"]
    assert "尚未公布" in page(built, "departments/nangang-ysj/index.html").text_content()


def test_a_report_bears_what_readers_expect(built: Path) -> None:
    found = page(built, "2024/suqian/index.html")
    assert found.findtext(".//h1/span") == "宿迁市人民政府"
    assert dict(
        zip(found.xpath("//dl[@class='info']//dt/text()"), found.xpath("//dl[@class='info']//dd/text()"), strict=True)
    ) == {
        "发布机构": "宿迁市人民政府",
        "有效性": "有效",
    }
    meta = {each.get("name"): each.get("content") for each in found.xpath("//meta[@name]")}
    assert meta["ArticleTitle"] == "宿迁市人民政府2024年政府信息公开工作年度报告"
    assert meta["ContentSource"] == "宿迁市人民政府"
    assert meta["SiteName"] == meta["ColumnName"] == "政府信息公开年报"
    assert meta["Url"] == found.xpath("string(//link[@rel='canonical']/@href)") == f"{URL}/2024/suqian/"
    linked = json.loads(found.xpath("string(//script[@type='application/ld+json'])"))
    assert linked["@type"] == "Report"
    assert linked["url"] == f"{URL}/2024/suqian/"
    assert found.xpath("//section[@aria-labelledby='related']//a/@href")[0] == "../../2023/suqian/index.html"
    figures = json.loads((built / "outputs/2024/suqian/figures.json").read_bytes())["figures"]
    total = found.xpath("//table[@id='table-requests']/tbody/tr[1]/td[last()]/text()")
    assert total == [str(figures["requests.received/total"]["value"])]


def test_without_an_address_there_is_no_sign_and_no_map(root: Path) -> None:
    edit(root, "params/report.yaml", f"  url: {URL}\n", "")
    site_of(root)
    assert not {"robots.txt", "sitemap.xml"} & set(files_of(root))
    assert not page(root, "2024/suqian/index.html").xpath("//*[@class='qr']")


def test_the_map_names_every_page(built: Path) -> None:
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    found = etree.fromstring((built / "outputs/site/sitemap.xml").read_bytes()).xpath(
        "//s:loc/text()", namespaces=space
    )
    pages = {name.removesuffix("index.html") for name in files_of(built) if name.endswith(".html")}
    assert {each.removeprefix(f"{URL}/") for each in found} == pages


def test_the_open_data_are_the_reports_figures(built: Path) -> None:
    rows = list(csv.DictReader(io.StringIO((built / "outputs/site/data/2024.csv").read_text(encoding="utf-8-sig"))))
    figures = json.loads((built / "outputs/2024/suqian/figures.json").read_bytes())["figures"]
    assert [row["department"] for row in rows] == ["suqian"]
    assert {name: rows[0][name] for name in figures} == {name: str(each["value"]) for name, each in figures.items()}
    data = json.loads((built / "outputs/site/data/2024.json").read_bytes())
    (report,) = data["reports"]
    assert dict(zip(data["columns"], report["values"], strict=True)) == {k: v["value"] for k, v in figures.items()}
    dictionary = list(
        csv.DictReader(io.StringIO((built / "outputs/site/data/dictionary.csv").read_text(encoding="utf-8-sig")))
    )
    known = {row["id"]: (row["label"], row["unit"]) for row in dictionary if row["edition"] == report["edition"]}
    assert known == {name: (each["label"], each["unit"]) for name, each in figures.items()}
    assert set(rows[0]) <= {row["id"] for row in dictionary}


def test_nothing_is_touched_where_nothing_has_changed(root: Path) -> None:
    before, folder = stamps_of(root), (root / "outputs/site").stat().st_ino
    assert site_of(root).made == 0
    assert (stamps_of(root), (root / "outputs/site").stat().st_ino) == (before, folder)


def test_one_changed_report_makes_its_own_pages_anew(root: Path) -> None:
    before = stamps_of(root)
    edit(root, "params/2024/suqian.yaml", "同步考虑。", "一并考虑。")
    build_reports(root, (2024, "suqian"))
    built = site_of(root)
    after = stamps_of(root)
    anew = {name for name in after if after[name] != before[name]} - SEARCHED - {"search/documents.js"}
    ours = {name for name in after if name.startswith("2024/suqian/") and not name.endswith("figures.csv")}
    assert anew == {*ours, "data/2024.csv", "data/2024.json", "search/text/2024/suqian.js"}
    assert built.made == 1
    assert "一并考虑" in page(root, "2024/suqian/index.html").text_content()


def test_the_same_bytes_in_another_folder(root: Path, built: Path) -> None:
    shutil.rmtree(root / "outputs/site")
    shutil.rmtree(root / "outputs/.cache")
    site_of(root)
    assert files_of(root) == files_of(built)


def test_a_damaged_report_keeps_its_page_and_stops_no_other(root: Path) -> None:
    before = files_of(root)
    (root / "outputs/2024/suqian/report.html").write_text('<main id="report">x</main>', encoding="utf-8")
    built = site_of(root)
    assert [report for report, _ in built.problems] == ["2024/suqian"]
    assert "report.html is changed" in built.problems[0][1]
    assert files_of(root) == before
    shutil.rmtree(root / "outputs/site")
    built = site_of(root)
    assert built.reports == 1
    assert not [name for name in files_of(root) if name.startswith("2024/suqian/")]


def test_what_is_withdrawn_goes(root: Path) -> None:
    shutil.rmtree(root / "outputs/2023/suqian")
    site_of(root)
    assert not [name for name in files_of(root) if name.startswith("2023/")]
    assert "2023" not in page(root, "index.html").xpath("string(//ol[@class='years'])")


def test_a_file_that_somebody_changed_is_made_once_more(root: Path) -> None:
    before = files_of(root)
    (root / "outputs/site/2024/suqian/index.html").write_text("x", encoding="utf-8")
    (root / "outputs/site/2024/index.html").unlink()
    (root / "outputs/site/foreign.html").write_text("x", encoding="utf-8")
    site_of(root)
    assert files_of(root) == before


def test_a_file_in_its_place_is_told(root: Path) -> None:
    shutil.rmtree(root / "outputs/site")
    (root / "outputs/site").write_text("x", encoding="utf-8")
    with pytest.raises(PublishingError, match="site is a file"):
        site_of(root)
    (root / "outputs/site").unlink()
    assert site_of(root).reports == 2


def test_what_nobody_of_us_wrote_goes(root: Path) -> None:
    """Somebody's draft among it, too."""
    before = files_of(root)
    shutil.copy(root / "outputs/drafts/2023/nangang-ysj/report.html", root / "outputs/site/draft.html")
    site_of(root)
    assert files_of(root) == before


def test_a_link_in_its_place_is_told(root: Path, tmp_path: Path) -> None:
    (root / "outputs/site").rename(tmp_path / "www")
    (root / "outputs/site").symlink_to(tmp_path / "www")
    with pytest.raises(PublishingError, match="is a link"):
        site_of(root)
    assert (tmp_path / "www/index.html").is_file()


@pytest.mark.parametrize("harm", ["damaged, and nothing is known of it", "another id"])
def test_no_report_that_is_shown_vanishes_because_it_cant_be_read(root: Path, harm: str) -> None:
    before = files_of(root)
    if harm == "another id":
        register = root / "params/departments.yaml"
        register.write_text(register.read_text(encoding="utf-8").replace("suqian", "suqian-2"), encoding="utf-8")
    else:
        (root / "outputs/2024/suqian/report.html").write_text("", encoding="utf-8")
        shutil.rmtree(root / "outputs/.cache")
    with pytest.raises(PublishingError, match="stays as it was"):
        site_of(root)
    assert files_of(root) == before


def test_an_interrupted_writing_leaves_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files_of(root)
    shutil.copytree(root / "outputs/site", root / "outputs/.site.new")  # as a kill leaves it
    edit(root, "params/2024/suqian.yaml", "同步考虑。", "一并考虑。")
    build_reports(root, (2024, "suqian"))
    with monkeypatch.context() as broken:

        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        broken.setattr("reportkit.site.site.broken", interrupted)
        with pytest.raises(KeyboardInterrupt):
            site_of(root)
    assert files_of(root) == before
    assert not list((root / "outputs").glob(".site*"))
    assert site_of(root).made == 1


def test_a_link_that_leads_nowhere_keeps_everything_as_it_was(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files_of(root)
    monkeypatch.setattr("reportkit.site.pages.downloads_of", lambda report: iter(()))
    monkeypatch.setattr("reportkit.site.site.downloads_of", lambda report: iter(()))
    edit(root, "params/2024/suqian.yaml", "同步考虑。", "一并考虑。")
    build_reports(root, (2024, "suqian"))
    with pytest.raises(PublishingError, match=r"2024/suqian/index.html → 2024/suqian/suqian-2024"):
        site_of(root)
    assert files_of(root) == before
    assert not list((root / "outputs").glob(".site*"))


def test_a_correction_is_told_with_what_it_changed(root: Path) -> None:
    edit(root, "params/report.yaml", "formats:", "open_years: [2024]\nformats:")
    edit(root, "params/2023/suqian.yaml", *PARAGRAPH)
    project = Project(root)
    (bundle,) = build(
        project, [(2023, "suqian")], LocalPool(1), QUIET, reopening=Reopening("更正文字", date(2026, 11, 23))
    )
    assert bundle.outcome is Outcome.PUBLISHED
    site_of(root)
    told = page(root, "2023/suqian/index.html").xpath("//section[@aria-labelledby='corrections']")[0]
    assert told.findtext("h3") == "第1次更正（2026-11-23）"
    assert told.findtext("p") == "更正文字"
    assert "更正的一段。" in "".join(told.xpath(".//ins//text()"))
    for place in ("departments/suqian/index.html", "2023/index.html"):
        assert page(root, place).xpath("string(//span[@class='mark'])") == "更正"
    assert "2023/suqian/</loc><lastmod>2026-11-23</lastmod>" in (root / "outputs/site/sitemap.xml").read_text()
    (told_to_machines,) = page(root, "2023/suqian/index.html").xpath("//script[@type='application/ld+json']/text()")
    assert json.loads(told_to_machines)["dateModified"] == "2026-11-23"
    (root / "params/2023/suqian.corrections.jsonl").unlink()
    assert [report for report, _ in site_of(root).problems] == ["2023/suqian"]
    assert page(root, "2023/suqian/index.html").xpath("//section[@aria-labelledby='corrections']")


def test_hostile_words_are_shown_as_text(root: Path) -> None:
    """In every field that may hold words: of a submission, of the register, of report.yaml."""
    edit(root, "params/report.yaml", "政府信息公开年报", f'"{HOSTILE}"')
    edit(
        root,
        "params/report.yaml",
        f"  url: {URL}\n",
        f'  host: "{HOSTILE}"\n  record_number: "{HOSTILE}"\n  id_code: "{HOSTILE}"\n  url: {URL}\n',
    )
    edit(root, "params/departments.yaml", "name: 宿迁市人民政府\n", f'name: "宿迁市人民政府{HOSTILE}"\n')
    edit(
        root,
        "params/departments.yaml",
        "  # 联系方式尚未提供，取得后在此补写 contact\n  - id: suqian\n",
        f'  - id: suqian\n    contact: {{office: "{HOSTILE}", address: "{HOSTILE}", phone: "{HOSTILE}"}}\n',
    )
    edit(root, "params/2024/suqian.yaml", "figures:", f'index_number: "{HOSTILE}"\nfigures:')
    edit(root, "params/2024/suqian.yaml", "同步考虑。", "同步考虑。" + HOSTILE.replace("<", "\\<"))
    build_reports(root, (2024, "suqian"))
    assert (root / "outputs/2024/suqian").is_dir()
    site_of(root)
    for name in [name for name in files_of(root) if name.endswith(".html")]:
        found = page(root, name)
        scripts = {each.get("src", each.get("type")) for each in found.iter("script")}
        assert {str(each).rpartition("/")[2] for each in scripts} <= {"site.js", "search.js", "ld+json"}
        assert not found.xpath("//img | //*[@*[starts-with(name(), 'on')]]")
        assert HOSTILE in found.text_content()
    assert "<script" not in (root / "outputs/site/search/text/2024/suqian.js").read_text(encoding="utf-8")
    with (root / "outputs/site/data/2024.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["name"] == f"宿迁市人民政府{HOSTILE}"


Cli = Callable[..., Any]


def test_the_command_says_what_it_has_done(root: Path) -> None:
    result = CliRunner().invoke(app, ["site", "--json", "-C", str(root)])
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["reports"], told["made"], told["url"], told["problems"]) == (2, 0, f"{URL}/", [])
    (root / "outputs/2024/suqian/report.pdf").unlink()
    result = CliRunner().invoke(app, ["site", "-C", str(root)])
    assert result.exit_code == 1
    assert "report.pdf is gone" in result.stderr


def test_a_project_with_nothing_published_has_a_portal_that_says_so(shipped: Path) -> None:
    site_of(shipped)
    assert "还没有公布的报告" in page(shipped, "index.html").text_content()


# The search


def looked_up(query: str, texts: list[str]) -> set[int]:
    """What search.js does, in Python: texts that have every pair of a query."""
    index = dict(search.index_of(texts))
    found = set(range(len(texts)))
    for run in search.runs(query):
        units = run.encode("utf-16-le", "surrogatepass")
        numbers = [int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2)]
        for pair in (first << 16 | second for first, second in pairwise(numbers)):
            found &= set(places(index[search.shard_of(pair)].get(base36(pair), "")))
    return found


def base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return digits[number] if number < 36 else base36(number // 36) + digits[number % 36]


def places(postings: str) -> list[int]:
    found: list[int] = []
    last = 0
    for part in filter(None, postings.split(",")):
        step, _, more = part.partition("+")
        last += int(step, 36)
        found.append(last)
        for _ in range(int(more or "0", 36)):
            last += 1
            found.append(last)
    return found


letters = st.text(st.sampled_from("政府信息公开年报行政复议AbZ０1𬭎，。 "), max_size=30)


@given(st.lists(letters, min_size=1, max_size=12), st.data())
def test_every_text_that_has_a_word_is_found(texts: list[str], data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(texts))
    words = [run for run in search.runs(text) if len(run) > 1]
    if not words:
        return
    run = data.draw(st.sampled_from(words))
    start = data.draw(st.integers(0, len(run) - 2))
    word = run[start : data.draw(st.integers(start + 2, len(run)))]
    having = {place for place, each in enumerate(texts) if any(word in other for other in search.runs(each))}
    assert having <= looked_up(word, texts)
    if len(word) == 2 and all(ord(each) < 0x10000 for each in word):
        assert having == looked_up(word, texts)


@given(st.sets(st.integers(0, 5000)))
def test_postings_are_what_was_put_in(numbers: set[int]) -> None:
    assert places(search.postings(sorted(numbers))) == sorted(numbers)


@given(st.text())
def test_a_script_holds_its_data_and_nothing_else(text: str) -> None:
    told = search.script("SEARCH.text", "a/b", text).decode("utf-8", "surrogatepass") if text.isprintable() else ""
    if told:
        assert "</" not in told
        assert json.loads(f"[{told.removeprefix('SEARCH.text(').removesuffix(');' + chr(10))}]") == ["a/b", text]


# Columns and links


@given(st.lists(st.tuples(st.sampled_from(["government", "department"]), st.integers(0, 40)), max_size=900))
def test_every_body_is_listed_once_whatever_the_pages(drawn: list[tuple[str, int]]) -> None:
    bodies = [
        Department(f"b{number}", f"机关{number}", "机关", kind, "county", f"b{parent}" if parent < number else None)
        for number, (kind, parent) in enumerate(drawn)
    ]
    register = Register({body.id: body for body in bodies})
    pages = list(pages_of(groups(register, bodies)))
    listed = [body.id for page in pages for group in page for body in group.bodies]
    assert sorted(listed) == sorted(body.id for body in bodies)
    assert all(sum(len(group.bodies) for group in page) <= 400 for page in pages)
    assert all(page for page in pages)


def test_links_are_followed_to_their_anchors() -> None:
    links = {
        "a.html": links_of(
            "a.html", '<p id="x"><a href="b/c.html#there">1</a><a href="#x">2</a><a href="https://e.cn/">3</a>'
        ),
        "b/c.html": links_of("b/c.html", '<p id="there"><a href="../a.html#gone">1</a><a href="d.html">2</a>'),
    }
    assert list(broken(links, links.keys())) == ["b/c.html → a.html#gone", "b/c.html → b/d.html"]
    assert Links.from_json(json.loads(json.dumps(links["a.html"].to_json()))) == links["a.html"]


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://e.cn/x.js"></script>',
        '<link rel="stylesheet" href="//e.cn/x.css">',
        '<img src="http://e.cn/x.png" alt="x">',
        "<iframe></iframe>",
        '<p onclick="x()">x</p>',
        '<p id="a">1</p><p id="a">2</p>',
    ],
)
def test_a_page_that_loads_or_runs_something_foreign_is_refused(text: str) -> None:
    with pytest.raises(PublishingError):
        links_of("x.html", f"<main>{text}</main>")
