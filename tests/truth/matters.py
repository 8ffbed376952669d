"""Claims on growth, quantifiers, reviews and suits, documents, decisions and fees: N-5 N-6 N-7 N-8 Z-1 to Z-4 F-2."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise

from tests.truth.base import DISPUTES, OUTCOMES, VOCAB, Draft, Gen
from tests.truth.requests import CATS, SLOT, off_pct, pct, total

VOCAB |= {
    "R": "行政复议",
    "C": "[案件|案件|]",
    "dm": "件",
    "DOC": "[行政规范性文件|行政规范性文件|规范性文件]",
    "FEE": "[政府信息公开|]信息处理费",
    "YE": "[截至年底|截至<Y>年底|截至<Y>年12月31日|目前]",
}
WAYS = (
    "[网上|网络|网上平台][提交|申请]",
    "信函[寄送|申请|提交]",
    "[当面|现场][提交|申请]",
    "电子邮件[提交|申请]",
    "传真[提交|申请]",
)


def growth(g: Gen) -> Draft | None:
    """同比, in per cent, of the intake or of what was concluded."""
    key = g.rng.choice(("received", "received", "concluded"))
    n, m, places = g.now(key), g.before(key), g.rng.choice((0, 1, 2, 2))
    if not n or not m or n == m:
        return None
    exact = Fraction(n - m, m)
    pairs = (
        (g.now("received"), g.before("received")),
        (g.now("concluded"), g.before("concluded")),
        (g.now("received") + g.now("carried_in"), g.before("received") + g.before("carried_in")),
        (g.now("concluded") - g.now("other.miscellaneous"), g.before("concluded") - g.before("other.miscellaneous")),
    )
    rates = [Fraction(a - b, b) for a, b in pairs if b > 0]
    sign = 1 if exact > 0 else -1
    way, back = ("<UP>", "<DOWN>") if sign > 0 else ("<DOWN>", "<UP>")
    v = g.rng.choice(("新收", "收到", "受理") if key == "received" else ("办结", "答复"))
    tail = "[受理量|收件量|数量]" if key == "received" else "[办结量|办结数]"
    patterns = [
        f"<W><S><all>{v}<O><n><mw>，<CMP><way><p>",
        f"<WW><P>{tail}<CMP><way><p>",
        f"<W><S>{v}<P><n><mw>，<CMP><way>[了|]<p>",
        f"<Y-1>年{v}<P><m><mw>，<Y>年{v}<n><mw>，同比<way><p>",
        f"与<Y-1>年的<m><mw>相比，<WW>{v}<P><n><mw>，<way>[了|]<p>",
        f"<W>{v}<O><n><mw>，[较|比]<Y-1>年的<m><mw><way><p>",
        f"<WW>{v}<P>[数量|总数]<CMP><way><p>",
        f"<P>{tail}由<Y-1>年的<m><mw>变为<Y>年的<n><mw>，<way><p>",
        f"<W>{v}<P><n><mw>（<CMP><way><p>）",
    ]
    if min(abs(exact), 1) < Fraction(1, 100):
        return None
    wrong = {"p": off_pct(g, abs(exact), [sign * r for r in rates], places, 400)}
    if Fraction(6, 100) < abs(exact) < Fraction(95, 100) and all(abs(r + exact) > Fraction(3, 100) for r in rates):
        wrong["way"] = lambda: back
    return Draft("N-7", SLOT, patterns, {"n": n, "m": m, "p": pct(g, abs(exact), places), "way": way}, wrong)


def difference(g: Gen) -> Draft | None:
    """More or fewer by so many cases."""
    key = g.rng.choice(("received", "received", "concluded"))
    n, m = g.now(key), g.before(key)
    if n == m or not n or not m:
        return None
    v = g.rng.choice(("新收", "收到", "受理") if key == "received" else ("办结", "答复"))
    way, plain, avoid = ("[多|增加|增长]", "增加", set[int]()) if n > m else ("[少|减少]", "减少", set[int]())
    for a in ("received", "concluded"):
        avoid |= {
            abs(g.now(a) - g.before(a)),
            abs(g.now(a) + g.now("carried_in") - g.before(a) - g.before("carried_in")),
        }
    avoid.add(
        abs(g.now("concluded") - g.now("other.miscellaneous") - g.before("concluded") + g.before("other.miscellaneous"))
    )
    patterns = [
        f"<W><S>{v}<O><n><mw>，[比上年|较上年|比<Y-1>年]<way><d><mw>",
        f"<W>{v}<P><n><mw>，较<Y-1>年的<m><mw><way><d><mw>",
        f"<WW>{v}<P>[比上年|较上年]<way><d><mw>",
        f"<WW><S>{v}的<P>[比上年|较上年]<way>[了|]<d><mw>",
        f"与上年相比，<WW>{v}<P><n><mw>，<way><d><mw>",
        f"<Y-1>年{v}<P><m><mw>，<Y>年{v}<n><mw>，{plain}<d><mw>",
        f"<WW><P>{v}数量[比上年|较上年]<way><d><mw>",
        f"<W><S>{v}<P><n><mw>（比上年<way><d><mw>）",
    ]
    wrong = {"d": g.off(abs(n - m), tuple(avoid), 1, max(n, m))}
    return Draft("N-7", SLOT, patterns, {"n": n, "m": m, "d": abs(n - m), "way": way}, wrong)


def points(g: Gen) -> Draft | None:
    """A share that rose or fell by so many 个百分点."""
    group, places = g.rng.choice(("granted", "refused", "unavailable")), g.rng.choice((1, 2))
    t, s, k, j = g.now("concluded"), g.before("concluded"), total(g, group), total(g, group, old=True)
    if not (t and s and k and j) or abs(Fraction(k, t) - Fraction(j, s)) < Fraction(1, 50):
        return None
    exact = Fraction(k, t) - Fraction(j, s)
    other = [
        Fraction(k, a) - Fraction(j, b)
        for a in (t, g.now("received"), t - g.now("other.miscellaneous"))
        if a > 0
        for b in (s, g.before("received"), s - g.before("other.miscellaneous"))
        if b > 0
    ]
    sign = 1 if exact > 0 else -1
    word, way = CATS[group].strip("[]").split("|")[0], "[提高|上升|增加]" if sign > 0 else "[下降|降低|减少]"
    patterns = [
        f"<P>{word}[占比|所占比例|的占比]<CMP>{way}<x>个百分点",
        f"<WW>{word}的<P>占办结总数的比重<CMP>{way}<x>个百分点",
        f"[从|就]办理结果看，{word}的<P>占[比|办结总数的比例]<CMP>{way}[了|]<x>个百分点",
        f"<WW><P>{word}<k><mw>，占办结总数的<p>，<CMP>{way}<x>个百分点",
        f"<P>{word}占办结总数的<p>，<CMP>{way}[了|]<x>个百分点",
    ]
    maker = off_pct(g, abs(exact), [sign * o for o in other], places, 90)
    wrong = {"x": lambda: (maker() or "").rstrip("%") or None}
    return Draft(
        "N-7",
        SLOT,
        patterns,
        {"k": k, "p": pct(g, Fraction(k, t), 2), "x": pct(g, abs(exact), places).rstrip("%")},
        wrong,
    )


def channels(g: Gen) -> Draft | None:
    """The intake by channel: subsets that must not exceed the total, or must add up to it."""
    n = g.now("received")
    ways = g.rng.sample(WAYS, g.rng.choice((2, 3, 3)))
    if n < 4 * len(ways):
        return None
    cuts = [0, *sorted(g.rng.sample(range(1, n), len(ways) - 1)), n]
    parts = [b - a for a, b in pairwise(cuts)]
    items = "、".join(f"{way}<k{i}><mw>" for i, way in enumerate(ways))
    patterns = [
        f"<W><S><all><V><O><n><mw>，其中{items}",
        f"<W><S><all><V><O><n><mw>，分别为{items}",
        f"<W><all><V><O><n><mw>，包括{items}",
        f"<WW><S><V>的<n><mw><P>由{items}组成",
        f"<W><S>新收<O><n><mw>，[从|按][申请|提交]渠道[分|看]，分别为{items}",
        f"<W><V><P><n><mw>（其中{items}）",
        f"<WW><V>{items}，合计<V><P><n><mw>",
        f"<W><S><V><P><n><mw>。其中，{items}",
    ]
    values: dict[str, int | str] = {"n": n} | {f"k{i}": part for i, part in enumerate(parts)}
    more = {f"k{i}": g.off(part, (), part + 1, part + max(3, n // 3)) for i, part in enumerate(parts)}
    return Draft("N-5", SLOT, patterns[:-1] if g.rng.random() < 0.9 else patterns[:6], values, more)


def shelf(g: Gen) -> Draft | None:
    """Published items by kind or by outlet, with their total: no table has them, only N-5 holds."""
    names = g.rng.sample(
        ("政务动态类", "通知公告类", "政策文件类", "财政资金类", "民生领域", "重点领域"), g.rng.choice((2, 3, 4))
    )
    parts = [g.rng.randint(6, 300) for _ in names]
    if g.rng.random() < 0.4:
        names, parts = ["网站", "微信公众号", "政务微博"], [g.rng.randint(30, 900) for _ in range(3)]
    items = "、".join(f"{name}[信息|]<k{i}>条" for i, name in enumerate(names))
    patterns = [
        f"<W><S><all>[公开|发布|主动公开]政府信息<n>条，其中{items}",
        f"<W><S><all>[公开|发布]政府信息<n>条，包括{items}",
        f"<W>[主动公开|发布]各类政府信息<n>条，分别为{items}",
        f"<WW><S>[发布|公开]的<n>条政府信息由{items}组成",
        f"<WW><S>发布{items}，合计<n>条",
        f"<W><S>[更新|发布]各类政务信息<n>条（其中{items}）",
        f"[通过多种渠道|坚持以公开为常态]，<WW><S><all>主动公开信息<n>条，其中{items}",
        f"<W>[公开|发布]信息总数为<n>条，其中{items}",
    ]
    n = sum(parts)
    values: dict[str, int | str] = {"n": n} | {f"k{i}": part for i, part in enumerate(parts)}
    wrong = {f"k{i}": g.off(part, (), part + 1, part + 300) for i, part in enumerate(parts)} | {
        "n": g.off(n, (), n // 2, n)
    }
    return Draft("N-5", g.rng.choice(("proactive", "platform")), patterns, values, wrong)


def none_received(g: Gen) -> Draft:
    """No applications at all."""
    return Draft(
        "Z-1",
        SLOT,
        (
            "<W><S>[未收到|没有收到|未接到|未收到任何]<O>",
            "<WW>[未收到|没有收到|未接到]<O>",
            "<W><S><all>收到<O>0件",
            "<WW><P>零受理",
            "<W><S>[未收到|没有收到|未接到]要求公开[相关|有关|]政府信息的申请",
            "<W><S>没有收到关于政府信息公开的申请",
            "<WW><S>无依申请公开申请",
            "<W>[公民、法人或其他组织|社会公众]未向<S>提出政府信息公开申请"
            if g.rng.random() < 0.2
            else "<S><WW>[未收到|没有收到]<P>",
            "[依申请公开|政府信息依申请公开]方面，<WW><S>[未收到|没有收到|未接到][相关|]<P>",
            "<WW>收到的<P>为0件",
        ),
        true=not g.now("received"),
    )


def all_done(g: Gen) -> Draft | None:
    """Everything concluded."""
    n = g.now("received")
    return (
        Draft(
            "Z-2",
            SLOT,
            (
                "<WW>[所有|全部]<P>[均已|已|均]办结",
                "<S>[收到|受理|办理]的<P>[已全部|均已|全部]办结",
                "<W><S><all><V><O><n><mw>，[全部|均已|已全部]办结",
                "<WW><P>办结率[为|达|达到]100%",
                "<W><S><V><O><n><mw>，办结率[为|达]100%",
                "对收到的<P>，<S>已全部办理完毕",
                "<WW><S>[所有|全部]<P>均已办理完毕",
                "<W><V><O><n><mw>，[已|均已]全部办理完毕",
                "<WW><S>[收到|受理]的所有<P>[均已|都已|已]办结",
                "<WW><V>的<n><mw><P>[全部|均已|已全部]办结",
            ),
            {"n": n},
            true=not g.now("carried_out"),
        )
        if n and g.now("concluded")
        else None
    )


def in_time(g: Gen) -> Draft | None:
    """What sounds like 全部办结 but says only that nothing was late, or speaks of carried-in cases: always sound."""
    c = g.now("carried_in")
    more = ("<LD>结转的<c><mw><P>[已全部|均已|全部]办结",) * 2 if c else ()
    return (
        Draft(
            "Z-2",
            SLOT,
            (
                "<WW><P>[均已|全部|均]按期[办结|答复]",
                "<WW><P>按[期|时]办结率[为|达|达到|]100%",
                "到期的<P>[已全部|均已|全部][办结|答复]",
                "<S>[收到|受理]的<P>[均|全部]按期[办结|答复]",
                "对收到的<P>[均|全部]按期[予以|作出]答复",
                "<WW>应于年内答复的<P>[均已|全部]按期办结",
                *more,
            ),
            {"c": c},
            true=True,
        )
        if g.now("concluded")
        else None
    )


def all_one(g: Gen) -> Draft | None:
    """All of one outcome."""
    t, group = g.now("concluded"), g.rng.choice(("granted", "granted", "refused", "unavailable", "not_processed"))
    k = total(g, group)
    true = k == t
    if not k or (not true and (k + total(g, "partial") >= t or t < 3)):
        return None
    word = CATS[group].strip("[]").split("|")[0]
    return Draft(
        "Z-4",
        SLOT,
        (
            f"<W><S><all>办结<O><t><mw>，[全部|均]{word}"
            if group == "granted"
            else f"<W><S><all>办结<O><t><mw>，均为{word}",
            f"[办结|已办结]的<P>[全部|均]{word}",
            f"<W><S>对办结的<P>[全部|均]作出{word}[答复|决定]",
            f"<WW><S>办结的<P>，办理结果[全部|均]为{word}",
            f"<WW><P>的办理结果[均|全部]为{word}",
            f"<W><S>答复<P><t><mw>，[全部|均]为{word}",
            f"从办理结果看，<WW>办结的<P>[均|全部]为{word}",
            f"<S>办结的<t><mw><P>[均|全部]{word}",
        ),
        {"t": t},
        true=true,
    )


def all_type(g: Gen) -> Draft | None:
    """All of one applicant type."""
    n, a, c = g.now("received"), g.now("received", "natural_person"), g.now("carried_in")
    if not n or (a == n and g.now("carried_in", "natural_person") != c):
        return None
    return Draft(
        "Z-4",
        SLOT,
        (
            "新收的<P>[全部|均]为自然人[提出|提交]",
            "<W><S>新收<P><n><mw>，申请人[均|全部]为自然人",
            "<WW>新收的<P>[全部|均]由自然人[提出|提交]",
            "<P>的申请人[均|全部]为自然人",
            "<W><S>[收到|受理]<P><n><mw>，[均|全部]为自然人[提出|提交|申请]",
            "从申请人[类型|构成]看，<P>[均|全部]为自然人[提出|提交]",
            "<WW><S>[收到|受理]的<P>，申请人[均|全部]为自然人",
            "<WW>[向<S>|]提出<P>的[均|全部]为自然人",
        ),
        {"n": n},
        true=a == n,
    )


def none_left(g: Gen) -> Draft:
    """No carry-over, from last year or into the next."""
    if g.rng.random() < 0.5:
        return Draft(
            "Z-4",
            SLOT,
            (
                "<W><S>无<LD>结转的<P>",
                "无<LD>结转<P>",
                "[没有|无]<LD>结转[办理|]的<P>",
                "<S><WW>没有<LD>结转的<P>",
                "<P>方面，<WW>[无|没有]<LD>结转[件|]",
                "<WW><P>无<LD>结转[办理|]的情况",
            ),
            true=not g.now("carried_in"),
        )
    return Draft(
        "Z-4",
        SLOT,
        (
            "<W><S>无结转<ND>[继续|]办理的<P>",
            "<P>无结转<ND>[办理|继续办理]的情况",
            "[没有|无]结转<ND>[办理|]的<P>",
            "<S><WW>没有结转<ND>[继续|]办理的<P>",
        ),
        true=not g.now("carried_out"),
    )


def none_of(g: Gen) -> Draft | None:
    """No case of some outcome."""
    names = g.rng.sample(("refused", "not_processed", "partial", "unavailable"), g.rng.choice((1, 1, 2)))
    words = "、".join(CATS[name].strip("[]").split("|")[0] for name in names)
    no = "没有" if words.startswith("无") else "[无|没有]"
    return (
        Draft(
            "Z-4",
            SLOT,
            (
                f"<WW><P>办理中{no}{words}[的|]情形",
                f"<WW><S>{no}{words}的<P>",
                f"办结的<P>中{no}{words}的情[形|况]",
                f"从办理结果看，<P>{no}{words}情[形|况]",
                f"<WW><S>办理<P>，{no}{words}的情[形|况]",
                f"<P>的办理结果中，{no}{words}的情形",
            ),
            true=not any(total(g, name) for name in names),
        )
        if g.now("concluded")
        else None
    )


def _readings(g: Gen) -> tuple[int, ...]:
    """Every number of table 四 that some reading accepts, with and without last year's 尚未审结."""
    found: set[int] = set()
    for cell in (*OUTCOMES, "total"):
        for size in (1, 2, 3):
            for groups in combinations(DISPUTES, size):
                whole = sum(int(g.this[f"disputes.{group}.{cell}"]) for group in groups)
                held = [int(g.last[f"disputes.{group}.pending"]) for group in groups]
                found |= {whole} | {whole - sum(some) for n in range(1, size + 1) for some in combinations(held, n)}
    return tuple(found)


