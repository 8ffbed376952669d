"""What a build does for each report, and why, as `--explain` prints it."""

from rich.markup import escape

from reportkit.build.decide import Reasons, Work
from reportkit.cli.console import err
from reportkit.outputs.lookups import Change

_DOINGS = {
    Work.NOTHING: "up to date",
    Work.CLOSED: "its year is closed: not built, only checked against its manifest",
    Work.RESTORE: "put back as it was made before",
    Work.RENDER: "rendered again; every notebook's last run still holds",
    Work.RUN: "notebooks run",
}


def print_reasons(reasons: Reasons) -> None:
    """What a build does for a report, and why: what has changed since it was finished, then notebook by notebook."""
    console = err()
    console.print(f"[bold]{escape(reasons.report)}[/] {_DOINGS[reasons.work]}")
    if reasons.is_new:
        console.print("  never finished before")
    for change in reasons.changes:
        console.print(f"  {_change(change)}")
    for job in reasons.jobs:
        if not job.runs:
            console.print(f"  [dim]{escape(job.notebook)}: kept, nothing that it read has changed[/]")
            continue
        why = "; ".join(map(_change, job.changes)) or ("never ran before" if job.is_new else "--force")
        console.print(f"  {escape(job.notebook)}: runs: {why}")


def _change(change: Change) -> str:
    before, now = (_short(each) for each in (change.before, change.now))
    return escape(f"{change.what} {before} → {now}")


def _short(value: str | None) -> str:
    """A digest by its first letters, a value as it is; a dash for nothing."""
    if value is None:
        return "–"
    return value[:12] if len(value) == _DIGEST and value.isalnum() else value


_DIGEST = 64
