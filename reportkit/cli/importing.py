"""The command that starts from reports already out: `import` reads pages, PDFs and Word files into submissions."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reportkit.cli.entry import AsJson, Jobs, Where, app, open_project
from reportkit.cli.handing_in import DryRun, Yes, show_and_keep

if TYPE_CHECKING:
    from reportkit.collecting.collect import Collected
    from reportkit.inputs.project import Project
    from reportkit.model import Bundle


@app.command("import", short_help="Read published reports into submissions.")
def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE|DIR…", help="Web pages, PDFs, Word files, copied text.")],
    year: Annotated[int | None, typer.Option("--year", "-y", help="The year, where a title doesn't say.")] = None,
    department: Annotated[
        str | None, typer.Option("--department", "-d", help="The department, where a title doesn't say.")
    ] = None,
    as_published: Annotated[
        bool, typer.Option("--as-published", help="Keep the files as the published report too, verified from now on.")
    ] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    jobs: Jobs = None,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Reads reports that are out already (.html, .mht, .pdf, .docx, .doc, .txt) into params/YEAR/DEPARTMENT.yaml: the
    figures of their tables and the words of their parts. What can't be read surely isn't taken; a comment above its
    row says where it stands. Numbers of the words that could be facts are offered in comments. The changes are shown
    first; without a terminal `--yes` is needed. The file is kept as it came, and where each figure is from.
    `reportkit collect --undo` puts back what was there.

    With `--as-published` the files become the published report of outputs/YEAR/DEPARTMENT/, as they came, of closed
    years too: `verify` looks after them, and `build --reopen` makes a correction of them like of any other. A report
    that is published here already is left alone.

    Examples: `reportkit import 2023年年报.html` · `reportkit import 年报.pdf -y 2023 -d suqian --dry-run` ·
    `reportkit import 上年/ --yes` · `reportkit import 2022年年报.html --as-published`
    """
    from reportkit.cli.progress import counted
    from reportkit.collecting.collect import files_in
    from reportkit.collecting.imported import ENDINGS, import_files
    from reportkit.execution.pool import default_jobs
    from reportkit.inputs.workbook.titles import Asked

    opened = open_project(project)
    if department is not None:
        opened.department(department)
    paths = [*files_in(files, ENDINGS)]
    with counted(len(paths)) as seen:
        found = import_files(
            opened, paths, Asked(department, year), closed_too=as_published, jobs=jobs or default_jobs(), seen=seen
        )
    publish = None
    if as_published:
        from reportkit.collecting.as_published import refuse_published

        refuse_published(opened, [(each.year or 0, each.department or "") for each in found if each.after is not None])
        publish = partial(_publish, opened, jobs)
    raise typer.Exit(show_and_keep(opened, found, publish=publish, yes=yes, dry_run=dry_run, json=json))


def _publish(project: "Project", jobs: int | None, found: "list[Collected]") -> "list[Bundle]":
    """The reports that were imported, put in the place of published ones."""
    from reportkit.build.build import Listener
    from reportkit.build.publish import Reopening
    from reportkit.cli.entry import bundle_maker
    from reportkit.cli.progress import BuildProgress
    from reportkit.collecting.as_published import publish_originals
    from reportkit.desk.status import today
    from reportkit.inputs.project import Project as Opened

    bundles = []
    afresh = Opened(project.root)  # what was known of it is from before the import
    with BuildProgress(len(found)) as progress:
        listener = Listener(progress.waiting, lambda _: None, lambda plan: progress.starting(plan.name))
        maker = bundle_maker(None, jobs, afresh)
        for bundle in publish_originals(afresh, found, maker, listener, Reopening("", today())):
            bundles.append(bundle)
            progress.finished(f"{bundle.year}/{bundle.department}", bundle.outcome, bundle.seconds)
    return bundles
