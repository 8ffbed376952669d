"""How sentences are read: whose number it is, of the whole or of a part, all or none; each kind of fault both ways."""

from collections import Counter
from importlib.resources import files

import pytest
import yaml

from reportkit.checks.bounds import INFINITE, Bounds
from reportkit.checks.prose.explain import Explained, explain
from reportkit.checks.prose.lexicon import variants
from reportkit.checks.prose.plain import Passage
from tests.corpus import evidence_of, judge_sentence

LEXICON = yaml.safe_load((files("reportkit.checks.prose") / "lexicon.yaml").read_text(encoding="utf-8"))
YSJ, CZJ, SUQIAN = "2023/linjiang-ysj", "2023/linjiang-czj", "2024/suqian"


def rules(text: str, report: str = YSJ, slot: str = "on_request") -> list[str]:
    """The rules that a sentence breaks, alone in its part."""
    judged = judge_sentence({"report": report, "slot": slot, "text": text, "findings": [], "of": "here"})
    return sorted(each.rstrip("?") for each in judged.found.elements())


# A part, and what it is a part of; 区营商局 received 36, carried 1 in, concluded 35, carried 2 out.

PARTS = [
    "共受理37件，其中上年转来1件，2件尚在办理。",
    "收到申请36件，其中3件征求第三方意见后答复。",
    "1—6月收到申请20件，均已办结。",
    "通过网站收到申请30件，均已答复。",
    "临江区公安局收到申请58件，均已办结。",
    "法律服务机构1件、商业企业5件，都已答复。",
    "去年转入的1件、今年新收中的20件都已办理完毕。",
    "7—12月收到申请16件。",
    "网上收到申请20件，信函收到申请16件。",
    "第三季度收到申请9件，均在法定期限内答复。",
    "对4件申请不予受理。",
    "按内容分，涉及征地补偿的申请12件、涉及招标投标的申请10件。",
]
WHOLES = [
    ("全年收到申请40件，其中网上20件。", ["N-1"]),
    ("全年共收到申请36件，均已办结。", ["Z-2"]),
    ("1—12月收到申请40件。", ["N-1"]),
    ("通过网上、信函等多种渠道收到申请40件。", ["N-1"]),
    ("按季度通报情况，全年收到申请40件。", ["N-1"]),
    ("收到的申请全部办结。", ["Z-2"]),
]


@pytest.mark.parametrize("text", PARTS)
def test_a_part_is_not_held_against_the_whole(text: str) -> None:
    assert rules(text) == []


@pytest.mark.parametrize(("text", "found"), WHOLES)
def test_the_whole_is(text: str, found: list[str]) -> None:
    assert rules(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("废止行政规范性文件2件（含到期失效1件）。", []),
        ("制发行政规范性文件4件，包括修订2件、新制定2件。", []),
        ("制发行政规范性文件（含修订2件）共4件。", []),
        ("废止行政规范性文件3件（含到期失效1件）。", ["N-8"]),
        ("平台共发布信息100条，其中：会议信息20条，政策文件30件，其他信息60条。", ["N-5"]),
        ("平台共发布信息100条，其中：财务信息30条（其中预算10条、决算20条），政策文件30件，其他信息60条。", ["N-5"]),
        ("平台共发布信息100条，其中：财务信息30条（其中预算10条、决算20条），政策文件30件，其他信息40条。", []),
    ],
)
def test_a_bracket_is_no_whole_and_lists_may_mix_units(text: str, found: list[str]) -> None:
    assert rules(text, slot="proactive") == found


@pytest.mark.parametrize(
    "name", ["我局", "本局", "区营商局", "临江区营商环境局", "区局", "区营商环境局", "本机关", "我单位", "2023年，区局"]
)
def test_the_units_own_names_are_its_own(name: str) -> None:
    assert rules(f"{name}收到政府信息公开申请99件。") == ["N-1"]
    assert rules(f"{name}未收到政府信息公开申请。") == ["Z-1"]
    assert rules(f"{name}收到政府信息公开申请36件。") == []


@pytest.mark.parametrize(
    "name", ["区财政局", "临江区教育局", "县公安局", "市营商环境局", "东街街道办事处", "区政府办公室"]
)
def test_another_bodys_numbers_are_not(name: str) -> None:
    assert rules(f"{name}收到政府信息公开申请99件。") == []
    assert rules(f"{name}收到政府信息公开申请99件，均已办结。") == []
    assert rules(f"{name}未收到政府信息公开申请。") == []


@pytest.mark.parametrize(
    "text",
    [
        "我局作出的行政处罚决定引发行政诉讼20件，政府信息公开类行政诉讼2件。",
        "因学籍管理引发的行政复议30件，与政府信息公开无关。",
        "行政复议案件40件，均系其他行政行为引起。",
        "全区行政复议机构办理各类行政复议案件200件，涉及政府信息公开的3件。",
    ],
)
def test_disputes_over_other_matters_are_not_those_of_table_four(text: str) -> None:
    assert rules(text) == []
    assert rules("因政府信息公开引发行政复议30件。") == ["N-6"]


@pytest.mark.parametrize("verb", ["收到", "收", "接收", "接到", "受理", "登记"])
def test_verbs_of_intake(verb: str) -> None:
    assert rules(f"全年{verb}政府信息公开申请99件。") == ["N-1"]
    assert rules(f"全年{verb}政府信息公开申请３６件。") == []


@pytest.mark.parametrize("text", ["全年收费99件。", "税收99件。", "登记簿99件。", "收集意见99条。", "全年共征收99件。"])
def test_words_that_hold_such_a_verb_are_none(text: str) -> None:
    assert rules(text) == []


