"""The SBOM that each build keeps and each manifest names."""

import json
from importlib.metadata import version
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from typer.testing import CliRunner

from reportkit.cli import app
from reportkit.inputs.project import Project
from reportkit.outputs.sbom import sbom, sbom_name
from reportkit.runs.backup import backup, check, restore
from tests.reviewing import build_one


def test_it_is_valid_and_names_every_library_that_shapes_a_report() -> None:
    content = sbom()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(content.decode()) is None
    data = json.loads(content)
    found = {each["name"]: each for each in data["components"]}
    for name in ("papermill", "nbconvert", "matplotlib", "typst", "numpy", "jupyterlab", "lxml"):
        assert found[name]["version"] == version(name)
        assert found[name]["purl"] == f"pkg:pypi/{name}@{version(name)}"
        assert found[name]["licenses"]
    assert "pytest" not in found
    assert data["metadata"]["component"]["name"] == "reportkit"
    needs = {each["ref"]: each.get("dependsOn", []) for each in data["dependencies"]}
    assert f"nbclient=={version('nbclient')}" in needs[f"papermill=={version('papermill')}"]


def test_the_same_versions_have_the_same_bytes() -> None:
    assert sbom() == sbom()
    data = json.loads(sbom())
    assert data["serialNumber"].removeprefix("urn:uuid:") in sbom_name()
    assert "timestamp" not in data["metadata"]
    assert CliRunner().invoke(app, ["sbom"]).stdout.encode() == sbom()


def test_a_manifest_names_it_and_it_lies_there(one_notebook_project: Path, tmp_path: Path) -> None:
    assert build_one(one_notebook_project, report=(2024, "demo")).failure is None
    outputs = one_notebook_project / "outputs"
    (manifest,) = outputs.rglob("manifest.json")
    named = json.loads(manifest.read_bytes())["sbom"]
    assert (outputs / named).read_bytes() == sbom()
    archive = tmp_path / "reports.tar.xz"
    backup(Project(one_notebook_project), archive)
    check(archive)
    restore(archive, tmp_path / "restored")
    assert (tmp_path / "restored/outputs" / named).read_bytes() == sbom()
