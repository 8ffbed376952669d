"""The files of params/ as pydantic models: what they may hold, checked strictly, every error with its line."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from reportkit.messages.said import Said
from reportkit.model import BodyKind
from reportkit.text.dates import CHINESE, chinese_date
from reportkit.text.strings import printable
from reportkit.text.unfit_values import lone_quote

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
