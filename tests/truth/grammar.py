"""Report sentences whose truth is known: figures, sound, changed, meaning_kept; ``unit`` invents a body."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from tests.truth import matters, requests
from tests.truth.base import VOCAB, Case, Cells, Draft, Gen, Unit, figures, own_word, regions, unit

__all__ = ["Case", "Unit", "changed", "figures", "meaning_kept", "sound", "unit"]
# --- years and bodies ---

VOCAB |= {
    "act-overview": "[坚持以公开为常态、不公开为例外，[持续|不断]提[升|高]政府工作透明度|认真贯彻[落实|执行]《[中华人民共和国|]政府信息公开条例》，[扎实|稳步]"
    "推进政府信息公开[各项|]工作|围绕中心工作[和群众关切|]，[持续|进一步]深化政务公开|[扎实|有序]推进政府信息公开[和政务公开|]工作]",
    "act-proactive": "[主动公开[各类|]政府信息<c>条|及时更新[法定主动公开内容|政府信息公开目录]|[发布|推出]政策解读材料<a>篇|[聚焦|围绕]重点领域[加大|拓展]主动公开[力度|范围]]",
    "act-on_request": "[[规范|优化]依申请公开[受理、审核、办理、答复|登记、审核、办理、答复|办理]流程|[加强|注重]与申请人的沟通[联系|]，[依法|规范]作出答复]",
    "act-management": "[[修订|完善|更新]政府信息公开指南[和目录|]|[落实|健全]公开属性源头认定[和保密审查|]机制|[开展|做好]政府信息[清理|动态调整|分类管理]工作]",
    "act-platform": "[[优化|完善]政府信息公开专栏[栏目设置|建设]|[加强|规范]政务新媒体[日常管理|运行维护]|[提升|改进]网站检索[功能|体验]]",
    "act-supervision": "[[组织|开展]政府信息公开业务培训<b>[期|次]|[加强|开展]日常[检查|监测]和[业务|工作]指导|[健全|完善]政府信息公开[工作|]监督机制]",
    "act-problems": "[主动公开的[深度|广度|时效性]还[不够|有待提高]|政策解读形式[还不够丰富|较为单一]|[业务|工作]人员[专业|业务]能力[还需|有待]提升]",
    "act-improvements": "[进一步[拓展公开范围|丰富解读形式|强化业务培训]|[持续|不断][优化平台功能|规范办理流程|提高公开质量]]",
    "act-other_matters": "[[推进年度政务公开重点任务|落实年度政务公开工作要点]|[推进|规范]公共企事业单位信息公开]",
}
AREAS = ("overview", "proactive", "on_request", "management", "platform", "supervision")


def act(g: Gen, slot: str, pattern: str, **values: int | str) -> str:
    """A sentence on what was done, in the words of the slot."""
    values = {"a": g.rng.randint(12, 60), "b": g.rng.randint(2, 9), "c": g.rng.randint(100, 3000)} | values
    return g.say(pattern.replace("<act>", f"<act-{slot}>"), values)


def years(g: Gen) -> Draft:
    """The report's year; other years are sound only where rule P-2 allows them."""
    y, slot = g.unit.year, g.rng.choice(AREAS)
    patterns = [
        "<YY>年，<S><act>",
        "<YY>年度，<S><act>",
        "<YY>年<S><act>",
        "<YY>年全年，<S><act>",
        "<YY>年1月1日至12月31日，<S><act>",
    ]
    if slot != "overview":
        patterns += [
            "<S>在<YY>年<act>",
            "在<YY>年的政府信息公开工作中，<S><act>",
            "<S>扎实做好<YY>年政府信息公开工作，<act>",
            "<YY>年内，<S><act>",
            "[按照|根据]工作部署，<S><YY>年<act>",
            "<YY>年，面对新形势新要求，<S><act>",
        ]
    wrong = [str(y - 1), str(y - 1), str(y - 2), str(y - 3), str(y + 1)]
    return Draft("P-2", slot, patterns, {"YY": str(y)}, {"YY": lambda: g.rng.choice(wrong)})


