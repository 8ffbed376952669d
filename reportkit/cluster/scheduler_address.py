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
            "no_scheduler_address", where="--scheduler, `reportkit worker` or report.yaml", address=address
        )
    from distributed.security import Security

    security = Security()
    if match["protocol"] == "tls":
        named = security.get_tls_config_for_role(role)
        _refuse_certificates(address, {what: named[what] for what in _WHAT})
        try:
            security.get_connection_args(role)
        except OSError as error:
            raise ProjectError("certificates_unfit", where=_SETTINGS, address=address, error=error) from error
    elif security.require_encryption:
        raise ProjectError(
            "scheduler_not_encrypted", where=_SETTINGS, address=address, rest=address.removeprefix("tcp")
        )


def _refuse_certificates(address: str, files: dict[str, str | None]) -> None:
    """Raises ProjectError where one of `files`, a role's by what they are, is not named or isn't there."""
    for what, path in files.items():
        if not (path and ("\n" in path or Path(path).is_file())):
            if path:
                raise ProjectError(
                    "certificate_missing", where=_SETTINGS, address=address, which=_WHAT[what], path=path
                )
            raise ProjectError("certificate_not_named", where=_SETTINGS, address=address, which=_WHAT[what])


_WHAT = {"ca_file": "the authority's certificate", "cert": "the certificate", "key": "the certificate's key"}
