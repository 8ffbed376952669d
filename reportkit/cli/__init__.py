"""The command line. Each command imports what it needs: `--help` and completion shall not wait for nbconvert."""

from reportkit.cli import reports, workbench
from reportkit.cli.entry import app, main

__all__ = ["app", "main", "reports", "workbench"]
