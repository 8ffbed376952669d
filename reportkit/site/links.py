"""Every page looked at before it goes out: nothing is loaded from elsewhere, every link and anchor leads somewhere."""

import posixpath
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from lxml import html as lxml_html

from reportkit.errors import PublishingError

_LOADS = frozenset({"src", "srcset", "data", "poster", "background", "action", "formaction"})
_REFUSED = frozenset({"iframe", "object", "embed", "base", "video", "audio", "source", "track"})


@dataclass(frozen=True, slots=True)
class Links:
    """Where a page leads within the portal, as (path, anchor), and the anchors that others may name."""

    to: tuple[tuple[str, str], ...]
    anchors: frozenset[str]

    def to_json(self) -> dict[str, Any]:
        return {"to": [list(each) for each in self.to], "anchors": sorted(self.anchors)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(tuple((path, anchor) for path, anchor in data["to"]), frozenset(data["anchors"]))


def links_of(path: str, page: str) -> Links:
    """The links of a page. Raises PublishingError where it loads something foreign, or an anchor appears twice."""
    document = lxml_html.document_fromstring(page)
    found: dict[tuple[str, str], None] = {}
    anchors: set[str] = set()
    for element in document.iter():
        if not isinstance(element.tag, str):
            continue
        tag = element.tag.rpartition("}")[2]
        if tag in _REFUSED:
            raise PublishingError("site_page_holds", where=path, tag=tag)
        for name, value in element.attrib.items():
            if name == "id":
                if value in anchors:
                    raise PublishingError("site_anchor_twice", where=path, anchor=value)
                anchors.add(value)
            elif name.startswith("on"):
                raise PublishingError("site_tag_runs", where=path, tag=tag, name=name)
            elif name in _LOADS or (name.endswith("href") and _fetches(tag, element.get("rel"))):
                _refuse_foreign(path, tag, value)
                _note(found, path, value)
            elif name == "href" and tag != "link":
                _note(found, path, value)
    return Links(tuple(found), frozenset(anchors))


def _fetches(tag: str, rel: str | None) -> bool:
    """Whether a browser fetches by itself what an element's href names."""
    return tag in ("use", "image") or (tag == "link" and rel != "canonical")


def _refuse_foreign(path: str, tag: str, value: str) -> None:
    parts = urlsplit(value)
    if parts.scheme not in ("", "data") or parts.netloc:
        raise PublishingError("site_tag_loads", where=path, tag=tag, value=value[:80])


def _note(found: dict[tuple[str, str], None], path: str, value: str) -> None:
    parts = urlsplit(value)
    if parts.scheme or parts.netloc:
        return
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path))) if parts.path else path
    found[target, unquote(parts.fragment)] = None


def broken(links: Mapping[str, Links], files: Collection[str]) -> Iterator[str]:
    """Every link of the portal's pages that leads nowhere: where it is, and what it names."""
    for path, each in links.items():
        for target, anchor in each.to:
            if target not in files:
                yield f"{path} → {target}"
            elif anchor and target in links and anchor not in links[target].anchors:
                yield f"{path} → {target}#{anchor}"
