"""The assembled document held against its plan: all that was handed in is there once, and its words are true."""

import re
from collections.abc import Collection, Iterator, Sequence

from nbformat import NotebookNode

from reportkit.build.charted import chart_findings, refuse_other_cells, refuse_other_numbers
from reportkit.checks.document import check_number_of_parts, check_outline
from reportkit.checks.evidence import Evidence, finding
from reportkit.checks.prose.plain import Passage
from reportkit.checks.prose.run_rules import check_prose
from reportkit.editions import Edition, Editions
from reportkit.errors import PublishingError
from reportkit.inputs.prose import escape_markdown
from reportkit.model import Finding, Plan, Severity, Table
from reportkit.publishing.blocks import Block, StatutoryTable, Words, blocks
from reportkit.text.markdown import Tokens, heading_text, headings, main_headings, parse


def document_findings(plan: Plan, editions: Editions, notebook: NotebookNode) -> list[Finding]:
    """The findings on a document: output that no page shows, its outline, all words that aren't a submission's."""
    edition = editions.load(plan.basis.figures.edition)
    return [*_unpublished(edition, notebook), *_outline_and_words(plan, editions, edition, notebook)]


def refuse_incomplete(plan: Plan, editions: Editions, notebook: NotebookNode, tables: Sequence[Table]) -> None:
    """Raises PublishingError unless all that was handed in is in the document, once and in its section.

    That is each prose slot with words, each required slot (（缺） where it has none), and each statutory table. Nor may
    a heading have nothing below it, or a chart draw another number than the figure or fact that it draws.
    """
    shown, edition = blocks(notebook), editions.load(plan.basis.figures.edition)
    refuse_other_numbers(plan, editions, shown)
    refuse_other_cells(plan, editions, notebook)
    _refuse_missing_words(plan, edition, shown)
    _refuse_other_tables(edition, shown, tables, {job.section for job in plan.execution.jobs})
    _refuse_empty_headings(shown)


_PRIVATE = re.compile("[\ue000-\ue003]")
"""Characters that mark bound numbers are taken out wherever they come from; rule FONT names those of a submission."""


def _unpublished(edition: Edition, notebook: NotebookNode) -> list[Finding]:
    """Rule NOTEBOOK: an error for each cell with output that no page shows; a warning for what it wrote as an error."""
    rule = edition.rulebook.get("NOTEBOOK")
    if rule is None:
        return []
    return [
        finding(
            rule,
            what,
            f"单元格 {cell.id}",
            severity=Severity.WARNING if is_mild else Severity.ERROR,
            fix="用 s.say 或 s.show 展示，或者给单元格加标签 remove-output。",
        )
        for cell in notebook.cells
        for what, is_mild in cell.metadata["reportkit"].get("unpublished", ())
    ]


def _outline_and_words(plan: Plan, editions: Editions, edition: Edition, notebook: NotebookNode) -> list[Finding]:
    basis = plan.basis
    said = {_compact(text) for text in basis.words.values()}
    own = {title for section in edition.sections for title in (section.title, *section.headings) if title}
    outline: list[str] = []
    passages: list[Passage] = []
    titles = {section.id: section.title or "引言" for section in edition.sections}
    shown = blocks(notebook)
    for block in shown:
        if isinstance(block, Words):
            label = titles.get(block.section, block.section)
            if block.flavour == "notebook":
                outline += main_headings(block.text)
                other = [escape_markdown(title) for _, title in headings(block.text) if title not in own]
                passages += [Passage(block.section, label, title, opens=False) for title in other]
            if _compact(block.whole or block.text) not in said and any(
                token["type"] != "heading" for token in _tokens(block)
            ):
                opens = all(passage.slot != block.section for passage in passages)
                passages.append(Passage(block.section, label, block.text, opens=opens, flavour=block.flavour))
    evidence = Evidence(
        edition,
        plan.department,
        plan.year,
        basis.figures,
        basis.register,
        basis.history,
        words=basis.words,
        facts=basis.facts,
        editions=editions,
    )
    found = [
        *check_outline(edition, outline, [job.section for job in plan.execution.jobs]),
        *check_number_of_parts(edition, outline, [(each.label, each.text) for each in passages]),
        *check_prose(evidence, passages, whole=False),
    ]
    return [*found, *chart_findings(evidence, edition, shown)]


def _compact(text: str) -> str:
    return "".join(_PRIVATE.sub("", text).split())


def _under_headings(shown: Sequence[Block]) -> Iterator[tuple[str, Block]]:
    """Each block with the main heading that it is under."""
    heading = ""
    for block in shown:
        if isinstance(block, Words) and block.flavour == "notebook":
            heading = next(reversed(main_headings(block.text)), heading)
        yield heading, block


