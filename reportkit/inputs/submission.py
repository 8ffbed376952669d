"""One submission: its file read and checked against its edition, every mistake collected into one error."""

from reportkit.editions import Edition
from reportkit.errors import InputError, InputErrors, near_match
from reportkit.inputs.documents import SubmissionDocument, validate
from reportkit.inputs.prose import RESERVED
from reportkit.inputs.read_figures import read_figures
from reportkit.model import Fact, Submission
from reportkit.text.yamlfile import YamlFile


def read_submission(edition: Edition, file: YamlFile, year: int, department_id: str) -> Submission:
    """What a department handed in for a year. Raises InputErrors."""
    document = validate(SubmissionDocument, file)
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
    )
    _check_names(edition, document, file)
    return submission


def _check_names(edition: Edition, document: SubmissionDocument, file: YamlFile) -> None:
    errors = [
        InputError(f"Unknown prose '{slot}'.", where=file.where(("prose", slot)), fix=near_match(slot, edition.slots))
        for slot in document.prose or {}
        if slot not in edition.slots
    ]
    taken = {*RESERVED, *(table.id for table in edition.tables)}
    errors += [
        InputError(
            f"A fact can't be called '{fact}'.",
            where=file.where(("facts", fact)),
            fix=f"These names are taken: {', '.join(sorted(taken))}.",
        )
        for fact in document.facts or {}
        if fact in taken
    ]
    if errors:
        raise InputErrors(errors)
