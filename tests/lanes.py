"""Which tests run together: the core, which `make test` runs in four minutes, and lanes for what is slow or wants more.

`pytest --lane kernels` runs one lane, `make test-kernels` with what it needs, `make test-all` every lane, as CI does.
A test file is in the core unless it is listed here. A new lane takes an entry here, a `test-…` target in the Makefile,
its name after `test-all:` there, and a line in .ci/run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parent
CORE, SMOKE = "core", "smoke"


@dataclass(frozen=True)
class Lane:
    """Tests that the core leaves out."""

    reason: str
    files: tuple[str, ...]
    """Below tests/: files, and folders with all that is in them."""


LANES: Mapping[str, Lane] = {
    "kernels": Lane(
        "Each behaviour of a kernel is held against two kernelspecs, some in a real JupyterLab; kernels die, restart.",
        ("test_kernels.py", "test_kernel_server.py", "test_kernels_in_jupyterlab.py", "test_export_menu.py"),
    ),
    "cluster": Lane(
        "Schedulers and workers are processes that take seconds to start, and are killed and waited for.",
        ("test_cluster.py",),
    ),
    "faults": Lane(
        "Runs are killed at five moments, and meet a full disk; each is run again. Handles and memory are short.",
        ("test_faults.py", "test_disk.py", "test_limits.py"),
    ),
    "builds": Lane(
        "All shipped reports are built, from different beginnings and in different surroundings.",
        ("test_build.py", "test_cache.py", "test_cases.py", "test_golden_pages.py"),
    ),
    "runs": Lane(
        "Each test goes on from a whole unattended run over the shipped project, with its board, portal and records.",
        ("test_runs.py",),
    ),
    "workbooks": Lane(
        "Workbooks are written, mangled, read back and collected: each takes half a second, and there are many.",
        (
            "test_workbooks.py",
            "test_collecting.py",
            "test_sent_back.py",
            "test_mangled_workbooks.py",
            "test_hostile_workbooks.py",
            "test_workbook_readings.py",
            "test_usual_workbooks.py",
            "test_summary.py",
        ),
    ),
    "published": Lane(
        "Forty reports are built and read back in four formats, and every cell of a page is moved, merged and split.",
        (
            "test_published_aligned.py",
            "test_published_heads.py",
            "test_published_own.py",
            "test_published_moved.py",
            "test_published_sources.py",
            "test_importing.py",
            "test_auditing.py",
            "test_hostile_published.py",
        ),
    ),
    "browser": Lane("Wants Debian's chromium, and Playwright.", ("browser",)),
    "office": Lane("Wants LibreOffice, and one conversion takes it half a minute.", ("office",)),
}


def lane_of(path: Path) -> str:
    """The one lane of a test file or of a folder of such."""
    inside = {path, *path.parents}
    return next((name for name, lane in LANES.items() if any(TESTS / each in inside for each in lane.files)), CORE)


SMOKED = (
    "test_append.py::test_a_line_is_taken_back_where_it_is_the_last",
    "test_append.py::test_a_line_that_is_refused_takes_nothing_away",
    "test_append.py::test_each_line_knows_those_before_it",
    "test_build.py::test_a_finished_folder_holds_everything",
    "test_build.py::test_no_finished_file_names_the_folder_it_was_made_in",
    "test_build.py::test_the_figures_are_as_they_were",
    "test_build.py::test_the_page_reads_as_it_did",
    "test_cell_ids.py::test_exporters_take_a_notebook_without_ids",
    "test_cli.py::test_check_lists_every_report_and_passes_where_no_finding_is_an_error",
    "test_cli.py::test_doctor_finds_this_machine_fit",
    "test_cli.py::test_the_committed_schemas_are_up_to_date",
    "test_complete.py::test_a_section_that_opens_another_report_fails",
    "test_execution.py::test_a_kernel_has_its_own_folder_inputs_and_time_zone",
    "test_execution.py::test_a_kernel_that_dies_is_reported_with_its_last_words",
    "test_execution.py::test_the_engine_works_for_papermill_alone",
    "test_formats.py::test_every_format_carries_the_same_figures_in_the_same_places",
    "test_kernels.py::test_what_a_child_of_a_cell_prints_is_shown",
    "test_kernels.py::test_worker_processes_run_a_function_beside_the_notebook",
    "test_lock.py::test_a_second_holder_waits_and_says_so",
    "test_notebook.py::test_a_bar_chart_carries_the_data_that_it_draws",
    "test_notebook.py::test_a_chart_has_the_same_bytes_each_time",
    "test_notebook.py::test_a_share_has_two_digits_or_is_none",
    "test_notebook.py::test_growth_is_rounded_half_up_or_none",
    "test_road.py::test_bundles_among_the_steps_pass_through_and_plans_come_back_with_theirs",
)
"""What a Python runs besides the one that all lanes run on: fifty tests with which each layer is touched once."""
LEAST_SMOKED = 50
