"""Editions found along a path of folders, read, and chosen by the year."""

from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from reportkit.editions.edition import Edition
from reportkit.editions.publication import Publication
from reportkit.editions.rules import CATALOGUE, validated
from reportkit.errors import InputError, ProjectError, near_match
from reportkit.model import Department
from reportkit.text.yamlfile import read_yaml

SearchPath = tuple[Traversable, ...]
"""Folders with editions; the first that has one of an id gives it."""
PACKAGE: SearchPath = (files("reportkit.editions"),)


def load_edition(edition_id: str, path: SearchPath = PACKAGE) -> Edition:
    """The edition of that id, read once; a broken file is an InputError with its line or key."""
    return _loaded(edition_id, path)


@cache
def _loaded(edition_id: str, path: SearchPath) -> Edition:
    for folder in path:
        source = folder / f"{edition_id}.yaml"
        if source.is_file():
            where = f"reportkit/editions/{source.name}" if folder in PACKAGE else str(source)
            return parse_edition(source.read_text(encoding="utf-8"), where=where)
    raise ProjectError(
        "no_such_edition", where="editions", edition_id=edition_id, near=near_match(edition_id, edition_ids(path))
    )


def parse_edition(text: str, *, where: str) -> Edition:
    """An edition from the text of its file; anything wrong with it is an InputError with the line."""
    try:
        return validated(Edition, read_yaml(text.encode(), where))
    except InputError as error:
        if where in error.where:
            raise
        raise InputError(error.said, where=f"{where}, {error.where}") from error


def edition_ids(path: SearchPath = PACKAGE) -> tuple[str, ...]:
    """The ids of all editions on the path, oldest first."""
    return _ids(path)


@cache
def _ids(path: SearchPath) -> tuple[str, ...]:
    names = {entry.name for folder in path for entry in folder.iterdir() if entry.name != CATALOGUE}
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def edition_for(year: int, path: SearchPath = PACKAGE) -> Edition:
    """The edition in force for a report year; a year before the first is a ProjectError."""
    editions = [load_edition(edition_id, path) for edition_id in edition_ids(path)]
    for edition in editions:
        if edition.covers(year):
            return edition
    first = min(edition.first_year for edition in editions)
    raise ProjectError("no_edition_for_year", where="the report year", year=year, first=first)


def has_edition(year: int, path: SearchPath = PACKAGE) -> bool:
    """Whether a statutory format is known for a report year."""
    return any(load_edition(edition_id, path).covers(year) for edition_id in edition_ids(path))


def publication_for(year: int | None = None, path: SearchPath = PACKAGE) -> Publication:
    """That of the edition in force for a report year; of the nearest for other years, of the newest without one."""
    return _nearest(year, path).publication


def tables_for(year: int | None = None, path: SearchPath = PACKAGE) -> str:
    """The statutory tables as they are called, of the same edition: 表二、表三、表四."""
    return "、".join(f"表{table.number}" for table in _nearest(year, path).tables)


def _nearest(year: int | None, path: SearchPath) -> Edition:
    editions = [load_edition(each, path) for each in edition_ids(path)]
    return editions[-1] if year is None else min(editions, key=lambda each: _distance(each, year))


def _distance(edition: Edition, year: int) -> int:
    """How many years lie between a year and those that an edition is in force for."""
    last = year if edition.last_year is None else edition.last_year
    return max(edition.first_year - year, year - last, 0)


def deadline(department: Department, year: int, path: SearchPath = PACKAGE) -> date:
    """When a department's report of a year is due, in the next year (条例第四十九条)."""
    return publication_for(year, path).due(department.kind, year)
