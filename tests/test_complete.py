"""A report is whole: every cell of its notebooks has run, and what they opened is the report that was planned."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportkit.build.plan import plan_report
from reportkit.errors import NotebookError
from reportkit.execution.complete import refuse_unfinished
from reportkit.execution.run_jobs import run_jobs
from reportkit.inputs.project import Project
from tests.test_execution import printed, run

# A notebook must be whole

EARLY = "The cell ends the notebook."


@pytest.mark.parametrize(
    ("sources", "cell", "what"),
    [
        (("import sys", "sys.exit(0)", "1"), "c2", EARLY),
        (("import sys", "sys.exit()"), "c2", EARLY),
        (("raise SystemExit",), "c1", EARLY),
        (("raise SystemExit(0)", "1"), "c1", EARLY),
        (("raise SystemExit(3)", "1"), "c1", "SystemExit: 3"),
        (("import os", "os._exit(0)", "1"), "c2", "The kernel died while the cell ran."),
        (
            ("import os, signal", "os.kill(os.getpid(), signal.SIGTERM)", "1"),
            "c2",
            "The kernel died while the cell ran.",
        ),
        (
            ("import os, threading, time", "threading.Timer(0.2, os._exit, [0]).start()", "time.sleep(20)"),
            "c3",
            "The kernel died while the cell ran.",
        ),
    ],
)
def test_a_notebook_that_ends_early_fails_with_its_cell(
    tmp_path: Path, sources: tuple[str, ...], cell: str, what: str
) -> None:
    done = run(tmp_path, *sources)
    assert isinstance(done.failure, NotebookError)
    assert (done.failure.what, done.failure.where) == (what, f"notebooks/x.ipynb, cell `{cell}`")


@pytest.mark.parametrize("how", ["exit()", "quit()"])
def test_a_cell_that_asks_to_end_at_its_end_leaves_no_cell_out(tmp_path: Path, how: str) -> None:
    """IPython ends after the cell, papermill goes on: whether or not the next cell runs, it is never missed unseen."""
    done = run(tmp_path, how, "print(1)")
    assert printed(done) == "1\n" if done.failure is None else "cell `c" in str(done.failure)


def executed(*sources: str, tags: dict[int, list[str]] | None = None, ran: int | None = None) -> Any:
    """An executed notebook with cells c1, c2 …, of which the first `ran` have run."""
    cells = [
        nbformat.v4.new_code_cell(
            source,
            id=f"c{number}",
            metadata={"tags": (tags or {}).get(number, [])},
            execution_count=number if ran is None or number <= ran else None,
        )
        for number, source in enumerate(sources, 1)
    ]
    return nbformat.v4.new_notebook(cells=cells)


@given(number=st.integers(1, 6), missed=st.integers(0, 5))
def test_any_cell_that_has_not_run_is_named(number: int, missed: int) -> None:
    notebook = executed(*["1"] * number)
    place = missed % number
    notebook.cells[place].execution_count = None
    with pytest.raises(NotebookError, match=f"cell `c{place + 1}`"):
        refuse_unfinished("a.ipynb", notebook)


def test_what_needs_not_run_is_not_missed() -> None:
    refuse_unfinished("a.ipynb", executed("1", " \n", "2", tags={3: ["skip-execution"]}, ran=1))


@pytest.mark.parametrize("tag", ["skip-execution", "skip_execution"])
@pytest.mark.parametrize("source", ["s.prose('problems')", "print(s)", "t = open_section(year, department)"])
def test_a_skipped_cell_that_uses_the_section_is_refused(tag: str, source: str) -> None:
    notebook = executed("s = open_section(year, department)", source, tags={2: [tag]}, ran=1)
    with pytest.raises(NotebookError, match="cell `c2`"):
        refuse_unfinished("a.ipynb", notebook)


@pytest.mark.parametrize(
    "opening",
    [
        "import reportkit.notebook as rn\ns = rn.open_section(year, department)",
        "import reportkit.notebook\ns = reportkit.notebook.open_section(year, department)",
        "from reportkit.notebook import open_section as o\ns = o(year, department)",
        "s: object = open_section(year, department)",
        "(s := open_section(year, department))",
        "s, t = open_section(year, department), 1",
        "[s] = [open_section(year, department)]",
        "t = open_section(year, department)\ns = t",
        "for s in [open_section(year, department)]:\n    pass",
        "with_it = []\nwith_it.append(open_section(year, department))\ns = with_it[0]",
        "def get():\n    return open_section(year, department)\ns = get()",
        "%%capture\ns = open_section(year, department)",
        "%matplotlib inline\ns = open_section(year, department)",
        "s = open_section(year, department)\n(",
    ],
)
@pytest.mark.parametrize(
    "use", ["s.prose('problems')", "%matplotlib inline\ns.say('x')", "%%time\ns.say('x')", "s.say("]
)
def test_a_section_is_known_however_it_is_spelt(opening: str, use: str) -> None:
    with pytest.raises(NotebookError, match="cell `c3`"):
        refuse_unfinished("a.ipynb", executed("year = 2024", opening, use, tags={3: ["skip-execution"]}, ran=2))


@pytest.mark.parametrize("use", ["print(year)", "import math\nprint(math.pi)", "plt.figure()", "%matplotlib inline"])
def test_a_skipped_cell_without_the_section_is_none(use: str) -> None:
    opening = "import matplotlib.pyplot as plt\ns = open_section(year, department)\nplt.plot([s.figure('a')])"
    refuse_unfinished("a.ipynb", executed("year = 2024", opening, use, tags={3: ["skip-execution"]}, ran=2))


# What was opened is what was planned

OPEN = "from reportkit.notebook import open_section\n"


def _captured(year: str) -> list[str]:
    """A second report opened so that what opening shows is not seen."""
    first, second = "s = open_section(year, department)\n", f"t = open_section({year}, department)"
    return [
        f"{first}from IPython.display import clear_output\n{second}\nclear_output()",
        f"{first}get_ipython().run_cell_magic('capture', '', {second!r})",
        f"{first}from IPython.utils.capture import capture_output\nwith capture_output():\n    {second}",
        f"{first}import threading\nwith_it = threading.Thread(target=lambda: {second.partition('= ')[2]})\n"
        "with_it.start()\nwith_it.join()",
    ]


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("year = 2023\ns = open_section(year, department)", "The notebook has opened 2023/suqian, not 2024/suqian."),
        ("s = open_section(2023, department)", "The notebook has opened 2023/suqian, not 2024/suqian."),
        ("s = open_section(year - 1, department)", "The notebook has opened 2023/suqian, not 2024/suqian."),
        ("s = open_section(year=2023, department=department)", "The notebook has opened 2023/suqian, not 2024/suqian."),
        (
            "s = open_section(year, department)\nt = open_section(year, department)",
            "The notebook has opened 2024/suqian more than once.",
        ),
        (
            "s = open_section(year, department)\nt = open_section(2023, department)",
            "The notebook has opened 2023/suqian, not 2024/suqian.",
        ),
        ("s = None", "The notebook hasn't opened 2024/suqian."),
        *((how, "The notebook has opened 2023/suqian, not 2024/suqian.") for how in _captured("2023")),
        *((how, "The notebook has opened 2024/suqian more than once.") for how in _captured("year")),
    ],
)
def test_a_section_that_opens_another_report_fails(shipped: Path, source: str, what: str) -> None:
    plan = plan_report(Project(shipped), 2024, "suqian")
    (job,) = [each for each in plan.execution.jobs if each.section == "problems"]
    node = nbformat.reads(job.notebook.decode(), as_version=4)
    cell = next(each for each in node.cells if "open_section" in each.source)
    cell.source = OPEN + source
    node.cells = node.cells[: node.cells.index(cell) + 1]
    plan = plan.with_jobs((replace(job, notebook=nbformat.writes(node).encode()),))
    (done,) = run_jobs(plan)
    assert isinstance(done.failure, NotebookError)
    assert done.failure.what == what
    assert done.failure.where.startswith("notebooks/05-problems.ipynb")


def test_another_department_is_not_even_there(shipped: Path) -> None:
    """A kernel has its own report's inputs and no others."""
    plan = plan_report(Project(shipped), 2024, "suqian")
    assert not any("nangang" in name for name in plan.execution.inputs)
