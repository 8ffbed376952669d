"""Nothing is done twice, and nothing is stale: exactly the right notebooks run again after each kind of change."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from importlib.metadata import Distribution
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylopdf_fonts_zh_cn import sans_path, serif_path

from reportkit import installed
from reportkit.build.build import build
from reportkit.build.decide import Reasons, ToBuild, Work, decide, reasons_of, unchanged
from reportkit.build.local import LocalPool
from reportkit.editions import STATUTORY, Edition
from reportkit.errors import PublishingError
from reportkit.execution import dependencies as needs
from reportkit.execution.dependencies import UNFOLLOWED, notebook_digest
from reportkit.inputs.project import Project
from reportkit.inputs.selection import select
from reportkit.model import Bundle, Outcome
from reportkit.outputs import cache as cache_module
from reportkit.outputs.cache import FOLDER, LAYOUT, Cache
from reportkit.outputs.prune import prune, size
from reportkit.outputs.store import Store
from reportkit.publishing import shaping as environment
from reportkit.text.strings import json_bytes
from tests.building import QUIET, build_all, copy_project, edit
from tests.shipped import FORMATS

SUQIAN_24, SUQIAN_23, NANGANG, SHANGHAI = "2024/suqian", "2023/suqian", "2023/nangang-ysj", "2019/shanghai-fgt"
REPORTS = (SHANGHAI, NANGANG, SUQIAN_23, SUQIAN_24)
NOTEBOOKS = ("00-preamble", "01-overview", "02-disclosure", "03-requests", "04-disputes", "05-problems",
             "06-other-matters")  # fmt: skip
ALL = {report: set(NOTEBOOKS) for report in REPORTS}


def decisions(root: Path) -> dict[str, Reasons]:
    """What a build would do for each report, as it goes about it: by digests of files first, then by planning."""
    project = Project(root)
    kept = Cache(project, read_only=True)
    return {
        f"{year}/{department}": reasons_of(
            unchanged(project, kept, kept.unchanged(year, department)) or decide(project, kept, year, department)
        )
        for year, department in select(project, None, None, True)
    }


def to_run(found: dict[str, Reasons]) -> dict[str, set[str]]:
    """Report → the notebooks that run, without their ending; reports of which none runs aren't there."""
    runs = {
        report: {job.notebook.removesuffix(".ipynb") for job in each.jobs if job.runs} for report, each in found.items()
    }
    return {report: names for report, names in runs.items() if names}


@pytest.fixture
def root(built_project: Path, tmp_path: Path) -> Path:
    """A copy of the built project that a test may change."""
    return copy_project(built_project, tmp_path / "project")


# Exactly the right notebooks run


