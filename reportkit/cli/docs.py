"""The command of the guides: `docs`."""

import os
import sys
from typing import Annotated

import typer

from reportkit.cli.entry import AsJson, app


@app.command(short_help="Open a guide, or list them.")
def docs(
    topic: Annotated[str | None, typer.Argument(metavar="[TOPIC]", help="A topic of the list.")] = None,
    json: AsJson = False,
) -> None:
    """Lists the guides by their readers; with a topic, shows that guide. They come with the package: no network and no
    project is needed. Guides for clerks, analysts, reviewers and operators are in Chinese, those for developers in
    English.

    On a terminal a guide is shown page by page, elsewhere as the Markdown that it is.

    Examples: `reportkit docs` · `reportkit docs clerks` · `reportkit docs operators > operators.md`
    """
    from reportkit.docs import READERS, Guide, guide, guides

    def entry(each: Guide) -> dict[str, str]:
        return {"topic": each.topic, "language": each.language, "title": each.title, "readers": each.readers}

    if topic is not None:
        found = guide(topic)
        if json:
            from reportkit.cli import console

            console.print_json({**entry(found), "markdown": found.text})
        elif sys.stdout.isatty():
            _page(found.text)
        else:
            sys.stdout.write(found.text)
        return
    listed = guides()
    if json:
        from reportkit.cli import console

        console.print_json({"topics": [entry(each) for each in listed]})
        return
    width = max(len(each.topic) for each in listed)
    for readers in READERS:
        typer.echo(readers)
        for each in listed:
            if each.readers == readers:
                typer.echo(f"  {each.topic:<{width}}  {each.title}")
    typer.echo("\nTo open one: reportkit docs TOPIC")


def _page(text: str) -> None:
    """Shows Markdown on the terminal through its pager, in colours where the pager passes them on."""
    from rich.console import Console

    from reportkit.docs.terminal import typeset

    options = os.environ.setdefault("LESS", "-FRX")  # as git does: colours pass, and a short text needs no key
    console = Console()
    with console.pager(styles=os.name == "posix" and "r" in options.lower()):
        console.print(typeset(text))
