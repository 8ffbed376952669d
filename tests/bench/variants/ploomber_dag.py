"""ploomber: the notebooks as tasks of one DAG in two processes, then the same page and PDF."""

from pathlib import Path

from nbconvert import HTMLExporter
from ploomber import DAG
from ploomber.executors import Parallel
from ploomber.products import File
from ploomber.tasks import NotebookRunner

from tests.bench.variants import Timing, Work, read_work
from tests.bench.variants.pages import export, merged


def build(work: Work) -> None:
    """The notebooks of every report, as many at once as there are processes."""
    dag = DAG(executor=Parallel(processes=work.processes, start_method="fork"))
    for year, department in work.reports:
        folder = work.place(year, department)
        for source in work.notebooks:
            NotebookRunner(
                Path(source),
                File(folder / source.name),
                dag,
                name=f"{year}-{department}-{source.stem}",
                params={"year": year, "department": department},
                kernelspec_name=work.kernel,
                papermill_params={"progress_bar": False},
                static_analysis="disable",
            )
    dag.build()


def main() -> None:
    work = read_work()
    exporter = HTMLExporter()
    timing = Timing()
    build(work)
    for year, department in work.reports:
        folder = work.place(year, department)
        export(merged([folder / source.name for source in work.notebooks]), folder, exporter)
    timing.finish()
    timing.parts["reports"] = [len(work.reports)]
    timing.print()


if __name__ == "__main__":
    main()
