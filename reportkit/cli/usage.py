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
    (r"Invalid value for '(.+?)': (.+)", "{0}的内容不能用：{1}"),
)
_REASONS = (
    (r"Input should be a valid integer.*", "要写整数"),
    (r"Input should be a valid number.*", "要写数字"),
    (r"Input should be greater than or equal to (\S+?)\.?", "不能小于{0}"),
    (r"Input should be less than or equal to (\S+?)\.?", "不能大于{0}"),
    (r"(?:Value error, )?'(.*)' is not one of (.+?)\.?", "“{0}”不是{1}之一"),
    (r"(?:Value error, )?'(.*)' does not match the formats? (.+?)\.?", "“{0}”不合格式{1}"),
    (r"(?:file|directory|path) '(.*)' does not exist\.?", "没有“{0}”"),
)
"""What is wrong with a value, which typer says behind the option's name."""
_NEAR = "，是否应为{}？"


def usage_in_chinese(message: str) -> str:
    """What typer says of a slip, in Chinese; as it is where it is said otherwise."""
    for pattern, text in _IN_CHINESE:
        if match := re.fullmatch(pattern, message.strip(), re.S):
            if "Invalid" in pattern:
                return text.format(match[1].replace("' / '", "、").replace("'", ""), _reason(match[2]))
            said = [each.replace("' / '", "、").replace("'", "") for each in match.groups() if each]
            has_near = len(said) > 1
            return text.format(*said) + (_NEAR.format(said[1]) if has_near else "")
    return message


def _reason(message: str) -> str:
    """Why a value can't be used; as it is where it is said otherwise."""
    for pattern, text in _REASONS:
        if match := re.fullmatch(pattern, message.strip(), re.S | re.I):
            return text.format(*match.groups())
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
