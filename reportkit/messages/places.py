"""Where an error is, in Chinese: a path with its line, key or cell, or what a command line has in that place."""

import re

from reportkit.messages.languages import Language

_WHOLE = {
    "the command line": "命令行",
    "the environment": "环境变量",
    "this environment": "本机的Python环境",
    "this machine's memory": "本机内存",
    "the report year": "报告年度",
    "the preview": "预览",
    "the section notebooks": "各部分的笔记本",
    "the notebook": "笔记本",
    "a chart": "图表",
}
_PARTS = (
    (re.compile(r", line (\d+)(?:, (.+))?$"), lambda match: f"第{match[1]}行{f'（{match[2]}）' if match[2] else ''}"),
    (re.compile(r"^section ([^,]+), cell (\S+)$"), lambda match: f"{match[1]}部分，单元格{match[2]}"),
    (re.compile(r", cell tagged `parameters`$"), lambda _: "，带parameters标签的单元格"),
    (re.compile(r", before the first cell$"), lambda _: "，第一个单元格之前"),
    (re.compile(r", cell `?([^\s`,第]+)`?"), lambda match: f"，单元格{match[1]}"),
    (re.compile(r" and (?=params/)"), lambda _: "和"),
)


def place(where: str, language: Language) -> str:
    """A place as it is shown in a language; `params/2024/suqian.yaml第12行（figures.requests）`."""
    if language == "en":
        return where
    if where in _WHOLE:
        return _WHOLE[where]
    for pattern, written in _PARTS:
        where = pattern.sub(written, where)
    return where
