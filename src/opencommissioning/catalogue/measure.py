"""A measure: two quantities, each summed to organisation and month first, then divided."""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from opencommissioning.catalogue.condition import Condition
from opencommissioning.catalogue.standard import Standard

COUNTED = frozenset(
    {"items", "patients", "spells", "attendances", "appointments", "pathways", "timed", "within_4_hours"}
    | {"register", "listed", "discharged", "by_5pm", "referrals", "calls", "answers", "responses"}
    | {"cases", "people", "deaths", "contacts"}
)  # columns that count people or events: their shares and rates have intervals


AGE_WEIGHTED = ("weighted_populations",)  # datasets that count people weighted by age and need
BEHIND = {"prescribing": "items", "admissions": "spells"}  # dataset → the events that its amounts rest on


class Better(StrEnum):
    """Which way is good. Neither: a difference is worth a look, not a judgement."""

    LOWER = "lower"
    HIGHER = "higher"
    NEITHER = "neither"


class Shape(StrEnum):
    """What kind of number the measure is; chooses its statistics."""

    PROPORTION = "proportion"  # the numerator is the denominator, narrowed: Wilson
    RATE = "rate"  # two counts: Byar
    RATIO = "ratio"  # an amount: neither


@dataclass(frozen=True)
class Quantity:
    """A column of a dataset, summed where every condition holds, times the factor of a weighted codelist when `times` names one."""

    dataset: str
    column: str
    where: tuple[Condition, ...] = ()
    times: str = ""


@dataclass(frozen=True)
class Review:
    """Who looked at a definition and when. Without a named person it is "not clinically reviewed"."""

    by: str = ""
    checked: date | None = None
    due: date | None = None

    def state(self, today: date) -> str:
        """`not clinically reviewed`, `review overdue since …` or `reviewed by …`."""
        if not self.by or self.checked is None:
            return "not clinically reviewed"
        if self.due and self.due < today:
            return (
                f"reviewed by {self.by} on {self.checked:%d %B %Y}; review overdue since {self.due:%d %B %Y}"
            )
        return f"reviewed by {self.by} on {self.checked:%d %B %Y}"


@dataclass(frozen=True)
class Change:
    """That a definition became another: on which day, what changed in words, by whom (empty when nobody says)."""

    on: date
    what: str
    by: str = ""


@dataclass(frozen=True)
class Measure:
    """One definition. `narrowed` tells that the numerator is the denominator with further conditions.

    `per` multiplies the value (100 for a percentage, 1000 for a rate per 1,000); `window` is the number of months looked at together;
    `unit` words the value ("% of items", "items per 1,000 patients", "£ per 1,000 patients"); `approximates` says what stands in for
    data that are not shipped; `changes` are those that its author tells, oldest first.
    """

    id: str
    title: str
    better: Better
    numerator: Quantity
    denominator: Quantity
    narrowed: bool
    per: int
    unit: str
    window: int = 1
    topic: str = ""
    tags: tuple[str, ...] = ()
    why: str = ""
    do: str = ""
    guidance: tuple[str, ...] = ()
    search_terms: tuple[str, ...] = ()
    approximates: str = ""
    source: str = ""
    author: str = ""
    review: Review = field(default_factory=Review)
    standards: tuple[Standard, ...] = ()
    changes: tuple[Change, ...] = field(default=(), repr=False)  # what was, so that it makes no other numbers
    standardised: bool = field(default=False, repr=False)  # the denominator is what ages and sexes would give
    percentile: Fraction | None = None  # the value is the wait below which this share of the denominator lies

    def shape(
        self,
        counts: frozenset[str] = COUNTED,
    ) -> Shape:
        """Proportion when narrowed and counted, rate when two counts are divided, ratio otherwise."""
        if self.percentile is not None:
            return Shape.RATIO
        numerator_counts = self.numerator.column in counts and not self.numerator.times
        if self.narrowed and numerator_counts:
            return Shape.PROPORTION
        counted = self.standardised or not self.denominator.times
        both = numerator_counts and self.denominator.column in counts and counted
        return Shape.RATE if both else Shape.RATIO

    @property
    def ignores_age(self) -> bool:
        """Whether its denominator takes no account of age: it is neither weighted by age and need nor kept to some ages."""
        below = self.denominator
        kept_to_ages = any(each.column.startswith("age") for each in below.where)
        return not (below.times or kept_to_ages or self.standardised or below.dataset in AGE_WEIGHTED)

    def behind(self) -> Quantity | None:
        """The events that an amount rests on: items behind pounds, spells behind days. None for counts, which are events themselves."""
        events = BEHIND.get(self.numerator.dataset)
        if self.shape() is not Shape.RATIO or events is None:
            return None
        return replace(self.numerator, column=events, times="")
