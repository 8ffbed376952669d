"""The files of params/ as pydantic models: what they may hold, checked strictly, every error with its line."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from reportkit.errors import InputError, InputErrors, near_match
from reportkit.formats import FORMATS
from reportkit.inputs.unfit_values import lone_quote, value_said
from reportkit.messages.said import Said
from reportkit.model import BodyKind, Confinement
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

if TYPE_CHECKING:
    FormatName = str
else:
    FormatName = Literal[*FORMATS]

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


class SectionDocument(Document):
    section: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")] = Field(description="格式规定的部分")
    notebook: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\.ipynb$")] = Field(
        description="notebooks/ 中的文件名"
    )
    when: str | None = Field(None, description="只用于某类机关，如 kind == government")


class SiteDocument(Document):
    name: Name = Field(description="网站名称")
    domain: Name | None = Field(None, description="网站域名")
    id_code: Name | None = Field(None, description="网站标识码")
    url: Annotated[str, Field(pattern=r"^https?://[^\s<>\"?#]+$", max_length=200)] | None = Field(
        None, description="门户的网址，二维码和站点地图由此生成，如 https://www.example.gov.cn/xxgknb/"
    )
    host: Name | None = Field(None, description="主办单位，印在门户页脚")
    record_number: Name | None = Field(None, description="网站备案号，印在门户页脚")


class LevelDocument(Document):
    id: Id
    label: Name = Field(description="环节名称，如 审核")


class ApprovalsDocument(Document):
    levels: list[LevelDocument] = Field(
        [
            LevelDocument(id="prepare", label="经办"),
            LevelDocument(id="review", label="审核"),
            LevelDocument(id="sign", label="签发"),
        ],
        min_length=1,
        description="审批环节，按先后顺序",
    )
    required: list[Id] = Field([], description="发布前必须完成的环节的 id；不写则不需审批")


class RunsDocument(Document):
    """What scheduled runs keep to."""

    at: str = Field("02:30", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="每天何时运行（北京时间）")
    keep_runs_days: int = Field(90, ge=1, description="运行记录保留几天")
    keep_drafts_days: int | None = Field(None, ge=1, description="不再更新的草稿保留几天；不写则一直保留")
    keep_cache_days: int = Field(30, ge=1, description="缓存中没有用到的内容保留几天")
    site: bool = Field(True, description="运行时是否写出门户")
    memory_mb: int | None = Field(2048, ge=256, description="每个笔记本最多用多少内存（MB）；写 null 则不限")
    network: bool = Field(False, description="笔记本能否使用网络")
    environment: list[Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]] = Field(
        [], description="笔记本另可看到的环境变量的名称"
    )

    output_mb: int = Field(16, ge=1, description="每个笔记本的输出最多有多少（MB）")

    @property
    def confinement(self) -> Confinement:
        """What kernels are given."""
        return Confinement(self.network, self.memory_mb, tuple(self.environment), self.output_mb)


class NoticeDocument(Document):
    """Who is notified of what after a run."""

    url_from: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=64)] = Field(
        description="环境变量的名称，其值是apprise的地址（邮件、企业微信、钉钉、飞书等）；地址里有秘密，不写在这里"
    )
    of: list[Literal["failed", "draft", "returned", "deadline", "published"]] = Field(
        min_length=1,
        description="通知哪些事：failed 失败，draft 成为草稿，returned 退回，deadline 临近期限，published 发布",
    )
    departments: list[Id] = Field([], description="只通知哪些机关的；不写则全部")
    deadline_days: int = Field(7, ge=1, le=90, description="期限前几天开始通知")


class DefinitionDocument(Document):
    """params/report.yaml: which notebooks make up the report, and how it is published."""

    sections: list[SectionDocument] = Field(min_length=1)
    formats: list[FormatName] = Field(
        ["html", "pdf"],
        min_length=1,
        description="html 网页；pdf；docx 供 Word 使用；fragment 供粘贴到网站后台的片段；fragment-files 同上，图另存",
    )
    scheduler: Annotated[str, Field(pattern=r"^(tcp|tls)://[^\s/]+:[1-9][0-9]{0,4}$")] | None = Field(
        None, description="在哪个 dask.distributed 调度器的各台机器上生成，如 tcp://host:8786；不写则在本机"
    )
    timeout_s: int = Field(300, ge=1, le=86_400, description="每个笔记本的时限（秒）")
    system_fonts: bool = Field(False, description="是否优先使用本机安装的公文字体（方正小标宋、仿宋_GB2312 等）")
    font_paths: list[str] = Field([], description="另加的字体文件夹，相对于项目根目录")
    site: SiteDocument | None = None
    approvals: ApprovalsDocument = ApprovalsDocument()
    runs: RunsDocument = RunsDocument()
    notices: list[NoticeDocument] = Field([], description="运行之后通知谁")
    open_years: list[Annotated[int, Field(ge=1000, le=2999)]] | None = Field(
        None, description="仍在编制的报告年度；其余年度已封存，只核验，不重新生成。不写则各年度都可生成"
    )

    @field_validator("open_years", mode="before")
    @classmethod
    def _never_empty(cls, value: Any) -> Any:
        """A key without a value may mean no year or every year; it would open every year."""
        if value is None:
            raise PydanticCustomError("open_years_empty", "the years are missing")
        return value


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
            return InputError("unknown_key", where=where, key=key, near=near_match(str(key), accepted, accepted))
        case "missing":
            return InputError("key_missing", where=file.where(path[:-1]), key=key)
        case "literal_error":
            allowed = re.findall(r"'([^']*)'", context.get("expected", ""))
            return InputError("not_allowed", where=where, value=value, allowed=allowed)
        case "open_years_empty":
            return InputError("open_years_empty", where=where)
        case "no_date" | "no_day_of_ours" as code:
            return InputError(Said(code, text=value), where=where)
    said = value_said(problem["type"], problem["msg"], value, context, file.name)
    if "[key]" in problem["loc"]:
        return InputError(
            Said("key_unfit", expected=said.arguments["expected"], found=said.arguments["found"]), where=where
        )
    return InputError(said, where=file.where_text(path))


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
