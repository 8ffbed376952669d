"""Claims on the applications: table 三 and the rules N-1 N-2 N-3 N-4 N-5 N-7 Z-1 Z-2 Z-4."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tests.truth.base import COLUMNS, GROUPS, LEAVES, VOCAB, Draft, Gen, own_word

SLOT = "on_request"
VOCAB |= {
    "V": "[收到|收到|受理|接收|接到|登记|收办]",
    "LI": "[有所|较为明显地|]",
    "ND": "下[一|]年度",
    "LD": "上[一|]年[度|]",
    "D": "[办结|答复|办理完毕]",
    "OFF": "[提出|提交|申请|]",
    "UP": "[增长|上升|增加]",
    "DOWN": "[下降|减少|降低]",
    "CMP": "[同比|较上年|比上年|与上年相比|较<Y-1>年|比<Y-1>年]",
    "LEG": "法人[或|和]其他组织",
    "BASE": "[占办结总数的|占办理结果总数的|占办结总量的|占已办结申请的]",
    "NEWBASE": "[占新收申请总数的|占新收申请的|占本年新收申请总量的|占全年新收申请数的]",
}
CATS = {
    "granted": "[予以公开|予以公开|公开]",
    "partial": "[部分公开|部分公开|予以部分公开]",
    "refused": "[不予公开|不予公开|依法不予公开]",
    "unavailable": "[无法提供|无法提供|确实无法提供]",
    "not_processed": "[不予处理|不予处理|依法不予处理]",
    "other": "其他处理",
}
PAIRS = {
    ("granted", "partial"): "[公开和部分公开|予以公开和部分公开|予以公开及部分公开|予以公开、部分公开]",
    ("refused", "unavailable"): "不予公开[和|及]无法提供",
    ("unavailable", "not_processed"): "无法提供[和|及]不予处理",
}
LEAF_WORDS = {
    "refused.state_secret": "[因|]属于国家秘密不予公开",
    "refused.third_party_rights": "[因|为]保护第三方合法权益不予公开",
    "refused.internal_affairs": "[因|]属于三类内部事务信息不予公开",
    "refused.deliberative": "[因|]属于四类过程性信息不予公开",
    "refused.enforcement_file": "[因|]属于行政执法案卷不予公开",
    "refused.administrative_query": "[因|]属于行政查询事项不予公开",
    "refused.prohibited_by_law": "其他法律行政法规禁止公开[的|]",
    "unavailable.not_held": "[因|]本机关不掌握相关政府信息无法提供",
    "unavailable.needs_creation": "[因|]没有现成信息需要另行制作无法提供",
    "unavailable.unclear": "补正后申请内容仍不明确无法提供",
    "not_processed.petition": "信访举报投诉类申请不予处理",
    "not_processed.repeated": "重复申请不予处理",
    "not_processed.abusive": "无正当理由大量反复申请不予处理",
}


def total(g: Gen, group: str, column: str = "total", old: bool = False) -> int:
    """The sum of a group's rows."""
    return sum((g.before if old else g.now)(leaf, column) for leaf in GROUPS[group])


def keys(g: Gen) -> set[int]:
    """Every number that some accepted reading of 收到, 办理, 办结 or 结转 could mean; false numbers keep away from it."""
    found: set[int] = set()
    for read in (g.now, g.before):
        new, old, done, left = (read(key) for key in ("received", "carried_in", "concluded", "carried_out"))
        misc = read("other.miscellaneous")
        found |= {new, old, new + old, done, left, done - misc, new - left, done - old, done - old - misc, new - misc}
    return found


def near(g: Gen, leaves: Sequence[str]) -> set[int]:
    """Sums of neighbouring rows that overlap the given ones, in every column's total."""
    spans = [(a, b) for a in range(len(LEAVES)) for b in range(a + 1, len(LEAVES) + 1)]
    wanted = {LEAVES.index(leaf) for leaf in leaves}
    close = [LEAVES[a:b] for a, b in spans if wanted & set(range(a, b)) and b - a <= len(leaves) + 2]
    sums = {sum(g.now(leaf) for leaf in span) for span in close} | {total(g, group) for group in GROUPS}
    return sums | {total(g, "granted") + total(g, "partial"), total(g, "refused") + total(g, "unavailable")}