@pytest.mark.parametrize(
    ("name", "old", "new", "runs", "renders"),
    [
        ("params/2024/suqian.yaml", "政策发布与解读同步考虑", "政策的发布与解读一并考虑",
         {SUQIAN_24: {"01-overview"}}, {SUQIAN_24}),
        ("params/2024/suqian.yaml", "problems: |\n", "problems: |\n    另有不足。\n\n", {SUQIAN_24: {"05-problems"}},
         {SUQIAN_24}),
        ("params/2024/suqian.yaml", "policy_qa_city: {value: 48", "policy_qa_city: {value: 47",
         {SUQIAN_24: {"01-overview"}}, {SUQIAN_24}),
        ("params/2024/suqian.yaml", "fees: [72701.2578]", "fees: [72701.2579]", {SUQIAN_24: {"02-disclosure"}},
         {SUQIAN_24}),
        ("params/2024/suqian.yaml", "direct: [7, 0, 11, 7, 25]", "direct: [6, 1, 11, 7, 25]",
         {SUQIAN_24: {"04-disputes"}}, {SUQIAN_24}),
        ("params/2024/suqian.yaml", "granted: [1408, 21,", "granted: [1407, 22,", {SUQIAN_24: {"03-requests"}},
         {SUQIAN_24}),
        ("params/2024/suqian.yaml", "figures:\n", "# 备注\nfigures:\n", {}, {SUQIAN_24}),
        ("params/2023/suqian.yaml", "figures:\n", "# 备注\nfigures:\n", {}, {SUQIAN_23, SUQIAN_24}),
        ("params/departments.yaml", "short_name: 宿迁市\n", "short_name: 宿迁\n",
         {SUQIAN_23: {"00-preamble"}, SUQIAN_24: {"00-preamble"}}, {SUQIAN_23, SUQIAN_24}),
        ("params/departments.yaml", 'phone: "0451-86252566"', 'phone: "0451-86252567"', {NANGANG: {"00-preamble"}},
         {NANGANG}),
        ("params/departments.yaml", "# ——江苏省宿迁市——", "# ——宿迁市——", {}, set()),
        ("notebooks/05-problems.ipynb", "（一）存在的主要问题", "（一）主要问题",
         {report: {"05-problems"} for report in REPORTS}, set(REPORTS)),
        ("notebooks/05-problems.ipynb", '"execution_count": null', '"execution_count": 7', {}, set()),
        ("notebooks/05-problems.ipynb", '"nbformat_minor"', '"somebody": 1, "nbformat_minor"', {}, set()),
        ("params/report.yaml", FORMATS, "formats: [html]", {}, set(REPORTS)),
        ("params/report.yaml", "name: 政府信息公开年报", "name: 年报", {}, set(REPORTS)),
        ("params/report.yaml", "timeout_s: 300", "timeout_s: 299", {}, set()),
        ("params/report.yaml", "# 年度报告由", "# 本报告由", {}, set()),
    ],
)  # fmt: skip
def test_a_change_runs_what_read_it_and_no_more(
    root: Path, name: str, old: str, new: str, runs: dict[str, set[str]], renders: set[str]
) -> None:
    edit(root, name, old, new)
    found = decisions(root)
    assert to_run(found) == runs
    assert {report for report, each in found.items() if each.work is not Work.NOTHING} == renders


def test_last_years_figures_run_what_compares_with_them(root: Path) -> None:
    text = (root / "params/2023/suqian.yaml").read_text(encoding="utf-8")
    row = re.search(r"received: \[(\d+), .*, (\d+)\]", text)
    assert row is not None
    more = row[0].replace(f"[{row[1]},", f"[{int(row[1]) + 1},").replace(f"{row[2]}]", f"{int(row[2]) + 1}]")
    edit(root, "params/2023/suqian.yaml", row[0], more)
    assert to_run(decisions(root)) == {
        SUQIAN_23: {"01-overview", "03-requests"},
        SUQIAN_24: {"01-overview", "03-requests"},
    }


def test_last_year_gone_runs_what_compared_with_it(root: Path) -> None:
    (root / "params/2023/suqian.yaml").unlink()
    assert to_run(decisions(root)) == {SUQIAN_24: {"01-overview", "03-requests"}}


def test_a_waiver_renders_again_and_runs_nothing(root: Path) -> None:
    waiver = "waivers:\n  - {rule: T2-1, place: disclosure, reason: 已核实, by: 审核, until: 2030-01-01}\n"
    (root / "params/2024/suqian.waivers.yaml").write_text(waiver, encoding="utf-8")
    found = decisions(root)
    assert (to_run(found), found[SUQIAN_24].work, found[SUQIAN_23].work) == ({}, Work.RENDER, Work.NOTHING)


