"""What this kind of report is called, by which law it is published, and until when: data of the editions."""

from datetime import date

from reportkit.editions.edition import Edition, Publication, edition_ids, load_edition
from reportkit.model import Department


def publication_for(year: int | None = None) -> Publication:
    """That of the edition in force for a report year; of the nearest for other years, of the newest without one."""
    editions = [load_edition(each) for each in edition_ids()]
    if year is None:
        return editions[-1].publication
    return min(editions, key=lambda each: _distance(each, year)).publication


def _distance(edition: Edition, year: int) -> int:
    """How many years lie between a year and those that an edition is in force for."""
    last = year if edition.last_year is None else edition.last_year
    return max(edition.first_year - year, year - last, 0)


def deadline(department: Department, year: int) -> date:
    """When a department's report of a year is due, in the next year (条例第四十九条)."""
    return publication_for(year).due(department.kind, year)
