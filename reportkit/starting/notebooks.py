"""The section notebooks that come with the package, as a project gets them."""

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import yaml

from reportkit.errors import ProjectError


def shipped_notebooks() -> Path:
    """The folder of the section notebooks: inside an installed package, beside it in a checkout."""
    package = Path(str(files("reportkit")))
    for folder in (package / "notebooks", package.parent / "notebooks"):
        if folder.is_dir():
            return folder
    raise ProjectError("demo_without_notebooks", where=str(package / "notebooks"))


def definition_text(year: int) -> str:
    """The report.yaml of a new project whose first year that is."""
    return Template(files(__package__).joinpath("report.yaml").read_text("utf-8")).safe_substitute(year=year)


def notebooks_of_sections() -> dict[str, bytes]:
    """The notebooks of the format's sections, in their order, by file name."""
    sections = yaml.load(definition_text(0), yaml.CSafeLoader)["sections"]
    return {each["notebook"]: (shipped_notebooks() / each["notebook"]).read_bytes() for each in sections}


def with_defaults(content: bytes, defaults: Mapping[str, Any]) -> bytes:
    """A notebook whose `parameters` cell has these defaults, so that it runs as it is in JupyterLab."""
    notebook = json.loads(content)
    for cell in notebook["cells"]:
        if "parameters" in cell["metadata"].get("tags", ()):
            lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in defaults.items()]
            cell["source"] = [f"{line}\n" for line in lines[:-1]] + lines[-1:]
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()
