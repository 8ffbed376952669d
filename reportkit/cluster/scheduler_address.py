"""A scheduler's address, looked at before dask.distributed is asked: it reports slips late, and with tracebacks."""

import re
from pathlib import Path

from reportkit.errors import ProjectError

_ADDRESS = re.compile(r"(?P<protocol>tcp|tls)://(?:\[[0-9a-fA-F:.]+\]|[^\s:/\[\]]+):(?P<port>[0-9]{1,5})\Z")
_LAST_PORT = 65_535
_SETTINGS = "dask's own settings, ~/.config/dask/distributed.yaml"


def refuse_slips(address: str, role: str) -> None:
    """Raises ProjectError for what is no address, and where the certificates of a `role` (client, worker) don't fit."""
    match = _ADDRESS.match(address)
    if match is None or not 0 < int(match["port"]) <= _LAST_PORT:
        raise ProjectError(
            f"'{address}' is no address of a scheduler.",
            where="--scheduler, `reportkit worker` or report.yaml",
            fix="Write it as the scheduler prints it: tcp://host:8786 or tls://host:8786.",
        )
    from distributed.security import Security

    security = Security()
    if match["protocol"] == "tls":
        named = security.get_tls_config_for_role(role)
        _refuse_certificates(address, {what: named[what] for what in _WHAT})
        try:
            security.get_connection_args(role)
        except OSError as error:
            raise ProjectError(
                f"The certificates for {address} don't fit together: {error}.",
                where=_SETTINGS,
                fix="A certificate, its own key and its authority are needed: see `reportkit docs operators`.",
            ) from error
    elif security.require_encryption:
        raise ProjectError(
            f"{address} is not encrypted, as dask's settings require.",
            where=_SETTINGS,
            fix=f"Write tls{address.removeprefix('tcp')}, and start the scheduler with --protocol tls.",
        )


def _refuse_certificates(address: str, files: dict[str, str | None]) -> None:
    """Raises ProjectError where one of `files`, a role's by what they are, is not named or isn't there."""
    for what, path in files.items():
        if not (path and ("\n" in path or Path(path).is_file())):
            raise ProjectError(
                f"The scheduler at {address} can't be asked: {_WHAT[what]}, {path}, is not there."
                if path
                else f"The scheduler at {address} can't be asked: {_WHAT[what]} is not named.",
                where=_SETTINGS,
                fix="Name the certificates there, with full paths: see `reportkit docs operators`.",
            )


_WHAT = {"ca_file": "the authority's certificate", "cert": "the certificate", "key": "the certificate's key"}
