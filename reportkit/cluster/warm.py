"""What dask.distributed loads into each worker process of `reportkit worker` before it takes reports."""

from typing import Any

from reportkit.cluster.worker import begin
from reportkit.deferred import defer_iri_grammar


def dask_setup(_worker: Any) -> None:
    """Source: the name that dask.distributed calls in a preloaded module."""
    defer_iri_grammar()
    begin()
