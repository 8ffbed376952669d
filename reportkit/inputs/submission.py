"""One submission: its file read and checked against its edition, every mistake collected into one error."""

from reportkit.editions import Edition
from reportkit.editions.lookup import labels_below
from reportkit.errors import InputError, InputErrors, near_match
from reportkit.inputs.documents import SubmissionDocument
from reportkit.inputs.prose import RESERVED
from reportkit.inputs.read_figures import read_figures
from reportkit.model import Fact, Submission
from reportkit.text.validation import validate
from reportkit.text.yamlfile import Path, YamlFile


def read_submission(edition: Edition, file: YamlFile, year: int, department_id: str) -> Submission:
    """What a department handed in for a year. Raises InputErrors."""
    document = validate(SubmissionDocument, file, lambda: _elsewhere(edition))
    stated = read_figures(edition, document, file)
    submission = Submission(
        department=department_id,
        year=year,
        figures=stated.figures,
        facts={
            fact_id: Fact(fact_id, fact.value, fact.unit, fact.source, fact.text)
            for fact_id, fact in (document.facts or {}).items()
        },
        prose={slot: text for slot, text in (document.prose or {}).items() if text is not None},
        published_on=document.published_on,
        issued_on=document.issued_on,
        index_number=document.index_number,
        validity=document.validity,
        decisions=stated.decisions,
        misfits=stated.misfits,
        short_rows=stated.short_rows,
        carried_over=tuple(document.carried_over),
    )
    _check_names(edition, document, file)
    return submission


def _elsewhere(edition: Edition) -> dict[str, str]:
    """Keys of figures and prose, and what people call them, with their whole path: no keys of the file itself."""
    found: dict[str, str] = {}
    for table in edition.tables:
        for row, label in labels_below(edition, table.id).items():
            found |= dict.fromkeys((row, label), f"figures.{table.id}.{row}")
    for table in edition.tables:
        found |= dict.fromkeys((table.id, table.caption, table.name, f"表{table.number}"), f"figures.{table.id}")
    for slot in edition.slots.values():
        found |= dict.fromkeys((slot.id, slot.label), f"prose.{slot.id}")
    return found


def _check_names(edition: Edition, document: SubmissionDocument, file: YamlFile) -> None:
    labels = {slot.id: slot.label for slot in edition.slots.values()}
    named: list[tuple[Path, str]] = [(("prose", slot), slot) for slot in document.prose or {}]
    named += [(("carried_over", number), slot) for number, slot in enumerate(document.carried_over)]
    errors = [
        InputError("unknown_prose", where=file.where(path), slot=slot, near=near_match(slot, edition.slots, labels))
        for path, slot in named
        if slot not in edition.slots
    ]
    taken = {*RESERVED, *(table.id for table in edition.tables)}
    errors += [
        InputError("fact_name_taken", where=file.where(("facts", fact)), fact=fact, taken=sorted(taken))
        for fact in document.facts or {}
        if fact in taken
    ]
    if errors:
        raise InputErrors(errors)
