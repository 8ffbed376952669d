"""The notebook's one import: `from reportkit.notebook import open_section`."""

from reportkit.notebook.section import NotebookSection, open_section

__all__ = ["NotebookSection", "open_section"]
