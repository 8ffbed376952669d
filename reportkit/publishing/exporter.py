"""What the report's nbconvert exporters share: their templates, and that `blocks` alone decides what is published."""

import sys
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from nbconvert.exporters.exporter import Exporter
from nbconvert.exporters.templateexporter import TemplateExporter
from traitlets import Bool, List, Unicode, default
from traitlets.config import Application

from reportkit.errors import PublishingError, ReportkitError
from reportkit.model import DocumentHead
from reportkit.publishing.blocks import unpublished
from reportkit.publishing.head import head_of
from reportkit.publishing.refusals import refuse_unprintable
from reportkit.publishing.styles import TEMPLATES
from reportkit.text.cell_ids import give_ids


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

    def prepared(
        self, nb: Any, resources: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> tuple[Any, dict[str, Any]]:
        """The notebook after nbconvert's preprocessors, and its resources.

        Raises PublishingError where it shows what no page would, and for markup that none can print: nothing is left
        out without a word.
        """
        whole = nb
        if len({cell.get("id") for cell in nb.cells} - {None, ""}) < len(nb.cells):
            whole = deepcopy(nb)
            give_ids(whole)
        notebook, filled = Exporter.from_notebook_node(self, whole, resources, **kwargs)
        found = [(cell, what, is_mild) for cell in notebook.cells for what, is_mild in unpublished(cell)]
        for cell, what, _ in (each for each in found if each[2]):
            self.log.warning("%s：单元格 %s", what, cell.id)
        lost = [f"{what}：单元格 {cell.id}" for cell, what, is_mild in found if not is_mild]
        if lost:
            name = str(filled.get("metadata", {}).get("name") or "the notebook")
            raise PublishingError("output_not_printed", where=name, lost="；".join(lost))
        refuse_unprintable(notebook)
        return notebook, filled

    def from_notebook_node(
        self, nb: Any, resources: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> tuple[Any, dict[str, Any]]:
        """The document as text, and nbconvert's resources.

        Raises a ReportkitError; at nbconvert's own command line it is printed, and the command ends.
        """
        try:
            notebook, filled = self.prepared(nb, resources, **kwargs)
            return self.rendered(notebook, filled), filled
        except ReportkitError as error:
            if not _is_command():
                raise
            sys.stderr.write(f"{error}\n")
            sys.exit(1)  # whoever calls us would print a traceback

    def rendered(self, notebook: Any, filled: dict[str, Any]) -> Any:
        """A prepared notebook as the document; `filled` are nbconvert's resources, which may be added to."""
        head = head_of(notebook, filled)
        page = self.template.render(head=head, resources=filled, **self.context(notebook, head))
        lines = (line.rstrip() for line in page.split("\n"))
        return "\n".join(line for line in lines if line) + "\n"


def _is_command() -> bool:
    """Whether this process is `jupyter nbconvert`."""
    command = sys.modules.get("nbconvert.nbconvertapp")
    return command is not None and isinstance(getattr(Application, "_instance", None), command.NbConvertApp)
