"""One published file → what an audit keeps of it: figures and words with their places, headings, dates and links."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from reportkit.auditing.listed import Listed
from reportkit.digests import read_regular
from reportkit.editions import Edition, Editions
from reportkit.errors import InputError, ReportkitError, defect
from reportkit.inputs.handed_in import HandedIn
from reportkit.inputs.project import Project
from reportkit.inputs.published.opening import open_page
from reportkit.inputs.published.page import Link, Page, PageKind, Paragraph
from reportkit.inputs.published.prose import Words
from reportkit.inputs.published.read import published, titles_in
from reportkit.inputs.published.titled import body_in, published_on, years_in

_MOST_BYTES = 50_000_000
_NEWEST = 2023
"""The year by whose edition parts are told as long as no title says one."""
PREAMBLE = "preamble"
_SHORTEST_PREAMBLE = 25
"""Letters of a paragraph above the first part that is no heading and no line of the page's own."""
_ATTACHMENT = re.compile(r"^(?:附件|附表)\s*[0-9一二三四五六]{0,2}\s*[:：.．、]?\s*(?P<name>\S.*)$|^附件下载$")
_SEEN_IN = re.compile(r"(?:详见|见)(?:附件|附表)")
FILE = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|et|ofd|zip|rar|7z|txt)(?:[?#].*)?$", re.I)
"""The end of an address of a file to be downloaded."""


@dataclass(frozen=True)
class ReadPage:
    """A published file as it was read.

    `year` is the list's, else the title's; `title_years` and `body` are what the title says by itself, `body` empty
    where it names none. `words` are by slot, those above the first part under `preamble`. `headings` are the titles of
    parts by section, in the order of the page. `links` are those within the report, `announced` its lines that speak
    of an attachment. `undivided` are the slots whose words no headings tell apart.
    """

    listed: Listed
    kind: PageKind
    said: HandedIn
    title: str
    title_years: tuple[int, ...]
    body: str
    words: Mapping[str, tuple[Paragraph, ...]]
    headings: Mapping[str, Paragraph]
    published: tuple[date, str] | None
    links: tuple[Link, ...]
    announced: tuple[Paragraph, ...]
    undivided: frozenset[str]
    pictures: int

    @property
    def name(self) -> str:
        return self.listed.path.name

    @property
    def year(self) -> int:
        assert self.said.year is not None
        return self.said.year


@dataclass(frozen=True)
class Unread:
    """A file that can't be audited, and why."""

    listed: Listed
    error: ReportkitError


def read_page(project: Project, listed: Listed, year: int | None = None) -> ReadPage | Unread:
    """A file as it was read, or why it can't be; `year` is that of files of which nothing else says it."""
    try:
        return _read(project.editions, listed, year)
    except ReportkitError as error:
        return Unread(listed, error)
    except Exception as error:
        return Unread(listed, defect(error, where=listed.path.name))


def _read(editions: Editions, listed: Listed, fallback: int | None) -> ReadPage:
    file = listed.path.name
    content = _content(listed.path)
    page = open_page(content, file)
    titles = titles_in(editions, page, listed.year or fallback or _NEWEST)
    said_years = tuple(sorted({each for title in titles for each in years_in(title)}))
    year = listed.year or _year(said_years, file, fallback)
    about = HandedIn(file, sha256(content).hexdigest(), "", None, year, kind="published")
    found = published(editions, page, titles, about)
    edition = editions.for_year(year)
    body = next(filter(None, map(body_in, titles)), "") or _publisher(page)
    inside = _within(found.words, page)
    return ReadPage(
        listed=listed,
        kind=page.kind,
        said=found.said,
        title=titles[0] if titles else "",
        title_years=said_years,
        body=body,
        words=_words(found.words),
        headings=_headings(edition, found.words),
        published=published_on(page),
        links=tuple(each for each in page.links if each.place.cell.startswith(inside)),
        announced=tuple(each for each in page.paragraphs if _announces(each)),
        undivided=frozenset(slot.id for section in found.words.undivided for slot in section.prose),
        pictures=page.pictures,
    )


def _content(path: Path) -> bytes:
    try:
        if (size := path.stat().st_size) > _MOST_BYTES:
            raise InputError("published_too_large", where=path.name, size=size, most=_MOST_BYTES)
        return read_regular(path)
    except OSError as error:
        raise InputError("collect_unreadable", where=path.name, reason=error.strerror or str(error)) from error


def _year(said: Sequence[int], file: str, fallback: int | None) -> int:
    """The year that titles say, else that of the file's name, else the one that was asked for."""
    found = [*said] or sorted({*years_in(file.rsplit(".", 1)[0])})
    if len(found) > 1:
        raise InputError("audit_years_differ", where=file, years=found)
    if not found and fallback is None:
        raise InputError("audit_no_year", where=file)
    return found[0] if found else fallback or 0


def _publisher(page: Page) -> str:
    """Who has published a page as its own fields say; empty where they don't."""
    for each in page.paragraphs:
        if match := re.match(
            r"(?:发布机构|发文机关|公开主体|信息来源|来源)\s*[:：]\s*(?P<name>[\u4e00-\u9fff（）]{4,40})", each.text
        ):
            return match["name"]
    return page.meta.get("contentsource", "") if len(page.meta.get("contentsource", "")) > 3 else ""


def _words(words: Words) -> dict[str, tuple[Paragraph, ...]]:
    said = {slot: tuple(parts) for slot, parts in words.prose.items() if parts}
    above = tuple(each for each in _below_title(words.before) if _is_preamble(each.text))
    return ({PREAMBLE: above} if above else {}) | said


def _below_title(before: Sequence[Paragraph]) -> Sequence[Paragraph]:
    """What stands between the report's title and its first part."""
    titles = [at for at, each in enumerate(before) if body_in(each.text) or (each.level == 1 and years_in(each.text))]
    return before[titles[-1] + 1 :] if titles else before


def _is_preamble(text: str) -> bool:
    return len(text) >= _SHORTEST_PREAMBLE and any(mark in text for mark in "。，,；")


def _headings(edition: Edition, words: Words) -> dict[str, Paragraph]:
    """The titles of parts that were found, in the order of the edition, which is that of the page."""
    return {each.id: words.titles[each.id] for each in edition.sections if each.id in words.titles}


def _within(words: Words, page: Page) -> str:
    """What the places of a report's own links begin with: the innermost element that holds all its parts."""
    if page.kind != "html" or len(words.titles) < 2:
        return ""
    paths = [each.place.cell.split("/") for each in words.titles.values()]
    common = []
    for steps in zip(*paths, strict=False):
        if len(set(steps)) > 1:
            break
        common.append(steps[0])
    return "/".join(common)


def _announces(paragraph: Paragraph) -> bool:
    text = paragraph.text
    return len(text) < 120 and (_ATTACHMENT.match(text) is not None or _SEEN_IN.search(text) is not None)
