"""An audit as one page that needs nothing else: each finding beside the words or the row that it is about."""

from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape

from reportkit.auditing.audit import Audit, Audited
from reportkit.auditing.quoted import Quoted
from reportkit.auditing.shown import Problem, problems, summary
from reportkit.editions import Editions
from reportkit.model import Severity
from reportkit.text.severities import SEVERITIES
from reportkit.text.strings import printable

_CLASSES = {label: severity.name.lower() for severity, label in SEVERITIES.items()}


def audit_page(editions: Editions, audit: Audit) -> bytes:
    """The page of an audit; the same audit gives the same bytes. It has no script, and loads nothing."""
    environment = Environment(
        loader=PackageLoader("reportkit.auditing"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page: str = environment.get_template("audit.html.j2").render(
        summary=summary(audit),
        reports=[_report(editions, number, each) for number, each in enumerate(audit.reports, 1)],
        unread=[(each.listed.path.name, each.error.shown("zh")) for each in audit.unread],
    )
    return page.encode()


def _report(editions: Editions, number: int, audited: Audited) -> dict[str, Any]:
    found = [*problems(editions, audited, tuple(SEVERITIES))]
    counts = [(label, sum(each.kind == label for each in found)) for label in SEVERITIES.values()]
    return {
        "number": number,
        "name": printable(audited.name),
        "year": audited.year,
        "files": [printable(each) for each in audited.files],
        "read": f"{audited.cells_read}/{audited.cells}",
        "counts": [(label, _CLASSES[label], count) for label, count in counts if count],
        "findings": [_finding(each) for each in found if each.kind != SEVERITIES[Severity.UNASSESSABLE]],
        "unassessed": [_finding(each) for each in found if each.kind == SEVERITIES[Severity.UNASSESSABLE]],
        "error": None if audited.error is None else audited.error.shown("zh"),
    }


def _finding(each: Problem) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "class": _CLASSES[each.kind],
        "rule": each.rule,
        "criterion": each.criterion,
        "law": each.law,
        "what": each.what,
        "place": each.place,
        "fix": each.fix,
        "quoted": _quoted(each.quoted),
    }


def _quoted(each: Quoted) -> dict[str, Any]:
    cells = [(printable(label), printable(text), meant) for label, text, meant in each.cells]
    where = "，".join(filter(None, (each.file, each.place)))
    return {
        "where": printable(where), "before": printable(each.before), "text": printable(each.text),
        "behind": printable(each.behind), "cells": cells,
    }  # fmt: skip
