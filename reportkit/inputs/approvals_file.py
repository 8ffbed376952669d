"""The approvals file of a report on disk."""

from reportkit.inputs.project import Project


def approvals_path(year: int, department: str) -> str:
    """Where a report's approvals lie, relative to the project."""
    return f"params/{year}/{department}.approvals.jsonl"


def approvals_bytes(project: Project, year: int, department: str) -> bytes:
    """The file's bytes; empty where there is none."""
    name = approvals_path(year, department)
    return project.files.read(name) if project.files.has(name) else b""
