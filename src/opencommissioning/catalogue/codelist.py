"""Codelists: patterns of codes, with a factor each when the list is weighted."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

WHOLE_CODES = ("age_sex", "need", "snomed", "specialty", "org")


@dataclass(frozen=True)
class Entry:
    """One line of a codelist: a pattern, its factor (1 when the list is not weighted) and what it stands for."""

    pattern: str
    factor: Decimal = Decimal(1)
    name: str = ""


@dataclass(frozen=True)
class Rates:
    """Where the weights of a list come from when they are the data's own: events per person and month, by age and sex.

    Events are `column` of `dataset` (all organisations together) where each column of `where` has its value; people are those
    registered in the practices that have rows in the dataset `among` in the same month.
    """

    dataset: str
    column: str
    among: str
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Codelist:
    """A named list. `system` says which codes ("bnf", "age_sex", "icd10", …); `unit` what one unit of quantity becomes after weighting.

    A code takes the factor of its most specific entry (longest pattern); `exclude` patterns win over all entries. `names_with` and
    `names_without` narrow by words of the product's name, for products that codes cannot tell apart.
    """

    id: str
    title: str
    system: str
    entries: tuple[Entry, ...]
    exclude: tuple[str, ...] = ()
    names_with: tuple[str, ...] = ()
    names_without: tuple[str, ...] = ()
    unit: str = ""
    source: str = ""
    licence: str = ""
    note: str = ""
    checked: date | None = None
    due: date | None = None
    rates: Rates | None = (
        None  # the weights are worked out of what is loaded: expected numbers by age and sex
    )
    parts: tuple["Codelist", ...] = ()  # lists that this one includes, each with its own exclusions

    @property
    def weighted(self) -> bool:
        """Whether any factor differs from 1."""
        return any(entry.factor != 1 for entry in self.entries) or any(part.weighted for part in self.parts)


def like_pattern(pattern: str, system: str) -> str:
    """The SQL LIKE pattern of a code pattern: full-length codes match themselves, shorter ones are prefixes, `%` is anything."""
    return pattern if "%" in pattern or _is_full(pattern, system) else pattern + "%"


def _is_full(pattern: str, system: str) -> bool:
    """BNF codes have 15 characters in chapters 1–19 and 11 in chapters 20–23; codes of age and sex are always whole."""
    if system == "bnf":
        return len(pattern) == (11 if pattern[:2] >= "20" else 15)
    return system in WHOLE_CODES
