"""The sentences of the sources, written for them and true to their figures; and the headings in their variants."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.published.figures import Report

Prose = Mapping[str, tuple[str, ...]]

TITLES = {
    "overview": "一、总体情况",
    "disclosure": "二、主动公开政府信息情况",
    "requests": "三、收到和处理政府信息公开申请情况",
    "disputes": "四、政府信息公开行政复议、行政诉讼情况",
    "problems": "五、存在的主要问题及改进情况",
    "other_matters": "六、其他需要报告的事项",
}

PARTS = {
    "proactive": "（一）主动公开",
    "on_request": "（二）依申请公开",
    "management": "（三）政府信息管理",
    "platform": "（四）政府信息公开平台建设",
    "supervision": "（五）监督保障",
    "problems": "（一）存在的主要问题",
    "improvements": "（二）改进情况",
}


@dataclass(frozen=True)
class Headings:
    """How a page writes its headings: the six titles and the parts, and whether a part runs into its paragraph."""

    titles: Mapping[str, str]
    parts: Mapping[str, str]
    run_in: bool = False
    parts_of_five: bool = True


USUAL = Headings(TITLES, PARTS)
RUN_IN = Headings(TITLES, {slot: f"{heading}。" for slot, heading in PARTS.items()}, run_in=True)

# 四 and 五 as many sites have them, half-width brackets, no parts in 五.
OLD_NAMES = Headings(
    {
        **TITLES,
        "disputes": "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况",
        "problems": "五、政府信息公开工作存在的主要问题及改进情况",
    },
    {slot: f"{heading.replace('（', '(').replace('）', ')')}情况。" for slot, heading in PARTS.items()},
    run_in=True,
    parts_of_five=False,
)

# A typist's: a full stop, a space or nothing instead of the 顿号, brackets lost on one side.
TYPED = Headings(
    {
        "overview": "一 总体情况",
        "disclosure": "二、主动公开政府信息情况：",
        "requests": "三.收到和处理政府信息公开申请情况",
        "disputes": "四、政府信息公开行政复议行政诉讼情况",
        "problems": "五、存在的主要问题及整改措施",
        "other_matters": "六、其他需要报告的事项情况",
    },
    {slot: heading.removeprefix("（") for slot, heading in PARTS.items()},
)


def preamble(report: Report) -> str:
    """The customary first paragraph."""
    return (
        f"根据《中华人民共和国政府信息公开条例》规定，现公布{report.body}{report.year}年政府信息公开工作年度报告。"
        f"本报告由六个部分组成，所列数据的统计期限自{report.year}年1月1日起至12月31日止。"
        "报告电子版可在本机关门户网站下载，如有疑问请与办公室联系。"
    )


def prose(report: Report) -> Prose:
    """The slots in their order, each as its sentences."""
    return _of_a_government(report) if report.level in ("市", "区", "县") else _of_a_bureau(report)


def _of_a_government(report: Report) -> Prose:
    number, level = report.count, report.level
    received, carried = number("requests.received/total"), number("requests.carried_in/total")
    people = number("requests.received/natural_person") + number("requests.carried_in/natural_person")
    return {
        "proactive": (
            f"全{level}各级行政机关把公开透明贯穿政务运行各环节，及时更新机构职能、规划计划和财政预决算栏目。",
            f"全年制发行政规范性文件{_files(report, 'issued', 'made')}件，均按时对外公布并同步解读。",
        ),
        "on_request": (
            f"全{level}共收到和处理政府信息公开申请{received + carried}件，其中上年结转{carried}件。",
            f"自然人提出的申请{people}件；结转下年度继续办理{number('requests.carried_out/total')}件。",
        ),
        "management": (
            f"组织对{level}政府规章和行政规范性文件集中清理，逐件标注有效性。",
            "发布前严格履行保密审查和三审三校程序。",
        ),
        "platform": ("完成门户网站政府信息公开专栏改版，统一各部门栏目名称。", "新增适老化和无障碍浏览方式。"),
        "supervision": (
            "将政务公开纳入年度绩效考核，按季度通报抽查结果。",
            "邀请公众代表开展社会评议，本年度未发生责任追究情形。",
        ),
        "problems": ("部分单位依申请公开答复说理不够充分，政策解读形式较为单一。",),
        "improvements": ("编印答复示范文本，开展分片业务培训；对图解、视频类解读给予技术支持。",),
        "other_matters": (_on_fees(report),),
    }


def _of_a_bureau(report: Report) -> Prose:
    return {
        "proactive": (
            f"我{report.level}围绕群众关心的审批、收费和公共服务事项，主动在门户网站公布各类信息。",
            f"全年制发行政规范性文件{_files(report, 'issued', 'made')}件。",
        ),
        "on_request": _of_requests(report),
        "management": ("明确各科室信息员，信息发布实行先审后发。", "对历史文件逐件核对效力并在目录中标明。"),
        "platform": ("依托政府网站集约化平台维护本单位公开专栏，及时处理错链和空白栏目。",),
        "supervision": ("办公室每季度通报公开情况，并组织业务培训两次。", "公布监督电话，听取社会意见。"),
        "problems": ("公开内容的时效性还有差距，个别科室主动公开意识不强。",),
        "improvements": ("建立信息报送台账，超期未报的由办公室提醒；把公开要求写进科室岗位职责。",),
        "other_matters": (_on_fees(report),),
    }


def _on_fees(report: Report) -> str:
    unpaid = report.count("requests.other.unpaid/total")
    if unpaid:
        return f"本年度依规发出信息处理费收费通知，其中{unpaid}件申请人逾期未缴费、不再处理。"
    return f"{report.year}年未发出信息处理费收费通知，未收取信息处理费，没有其他需要报告的事项。"


def _of_requests(report: Report) -> tuple[str, ...]:
    number = report.count
    if not number("requests.received/total"):
        return ("本年度未收到政府信息公开申请，申请渠道保持畅通。",)
    return (
        f"本年度新收政府信息公开申请{number('requests.received/total')}件，均通过网上、信函等渠道登记。",
        f"其中予以公开{number('requests.granted/total')}件，结转下年度{number('requests.carried_out/total')}件。",
    )


def _files(report: Report, *columns: str) -> int:
    return next(
        report.count(f"disclosure.normative_documents/{each}")
        for each in columns
        if f"disclosure.normative_documents/{each}" in report.cells
    )


def first_words(said: Prose, headings: Headings, length: int = 12) -> dict[str, str]:
    """What `Source.prose` holds for these sentences under these headings."""
    left_out = () if headings.parts_of_five else ("improvements",)
    return {slot: sentences[0][:length] for slot, sentences in said.items() if slot not in left_out}
