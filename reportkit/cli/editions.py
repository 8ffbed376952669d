"""The command `editions`: the statutory formats and a project's own, and what is in force."""

from typing import Annotated

import typer

from reportkit.cli.entry import AsJson, Where, app, editions_here
from reportkit.errors import ProjectError, near_match


@app.command(short_help="List the formats in force, or show what one asks for.")
def editions(
    show: Annotated[list[str] | None, typer.Argument(metavar="[show ID]", help="`show` and an edition's id.")] = None,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Lists the statutory formats and the project's own, with the years that each is in force for and its files.

    `show ID` says what one asks for: deadlines, parts, words, limits, tables, rules; and which file says so.

    Examples: `reportkit editions` · `reportkit editions show 2021` · `reportkit editions show 2021 --json`
    """
    from reportkit.cli import console
    from reportkit.editions.explain import in_force, years_in_force

    found = editions_here(project)
    if not show:
        listed = [(found.load(each), [where for where, _ in found.levels(each)]) for each in found.ids]
        if json:
            rows = [
                {
                    **edition.model_dump(include=_SHOWN),
                    "in_force": [list(span) for span in found.years_in_force(edition.id)],
                    "files": files,
                }
                for edition, files in listed
            ]
            console.print_json({"editions": rows})
            return
        table = [
            [edition.id, years_in_force(found, edition.id), edition.name, " + ".join(files)]
            for edition, files in listed
        ]
        console.print_table(["id", "years", "name", "files"], table)
        return
    if show[0] != "show" or len(show) != 2:
        raise ProjectError("which_edition", where="the command line")
    if show[1] not in found.ids:
        near = near_match(show[1], found.ids)
        raise ProjectError("no_such_edition", where="editions show", edition_id=show[1], near=near)
    asked = in_force(found, show[1])
    if json:
        console.print_json({"edition": show[1], "asks": asked})
    else:
        rows_shown = [[each["kind"], each["id"], each["what"], each["whence"]] for each in asked]
        console.print_table(["kind", "id", "what", "whence"], rows_shown)


_SHOWN = {"id", "name", "first_year", "last_year"}
