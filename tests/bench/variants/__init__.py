"""One module a variant, each run as a process of its own: `python -m tests.bench.variants.loop JOB.json`.

The job names the project, a working folder and the reports; $REPORTKIT_INPUTS names the project too. Each
variant imports what it needs, then makes the reports and prints one line of JSON: when it began, and when each report
was finished.
"""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Work:
    """What a variant is asked for: these reports of that project, made below `folder`."""

    project: Path
    folder: Path
    reports: tuple[tuple[int, str], ...]
    """Year and department of each."""
    kernel: str = "python3"
    processes: int = 1

    @property
    def notebooks(self) -> list[Path]:
        """The section notebooks, in the report's order."""
        return sorted((self.project / "notebooks").glob("*.ipynb"))

    def place(self, year: int, department: str) -> Path:
        """One report's folder, made where it is missing."""
        folder = self.folder / f"{year}-{department}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder


@dataclass(slots=True)
class Timing:
    """Seconds on one clock: when the work began and when each report was finished; `parts` names some of its parts."""

    began: float = field(default_factory=time.perf_counter)
    finished: list[float] = field(default_factory=list)
    parts: dict[str, list[float]] = field(default_factory=dict)

    def finish(self) -> None:
        """One more report is finished."""
        self.finished.append(time.perf_counter())

    def part(self, name: str, began: float) -> None:
        """A part took the time since `began`."""
        self.parts.setdefault(name, []).append(time.perf_counter() - began)

    def print(self) -> None:
        sys.stdout.write(json.dumps(asdict(self)) + "\n")


def read_work() -> Work:
    """The job that the command line names."""
    given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    reports = tuple((year, department) for year, department in given.pop("reports"))
    return Work(Path(given.pop("project")), Path(given.pop("folder")), reports, **given)


def write_work(work: Work, path: Path) -> None:
    """The other way round."""
    content = asdict(work) | {"project": str(work.project), "folder": str(work.folder)}
    path.write_text(json.dumps(content), encoding="utf-8")


def steady_s(timing: Timing, warm_up: int) -> float:
    """Seconds a report once `warm_up` reports are finished; all of the time where none of them is left out.

    With several processes the next reports are under way at that moment, as others are at the last one's end.
    """
    began = timing.finished[warm_up - 1] if warm_up else timing.began
    counted: Sequence[float] = timing.finished[warm_up:]
    return (counted[-1] - began) / len(counted)
