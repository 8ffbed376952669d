"""The portal written: what is published → pages, downloads, search, open data → one folder, exchanged in one step."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import segno
from jinja2 import Environment, FileSystemLoader, select_autoescape

from reportkit.digests import code_digest, digest_of
from reportkit.editions import Editions
from reportkit.errors import PublishingError
from reportkit.inputs.project import Project
from reportkit.outputs.cache import Cache
from reportkit.outputs.folders import OUTPUTS, place
from reportkit.outputs.swap import Linked, publish_files, recover
from reportkit.publishing.styles import css
from reportkit.site import opendata, search
from reportkit.site.columns import Shelf
from reportkit.site.links import Links, broken, links_of
from reportkit.site.pages import Page, Portal, downloads_of
from reportkit.site.published import Published, body_of, published_reports

SITE = f"{OUTPUTS}/site"
TEMPLATES = Path(__file__).parent / "templates"
_MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Built:
    """What became of the portal: where it is, how many reports and pages it has, how many of these were made anew."""

    path: Path
    reports: int
    pages: int
    made: int
    url: str | None
    problems: tuple[tuple[str, str], ...]
    """(report, what) of each that could not be taken in."""

    def to_json(self) -> dict[str, Any]:
        return {
            "site": str(self.path),
            "reports": self.reports,
            "pages": self.pages,
            "made": self.made,
            "url": self.url,
            "problems": [{"report": report, "error": problem} for report, problem in self.problems],
        }


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the portal: its path, the digest of all it is made from, and how it is made.

    A Path that `make` gives is a file to be copied.
    """

    path: str
    key: str
    make: Callable[[], bytes | Path]


def build_site(project: Project, starting: Callable[[str], None] = lambda _: None) -> Built:
    """Writes the portal from what is published; `starting` is called with the path of each page that is made.

    What has not changed is taken over as it is; where nothing has, nothing is touched. A damaged report is reported
    and keeps the pages that it has. Raises PublishingError where a page isn't fit to go out or a link leads nowhere;
    the portal then stays as it was.
    """
    cache = Cache(project)
    root = project.root / SITE
    if root.is_symlink():
        raise PublishingError("site_is_link", where=SITE, site=SITE)
    recover(root)
    state = cache.site()
    before: dict[str, Any] = state.get("files", {})
    found, problems = _gather(project, cache, state.get("reports", {}), before)
    _refuse_losses(root, found, problems)
    portal = Portal(project, Shelf(project, found))
    parts = list(_Parts(portal, root, before).all())
    unchanged = {part.path for part in parts if _is_unchanged(root, part, before)}
    made = [part for part in parts if part.path not in unchanged]
    notes: dict[str, Any] = {path: before[path] for path in unchanged}
    if made or set(before) != unchanged or _files_in(root) != unchanged:
        publish_files(root, _written(root, parts, unchanged, notes, starting))
        for path, note in notes.items():
            note["stamp"] = _stamp(root / path)
        cache.keep_site({"reports": {each.report: each.to_json() for each in found.values()}, "files": notes})
    pages = [part for part in parts if part.path.endswith(".html")]
    anew = sum(part.path.endswith(".html") for part in made)
    return Built(root, len(found), len(pages), anew, portal.settings.get("url"), tuple(problems))


def _gather(
    project: Project, cache: Cache, known: Mapping[str, Any], files: Mapping[str, Any]
) -> tuple[dict[tuple[int, str], Published], list[tuple[str, str]]]:
    """What is published, and what is wrong with the rest; a damaged report counts where its pages are untouched."""
    found: dict[tuple[int, str], Published] = {}
    problems: list[tuple[str, str]] = []
    for each in published_reports(project, cache, known):
        if not isinstance(each, Published):
            problems.append(each)
        elif not each.kept or all(
            _stamp(project.root / SITE / path) == note["stamp"]
            for path, note in files.items()
            if path.startswith(f"{each.report}/")
        ):
            found[each.year, each.department] = each
    cache.stamps.keep()
    return found, problems


