"""Options that stand before or after the command, whichever comes to mind first."""

from collections.abc import Sequence
from typing import Any

from typer.core import TyperGroup

_OF_ALL = ("--lang",)
_OF_COMMANDS = ("-C", "--project")


class Anywhere(TyperGroup):
    """The group of all commands: takes `--lang` after a command too, and `-C` before it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, in_their_places(args))


def in_their_places(arguments: Sequence[str]) -> list[str]:
    """The arguments with `--lang` before the command and `-C` behind it; what follows `--` is left alone."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    for_all, given = _taken(arguments[:end], _OF_ALL)
    before: list[str] = []
    while given and (given[0].startswith("-") or before[-1:] in ([each] for each in _OF_COMMANDS)):
        before.append(given.pop(0))
    of_commands, before = _taken(before, _OF_COMMANDS)
    return [*for_all, *before, *given, *of_commands, *arguments[end:]]


def _taken(arguments: Sequence[str], options: Sequence[str]) -> tuple[list[str], list[str]]:
    """The options with their values, and all else."""
    taken: list[str] = []
    others: list[str] = []
    for place, each in enumerate(arguments):
        is_value = place > 0 and arguments[place - 1] in options
        is_option = each.partition("=")[0] in options or any(each.startswith(f"{one}/") for one in options)
        (taken if is_value or is_option else others).append(each)
    return taken, others
