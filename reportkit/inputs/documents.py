"""The files of params/ as pydantic models: what they may hold, checked strictly, every error with its line."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from reportkit.errors import NEAR, InputError, InputErrors, near_match
from reportkit.inputs.bodies import KIND_LABELS, LEVEL_LABELS
from reportkit.inputs.unfit_values import lone_quote, value_said
from reportkit.messages.said import Said
from reportkit.model import BodyKind
from reportkit.text.dates import CHINESE, chinese_date
from reportkit.text.strings import printable
from reportkit.text.yaml_slips import colon_slip, wide_colon
from reportkit.text.yamlfile import Path, YamlFile

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=64, description="小写字母开头，可含数字和连字符")]


def _one_line(value: str) -> str:
    if printable(value) != value or "\n" in value or not value.strip():
        raise PydanticCustomError("value_one_line", "one line of visible characters is expected")
    return value


def _both_quotes(value: str) -> str:
    if lone := lone_quote(value):
        raise PydanticCustomError("value_lone_quote", "a quotation mark is alone", {"mark": lone})
    return _one_line(value)


def _day(value: Any) -> Any:
    """A date in Chinese is one too; what is no date is left to be refused."""
    found = chinese_date(value) if isinstance(value, str) else None
    if isinstance(found, Said):
        raise PydanticCustomError(found.code, "it is no date")
    return value if found is None else found


Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_one_line)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_both_quotes)]
Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "anyOf": [{"format": "date"}, {"pattern": CHINESE}]}),
]
Words = Annotated[str, Field(max_length=200_000)]
FactId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]

KINDS: tuple[BodyKind, ...] = get_args(BodyKind)
LEVELS = ("state", "province", "prefecture", "county", "township")


class Document(BaseModel):
    """Strict: no unknown key, no silent conversion."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class ContactDocument(Document):
    office: Name | None = Field(None, description="负责机构，如“综合办公室”")
    address: Name | None = Field(None, description="通信地址")
    phone: Name | None = Field(None, description="联系电话")
    portal: Name | None = Field(None, description="公布年度报告电子版的门户网站名称")
    column: list[Name] = Field([], description="电子版所在栏目，从上到下")
    url: Annotated[str, Field(pattern=r"^https?://[^\s<>\"]+$")] | None = Field(None, description="门户网站网址")


class DepartmentDocument(Document):
    id: Id
    name: Name = Field(description="机关全称，用于标题")
    short_name: Name = Field(description="规范简称，用于正文")
    also_called: list[Name] = Field([], description="文字中自称的其他叫法，如“市局”“县发改局”")
    kind: BodyKind = Field(
        description="government 人民政府；office 政府办公厅（室）；department 工作部门；agency 其他单位"
    )
    level: Literal["state", "province", "prefecture", "county", "township"] = Field(description="行政层级")
    parent: Id | None = Field(None, description="上级机关的 id")
    valid_from: Day | None = Field(None, description="机构成立日期")
    valid_to: Day | None = Field(None, description="机构撤销日期")
    successor: Id | None = Field(None, description="承继机关的 id")
    reports: bool = Field(True, description="是否编制年度报告；只作为上级出现的机关写 false")
    contact: ContactDocument = ContactDocument()


class RegisterDocument(Document):
    """params/departments.yaml: the register of bodies."""

    departments: list[DepartmentDocument] = Field(min_length=1)


def _number(value: Any) -> int | Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("value_number", "a number is expected")
    return value


Number = Annotated[Any, PlainValidator(_number), WithJsonSchema({"type": "number", "description": "整数或小数"})]


class FactDocument(Document):
    value: Number
    unit: str = Field("", max_length=20, description="单位，如 件、户、个")
    source: str | None = Field(None, description="数据来源")
    text: Annotated[str, Field(min_length=1, max_length=100)] | None = Field(
        None, description="与数值写法不同时的写法，如 18万余"
    )


class SubmissionDocument(Document):
    """params/<year>/<department>.yaml: what one department hands in for one year."""

    published_on: Day | None = Field(None, description="公布日期")
    issued_on: Day | None = Field(None, description="成文日期")
    index_number: Name | None = Field(None, description="索引号")
    validity: Literal["有效", "失效", "废止"] | None = Field(None, description="有效性；不写的，门户上标为有效")
    none_received: bool = Field(False, description="本年度未收到政府信息公开申请：第一项各格为0")
    blanks_are_zero: list[str] = Field([], description="决定把空格视为0的表：table2、table3、table4")
    figures: dict[str, Any] | None = Field(None, description="表二、表三、表四的数据")
    facts: dict[FactId, FactDocument] | None = Field(None, description="正文中使用的数据")
    prose: dict[str, Words | None] | None = Field(None, description="各部分文字（Markdown）；{{ 名称 }} 引用数据")
    carried_over: list[str] = Field([], description="文字由上年带入、尚待改写的部分")