def disputes(g: Gen) -> Draft | None:
    """Reviews and suits: totals, the two kinds of suit, outcomes."""
    r, d, a = (int(g.this[f"disputes.{group}.total"]) for group in DISPUTES)
    avoid, dm, l = _readings(g), g.rng.choice("件件件起宗"), d + a
    u, c, o, p = (int(g.this[f"disputes.review.{cell}"]) for cell in OUTCOMES)
    values: dict[str, int | str] = {
        "r": r,
        "l": l,
        "d": d,
        "a": a,
        "x": r + l,
        "u": u,
        "c": c,
        "o": o,
        "q": p,
        "dm": dm,
    }
    patterns = [
        "<W><S>[共|]发生<T>行政复议<C><r><dm>、行政诉讼<C><l><dm>",
        "<W><S>因政府信息公开[工作|]被申请行政复议<r><dm>、被提起行政诉讼<l><dm>",
        "<W><T>行政复议<C>[共|为|]<r><dm>，行政诉讼<C>[共|为|]<l><dm>",
        "<WW><S>收到<T>行政复议<C><r><dm>，行政诉讼<C><l><dm>",
        "<W><T>行政复议和行政诉讼[案件|]共<x><dm>",
        "<W><S>[办理|应对]<T>行政复议<C><r><dm>、行政诉讼<C><l><dm>",
    ]
    if r:
        patterns += [
            "<W><S>[共|]发生<T>行政复议<C><r><dm>",
            "<W><S>因政府信息公开[工作|]被申请行政复议<r><dm>",
            "<T>行政复议<C>中，结果维持<u><dm>、结果纠正<c><dm>",
            "<W><T>行政复议<C>[结果|]维持<u><dm>、[结果|]纠正<c><dm>、其他结果<o><dm>、尚未审结<q><dm>",
        ]
    if l:
        patterns += [
            "<W><S>[共|]发生<T>行政诉讼<C><l><dm>",
            "<W><S>因政府信息公开[工作|]被提起行政诉讼<l><dm>",
            "<T>行政诉讼<C>中，未经复议直接起诉<d><dm>、复议后起诉<a><dm>",
        ]
    wrong = {key: g.off(int(values[key]), avoid) for key in "rlx"}
    wrong |= {key: g.off(int(values[key]), avoid, int(values[key]) + 1) for key in "ucoqda"}
    return Draft("N-6", SLOT, patterns, values, wrong) if r + l else None


