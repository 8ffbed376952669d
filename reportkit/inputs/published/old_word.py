"""A .doc or .rtf file → .docx, by LibreOffice where it is there."""

import subprocess
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from reportkit.errors import InputError

_MOST_BYTES = 40_000_000
_SECONDS = 60
_OLE_WORD = "WordDocument".encode("utf-16-le")


def as_docx(content: bytes, file: str) -> bytes:
    """The same document as .docx, its macros never run.

    Raises InputError where it is no Word file, is encrypted or too large, or where LibreOffice isn't there or fails.
    """
    if len(content) > _MOST_BYTES:
        raise InputError("published_too_large", where=file, size=len(content), most=_MOST_BYTES)
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise InputError("published_encrypted", where=file)
    if not content.startswith(b"{\\rtf") and _OLE_WORD not in content:
        raise InputError("published_unknown", where=file)
    office = which("soffice") or which("libreoffice")
    if office is None:
        raise InputError("published_needs_libreoffice", where=file)
    with TemporaryDirectory() as room:
        ending = "rtf" if content.startswith(b"{\\rtf") else "doc"
        Path(room, f"report.{ending}").write_bytes(content)
        call = [office, f"-env:UserInstallation=file://{room}/profile", "--headless", "--norestore"]
        call += ["--convert-to", "docx", "--outdir", room, f"{room}/report.{ending}"]
        try:
            subprocess.run(call, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603 - a program's own path
            return Path(room, "report.docx").read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            raise InputError("published_unreadable", where=file) from error
