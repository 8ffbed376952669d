"""Rules on wording: years (P-2), left-over templates (P-3), personal data (P-4), old terms (P-5), slips (P-6)."""

import re
from collections.abc import Iterator
from datetime import date

from reportkit.checks.prose.claims import claim_of
from reportkit.checks.prose.counts import Reading
from reportkit.checks.prose.numbers import HAN_YEAR, han_year
from reportkit.checks.prose.plain import clause_before
from reportkit.checks.prose.registry import ReadWords, rule, sentence_finding
from reportkit.checks.prose.requests import agreement, alternatives
from reportkit.editions.rules import RuleSpec
from reportkit.model import Finding, Severity

Span = tuple[int, int]

_YEAR = re.compile(rf"(?<![\d〔\[（(])(?P<digits>(?:19|20)\d{{2}})\s*年|(?P<han>{HAN_YEAR})年")
_QUOTED = re.compile(r"《[^》]*》|〔[^〕]*〕|“[^”]{0,40}(?:规划|计划|方案|行动|工程|要点|年)[^”]{0,20}”|https?://\S+")
_SPAN = re.compile(r"(?:19|20)\d{2}\s*年?\s*[-—–~～至到]+\s*(?:19|20)\d{2}\s*年")
_COMPARED = re.compile(
    r"(?:较|比|与|同|连同|加上|自|从|由|结转|转|转入|转到|延至|截至|截止|到|至|原|早在|始于|对比|自从|去年|上年|上一年|往年|直至)[^，。；、]{0,4}$"
)
_THEN = re.compile(
    r"^度?[、和与及](?:20)?\d{2}年|^度?(?:\d{1,2}月(?:\d{1,2}日)?)?(?:的)?(?:相比|同期|以来|起|至今|工作要点|规划|计划|结转|留下|带[来入过进]|剩[余下]|没办完|未办完|顺延|延续|遗留|转入|转来|版|(?:修订|修正|印发|施行)(?=[的）)，。、》]|$)|相同|持平|相当|末|底|国办"
    r"|以前|之前|及以前|前)"
    r"|^度?(?:部门|财政|政府|本级|单位)?(?:“三公”经费|三公经费)?(?:决算|预算|预决算|年度报告|年报|工作总结|审计)"
)
_FUTURE = re.compile(r"将|计划|下一步|拟|打算|争取|力争|明年|准备|预计|目标")
_STILL_OPEN = re.compile(r"[余剩]|结转|转入|未办结|续办|继续办理|尚未|未到期|跨年|顺延|在办")
"""Words of cases that the next year decides."""
_PERIOD = re.compile(
    r"统计(?:期限|数据|时间|时限|期间|周期|口径|区间|时段|期)[^。]{0,16}?(?P<first>\d{4})年(?:1月1日[^。]{0,4}?(?:(?P<last>\d{4})年)?12月31日|1月至12月|度)"
)