NONE = [
    "未收到政府信息公开申请。",
    "未收到要求公开政府信息的申请。",
    "没有收到关于政府信息公开的申请。",
    "无依申请公开申请。",
    "政府信息公开申请零受理。",
    "收到政府信息公开申请0件。",
    "公民、法人或者其他组织未向我局提出政府信息公开申请。",
]
SOME = [
    "未收到逾期的申请。",
    "未收到有关补贴政策的申请。",
    "科研机构没有提出申请。",
    "春节期间未收到政府信息公开申请。",
    "没有收到投诉。",
    "没有一件申请超期。",
]


@pytest.mark.parametrize("text", NONE)
def test_none_received(text: str) -> None:
    assert rules(text) == ["Z-1"]
    assert rules(text, CZJ) == []


@pytest.mark.parametrize("text", SOME)
def test_what_is_not_none_received(text: str) -> None:
    assert rules(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("收到申请36件，答复35件，无上年结转政府信息公开申请。", ["Z-4"]),
        ("无结转下年度办理的申请。", ["Z-4"]),
        ("申请全部予以公开。", ["Z-4"]),
        ("申请人全部为自然人，共收到申请36件。", ["Z-4"]),
        ("收到申请36件，申请人全部为自然人。", ["Z-4"]),
        ("全年无不予公开的情形。", ["Z-4"]),
        ("全年没有因属于国家秘密不予公开的申请。", []),
        ("新收的36件申请均为自然人提出。", ["Z-4"]),
        ("自然人申请30件，均予以公开。", []),
    ],
)
def test_claims_on_the_whole(text: str, found: list[str]) -> None:
    assert rules(text) == found


@pytest.mark.parametrize("mark", ["{schools}", "｛｛ schools ｝｝", "{ {x} }", "%s", "[待填]", "□"])
def test_left_over_marks_of_templates(mark: str) -> None:
    assert rules(f"开设专栏{mark}个。", slot="platform") == ["P-3"]


@pytest.mark.parametrize(
    "text", ["印发编写说明材料，供各科室参考。", "办事群众可在此处扫码填写意见。", "预算100%执行。"]
)
def test_ordinary_words_are_no_templates(text: str) -> None:
    assert rules(text, slot="platform") == []


# The lexicon, and what is shown of a reading


def test_every_group_of_words_says_what_it_means() -> None:
    assert all(entry["means"].strip() and entry["words"] for kind in LEXICON.values() for entry in kind.values())


def test_no_word_means_two_things() -> None:
    meanings = {
        (word, kind, meaning)
        for kind, entries in LEXICON.items()
        for meaning, entry in entries.items()
        for written in entry["words"]
        for word in variants(written)
    }
    words = Counter(word for word, _, _ in meanings)
    assert {word: number for word, number in words.items() if number > 1} == {}


def explained(text: str, report: str = SUQIAN) -> list[Explained]:
    return [each for _, claims in explain(evidence_of(report), [Passage("on_request", "", text)]) for each in claims]


def test_a_reading_is_explained_claim_by_claim() -> None:
    whole, part, other, all_of_other = explained(
        "全市收到政府信息公开申请3525件，其中网上申请2000件；县公安局收到58件，均已办结。"
    )
    assert (whole.words, whole.scope) == ("3525件", "全年、全部")
    assert whole.held.startswith("N-1：")
    assert whole.held.endswith("相符")
    assert "一部分" in part.held
    assert (other.whose, all_of_other.whose) == ("其他单位", "其他单位")
    (none,) = explained("无上年结转的申请。")
    assert none.about.startswith("没有：上年结转")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Bounds(3, 3), "3"),
        (Bounds(3, INFINITE), "至少3"),
        (Bounds(0, INFINITE), "（缺）"),
        (Bounds(-INFINITE, INFINITE), "（缺）"),
        (Bounds(-INFINITE, 5), "至多5"),
    ],
)
def test_a_figure_that_may_be_anything_is_said_to_be_missing(found: Bounds, said: str) -> None:
    assert str(found) == said


def test_the_verb_of_a_list_is_that_of_each_of_its_items() -> None:
    assert rules("全市本年制发规章2件、行政规范性文件50件。", SUQIAN, "proactive") == []
    assert rules("全市本年制发规章2件、行政规范性文件59件。", SUQIAN, "proactive") == ["N-8"]
    assert rules("全市本年制发规章2件、解读材料59件。", SUQIAN, "proactive") == []


@pytest.mark.parametrize(
    ("sound", "wrong"),
    [
        ("本年度新收政府信息公开申请~~7~~36件。", "本年度新收政府信息公开申请~~7~~63件。"),
        ("尚有②件政府信息公开申请结转下年度继续办理。", "尚有⑨件政府信息公开申请结转下年度继续办理。"),
        ("本年度新收政府信息公开申请三⼗六件。", "本年度新收政府信息公开申请⼆⼗件。"),
        ("年末无逾期未办结的政府信息公开申请。", "年末无未办结的政府信息公开申请。"),
    ],
)
def test_numbers_however_they_are_written(sound: str, wrong: str) -> None:
    assert rules(sound) == []
    assert len(rules(wrong)) == 1


def test_numbered_points_are_no_numbers() -> None:
    assert rules("重点抓好三项工作：①规范答复文书；②加强培训；③畅通渠道。") == []


@pytest.mark.parametrize(
    "text", ["经认真自查，本单位政府信息公开工作中不存在任何问题和不足。", "目前没有什么明显问题。"]
)
def test_part_five_without_a_fault_is_none(text: str) -> None:
    assert "S-1" in rules(text, slot="problems")