def no_disputes(g: Gen) -> Draft:
    """No reviews, no suits, or neither."""
    r, d, a = (int(g.this[f"disputes.{group}.total"]) for group in DISPUTES)
    kind, count = g.rng.choice((("行政复议", r), ("行政诉讼", d + a), ("行政复议[和|、|或]行政诉讼", r + d + a)))
    deed = kind.replace("行政复议", "被申请行政复议").replace("行政诉讼", "被提起行政诉讼")
    return Draft(
        "Z-3",
        SLOT,
        (
            f"<W><S>[未发生|没有发生|未出现]<T>{kind}[案件|]",
            f"<WW>[未发生|没有发生|无]<T>{kind}[案件|]",
            f"<W><S>[未发生|没有]因政府信息公开[工作|]{deed}的情[况|形]",
            f"<WW><S>无因政府信息公开[工作|]{deed}的[情况|案件]",
            f"<W><S>未因政府信息公开[工作|]{deed}",
            f"[政府信息公开|信息公开]方面，<WW><S>[未发生|没有发生|无]{kind}[案件|情况]",
            f"<S><WW>没有<T>{kind}[案件|]",
            f"<W>[未发生|无]公民、法人或其他组织因政府信息公开[工作|]对<S>提起{kind}的情[况|形]",
        ),
        true=not count,
    )