@pytest.fixture
def fresh_surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Forgets what is known of the surroundings, before and after somebody changes them."""

    def forget() -> None:
        for each in (
            needs.surroundings,
            needs.libraries,
            installed.installed,
            environment.library_versions,
        ):
            each.cache_clear()

    forget()
    yield monkeypatch
    monkeypatch.undo()
    forget()


def other_version(of: str) -> Callable[[str], Any]:
    def distribution(name: str) -> Any:
        real = Distribution.from_name(name)
        return SimpleNamespace(version="999" if name == of else real.version, requires=real.requires)

    return distribution


def other_code(parts: tuple[str, ...] = (".",), *, without: str = "") -> str:
    return "other"


@pytest.mark.parametrize(
    ("module", "attribute", "value", "runs", "work"),
    [
        (needs, "code_digest", other_code, ALL, Work.RUN),
        (installed, "distribution", other_version("matplotlib"), ALL, Work.RUN),
        (installed, "distribution", other_version("kiwisolver"), ALL, Work.RUN),
        (installed, "distribution", other_version("papermill"), ALL, Work.RUN),
        (installed, "distribution", other_version("typst"), {}, Work.NOTHING),
        (needs, "sans_path", lambda: Path(__file__), ALL, Work.RUN),
        (environment, "version", lambda name: "999" if name == "typst" else "1", {}, Work.RENDER),
        (environment, "code_digest", other_code, {}, Work.RENDER),
        (environment, "font_digests", lambda paths, system: {"other": "font"}, {}, Work.RENDER),
    ],
    ids=["package", "library", "library-of-library", "papermill", "typesetter-in-kernels", "chart-font",
         "typesetter", "templates", "fonts"],
)  # fmt: skip
def test_changed_surroundings_run_or_render_everything(
    root: Path,
    fresh_surroundings: pytest.MonkeyPatch,
    module: Any,
    attribute: str,
    value: Any,
    runs: dict[str, set[str]],
    work: Work,
) -> None:
    fresh_surroundings.setattr(module, attribute, value)
    found = decisions(root)
    assert to_run(found) == runs
    assert {each.work for each in found.values()} == {work}


def test_an_edition_of_the_projects_own_runs_the_reports_of_its_years(root: Path) -> None:
    folder = root / "params" / "editions"
    folder.mkdir()
    (folder / "2019.yaml").write_text('extends: "2019"\nname: 另一号\n', encoding="utf-8")
    found = decisions(root)
    assert to_run(found) == {SHANGHAI: set(NOTEBOOKS)}
    assert {report for report, each in found.items() if each.work is Work.NOTHING} == set(REPORTS) - {SHANGHAI}


def test_a_new_rule_in_an_edition_of_the_projects_own_renders_its_reports_again(root: Path) -> None:
    folder = root / "params" / "editions"
    folder.mkdir()
    (folder / "2019.yaml").write_text(
        f'extends: "2019"\nname: {STATUTORY.load("2019").name}\nseverities: {{N-4: E}}\n', encoding="utf-8"
    )
    found = decisions(root)
    assert to_run(found) == {}
    assert {report for report, each in found.items() if each.work is Work.RENDER} == {SHANGHAI}


def test_an_editions_rules_are_nothing_that_sections_see() -> None:
    edition = STATUTORY.load("2021")
    told = {name: getattr(edition, name) for name in Edition.model_fields}
    fewer = Edition(**{**told, "rules": edition.rules[:3]})
    label = Edition(**{**told, "title": "另一题"})
    for changed, same in ((fewer, True), (label, False)):
        assert (changed.told_digest == edition.told_digest) is same


@pytest.mark.parametrize("variable", ["TZ", "LANG", "LC_ALL", "PYTHONHASHSEED", "MATPLOTLIBRC"])
def test_a_machines_own_settings_run_nothing(root: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, {"TZ": "America/New_York", "PYTHONHASHSEED": "7"}.get(variable, "C"))
    assert {each.work for each in decisions(root).values()} == {Work.NOTHING}


def test_another_departments_submission_runs_nothing_of_ours(root: Path) -> None:
    edit(root, "params/2023/nangang-ysj.yaml", "\n", "\n# 备注\n")
    found = decisions(root)
    assert {report for report, each in found.items() if each.work is not Work.NOTHING} == {NANGANG}


def test_a_notebook_that_may_read_by_itself_is_told_from_others(root: Path) -> None:
    def with_code(source: str) -> bool:
        """Whether nobody can tell what the section reads, once it has that code."""
        path = root / "notebooks/05-problems.ipynb"
        node = json.loads(path.read_text(encoding="utf-8"))
        node["cells"][1]["source"] = [f"{source}\n", "from reportkit.notebook import open_section\n",
                                      "s = open_section(year, department)"]  # fmt: skip
        path.write_text(json.dumps(node), encoding="utf-8")
        project = Project(root)
        plan = decide(project, Cache(project, read_only=True), 2024, "suqian").plan
        assert plan is not None
        (job,) = [each for each in plan.execution.jobs if each.name == "05-problems.ipynb"]
        return UNFOLLOWED in job.needs

    assert not with_code("import math")
    assert not with_code("import matplotlib.pyplot as plt")
    for source in (
        "import os", "from pathlib import Path", "x = open", "import pandas", "%matplotlib inline",
        "from reportkit.inputs.project import Project", "s = 1; s._reader", "import numpy; numpy.load",
        "from numpy import loadtxt as words", "import numpy as np; np.fromregex", "import numpy.lib",
    ):  # fmt: skip
        assert with_code(source), source


def test_a_notebook_of_an_older_format_has_one_digest() -> None:
    cell = {"cell_type": "code", "source": ["x = 1"], "metadata": {}, "outputs": [], "execution_count": None}
    old = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 2}).encode()
    assert notebook_digest(old) == notebook_digest(old + b" ")


# What a build does


def files_of(folder: Path) -> dict[str, bytes]:
    """The published files of a project, but for executed notebooks, which hold timings."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted((folder / "outputs").rglob("*"))
        if path.is_file() and not {"notebooks", ".cache"} & set(path.parts) and path.name != ".lock"
    }


