"""A body's name: what it may hold, and what can be told from it: an id, a kind, a level, a short name."""

import json
import re
from collections.abc import Container

from pypinyin import lazy_pinyin

from reportkit.errors import ProjectError
from reportkit.model import BodyKind

MOST_LETTERS = 60
"""Of a name. The longest names of bodies have about forty."""
_MOST_ID = 64
_HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f"
_REFUSED = re.compile(rf"[^{_HAN}A-Za-z0-9（）()·、—-]")
_PLAIN = re.compile(rf"[{_HAN}][{_HAN}A-Za-z0-9（）·、]*")
_ID = re.compile(r"[a-z][a-z0-9-]*")

_WORD = r"[^省市县区旗局厅委部署]"
# 城市管理局, 社区 and 市场监督 begin as if a city or district were named.
_NO_AREA = r"(?!城市|城区|城乡|社区|都市|校区|灾区|景区)"
_AREA = re.compile(
    rf"(?P<province>{_NO_AREA}{_WORD}{{1,12}}?(?:省|自治区|特别行政区|生产建设兵团))?"
    rf"(?P<prefecture>{_NO_AREA}{_WORD}{{1,12}}?(?:自治州|地区|盟|市))?"
    rf"(?P<county>{_NO_AREA}{_WORD}{{1,14}}?(?:自治县|自治旗|县|区|旗|市(?=人民政府)))?"
    rf"(?P<township>{_NO_AREA}{_WORD}{{1,10}}?(?:民族乡|镇|乡|街道)(?=人民政府|政府|办事处|$))?"
)
_LEVELS = ("township", "county", "prefecture", "province")
_ENDING = re.compile(
    r"(?:自治区|特别行政区|生产建设兵团|自治州|地区|盟|自治县|自治旗|民族乡|街道|省|市|县|区|旗|镇|乡)$"
)
_PEOPLES = re.compile(
    "(?:(?:壮|满|回|苗|维吾尔|土家|彝|蒙古|藏|布依|侗|瑶|朝鲜|白|哈尼|哈萨克|黎|傣|畲|傈僳|仡佬|东乡|高山|拉祜|水|佤|纳西|羌|土"
    "|仫佬|锡伯|柯尔克孜|达斡尔|景颇|毛南|撒拉|布朗|塔吉克|阿昌|普米|鄂温克|怒|京|基诺|德昂|保安|俄罗斯|裕固|乌孜别克|门巴|鄂伦春"
    "|独龙|塔塔尔|赫哲|珞巴|各)族|(?<=新疆)维吾尔)+$"
)
_MUNICIPALITIES = ("北京市", "天津市", "上海市", "重庆市")


def checked_name(name: str, where: str) -> str:
    """The name as it will be printed. Raises ProjectError for what no body's name has in it."""
    name = name.strip(" \u3000")
    if (refused := _REFUSED.search(name)) is not None:
        raise ProjectError("new_name_character", where=where, character=refused[0])
    if len(name) > MOST_LETTERS:
        raise ProjectError("new_name_long", where=where, length=len(name), most=MOST_LETTERS)
    if not re.search(f"[{_HAN}]", name):
        raise ProjectError("new_name_no_chinese", where=where, name=name)
    return name


def checked_id(department_id: str, where: str) -> str:
    """The id. Raises ProjectError where it is no id of the register."""
    if not _ID.fullmatch(department_id) or len(department_id) > _MOST_ID:
        raise ProjectError("new_id_unfit", where=where, id=department_id[:80], most=_MOST_ID)
    return department_id


def area_of(name: str) -> tuple[str, str]:
    """The area that a name begins with, and the rest of it; the area is empty where it can't be told."""
    found = _AREA.match(name)
    area = found[0] if found else ""
    return area, name[len(area) :]


def level_of(name: str) -> str | None:
    """The level that the area of a name has; None where it can't be told."""
    found = _AREA.match(name)
    level = next((each for each in _LEVELS if found and found[each]), None)
    return "province" if level == "prefecture" and name.startswith(_MUNICIPALITIES) else level


def kind_of(name: str) -> BodyKind:
    """The kind that a body of this name is of."""
    if name.endswith("人民政府"):
        return "government"
    if re.search(r"(?:人民政府|政府)办公(?:室|厅)$", name):
        return "office"
    return "department" if re.search(r"(?:局|厅|(?<!管理)委员会|委|部|科)$", name) else "agency"


def short_name_of(name: str) -> str:
    """The short name that is usual: 示例县 of 示例县人民政府, 示例县政府办公室 of its office, else the name."""
    short = re.sub(r"人民政府(?=办公)", "政府", name)
    return short.removesuffix("人民政府") or name


def id_of(name: str, taken: Container[str] = ()) -> str:
    """An id made of a name: 示例县教育局 → shili-jyj; numbered where it is taken.

    The last area is spelt out in pinyin, of the rest there are the initials; where no area can be told, the initials
    of all.
    """
    _, rest = area_of(name)
    spelt = _letters("".join(_syllables(_last_area(name))))[:40]
    initials = _letters("".join(each[:1] for each in _syllables(rest.removeprefix("人民政府"))))[:20]
    made = "-".join(filter(None, (spelt, initials))) or _letters("".join(_syllables(name)))[:40]
    made = made if made[:1].isalpha() else f"d{made}"
    number, found = 1, made
    while found in taken:
        number += 1
        found = f"{made}-{number}"
    return found


def _last_area(name: str) -> str:
    """宿迁 of 江苏省宿迁市人民政府; an area of one character keeps its ending: 忠县."""
    found = _AREA.match(name)
    last = next((found[each] for each in _LEVELS if found and found[each]), "")
    stem = _PEOPLES.sub("", _ENDING.sub("", last))
    return stem if len(stem) > 1 else last


def _syllables(text: str) -> list[str]:
    """Pinyin without tones, one a character; letters and digits are left as they are, marks left out."""
    parts = re.findall(rf"[{_HAN}]+|[A-Za-z0-9]", text)
    return [each.lower() for part in parts for each in ([part] if part.isascii() else lazy_pinyin(part))]


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text)


def scalar(text: str) -> str:
    """A name as YAML has it: bare where that is plain, else in quotation marks."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