def documents(g: Gen) -> Draft | None:
    """规章 and 行政规范性文件: made, repealed, in force."""
    ready = [key for key in ("rules", "normative_documents") if int(g.this[f"disclosure.{key}.in_force"])]
    if not ready:
        return None
    key = g.rng.choice(ready)
    m, r, f = (int(g.this[f"disclosure.{key}.{cell}"]) for cell in ("made", "repealed", "in_force"))
    avoid = tuple(int(g.this[cell]) for cell in g.this if cell.startswith(("disclosure.rules", "disclosure.normative")))
    doc = "[规章|政府规章]" if key == "rules" else "<DOC>"
    patterns = [
        f"<W><S>[共|]制发{doc}<m>件、废止<r>件，<YE>现行有效<f>件",
        f"<W><S>[共|]制发{doc}<m>件",
        f"<YE>，<S>现行有效[的|]{doc}[共|为|]<f>件",
        f"<W><S>[清理并|]废止{doc}<r>件",
        f"{doc}[本年|<WW>]制发<m>件、废止<r>件、现行有效<f>件",
        f"<W><S>制发{doc}<m>件，废止{doc}<r>件",
        f"<W><S>开展{doc}清理，废止{doc}<r>件、现行有效<f>件",
        f"<WW><S>制发的{doc}[共|为|]<m>件",
        f"<YE>，<S>{doc}现行有效<f>件",
    ]
    wrong = {k: g.off(v, avoid) for k, v in (("m", m), ("r", r), ("f", f))}
    return Draft("N-8", "proactive", patterns, {"m": m, "r": r, "f": f}, wrong)