def intake(g: Gen) -> Draft | None:
    """新收, said plainly."""
    n = g.now("received")
    return (
        Draft(
            "N-1",
            SLOT,
            (
                "<W><S><all><V><O><n><mw><sub>",
                "<W><all><V><O><n><mw><sub>",
                "<W><S><all>新收<O><n><mw><sub>",
                "[本年|<Y>年|本年度]新收<P>[数量|总数|]为<n><mw>",
                "<W><S>依法<V>[各类|]<P><n><mw><sub>",
                "<W><S>[共|累计|]<V><n><mw><O>",
                "<WW>[向<S>提出的|<S>收到的]<P>[共|共计|总数为|总量为|共有]<n><mw>",
                "<WW><P>[受理总量|收件总量|受理数量|登记总数]为<n><mw>",
                "<W><O>[共有|达到|达]<n><mw>",
                "[依申请公开|政府信息依申请公开][工作|]方面，<W><S>[共|]<V>[政府信息公开|信息公开]申请<n><mw><sub>",
                "<W><S><all>[办理|处理]<O><n><mw>",
                "在依申请公开[办理|工作]中，<S><WW>[共|累计|]<V>[公民、法人[和|或]其他组织的|]<P><n><mw>",
            ),
            {"n": n, "cap": n},
            {"n": g.off(n, tuple(keys(g)))},
        )
        if n
        else None
    )


def intake_with_old(g: Gen) -> Draft | None:
    """新收 and 上年结转 together."""
    c, n = g.now("carried_in"), g.now("received")
    return (
        Draft(
            "N-1",
            SLOT,
            (
                "<W><S><all>[收到|受理|办理|收办]<O><s><mw>（[含|其中含]<LD>结转<c><mw>）",
                "<W><S><all>[收到|办理|受理]<O><s><mw>，[含|其中含]<LD>结转[的|]<c><mw>",
                "[含|加上|连同]<LD>结转的<c><mw>，<WW><S><all>[收到|办理|受理|收办]<O><s><mw>",
                "<WW><S>[收到|受理|办理]的<P>（含<LD>结转<c><mw>）[共|共计|总数为]<s><mw>",
                "<W><S>[共|]办理<s><mw><P>，其中[含|有]<LD>结转<c><mw>",
            ),
            {"c": c, "s": n + c},
            {"s": g.off(n + c, tuple(keys(g)), c + 1)},
        )
        if c and n
        else None
    )


def flow(g: Gen, rule: str = "N-2") -> Draft | None:
    """新收, carried in, done and carried out, in one sentence."""
    n, c, t, o = (g.now(key) for key in ("received", "carried_in", "concluded", "carried_out"))
    avoid = tuple(keys(g))
    wrong = {"n": g.off(n, avoid)} if rule == "N-1" else {"t": g.off(t, avoid), "o": g.off(o, avoid, 1, max(3, n + c))}
    return (
        Draft(
            rule,
            SLOT,
            (
                "<W><S>[共|]新收<O><n><mw>、<LD>结转<c><mw>，[共|]办结<t><mw>、结转<ND>[继续办理|]<o><mw>",
                "<W><S>新收<O><n><mw>，<LD>结转<c><mw>；办理结果总计<t><mw>，结转<ND>[继续办理|]<o><mw>",
                "<LD>结转<P><c><mw>，[本年|本年度|<Y>年]新收<n><mw>，[已|全年|]办结<t><mw>，[尚有|另有]<o><mw>结转<ND>[继续|]办理",
                "<W><S>新收<O><n><mw>，加上<LD>结转的<c><mw>，除去结转<ND>的<o><mw>，[实际|全年|]办结<t><mw>",
                "<W><P>办理情况：新收<n><mw>，<LD>结转<c><mw>，办结<t><mw>，结转<ND><o><mw>",
            ),
            {"n": n, "c": c, "t": t, "o": o},
            wrong,
        )
        if n and t
        else None
    )


