"""The pages of the portal: where each one is, and all that its template is given.

All kinds are in one module: they share crumbs, heads and addresses, and a change of one mostly changes the others.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

from reportkit.editions.publication import Publication
from reportkit.inputs.project import Project
from reportkit.model import Department
from reportkit.site.columns import LEVELS, Group, Shelf, groups, pages_of
from reportkit.site.published import Published, described, is_document
from reportkit.text.strings import printable

_NEWEST = 10


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its place in the portal, its template, and what that is given, as JSON.

    `report` is the one whose body it shows.
    """

    path: str
    template: str
    context: Mapping[str, Any]
    report: Published | None = None


@dataclass(frozen=True)
class Portal:
    """All that every page of a portal is made from."""

    project: Project
    shelf: Shelf

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What report.yaml says of the site; its address, if any, ends with a slash."""
        site = self.project.definition.site
        found: dict[str, Any] = (
            site.model_dump() if site is not None else {"name": self.project.editions.publication_for().column}
        )
        if found.get("url"):
            found["url"] = f"{found['url'].rstrip('/')}/"
        return found

    def address(self, path: str) -> str | None:
        """Where a page will be in public; None where report.yaml doesn't say."""
        url = self.settings.get("url")
        return None if url is None else f"{url}{quote(path.removesuffix('index.html'))}"

    @cached_property
    def pages(self) -> list[Page]:
        """Every page of the portal."""
        return list(self._pages())

    def _pages(self) -> Iterator[Page]:
        yield self._home()
        for year in self.shelf.years:
            yield from self._year(year)
        for report in self.shelf.reports.values():
            yield self._report(report)
        yield from self._bodies()
        for body in self.shelf.bodies:
            yield self._body(body)
        yield self._data()
        yield self._page("search/index.html", "search.html.j2", "查找", [], {})

    def _page(
        self, path: str, template: str, title: str, crumbs: Sequence[tuple[str, str]], more: Mapping[str, Any],
        report: Published | None = None, meta: Sequence[tuple[str, str | None]] = (),
    ) -> Page:  # fmt: skip
        """A page with what all have: the way to it, its meta tags, its address."""
        site = self.settings
        tags = [("SiteName", site["name"]), ("SiteDomain", site.get("domain")), ("SiteIDCode", site.get("id_code"))]
        publication = self.project.editions.publication_for()
        tags += meta or _column_meta(publication, title)
        context = {
            "site": site,
            "publication": publication,
            "path": path,
            "root": "../" * path.count("/"),
            "title": printable(title),
            "crumbs": crumbs,
            "meta": [(name, printable(text)) for name, text in tags if text],
            "address": self.address(path),
            **more,
        }
        return Page(path, template, context, report)

    def _home(self) -> Page:
        shelf = self.shelf
        reports = sorted(
            shelf.reports.values(), key=lambda each: (each.facts.get("published_on", ""), each.year), reverse=True
        )
        years = [
            {"year": year, "published": shelf.of_year(year), "expected": len(shelf.expected[year])}
            for year in shelf.years
        ]
        levels = [
            {"label": label, "bodies": self._counts[level], "page": place[0], "anchor": place[1]}
            for level, label in LEVELS.items()
            if (place := self._levels.get(level)) is not None
        ]
        newest = [_entry(each) for each in reports[:_NEWEST]]
        more = {"years": years, "levels": levels, "newest": newest, "reports": len(reports)}
        return self._page("index.html", "home.html.j2", self.settings["name"], [], more)

    @cached_property
    def _levels(self) -> dict[str, tuple[str, str]]:
        """Where each level begins in the list of bodies: page and anchor."""
        found: dict[str, tuple[str, str]] = {}
        for number, page in enumerate(self._pages_of_bodies):
            for group in page:
                found.setdefault(group.level, (_numbered(number), f"g-{group.id}"))
        return found

    @cached_property
    def _counts(self) -> Counter[str]:
        """How many bodies are below each level."""
        return Counter(group.level for page in self._pages_of_bodies for group in page for _ in group.bodies)

    @cached_property
    def _pages_of_bodies(self) -> list[list[Group]]:
        return list(pages_of(groups(self.project.register, self.shelf.bodies)))

    def _year(self, year: int) -> Iterator[Page]:
        """A year's column: every body that has published, and every one that hasn't yet."""
        expected = self.shelf.expected[year]
        pages = list(pages_of(groups(self.project.register, expected)))
        for number, page in enumerate(pages):
            listed = [
                {**_group(group), "bodies": [self._in_year(year, body) for body in group.bodies]} for group in page
            ]
            more = {
                "year": year,
                "years": self.shelf.years,
                "published": self.shelf.of_year(year),
                "expected": len(expected),
                "groups": listed,
                "table": _contents(pages),
                "numbers_of": [_numbered(each) for each in range(len(pages))],
                "number": number,
            }
            path = f"{year}/{_numbered(number)}"
            yield self._page(
                path, "year.html.j2", f"{year}年度{self.project.editions.publication_for(year).report}", [], more
            )

    def _in_year(self, year: int, body: Department) -> dict[str, Any]:
        report = self.shelf.reports.get((year, body.id))
        name = printable(body.name if report is None else report.name)
        return {
            "id": body.id,
            "name": name,
            "published_on": None if report is None else report.facts.get("published_on"),
            "is_published": report is not None,
            "corrected": report is not None and bool(report.corrections),
        }

    def _report(self, report: Published) -> Page:
        body = self.project.register[report.department]
        path = f"{report.year}/{report.department}/index.html"
        facts, publication = report.facts, self.project.editions.publication_for(report.year)
        info = [
            ("索引号", facts.get("index_number")),
            ("发布机构", report.name),
            ("成文日期", facts.get("issued_on")),
            ("发布日期", facts.get("published_on")),
            ("有效性", facts.get("validity", "有效")),
        ]
        title = "".join(report.title)
        downloads = [
            {"name": _file_name(report, name), "label": described(name)[0], "kilobytes": max(1, round(size / 1024))}
            for name, size in report.downloads.items()
        ]
        meta = [
            ("ArticleTitle", title),
            ("PubDate", facts.get("published_on") and f"{facts['published_on']} 00:00"),
            ("ContentSource", report.name),
            ("Keywords", ",".join((*publication.keywords, f"{report.year}年", report.name))),
            ("Description", f"{report.name}{report.year}年度{publication.report}。"),
            ("Url", self.address(path)),
            *_column_meta(self.project.editions.publication_for(), publication.column),
        ]
        others = [each for each in self.shelf.by_body[report.department] if each.year != report.year]
        more = {
            "report": report.report,
            "stamp": report.stamp,
            "year": report.year,
            "title_lines": [printable(line) for line in report.title],
            "body": {"id": body.id, "name": printable(report.name)},
            "info": [(label, printable(text)) for label, text in info if text],
            "downloads": downloads,
            "has_document": any(map(is_document, report.downloads)),
            "corrections": [dict(each) for each in reversed(report.corrections)],
            "other_years": [_entry(each) for each in others],
            "sisters": [_entry(each) for each in self.shelf.sisters(report)],
            "linked_data": _linked(self._linked_data(report, path, title)),
        }
        crumbs = [(f"{report.year}年", "../index.html")]
        return self._page(path, "report.html.j2", title, crumbs, more, report, meta)

    def _linked_data(self, report: Published, path: str, title: str) -> dict[str, Any]:
        """The report in schema.org's terms. Source: https://schema.org/Report."""
        files = [
            {
                "@type": "MediaObject",
                "name": described(name)[0],
                "encodingFormat": described(name)[1],
                "contentUrl": self.address(f"{report.year}/{report.department}/{_file_name(report, name)}"),
                "contentSize": str(size),
            }
            for name, size in report.downloads.items()
        ]
        stated = {
            "@context": "https://schema.org",
            "@type": "Report",
            "name": title,
            "headline": title,
            "inLanguage": "zh-CN",
            "reportNumber": report.facts.get("index_number"),
            "dateCreated": report.facts.get("issued_on"),
            "datePublished": report.facts.get("published_on"),
            "dateModified": report.changed_on if report.corrections else None,
            "temporalCoverage": str(report.year),
            "publisher": {"@type": "GovernmentOrganization", "name": report.name},
            "url": self.address(path),
            "associatedMedia": [{key: text for key, text in each.items() if text} for each in files],
        }
        return {key: value for key, value in stated.items() if value}

    def _bodies(self) -> Iterator[Page]:
        """The list of all bodies, by level and government."""
        pages = self._pages_of_bodies
        for number, page in enumerate(pages):
            listed = [
                {
                    **_group(group),
                    "bodies": [
                        {
                            "id": body.id,
                            "name": printable(body.name),
                            "reports": len(self.shelf.by_body.get(body.id, ())),
                        }
                        for body in group.bodies
                    ],
                }
                for group in page
            ]
            more = {
                "groups": listed,
                "table": _contents(pages),
                "numbers_of": [_numbered(each) for each in range(len(pages))],
                "number": number,
            }
            yield self._page(f"departments/{_numbered(number)}", "bodies.html.j2", "机关名录", [], more)

    def _body(self, body: Department) -> Page:
        """One body: its reports of all years, those that are missing, whom to ask."""
        years = []
        for year in self.shelf.years:
            report = self.shelf.reports.get((year, body.id))
            if report is None and not self.project.asks_for(year, body):
                continue
            years.append({"year": year, "entry": None if report is None else _entry(report)})
        register = self.project.register
        contact = body.contact
        lines = [("负责机构", contact.office), ("地址", contact.address), ("电话", contact.phone)]
        successor = register.departments.get(body.successor or "")
        more = {
            "name": printable(body.name),
            "level": LEVELS[body.level],
            "years": years,
            "contact": [(label, printable(text)) for label, text in lines if text],
            "related": [
                (label, each.id, printable(each.name))
                for label, each in (
                    ("承继机关", successor),
                    *(("前身", each) for each in self._predecessors.get(body.id, ())),
                )
                if each is not None and (each.reports or each.id in self.shelf.by_body)
            ],
        }
        path = f"departments/{body.id}/index.html"  # a folder each: none of them can be called as a list of them is
        return self._page(path, "body.html.j2", body.name, [("机关名录", "../index.html")], more)

    @cached_property
    def _predecessors(self) -> dict[str, list[Department]]:
        found: dict[str, list[Department]] = {}
        for each in self.project.register:
            if each.successor is not None:
                found.setdefault(each.successor, []).append(each)
        return found

    def _data(self) -> Page:
        years = [{"year": year, "reports": self.shelf.of_year(year)} for year in self.shelf.years]
        publication, called = self.project.editions.publication_for(), self.project.editions.called_in()
        linked = {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "name": f"{publication.report}数据",
            "description": f"各机关{publication.short}{called['tables']}的全部数据，一年一份。",
            "inLanguage": "zh-CN",
            "isAccessibleForFree": True,
            "distribution": [
                {"@type": "DataDownload", "encodingFormat": mime, "contentUrl": address}
                for each in years
                for ending, mime in (("csv", "text/csv"), ("json", "application/json"))
                if (address := self.address(f"data/{each['year']}.{ending}"))
            ],
        }
        return self._page(
            "data/index.html",
            "data.html.j2",
            "开放数据",
            [],
            {
                "years": years,
                "tables": called["tables"],
                "linked_data": _linked({key: value for key, value in linked.items() if value}),
            },
        )