def stamps(root: Path) -> dict[str, tuple[int, int]]:
    found = [path for path in (root / "outputs").rglob("*") if ".cache" not in path.parts and path.name != ".lock"]
    return {path.as_posix(): (path.stat().st_mtime_ns, path.stat().st_ino) for path in found}


def test_a_second_build_starts_no_kernel_and_touches_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_: Any) -> None:
        raise AssertionError("a kernel was started")

    monkeypatch.setattr("reportkit.build.local.warm_kernels", started)
    monkeypatch.setattr("reportkit.build.report.build_report", started)
    before = stamps(root)
    bundles = build_all(root)
    assert {bundle.outcome for bundle in bundles.values()} == {Outcome.UP_TO_DATE}
    assert stamps(root) == before


EDITS = (
    ("params/2024/suqian.yaml", "政策发布与解读同步考虑", "政策的发布与解读一并考虑"),
    ("params/2024/suqian.yaml", "review: [88, 18, 28, 36, 170]", "review: [87, 19, 28, 36, 170]"),
    ("params/2023/suqian.yaml", "figures:\n", "# 备注\nfigures:\n"),
    ("params/departments.yaml", "short_name: 宿迁市\n", "short_name: 宿迁\n"),
    ("notebooks/04-disputes.ipynb", "未发生被提起行政诉讼的案件。", "没有被提起行政诉讼的案件。"),
    ("params/report.yaml", FORMATS, "formats: [html]"),
)


def test_what_is_built_bit_by_bit_is_what_is_built_at_once(root: Path, tmp_path: Path) -> None:
    for name, old, new in EDITS:
        expected = to_run(decisions(root))
        assert expected == {}
        edit(root, name, old, new)
        expected = to_run(decisions(root))
        bundles = build_all(root)
        done = {
            report: {each.removesuffix(".ipynb") for each in bundle.executed}
            for report, bundle in bundles.items()
            if bundle.executed
        }
        assert done == expected
        assert all(bundle.failure is None for bundle in bundles.values())
    other = tmp_path / "at-once"
    for folder in ("params", "notebooks"):
        shutil.copytree(root / folder, other / folder)
    build_all(other)
    assert files_of(root) == files_of(other)