def done(g: Gen) -> Draft | None:
    """How many were concluded."""
    t, c, o = g.now("concluded"), g.now("carried_in"), g.now("carried_out")
    more = ("[加上|连同]<LD>结转的<c><mw>，除去结转<ND>的<o><mw>，<WW><S>[共|]办结<P><t><mw>",) if c and o else ()
    return (
        Draft(
            "N-2",
            SLOT,
            (
                "<W><S><all><D><O><t><mw>",
                "<WW><P>办理结果总计<t><mw>",
                "<WW><P>[本年度|]办理结果[总数|总计]为<t><mw>",
                "<W><S>[已|共|累计|]答复<O><t><mw>",
                "截至[年底|<Y>年底|<Y>年12月31日]，<S><all>[办结|答复]<O><t><mw>",
                "<W><S><all><D><t><mw><O>",
                "<W><S>对<t><mw><P>作出[了|]答复",
                "<WW><P>[办结量|办结数量|办结总数]为<t><mw>",
                "<W><S>[认真|依法|按期][办结|答复]<O>[共|]<t><mw>",
                "[在法定期限内|按照法定程序]，<WW><S><all><D><P><t><mw>",
                *more,
            ),
            {"t": t, "c": c, "o": o},
            {"t": g.off(t, tuple(keys(g)))},
        )
        if t
        else None
    )


def left(g: Gen) -> Draft | None:
    """How many go on into the next year; all done but so many."""
    o, t = g.now("carried_out"), g.now("concluded")
    return (
        Draft(
            "N-2",
            SLOT,
            (
                "<o><mw><P>结转[至|]<ND>[继续|]办理",
                "结转<ND>[继续|]办理的<P>[有|共|为|]<o><mw>",
                "<P>结转<ND>[继续办理|]<o><mw>",
                "截至年底，[尚|仍]有<o><mw><P>[正在办理|在办理中|未到答复期限]，[按规定|依规|]结转<ND>[继续|]办理",
                "除<o><mw>结转<ND>[继续|]办理外，<WW>其余<P>均已[办结|答复]",
                "<S>收到的<P>中，有<o><mw>结转<ND>[继续|]办理",
                "[因年底收到|因收到时间临近年末]、尚在[法定|答复]期限内，<o><mw><P>结转<ND>[继续|]办理",
                "<WW><P>办结<t><mw>，结转<ND>[继续|]办理<o><mw>",
                "<S>年末在办的<P>[共|有]<o><mw>，[均|全部|]结转<ND>[继续|]办理",
            ),
            {"o": o, "t": t},
            {"o": g.off(o, tuple(keys(g)), 1, o + t)},
        )
        if o and t
        else None
    )


def listing(g: Gen, names: Sequence[str]) -> str:
    """A list of things with the counts <k0>, <k1> …, in one of many shapes."""
    shape = g.rng.choice(
        (
            "{c}{n}",
            "{c}{n}",
            "{c}的{n}",
            "{c}的有{n}",
            "作出{c}[决定|答复]{n}",
            "{n}{c}",
            "{c}（{n}）",
            "{c}类{n}",
            "{c}共{n}",
        )
    )
    if any(len(name) > 20 or "申请" in name for name in names) or len(names) > 4:
        shape = g.rng.choice(("{c}{n}", "{c}的{n}", "{c}的有{n}"))
    items = [shape.format(c=name, n=f"<k{i}><mw>") for i, name in enumerate(names)]
    comma = g.rng.choice("、、，；")
    last = g.rng.choice((comma, comma, "和", "以及")) if comma == "、" else comma
    return comma.join(items[:-1]) + (last if len(items) > 1 else "") + items[-1]


def categories(g: Gen) -> Draft | None:
    """Two to five of the outcomes, with or without the total before them."""
    found = [group for group in GROUPS if total(g, group)]
    if len(found) < 2:
        return None
    picked = g.rng.sample(found, min(len(found), g.rng.randint(2, 5)))
    if g.rng.random() < 0.8:
        picked.sort(key=list(GROUPS).index)
    words, counts, rows = [CATS[p] for p in picked], [total(g, p) for p in picked], [GROUPS[p] for p in picked]
    for pair, word in PAIRS.items():
        if set(pair) <= set(picked) and len(picked) > 2 and g.rng.random() < 0.4:
            at = picked.index(pair[0])
            counts[at], words[at], rows[at] = sum(total(g, p) for p in pair), word, GROUPS[pair[0]] + GROUPS[pair[1]]
            del words[picked.index(pair[1])], counts[picked.index(pair[1])], rows[picked.index(pair[1])]
            break
    t, items = g.now("concluded"), listing(g, words)
    patterns = [
        "<W><S><all><D><O><t><mw>，其中" + items,
        "<W><S><all><D><O><t><mw>。其中，" + items,
        "从[办理|答复]结果看，<P>" + items,
        "在[已办结|办结]的<P>中，" + items,
        "[已办结|办结]的<P>中，" + items,
        "<W><S>对<P>依法作出处理，" + items,
        "<P>办理结果[如下|为]：" + items,
        "<WW><S>[办结|答复]<P><t><mw>，[按办理结果看|按结果统计]，" + items,
    ]
    values: dict[str, int | str] = {"t": t} | {f"k{i}": count for i, count in enumerate(counts)}
    wrong = {f"k{i}": g.off(count, tuple(near(g, rows[i]) | keys(g)), 1, count) for i, count in enumerate(counts)}
    return Draft("N-3", SLOT, patterns, values, wrong) if len(counts) > 1 else None


