"""ploomber: the notebooks as tasks of one DAG in two processes, then the same page and PDF."""

from pathlib import Path

from nbconvert import HTMLExporter
from ploomber import DAG
from ploomber.executors import Parallel
from ploomber.products import File
from ploomber.tasks import NotebookRunner, PythonCallable

from tests.bench.variants import Timing, Work, read_work
from tests.bench.variants.pages import export, merged


def export_report(product: File, upstream: object, names: list[str]) -> None:
    """One report's page and PDF, once its notebooks are executed."""
    folder = Path(str(product)).parent
    export(merged([folder / name for name in names]), folder, HTMLExporter())


def build(work: Work) -> None:
    """Every report's notebooks and then its page, as many tasks at once as there are processes."""
    dag = DAG(executor=Parallel(processes=work.processes, start_method="fork"))
    for year, department in work.reports:
        folder = work.place(year, department)
        names = [source.name for source in work.notebooks]
        page = PythonCallable(
            export_report, File(folder / "report.html"), dag, name=f"{year}-{department}", params={"names": names}
        )
        for source in work.notebooks:
            executed = NotebookRunner(
                Path(source),
                File(folder / source.name),
                dag,
                name=f"{year}-{department}-{source.stem}",
                params={"year": year, "department": department},
                kernelspec_name=work.kernel,
                papermill_params={"progress_bar": False},
                static_analysis="disable",
            )
            executed >> page
    dag.build()


def main() -> None:
    work = read_work()
    timing = Timing()
    build(work)
    timing.finish()
    timing.parts["reports"] = [len(work.reports)]
    timing.print()


if __name__ == "__main__":
    main()
