"""The command line. Each command imports what it needs: `--help` and completion don't wait for nbconvert."""

from reportkit.cli import (
    auditing,
    building,
    docs,
    editions,
    handing_in,
    importing,
    keeping,
    new_section,
    portal,
    reports,
    review,
    starting,
    unattended,
    upgrading,
    workbench,
)
from reportkit.cli.entry import app, main

__all__ = [
    "app",
    "auditing",
    "building",
    "docs",
    "editions",
    "handing_in",
    "importing",
    "keeping",
    "main",
    "new_section",
    "portal",
    "reports",
    "review",
    "starting",
    "unattended",
    "upgrading",
    "workbench",
]