def closed(g: Gen) -> Draft | None:
    """All outcomes, adding up to the total (sound only)."""
    picked = [group for group in GROUPS if total(g, group)]
    items = listing(g, [CATS[p] for p in picked]) if picked else ""
    values: dict[str, int | str] = {f"k{i}": total(g, p) for i, p in enumerate(picked)} | {"t": g.now("concluded")}
    return (
        Draft(
            "N-5",
            SLOT,
            (
                "<W><S><all><D><O><t><mw>，包括" + items,
                "<W><S><all><D><O><t><mw>，分别为" + items,
                items + "，合计办结<P><t><mw>",
            ),
            values,
            {},
        )
        if len(picked) > 1
        else None
    )


def one_category(g: Gen) -> Draft | None:
    """One outcome, a pair of neighbours, or one leaf row."""
    words: dict[tuple[str, ...], str] = {GROUPS[p]: CATS[p] for p in GROUPS}
    words |= {GROUPS[a] + GROUPS[b]: word for (a, b), word in PAIRS.items()}
    words |= {(leaf,): word for leaf, word in LEAF_WORDS.items()}
    found = [rows for rows in words if sum(map(g.now, rows))]
    if not found:
        return None
    rows = g.rng.choice(found)
    k, word, leaf = sum(map(g.now, rows)), words[rows], rows[0] in LEAF_WORDS and len(rows) == 1
    patterns = [
        f"<W><S>对<P>作出{word}[决定|答复]<k><mw>",
        f"<WW><P>{word}<k><mw>",
        f"[在办结|办结]的<P>中，{word}[的|的有|]<k><mw>",
        f"<WW><S>[共|累计|]有<k><mw><P>{word}",
        f"从办理结果看，<P>{word}<k><mw>",
        f"<S>收到的<P>中，{word}的[有|为|共]<k><mw>",
        f"<W><S>经审查，对<k><mw><P>作出{word}[的|]答复",
        f"<P>{word}[数量|总数]为<k><mw>",
    ]
    if leaf:
        patterns = [
            f"[在|][办结|已办结]的<P>中，{word}[的|的有|]<k><mw>",
            f"从办理结果看，<P>中{word}<k><mw>",
            f"<WW><S>办理的<P>中，{word}[的有|共|]<k><mw>",
            f"<P>的办理结果中，{word}[为|]<k><mw>",
        ]
    avoid = near(g, rows) | keys(g)
    return Draft("N-3", SLOT, patterns, {"k": k}, {"k": g.off(k, tuple(avoid))})