@rule("P-2")
def years(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """The opening and the period name the report's year; another year elsewhere needs a reason."""
    year = words.evidence.year
    for reading in words.readings:
        sentence = reading.sentence
        if period := _PERIOD.search(sentence.text):
            if {period["first"], period["last"] or period["first"]} != {str(year)}:
                yield sentence_finding(spec, sentence, f"统计期限不是{year}年", period.span())
            continue
        opening = sentence.opens and sentence.passage.slot in ("overview", "preamble")
        exempt = [match.span() for pattern in (_QUOTED, _SPAN) for match in pattern.finditer(sentence.text)]
        first = True
        for match in _YEAR.finditer(sentence.text):
            if any(start <= match.start() < end for start, end in exempt):
                continue
            named = int(match["digits"]) if match["digits"] else han_year(match["han"])
            is_opening = opening and first and (match.start() < _OPENING or _is_title(sentence.text, match))
            is_opening = is_opening and not (named == year - 1 and _is_true_of_last_year(reading, match.end()))
            first = False
            if is_opening and re.search(rf"(?<!\d){year}年", sentence.text[match.end() :]):
                is_opening = False  # the report's own year follows
                if named < year and _BASIS.search(sentence.text[: match.start()]):
                    continue
            if (
                named == year
                or named in sentence.passage.years
                or (not is_opening and _has_reason(reading, match, named, year))
            ):
                continue
            if is_opening and _COMPARED.search(sentence.text[: match.start()]):
                continue
            severity = Severity.ERROR if is_opening else Severity.WARNING
            what = f"开头写的是{named}年，报告年度是{year}年" if is_opening else f"出现了{named}年，报告年度是{year}年"
            yield sentence_finding(spec, sentence, what, match.span(), severity=severity)


def _is_title(text: str, year: re.Match[str]) -> bool:
    """现公布某局2022年政府信息公开工作年度报告: the year of what is published."""
    return bool(_REPORT.match(text, year.end()) and _PUBLISHED.search(text[: year.start()]))


_REPORT = re.compile(r"度?(?:政府)?信息公开(?:工作)?年度?报告")
_PUBLISHED = re.compile(r"(?:编制|编写|公布|发布)[^，。；《]*$")
_BASIS = re.compile(r"(?:按照|根据|依据|对照|结合|继|在|巩固|总结|落实|完成|针对|承接)[^，。；]{0,6}$")
_OPENING = 8
"""How far into its first sentence a report's year comes, at the most."""


def _has_reason(reading: Reading, match: re.Match[str], named: int, year: int) -> bool:
    text = reading.sentence.text
    before, after = text[: match.start()], text[match.end() :]
    if _COMPARED.search(before) or _THEN.match(after):
        return True
    if named == year + 1:
        slot = reading.sentence.passage.slot
        is_plan = slot in ("problems", "improvements") or bool(_FUTURE.search(text))
        return is_plan or bool(reading.cases and _STILL_OPEN.search(text))
    if named != year - 1:
        return False
    return bool(re.match(r"度?[^，。；]{0,10}(?:结转|结余|遗留|转入)", after)) or _is_true_of_last_year(
        reading, match.end()
    )


def _is_true_of_last_year(reading: Reading, place: int) -> bool:
    """Whether the number behind a year is that of last year's applications."""
    evidence = reading.bodies.evidence
    if evidence.history is None:
        return False
    for count in reading.cases:
        if count.number.start >= place:
            claim = claim_of(count, any_year=True)
            return claim is not None and agreement(count.number, alternatives(evidence, claim, last_year=True)) is True
    return False


_LEFT_OVER = re.compile(
    r"编写说明(?!书|材料)|(?:填写|填报)说明(?=[：:）)】]|$)|此处(?:填写|填入|插入|补充)|请在此(?:填写|补充)|请填写|请补充(?!材料|说明|的)|(?:[（(【]|待)(?:待)?(?:补充|填写|核实)[）)】]|待补充|待填写|待核实"
    r"|(?<![A-Za-z])[Xx]{2,}(?![A-Za-z])|×{2,}|✕{2,}|＊{2,}|_{3,}|＿{2,}|△{2,}|□|○{2,}|某某(?=局|市|县|区|镇|乡|街道|单位|公司|部门|厅|委|年|月|日|路|站|科|处|村|社区|学校|项目)|(?<![\u4e00-\u9fff])某某|N{2,}件"
    r"|【\s*】|【[^】]{0,20}(?:填|此处|待|单位名称|数字|日期|金额|XX|××|年度|示例)[^】]{0,20}】|（\s*）(?=件|条|次|份|个)|\{[^{}]{0,40}\}|[{}｛｝]|%[sd](?![A-Za-z])|\[(?:待|请)[^\]]{0,12}\]|TODO|TBD|Lorem|~~[^~]{1,80}~~"
)


@rule("P-3")
def left_over(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """Instructions and placeholders of a template."""
    for reading in words.readings:
        found = list(dict.fromkeys(match.group() for match in _LEFT_OVER.finditer(reading.sentence.text)))
        if found:
            first = _LEFT_OVER.search(reading.sentence.text)
            assert first is not None
            said = f"遗留“{'”“'.join(found[:5])}”"
            yield sentence_finding(
                spec, reading.sentence, said, first.span(), fix=_fill_in(reading.sentence.text, spec)
            )


_UNFILLED = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)((?:\.[a-z0-9_]+)*)\s*\}\}")
"""Two braces that are printed with the name between them, as those of facts of last year's are in a new year."""


def _fill_in(text: str, spec: RuleSpec) -> str:
    """How to fix names that stand there with their braces, and the rest by the rule; empty where there are none."""
    facts = dict.fromkeys(match[1] for match in _UNFILLED.finditer(text) if match[2] in ("", ".value", ".unit"))
    if not facts:
        return ""
    fix = f"在facts中填上{'、'.join(facts)}，再删去正文中“{{{{”前面的反斜杠“\\”。"
    return fix + spec.fix if _LEFT_OVER.search(_UNFILLED.sub("", text)) else fix


_IDENTITY = re.compile(r"(?<![\dA-Za-z])\d{6}[ -]?(?P<born>(?:19|20)\d{6})[ -]?\d{3}[\dXx](?![\dA-Za-z])")
_MOBILE = re.compile(
    r"(?<!编号)(?<!单号)(?<!账号)(?<!序号)(?<![\d.-])(?:\+?86[ -]?)?(?P<number>1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?![\d])"
)


