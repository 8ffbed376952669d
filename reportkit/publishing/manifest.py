"""The manifest of a finished folder: what went in, what made it, and the sha256 of everything that came out."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from reportkit.model import Plan
from reportkit.text import json_bytes

NAME = "manifest.json"
UNHASHED = ("notebooks/",)
"""Executed notebooks hold timings, so they are not the same each time."""


def manifest(plan: Plan, files: Mapping[str, bytes], draft: bool) -> bytes:
    """The manifest's bytes; no clock, no random id, no absolute path."""
    return json_bytes(
        {
            "year": plan.year,
            "department": plan.department.id,
            "title": plan.about["title"],
            "edition": plan.figures.edition,
            "state": "draft" if draft else "published",
            "digest": plan.digest,
            "inputs": {name: sha256(content).hexdigest() for name, content in sorted(plan.inputs.items())},
            "notebooks": {job.name: job.needs["notebook"] for job in plan.jobs},
            "environment": plan.environment,
            "files": {
                name: {"sha256": sha256(content).hexdigest(), "bytes": len(content)}
                for name, content in sorted(files.items())
                if not name.startswith(UNHASHED)
            },
        }
    )


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a finished folder; None where there is none that can be read."""
    try:
        data = json.loads((folder / NAME).read_bytes())
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) else None


def is_whole(folder: Path) -> bool:
    """Whether every file that the manifest names is there with the bytes that it states."""
    data = read_manifest(folder)
    if data is None:
        return False
    try:
        return all(
            sha256((folder / name).read_bytes()).hexdigest() == stated["sha256"]
            for name, stated in data["files"].items()
        )
    except (OSError, KeyError, TypeError, AttributeError):
        return False