def _refuse_losses(root: Path, found: Mapping[tuple[int, str], Published], problems: Sequence[tuple[str, str]]) -> None:
    """Raises PublishingError where a report that the portal shows would vanish from it, because it can't be read."""
    shown = {each.report for each in found.values()}
    lost = [each for each in problems if each[0] not in shown and (root / each[0] / "index.html").is_file()]
    if lost:
        raise PublishingError(
            "site_lost_reports",
            where=", ".join(report for report, _ in lost[:_MOST_SHOWN]),
            number=len(lost),
            first=lost[0][1],
        )


def _files_in(root: Path) -> set[str]:
    """Everything that lies in the portal; what reportkit didn't write goes."""
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir()}


def _is_unchanged(root: Path, part: Part, before: Mapping[str, Any]) -> bool:
    """Whether a file is as it would be made."""
    note = before.get(part.path)
    return note is not None and note["key"] == part.key and note["stamp"] == _stamp(root / part.path)


def _stamp(path: Path) -> list[int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns, found.st_ino]


def _written(
    root: Path, parts: Sequence[Part], unchanged: set[str], notes: dict[str, Any], starting: Callable[[str], None]
) -> Iterator[tuple[str, bytes | Path | Linked]]:
    """Each file as it is to be written, noted in `notes`; before anything goes out, every link is followed."""
    for part in parts:
        if part.path in unchanged:
            yield part.path, Linked(root / part.path)
            continue
        content = part.make()
        links = None
        if part.path.endswith(".html") and isinstance(content, bytes):
            starting(part.path)
            links = links_of(part.path, content.decode()).to_json()
        notes[part.path] = {"key": part.key, "links": links}
        yield part.path, content
    links_by_page = {path: Links.from_json(note["links"]) for path, note in notes.items() if note["links"]}
    if nowhere := list(broken(links_by_page, notes.keys())):
        raise PublishingError(
            "site_dead_links", where=SITE, number=len(nowhere), links="; ".join(nowhere[:_MOST_SHOWN])
        )


@dataclass(frozen=True)
class _Parts:
    """All files of a portal."""

    portal: Portal
    root: Path
    before: Mapping[str, Any]

    @cached_property
    def _made_by(self) -> str:
        """What decides the files that are no pages, besides reports: the package, and editions of the project's own."""
        return f"{code_digest()}{self.portal.project.editions.digest}"

    def all(self) -> Iterator[Part]:
        reports = list(self.portal.shelf.reports.values())
        for page in self.portal.pages:
            if page.report is not None and page.report.kept:
                yield from self._kept(page.report)
            else:
                yield self._page(page)
        for report in reports:
            yield from () if report.kept else self._downloads(report)
        yield Part("assets/site.css", code_digest(), partial(_source, "site.css", css()))
        yield Part("assets/site.js", code_digest(), partial(_source, "site.js"))
        yield Part("assets/search.js", self._made_by, partial(_search_script, self.portal.project.editions))
        yield from self._data(reports)
        yield from self._search(reports)
        yield from self._for_robots(reports)

    def _kept(self, report: Published) -> Iterator[Part]:
        """The files of a report whose folder is damaged, as they are."""
        for path, note in self.before.items():
            if path.startswith(f"{report.report}/"):
                yield Part(path, note["key"], partial(self.root.joinpath, path))

    def _page(self, page: Page) -> Part:
        folder = None
        if page.report is not None:
            folder = place(self.portal.project, page.report.year, page.report.department, draft=False)
        key = digest_of([page.template, page.context, code_digest()])
        return Part(page.path, key, partial(_render, page, folder))

    def _downloads(self, report: Published) -> Iterator[Part]:
        folder = place(self.portal.project, report.year, report.department, draft=False)
        for path, name in downloads_of(report):
            yield Part(path, f"{report.stamp} {name}", partial(folder.joinpath, name))

    def _data(self, reports: Sequence[Published]) -> Iterator[Part]:
        register, editions = self.portal.project.register, self.portal.project.editions
        for year in self.portal.shelf.years:
            found = [each for each in reports if each.year == year]
            key = digest_of(
                [self._made_by, [[each.report, each.stamp, register[each.department].level] for each in found]]
            )
            yield Part(f"data/{year}.csv", key, partial(opendata.year_csv, editions, register, found))
            yield Part(f"data/{year}.json", key, partial(opendata.year_json, editions, register, found))
        yield Part("data/dictionary.csv", self._made_by, partial(opendata.dictionary_csv, editions))
        yield Part("data/dictionary.json", self._made_by, partial(opendata.dictionary_json, editions))

    def _search(self, reports: Sequence[Published]) -> Iterator[Part]:
        key = digest_of([self._made_by, [[each.report, each.stamp] for each in reports]])
        index = _Index(self.portal.project.editions, reports)
        yield Part("search/documents.js", key, index.documents)
        for number in range(search.SHARDS):
            yield Part(f"search/index/{number}.js", key, partial(index.shard, number))
        for report in reports:
            name = f"search/text/{report.report}.js"
            yield Part(name, f"{code_digest()} {report.stamp}", partial(index.text, report))

    def _for_robots(self, reports: Sequence[Published]) -> Iterator[Part]:
        """robots.txt and the map of the site; both need public addresses."""
        if self.portal.settings.get("url") is None:
            return
        pages = {page.path: "" for page in self.portal.pages}
        pages |= {f"{each.report}/index.html": each.changed_on for each in reports}
        key = digest_of([code_digest(), pages, self.portal.settings])
        yield Part("sitemap.xml", key, partial(_sitemap, self.portal, pages))
        text = f"User-agent: *\nAllow: /\nSitemap: {self.portal.address('sitemap.xml')}\n"
        yield Part("robots.txt", key, text.encode)