def _linked(data: Mapping[str, Any]) -> str:
    """JSON-LD that may be in a page: nothing in it ends the element that holds it."""
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def _column_meta(publication: Publication, title: str) -> list[tuple[str, str | None]]:
    """The meta tags of a column. Source: 国办发〔2017〕47号."""
    return [
        ("ColumnName", title),
        ("ColumnDescription", f"{title}：各机关依照{publication.law_short}公布的{publication.report}。"),
        ("ColumnKeywords", ",".join(publication.keywords)),
        ("ColumnType", publication.column),
    ]


def _numbered(number: int) -> str:
    return "index.html" if number == 0 else f"index-{number + 1}.html"


def _group(group: Group) -> dict[str, str]:
    return {"id": f"g-{group.id}", "title": printable(group.title), "level": LEVELS[group.level]}


def _contents(pages: Sequence[Sequence[Group]]) -> list[dict[str, Any]]:
    """Each group once, with the page on which it begins."""
    found: dict[str, dict[str, Any]] = {}
    for number, page in enumerate(pages):
        for group in page:
            known = found.setdefault(group.id, {**_group(group), "page": _numbered(number), "bodies": 0})
            known["bodies"] += len(group.bodies)
    return list(found.values())


def _entry(report: Published) -> dict[str, Any]:
    """A report in a list."""
    return {
        "href": f"{report.report}/index.html",
        "year": report.year,
        "title": printable("".join(report.title)),
        "name": printable(report.name),
        "published_on": report.facts.get("published_on"),
        "corrections": len(report.corrections),
    }


def _file_name(report: Published, name: str) -> str:
    """What a finished file is called on the portal: by whom and of when it is."""
    return f"{report.department}-{report.year}.{name.rpartition('.')[2]}"


def downloads_of(report: Published) -> Iterator[tuple[str, str]]:
    """Each file that readers may download: its place in the portal, and its name in the finished folder."""
    for name in report.downloads:
        yield f"{report.report}/{_file_name(report, name)}", name
