"""What a dataset promises: one declaration, used for validation, specimens, the data dictionary and compile-time checks."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from opencommissioning.errors import DefinitionError, did_you_mean

PERSON = "person"  # the level of people's facts: they are kept in the records, never in the store


class Kind(StrEnum):
    """How a column is stored."""

    CODE = "code"  # text that identifies: leading zeros matter
    CODES = "codes"  # several codes in their order, with blanks between
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"  # exact, `scale` decimal places
    DATE = "date"
    MONTH = "month"
    FLAG = "flag"  # true or false


class Accumulation(StrEnum):
    """What summing over months means: flows add up, stocks are averaged."""

    FLOW = "flow"
    STOCK = "stock"


@dataclass(frozen=True)
class Column:
    """One column. `accumulates` marks those that may be summed; a missing value in a `required` column refuses the row."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    accumulates: Accumulation | None = None
    required: bool = True
    scale: int = 0
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    pattern: str | None = None  # RE2, anchored by the checker
    example: str = ""
    system: str = ""  # which codes it holds (icd10, opcs4), where a codelist may speak of it
    ahead: bool = (
        False  # a date that may lie in the future though the rest of its row has happened (due, booked)
    )


@dataclass(frozen=True)
class Contract:
    """One dataset as the store keeps it.

    `level` is the organisation that a row belongs to ("practice", "provider", "commissioner", "none", or "person"); `organisation` the column
    that names it; `code` the coded column that codelists and presentation attributes speak of, if there is one; `key` the columns
    that must be unique together (empty: repeats are lawful); `sort` the order on disk; `every` how often it is published;
    `carry` for how many months a stock may stand in for a later month without data; `multiplied`: in every row the first column is the
    second times the third.
    """

    dataset: str
    title: str
    publisher: str
    licence: str
    level: str
    every: str
    columns: tuple[Column, ...]
    organisation: str = ""
    code: str = ""
    key: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    carry: int = 0
    multiplied: tuple[tuple[str, str, str], ...] = ()
    parts: str = (
        "month"  # how rows are stored: by "month", as one "snapshot", or a file to a part of a "collection"
    )
    disclosive: bool = False  # counts of people: only through the disclosure gate do they leave
    unlocks: str = ""  # one sentence: what a user can see once it is loaded

    def column(self, name: str) -> Column:
        """The column called `name`; DefinitionError with the nearest name otherwise."""
        for column in self.columns:
            if column.name == name:
                return column
        known = [column.name for column in self.columns]
        raise DefinitionError(f"column '{name}' of {self.dataset} is not known{did_you_mean(name, known)}")

    @property
    def happened(self) -> bool:
        """Whether rows say what has happened, so that none is of the future; registers and prices are known in advance."""
        return bool(self.summable) or self.level in (PERSON, "any")

    @property
    def summable(self) -> tuple[Column, ...]:
        """The columns that a quantity may sum."""
        return tuple(column for column in self.columns if column.accumulates)
