"""The README and .gitignore of a new project."""

from collections.abc import Mapping
from importlib.resources import files
from string import Template

IGNORED_TEXT = "# 不入版本库的文件\n.venv/\n__pycache__/\n.ipynb_checkpoints/\n/params/*/received/\n"
README_TEMPLATE = files(__package__).joinpath("project_readme.md").read_text("utf-8")


def readme_text(words: Mapping[str, object]) -> str:
    """The README with a project's `name`, the `id` of its department, its `year` and the `next` one."""
    return Template(README_TEMPLATE).substitute(words)
