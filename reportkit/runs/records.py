"""What is noted of each run: a log that grows while it goes on, line by line, and a record at its end."""

import errno
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import FileIO
from pathlib import Path
from typing import Any

from filelock import Timeout

from reportkit.desk.status import TIME_ZONE, now
from reportkit.digests import read_regular
from reportkit.errors import ProjectError
from reportkit.inputs.project import Project
from reportkit.outputs.folders import OUTPUTS
from reportkit.outputs.lock import taken
from reportkit.outputs.swap import write_file
from reportkit.text.json_text import read_json
from reportkit.text.strings import json_bytes

RUNS = f"{OUTPUTS}/.runs"
_LOG, _RECORD, _LOCK = ".jsonl", ".json", ".lock"
_FORM = "%Y%m%d-%H%M%S"


@dataclass
class RunLog:
    """The log of the run that goes on: each event as it happens, on the disk at once."""

    id: str
    folder: Path
    began: datetime
    _file: FileIO

    def note(self, event: str, **data: Any) -> None:
        """Adds one line: when, what, and what there is to say of it. Raises ProjectError where the disk is full."""
        line = {"at": _moment(now()), "event": event, **data}
        content = f"{json.dumps(line, ensure_ascii=False, default=str)}\n".encode()
        try:
            written = self._file.write(content)
        except OSError as error:
            raise _not_written(error) from error
        if written != len(content):
            raise _not_written(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))

    def end(self, outcome: str, **data: Any) -> dict[str, Any]:
        """Writes the run's record and closes its log; the log is on the disk first."""
        with self._file:
            self.note("ended", outcome=outcome)
            os.fsync(self._file.fileno())
        record = {"id": self.id, "began": _moment(self.began), "ended": _moment(now()), "outcome": outcome, **data}
        write_file(self.folder / f"{self.id}{_RECORD}", json_bytes(record))
        return record


@contextmanager
def one_run(project: Project, waiting: Callable[[], None] | None) -> Iterator[None]:
    """Holds the project for one run. A second one raises ProjectError, or calls `waiting` and waits.

    The system gives the lock back when its holder ends, however it ends.
    """
    try:
        lock = taken(project.root / RUNS / _LOCK, waiting)
    except Timeout as error:
        raise ProjectError("another_run", where=RUNS) from error
    except OSError as error:
        raise ProjectError("runs_not_written", where=RUNS, folder=RUNS, reason=error.strerror) from error
    with lock:
        yield


def begin(project: Project) -> RunLog:
    """The log of a run that begins now. Raises ProjectError where it can't be written."""
    folder, began = project.root / RUNS, now()
    name = began.strftime(_FORM)
    number = 1
    while True:
        id_ = name if number == 1 else f"{name}-{number}"
        try:
            file = FileIO(folder / f"{id_}{_LOG}", "x")
        except FileExistsError:
            number += 1
            continue
        except OSError as error:
            raise _not_written(error) from error
        return RunLog(id_, folder, began, file)


def _not_written(error: OSError) -> ProjectError:
    return ProjectError("run_log_not_written", where=RUNS, reason=error.strerror)


def close_killed(project: Project) -> list[str]:
    """Writes the records of runs that were killed, and returns their ids; only while no run goes on."""
    folder = project.root / RUNS
    ids = [path.stem for path in sorted(folder.glob(f"*{_LOG}")) if not path.with_suffix(_RECORD).is_file()]
    for id_ in ids:
        lines = list(log_of(project, id_))
        record = {
            "id": id_,
            "began": lines[0]["at"] if lines else None,
            "ended": lines[-1]["at"] if lines else None,
            "outcome": "killed",
            "reports": [each["report"] for each in lines if each["event"] == "report"],
        }
        write_file(folder / f"{id_}{_RECORD}", json_bytes(record))
    return ids


def log_of(project: Project, id_: str) -> Iterator[dict[str, Any]]:
    """The lines of a run's log; one that was cut off is left out."""
    path = project.root / RUNS / f"{id_}{_LOG}"
    if not path.is_file():
        return
    for line in read_regular(path).decode("utf-8", errors="replace").splitlines():
        try:
            found = read_json(line)
        except ValueError:
            continue
        if isinstance(found, dict) and "event" in found:
            yield found


def records(project: Project) -> list[dict[str, Any]]:
    """Every run, the newest first; of one that goes on, or was killed since, what its log says."""
    folder = project.root / RUNS
    ids = sorted((path.stem for path in folder.glob(f"*{_LOG}")), key=_order, reverse=True)
    return [record_of(project, each) for each in ids]


def record_of(project: Project, id_: str) -> dict[str, Any]:
    """One run's record. Raises ProjectError where there is no such run."""
    path = project.root / RUNS / f"{id_}{_RECORD}"
    try:
        data = read_json(read_regular(path))
        if isinstance(data, dict):
            return data
    except (OSError, ValueError):
        pass
    lines = list(log_of(project, id_))
    if not lines:
        raise ProjectError("no_such_run", where=RUNS, run=id_)
    return {"id": id_, "began": lines[0]["at"], "ended": None, "outcome": "running or killed", "reports": []}


def last_began(project: Project) -> datetime | None:
    """When the last run began that came to an end; None where there was none."""
    ended = [each for each in records(project) if each["outcome"] in ("done", "failed") and each["began"]]
    return max((datetime.fromisoformat(each["began"]) for each in ended), default=None)


def missed(project: Project, at: datetime) -> bool:
    """Whether the last slot of report.yaml's `runs.at` before a moment went by without a run."""
    hour, minute = (int(part) for part in project.definition.runs.at.split(":"))
    slot = at.astimezone(TIME_ZONE).replace(hour=hour, minute=minute, second=0, microsecond=0)
    if slot > at:
        slot -= timedelta(days=1)
    last = last_began(project)
    return last is None or last < slot


def forget(project: Project, keep_days: int, at: datetime) -> int:
    """Removes what is noted of runs that began so many days ago; returns how many."""
    oldest = (at - timedelta(days=keep_days)).astimezone(TIME_ZONE).strftime(_FORM)
    gone = 0
    for path in (project.root / RUNS).glob(f"*{_LOG}"):
        if path.stem < oldest:
            path.unlink(missing_ok=True)
            path.with_suffix(_RECORD).unlink(missing_ok=True)
            gone += 1
    return gone


def _order(id_: str) -> tuple[str, int]:
    day, _, rest = id_.partition("-")
    time, _, number = rest.partition("-")
    return f"{day}-{time}", int(number) if number.isdigit() else 1


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def summary(record: Mapping[str, Any]) -> dict[str, int]:
    """How many reports of each outcome a run had."""
    counts: dict[str, int] = {}
    for each in record.get("reports", ()):
        if isinstance(each, dict):
            counts[each["outcome"]] = counts.get(each["outcome"], 0) + 1
    return counts
