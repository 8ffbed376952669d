"""Errors as clerks and reviewers are shown them on pages and in letters: in Chinese, files by what people call them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from reportkit.errors import ReportkitError, each_error
from reportkit.model import Finding, Severity

RULE = "填报"
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
_PATH = re.compile(r"params/[A-Za-z0-9_./-]+(?:第\d+行(?:（[A-Za-z0-9_.]+）)?|(?:, line \d+)?(?:, [A-Za-z0-9_./-]+)*)")
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
    shown = error.shown("zh")
    return ChineseError(_where(error.where), shown.what, shown.fix)


def _where(where: str) -> str:
    """`2023年填报文件第101行`; for what is no file of theirs just what it is."""
    for pattern, name in _FILES:
        if match := re.search(pattern, where):
            line = re.search(r", line (\d+)|第(\d+)行", where)
            return match.expand(name) + (f"第{line[1] or line[2]}行" if line else "")
    return "报告"
