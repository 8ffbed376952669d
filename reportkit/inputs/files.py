"""The files of a project, each read once and as it was then; which of them were looked at."""

import errno
import os
import re
import stat
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from reportkit.errors import InputError, ProjectError
from reportkit.text.yamlfile import MOST_CHARACTERS, YamlFile, read_yaml

REGISTER = "params/departments.yaml"
DEFINITION = "params/report.yaml"
_PARAMS = "params/"
_REGISTER_CHARACTERS = 50_000_000
"""About a hundred and fifty thousand bodies."""
_YEAR = re.compile(r"[12][0-9]{3}\Z")


def submission_path(year: int, department: str) -> str:
    """Where a submission lies, relative to the project."""
    return f"params/{year}/{department}.yaml"


def find_root(start: Path) -> Path:
    """The nearest folder upwards that holds params/departments.yaml."""
    for folder in (start, *start.parents):
        if (folder / REGISTER).is_file():
            return folder
    raise ProjectError("no_project", where=str(start), register=REGISTER)


@dataclass(slots=True)
class _Held:
    """What was read of files, by project-relative path."""

    digests: dict[str, str | None] = field(default_factory=dict)
    yaml: dict[str, YamlFile] = field(default_factory=dict)


@dataclass
class Files:
    """A project's files by project-relative path; those of the `overlay`, from elsewhere, replace its own."""

    root: Path
    overlay: Mapping[str, Path] = field(default_factory=dict)
    _asked: set[str] | None = field(default=None, repr=False)
    """What is looked at, while that is recorded."""
    _held: dict[str, _Held] = field(default_factory=lambda: defaultdict(_Held), repr=False)
    """By department; what all share is under the empty name."""

    def read(self, name: str) -> bytes:
        """A file's bytes. Raises InputError where it can't be read."""
        self.note(name)
        try:
            content = self._content(name)
        except FileNotFoundError as error:
            raise InputError("no_such_file", where=self.shown(name), name=self.shown(name)) from error
        except OSError as error:
            raise InputError(
                "file_unreadable", where=self.shown(name), name=self.shown(name), reason=error.strerror
            ) from error
        self._of(name).digests[name] = sha256(content).hexdigest()
        return content

    def yaml(self, name: str) -> YamlFile:
        """A YAML file with its lines; read once."""
        self.note(name)
        files = self._of(name).yaml
        if name not in files:
            most = _REGISTER_CHARACTERS if name == REGISTER else MOST_CHARACTERS
            files[name] = read_yaml(self.read(name), self.shown(name), most)
        return files[name]

    def in_folder(self, folder: str) -> tuple[str, ...]:
        """The names of the files that lie in a folder of the project, or are given for it; hidden ones are left out."""
        path = self.root / folder
        names = [entry.name for entry in path.iterdir()] if path.is_dir() else []
        names += [name.removeprefix(folder) for name in self.overlay if name.startswith(folder)]
        return tuple(sorted(f"{folder}{name}" for name in {*names} if not name.startswith((".", "~"))))

    def shown(self, name: str) -> str:
        """A file as its errors call it: one of the overlay by the path that it was given with."""
        return str(self.overlay.get(name, name))

    def keep(self, file: YamlFile) -> None:
        """Keeps a YAML file as it is given: without its lines, where they aren't needed any more."""
        self._of(file.name).yaml[file.name] = file

    def has(self, name: str) -> bool:
        """Whether there is anything of that name: what is no file is an error once it is read."""
        self.note(name)
        return name in self.overlay or os.path.lexists(self.root / name)

    def digest(self, name: str) -> str | None:
        """The sha256 of a file as it was read, or is now where it wasn't; None where there is none."""
        digests = self._of(name).digests
        if name not in digests:
            try:
                digests[name] = sha256(self._content(name)).hexdigest()
            except OSError:
                digests[name] = None
        return digests[name]

    def has_changed(self, name: str) -> bool:
        """Whether a file isn't any more what was read of it."""
        return Files(self.root, self.overlay).digest(name) != self.digest(name)

    def forget(self, department_id: str) -> None:
        """Drops what was read of a department's files, where thousands are read one after the other."""
        self._held.pop(department_id, None)

    @contextmanager
    def noting(self) -> Iterator[set[str]]:
        """The names of all files that are looked at within, also those that aren't there."""
        before, asked = self._asked, set[str]()
        self._asked = asked
        try:
            yield asked
        finally:
            self._asked = before
            if before is not None:
                before |= asked

    def _content(self, name: str) -> bytes:
        """Raises OSError for what is no regular file: a pipe or a device would never end."""
        path = self.overlay.get(name) or self.root / name
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        return path.read_bytes()

    def _of(self, name: str) -> _Held:
        folder, _, file = name.removeprefix(_PARAMS).partition("/")
        return self._held[file.partition(".")[0] if _YEAR.match(folder) else ""]

    def note(self, name: str) -> None:
        """Notes that a file is looked at, also where what was read of it is kept."""
        if self._asked is not None:
            self._asked.add(name)