def test_going_back_restores_what_was_and_runs_nothing(root: Path) -> None:
    before = files_of(root)
    name, old, new = EDITS[0]
    edit(root, name, old, new)
    assert build_all(root)[SUQIAN_24].executed == ("01-overview.ipynb",)
    edit(root, name, new, old)
    assert decisions(root)[SUQIAN_24].work is Work.RESTORE
    bundle = build_all(root)[SUQIAN_24]
    assert (bundle.outcome, bundle.executed) == (Outcome.PUBLISHED, ())
    assert files_of(root) == before


def test_a_lost_or_damaged_output_is_put_back(root: Path) -> None:
    before = files_of(root)
    shutil.rmtree(root / "outputs/2023/suqian")
    (root / "outputs/2024/suqian/report.html").write_bytes(b"changed by hand")
    bundles = build_all(root)
    assert {report: bundle.executed for report, bundle in bundles.items()} == dict.fromkeys(REPORTS, ())
    assert files_of(root) == before


@pytest.mark.parametrize("forged", ["title", "digest", "page", "content", "cache-lost"])
def test_a_publication_whose_manifest_is_not_what_was_built_is_put_back(root: Path, forged: str) -> None:
    """A page and its digest may have been changed together."""
    before = files_of(root)
    folder = root / "outputs/2024/suqian"
    manifest = json.loads((folder / "manifest.json").read_bytes())
    match forged:
        case "title":
            manifest["title"] = "另一标题"
        case "digest":
            manifest["digest"] = "0" * 64
        case "content":
            manifest["content"]["requests"] = "0" * 64
        case _:
            page = (folder / "report.html").read_bytes().replace(b"1431", b"1432")
            (folder / "report.html").write_bytes(page)
            manifest["files"]["report.html"] = {"sha256": sha256(page).hexdigest(), "bytes": len(page)}
    (folder / "manifest.json").write_bytes(json_bytes(manifest))
    if forged == "cache-lost":
        for record in (root / FOLDER).rglob("bundles"):
            shutil.rmtree(record)
    bundles = build_all(root)
    assert {bundle.executed for bundle in bundles.values()} == {()}
    assert files_of(root) == before


@pytest.mark.parametrize("damage", [b"", b"\x00\x01", b"not what it was"])
def test_a_damaged_entry_is_made_once_more(root: Path, damage: bytes) -> None:
    before = files_of(root)
    for path in (root / FOLDER).rglob("*"):
        if path.is_file():
            path.write_bytes(damage)
    shutil.rmtree(root / "outputs/2024")
    bundles = build_all(root)
    # Nobody knows any more what was built: what is there is no better known than what is gone.
    assert {len(bundle.executed) for bundle in bundles.values()} == {7}
    assert files_of(root) == before


def test_a_failing_notebook_keeps_what_the_others_have_done(root: Path) -> None:
    edit(root, "notebooks/05-problems.ipynb", 's.prose(\\"improvements\\")', 's.prose(\\"improvement\\")')
    edit(root, "notebooks/04-disputes.ipynb", "未发生被提起行政诉讼的案件。", "没有被提起行政诉讼的案件。")
    bundles = build_all(root)
    assert {bundle.outcome for bundle in bundles.values()} == {Outcome.FAILED}
    edit(root, "notebooks/05-problems.ipynb", 's.prose(\\"improvement\\")', 's.prose(\\"improvements\\")')
    left = to_run(decisions(root))  # what was executed before the failure isn't run again
    assert all("05-problems" not in names for names in left.values())


def test_force_runs_everything(root: Path) -> None:
    project = Project(root)
    (bundle,) = build(project, [(2024, "suqian")], LocalPool(1), QUIET, force=True)
    assert len(bundle.executed) == 7


def test_two_builds_at_once_leave_one_whole_cache(root: Path) -> None:
    shutil.rmtree(root / "outputs")
    command = [sys.executable, "-m", "reportkit", "build", "--all", "-C", str(root)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root) for _ in range(2)]
    assert [each.wait(timeout=300) for each in both] == [0, 0]
    for each in both:
        each.communicate()
    store = Store(root / FOLDER, LAYOUT)
    assert all(store.get(digest) is not None for digest in list(store.contents()))
    assert {each.work for each in decisions(root).values()} == {Work.NOTHING}


