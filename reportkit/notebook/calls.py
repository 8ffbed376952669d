"""What analysts call, guarded: a wrong call is an error that says how the call is written."""

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from types import NoneType, UnionType
from typing import Any, ParamSpec, TypeVar, get_args, get_origin

from reportkit.errors import NotebookError
from reportkit.messages.said import Said

P = ParamSpec("P")
R = TypeVar("R")
_WANTED: dict[Any, Said] = {
    str: Said("argument_words"),
    int: Said("argument_whole_number"),
    Mapping: Said("argument_mapping"),
}


def offered(function: Callable[P, R]) -> Callable[P, R]:
    """Checks a call's arguments against the signature: their names, that words are words and mappings aren't empty."""
    signature = inspect.signature(function)

    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise _wrong(function.__name__, signature, f"{function.__name__}: {error}") from None
        for name, given in bound.arguments.items():
            parameter = signature.parameters[name]
            wanted, optional = _wanted(parameter)
            for value in given if parameter.kind is inspect.Parameter.VAR_POSITIONAL else (given,):
                if wanted is not None and not _is(value, wanted) and not (optional and value is None):
                    call, shown = function.__name__, f"{value!r:.60}"
                    fault = Said("argument_unfit", call=call, name=name, value=shown, wanted=_WANTED[wanted])
                    raise _wrong(call, signature, fault)
            if wanted is Mapping and not optional and not given:
                call = function.__name__
                raise _wrong(call, signature, Said("argument_empty", call=call, name=name, wanted=_WANTED[wanted]))
        return function(*args, **kwargs)

    return guarded


def _is(value: Any, wanted: type) -> bool:
    """Whether a value is of a kind; True and False are no numbers here."""
    return isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))


def _wanted(parameter: inspect.Parameter) -> tuple[type | None, bool]:
    """The kind of value that a parameter wants, where it is one that is checked, and whether None will do too."""
    if parameter.kind is inspect.Parameter.VAR_KEYWORD:
        return None, False
    kinds = get_args(parameter.annotation) if isinstance(parameter.annotation, UnionType) else (parameter.annotation,)
    named = [get_origin(kind) or kind for kind in kinds if kind is not NoneType]
    return (named[0] if len(named) == 1 and named[0] in _WANTED else None), NoneType in kinds


def _wrong(name: str, signature: inspect.Signature, fault: str | Said) -> NotebookError:
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
    return NotebookError("call_wrong", where=f"{name}()", fault=fault, call=f"{prefix}{name}({', '.join(shown)})")
