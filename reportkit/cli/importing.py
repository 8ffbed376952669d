"""The command that starts from reports already out: `import` reads pages, PDFs and Word files into submissions."""

from pathlib import Path
from typing import Annotated

import typer

from reportkit.cli.entry import AsJson, Jobs, Where, app, open_project
from reportkit.cli.handing_in import DryRun, Yes, show_and_keep


@app.command("import", short_help="Read published reports into submissions.")
def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE|DIR…", help="Web pages, PDFs, Word files, copied text.")],
    year: Annotated[int | None, typer.Option("--year", "-y", help="The year, where a title doesn't say.")] = None,
    department: Annotated[
        str | None, typer.Option("--department", "-d", help="The department, where a title doesn't say.")
    ] = None,
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

    Examples: `reportkit import 2023年年报.html` · `reportkit import 年报.pdf -y 2023 -d suqian --dry-run` ·
    `reportkit import 上年/ --yes`
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
        found = import_files(opened, paths, Asked(department, year), jobs=jobs or default_jobs(), seen=seen)
    raise typer.Exit(show_and_keep(opened, found, yes=yes, dry_run=dry_run, json=json))
