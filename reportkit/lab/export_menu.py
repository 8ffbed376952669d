"""JupyterLab's File > Save and Export Notebook As: each of our exporters once, by its label, and no other name of it.

JupyterLab shows what `/api/nbconvert` lists, by name, and asks for `/nbconvert/<name>/<notebook>`. It knows labels for
nbconvert's own names alone, and the server's route takes letters, digits and underscores alone: `reportkit-html` would
be shown raw and not be found. So the list has the label as the name, and a route of ours finds the exporter by it.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler, path_regex
from jupyter_server.nbconvert.handlers import NbconvertFileHandler
from jupyter_server.utils import url_path_join
from nbconvert.exporters.base import ExporterDisabledError, get_export_names, get_exporter
from tornado import web

from reportkit.publishing.exporter import ReportExporter


def handlers(base_url: str) -> list[tuple[str, type[web.RequestHandler]]]:
    """The two routes; they come before the server's own ones, which answer what these don't match."""
    not_the_servers = r"(?P<format>(?!\w+/)[^/]+)"
    return [
        (url_path_join(base_url, r"/api/nbconvert"), FormatsHandler),
        (url_path_join(base_url, rf"/nbconvert/{not_the_servers}{path_regex}"), ExportHandler),
    ]


class FormatsHandler(APIHandler):
    """GET /api/nbconvert: every format of nbconvert's, ours first."""

    auth_resource = "nbconvert"

    @web.authenticated
    @authorized
    async def get(self) -> None:
        exporters = await asyncio.to_thread(_exporters)
        ours = {label: exporters[name] for label, name in _names_by_label(exporters).items()}
        others = {name: each for name, each in exporters.items() if not issubclass(each, ReportExporter)}
        listed = {name: {"output_mimetype": each.output_mimetype} for name, each in {**ours, **others}.items()}
        self.finish(json.dumps(listed))


class ExportHandler(NbconvertFileHandler):
    """GET /nbconvert/<label>/<notebook>: the notebook in the format that the menu shows by this label."""

    @web.authenticated
    @authorized
    async def get(self, format: str, path: str) -> None:
        name = _names_by_label(await asyncio.to_thread(_exporters)).get(format)
        if name is None:
            raise web.HTTPError(404, f"No exporter for format: {format}")
        answer = super().get(name, path)
        assert answer is not None  # its type allows for handlers that don't wait
        await answer


def _exporters() -> dict[str, Any]:
    """Each exporter that nbconvert has and that isn't disabled, by its name."""
    found = {}
    for name in get_export_names():
        try:
            found[name] = get_exporter(name)
        except (ExporterDisabledError, ValueError):  # removed or disabled just now
            continue
    return found


def _names_by_label(exporters: Mapping[str, Any]) -> dict[str, str]:
    """nbconvert's name of each exporter of ours that has a label for the menu, by that label; none is inherited."""
    labels = {
        name: vars(each).get("export_from_notebook")
        for name, each in exporters.items()
        if issubclass(each, ReportExporter)
    }
    return {label: name for name, label in labels.items() if label}
