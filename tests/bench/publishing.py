"""`make bench`: how long publishing takes, in one run on this machine, beside nbconvert's own HTML.

Figures are medians over rounds in one warm process; ratios are what to compare between machines.
"""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter

from reportkit.build.plan import plan_report
from reportkit.build.report import finish
from reportkit.editions import STATUTORY, lay_out
from reportkit.execution.run_jobs import run_jobs
from reportkit.inputs.project import Project
from reportkit.model import Plan
from reportkit.publishing.assemble import assemble
from reportkit.publishing.html import ReportHTMLExporter
from reportkit.publishing.pdf import ReportPDFExporter
from reportkit.publishing.pdflayout import placed_texts
from reportkit.publishing.read_back import Expected, read_back_pdf, verify_html

BAR_S = 0.4
UNREAD = {"attachments": {}}
"""As a build asks for a PDF, which it reads back by itself: tables and layout, in a row of their own here."""
ROUNDS = 15


def median_s(work: Callable[[int], object], rounds: int = ROUNDS) -> tuple[float, float, float]:
    """Minimum, median and maximum seconds of a piece of work, after one round that isn't counted."""
    work(0)
    taken = []
    for number in range(1, rounds + 1):
        started = time.perf_counter()
        work(number)
        taken.append(time.perf_counter() - started)
    return min(taken), statistics.median(taken), max(taken)


def main() -> None:
    project = Project(Path.cwd())
    plan = plan_report(project, 2024, "suqian")
    sys.stdout.write(f"{plan.name}: running its {len(plan.execution.jobs)} notebooks once\n")
    started = time.perf_counter()
    runs = run_jobs(plan)
    executed_s = time.perf_counter() - started
    for run in runs:
        if run.failure is not None:
            raise run.failure
    edition = STATUTORY.load(plan.basis.figures.edition)
    tables = [lay_out(edition, table.id, plan.basis.figures) for table in edition.tables]

    def titled(number: int) -> Plan:
        # Another title each round: Typst remembers a document that it has just compiled.
        return replace(plan, head=replace(plan.head, title=f"{plan.head.title}（{number}）"))

    def assembled(number: int) -> nbformat.NotebookNode:
        return assemble(runs, titled(number).head)

    page_exporter, pdf_exporter, stock = ReportHTMLExporter(), ReportPDFExporter(), HTMLExporter()
    page, _ = page_exporter.from_notebook_node(assembled(0))
    pdf, _ = pdf_exporter.from_notebook_node(assembled(0), UNREAD)
    expected = Expected(tables, plan.head.draft, {}, placed_texts(assembled(0)))
    steps: dict[str, Callable[[int], object]] = {
        "assemble": assembled,
        "HTML": lambda number: page_exporter.from_notebook_node(assembled(number)),
        "HTML read back": lambda _: verify_html(page, tables),
        "PDF": lambda number: pdf_exporter.from_notebook_node(assembled(number), UNREAD),
        "PDF read back": lambda _: read_back_pdf(pdf, {}, expected),
        "everything": lambda number: finish(titled(number), runs),
        "nbconvert's HTML alone": lambda number: stock.from_notebook_node(assembled(number)),
    }
    medians = {}
    sys.stdout.write(f"{'step':24}{'min':>9}{'median':>9}{'max':>9}  seconds, {ROUNDS} rounds\n")
    for name, work in steps.items():
        least, medians[name], most = median_s(work)
        sys.stdout.write(f"{name:24}{least:9.3f}{medians[name]:9.3f}{most:9.3f}\n")
    everything, peer = medians["everything"], medians["nbconvert's HTML alone"]
    sys.stdout.write(
        "\nexecuted notebooks → HTML + PDF + read-back: "
        f"{everything:.3f} s, {everything / BAR_S:.2f} of the {BAR_S} s bar\n"
        f"the same against nbconvert's HTML alone: {everything / peer:.2f}\n"
        f"the same against running the notebooks ({executed_s:.1f} s): {everything / executed_s:.3f}\n"
    )


if __name__ == "__main__":
    main()
