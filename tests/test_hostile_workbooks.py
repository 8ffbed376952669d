"""Workbooks that mean harm are refused in words, in little memory; nothing of them is computed, followed or run."""

import json
import sys
from pathlib import Path
from subprocess import run

import pytest

from tests.building import write_shipped
from tests.hostile_workbooks import hostile, plain, sheet, with_sheet
from tests.test_workbooks import read

MOST_MEMORY = 300_000_000
CHILD = r"""
import json, re, sys, time
from pathlib import Path
from reportkit.errors import InputError
from reportkit.inputs.project import Project
from reportkit.inputs.workbook.read import read_workbook
from reportkit.inputs.workbook.titles import Asked
project, told = Project(Path(sys.argv[1])), {}
for path in sorted(Path(sys.argv[2]).iterdir()):
    began = time.monotonic()
    try:
        read_workbook(project, path.read_bytes(), path.name, Asked("suqian", 2024))
        told[path.name] = ["taken", ""]
    except InputError as error:
        told[path.name] = [error.code, str(error)]
    status = Path("/proc/self/status").read_text()
    told[path.name] += [time.monotonic() - began, int(re.search(r"VmHWM:\s*(\d+)", status)[1]) * 1024]
print(json.dumps(told))
"""
"""Reads each file of a folder: what becomes of it, in how many seconds, and the most memory until then."""


def told(project: Path, folder: Path) -> dict[str, tuple[str, str, float, int]]:
    for name, content in hostile().items():
        (folder / name).write_bytes(content)
    done = run([sys.executable, "-c", CHILD, str(project), str(folder)], capture_output=True, text=True, check=True)
    return {name: tuple(each) for name, each in json.loads(done.stdout).items()}


def test_each_is_refused_in_words_and_in_little_memory(repository: Path, tmp_path: Path) -> None:
    folder = tmp_path / "hostile"
    folder.mkdir()
    found = told(write_shipped(repository, tmp_path / "project"), folder)
    assert len(found) == len(hostile())
    for name, (code, _, _, most) in found.items():
        assert code.startswith(("workbook_", "cell_", "formula_")), name
        assert most < MOST_MEMORY, name
    assert found["macros.xlsm"][0] == found["old with macros.xls"][0] == "workbook_macros"
    assert found["encrypted.xlsx"][0] == found["encrypted zip.xlsx"][0] == "workbook_encrypted"
    assert found["links.xlsx"][0] == found["dde.xlsx"][0] == found["dde link.xlsx"][0] == "workbook_external"
    assert {found[name][0] for name in found if "laughs" in name or "elsewhere" in name} == {"workbook_entities"}


def test_a_file_without_harm_is_read_so_that_the_harm_is_what_is_refused(repository: Path, tmp_path: Path) -> None:
    from reportkit.errors import InputError

    root = write_shipped(repository, tmp_path / "project")
    for content in (plain(), with_sheet(sheet("<row r='1'><c r='A1'><v>1</v></c></row>"))):
        with pytest.raises(InputError) as refused:
            read(root, content, department="suqian", year=2024)
        assert refused.value.code == "workbook_no_table"