def other_years(g: Gen) -> Draft:
    """Other years that rule P-2 allows (sound only)."""
    y = g.unit.year
    slot = g.rng.choice(("proactive", "management", "platform", "improvements"))
    patterns = [
        "自2019年修订后的《条例》施行以来，<S><act>",
        f"截至{y}年底，<S><act>",
        "按照《中华人民共和国政府信息公开工作年度报告格式》（国办公开办函〔2021〕30号）要求，<S><act>",
        "对照“十四五”规划（2021—2025年）要求，<S><act>",
        f"与{y - 1}年相比，<S>主动公开内容[更加|进一步]丰富",
    ]
    if slot == "improvements":
        patterns = [
            f"{y + 1}年，<S>将<act>",
            f"<S>计划在{y + 1}年<act>",
            f"下一步，<S>将在{y + 1}年<act>",
            f"{y + 1}年<S>将<act>",
        ]
    return Draft("P-2", slot, patterns)


def bodies(g: Gen) -> Draft:
    """我/本 + a word for the unit: its own, or one that cannot be."""
    slot, word = g.rng.choice((*AREAS, "problems", "improvements", "other_matters")), own_word(g.unit)
    text = g.unit.name + "".join(g.unit.parents)
    own = [f"我{word}", f"本{word}", *(regions(g.unit) if slot != "on_request" else ())]
    wrong = [
        me + w
        for me, words in (("我", "镇 乡 街道 局 委 厅 公司 校 院"), ("本", "镇 局 委 公司 校 院 街道"))
        for w in words.split()
        if w != word and w not in text
    ]
    if g.unit.level in ("county", "township"):
        wrong += [f"我{w}" for w in "县区" if w not in text]
    patterns = [
        "[确保|推动|促进]<X>政府信息公开工作[有序开展|顺利开展|走深走实]",
        "<X>[高度重视|始终重视|不断加强]政府信息公开工作",
        "[不断|持续]提[升|高]<X>政务公开[能力和|工作]水平",
        "[结合|立足]<X>[工作|]实际，<act>",
        "<X><act>",
        "<WW>，<X><act>",
        "<X>政府信息公开工作由专人[具体负责|牵头负责]",
        "<X>明确[专人|专门科室]负责政府信息公开工作",
        "[全面|]提升<X>信息公开规范化水平，<act>",
        "[通过|经过][全年|一年]努力，<X>政府信息公开工作[取得新进展|得到进一步加强]",
    ]
    patterns += [f"<X>会同{name}[开展|组织]政府信息公开[联合检查|业务交流]" for name in g.unit.others[:2]]
    patterns = patterns[:6] if slot in ("problems", "improvements") else patterns
    return Draft("P-1", slot, patterns, {"X": g.rng.choice(own)}, {"X": lambda: g.rng.choice(wrong)})


