"""A cell's standard output and error as a forked kernel sends them."""

from ipykernel.iostream import OutStream

_MUCH = 2**20
"""Characters that may wait to be sent."""


class PromptStream(OutStream):
    """ipykernel's own, but that much output is sent at once rather than after a fifth of a second.

    A cell that floods its output would have gathered gigabytes by then; so it is noticed after the first of them.
    """

    _waiting = 0

    def write(self, string: str) -> int | None:  # type: ignore[override]  # as ipykernel's own
        written = super().write(string)
        self._waiting += len(string)
        if self._waiting > _MUCH and self._is_master_process():  # type: ignore[no-untyped-call]
            self._waiting = 0
            self.flush()  # type: ignore[no-untyped-call]
        return written
