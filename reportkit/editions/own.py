"""Editions of a project's own: what `params/editions/<id>.yaml` and report.yaml add to a statutory format.

What is added never weakens it: the statute's sections, tables and rules stay, limits and deadlines only get tighter,
and a rule that can block publication can't be made milder.
"""

import re
from collections.abc import Container, Sequence
from contextlib import suppress
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from reportkit.editions.edition import Edition, Section, Slot
from reportkit.editions.publication import Deadline, Publication
from reportkit.editions.rules import Clause, RuleSpec, SeverityName, rule_catalogue
from reportkit.editions.tables import ID, TableSpec, leaf_columns
from reportkit.errors import InputError, near_match
from reportkit.messages.said import Said
from reportkit.model import BodyKind
from reportkit.text.validation import Misplaced, misplaced_in, validate
from reportkit.text.yamlfile import YamlFile

_Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^\S[^\n]*$")]


class _Data(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class AddedSection(_Data):
    """A part of one's own, `after` a section of the edition (or another added one) that others may follow.

    Where an edition lacks that one, it stands after the first of `or_after` that it has.
    """

    id: str = Field(pattern=ID)
    title: _Line | None
    after: str
    headings: tuple[_Line, ...] = Field(default=(), strict=False)
    most_characters: int | None = Field(default=None, ge=1)
    prose: tuple[Slot, ...] = Field(default=(), strict=False)
    table: str | None = None
    or_after: tuple[str, ...] = ()

    @property
    def section(self) -> Section:
        return Section(**self.model_dump(exclude={"after", "or_after"}), own=True)


class AddedWords(_Data):
    """What this kind of report is called instead, on pages and in letters; earlier deadlines."""

    report: _Line | None = None
    short: _Line | None = None
    subject: _Line | None = None
    column: _Line | None = None
    column_type: _Line | None = None
    deadlines: tuple[Deadline, ...] | None = Field(default=None, strict=False, min_length=1)


class Extension(_Data):
    """What `params/editions/<id>.yaml` says that `extends` another edition; what it doesn't say is that edition's."""

    extends: str
    id: str | None = None
    name: _Line
    first_year: int | None = Field(default=None, ge=1000, le=2999)
    last_year: int | None = Field(default=None, ge=1000, le=2999)
    publication: AddedWords = AddedWords()
    sections: tuple[AddedSection, ...] = Field(default=(), strict=False)
    prose: dict[str, Annotated[tuple[Slot, ...], Field(strict=False)]] = {}
    tables: tuple[TableSpec, ...] = Field(default=(), strict=False)
    derived: dict[str, str] = {}
    rules: tuple[str | RuleSpec, ...] = Field(default=(), strict=False)
    severities: dict[str, SeverityName] = {}
    limits: dict[str, Annotated[int, Field(ge=1)]] = {}
    required: tuple[str, ...] = Field(default=(), strict=False)
    guidance: dict[str, _Line] = {}
    outdated_words: tuple[_Line, ...] = Field(default=(), strict=False)


def extended(base: Edition, file: YamlFile, edition_id: str) -> Edition:
    """The edition that a file makes of another one. Raises InputError with the line and the reason."""
    said = validate(Extension, file)
    try:
        return _compose(base, said, edition_id)
    except Misplaced as error:
        unfit, path = error, error.path
    except ValidationError as error:
        unfit = misplaced_in(error)
        path = ("publication", *unfit.path) if error.title == Publication.__name__ else unfit.path
        before = {"rules": len(base.rules), "tables": len(base.tables), "sections": len(base.sections)}
        if len(path) > 1 and path[0] in before and isinstance(path[1], int):
            path = (path[0], path[1] - before[str(path[0])], *path[2:])
    raise InputError(unfit.said, where=file.where(path)) from unfit


def with_sections(base: Edition, added: Sequence[AddedSection]) -> Edition:
    """The edition with these sections where they are said to stand; those that it has no place for are left out."""
    for each in added:
        with suppress(Misplaced):
            base = _changed(base, sections=_placed(base, [each]))
    return base


def _changed(base: Edition, **changes: Any) -> Edition:
    """An edition with some fields changed: made anew, for a copy would keep what was worked out of the others."""
    return Edition(**{**{name: getattr(base, name) for name in Edition.model_fields}, **changes})


def fit(base: Edition, added: Sequence[AddedSection]) -> None:
    """Raises Misplaced with the place in `added` where one of them has no place in an edition."""
    _placed(base, added)


def _compose(base: Edition, said: Extension, edition_id: str) -> Edition:
    first = base.first_year if said.first_year is None else said.first_year
    last = base.last_year if said.last_year is None else said.last_year
    if last is not None and last < first:
        raise Misplaced(Said("edition_years_reversed", first=first, last=last), "last_year")
    if first < base.first_year or (base.last_year is not None and (last is None or last > base.last_year)):
        raise Misplaced(Said("edition_years_outside", edition=base.id, years=_years(base)), "first_year")
    if said.id not in (None, edition_id):
        raise Misplaced(Said("edition_id_differs", file=f"{edition_id}.yaml", id=edition_id), "id")
    _refuse_known(base, said)
    with_added = _changed(base, sections=_with_slots(base, said))
    sections = _placed(with_added, said.sections, said.tables)
    if (wrong := wrong_number([each.title or "" for each in sections])) is not None:
        added = [each.id for each in said.sections]
        at = added.index(sections[wrong[0]].id) if sections[wrong[0]].id in added else 0
        raise Misplaced(Said("title_number_wrong", number=wrong[1]), "sections", at, "title")
    return _changed(
        base,
        id=edition_id,
        name=said.name,
        first_year=first,
        last_year=last,
        publication=_called(base, said.publication),
        sections=tuple(_tightened(section, said, [each.id for each in sections]) for section in sections),
        tables=(*base.tables, *said.tables),
        derived={**base.derived, **said.derived},
        rules=_rules(base, said),
        outdated_words=(*base.outdated_words, *said.outdated_words),
        guidance={**base.guidance, **said.guidance},
    )


def _years(edition: Edition) -> Said:
    if edition.last_year is None:
        return Said("years_from", first=edition.first_year)
    return Said("years_span", first=edition.first_year, last=edition.last_year)


def _refuse_known(base: Edition, said: Extension) -> None:
    """Refuses what is there already, and names of what isn't there."""
    for number, table in enumerate(said.tables):
        if any(table.id == each.id or table.name == each.name for each in base.tables):
            said_of = Said("table_known", edition=base.id, table=table.id, name=table.name)
            raise Misplaced(said_of, "tables", number)
    for name in said.derived:
        if name in base.derived:
            raise Misplaced(Said("derived_known", edition=base.id, name=name), "derived", name)
    slots = {*base.slots, *(slot.id for each in said.sections for slot in each.prose)}
    slots |= {slot.id for added in said.prose.values() for slot in added}
    sections = {*(each.id for each in base.sections), *(each.id for each in said.sections)}
    named: list[tuple[tuple[str | int, ...], str, set[str]]] = [
        *((("limits", name), name, slots | sections) for name in said.limits),
        *((("required", number), name, slots) for number, name in enumerate(said.required)),
        *((("guidance", name), name, slots) for name in said.guidance),
        *((("prose", name), name, sections) for name in said.prose),
    ]
    for key, name, known in named:
        if name not in known:
            raise Misplaced(Said("edition_name_unknown", name=name, near=near_match(name, known)), *key)


def _with_slots(base: Edition, said: Extension) -> tuple[Section, ...]:
    """The sections with the places for prose that are added to them, each new in the whole report."""
    known = set(base.slots)
    for section, slots in said.prose.items():
        for number, slot in enumerate(slots):
            if slot.id in known:
                raise Misplaced(Said("slot_known", slot=slot.id), "prose", section, number, "id")
            known.add(slot.id)
    return tuple(
        section.model_copy(update={"prose": (*section.prose, *said.prose.get(section.id, ()))})
        for section in base.sections
    )


def _placed(base: Edition, added: Sequence[AddedSection], own_tables: Sequence[TableSpec] = ()) -> tuple[Section, ...]:
    """The sections of an edition with those that are added to it, each behind the one that it is said to follow."""
    found, slots, tables = list(base.sections), set(base.slots), (*base.tables, *own_tables)
    for number, each in enumerate(added):
        known = [section.id for section in found]
        may_follow = [*base.additions_after, *(section.id for section in found if section.own)]
        after = next((name for name in (each.after, *each.or_after) if name in known), each.after)
        if each.id in known:
            raise Misplaced(Said("section_known", edition=base.id, section=each.id), "sections", number, "id")
        if after not in may_follow:
            said = Said("section_place", after=after, edition=base.id, allowed=may_follow or Said("nowhere"))
            raise Misplaced(said, "sections", number, "after")
        if each.table is not None and each.table not in {table.id for table in tables}:
            near = near_match(each.table, {table.id for table in own_tables})
            said = Said("section_table_unknown", edition=base.id, table=each.table, near=near)
            raise Misplaced(said, "sections", number, "table")
        if each.table is not None and (holder := next((of.id for of in found if of.table == each.table), None)):
            said = Said("section_table_taken", table=each.table, section=holder)
            raise Misplaced(said, "sections", number, "table")
        for place, slot in enumerate(each.prose):
            if slot.id in slots:
                raise Misplaced(Said("slot_known", slot=slot.id), "sections", number, "prose", place, "id")
            slots.add(slot.id)
        place = known.index(after) + 1
        while place < len(found) and found[place].own:
            place += 1  # what was added first stands first
        found.insert(place, each.section)
    return tuple(found)


_NUMBERS = "一二三四五六七八九十"
_NUMBERED = re.compile(f"\\A([{_NUMBERS}]{{1,3}})、")


def without_number(title: str) -> str:
    """A title without its number."""
    return _NUMBERED.sub("", title, count=1)


def wrong_number(titles: Sequence[str]) -> tuple[int, str] | None:
    """The first title whose number isn't the next one, by its place, with the number that is; a title may have none."""
    numbered = [(place, match[1]) for place, title in enumerate(titles) if (match := _NUMBERED.match(title))]
    for count, (place, number) in enumerate(numbered, 1):
        if number != chinese_number(count):
            return place, chinese_number(count)
    return None


def chinese_number(number: int) -> str:
    """A number from 1 to 99 in Chinese."""
    if number <= 10:
        return _NUMBERS[number - 1]
    return f"{'' if number < 20 else _NUMBERS[number // 10 - 1]}十{_NUMBERS[number % 10 - 1] if number % 10 else ''}"


def _tightened(section: Section, said: Extension, sections: Container[str]) -> Section:
    """A section with the limits and the required words that are asked for; a name of both is the section's."""
    prose = tuple(
        slot.model_copy(
            update={
                "required": slot.required or slot.id in said.required,
                "most_characters": slot.most_characters
                if slot.id in sections
                else _limit(slot.id, slot.most_characters, said),
            }
        )
        for slot in section.prose
    )
    limit = _limit(section.id, section.most_characters, said)
    return section.model_copy(update={"prose": prose, "most_characters": limit})


def _limit(name: str, before: int | None, said: Extension) -> int | None:
    wanted = said.limits.get(name)
    if wanted is not None and before is not None and wanted > before:
        raise Misplaced(Said("limit_raised", before=before), "limits", name)
    return before if wanted is None else wanted


def _called(base: Edition, words: AddedWords) -> Publication:
    publication = base.publication
    if words.deadlines is not None:
        for kind in get_args(BodyKind):
            before, due = publication.due(kind, 2000), _due(words.deadlines, kind)
            if due is None or due > (before.month, before.day):
                later = Said("deadline_later", kind=kind, month=before.month, day=before.day)
                raise Misplaced(later, "publication", "deadlines")
    given = {name: value for name, value in words if value is not None}
    return Publication(**{**dict(publication), **given})


def _due(deadlines: Sequence[Deadline], kind: str) -> tuple[int, int] | None:
    return next(((each.month, each.day) for each in deadlines if each.kind in (kind, None)), None)


def _rules(base: Edition, said: Extension) -> tuple[str | RuleSpec, ...]:
    """The base's rules with those that are added, and with the severities that are changed."""
    known = dict(base.rulebook)
    rules: list[str | RuleSpec] = list(base.rules)
    for number, rule in enumerate(said.rules):
        rule_id = rule if isinstance(rule, str) else rule.id
        if rule_id in known:
            raise Misplaced(Said("rule_known", rule=rule_id, edition=base.id), "rules", number)
        if not isinstance(rule, str):
            if rule.id in rule_catalogue():
                raise Misplaced(Said("rule_of_package", rule=rule.id), "rules", number)
            if not rule.clauses:
                raise Misplaced(Said("rule_without_clauses", rule=rule.id), "rules", number)
            known[rule.id] = rule
        rules.append(rule)
    rules += _sums(said)
    for rule_id, severity in said.severities.items():
        if rule_id not in known:
            unknown = Said("rule_unknown", rule=rule_id, near=near_match(rule_id, known))
            raise Misplaced(unknown, "severities", rule_id)
        if known[rule_id].set_to == "E" or ("E" in known[rule_id].severities and rule_id not in _OWN_LIMITS):
            raise Misplaced(Said("severity_fixed", rule=rule_id), "severities", rule_id)
        rules = [
            known[rule_id].model_copy(update={"severities": (severity,), "set_to": severity})
            if _id(rule) == rule_id
            else rule
            for rule in rules
        ]
    return tuple(rules)


def _sums(said: Extension) -> list[RuleSpec]:
    """A rule for each added table whose rows have a total, where none of the file's own is on that total."""
    found: list[RuleSpec] = []
    clauses = [clause for rule in said.rules if isinstance(rule, RuleSpec) for clause in rule.clauses]
    for table in said.tables:
        columns = [column for block in table.blocks for _, _, column in leaf_columns(block.columns)]
        parts = list(dict.fromkeys(str(column.id) for column in columns if not column.total))
        total = next((str(column.id) for column in columns if column.total), None)
        of_table = [clause for clause in clauses if clause.table == table.id and clause.each == "row"]
        if total is None or not parts or any(total in clause.holds for clause in of_table):
            continue
        says = "各项之和，应等于合计"
        clause = Clause(table=table.id, each="row", holds=f"{' + '.join(parts)} == {total}", says=says)
        found.append(
            RuleSpec(
                id=f"SUM-{len(found) + 1}", name=f"表{table.number}{says}", severities=("E",), law=said.name,
                mend="核对该行各格和合计，更正填错的数。", example="各项3件、1件，合计填5件：3＋1＝4，不等于5。",
                clauses=(clause,),
            )
        )  # fmt: skip
    return found


_OWN_LIMITS = ("L-1",)
"""Rules that are an edition's own to make: nothing of the statute's."""


def _id(rule: str | RuleSpec) -> str:
    return rule if isinstance(rule, str) else rule.id
