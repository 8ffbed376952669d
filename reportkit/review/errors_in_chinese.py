"""Errors that clerks and reviewers meet, in Chinese: what of their files can't be used, where, how to fix it.

Developers read the English of the error itself; an error that has no Chinese here is shown by its file and line alone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from reportkit.errors import ReportkitError, each_error
from reportkit.model import Finding, Severity

RULE = "填报"
_CORRECT = "请更正。"
_ASK = "请与管理人员联系。"
_RESTORE = "请从版本库恢复该文件。"

_FILES = (
    (r"params/\d{4}/[^/]+\.approvals\.jsonl", "审批记录"),
    (r"params/\d{4}/[^/]+\.corrections\.jsonl", "更正记录"),
    (r"params/\d{4}/[^/]+\.waivers\.yaml", "豁免登记"),
    (r"params/(\d{4})/[^/]+\.yaml", r"\1年填报文件"),
    (r"params/departments\.yaml", "机关名录"),
    (r"params/report\.yaml", "报告设置"),
    (r"(?:notebooks/)?([\w.-]+\.ipynb)", r"报告模板\1"),
    (r"outputs/", "生成的报告"),
)
"""Files by their path, and what people call them; the first that fits."""

_CHINESE = (
    (r"Unknown key '(.+)'\.", r"没有名为“\1”的项目", _CORRECT),
    (r"Unknown row '(.+)' \(", r"没有名为“\1”的行", _CORRECT),
    (r"Unknown column '(.+)'\.", r"没有名为“\1”的列", _CORRECT),
    (r"Unknown prose '(.+)'\.", r"没有名为“\1”的文字", _CORRECT),
    (r"Unknown table '(.+)'\.", r"没有名为“\1”的表", _CORRECT),
    (r"Key '(.+)' is missing\.", r"缺少项目“\1”", "请补填。"),
    (r"Key '(.+)' appears twice\.", r"项目“\1”重复", "请只保留一处。"),
    (r"'(.+)' is not allowed\.", r"“\1”不在可填的范围内", _CORRECT),
    (r"Row has (\d+) values, not (\d+)(?: or (\d+))?", r"这一行填了\1个数，应为\2个", "合计可以不填，由系统计算。"),
    (r"A row is a list or a mapping", "这一行应是一组数", _CORRECT),
    (r"'.*' holds rows", "此处应填各行数据", _CORRECT),
    (r"'(.+)' is not a date\.", r"“\1”不是日期", "请写作2024-01-31的形式。"),
    (r"'(.+)' can't be read as a number", r"“\1”无法识别", "数字直接写（如1234、12.5），文字加引号。"),
    (r"'(.+)' is not defined\.", r"花括号中的“\1”没有对应的数据", _CORRECT),
    (r"The braces can't be read", "花括号的写法有误", "引用数据写作{{ 名称 }}。"),
    (r"Only names are allowed between braces", "花括号中只能写数据的名称", "引用数据写作{{ 名称 }}。"),
    (r"The formula '(.+)' can't be published", r"公式“\1”无法公布", "请用文字表述；不是公式的“$”写作“\\$”。"),
    (r"The HTML '(.+)' can't be published", r"HTML标记“\1”无法公布", "请删去；要原样印出的“<”写作“\\<”。"),
    (r"The Markdown image '(.+)' can't be published", r"图片“\1”无法公布", "请删去。"),
    (r"The task box '(.+)' can't be published", r"勾选框“\1”无法公布", "请用文字表述。"),
    (r"The footnote '(.+)' is not defined", r"脚注“\1”没有内容", "请另起一行写“[^1]: 内容”。"),
    (r"The footnote '(.+)' is defined twice", r"脚注“\1”的内容写了两次", "请各用各的编号。"),
    (r"The footnote '(.+)' is not referred to", r"正文中没有引用脚注“\1”", "请在正文中引用，或者删去。"),
    (r"The footnote '(.+)' is in a footnote", r"脚注“\1”写在另一条脚注中", "请合并为一条。"),
    (r"The code '(.+)' holds a name in braces", r"代码“\1”中有花括号引用的数据", "请不要写成代码。"),
    (r"A fact can't be called '(.+)'\.", r"数据名称“\1”已被占用", "请换一个名称。"),
    (r"(.+) is .+, but none_received says", r"\1，与“未收到申请”的说明不一致", "请删去该说明，或者更正数据。"),
    (r".+ is not valid YAML|.+ is nested too", "格式有误，无法读取", "请检查这一行和上一行的缩进、冒号、引号和括号。"),
    (r"Anchors and aliases|The tag ", "这一行的写法无法读取", "文字请加引号。"),
    (r"A key must be a plain word|.+ must hold `key: value`", "应写作“项目: 内容”的形式", _CORRECT),
    (r".+ is not UTF-8 text", "不是UTF-8编码", "请以UTF-8编码保存。"),
    (r".+; found \w+ (.+)\.$", r"填写的\1不符合要求", _CORRECT),
    (r"There is no submission", "没有填报文件", "请报送。"),
    (r"Department '.+' did not exist in (\d+)", r"该机关在\1年不存在", "请核对年度和机关名录中的起止日期。"),
    (r"Rule '(.+)' can't be waived", r"规则\1不能豁免", _CORRECT),
    (r"The line (?:is|can't|before)|What the line approves", "这一行不是当时写入的内容", _RESTORE),
    (r"There are (\d+) lines; .+ with (\d+)", r"现有\1行，生成报告时有\2行，少了或者改了记录", _RESTORE),
    (r"The finished report |.+\.(?:ipynb|json) (?:is not there|can't be read)", "文件不全", "请重新生成。"),
    (r".+ can't be written", "无法写入", "请腾出空间，或者允许写入。"),
)  # fmt: skip
"""What errors say, the same in Chinese, and how it is fixed."""
_PATH = re.compile(r"params/[A-Za-z0-9_./-]+(?:, line \d+)?(?:, [A-Za-z0-9_./-]+)*")
_MEANT = re.compile(r"Did you mean '(.+?)'\?")
_ACCEPTED = re.compile(r"Accepted: (.+)\.$")
_MOST_ACCEPTED = 12
_MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ChineseError:
    """One error in Chinese: where, what, how to fix it."""

    where: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}：{self.what}。{self.fix}"


def chinese_errors(error: ReportkitError) -> tuple[ChineseError, ...]:
    """Each single error in Chinese."""
    return tuple(dict.fromkeys(_chinese_error(each) for each in each_error(error)))


def in_chinese(errors: Iterable[ReportkitError]) -> str:
    """Errors in one line: the first ones, and how many there are."""
    found = [each for error in errors for each in chinese_errors(error)]
    more = [f"共{len(found)}处。"] if len(found) > _MOST_SHOWN else []
    return "".join([*map(str, found[:_MOST_SHOWN]), *more])


def unreadable(error: ReportkitError) -> tuple[Finding, ...]:
    """What must be corrected before a submission can be read, as findings."""
    return tuple(Finding(RULE, Severity.ERROR, each.what, each.where, each.fix) for each in chinese_errors(error))


def without_paths(finding: Finding) -> Finding:
    """A finding that calls files as their clerks do, for a letter."""
    where, what, fix = (
        _PATH.sub(lambda match: _where(match[0]), text) for text in (finding.where, finding.what, finding.fix)
    )
    return replace(finding, where=where, what=what, fix=fix)


def _chinese_error(error: ReportkitError) -> ChineseError:
    where = _where(error.where)
    for pattern, what, fix in _CHINESE:
        if match := re.match(pattern, error.what):
            said = match.expand(what)
            if match.re.groups == 3 and match[3]:
                said += f"或{match[3]}个"
            return ChineseError(where, said, _fix(error.fix) or fix)
    return ChineseError(where, "无法读取", _CORRECT if "填报文件" in where else _ASK)


def _where(where: str) -> str:
    """`2023年填报文件第101行`; for what is no file of theirs just what it is."""
    for pattern, name in _FILES:
        if match := re.search(pattern, where):
            line = re.search(r", line (\d+)", where)
            return match.expand(name) + (f"第{line[1]}行" if line else "")
    return "报告"


def _fix(fix: str) -> str:
    """The near match of a misspelt word, else what would be accepted; empty where nothing was suggested."""
    if meant := _MEANT.search(fix):
        return f"是否应为“{meant[1]}”？"
    accepted = _ACCEPTED.search(fix)
    names = accepted[1].split(", ") if accepted else []
    return f"可用：{'、'.join(names)}。" if 0 < len(names) <= _MOST_ACCEPTED else ""