def test_a_folder_named_like_the_package_is_not_imported_by_kernels(root: Path) -> None:
    (root / "reportkit").mkdir()
    (root / "reportkit/__init__.py").write_text("raise SystemExit('the wrong package')", encoding="utf-8")
    shutil.rmtree(root / "outputs")
    result = subprocess.run(
        [Path(sys.executable).with_name("reportkit"), "build", "-y", "2024", "-C", root],
        cwd=root, capture_output=True, text=True, check=False, env={**os.environ, "XDG_RUNTIME_DIR": str(root)},
    )  # fmt: skip
    assert result.returncode == 0, result.stderr


# Explained


def test_an_explanation_names_the_key_with_what_was_and_is(root: Path) -> None:
    edit(root, "params/2024/suqian.yaml", "policy_qa_city: {value: 48", "policy_qa_city: {value: 47")
    found = decisions(root)[SUQIAN_24]
    changes = {change.what: (change.before, change.now) for change in found.changes}
    assert changes["params/2024/suqian.yaml: facts.policy_qa_city.value"] == ("48", "47")
    assert all(len(str(each)) == 64 for each in changes["params/2024/suqian.yaml"])
    (job,) = [each for each in found.jobs if each.runs]
    told = {change.what: (change.before, change.now) for change in job.changes}
    assert told["params/2024/suqian.yaml: text.policy_qa_city"] == ("48", "47")


def test_an_explanation_names_the_library(root: Path, fresh_surroundings: pytest.MonkeyPatch) -> None:
    fresh_surroundings.setattr(installed, "distribution", other_version("matplotlib"))
    jobs = decisions(root)[SUQIAN_24].jobs
    version = Distribution.from_name("matplotlib").version
    assert {(each.what, each.before, each.now) for job in jobs for each in job.changes} == {
        ("library matplotlib", version, "999")
    }


# Pruned


def test_pruning_keeps_what_stands_published_and_drops_the_rest(root: Path) -> None:
    now = 2_000_000_000.0
    name, old, new = EDITS[0]
    before = size(Project(root))
    edit(root, name, old, new)
    build_all(root)
    edit(root, name, new, old)
    build_all(root)
    assert size(Project(root)).reports == before.reports + 1
    gone = prune(Project(root), 30, now)
    assert (gone.runs, gone.reports) == (1, 1)
    assert gone.bytes > 0
    assert {each.work for each in decisions(root).values()} == {Work.NOTHING}
    shutil.rmtree(root / "outputs/2024")
    assert decisions(root)[SUQIAN_24].work is Work.RESTORE


def test_pruning_keeps_what_was_of_use_lately(root: Path) -> None:
    shutil.rmtree(root / "outputs/2024")
    used = max(path.stat().st_mtime for path in (root / FOLDER).rglob("*.json"))
    assert prune(Project(root), 1, used + 3600).reports == 0
    assert prune(Project(root), 0, used + 3600).reports == 1


# The store


