"""Reports that went out without reportkit, put where published ones stand: their own files, whole and verified.

What readers have is the files as they came, under `original/`, named in the manifest like any published file. Beside
them stand the figures, the findings, and the document that a build makes of what was read, so that a correction can be
held against it. Pages of reportkit's own there are none: nobody has published them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from reportkit.build.build import BundleMaker, Listener, build
from reportkit.build.publish import Reopening, Target
from reportkit.collecting.collect import Collected
from reportkit.errors import InputError, ProjectError
from reportkit.inputs.project import Project
from reportkit.model import Bundle, Confinement, Finished, Outcome, Plan, Step
from reportkit.outputs import manifest
from reportkit.outputs.folders import place
from reportkit.outputs.verify import was_published
from reportkit.publishing import data
from reportkit.publishing.assemble import write
from reportkit.publishing.extract import read_notebook
from reportkit.text.json_text import read_json
from reportkit.text.strings import json_bytes

ORIGINAL = "original"
"""The folder of the files as they were published."""
_KEPT = ("report.ipynb", "figures.json", "figures.csv", data.FINDINGS)
_LONGEST = 150
"""Bytes of a file's name."""


def refuse_published(project: Project, targets: Sequence[Target]) -> None:
    """Raises InputError where a report was published here: what is published stays until its successor replaces it."""
    for year, department in targets:
        if place(project, year, department, draft=False).is_dir() or was_published(project, year, department):
            raise InputError(
                "already_published", where=f"outputs/{year}/{department}", year=year, department=department
            )


def publish_originals(
    project: Project, found: Sequence[Collected], maker: BundleMaker, listener: Listener, reopening: Reopening
) -> Iterator[Bundle]:
    """Puts reports that were imported in their place with the files that they came in; yields what became of each.

    Reports of closed years too. Raises ProjectError where two files of one report have the same name.
    """
    originals: dict[Target, dict[str, bytes]] = {}
    for each in found:
        files = originals.setdefault((each.year or 0, each.department or ""), {})
        for name, content in ((each.path.name, each.content), *each.beside):
            if files.setdefault(_short(name), content) != content:
                raise ProjectError("originals_same_name", where=str(each.path), name=name)
    refuse_published(project, [*originals])
    yield from build(project, [*originals], _Originals(maker, originals), listener, force=True, reopening=reopening)


def _short(name: str) -> str:
    """A file's name, its end kept, where it is too long."""
    while len(name.encode()) > _LONGEST:
        name = name[1:]
    return name


@dataclass(frozen=True, slots=True)
class _Originals:
    """Makes of each report what another maker does, and puts the files as they came in the place of its pages."""

    maker: BundleMaker
    originals: Mapping[Target, Mapping[str, bytes]]

    def get_ready(self, confinement: Confinement) -> None:
        self.maker.get_ready(confinement)

    def bundles(
        self, steps: Iterator[Step], at_most: int, starting: Callable[[Plan], None], warned: Callable[[str], None], /
    ) -> Iterator[Finished]:
        for finished in self.maker.bundles(steps, at_most, starting, warned):
            if isinstance(finished, Bundle):
                yield finished
                continue
            plan, bundle = finished
            originals = self.originals[plan.year, plan.department.id]
            yield plan, bundle if bundle.outcome is Outcome.FAILED else _as_it_came(bundle, originals)


def _as_it_came(bundle: Bundle, originals: Mapping[str, bytes]) -> Bundle:
    """A finished report with its original files for its pages. It is out, whatever the rules say of it."""
    files = {name: content for name, content in bundle.files.items() if name in _KEPT or _is_executed(name)}
    files |= {f"{ORIGINAL}/{name}": content for name, content in originals.items()}
    files["report.ipynb"] = _no_draft(files["report.ipynb"])
    files[manifest.NAME] = _manifest(read_json(bundle.files[manifest.NAME]), files)
    return replace(bundle, outcome=Outcome.PUBLISHED, draft=False, files=files)


def _is_executed(name: str) -> bool:
    return name.startswith(manifest.UNHASHED)


def _no_draft(content: bytes) -> bytes:
    """The assembled notebook without what makes a page a draft."""
    notebook = read_notebook(content)
    notebook["metadata"]["reportkit"]["about"].update(draft=False, pending=[], findings=[])
    return write(notebook)


def _manifest(built: dict[str, Any], files: Mapping[str, bytes]) -> bytes:
    """The manifest of the build with the files that stand there, as a published one."""
    built.pop("waits_for_approval", None)
    named = {name: content for name, content in sorted(files.items()) if not _is_executed(name)}
    stated = {name: {"sha256": sha256(content).hexdigest(), "bytes": len(content)} for name, content in named.items()}
    originals = [name for name in named if name.startswith(f"{ORIGINAL}/")]
    return json_bytes({**built, "state": manifest.state_of(False), "as_published": originals, "files": stated})