def fees(g: Gen) -> Draft:
    """What section 六 says of 信息处理费: nothing charged, or cases and amounts that add up."""
    unpaid = g.now("other.unpaid")
    if not g.now("received") or g.rng.random() < 0.25:
        more = (
            ()
            if unpaid
            else ("<WW>[未发出|没有发出]<FEE>收费通知，未收取<FEE>", "<WW>发出<FEE>收费通知0件，收取金额0元")
        )
        return Draft(
            "F-2",
            "other_matters",
            (
                "<WW><S>未收取<FEE>",
                "<WW>[无收取|没有收取]<FEE>[的情况|情况]",
                "<WW><FEE>收取金额为0元",
                "<S><WW>未向申请人收取[任何|]<FEE>",
                "依据《政府信息公开信息处理费管理办法》，<WW><S>未收取<FEE>",
                "<WW><S>收取<FEE>0件，金额0元",
                "<FEE>方面，<WW>[未收取任何费用|未收取]",
                "<WW><S>依申请提供政府信息未收取<FEE>",
                *more,
            ),
        )
    n = g.rng.choice((2, 2, 3))
    parts = [10 * g.rng.choice((7, 10, 14, 20, 29, 42, 60, 88, g.rng.randint(4, 90))) for _ in range(n)]
    items = "、".join(f"<a{i}>元" for i in range(n))
    two = "按件[计收|计费]<a0>元、按[量|页][计收|计费]<a1>元"
    patterns = [
        f"<WW>向<j>件政府信息公开申请的申请人收取<FEE>，[共|共计|合计]<x>元，分别为{items}",
        f"<WW><S>[共|]收取<FEE><j>件，金额<x>元，分别为{items}",
        f"<W><FEE>收取<j>件，[每件|]金额分别为{items}，合计<x>元",
        f"<WW><S>依规收取<FEE><x>元，涉及<j>件，分别为{items}",
    ]
    if n == 2:
        patterns += [
            f"<W><S>[共|]收取<FEE>2件<x>元，其中{two}",
            f"<WW><S>收取<FEE>2件、<x>元，由{two}组成",
            f"<W>收取<FEE>2件，{two}，合计<x>元",
            f"<W>发出<FEE>收费通知2件，收取<x>元，包括{two}",
        ]
    values: dict[str, int | str] = {"j": n, "x": sum(parts)} | {f"a{i}": part for i, part in enumerate(parts)}
    if not unpaid:
        one = g.rng.randint(1, 6)
        values |= {"k": one + n, "k0": one, "k1": n, "y": sum(parts)}
        patterns += ["<W>发出<FEE>收费通知<k>件，其中按件计收<k0>件、按量计收<k1>件，共收取<y>元"] * 2
    tens = [10 * step for step in (1, 2, 3, 5, 9, 10)]
    wrong = {f"a{i}": lambda part=part: part + g.rng.choice(tens) for i, part in enumerate(parts)}
    wrong |= {"x": lambda: max(10, sum(parts) - g.rng.choice(tens))}
    wrong |= {key: g.off(int(values[key]), (), int(values[key]) + 1) for key in ("k0", "k1") if key in values}
    return Draft("F-2", "other_matters", patterns, values, wrong)


# --- rewritings that keep the meaning ---

COUNTED = "件|宗|份|条|次|人次|篇|期|场|个|元|起"
HAN = "一两三四五六七八九十"


def _han(rng: random.Random, text: str) -> str:
    """Small counts in Chinese numerals, or the other way round."""
    pattern = rf"(?<![\d.,，%、—百])([1-9]|10)(?=(?:{COUNTED}))"
    if re.search(pattern, text) and rng.random() < 0.7:
        return re.sub(pattern, lambda m: HAN[int(m[1]) - 1], text)
    return re.sub(rf"(?<=[到受新办结转开理复])([{HAN}])(?=件)", lambda m: str(HAN.index(m[1]) + 1), text)


def _swap_items(rng: random.Random, text: str) -> str:
    """Two neighbours of a list change places, where each carries its own name."""
    item = r"([\u4e00-\u9fff]{2,12}\d+件)"
    return re.sub(rf"、{item}、{item}(?=[，。；、）])", r"、\2、\1", text)


def _swap_words(rng: random.Random, text: str) -> str:
    """Words of the same meaning."""
    pairs = (
        ("全年", "本年度"),
        ("共收到", "累计收到"),
        ("同比增长", "比上年增长"),
        ("行政复议案件", "行政复议"),
        ("以及", "和"),
        ("结转下年度", "结转下一年度"),
    )
    for one, two in rng.sample(pairs, len(pairs)):
        if one in text and two not in text:
            return re.sub(rf"(?<!年){one}", two, text)
    return text


def _swap_sentences(rng: random.Random, text: str, slot: str) -> str:
    """The sentences in another order, if none leans on the one before."""
    parts = [part + "。" for part in text.split("。") if part]
    if len(parts) < 2 or slot == "overview" or any(part.startswith("其中，") for part in parts):
        return text
    return "".join(parts[1:] + parts[:1])