def split(g: Gen) -> Draft | None:
    """自然人 against 法人, or single types."""
    n, a = g.now("received"), g.now("received", "natural_person")
    b, com, law = n - a, g.now("received", "commercial"), g.now("received", "legal_service")
    if not a or not b:
        return None
    patterns = [
        "<W><S>[新收|收到]<O><n><mw>，其中自然人<OFF><a><mw>、<LEG><OFF><b><mw>",
        "新收的<P>中，自然人<OFF><a><mw>、<LEG><OFF><b><mw>",
        "<W><S>[新收|收到]<O><n><mw>，[从申请人构成看|按申请人类型看]，自然人<OFF><a><mw>，<LEG><OFF><b><mw>",
        "[由|]自然人[提出|提交]的<P>[有|共|为]<a><mw>，[由|]<LEG>[提出|提交]的[有|共|为]<b><mw>",
        "<W>自然人[向<S>|]提[出|交]<P><a><mw>，<LEG>提[出|交]<b><mw>",
        "从申请人看，<WW>[收到|受理]自然人<P><a><mw>、<LEG>申请<b><mw>",
        "<P>的申请人中，自然人<a><mw>，<LEG><b><mw>",
        "<W><S>新收自然人[提出的|]<P><a><mw>、<LEG>[提出的|]<P><b><mw>",
    ]
    if com and com < b:
        patterns += ["新收的<P>中，自然人<OFF><a><mw>、商业企业<OFF><x><mw>", "<WW>商业企业[向<S>|]提[出|交]<P><x><mw>"]
    columns = {g.now(key, col) for key in ("received", "carried_in", "concluded", "carried_out") for col in COLUMNS}
    columns |= {g.now("received", c) + g.now("carried_in", c) for c in COLUMNS}
    rows = ("received", "concluded", "carried_in", "carried_out")
    columns |= {g.now(key) - g.now(key, "natural_person") for key in rows}
    avoid = tuple(columns | keys(g) | {com + law, b + g.now("carried_in") - g.now("carried_in", "natural_person")})
    wrong = {"a": g.off(a, avoid, 1, a), "b": g.off(b, avoid, 1, b), "x": g.off(com, avoid, 1, b)}
    return Draft("N-3", SLOT, patterns, {"n": n, "a": a, "b": b, "x": com}, wrong)


def pct(g: Gen, exact: Fraction, places: int) -> str:
    """A percentage, rounded as people do."""
    step = Decimal(1).scaleb(-places)
    return str((Decimal(exact.numerator) * 100 / Decimal(exact.denominator)).quantize(step, ROUND_HALF_UP)) + "%"


def off_pct(
    g: Gen, exact: Fraction, avoid: Sequence[Fraction], places: int, high: int = 99
) -> Callable[[], str | None]:
    """A maker of a percentage that fits neither the true share nor any in ``avoid``."""

    def make() -> str | None:
        for _ in range(30):
            new = exact + Fraction(g.rng.choice((-1, 1)) * g.rng.randint(400, 2500), 10000)
            clear = all(abs(new - x) > Fraction(25, 1000) for x in (exact, *avoid))
            if Fraction(1, 100) < new < Fraction(high, 100) and clear:
                return pct(g, new, places)
        return None

    return make


def share(g: Gen) -> Draft | None:
    """An outcome's or an applicant type's share of a base that is named."""
    t, n, places = g.now("concluded"), g.now("received"), g.rng.choice((0, 1, 2, 2))
    words = {(p,): CATS[p] for p in GROUPS} | dict(PAIRS.items())
    words[("granted", "partial")] = "[公开和部分公开|予以公开和部分公开|予以公开或部分公开]"
    found = [pair for pair in words if 0 < sum(total(g, p) for p in pair) < t]
    if not found or not n:
        return None
    pair = g.rng.choice(found)
    k, a, word = sum(total(g, p) for p in pair), g.now("received", "natural_person"), words[pair]
    bases = [base for base in (t, n, n + g.now("carried_in"), t - g.now("other.miscellaneous")) if base > 0]
    tops = {k, total(g, "granted"), total(g, "granted") + total(g, "partial")} | {total(g, p) for p in pair}
    avoid = [Fraction(top, base) for top in tops for base in bases] + [1 - Fraction(k, t)]
    patterns = [
        f"<W><S><all>办结<O><t><mw>，其中{word}<k><mw>，<BASE><p>",
        f"<WW><P>{word}<k><mw>，<BASE><p>",
        f"[在办结的|办结的|已办结的]<P>中，{word}[的|]占<p>",
        f"<P>{word}的[数量|件数]<BASE><p>",
        f"从办理结果看，<P>{word}占[比|]<p>",
        f"{word}的<P><k><mw>，<BASE><p>",
        f"<WW>{word}的<P><BASE><p>",
        f"<P>办理结果中，{word}[占比|所占比例][为|达]<p>",
    ]
    if 0 < a < n and g.rng.random() < 0.3:
        k, t, avoid = a, n, [Fraction(a, b) for b in bases] + [1 - Fraction(a, n)]
        avoid += [Fraction(g.now(r, "natural_person"), g.now(r)) for r in ("carried_in", "concluded") if g.now(r)]
        patterns = [
            "自然人[提出|提交]的<P><k><mw>，<NEWBASE><p>",
            "<W>新收<O><t><mw>，其中自然人申请<k><mw>，<NEWBASE><p>",
            "新收的<P>中，自然人申请占<p>",
            "自然人[提出|提交]的<P><NEWBASE><p>",
        ]
    exact = Fraction(k, t)
    if exact < Fraction(1, 50) or exact > Fraction(49, 50):
        return None
    said = pct(g, exact, places) if places else g.rng.choice(("", "约")) + pct(g, exact, 0)
    return Draft("N-4", SLOT, patterns, {"k": k, "t": t, "p": said}, {"p": off_pct(g, exact, avoid, places)})


