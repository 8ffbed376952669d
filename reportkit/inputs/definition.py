"""params/report.yaml: the sections in order and which reports they are in, checked against the editions."""

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from reportkit.editions import Edition, Editions
from reportkit.editions.edition import Slot
from reportkit.editions.loading import OWN
from reportkit.editions.own import AddedSection, fit
from reportkit.errors import InputError, near_match
from reportkit.inputs.definition_documents import DefinitionDocument, SectionDocument
from reportkit.inputs.documents import KINDS, LEVELS
from reportkit.inputs.files import DEFINITION
from reportkit.model import Department, Submission
from reportkit.text.strings import json_bytes
from reportkit.text.validation import Misplaced, validate
from reportkit.text.yamlfile import YamlFile, read_yaml

_WHEN = re.compile(r"(kind|level|id)\s*(==|!=)\s*([a-z][a-z0-9-]*)\Z")
_YEARS = re.compile(r"year\s*(==|!=|>=|<=|>|<)\s*([12][0-9]{3})\Z")
_COMPARED: Mapping[str, Callable[[int, int], bool]] = {
    "==": operator.eq, "!=": operator.ne, ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
}  # fmt: skip


def read_definition(file: YamlFile, own: Mapping[str, bytes]) -> tuple[DefinitionDocument, Editions]:
    """What report.yaml says, and the editions with the parts that it adds; `own` are those of the project, as files.

    Raises InputError with the line for a part that no edition has and that has no title, one that stands where no
    edition allows it, an unknown `when`; and where an edition can't be read.
    """
    document = validate(DefinitionDocument, file)
    editions = Editions(own)
    editions.check()
    known = [section.id for each in editions.ids for section in editions.load(each).sections]
    added: list[AddedSection] = []
    places: list[int] = []
    for number, section in enumerate(document.sections):
        if section.when is not None:
            _check_condition(section.when, file.where(("sections", number, "when")))
        if section.section in known:
            _refuse_changes(section, file, number)
        elif section.title is None:
            raise _unknown_section(section.section, known, file.where(("sections", number, "section")))
        else:  # several notebooks may tell it, each for some bodies
            new = _added(document, section, file, number)
            if (same := next((each for each in added if each.id == new.id), None)) is None:
                added.append(new)
                places.append(number)
            elif same != new.model_copy(update={"after": same.after, "or_after": same.or_after}):
                where = file.where(("sections", number, "section"))
                raise InputError("section_told_differently", where=where, section=section.section)
    _check_places(editions, added, places, file)
    _check_levels(document, file)
    return document, Editions(own, tuple(added))


def sections_part(definition: DefinitionDocument) -> bytes:
    """A report.yaml with just the sections: what a report's own notebooks may depend on."""
    return json_bytes(
        {"sections": [each.model_dump(mode="json", exclude_defaults=True) for each in definition.sections]}
    )


def editions_in(inputs: Mapping[str, bytes]) -> Editions:
    """The editions that a report's inputs, by project-relative path, say."""
    own = {name: content for name, content in inputs.items() if name.startswith(OWN)}
    if DEFINITION not in inputs:
        return Editions(own)
    return read_definition(read_yaml(inputs[DEFINITION], DEFINITION), own)[1]


def told(chosen: Sequence[SectionDocument], edition: Edition, submission: Submission) -> tuple[SectionDocument, ...]:
    """The sections of a report that it tells.

    A part that the project has added only for words is left out where the department has written none of them and
    need not.
    """
    untold = {
        section.id
        for section in edition.sections
        if section.may_lack and section.prose
        if not any(submission.prose.get(slot.id, "").strip() for slot in section.prose)
    }
    return tuple(each for each in chosen if each.section not in untold)


def sections_for(
    definition: DefinitionDocument, department: Department, edition: Edition, year: int
) -> tuple[SectionDocument, ...]:
    """The notebooks that make up this department's report of a year, in order; of parts that its edition has."""
    known = {section.id for section in edition.sections}
    chosen = [
        section
        for section in definition.sections
        if section.section in known and _applies(section.when, department, year)
    ]
    for section in chosen:
        if sum(other.section == section.section for other in chosen) > 1:
            raise InputError(
                "section_has_two_notebooks", where=DEFINITION, section=section.section, department=department.id
            )
    return tuple(chosen)


def _unknown_section(name: str, known: Iterable[str], where: str) -> InputError:
    return InputError("unknown_section", where=where, name=name, near=near_match(name, known))


def _refuse_changes(section: SectionDocument, file: YamlFile, number: int) -> None:
    """Refuses another title, place, words or table of a part that an edition has."""
    for key in ("title", "after", "prose", "table"):
        if getattr(section, key):
            where = file.where(("sections", number, key))
            raise InputError("section_not_ones_own", where=where, section=section.section, key=key)


def _added(document: DefinitionDocument, section: SectionDocument, file: YamlFile, number: int) -> AddedSection:
    """A part of one's own; without `after` it follows the part that is listed before it."""
    before = [each.section for each in document.sections[:number]]
    after = section.after or (before[-1] if before else "")
    if section.after is not None and section.after not in before:
        where = file.where(("sections", number, "after"))
        raise InputError("section_listed_elsewhere", where=where, section=section.section, after=section.after)
    return AddedSection(
        id=section.section,
        title=section.title,
        after=after,
        or_after=tuple(reversed(before)),
        prose=tuple(Slot(**each.model_dump()) for each in section.prose),
        table=section.table,
    )


def _check_places(editions: Editions, added: Sequence[AddedSection], places: Sequence[int], file: YamlFile) -> None:
    """Raises InputError where an added part fits no edition, by the newest of them."""
    unfit: Misplaced | None = None
    for edition_id in reversed(editions.ids):
        try:
            fit(editions.load(edition_id), added)
            return
        except Misplaced as error:
            unfit = unfit or error
    assert unfit is not None
    _, number, *keys = unfit.path
    key = "section" if keys[:1] == ["id"] else keys[0]
    where = file.where(("sections", places[int(number)], key, *keys[1:]))
    raise InputError(unfit.said, where=where) from unfit


def _check_levels(document: DefinitionDocument, file: YamlFile) -> None:
    levels = [level.id for level in document.approvals.levels]
    for number, level in enumerate(levels):
        if level in levels[:number]:
            raise InputError("level_twice", where=file.where(("approvals", "levels", number, "id")), level=level)
    for number, level in enumerate(document.approvals.required):
        if level not in levels:
            raise InputError(
                "no_such_level",
                where=file.where(("approvals", "required", number)),
                level=level,
                near=near_match(level, levels),
            )


def _check_condition(when: str, where: str) -> None:
    for part in _parts(when):
        if _YEARS.match(part):
            continue
        match = _WHEN.match(part)
        if match is None:
            raise InputError("condition_unreadable", where=where, condition=when)
        known = {"kind": KINDS, "level": LEVELS}.get(match[1])
        if known is not None and match[3] not in known:
            raise InputError(
                "no_such_kind", where=where, kind=match[1], name=match[3], near=near_match(match[3], known)
            )


def _parts(when: str) -> list[str]:
    return [each.strip() for each in re.split(r"\sand\s", when)]


def _applies(when: str | None, department: Department, year: int) -> bool:
    return when is None or all(_holds(each, department, year) for each in _parts(when))


def _holds(condition: str, department: Department, year: int) -> bool:
    if match := _YEARS.match(condition):
        return _COMPARED[match[1]](year, int(match[2]))
    match = _WHEN.match(condition)
    assert match is not None
    attribute, sign, value = match.groups()
    return bool((getattr(department, attribute) == value) == (sign == "=="))
