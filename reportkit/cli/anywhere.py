"""Options that stand before or after the command, whichever comes to mind first."""

import os
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from reportkit.cli.usage import is_usage_error, show_usage
from reportkit.messages.languages import VARIABLE, language_of

_OF_ALL = ("--lang",)
_OF_COMMANDS = ("-C", "--project")


class Anywhere(TyperGroup):
    """The group of all commands: takes `--lang` after a command too, and `-C` before it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        placed = in_their_places(args)
        self.in_chinese = _is_chinese(placed)
        try:
            return super().parse_args(ctx, placed)
        except Exception as error:
            self._shown(error)
            raise

    def invoke(self, ctx: Any) -> Any:
        """As typer's own; a slip in what follows is said in Chinese where that is chosen."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            self._shown(error)
            raise

    in_chinese = False

    def _shown(self, error: Exception) -> None:
        """Shows a slip in Chinese and ends; what else happened, and what is shown in English, goes on."""
        if self.in_chinese and is_usage_error(error):
            show_usage(error)
            raise typer.Exit(2) from error


def _is_chinese(arguments: Sequence[str]) -> bool:
    """Whether messages are Chinese, by the arguments or else the environment: before any of them is read."""
    for place, each in enumerate(arguments):
        option, _, value = each.partition("=")
        if option == "--lang":
            return (value or "".join(arguments[place + 1 : place + 2])) == "zh"
    return (os.environ.get(VARIABLE) or language_of(os.environ)) == "zh"


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
