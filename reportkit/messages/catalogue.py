"""The catalogue: the texts of each code by language, from the YAML files of this folder."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

Texts = Mapping[str, Mapping[str, str]]
"""Language → `what` and `fix`; an entry without `zh` is for developers and operators alone."""


@cache
def catalogue() -> Mapping[str, Texts]:
    """The texts of every code. Read when the first error is shown: most commands show none."""
    import yaml  # `--help` doesn't wait for it

    found: dict[str, Texts] = {}
    for entry in sorted(files(__package__).iterdir(), key=lambda each: each.name):
        if entry.name.endswith(".yaml"):
            for code, texts in yaml.load(entry.read_bytes(), yaml.CSafeLoader).items():
                assert code not in found, f"{code} has two entries"
                found[code] = {language: _parts(text) for language, text in texts.items()}
    return found


def _parts(text: Any) -> Mapping[str, str]:
    """A fragment, which is put into other texts, is written as one string."""
    return {"what": text} if isinstance(text, str) else text