@rule("P-4")
def personal(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """Identity-card and mobile numbers, which are not repeated in the finding; the body's own line is none."""
    phone = re.sub(r"\D", "", words.evidence.department.contact.phone or "")
    for reading in words.readings:
        text = reading.sentence.text
        for match in _IDENTITY.finditer(text):
            if _is_date(match["born"]) and _is_identity(match.group()):
                yield _hidden(spec, reading, "身份证号码", match)
        for match in _MOBILE.finditer(text):
            if (
                re.sub(r"\D", "", match["number"]) != phone
                and re.match(r"\s*(?:件|条|次|元|人|个|户|份)", text[match.end() :]) is None
                and not _is_own_line(reading, match.start())
            ):
                yield _hidden(spec, reading, "手机号码", match)


_LINE = re.compile(r"(?<!监督)(?<!举报)(?<!投诉)(?:电话|手机)[^，。；]{0,6}$")
_OWN_OFFICE = re.compile(r"我[局委办镇乡区县市厅]|本[局机单办]|我单位|办公室|科室|党政办")


_OWN_LINE = re.compile(rf"(?:^|[，。；])(?:{_OWN_OFFICE.pattern})[^，。；]{{0,8}}(?:联系|咨询|值班)?电话[：:为是]*$")


def _is_own_line(reading: Reading, place: int) -> bool:
    """Whether a number is the unit's own line: 可拨打我局办公室电话……."""
    clause = clause_before(reading.sentence.text, place)
    own = _OWN_OFFICE.search(clause) or reading.bodies.own_spans(clause)
    return bool(own and _LINE.search(clause)) or bool(_OWN_LINE.search(reading.sentence.text[:place]))


def _hidden(spec: RuleSpec, reading: Reading, kind: str, match: re.Match[str]) -> Finding:
    """A finding without the number itself: findings are stored and shown."""
    number = match.group()
    covered = number[:3] + "*" * (len(number) - 5) + number[-2:]
    found = sentence_finding(spec, reading.sentence, f"出现{kind}（{covered}）", match.span())
    hide = {
        "what": found.what,
        "where": found.where.replace(number, covered),
        "quote": found.quote.replace(number, covered),
    }
    return Finding(
        found.rule, found.severity, hide["what"], hide["where"], found.fix, slot=found.slot, quote=hide["quote"]
    )


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _is_identity(number: str) -> bool:
    """Whether the last of the eighteen digits is right for the others (GB 11643)."""
    digits = re.sub("[ -]", "", number)
    total = sum(int(each) * weight for each, weight in zip(digits[:-1], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == digits[-1].upper()


def _is_date(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


@rule("P-5")
def outdated(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """Words of the format before."""
    for reading in words.readings:
        for word in words.evidence.edition.outdated_words:
            place = reading.sentence.text.find(word)
            if place >= 0:
                yield sentence_finding(spec, reading.sentence, f"“{word}”是旧格式的用语", (place, place + len(word)))


_DOUBLED = re.compile(r"(?P<word>[\u4e00-\u9fff]{2,4})(?P=word)")
_LEGITIMATE = re.compile(
    r"^[一两三四五六七八九十每件条个步年月日天层户家项逐]|^(?:研究|讨论|考虑|商量|学习|交流|了解|看看|走访|琢磨|某某(?=局|市|县|区|镇|乡|街道|单位|公司|部门|厅|委|年|月|日|路|站|科|处|村|社区|学校|项目)|(?<![\u4e00-\u9fff])某某|哈哈|常常|处处|时时|人人|事事|家家)"
)
_SLIPS = (
    (re.compile(r"(?:^|[，。；：、（(])(?P<slip>期中)(?!考|检|评|验|报告|支付|计量|审)"), "“期中”应为“其中”"),
    (
        re.compile(r"(?:^|[，。；：、（(])[对将把从就](?P<slip>期中)(?=发现|查出|存在|涉及|反映|提出)"),
        "“期中”应为“其中”",
    ),
    (re.compile(r"(?P<slip>[-—–]+→|→[-—–]+)"), "混用标点"),
    (re.compile(r"(?P<slip>[，、；：,;][。，、；：,;]|。[，、；：。]|[！？][，、；。])"), "标点重复或混用"),
    (re.compile(r"(?P<slip>和和(?!谐|平|气|睦|美)|与与(?!会)|及及|或或|被被|把把|(?<!目)的的(?!确|士))"), "重复的字"),
    (re.compile(r"(?P<slip>《《|》》|（（|））|““|””)(?!）)"), "标点重复"),
)


@rule("P-6")
def slips(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """Words written twice, a well-known misspelling, punctuation that doesn't go together."""
    for reading in words.readings:
        text = reading.sentence.text
        doubled = {match.group(): match for match in _DOUBLED.finditer(text)}
        for match in list(doubled.values())[:_MOST]:
            if not _LEGITIMATE.search(match["word"]) and not _crosses_words(text, match):
                yield sentence_finding(spec, reading.sentence, f"重复的词“{match.group()}”", match.span())
        for pattern, what in _SLIPS:
            found = {match["slip"]: match for match in pattern.finditer(text)}
            for match in list(found.values())[:_MOST]:
                yield sentence_finding(spec, reading.sentence, f"{what}：“{match['slip']}”", match.span("slip"))


_MOST = 5
"""Different slips of a kind that are reported of one sentence, at the most."""
_COMPOUND = re.compile(
    r"申请公开申请|政府政府(?:信息|网站|门户|采购|公报|数据|工作|部门)|公开公开(?:栏|专栏|平台|条例|目录|指南|工作|办)|建设建设(?:单位|局)|管理管理(?:局|委)|服务服务(?:中心|局|大厅)|信息信息(?:化|中心)"
)


def _crosses_words(text: str, match: re.Match[str]) -> bool:
    """政务公开公开栏: one word ends as the next begins."""
    return bool(_COMPOUND.match(text, match.start()))
