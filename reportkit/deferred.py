"""Puts off an import that takes a second in each process, until something uses it."""

import sys
from importlib import import_module
from importlib.util import find_spec
from threading import RLock
from types import ModuleType
from typing import Any

_NAME = "rfc3987_syntax"
_loading = RLock()


def defer_iri_grammar() -> None:
    """Makes `import rfc3987_syntax` cost nothing until its `is_valid_syntax` is called; the answers stay the same.

    nbformat imports jsonschema, and that imports this package, which builds a whole grammar, to check strings of the
    format `iri`; no notebook's schema has one. Call it before nbformat is imported. Nothing happens where the package
    isn't installed or is imported already.
    """
    if _NAME in sys.modules or (spec := find_spec(_NAME)) is None:
        return
    stand_in = ModuleType(_NAME, "Loads the package of this name on the first call.")
    stand_in.__spec__ = spec
    stand_in.__path__ = list(spec.submodule_search_locations or ())
    stand_in.__dict__["is_valid_syntax"] = _is_valid_syntax
    stand_in.__dict__["__getattr__"] = _attribute
    sys.modules[_NAME] = stand_in


def _attribute(name: str) -> Any:
    if name.startswith("__"):  # tools that inspect modules don't want it loaded
        raise AttributeError(name)
    return getattr(_load(), name)


def _is_valid_syntax(term: str, value: str) -> bool:
    return bool(_load().is_valid_syntax(term, value))


def _load() -> ModuleType:
    """The package itself, in its own place from now on."""
    with _loading:
        if vars(sys.modules[_NAME]).get("is_valid_syntax") is _is_valid_syntax:
            del sys.modules[_NAME]
        return import_module(_NAME)
