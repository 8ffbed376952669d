"""params/report.yaml as pydantic models: its sections, formats, site, approvals, runs and notices."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from reportkit.editions.tables import ID
from reportkit.formats import FORMATS
from reportkit.inputs.documents import Document, Id, Name
from reportkit.model import Confinement

if TYPE_CHECKING:
    FormatName = str
else:
    FormatName = Literal[*FORMATS]


class SlotDocument(Document):
    """A place for a department's words in a part of one's own."""

    id: Annotated[str, Field(pattern=ID, max_length=64)] = Field(description="填报数据 prose 下的名称")
    label: Name = Field(description="中文名称，如 附件说明")
    required: bool = Field(False, description="是否必写")
    most_characters: int | None = Field(None, ge=1, description="最多多少字（L-1）")


class SectionDocument(Document):
    section: Annotated[str, Field(pattern=ID, max_length=64)] = Field(
        description="格式规定的部分；自设的部分用自己的名称，并写 title"
    )
    notebook: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\.ipynb$")] = Field(
        description="notebooks/ 中的文件名"
    )
    when: str | None = Field(
        None, description="只用于某类机关、某些年度，如 kind == government、year >= 2025；用 and 连接"
    )
    title: Name | None = Field(None, description="自设部分的标题，如 七、附件")
    after: str | None = Field(None, description="自设部分排在哪一部分之后；不写则在列出的前一部分之后")
    prose: list[SlotDocument] = Field([], description="自设部分中由各机关填写的文字")
    table: str | None = Field(None, description="自设部分中的表（params/editions 中自设的表）")


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
    first_year: Annotated[int, Field(ge=1000, le=2999)] | None = Field(
        None, description="从哪个报告年度起各机关都应报送；以前的年度不催报、不算逾期，已有的文件照常使用"
    )
    open_years: list[Annotated[int, Field(ge=1000, le=2999)]] | None = Field(
        None, description="仍在编制的报告年度；其余年度已封存，只核验，不重新生成。不写则各年度都可生成"
    )

    @field_validator("first_year", "open_years", mode="before")
    @classmethod
    def _never_empty(cls, value: Any, info: ValidationInfo) -> Any:
        """A key without a value may mean no year or every year; it would be as if the key weren't there."""
        if value is None:
            raise PydanticCustomError("first_year_empty" if info.field_name == "first_year" else "open_years_empty", "")
        return value
