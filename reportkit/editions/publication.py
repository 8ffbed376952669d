"""What this kind of report is called, by which law it is published, and until when: data of an edition."""

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from reportkit.messages.said import Said
from reportkit.model import BodyKind
from reportkit.text.validation import Misplaced


class _Data(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Deadline(_Data):
    """Until which day of the next year bodies of a kind publish; of every other kind where none is named."""

    bodies: str
    kind: BodyKind | None = None
    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)


class Publication(_Data):
    """What this kind of report is called on pages and in letters, its column on portals, its law and deadlines."""

    report: str
    short: str
    subject: str
    column: str
    column_type: str
    law: str
    law_short: str
    articles: str
    deadlines: tuple[Deadline, ...] = Field(strict=False, min_length=1)

    @property
    def keywords(self) -> tuple[str, str]:
        """What the report is found by."""
        return self.subject, self.short

    def due(self, kind: str, year: int) -> date:
        """When the report of a year is due for bodies of a kind, in the next year."""
        found = next(each for each in self.deadlines if each.kind in (kind, None))
        return date(year + 1, found.month, found.day)

    @model_validator(mode="after")
    def _is_due_for_everybody(self) -> Self:
        for number, each in enumerate(self.deadlines):
            try:
                date(2001, each.month, each.day)
            except ValueError as error:
                raise Misplaced(Said("deadline_no_day", month=each.month, day=each.day), "deadlines", number) from error
        for number, each in enumerate(self.deadlines[:-1]):
            if each.kind is None:
                raise Misplaced(Said("deadline_for_all_before_others"), "deadlines", number)
        if self.deadlines[-1].kind is not None:
            raise Misplaced(Said("deadline_for_all_missing"), "deadlines", len(self.deadlines) - 1)
        return self
