"""What the report's nbconvert exporters share: their templates, and that `blocks` alone decides what is published."""

from collections.abc import Mapping
from typing import Any

from nbconvert.exporters.exporter import Exporter
from nbconvert.exporters.templateexporter import TemplateExporter
from traitlets import Bool, List, Unicode, default

from reportkit.model import DocumentHead
from reportkit.publishing.head import head_of
from reportkit.publishing.styles import TEMPLATES


class ReportExporter(TemplateExporter):  # type: ignore[misc]  # nbconvert has no types
    """Renders a notebook's blocks through a template; a subclass says which and what it is given.

    Another template is chosen by nbconvert's `--template NAME` and found where nbconvert finds its own.
    """

    font_paths = List(Unicode(), help="Further folders with fonts.").tag(config=True)
    system_fonts = Bool(False, help="Whether this machine's own fonts may be used.").tag(config=True)
    escape_html = False
    optimistic_validation = True  # the notebook is checked once, after the last preprocessor

    @default("extra_template_basedirs")
    def _template_folders(self) -> list[str]:
        return [str(TEMPLATES)]

    def _create_environment(self) -> Any:
        environment = super()._create_environment()
        environment.autoescape = self.escape_html
        return environment

    def context(self, notebook: Any, head: DocumentHead) -> dict[str, Any]:
        """What the template is given besides `head`."""
        raise NotImplementedError

    def from_notebook_node(
        self, nb: Any, resources: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> tuple[Any, dict[str, Any]]:
        """The document as text, and nbconvert's resources."""
        notebook, filled = Exporter.from_notebook_node(self, nb, resources, **kwargs)
        head = head_of(notebook, filled)
        page = self.template.render(head=head, resources=filled, **self.context(notebook, head))
        lines = (line.rstrip() for line in page.split("\n"))
        return "\n".join(line for line in lines if line) + "\n", filled
