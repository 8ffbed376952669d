"""What analysts call, guarded: a wrong call is an error that says how the call is written."""

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar, get_origin

from reportkit.errors import NotebookError

P = ParamSpec("P")
R = TypeVar("R")
_WANTED: dict[Any, str] = {str: "words in quotes", Mapping: "a mapping such as {'予以公开': 'requests.granted.total'}"}


def offered(function: Callable[P, R]) -> Callable[P, R]:
    """Checks a call's arguments against the signature: their names, and that words are words and mappings mappings."""
    signature = inspect.signature(function)

    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise _wrong(function.__name__, signature, f"{function.__name__}: {error}") from None
        for name, given in bound.arguments.items():
            for value in given if signature.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL else (given,):
                wanted = _wanted(signature.parameters[name].annotation)
                if wanted is not None and not isinstance(value, wanted):
                    what = f"{function.__name__}: '{name}' is {value!r:.60}; {_WANTED[wanted]} are wanted"
                    raise _wrong(function.__name__, signature, what)
        return function(*args, **kwargs)

    return guarded


def _wanted(annotation: Any) -> type | None:
    kind = get_origin(annotation) or annotation
    return kind if kind in _WANTED else None


def _wrong(name: str, signature: inspect.Signature, what: str) -> NotebookError:
    parameters = [each for each in signature.parameters.values() if each.name != "self"]
    shown = []
    for each in parameters:
        if each.kind is inspect.Parameter.VAR_POSITIONAL:
            shown.append("…")
        elif each.kind is inspect.Parameter.VAR_KEYWORD:
            shown.append("name=…")
        elif each.default is inspect.Parameter.empty:
            shown.append(f"{each.name}=…" if each.kind is inspect.Parameter.KEYWORD_ONLY else each.name)
        else:
            shown.append(f"[{each.name}={each.default!r}]")
    prefix = "" if name == "open_section" else "s."
    return NotebookError(f"{what}.", where=f"{name}()", mend=f"Write {prefix}{name}({', '.join(shown)}).")
