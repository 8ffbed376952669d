"""The manifest of a finished folder: what went in, what made it, and the sha256 of everything that came out."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from reportkit.digests import digest_of_file, read_regular
from reportkit.model import Outcome, Plan
from reportkit.text.json_text import read_json
from reportkit.text.strings import json_bytes

NAME = "manifest.json"
_ALWAYS = ("report.ipynb", "figures.json", "findings.json")
UNHASHED = ("notebooks/",)
"""Executed notebooks hold timings, so they are not the same each time."""


def manifest(
    plan: Plan,
    files: Mapping[str, bytes],
    draft: bool,
    content: Mapping[str, str],
    *,
    waits: bool,
    approvals: list[str],
) -> bytes:
    """The manifest's bytes; no clock, no random id, no absolute path.

    `content` are the digests of what readers see, by section; `waits` says that a draft only lacks approvals, of which
    `approvals` are the hashes of the lines that there are.
    """
    return json_bytes(
        {
            "year": plan.year,
            "department": plan.department.id,
            "title": plan.head.title,
            "edition": plan.basis.figures.edition,
            "state": state_of(draft),
            **({"waits_for_approval": waits} if draft and plan.approvals.required else {}),
            **({"approvals": {"lines": len(approvals), "last": approvals[-1]}} if approvals else {}),
            "digest": plan.digest,
            "made_from": plan.origin.made_from,
            "content": dict(content),
            "inputs": {name: sha256(content).hexdigest() for name, content in sorted(plan.execution.inputs.items())},
            "notebooks": {job.name: job.needs["notebook"] for job in plan.execution.jobs},
            "environment": plan.rendering.environment.to_json(),
            "sbom": plan.rendering.sbom,
            "files": {
                name: {"sha256": sha256(content).hexdigest(), "bytes": len(content)}
                for name, content in sorted(files.items())
                if not name.startswith(UNHASHED)
            },
        }
    )


def state_of(draft: bool) -> str:
    """What a manifest says of its folder."""
    return (Outcome.DRAFT if draft else Outcome.PUBLISHED).value


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a finished folder; None where there is none that can be read."""
    try:
        data = read_json(read_regular(folder / NAME))
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) and _is_readable(data) else None


def _is_readable(data: Mapping[str, Any]) -> bool:
    """Whether what other modules read of a manifest is of the right kind, where it is there."""
    approvals = data.get("approvals", {"lines": 1, "last": ""})
    return (
        isinstance(data.get("content", {}), dict)
        and isinstance(approvals, dict)
        and isinstance(approvals.get("last"), str)
        and isinstance(lines := approvals.get("lines"), int)
        and lines > 0
    )


def stated(content: bytes) -> dict[str, str] | None:
    """The sha256 of each file that a manifest names, from its bytes; None where it can't be read."""
    try:
        return {name: each["sha256"] for name, each in read_json(content)["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def is_whole(folder: Path, *, thorough: bool = True) -> bool:
    """Whether every file that the manifest names is there with the bytes that it states, or at least as many."""
    data = read_manifest(folder)
    return data is not None and not any(_faults(folder, data, thorough=thorough))


def faults(folder: Path) -> Iterator[str]:
    """What is wrong with a finished folder: files that are gone, changed, or that the manifest doesn't name."""
    data = read_manifest(folder)
    if data is None:
        yield f"{NAME} can't be read"
        return
    yield from _faults(folder, data)
    notebooks = {f"notebooks/{name}" for name in data.get("notebooks", ())}
    named = {NAME, *data.get("files", ()), *notebooks}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    yield from (f"{name} is not in the manifest" for name in sorted(there - named))
    yield from (f"{name} is gone" for name in sorted(notebooks - there))


def _faults(folder: Path, data: Mapping[str, Any], *, thorough: bool = True) -> Iterator[str]:
    try:
        if missing := [name for name in _ALWAYS if name not in data["files"]]:
            yield f"{NAME} doesn't name {', '.join(missing)}"
        for name, stated in data["files"].items():
            path = folder / name
            if not path.is_file():
                yield f"{name} is gone"
            elif path.stat().st_size != stated["bytes"] or (thorough and digest_of_file(path) != stated["sha256"]):
                yield f"{name} is changed"
    except (OSError, KeyError, TypeError, AttributeError) as error:
        yield f"{NAME} can't be followed: {type(error).__name__}"
