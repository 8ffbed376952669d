"""What each section's kernel would do again, done once before kernels are forked.

All that a cell could notice is that matplotlib knows the report's font before `open_section` registers it.
"""

from collections.abc import Iterator
from importlib.resources import as_file, files
from typing import get_args

from reportkit.editions import STATUTORY
from reportkit.editions.rules import CATALOGUE
from reportkit.inputs.prose import bind
from reportkit.notebook import charts
from reportkit.text.markdown import parse
from reportkit.text.markdown_rules import Flavour


def warm_up() -> list[str]:
    """Reads every edition and some words, draws one chart. Returns the files whose content stays in memory."""
    for flavour in get_args(Flavour):  # mistune compiles its patterns at the first words of each
        parse("预热**预热**", flavour)
    bind("{{ year }}", lambda name: name, str)
    figure = charts.bars({"件": 1, "其他": 2}, "件")
    charts.exhibit(figure, "预热", "预热", "件", None, None)
    return list(_editions())


def _editions() -> Iterator[str]:
    for name in STATUTORY.ids:
        STATUTORY.load(name)
    for name in (*(f"{each}.yaml" for each in STATUTORY.ids), CATALOGUE):
        with as_file(files("reportkit.editions") / name) as path:
            yield str(path)
