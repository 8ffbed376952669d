"""What decides a run's outcome besides the inputs that it reads: its notebook, its parameters, and its surroundings."""

import ast
import platform
import re
from functools import cache, lru_cache
from hashlib import sha256

from pylopdf_fonts_zh_cn import sans_path

from reportkit.digests import code_digest, digest_of
from reportkit.editions import Edition
from reportkit.installed import closure, installed
from reportkit.model import Job
from reportkit.text.json_text import read_json

IN_KERNELS = (
    "__init__.py", "deferred.py", "digests.py", "editions", "errors.py", "execution", "formats.py", "inputs",
    "messages", "model.py", "notebook", "text",
)  # fmt: skip
"""The package's parts that a section's kernel imports, or that run it."""
_LIBRARIES = (
    "ipykernel", "ipython", "jinja2", "matplotlib", "numpy", "pydantic", "pylopdf-fonts-zh-cn", "pyyaml",
)  # fmt: skip
"""The libraries that a section's kernel has; with all that they need themselves."""
_RUNNERS = ("jupyter-client", "nbclient", "nbformat", "papermill")

UNFOLLOWED = "what it reads by itself"
"""A job that needs this runs in every build: it isn't known what it reads, so neither is when that changes."""


@lru_cache(maxsize=512)
def notebook_digest(content: bytes) -> str:
    """sha256 over a notebook's cells as they would run: not over outputs, counts, and what JupyterLab notes of itself.

    A notebook that was run and saved in JupyterLab is the same notebook.
    """
    node = read_json(content)
    cells = [
        {
            "id": cell.get("id"),
            "type": cell["cell_type"],
            "source": "".join(cell["source"]),
            "tags": cell.get("metadata", {}).get("tags", []),
            "attachments": cell.get("attachments", {}),
        }
        for cell in node["cells"]
    ]
    return digest_of({"cells": cells, "kernel": node.get("metadata", {}).get("kernelspec", {}).get("name")})


def needs_of(job: Job, edition: Edition) -> dict[str, str]:
    """What a job depends on besides what its notebook reads through `open_section`: digests by what they are of.

    A notebook that could read in other ways (files, other modules, the environment, private parts) needs UNFOLLOWED.
    """
    found = {
        "notebook": notebook_digest(job.notebook),
        "parameters": digest_of(dict(job.parameters)),
        "edition": edition.told_digest,
        **surroundings(),
    }
    if not _keeps_to_its_section(job.notebook):
        found[UNFOLLOWED] = found["notebook"]
    return found


@lru_cache(maxsize=512)
def _keeps_to_its_section(notebook: bytes) -> bool:
    """Whether a notebook's code can read nothing but through `open_section`, as far as its text shows."""
    modules = set[str]()
    for cell in read_json(notebook)["cells"]:
        if cell["cell_type"] != "code":
            continue
        try:
            tree = ast.parse("".join(cell["source"]))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False  # a magic, or an error that the run will report
        for node in ast.walk(tree):
            modules |= set(_imports(node))
            if any(_REACHING.match(name) for name in _names(node)):
                return False
    return all(each in _HARMLESS or each.partition(".")[0] in _DRAWING for each in modules)


_DRAWING = frozenset(("matplotlib", "numpy"))
_HARMLESS = frozenset(
    ("reportkit.notebook", "collections", "datetime", "decimal", "fractions", "functools", "itertools", "math",
     "operator", "re", "statistics", "string", "textwrap")
)  # fmt: skip
"""Modules with which no notebook can read a file."""
_REACHING = re.compile(
    r"_|(open|eval|exec|compile|globals|locals|vars|getattr|delattr|get_ipython|lib|rec|use|ctypeslib|testing|DataSource)\Z"
    r"|(os|sys|io|pathlib|shutil|glob|subprocess|importlib|builtins|environ|getenv|urllib|inspect|tempfile|cbook)\Z"
    r"|open_(?!section\Z)|load|read|recfrom|genfrom|from(file|regex)|mem|imread|context\Z|save|get_sample|addfont|findfont|rc_"
)
"""Names through which a notebook could read something else; rather too many than too few."""


def _names(node: ast.AST) -> list[str]:
    """The names that a node asks for."""
    match node:
        case ast.Name():
            return [node.id]
        case ast.Attribute():
            return [node.attr]
        case ast.Import():
            return [part for alias in node.names for part in alias.name.split(".")[1:]]
        case ast.ImportFrom():
            return [*(node.module or "").split(".")[1:], *(alias.name for alias in node.names)]
    return []


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or "."] if isinstance(node, ast.ImportFrom) else []


@cache
def libraries() -> dict[str, str]:
    """Name → version of every library that can shape a run: a kernel's, with all that they need, and papermill."""
    kernels = {name: each.version for name, each in closure(_LIBRARIES).items()}
    return kernels | {name: each.version for name in _RUNNERS if (each := installed(name)) is not None}


@cache
def surroundings() -> dict[str, str]:
    """Digests of what is the same for all runs: Python, libraries, the package's code in kernels, the charts' font."""
    return {
        "python": platform.python_version(),
        "libraries": digest_of(libraries()),
        "code": code_digest(IN_KERNELS, without=".yaml"),
        "font": sha256(sans_path().read_bytes()).hexdigest(),
    }
