"""The command of the portal: `site`."""

import typer

from reportkit.cli.entry import AsJson, Where, app, open_project


@app.command(short_help="Write the portal of all published reports.")
def site(json: AsJson = False, project: Where = None) -> None:
    """Writes outputs/site: static pages of everything that is published, with search, downloads and open data.

    Drafts are never in it. It needs no server: copy the folder to the web, or open index.html from a file share.
    With `site: {url: …}` in report.yaml pages bear a QR code of their address, and there is a sitemap.

    Examples: `reportkit site` · `reportkit site --json`
    """
    from reportkit.cli import console
    from reportkit.cli.causes import print_problems
    from reportkit.outputs.folders import OUTPUTS
    from reportkit.outputs.lock import locked
    from reportkit.site.site import build_site

    opened = open_project(project)
    with (
        console.err().status("writing the portal") as status,
        locked(opened.root / OUTPUTS, lambda: status.update("waiting for another build")),
    ):
        built = build_site(opened, lambda page: status.update(f"writing {page}"))
    if json:
        console.print_json(built.to_json())
    else:
        print_problems(built.problems)
        console.print_site(built.to_json())
    raise typer.Exit(1 if built.problems else 0)
