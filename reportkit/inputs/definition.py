"""params/report.yaml: the sections in order and which reports they are in, checked against the editions."""

import re
from collections.abc import Iterable

from reportkit.editions import Edition, edition_ids, load_edition
from reportkit.errors import InputError, near_match
from reportkit.inputs.documents import KINDS, LEVELS, DefinitionDocument, SectionDocument, validate
from reportkit.inputs.files import DEFINITION
from reportkit.model import Department
from reportkit.text.yamlfile import YamlFile

_WHEN = re.compile(r"(kind|level|id)\s*(==|!=)\s*([a-z][a-z0-9-]*)\Z")


def read_definition(file: YamlFile) -> DefinitionDocument:
    """What report.yaml says; an unknown section or `when` is an error with its line."""
    document = validate(DefinitionDocument, file)
    known = {section.id for edition_id in edition_ids() for section in load_edition(edition_id).sections}
    for number, section in enumerate(document.sections):
        if section.section not in known:
            raise _unknown_section(section.section, known, file.where(("sections", number, "section")))
        if section.when is not None:
            _check_condition(section.when, file.where(("sections", number, "when")))
    _check_levels(document, file)
    return document


def sections_for(
    definition: DefinitionDocument, file: YamlFile, department: Department, edition: Edition
) -> tuple[SectionDocument, ...]:
    """The notebooks that make up this department's report, in order."""
    known = [section.id for section in edition.sections]
    for number, section in enumerate(definition.sections):
        if section.section not in known:
            where = file.where(("sections", number, "section"))
            raise _unknown_section(section.section, known, where)
    chosen = [section for section in definition.sections if _applies(section.when, department)]
    for section in chosen:
        if sum(other.section == section.section for other in chosen) > 1:
            raise InputError(
                "section_has_two_notebooks", where=DEFINITION, section=section.section, department=department.id
            )
    return tuple(chosen)


def _unknown_section(name: str, known: Iterable[str], where: str) -> InputError:
    return InputError("unknown_section", where=where, name=name, near=near_match(name, known))


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
    match = _WHEN.match(when)
    if match is None:
        raise InputError("condition_unreadable", where=where, condition=when)
    known = {"kind": KINDS, "level": LEVELS}.get(match[1])
    if known is not None and match[3] not in known:
        raise InputError("no_such_kind", where=where, kind=match[1], name=match[3], near=near_match(match[3], known))


def _applies(when: str | None, department: Department) -> bool:
    if when is None:
        return True
    match = _WHEN.match(when)
    assert match is not None
    attribute, operator, value = match.groups()
    return bool((getattr(department, attribute) == value) == (operator == "=="))
