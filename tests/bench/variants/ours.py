"""reportkit itself: `build` over the reports, with its checks, reading back and swapping in."""

import shutil

from reportkit.build.build import Listener, build
from reportkit.build.local import LocalPool
from reportkit.execution.pool import default_jobs
from reportkit.inputs.project import Project
from tests.bench.variants import Timing, read_work


def main() -> None:
    work = read_work()
    root = work.folder / "project"
    for name in ("params", "notebooks"):
        shutil.copytree(work.project / name, root / name)
    project = Project(root)
    timing = Timing()
    listener = Listener(lambda: None, lambda decision: None, lambda plan: None)
    for bundle in build(project, work.reports, LocalPool(default_jobs()), listener, force=True):
        timing.finish()
        if bundle.failure is not None:
            raise bundle.failure
    timing.print()


if __name__ == "__main__":
    main()