def _refuse_missing_words(plan: Plan, edition: Edition, shown: Sequence[Block]) -> None:
    notebooks = {job.section: job.name for job in plan.execution.jobs}
    placed = list(_under_headings(shown))
    main = {heading for heading, _ in placed}
    titles = {section.title or "" for section in edition.sections}
    for section in edition.sections:
        is_told = section.id in notebooks or section.title in main
        for slot in section.prose:
            words = plan.basis.words.get(slot.id, "")
            if words.strip() or (slot.required and is_told):
                found = [
                    each
                    for each in placed
                    if isinstance(each[1], Words) and each[1].slot == slot.id and each[1].part == 0
                ]
                name = f"'{slot.id}' ({slot.label})"
                _refuse_other_words(name, words, section.title or "", titles, found)
                _refuse_other_subheading(name, slot.label, section.headings, shown, found)
                if not found:
                    notebook = notebooks.get(section.id)
                    raise PublishingError(
                        "words_not_shown",
                        where=f"notebooks/{notebook}" if notebook else "the section notebooks",
                        name=name,
                        slot=slot.id,
                        section=section.id,
                    )


def _refuse_other_words(
    name: str, words: str, title: str, titles: set[str], found: Sequence[tuple[str, Block]]
) -> None:
    """Refuses a slot's words that are in another section, there twice, or not those that were handed in.

    A heading that is none of the format's is a finding of S-1, and no other section.
    """
    for place, (heading, block) in enumerate(found):
        where = f"section {block.section}, cell {block.cell}"
        if heading != title and heading in titles:
            raise PublishingError("words_under_other_heading", where=where, name=name, heading=heading, title=title)
        if place:
            raise PublishingError("words_repeated", where=where, name=name, times=len(found))
        if words.strip() and isinstance(block, Words) and _compact(block.whole or block.text) != _compact(words):
            raise PublishingError("words_changed", where=where, name=name)


def _refuse_other_subheading(
    name: str, label: str, statutory: Sequence[str], shown: Sequence[Block], found: Sequence[tuple[str, Block]]
) -> None:
    """Refuses a slot's words that are under another of their section's statutory sub-headings than their own.

    Where their own isn't in the document, that is a finding of S-1.
    """
    cells = [block for block in shown if isinstance(block, Words) and block.flavour == "notebook"]
    there = {title for block in cells for _, title in headings(block.text)}
    own = next((each for each in statutory if each.endswith(label)), None)
    if own not in there or not found:
        return
    last = ""
    for block in shown:
        if block is found[0][1]:
            break
        if isinstance(block, Words) and block.flavour == "notebook":
            last = next((title for _, title in reversed(headings(block.text)) if title in statutory), last)
    if last != own and last in statutory:
        block = found[0][1]
        raise PublishingError("words_under_other_subheading", where=_place(block), name=name, heading=last, title=own)


def _refuse_other_tables(
    edition: Edition, shown: Sequence[Block], tables: Sequence[Table], listed: Collection[str]
) -> None:
    """Refuses a document whose statutory tables aren't the data's: each once, in order, under its own heading."""
    titles = {section.table: section.title for section in edition.sections if section.table}
    sections = {section.table: section.id for section in edition.sections if section.table}
    wanted = {table.id: table for table in tables}
    found: list[str] = []
    for heading, block in _under_headings(shown):
        if isinstance(block, StatutoryTable):
            table = block.table.id
            if titles.get(table) != heading:
                raise PublishingError(
                    "table_under_other_heading",
                    where=_place(block),
                    table=table,
                    heading=heading,
                    title=titles.get(table),
                )
            if table in found:
                raise PublishingError("table_twice", where=_place(block), table=table)
            if block.table != wanted.get(table):
                raise PublishingError("table_differs", where=_place(block), table=table)
            found.append(table)
    if found != [*wanted]:
        where, wanted_order = "the section notebooks", [*wanted]
        if unlisted := [f"'{sections[each]}'" for each in wanted if each not in found and sections[each] not in listed]:
            raise PublishingError("sections_not_listed", where="params/report.yaml, sections", missing=unlisted)
        if missing := [f"'{each}'" for each in wanted if each not in found]:
            raise PublishingError("tables_missing", where=where, missing=missing, wanted=wanted_order)
        raise PublishingError("tables_in_other_order", where=where, found=found, wanted=wanted_order)


def _place(block: Block) -> str:
    return f"section {block.section}, cell {block.cell}"


def _refuse_empty_headings(shown: Sequence[Block]) -> None:
    """Refuses a heading with neither words nor a table or chart before the next of its own or a higher level."""
    parts = [*_parts(shown)]
    for place, (level, title, block) in enumerate(parts):
        if level is None:
            continue
        for below, _, _ in parts[place + 1 :]:
            if below is None:
                break
            if below <= level:
                raise _empty(title, block)
        else:
            raise _empty(title, block)


def _empty(title: str, block: Block) -> PublishingError:
    return PublishingError("empty_heading", where=_place(block), title=title)


def _parts(shown: Sequence[Block]) -> Iterator[tuple[int | None, str, Block]]:
    """Headings with their level and title, and content without a level, in the order of the document."""
    for block in shown:
        if not isinstance(block, Words):
            yield None, "", block
            continue
        for token in _tokens(block):
            if token["type"] == "heading":
                yield token["attrs"]["level"], heading_text(token), block
            else:
                yield None, "", block


def _tokens(block: Words) -> Tokens:
    return parse(block.text, block.flavour)
