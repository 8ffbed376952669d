"""The demo project: invented, consistent from cell to cell and year to year, the same bytes for the same seed."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reportkit import cli
from reportkit.build.plan import plan_report
from reportkit.checks.arithmetic import check_figures
from reportkit.checks.evidence import Evidence
from reportkit.demo.departments import DemoDepartment, demo_departments
from reportkit.demo.dice import Dice
from reportkit.demo.sentences import Phrases, phrases, write_words
from reportkit.demo.tables import Account, accounts, fee_yuan, own_accounts
from reportkit.demo.write import Demo, demo_files, demo_of, write_demo
from reportkit.editions import STATUTORY
from reportkit.editions.lookup import UnknownFigure, look_up
from reportkit.errors import ProjectError
from reportkit.inputs.documents import KINDS
from reportkit.inputs.project import Project
from reportkit.inputs.schema import schemas
from reportkit.model import Figures, Finding, Register, Severity, Value
from reportkit.starting.notebooks import shipped_notebooks
from tests.conftest import Golden

YEARS = range(2019, 2025)
DEPARTMENTS = demo_departments(24)
REPORTING = [body for body in DEPARTMENTS if body.department.reports]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """12 departments in the three years in which one edition follows the other."""
    root = tmp_path_factory.mktemp("demo")
    write_demo(root, demo_of(12, 3, 1, last_year=2022))
    return Project(root)


@pytest.fixture(scope="module")
def known() -> dict[tuple[int, str], Account]:
    """The accounts of 24 bodies in all years."""
    return accounts(DEPARTMENTS, 1, YEARS)


def contents(demo: Demo) -> dict[str, bytes]:
    return dict(demo_files(demo, demo_departments(demo.departments)))


def reports(project: Project) -> list[tuple[int, str]]:
    return [(year, each) for year in project.years for each in project.submitted(year)]


def count(figures: Figures, cell: str) -> int:
    value = figures[cell]
    assert isinstance(value, int)
    return value


# The same again


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert contents(demo_of(5, 2, 3)) == contents(demo_of(5, 2, 3))


def test_another_seed_gives_other_figures_and_words_and_the_same_bodies() -> None:
    one, other = contents(demo_of(5, 1, 1)), contents(demo_of(5, 1, 2))
    assert one.keys() == other.keys()
    differing = {name for name in one if one[name] != other[name]}
    assert differing == {name for name in one if name.startswith("params/2024/")}


def test_no_hash_seed_or_locale_changes_a_byte() -> None:
    script = (
        "import hashlib; from reportkit.demo.write import *; d = demo_of(9, 2, 4)\n"
        "print(hashlib.sha256(repr(list(demo_files(d, demo_departments(9)))).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale},
            capture_output=True, check=True,
        ).stdout
        for seed, locale in (("1", "C"), ("2", "C.UTF-8"))
    }  # fmt: skip
    assert digests == {f"{sha256(repr(list(contents(demo_of(9, 2, 4)).items())).encode()).hexdigest()}\n".encode()}


def test_a_submission_is_the_one_that_was_written_before(golden: Golden) -> None:
    files = contents(demo_of(3, 1, 1))
    golden("demo/departments.yaml", files["params/departments.yaml"].decode())
    golden("demo/2024-xugou-jia-zrj.yaml", files["params/2024/xugou-jia-zrj.yaml"].decode())


def test_a_larger_demo_and_a_longer_one_hold_the_same_figures() -> None:
    few, many = (
        accounts(demo_departments(12), 1, range(2024, 2025)),
        accounts(demo_departments(40), 1, range(2020, 2025)),
    )
    own = [each for each in few if each in many and each[1].count("-") > 1 and not each[1].endswith("-zi")]
    assert len(own) > 4
    assert [few[each] for each in own] == [many[each] for each in own]


@pytest.mark.parametrize("seed", [-5, 0, 2**70])
def test_any_whole_number_is_a_seed(seed: int) -> None:
    assert len(contents(demo_of(1, 1, seed))) == len(contents(demo_of(1, 1, 1)))


def test_dice_fall_as_they_fell_before() -> None:
    dice = Dice(1, "甲", 2024)
    assert [dice.below(1000) for _ in range(4)] == [777, 487, 435, 803]
    assert sum(dice.tally(50, [1, 0, 3])) == 50
    assert dice.tally(50, [0, 7]) == [0, 50]
    assert dice.several("甲乙丙", 5) == ["甲", "乙", "丙"]


# What is written


def test_every_report_checks_clean_in_both_editions(written: Project) -> None:
    found = []
    for year, each in reports(written):
        plan = plan_report(written, year, each)
        assert not plan.head.draft
        assert not plan.basis.figures.missing()
        found += [
            finding
            for finding in plan.basis.findings
            if finding.severity is not Severity.INFORMATION and not finding.lacks_history
        ]
    assert found == []
    assert Counter(year for year, _ in reports(written)) == {2020: 12, 2021: 12, 2022: 12}
    assert {STATUTORY.for_year(year).id for year in written.years} == {"2019", "2021"}


def test_the_published_report_says_that_it_is_invented(written: Project) -> None:
    for body in written.register:
        assert body.name.startswith("虚构")
        assert body.short_name.startswith("虚构")
        assert body.contact.phone in (None, "000-00000000")
        assert body.contact.url is None or body.contact.url.endswith(".example")
    for year, each in reports(written):
        submission = written.submission(year, each)
        assert "演示用虚构内容" in submission.prose["overview"]
        assert "程序虚构" in submission.prose["other_matters"]
        assert {fact.source for fact in submission.facts.values()} <= {"演示用虚构数据"}
        assert str(submission.index_number).startswith("演示-")
    assert written.definition.site is not None
    assert "虚构" in written.definition.site.name


def test_no_number_is_typed_into_the_words(written: Project) -> None:
    law = "〔2020〕109号"
    for year, each in reports(written):
        for text in written.submission(year, each).prose.values():
            assert re.sub(r"\{\{.*?\}\}", "", text.replace(law, "")).isascii() is False
            assert not re.search(r"[0-9$]", re.sub(r"\{\{.*?\}\}", "", text.replace(law, "")))


def test_dates_keep_the_deadline(written: Project) -> None:
    for year, each in reports(written):
        submission = written.submission(year, each)
        assert submission.issued_on is not None
        assert submission.published_on is not None
        assert submission.issued_on <= submission.published_on <= STATUTORY.deadline(written.department(each), year)
        assert submission.issued_on.year == year + 1


def test_who_received_nothing_says_so_and_still_fills_every_row(written: Project) -> None:
    said = 0
    for year, each in reports(written):
        text = (written.root / f"params/{year}/{each}.yaml").read_text(encoding="utf-8")
        received = written.submission(year, each).figures["requests.received/total"]
        assert ("none_received: true" in text) == (received == 0)
        assert all(f" {row.rpartition('.')[2]}: [" in text for row in STATUTORY.for_year(year).rows)
        said += received == 0
    assert 0 < said < len(reports(written)) // 2


def test_the_report_is_told_by_the_shipped_sections(repository: Path, written: Project) -> None:
    shipped = yaml.safe_load((repository / "params/report.yaml").read_text(encoding="utf-8"))
    assert yaml.safe_load(written.files.read("params/report.yaml"))["sections"] == shipped["sections"]


def test_the_files_beside_the_submissions_are_the_repositorys(repository: Path, written: Project) -> None:
    assert written.files.read("outputs/.gitignore") == (repository / "outputs/.gitignore").read_bytes()
    assert {name: written.files.read(name) for name in schemas(STATUTORY)} == schemas(STATUTORY)


def test_the_notebooks_differ_from_the_shipped_ones_in_their_defaults_only(repository: Path, written: Project) -> None:
    for path in sorted((repository / "notebooks").glob("*.ipynb")):
        ours, theirs = written.files.read(f"notebooks/{path.name}").decode(), path.read_text(encoding="utf-8")
        defaults = [line for line in ours.splitlines() if line not in theirs.splitlines()]
        assert [line.strip() for line in defaults] == [r'"year = 2022\n",', r'"department = \"xugou-jia\""']
        assert len(ours.splitlines()) == len(theirs.splitlines())


def test_the_wheel_takes_every_notebook_along(repository: Path) -> None:
    build = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    included = build["targets"]["wheel"]["force-include"]
    names = [path.name for path in sorted((repository / "notebooks").glob("*.ipynb"))]
    assert included == {f"notebooks/{name}": f"reportkit/notebooks/{name}" for name in names}
    assert shipped_notebooks() == repository / "notebooks"


# Figures


def applicants(figures: Figures, row: str) -> list[int]:
    return [count(figures, spec.id) for spec in STATUTORY.load(figures.edition).rows[row]]


def test_what_is_open_at_the_end_of_a_year_opens_the_next(known: dict[tuple[int, str], Account]) -> None:
    for (year, each), account in known.items():
        if year + 1 in YEARS:
            after = known[year + 1, each].figures
            assert applicants(account.figures, "requests.carried_out") == applicants(after, "requests.carried_in")
            for row in ("review", "litigation.direct", "litigation.after_review"):
                pending = count(account.figures, f"disputes.{row}/pending")
                assert count(after, f"disputes.{row}/total") >= pending


def test_documents_and_items_continue_from_year_to_year(known: dict[tuple[int, str], Account]) -> None:
    for (year, each), account in known.items():
        before = known[year - 1, each].figures if year - 1 in YEARS else None
        now = account.figures
        if before is None or before.edition != now.edition:
            continue
        if now.edition == "2021":
            for row in ("disclosure.rules", "disclosure.normative_documents"):
                issued, repealed, in_force = (
                    count(now, f"{row}/{each}") for each in ("issued", "repealed", "in_force")
                )
                assert in_force == count(before, f"{row}/in_force") + issued - repealed
        else:
            for row in ("licensing", "other_services", "penalties", "coercion", "fees"):
                previous, change = (count(before, f"disclosure.{row}/{name}") for name in ("previous", "change"))
                assert count(now, f"disclosure.{row}/previous") == previous + change


def test_only_a_city_and_its_office_make_rules(known: dict[tuple[int, str], Account]) -> None:
    made = {each for (year, each), account in known.items() if any(applicants(account.figures, "disclosure.rules"))}
    assert made == {"xugou-jia", "xugou-jia-bgs"}


def test_a_government_adds_up_what_stands_below_it(known: dict[tuple[int, str], Account]) -> None:
    for year in YEARS:
        for area in ("xugou-jia", "xugou-jia-zi"):
            below = [known[year, b.department.id] for b in DEPARTMENTS if b.department.parent == area]
            assert len(below) > 5
            for cell, value in known[year, area].figures.cells.items():
                assert value == sum(part.figures[cell] or 0 for part in below), cell
            assert known[year, area].fee_yuan == sum(part.fee_yuan for part in below)


def test_a_year_is_never_far_from_the_one_before(known: dict[tuple[int, str], Account]) -> None:
    for year, each in known:
        if year + 1 in YEARS:
            now, after = (known[y, each].figures["requests.received/total"] or 0 for y in (year, year + 1))
            assert abs(after - now) < 20 or abs(after - now) < now / 2
            assert not (now >= 10 and after == 0)


def test_departments_differ_as_real_ones_do() -> None:
    bodies = demo_departments(400)
    found = accounts(bodies, 1, range(2024, 2025))
    received = sorted(count(account.figures, "requests.received/total") for account in found.values())
    assert 60 < sum(number == 0 for number in received) < 200
    assert received[200] < 15
    assert 100 < received[-10] < received[-1]
    kinds = Counter(body.department.kind for body in bodies if body.department.reports)
    assert set(kinds) == set(KINDS)
    assert {body.department.level for body in bodies} == {"province", "prefecture", "county", "township"}


def arithmetic(figures: Figures, body: DemoDepartment) -> list[Finding]:
    """The findings on figures by themselves, without a year before."""
    department = body.department
    evidence = Evidence(
        STATUTORY.load(figures.edition), department, 2024, figures, Register({department.id: department})
    )
    return [finding for finding in check_figures(evidence) if not finding.lacks_history]


@given(seed=st.integers(), body=st.sampled_from(REPORTING), first=st.sampled_from(YEARS))
@settings(max_examples=80)
def test_every_equation_of_the_edition_holds(seed: int, body: DemoDepartment, first: int) -> None:
    for account in own_accounts(body, seed, range(first, YEARS.stop)):
        assert arithmetic(account.figures, body) == []


@given(seed=st.integers())
@settings(max_examples=10)
def test_sums_of_equations_hold_too(seed: int) -> None:
    bodies = {body.department.id: body for body in demo_departments(9)}
    for (_, name), account in accounts(tuple(bodies.values()), seed, range(2020, 2022)).items():
        assert arithmetic(account.figures, bodies[name]) == []


@pytest.mark.parametrize(
    ("pages", "yuan"), [(1, 0), (30, 0), (31, 10), (44, 140), (109, 880), (119, 1080), (201, 2740)]
)
def test_the_fee_is_the_regulations(pages: int, yuan: int) -> None:
    """国办函〔2020〕109号; the check values are those of real reports."""
    assert fee_yuan(pages) == yuan


# Bodies


@pytest.mark.parametrize("departments", [*range(1, 40), 71, 72, 360, 361, 719, 1000, 3601, 10_000])
def test_as_many_bodies_report_as_were_asked_for(departments: int) -> None:
    bodies = demo_departments(departments)
    names = [body.department.id for body in bodies]
    assert sum(body.department.reports for body in bodies) == departments
    assert len({body.department.name for body in bodies}) == len(set(names)) == len(names)
    for place, body in enumerate(bodies):
        assert re.fullmatch(r"[a-z][a-z0-9-]{0,63}", body.department.id)
        assert body.department.parent is None or body.department.parent in names[:place]


# Words


def variants(known: Phrases) -> list[tuple[frozenset[str], str]]:
    points = [point for spec in known.slots.values() for point in spec.points]
    return [(point.when, text) for point in points for text in (*point.says, *point.answers)]


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_every_variant_names_only_what_the_edition_has(edition: str) -> None:
    figures = Figures(edition, dict.fromkeys(STATUTORY.load(edition).cells, 0))
    other = {"2019", "2021"} - {edition}
    for when, text in variants(phrases()):
        for name in [] if when & other else re.findall(r"\{\{ (.*?) \}\}", text):
            if name in phrases().facts or name in ("year", "fee_cases", "fee_yuan"):
                continue
            try:
                look_up(STATUTORY.load(edition), figures, name)
            except UnknownFigure:
                pytest.fail(f"{name} is not in edition {edition}: {text}")


def test_every_variant_is_said_somewhere() -> None:
    bodies = demo_departments(60)
    of_id = {body.department.id: body for body in bodies}
    said = "".join(
        text
        for (year, each), account in accounts(bodies, 1, YEARS).items()
        for seed in range(4)
        for text in write_words(of_id[each], account, 3, Dice(seed, each, year)).prose.values()
    )
    own_words = {(body.own_word, body.area_word) for body in bodies}
    assert [
        text
        for _, text in variants(phrases())
        if not any(text.replace("$self", own).replace("$area", area) in said for own, area in own_words)
    ] == []


def test_a_problem_is_answered_in_the_same_order() -> None:
    for spec in phrases().slots.values():
        for point in spec.points:
            assert bool(spec.answers) == bool(point.answer) == bool(point.answers)


def test_facts_that_are_parts_add_up(written: Project) -> None:
    sums = 0
    for year, each in reports(written):
        facts = written.submission(year, each).facts
        for name, spec in phrases().facts.items():
            if spec.parts and name in facts:
                total: Value = sum(Decimal(facts[part].value) for part in spec.parts)
                assert facts[name].value == total
                sums += 1
    assert sums > 5


# The command


def call(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["reportkit", "demo", *map(str, arguments)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert isinstance(stopped.value.code, int)
    return stopped.value.code


Capture = pytest.CaptureFixture[str]


def test_the_command_says_what_was_written_and_what_to_try(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "my demo"
    assert call(monkeypatch, folder) == 0
    first, _, *commands = capsys.readouterr().out.splitlines()
    assert first == f"{folder}: 12 departments, 2023–2024, 24 reports, 39 files (seed 1)."
    assert commands[0] == f"  reportkit check -C '{folder}'"
    assert Project(folder).years == (2023, 2024)


def test_the_json_of_the_command_is_one_document(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, tmp_path: Path
) -> None:
    assert call(monkeypatch, tmp_path, "--departments", 2, "--years", 1, "--seed", 9, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told.pop("next")[0].startswith("reportkit check -C ")
    files = sum(path.is_file() for path in tmp_path.rglob("*"))
    assert told == {
        "folder": str(tmp_path),
        "departments": ["xugou-jia", "xugou-jia-bgs"],
        "years": [2024],
        "seed": 9,
        "reports": 2,
        "files": files,
    }


def test_a_folder_that_holds_something_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, tmp_path: Path
) -> None:
    (tmp_path / ".kept").write_text("甲", encoding="utf-8")
    assert call(monkeypatch, tmp_path) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert f"{tmp_path} is not empty." in told.err
    assert "Fix: Name a new folder" in told.err
    assert [path.name for path in tmp_path.iterdir()] == [".kept"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("甲", encoding="utf-8")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(ProjectError):
            write_demo(folder, demo_of(1, 1, 1))


@pytest.mark.parametrize(
    ("arguments", "fix"),
    [
        ((0, 1, 1), "Choose 1 to 10000."),
        ((10_001, 1, 1), "Choose 1 to 10000."),
        ((1, 0, 1), "Choose 1 to 6 (the statutory formats cover 6 years up to 2024)."),
        ((1, 7, 1), "Choose 1 to 6"),
        ((1, 3, 1, 2020), "Choose 1 to 2"),
        ((1, 1, 1, 2018), "choose a year from 2019"),
        ((1, 1, 1, 2100), "Choose a year up to 2099"),
    ],
)
def test_what_no_demo_can_have_is_refused(arguments: tuple[int, ...], fix: str) -> None:
    with pytest.raises(ProjectError) as refused:
        demo_of(*arguments)
    assert fix in refused.value.fix


def test_a_year_of_another_last_year_is_written(tmp_path: Path) -> None:
    write_demo(tmp_path, demo_of(1, 2, 1, last_year=2020))
    assert Project(tmp_path).years == (2019, 2020)


# From end to end


@pytest.mark.parametrize("year", [2020, 2022])
def test_a_demo_report_is_published(written: Project, year: int) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "reportkit", "build", "-y", str(year), "-d", "xugou-jia-bgs", "--strict", "--json"],
        cwd=written.root, capture_output=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr.decode()
    (report,) = json.loads(ran.stdout)["reports"]
    assert (report["outcome"], report["draft"]) == ("published", False)
    page = (written.root / f"outputs/{year}/xugou-jia-bgs/report.html").read_text(encoding="utf-8")
    assert f"虚构甲市人民政府办公室{year}年" in re.sub(r"<[^>]*>|\s", "", page)
    assert "演示用虚构内容" in page
    assert (written.root / f"outputs/{year}/xugou-jia-bgs/report.pdf").stat().st_size > 10_000