def rewritings(slot: str) -> dict[str, Callable[[random.Random, str], str]]:
    """Every rewriting, by name."""
    marks = str.maketrans("，；：（）", ",;:()")
    return {
        "full width": lambda rng, text: text.translate(str.maketrans("0123456789%", "０１２３４５６７８９％")),
        "half width marks": lambda rng, text: text.translate(marks),
        "Chinese numerals": _han,
        "separators": lambda rng, text: re.sub(
            rf"(?<![\d.〔])(\d{{4,6}})(?=(?:{COUNTED}))", lambda m: f"{int(m[1]):,}", text
        ),
        "spaces": lambda rng, text: re.sub(rf"(?<=[\u4e00-\u9fff])(\d[\d,]*)({COUNTED})", r" \1 \2", text),
        "indent": lambda rng, text: "\u3000\u3000" + text,
        "year": lambda rng, text: (
            text
            if slot == "overview"
            else re.sub(
                r"(?<![\d—])(20\d\d)(?=年)", lambda m: "".join("〇一二三四五六七八九"[int(d)] for d in m[1]), text
            )
        ),
        "list order": _swap_items,
        "words": _swap_words,
        "sentences": lambda rng, text: _swap_sentences(rng, text, slot),
    }


# --- composition ---

Builder = Callable[[Gen], "Draft | None"]
R, M = requests, matters
RULES: dict[str, tuple[Builder, ...]] = {
    "N-1": (R.intake, R.intake, R.intake_with_old, lambda g: R.flow(g, "N-1")),
    "N-2": (R.done, R.left, R.flow),
    "N-3": (R.categories, R.one_category, R.split),
    "N-4": (R.share,),
    "N-5": (M.channels, M.shelf),
    "N-6": (M.disputes,),
    "N-7": (M.growth, M.difference, M.points),
    "N-8": (M.documents, M.decisions),
    "Z-1": (M.none_received,),
    "Z-2": (M.all_done,),
    "Z-3": (M.no_disputes,),
    "Z-4": (M.all_one, M.all_type, M.none_left, M.none_of),
    "P-1": (bodies,),
    "P-2": (years,),
    "F": (fees, fees, M.no_fees),
}
KIN = [{"N-6", "Z-3"}, {"N-2", "Z-2"}, {"N-1", "Z-1"}, *({rule} for rule in RULES)]
LEADS = (
    (
        "[依申请公开|申请办理]方面，",
        ("", "", "", "", "", "", "，[有效|依法|切实]保障[了|]公众知情权", "，[有关|相关]情况见[下表|附表]"),
    ),
    ("行政争议方面，", ("", "", "", "", "", "，[应诉|应对]工作[依法|规范]开展", "，[有关|相关]情况见[下表|附表]")),
)
ONLY_SOUND: tuple[Builder, ...] = (M.in_time, R.closed, other_years)


def sentence(g: Gen, draft: Draft, false: bool) -> tuple[str, str] | None:
    """Write a draft out, true or with exactly one thing false: the text and what was changed."""
    pattern, values, why = g.rng.choice(draft.patterns), dict(draft.values), ""
    if false and draft.true is None:
        ready = [key for key in draft.wrong if f"<{key}>" in pattern]
        g.rng.shuffle(ready)
        for key in ready:
            new = draft.wrong[key]()
            if new is not None:
                why, values[key] = f"{key}: {values[key]} → {new}", new
                break
        if not why:
            return None
    elif false == draft.true:
        return None
    if draft.slot == "on_request" and draft.rule[0] in "NZ" and draft.rule != "Z-1":
        lead, tails = LEADS[draft.rule in ("N-6", "Z-3")]
        pattern = (lead if g.rng.random() < 0.1 and "方面" not in pattern else "") + pattern + g.rng.choice(tails)
    most = min(int(values.get("n", 0)), int(draft.values.get("n", 0))) if "cap" in values else 0
    if most > 2 and g.rng.random() < 0.4:
        part = g.rng.randint(1, most - 1)
        ways = "（其中[网上|当面|信函][提交|申请]<i><mw>）|（含[网上|信函]申请<i><mw>）|，其中通过[门户网站|信函][提交|提出]<i><mw>|（其中涉及征地拆迁的<i><mw>）"
        values |= {"sub": f"[{ways}]", "i": part}
    return act(g, draft.slot, pattern, **values) + "。", why or ("quantifier" if false else "")


