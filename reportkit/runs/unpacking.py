"""An xz stream unpacked bit by bit, and never to more than it may hold."""

import io
import lzma
from typing import IO

_CHUNK_BYTES = 2**16
_MEMORY_BYTES = 256 * 2**20
"""What unpacking itself may take: xz's own presets need 65 MiB at most; a file may ask for gigabytes."""


class _TooMuchError(ValueError):
    """More than the stream may hold."""


class Unpacked(io.RawIOBase):
    """The content of an xz stream, for reading once from its beginning.

    More than `most` bytes, which may be changed meanwhile, is an error of which `too_much` is true. What isn't xz, or
    ends early, is a ValueError or EOFError.
    """

    def __init__(self, packed: IO[bytes], most: int) -> None:
        self.most = most
        self._packed = packed
        self._unpacking = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY_BYTES)
        self._given = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        """`size` bytes, fewer at the stream's end."""
        found = bytearray()
        while size < 0 or len(found) < size:
            piece = self._next(_CHUNK_BYTES if size < 0 else size - len(found))
            if not piece:
                break
            found += piece
            if self._given + len(found) > self.most:
                raise _TooMuchError(f"more than {self.most} bytes")
        self._given += len(found)
        return bytes(found)

    def _next(self, size: int) -> bytes:
        while not self._unpacking.eof:
            packed = self._packed.read(_CHUNK_BYTES) if self._unpacking.needs_input else b""
            if self._unpacking.needs_input and not packed:
                raise EOFError("the stream ends early")
            try:
                if piece := self._unpacking.decompress(packed, size):
                    return piece
            except lzma.LZMAError as error:
                raise ValueError(str(error)) from error
        return b""


def too_much(error: BaseException) -> bool:
    """Whether an error, or what caused it, says that a stream holds more than it may."""
    causes = (error, error.__cause__, error.__context__)
    return any(isinstance(each, _TooMuchError) for each in causes)