class WaiverDocument(Document):
    rule: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*-[1-9][0-9]*$")] = Field(description="可以豁免的规则，如 T2-1")
    place: Line = Field(description="数据格或行的 id（如 disclosure.rules），或者正文的位置、原文中的字句")
    reason: Name = Field(description="豁免的原因")
    by: Name = Field(description="由谁豁免")
    until: Day = Field(description="有效期：报告公布的日期晚于这一天的，豁免无效")
    sentence: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")] | None = Field(
        None, description="文字规则：所豁免的那句话的指纹，核对结果中写明；这句话改动后豁免即失效"
    )


class WaiversDocument(Document):
    """params/<year>/<department>.waivers.yaml: what a reviewer has waived."""

    waivers: list[WaiverDocument] = Field([], description="一条一项豁免")


D = TypeVar("D", bound=Document)


def validate(model: type[D], file: YamlFile, elsewhere: Callable[[], Mapping[str, str]] = dict) -> D:
    """The document in a YAML file; every mistake in it is collected into one InputErrors.

    `elsewhere` gives keys, and what people call them, that belong below another one: whole path by key.
    """
    data = {} if file.data is None else file.data
    if not isinstance(data, dict):
        said = wide_colon(data, file.name) if isinstance(data, str) else None
        raise InputError(said or Said("no_keys", file=file.name), where=file.where())
    try:
        return model.model_validate(data)
    except ValidationError as error:
        known = elsewhere()
        raise InputErrors(_explain(problem, model, file, known) for problem in error.errors()) from error


def _explain(problem: ErrorDetails, model: type[BaseModel], file: YamlFile, elsewhere: Mapping[str, str]) -> InputError:
    # Pydantic marks a bad key with a part of its own; a file has no such key.
    path: Path = tuple(part for part in problem["loc"] if part != "[key]")
    where = file.where(path)
    key, value, context = path[-1] if path else "", problem["input"], problem.get("ctx", {})
    if isinstance(key, str) and (slip := colon_slip(key, file.name)):
        return InputError(slip, where=where)
    match problem["type"]:
        case "extra_forbidden":
            if len(path) == 1 and str(key) in elsewhere:
                return InputError("key_belongs_below", where=where, key=key, path=elsewhere[str(key)])
            accepted = _accepted(model, path[:-1])
            near = near_match(str(key), accepted, accepted)
            if isinstance(value, str) and not str(key).isascii() and near.code not in NEAR:
                return InputError("words_no_key", where=where, words=key)
            return InputError("unknown_key", where=where, key=key, near=near)
        case "missing":
            return InputError("key_missing", where=file.where(path[:-1]), key=key)
        case "literal_error":
            allowed = re.findall(r"'([^']*)'", context.get("expected", ""))
            near = near_match(str(value), allowed, {**KIND_LABELS, **LEVEL_LABELS})
            if isinstance(meant := near.arguments.get("meant"), Said) and meant.code == "meant_called":
                return InputError("not_allowed_but_near", where=where, value=value, near=near)
            return InputError("not_allowed", where=where, value=value, allowed=allowed)
        case "first_year_empty":
            return InputError("first_year_empty", where=where)
        case "open_years_empty":
            return InputError("open_years_empty", where=where)
        case "no_date" | "no_day_of_ours" as code:
            return InputError(Said(code, text=value), where=where)
        case "string_pattern_mismatch" if isinstance(value, str) and context.get("pattern", "").startswith("^https?"):
            url = f"https://{value.strip()}"
            if _HOST.match(value.strip()) and re.match(context["pattern"], url):
                return InputError("url_without_scheme", where=where, value=value, url=url)
    said = value_said(problem["type"], problem["msg"], value, context, file.name)
    if "[key]" in problem["loc"]:
        return InputError(
            Said("key_unfit", expected=said.arguments["expected"], found=said.arguments["found"]), where=where
        )
    return InputError(said, where=file.where_text(path))


_HOST = re.compile(r"[\w-]+(\.[\w-]+)+([:/?#]|\Z)")
"""What the address of a website is without its beginning."""
_CALLED = re.compile("[，：；（、]")
"""What ends the name of a key in its description."""


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """A document's schema, made once: a file may have thousands of mistakes."""
    return model.model_json_schema()


def _accepted(model: type[BaseModel], path: Path) -> dict[str, str]:
    """The keys that a place of the document may have, and what each is called in Chinese."""
    schema = _schema(model)
    definitions = schema.get("$defs", {})
    node = schema
    for part in path:
        node = _resolve(node, definitions)
        if isinstance(part, int):
            node = node.get("items", {})
        else:
            others = [*node.get("patternProperties", {}).values(), node.get("additionalProperties")]
            node = node.get("properties", {}).get(part) or next((each for each in others if each), {})
    keys = _resolve(node, definitions).get("properties", {})
    return {key: _CALLED.split(each.get("description", ""), maxsplit=1)[0] for key, each in keys.items()}


def _resolve(node: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in node:
        return _resolve(definitions[node["$ref"].rsplit("/", 1)[1]], definitions)
    for option in node.get("anyOf", ()):
        if "$ref" in option or option.get("type") == "object":
            return _resolve(option, definitions)
    return node
