"""Which reports are asked for: report.yaml's first_year, and what holds without it. Others are shown, never late."""

from datetime import date
from pathlib import Path

import pytest

from reportkit.desk.board.board import write_board
from reportkit.desk.status import status_of
from reportkit.errors import ReportkitError
from reportkit.inputs.project import Project
from reportkit.runs.notices import events_of
from reportkit.site.columns import Shelf
from reportkit.starting.new import NewBody, new_project
from tests.building import edit

TODAY = date(2026, 11, 1)
KEY = ("params/report.yaml", "first_year: 2023\n")


def without_key(root: Path) -> Path:
    edit(root, *KEY, "")
    return root


def shown(root: Path) -> dict[str, bool]:
    """Each report that is shown, and whether it is late."""
    project = Project(root)
    statuses = status_of(project, project.years, list(project.register), TODAY)
    return {f"{each.year}/{each.department}": each.late for each in statuses}


def asked(root: Path) -> list[str]:
    project = Project(root)
    years = [*project.years, 2025]
    return [f"{year}/{each.id}" for year in years for each in project.register if project.asks_for(year, each)]


def test_years_before_the_first_are_shown_where_there_is_a_file_and_never_late(shipped: Path) -> None:
    assert {name: late for name, late in shown(shipped).items() if name.startswith("2019")} == {
        "2019/shanghai-fgt": False
    }


@pytest.mark.parametrize(
    ("first", "years"), [(2019, [2019, 2023, 2024, 2025]), (2024, [2024, 2025]), (2025, [2025]), (2026, [])]
)
def test_everybody_is_asked_from_the_first_year_on(shipped: Path, first: int, years: list[int]) -> None:
    edit(shipped, *KEY, f"first_year: {first}\n")
    bodies = ("nangang-ysj", "suqian", "shanghai-fgt")
    assert asked(shipped) == [f"{year}/{each}" for year in years for each in bodies]


def test_a_year_that_is_asked_for_is_late_as_ever(shipped: Path) -> None:
    assert shown(shipped)["2023/shanghai-fgt"]
    assert shown(shipped)["2023/nangang-ysj"]


def test_what_is_open_and_what_is_asked_are_two_things(shipped: Path) -> None:
    edit(shipped, "params/report.yaml", "formats:", "open_years: [2019, 2024]\nformats:")
    assert [Project(shipped).is_closed(year) for year in (2019, 2023, 2024)] == [False, True, False]
    assert shown(shipped)["2023/shanghai-fgt"]
    assert not shown(shipped)["2019/shanghai-fgt"]


def test_without_the_key_an_old_file_asks_nobody_else(shipped: Path) -> None:
    assert asked(without_key(shipped)) == [
        "2019/shanghai-fgt",
        "2023/nangang-ysj",
        "2023/suqian",
        "2023/shanghai-fgt",
        "2024/nangang-ysj",
        "2024/suqian",
        "2024/shanghai-fgt",
        "2025/nangang-ysj",
        "2025/suqian",
        "2025/shanghai-fgt",
    ]
    assert [name for name in shown(shipped) if name.startswith("2019")] == ["2019/shanghai-fgt"]


def test_without_the_key_last_years_file_of_one_body_makes_no_other_late(shipped: Path) -> None:
    """As where one body hands in last year's file too, to be compared with."""
    (shipped / "params/2023/suqian.yaml").unlink()
    assert "2023/suqian" not in asked(without_key(shipped))
    assert {"2024/suqian", "2023/nangang-ysj"} <= set(asked(shipped))


def test_without_the_key_the_newest_year_is_asked_of_a_body_that_never_handed_in(shipped: Path) -> None:
    (shipped / "params/2019/shanghai-fgt.yaml").unlink()
    assert [name for name in asked(without_key(shipped)) if "shanghai" in name] == [
        "2024/shanghai-fgt",
        "2025/shanghai-fgt",
    ]


def test_a_project_without_any_file_asks_for_the_year_that_is_meant(shipped: Path) -> None:
    for year in (2019, 2023, 2024):
        for path in (shipped / f"params/{year}").iterdir():
            path.unlink()
        (shipped / f"params/{year}").rmdir()
    assert "2025/suqian" in asked(without_key(shipped))


def test_no_notice_tells_of_a_deadline_that_nobody_has(shipped: Path) -> None:
    project = Project(shipped)
    events = events_of([], status_of(project, project.years, list(project.register), TODAY))
    assert sorted({each.year for each in events if each.kind == "deadline"}) == [2023, 2024]


def test_the_board_has_the_old_file_as_it_is(shipped: Path) -> None:
    write_board(Project(shipped), TODAY)
    rows = (shipped / "outputs/board.html").read_text(encoding="utf-8").split("<tr")
    (old,) = (row for row in rows if "shanghai-fgt" in row and "<td>2019</td>" in row)
    assert "草稿" in old
    assert "逾期" not in old
    assert not any("suqian" in row and "<td>2019</td>" in row for row in rows)


def test_the_portal_expects_what_is_asked_for(shipped: Path) -> None:
    published = {(2019, "suqian"): None, (2023, "suqian"): None}
    shelf = Shelf(Project(shipped), published)  # type: ignore[arg-type]  # only its keys are looked at
    assert {year: [each.id for each in bodies] for year, bodies in shelf.expected.items()} == {
        2023: ["nangang-ysj", "suqian", "shanghai-fgt"],
        2019: ["suqian"],
    }


def test_a_new_project_asks_from_its_year_on(tmp_path: Path) -> None:
    body = NewBody("临江市水务局", "department", "prefecture")
    new_project(tmp_path / "new", body, 2025).write()
    project = Project(tmp_path / "new")
    assert project.definition.first_year == 2025
    text = (tmp_path / "new/params/report.yaml").read_text(encoding="utf-8")
    assert "$schema=report.schema.json" in text.splitlines()[0]


@pytest.mark.parametrize(
    ("value", "what"),
    [("", "The key first_year has no value."), ("明年", "first_year"), ("25", "first_year"), ("[2025]", "first_year")],
)
def test_what_is_no_year_is_refused_with_its_line(shipped: Path, value: str, what: str) -> None:
    edit(shipped, *KEY, f"first_year: {value}\n")
    with pytest.raises(ReportkitError) as caught:
        _ = Project(shipped).definition
    assert what in str(caught.value)
    assert "params/report.yaml, line 1" in str(caught.value)
