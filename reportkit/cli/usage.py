"""Slips in a command line, said in Chinese: typer says them in English alone."""

import re
import sys

import typer

_UsageError = typer.BadParameter.__mro__[1]
"""The error for any slip in a command line, which typer doesn't export."""
_HELP = "NoArgsIsHelpError"
"""The one that shows a group's help where no command was written."""

_IN_CHINESE = (
    (r"Missing command\.?", "没有写命令"),
    (r"Missing argument '(.+)'\.?", "缺少参数{0}"),
    (r"Missing option '(.+)'\.?", "缺少选项{0}"),
    (r"No such command '(.+?)'\.?(?: Did you mean '(.+?)'\?)?", "没有命令“{0}”"),
    (r"No such option: (\S+?)\.?(?: Did you mean (.+?)\?| \(Possible options: (.+)\))?", "没有选项{0}"),
    (r"Option '(.+)' requires an argument\.?", "选项{0}后面要写内容"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)", "多写了：{0}"),
    (r"Invalid value for '(.+?)': (.+)", "{0}的内容不能用"),
)
_NEAR = "，是否应为{}？"


def usage_in_chinese(message: str) -> str:
    """What typer says of a slip, in Chinese; as it is where it is said otherwise."""
    for pattern, text in _IN_CHINESE:
        if match := re.fullmatch(pattern, message.strip(), re.S):
            said = [each.replace("' / '", "、").replace("'", "") for each in match.groups() if each]
            has_near = len(said) > 1 and "Invalid" not in pattern
            return text.format(*said) + (_NEAR.format(said[1]) if has_near else "")
    return message


def is_usage_error(error: Exception) -> bool:
    """Whether an error is a slip in a command line."""
    return isinstance(error, _UsageError) and type(error).__name__ != _HELP


def show_usage(error: Exception) -> None:
    """Shows a slip in Chinese, with where the command is explained."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "reportkit"
    message = usage_in_chinese(getattr(error, "format_message", error.__str__)())
    sys.stderr.write(f"命令有误：{message}\n  说明：{path} -h\n")
