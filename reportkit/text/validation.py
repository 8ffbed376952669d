"""A YAML file as a pydantic model: every mistake in it by its name, with its line, in both languages."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from reportkit.errors import NEAR, InputError, InputErrors, near_match
from reportkit.messages.said import Said
from reportkit.text.bodies import KIND_LABELS, LEVEL_LABELS
from reportkit.text.unfit_values import value_said
from reportkit.text.yaml_slips import colon_slip, wide_colon
from reportkit.text.yamlfile import Path, YamlFile

M = TypeVar("M", bound=BaseModel)
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+([:/?#]|\Z)")
"""What the address of a website is without its beginning."""
_KEY = "[key]"
"""Pydantic's mark of a bad key: a part of its place that no file has."""


class Misplaced(ValueError):
    """What is wrong with one part of a model: the message, and the keys that lead to the part."""

    def __init__(self, said: Said, *path: str | int) -> None:
        super().__init__(said.text("what"))
        self.said, self.path = said, path


def validate(model: type[M], file: YamlFile, elsewhere: Callable[[], Mapping[str, str]] = dict) -> M:
    """The model of a YAML file; every mistake in it is collected into one InputErrors.

    `elsewhere` gives keys, and what people call them, that belong below another one: whole path by key.
    """
    data = {} if file.data is None else file.data
    if not isinstance(data, dict):
        said = wide_colon(data, file.name) if isinstance(data, str) else None
        raise InputError(said or Said("no_keys", file=file.name), where=file.where())
    try:
        return model.model_validate(data)
    except ValidationError as error:
        known = elsewhere()
        problems = _without_other_branches(error.errors(), data)
        raise InputErrors(_explain(each, path, model, file, known) for each, path in problems) from error


def misplaced_in(error: ValidationError) -> Misplaced:
    """What one of a model's own validators refuses, with the whole path to it. Raises the error where none does."""
    for problem in error.errors():
        if isinstance(cause := problem.get("ctx", {}).get("error"), Misplaced):
            return Misplaced(cause.said, *problem["loc"], *cause.path)
    raise error


def _without_other_branches(problems: Sequence[ErrorDetails], data: Any) -> Iterator[tuple[ErrorDetails, Path]]:
    """Each problem with its place in the file; of several that a value may be, what is said of the nearest one."""
    placed = [(problem, *_place(problem, data)) for problem in problems]
    for number, (problem, path, choice) in enumerate(placed):
        others = [each for place, (_, each, of) in enumerate(placed) if choice is not None and of == choice]
        deepest = max(map(len, others), default=0)
        is_first = all((each, of) != (path, choice) for _, each, of in placed[:number])
        if choice is None or (len(path) == deepest and is_first):
            yield problem, path


def _place(problem: ErrorDetails, data: Any) -> tuple[Path, Path | None]:
    """The keys of the file that lead to a problem, and to the value that may be of several kinds, if one is on the way.

    Pydantic marks which kind it has tried with a part of its own; a file has no such key.
    """
    path: Path = ()
    choice: Path | None = None
    parts = [part for part in problem["loc"] if part != _KEY]
    for number, part in enumerate(parts):
        is_missing = problem["type"] == "missing" and number == len(parts) - 1
        is_there = part in data if isinstance(data, dict) else isinstance(data, list) and isinstance(part, int)
        if is_there or is_missing:
            path = (*path, part)
            data = None if is_missing else data[part]
        else:
            choice = path if choice is None else choice
    return path, choice


def _explain(
    problem: ErrorDetails, path: Path, model: type[BaseModel], file: YamlFile, elsewhere: Mapping[str, str]
) -> InputError:
    where = file.where(path)
    key, value, context = path[-1] if path else "", problem["input"], problem.get("ctx", {})
    if isinstance(key, str) and (slip := colon_slip(key, file.name)):
        return InputError(slip, where=where)
    if isinstance(cause := context.get("error"), Misplaced):
        return InputError(cause.said, where=file.where((*path, *cause.path)))
    match problem["type"]:
        case "extra_forbidden":
            if len(path) == 1 and str(key) in elsewhere:
                return InputError("key_belongs_below", where=where, key=key, path=elsewhere[str(key)])
            accepted = _accepted(model, path[:-1])
            near = near_match(str(key), accepted, accepted)
            if isinstance(value, str) and not str(key).isascii() and near.code not in NEAR:
                return InputError("words_no_key", where=where, words=key)
            return InputError("unknown_key", where=where, key=key, near=near)
        case "missing":
            return InputError("key_missing", where=file.where(path[:-1]), key=key)
        case "literal_error":
            allowed = re.findall(r"'([^']*)'", context.get("expected", ""))
            near = near_match(str(value), allowed, {**KIND_LABELS, **LEVEL_LABELS})
            if isinstance(meant := near.arguments.get("meant"), Said) and meant.code == "meant_called":
                return InputError("not_allowed_but_near", where=where, value=value, near=near)
            return InputError("not_allowed", where=where, value=value, allowed=allowed)
        case "first_year_empty":
            return InputError("first_year_empty", where=where)
        case "open_years_empty":
            return InputError("open_years_empty", where=where)
        case "no_date" | "no_day_of_ours" as code:
            return InputError(Said(code, text=value), where=where)
        case "string_pattern_mismatch" if isinstance(value, str) and context.get("pattern", "").startswith("^https?"):
            url = f"https://{value.strip()}"
            if _HOST.match(value.strip()) and re.match(context["pattern"], url):
                return InputError("url_without_scheme", where=where, value=value, url=url)
    said = value_said(problem["type"], problem["msg"], value, context, file.name)
    if _KEY in problem["loc"]:
        return InputError(
            Said("key_unfit", expected=said.arguments["expected"], found=said.arguments["found"]), where=where
        )
    return InputError(said, where=file.where_text(path))


_CALLED = re.compile("[，：；（、]")
"""What ends the name of a key in its description."""


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """A model's schema, made once: a file may have thousands of mistakes."""
    return model.model_json_schema()


def _accepted(model: type[BaseModel], path: Path) -> dict[str, str]:
    """The keys that a place of the document may have, and what each is called in Chinese."""
    schema = _schema(model)
    definitions = schema.get("$defs", {})
    node = schema
    for part in path:
        node = _resolve(node, definitions)
        if isinstance(part, int):
            node = node.get("items", {})
        else:
            others = [*node.get("patternProperties", {}).values(), node.get("additionalProperties")]
            node = node.get("properties", {}).get(part) or next((each for each in others if each), {})
    keys = _resolve(node, definitions).get("properties", {})
    return {key: _CALLED.split(each.get("description", ""), maxsplit=1)[0] for key, each in keys.items()}


def _resolve(node: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in node:
        return _resolve(definitions[node["$ref"].rsplit("/", 1)[1]], definitions)
    for option in node.get("anyOf", ()):
        if "$ref" in option or option.get("type") in ("object", "array"):
            return _resolve(option, definitions)
    return node