def decisions(g: Gen) -> Draft | None:
    """Licences, penalties, coercion."""
    a, b, c = (int(g.this[f"disclosure.{key}.decisions"]) for key in ("licensing", "penalties", "coercion"))
    names = [(k, v, w) for k, v, w in (("a", a, "行政许可"), ("b", b, "行政处罚"), ("c", c, "行政强制")) if v]
    if not names:
        return None
    picked = sorted(g.rng.sample(names, g.rng.randint(1, len(names))))
    items = "、".join(f"{w}决定<{k}><mw>" for k, _, w in picked)
    k, _, w = picked[0]
    patterns = [
        f"<W><S>[共|依法|累计|]作出{items}",
        f"<WW>[共|依法|]作出{items}",
        f"<WW><S>作出的{items}",
        f"<W><S>作出<{k}><mw>{w}决定",
        f"<WW><S>作出{w}决定[数量为|共|总数为]<{k}><mw>",
        f"<W><S>严格执行公示制度，[依法|]作出{items}[，均已公示|]",
        f"[行政执法|执法公示]方面，<WW><S>[依法|]作出{items}",
        f"<W><S>对外作出{items}",
    ]
    values: dict[str, int | str] = {key: value for key, value, _ in names}
    return Draft("N-8", "proactive", patterns, values, {key: g.off(value, (a, b, c)) for key, value, _ in names})


def no_fees(g: Gen) -> Draft:
    """A section six that says nothing of 信息处理费."""
    fee = g.this["disclosure.fees.amount"]
    patterns = [
        "<WW><S><act-other_matters>",
        "<S>[扎实|认真]<act-other_matters>，[各项任务|有关工作][均已|]落实到位",
        "[其他方面|此外]，<S><act-other_matters>",
    ]
    if fee:
        patterns.append(f"<WW><S>收取行政事业性收费{fee}万元，[均|]按规定公示")
    return Draft("F-1", "other_matters", patterns, true=False)