@dataclass(frozen=True)
class _Index:
    """The files of the search, made once for all of them."""

    editions: Editions
    reports: Sequence[Published]

    @cached_property
    def _shards(self) -> dict[int, dict[str, str]]:
        return dict(search.index_of([f"{searched_title(self.editions, each)}\n{each.text}" for each in self.reports]))

    def shard(self, number: int) -> bytes:
        return search.script("SEARCH.index", number, self._shards[number])

    def documents(self) -> bytes:
        """The reports by their places: bodies once, then of each report the body, year and date."""
        bodies = {each.department: each.name for each in self.reports}
        places = {department: number for number, department in enumerate(bodies)}
        rows = [[places[each.department], each.year, each.facts.get("published_on", "")] for each in self.reports]
        return search.script("SEARCH.documents", list(bodies.items()), rows)

    def text(self, report: Published) -> bytes:
        return search.script("SEARCH.text", report.report, report.text)


def searched_title(editions: Editions, report: Published) -> str:
    """What a report is called beside its words; `search.js` compares queries with the same."""
    return f"{report.name}{report.year}年{editions.publication_for(report.year).report} {report.year}年度"


def _render(page: Page, folder: Path | None) -> bytes:
    """A page from its template; of a report its body from the finished folder, and the sign that leads to it."""
    body = "" if folder is None else body_of(folder)
    address = page.context["address"]
    sign = "" if page.report is None or address is None else _qr(address)
    rendered: str = _environment().get_template(page.template).render(**page.context, body_html=body, qr=sign)
    return rendered.encode()


def _qr(address: str) -> str:
    """An address as a QR code, as SVG."""
    written = BytesIO()
    segno.make(address, error="m", micro=False).save(
        written, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, nl=False, svgclass=None, lineclass=None
    )
    return written.getvalue().decode()


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _search_script(editions: Editions) -> bytes:
    """The search's script, which names reports as their titles do."""
    return _source("search.js").replace(b"{{ report }}", editions.publication_for().report.encode())


def _source(name: str, above: str = "") -> bytes:
    """A style sheet or a script of the portal, below another one."""
    own = (TEMPLATES / name).read_text(encoding="utf-8").strip()
    return f"{above}\n{own}\n".lstrip("\n").encode()


def _sitemap(portal: Portal, pages: Mapping[str, str]) -> bytes:
    """The map of the site, with the day of each report. Source: https://www.sitemaps.org/protocol.html."""
    entries = []
    for path, day in pages.items():
        changed = f"<lastmod>{day}</lastmod>" if day else ""
        entries.append(f"<url><loc>{escape(str(portal.address(path)))}</loc>{changed}</url>\n")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{head}{''.join(entries)}</urlset>\n".encode()
