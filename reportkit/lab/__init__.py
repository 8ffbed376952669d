"""What JupyterLab's own server is given: our exporters in its export menu, by their labels.

pip installs `jupyter_server_config.json` where Jupyter's servers look for extensions.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """What a Jupyter server asks an extension for: the module that it loads."""
    return [{"module": "reportkit.lab"}]


def _load_jupyter_server_extension(server: "ServerApp") -> None:
    """Offers the export menu; a server calls this as it starts."""
    from reportkit.lab.export_menu import handlers

    server.web_app.add_handlers(".*$", handlers(server.base_url))  # type: ignore[no-untyped-call]  # tornado has none