# Sentences on other matters, which no rule holds against the tables. <b> is a small count, <a> some, <c> a large one.
OTHER = (
    "[全年|本年度|年内][共|]办理人大代表建议、政协[委员|]提案<a>件，[办结率100%|全部办结|按期答复率100%]",
    "[全年|本年度][承办|办理]12345[政务服务便民|]热线工单<c>件，[全部办结|办结率100%|均已答复]",
    "[全年|年内|][共|]受理投诉举报[案件|]<a>件，[全部办结|均已办结]",
    "[全年|本年度|]受理群众信访事项<a>件，[均已办结|全部办结|办结率100%]",
    "[全年|年内|]受理法律援助申请<a>件，[全部办结|均已办结]",
    "[另有|全年办理]不服行政处罚决定的行政复议案件<b>件，[均|]与政府信息公开无关",
    "因征地补偿等其他行政行为被提起行政诉讼<b>件，[均|]与政府信息公开[工作|]无关",
    "门户网站[全年|]发布[各类|]信息<c>条，同比[增长|增加|下降]<p>%",
    "政务新媒体[全年|]推送信息<c>条，其中政务动态占<p>%",
    "[全年|年内|]组织[政务公开|业务|专题]培训<b>[期|场|次]，[参训|培训]<a>人次",
    "[全年|]回复网民留言<a>条，[全部办结|办结率100%]",
    "[全年|]发布政策解读材料<a>篇，其中图文解读<b>篇",
    "[全年|]召开新闻发布会<b>场",
    "[全年|本年度]未收到[涉及|有关]政务公开工作的投诉[举报|]",
    "开展政务公开[专项|日常]检查<b>次，发现[并整改|]问题<a>个",
    "[全年|]受理公租房申请<a>件，[全部办结|均已办结]",
    "[全年|]接听咨询电话<c>次，接待来访咨询<a>人次",
    "[全年|]征集意见建议<a>条，[采纳|吸收]<b>条",
)
# Subsets of the applications: <i> and <j> together are not more than the intake.
SUBSETS = (
    "[从申请渠道看|按申请渠道分]，网上[提交|申请]<i>件、信函[提交|申请]<j>件",
    "[上半年|第四季度|1—6月]收到政府信息公开申请<i>件",
    "通过[门户网站|网上平台|信函|当面]提交的政府信息公开申请[有|为|共]<i>件",
    "政府信息公开申请的内容[主要|多]涉及[土地征收|城市更新]、[财政预算|社会保障]等领域",
    "[上半年|1—6月]办结政府信息公开申请<i>件",
    "[当面|现场]收到政府信息公开申请<i>件，通过[邮寄|信函]收到<j>件",
)


def other_matter(g: Gen) -> str:
    """A sentence on another matter."""
    values: dict[str, int | str] = {
        "a": g.rng.randint(12, 400),
        "b": g.rng.randint(2, 11),
        "p": str(g.rng.randint(3, 45)),
    }
    return g.say(g.rng.choice(OTHER), values | {"c": g.rng.randint(410, 9800)}) + "。"


def subset(g: Gen) -> str | None:
    """A sentence on some of the applications."""
    n = min(g.now("received"), g.now("concluded"))
    if n < 4:
        return None
    i = g.rng.randint(1, n - 2)
    patterns = SUBSETS
    if g.unit.members:
        patterns += (f"{own_word(g.unit)}本级[收到|办理]政府信息公开申请<i>件",)
        patterns += (
            f"{g.rng.choice(g.unit.members)}收到政府信息公开申请<i>件",
            f"{g.rng.choice(g.unit.members)}办理政府信息公开申请<i>件",
        ) * 2
    return g.say(g.rng.choice(patterns), {"i": i, "j": g.rng.randint(1, n - i)}) + "。"
