"""reportkit itself: `build` over the reports, with its checks, reading back and swapping in."""

import shutil

from reportkit.build import Listener, build
from reportkit.execution.pool import default_jobs
from reportkit.inputs.project import Project
from reportkit.plan import plan_report
from tests.bench.variants import Timing, read_work


def main() -> None:
    work = read_work()
    root = work.folder / "project"
    for name in ("params", "notebooks"):
        shutil.copytree(work.project / name, root / name)
    project = Project(root)
    plans = [plan_report(project, year, department) for year, department in work.reports]
    timing = Timing()
    listener = Listener(lambda: None, lambda plan: None)
    for bundle in build(project, plans, default_jobs(), listener):
        timing.finish()
        if bundle.failure is not None:
            raise bundle.failure
    timing.print()


if __name__ == "__main__":
    main()
