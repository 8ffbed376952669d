"""Peers that are commands: nbconvert --execute, nbprint, jupyter-book. One report, made as their manuals say.

They know no parameters, so their notebooks carry the report's. Each page is then printed by Chromium as for the loop.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat

from tests.bench.variants import Timing, Work, read_work
from tests.bench.variants.pages import merged, print_pdf

_BOOK = "title: report\nauthor: bench\nexecute:\n  execute_notebooks: force\n  timeout: 300\n"


def parameterized(work: Work, folder: Path) -> list[Path]:
    """The section notebooks with the report's parameters written in."""
    year, department = work.reports[0]
    made = []
    for source in work.notebooks:
        notebook = nbformat.read(source, as_version=4)
        for cell in notebook.cells:
            if "parameters" in cell.metadata.get("tags", []):
                cell.source = f"year = {year}\ndepartment = {department!r}"
        made.append(folder / source.name)
        nbformat.write(notebook, made[-1])
    return made


def run(*command: str, cwd: Path) -> None:
    """A command of this environment; its output is shown where it fails."""
    done = subprocess.run([str(Path(sys.executable).with_name(command[0])), *command[1:]], cwd=cwd, capture_output=True)
    if done.returncode:
        sys.stderr.write(done.stdout.decode()[-2000:] + done.stderr.decode()[-2000:])
        raise SystemExit(done.returncode)


def nbconvert(folder: Path, notebooks: list[Path]) -> None:
    run("jupyter", "nbconvert", "--execute", "--to", "notebook", "--inplace", *map(str, notebooks), cwd=folder)
    nbformat.write(merged(notebooks), folder / "report.ipynb")
    run("jupyter", "nbconvert", "--to", "html", "report.ipynb", cwd=folder)
    print_pdf(folder / "report.html", folder / "report.ipynb")


def nbprint(folder: Path, notebooks: list[Path]) -> None:
    nbformat.write(merged(notebooks), folder / "report.ipynb")
    run("nbprint", "report.ipynb", "++nbprint.outputs.target=html", cwd=folder)
    (page,) = (folder / "outputs").glob("*.html")
    print_pdf(page, folder / "report.ipynb")


def jupyter_book(folder: Path, notebooks: list[Path]) -> None:
    (folder / "_config.yml").write_text(_BOOK)
    first, *others = (path.stem for path in notebooks)
    chapters = "".join(f"- file: {name}\n" for name in others)
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: {first}\nchapters:\n{chapters}")
    run("jupyter-book", "build", ".", "--builder", "singlehtml", cwd=folder)
    print_pdf(folder / "_build/singlehtml" / f"{first}.html", notebooks[0])


PEERS: dict[str, Callable[[Path, list[Path]], None]] = {
    "nbconvert": nbconvert,
    "nbprint": nbprint,
    "jupyter-book": jupyter_book,
}


def main() -> None:
    work, peer = read_work(), sys.argv[2]
    folder = work.place(*work.reports[0])
    notebooks = parameterized(work, folder)
    timing = Timing()
    PEERS[peer](folder, notebooks)
    timing.finish()
    timing.print()


if __name__ == "__main__":
    main()
