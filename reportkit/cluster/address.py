"""A scheduler's address, looked at before dask.distributed is asked: it tells of slips late, and with tracebacks."""

import re

from reportkit.errors import ProjectError

_ADDRESS = re.compile(r"(?P<protocol>tcp|tls)://(?:\[[0-9a-fA-F:.]+\]|[^\s:/\[\]]+):(?P<port>[0-9]{1,5})\Z")
_LAST_PORT = 65_535


def refuse_slips(address: str, role: str) -> None:
    """Raises ProjectError for what is no address, and for tls:// where a `role` (client, worker) has no certificate."""
    match = _ADDRESS.match(address)
    if match is None or not 0 < int(match["port"]) <= _LAST_PORT:
        raise ProjectError(
            f"'{address}' is no address of a scheduler.",
            where="--scheduler, `reportkit worker` or report.yaml",
            mend="Write it as the scheduler prints it: tcp://host:8786 or tls://host:8786.",
        )
    if match["protocol"] == "tls":
        from distributed.security import Security

        if Security().get_connection_args(role)["ssl_context"] is None:
            raise ProjectError(
                f"The scheduler at {address} can't be asked: no certificate is named for TLS.",
                where="dask's own settings",
                mend="Name the certificates in ~/.config/dask/distributed.yaml, as in README.",
            )
