"""Rules as data: what each demands, how severe a breach is, its legal basis, and for arithmetic ones the formula."""

from functools import cache, cached_property
from importlib.resources import files
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from reportkit.editions.grammar import Condition, parse_condition
from reportkit.errors import InputError
from reportkit.model import BodyKind
from reportkit.text.validation import Misplaced, validate
from reportkit.text.yamlfile import read_yaml

_ID = r"^[A-Z][A-Z0-9]*(-[1-9][0-9]*)?$"
CATALOGUE = "rules.yaml"
SeverityName = Literal["E", "W", "I"]


class _Data(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Bodies(_Data):
    """Which departments are meant: every key that is given fits; a name fits where it holds none of `name_without`."""

    kind: tuple[BodyKind, ...] = Field(default=(), strict=False)
    level: tuple[Literal["state", "province", "prefecture", "county", "township"], ...] = Field(
        default=(), strict=False
    )
    name_without: tuple[str, ...] = Field(default=(), strict=False)


class Clause(_Data):
    """Where an arithmetic rule must hold: in each column, or in each row, of one table, or `only` in some of them.

    Ids in `holds` are rows (and groups) where it holds for each column, and columns where for each row.
    `mild_with` names a column: where the rule holds there, a breach elsewhere is a warning. `from_year` is the first
    report year for which it holds.
    """

    table: str
    each: Literal["column", "row"]
    only: tuple[str, ...] = Field(default=(), strict=False)
    holds: str
    says: str
    severity: Literal["E", "W"] | None = None
    mild_with: str | None = None
    from_year: int | None = None
    unless: tuple[Bodies, ...] = Field(default=(), strict=False)

    @cached_property
    def condition(self) -> Condition:
        return parse_condition(self.holds)

    @model_validator(mode="after")
    def _is_readable(self) -> Self:
        try:
            _ = self.condition
        except InputError as error:
            raise Misplaced(error.said, "holds") from error
        return self


class RuleSpec(_Data):
    """One rule. Without clauses or `cancels` it is a function of the package, registered by the rule's id.

    `severities` are the severities that its findings can have; the first is the usual one. `set_to` is the one that an
    edition of a project's own has given it instead. A rule that is `waivable` by `sentence` is waived for one sentence
    as it stands: the waiver is void once a letter of it changes. `cancels` names arithmetic rules whose differences,
    column by column, cancel out.
    """

    id: str = Field(pattern=_ID)
    name: str
    severities: tuple[SeverityName, ...] = Field(strict=False, min_length=1)
    set_to: SeverityName | None = None
    waivable: bool | Literal["sentence"] = False
    law: str
    fix: str = Field(alias="mend")
    example: str
    clauses: tuple[Clause, ...] = Field(default=(), strict=False)
    cancels: tuple[str, ...] = Field(default=(), strict=False)


class _Catalogue(_Data):
    rules: tuple[RuleSpec, ...] = Field(strict=False)


@cache
def rule_catalogue() -> dict[str, RuleSpec]:
    """The rules that editions can name by id, in the order of the file; an edition may state others of its own."""
    return read_rules(files("reportkit.editions").joinpath(CATALOGUE).read_bytes(), f"reportkit/editions/{CATALOGUE}")


def read_rules(content: bytes, name: str) -> dict[str, RuleSpec]:
    """The rules of a file by id, in their order. Raises InputErrors with the lines of what is wrong."""
    return {rule.id: rule for rule in validate(_Catalogue, read_yaml(content, name)).rules}