def attempt(g: Gen, builders: Sequence[Builder], false: bool) -> tuple[Draft, str, str] | None:
    """Try the builders until one gives a sentence."""
    for builder in g.rng.choices(builders, k=6):
        draft = builder(g)
        made = sentence(g, draft, false) if draft is not None else None
        if draft is not None and made is not None:
            return draft, *made
    return None


def company(g: Gen, draft: Draft, false: bool) -> list[str]:
    """Sound sentences that may stand beside the claim."""
    chance = g.rng.random()
    if chance < 0.35 or (chance >= 0.7 and draft.slot in ("problems", "improvements", "overview")):
        return []
    if chance < 0.7 or draft.rule in ("F-1", "F-2") or (false and draft.rule == "Z-1"):
        return [requests.other_matter(g)]
    if draft.slot == "on_request":
        more = [rule for rule in ("N-1", "N-2", "N-3", "N-6", "Z-1", "Z-2", "Z-3") if {rule, draft.rule} not in KIN]
        twin = attempt(g, RULES[g.rng.choice(more)], False) if chance < 0.85 else None
        return list(filter(None, [twin[1] if twin else requests.subset(g)]))
    return [act(g, draft.slot, "<S><act>") + "。"]


def frame(g: Gen, draft: Draft, text: str, false: bool) -> tuple[str, str]:
    """Put the claim among others, as its slot demands: the slot and the whole text."""
    slot, beside = draft.slot, company(g, draft, false)
    if slot == "overview":
        starts = text.startswith(str(g.unit.year)) or draft.rule == "P-2"
        return slot, (text if starts else act(g, slot, "<Y>年，<S><act>") + "。" + text) + "".join(beside)
    if slot in AREAS and draft.rule not in ("P-1", "P-2") and not beside and g.rng.random() < 0.06:
        return "overview", act(g, "overview", "<Y>年，<S><act>") + "。" + text
    if slot == "other_matters" and draft.rule not in ("F-1", "F-2") and (charged := attempt(g, (fees,), False)):
        beside = [charged[1]]
    if slot == "supervision" and g.unit.kind == "government":
        beside = [
            g.say("<S>将政府信息公开工作纳入年度[绩效|]考核，[定期|]开展社会评议，[年内|]未发生责任追究情形") + "。"
        ]
    return slot, "".join(g.rng.sample([text, *beside], 1 + len(beside)))


def sound(rng: random.Random, this: Cells, last: Cells, unit: Unit) -> Case:
    """A case with no finding."""
    while True:
        g = Gen(rng, this, last, unit)
        rule = rng.choice([*RULES, "only", "only", "subset"])
        if rule == "subset":
            text = requests.subset(g) or requests.other_matter(g)
            return Case("on_request", text + (requests.other_matter(g) if rng.random() < 0.5 else ""), (), "")
        builders = ONLY_SOUND if rule == "only" else RULES[rule]
        made = attempt(g, builders, False)
        if made is not None:
            return Case(*frame(g, made[0], made[1], False), (), "")


def changed(rng: random.Random, this: Cells, last: Cells, unit: Unit) -> Case:
    """A case with one thing changed, and exactly the finding that follows."""
    while True:
        g = Gen(rng, this, last, unit)
        made = attempt(g, RULES[rng.choice([*RULES, "Z-2"])], True)
        if made is not None:
            return Case(*frame(g, made[0], made[1], True), (made[0].rule,), made[2])


def meaning_kept(rng: random.Random, case: Case) -> Case:
    """The same case in other clothes: the same findings are expected."""
    ways, text, done = rewritings(case.slot), case.text, list[str]()
    if rng.random() < 0.5:
        g = Gen(rng, {}, {}, Unit("某局", "某局", "county", "department", (), (), (), 2023))
        joint = text[:-1] + "；" if rng.random() < 0.25 else text
        more = next(new for new in iter(lambda: requests.other_matter(g), "") if new[4:8] not in text)
        text, done = joint + more, ["another matter"]
    for name in sorted(rng.sample(list(ways), 4), key="indent".__eq__):
        new = ways[name](rng, text)
        if new != text:
            text, done = new, [*done, name]
    return Case(case.slot, text, case.findings, f"{case.why} [{', '.join(done)}]".strip())