@given(content=st.binary(max_size=2000))
def test_a_store_gives_back_what_it_was_given(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    store = Store(tmp_path_factory.mktemp("store"), "1")
    digest = store.put(content)
    assert store.get(digest) == content
    assert store.put(content) == digest
    assert list(store.contents()) == [digest]


def test_a_store_has_nothing_for_what_it_was_not_given(tmp_path: Path) -> None:
    store = Store(tmp_path / "none", "1")
    assert (store.get("0" * 64), store.read("a/b"), list(store.records())) == (None, None, [])


def test_a_full_disk_fails_no_report(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache_module.Store, "_write", full)
    edit(root, *EDITS[0])
    assert build_all(root)[SUQIAN_24].outcome is Outcome.PUBLISHED
    assert decisions(root)[SUQIAN_24].work is Work.RUN  # nothing could note what was built


def with_cell(root: Path, *lines: str) -> None:
    """Adds a code cell to the last section's notebook."""
    path = root / "notebooks/06-other-matters.ipynb"
    node = json.loads(path.read_text(encoding="utf-8"))
    cell = {"cell_type": "code", "id": "added", "metadata": {"tags": ["remove-input"]}, "outputs": [],
            "execution_count": None, "source": "\n".join(lines)}  # fmt: skip
    node["cells"].append(cell)
    path.write_text(json.dumps(node, ensure_ascii=False), encoding="utf-8")


def build_one(root: Path, *, force: bool = False) -> Bundle:
    (bundle,) = build(Project(root), [(2024, "suqian")], LocalPool(1), QUIET, force=force)
    return bundle


def page_of(root: Path) -> str:
    folder = next(
        root / name for name in ("outputs/drafts/2024/suqian", "outputs/2024/suqian") if (root / name).is_dir()
    )
    return (folder / "report.html").read_text(encoding="utf-8")


def test_a_name_that_was_not_there_is_read_once_it_is(root: Path) -> None:
    with_cell(root, "try:", "    s.say('现有学校{schools}所。')", "except Exception:", "    s.say('现无学校。')")
    build_one(root)
    assert "现无学校" in page_of(root)
    edit(root, "params/2024/suqian.yaml", "facts:\n", "facts:\n  schools: {value: 36, unit: 所, source: 统计}\n")
    build_one(root)
    assert "现有学校36所" in page_of(root)


def test_a_notebook_that_reads_by_itself_runs_in_every_build(root: Path, tmp_path: Path) -> None:
    source = tmp_path / "words.txt"
    source.write_text("甲", encoding="utf-8")
    with_cell(root, f"s.say('附件称：' + open({str(source)!r}, encoding='utf-8').read() + '。')")
    assert build_one(root).executed == ("06-other-matters.ipynb",)
    source.write_text("乙", encoding="utf-8")
    assert build_one(root).executed == ("06-other-matters.ipynb",)
    assert "附件称：乙。" in page_of(root)
    project = Project(root)
    decision = decide(project, Cache(project, read_only=True), 2024, "suqian")
    assert isinstance(decision, ToBuild)
    assert (reasons_of(decision).work, decision.folder is not None) == (Work.RUN, True)


def test_a_notebook_that_reads_a_font_runs_when_that_changes(root: Path, tmp_path: Path) -> None:
    """None of its names could read a file: what its kernel opened tells."""
    font = tmp_path / "house.ttf"
    font.write_bytes(sans_path().read_bytes())
    with_cell(
        root,
        "from matplotlib.font_manager import FontProperties",
        "f = s.bar_chart({'收到': 'requests.received.total'})",
        f"f.axes[0].set_title('乙', fontproperties=FontProperties(fname={str(font)!r}))",
        "s.show(f, caption='甲', alt='乙')",
    )
    assert build_one(root).executed == ("06-other-matters.ipynb",)
    assert decisions(root)[SUQIAN_24].work is Work.NOTHING
    assert build_one(root).executed == ()
    font.write_bytes(serif_path().read_bytes())
    found = decisions(root)[SUQIAN_24]
    assert to_run({"found": found}) == {"found": {"06-other-matters"}}
    assert [change.what for job in found.jobs for change in job.changes] == [f"file {font}"]
    assert build_one(root).executed == ("06-other-matters.ipynb",)
    assert build_one(root).executed == ()
    font.write_bytes(sans_path().read_bytes())
    assert build_one(root).executed == ()  # the run with that font was kept
    assert decisions(root)[SUQIAN_24].work is Work.NOTHING


def test_a_body_that_notebooks_name_is_an_input(root: Path) -> None:
    with_cell(root, "s.say('宿迁地区旧行政公署的工作已并入。')")
    assert build_one(root).outcome is Outcome.PUBLISHED
    path = root / "params/departments.yaml"
    entry = (
        "  - {id: oldsuqian, name: 宿迁地区旧行政公署, short_name: 旧行署, kind: government, level: prefecture, "
        "valid_to: 2020-06-30, successor: suqian}\n"
    )
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n" + entry, encoding="utf-8")
    bundle = build_one(root)
    assert (bundle.outcome, bundle.executed) == (Outcome.DRAFT, ())
    assert "P-1" in {finding.rule for finding in bundle.findings if finding.is_error}


@pytest.mark.parametrize("kind", ["reports", "runs", "finished", "bundles", "libraries"])
def test_what_another_version_kept_is_not_looked_at(root: Path, kind: str) -> None:
    foreign = Store(root / FOLDER, "another")
    for record in list(Store(root / FOLDER, LAYOUT).records(kind)):
        foreign.write(record.name, {"x": 1})
    bundles = build_all(root)
    assert all(bundle.outcome is not Outcome.FAILED for bundle in bundles.values())
    prune(Project(root), 0, 4e9)


def test_pruning_keeps_runs_of_reports_whose_bundle_is_lost(root: Path) -> None:
    store = Store(root / FOLDER, LAYOUT)
    for record in list(store.records("bundles")):
        store.forget(record.name)
    before = size(Project(root)).runs
    prune(Project(root), 0, 4e9)
    assert size(Project(root)).runs == before


def test_a_draft_put_among_the_published_is_no_published_report(root: Path) -> None:
    (root / "outputs/2023").mkdir(exist_ok=True)
    (root / "outputs/drafts/2023/nangang-ysj").rename(root / "outputs/2023/nangang-ysj")
    found = {report for report, each in decisions(root).items() if each.work is not Work.NOTHING}
    assert found == {NANGANG}


def test_a_file_too_many_is_swept_away(root: Path) -> None:
    path = root / "outputs/2024/suqian/notes.txt"
    path.write_text("x", encoding="utf-8")
    build_all(root)
    assert not path.exists()


def test_outputs_that_cant_be_written_are_told(root: Path) -> None:
    shutil.rmtree(root / "outputs")
    (root / "outputs").write_text("", encoding="utf-8")
    with pytest.raises(PublishingError, match="outputs can't be written"):
        build_all(root)


def test_pruning_keeps_the_last_build_of_a_report_whose_manifest_is_damaged(root: Path) -> None:
    page = (root / "outputs/2024/suqian/report.html").read_bytes()
    (root / "outputs/2024/suqian/manifest.json").write_text("{", encoding="utf-8")
    prune(Project(root), 0, 4e9)
    assert build_one(root).executed == ()
    assert (root / "outputs/2024/suqian/report.html").read_bytes() == page


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("params/departments.yaml", "short_name: 宿迁市\n", "short_name: 宿迁\n"),
        ("params/report.yaml", FORMATS, "formats: [html]"),
    ],
)
def test_what_changes_while_a_report_is_built_is_not_published(root: Path, name: str, old: str, new: str) -> None:
    edit(root, "params/2024/suqian.yaml", "政策发布与解读同步考虑", "政策的发布与解读一并考虑")
    listener = replace(QUIET, starting=lambda plan: edit(root, name, old, new))
    (bundle,) = build(Project(root), [(2024, "suqian")], LocalPool(1), listener)
    assert bundle.outcome is Outcome.FAILED
    assert "changed while the report was built" in str(bundle.failure)


def test_another_departments_entry_may_change_while_a_report_is_built(root: Path) -> None:
    edit(root, "params/2024/suqian.yaml", "政策发布与解读同步考虑", "政策的发布与解读一并考虑")
    change = ("params/departments.yaml", 'phone: "0451-86252566"', 'phone: "0451-86252567"')
    (bundle,) = build(
        Project(root), [(2024, "suqian")], LocalPool(1), replace(QUIET, starting=lambda plan: edit(root, *change))
    )
    assert bundle.outcome is Outcome.PUBLISHED
