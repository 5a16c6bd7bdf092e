"""Directly standardised rates, year by year: what the people would show with the ages of the European Standard Population."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.period import spoken
from opencommissioning.reports.numbers import tenths, whole

COLUMNS = ("Year to", "Who", "Events", "People", "Crude rate", "Standardised", "95 % limits")
EVERYBODY = "everybody"


@dataclass(frozen=True)
class DirectRate:
    """One year (the twelve months up to `month`) of `who`: events to the nearest 5 in each band, people as in a mean month, rates and
    Dobson's limits per `per` people and year, nan below 10 events."""

    month: date
    who: str
    events: float
    people: float
    crude: float
    rate: float
    lower: float
    upper: float

    @property
    def cells(self) -> tuple[str, ...]:
        """As `COLUMNS`, ready to show."""
        limits = (
            f"{tenths(self.lower)} to {tenths(self.upper)}"
            if self.rate == self.rate
            else "fewer than 10 events"
        )
        numbers = (whole(self.events), whole(self.people), tenths(self.crude), tenths(self.rate))
        return (f"{self.month:%b %Y}", self.who, *numbers, limits)


@dataclass(frozen=True)
class DirectRates:
    """The newest year first, in each everybody, women and men; `bands` words the age bands."""

    measure: Measure
    per: int
    practices: int
    bands: str
    rates: tuple[DirectRate, ...]

    columns = COLUMNS

    @property
    def title(self) -> str:
        """What is counted, without the ratio that the measure itself is."""
        what = self.measure.title.partition(" as % of ")[0]
        return f"{what} per {self.per:,} people, directly standardised by age"

    @property
    def sentence(self) -> str:
        """The newest year, and whether the one before differs from it beyond its limits."""
        newest, *before = [each for each in self.rates if each.who == EVERYBODY]
        told = (
            f"In the year to {spoken(newest.month)} {tenths(newest.rate)} per {self.per:,} people with the ages of the European Standard "
            f"Population (95 of 100 between {tenths(newest.lower)} and {tenths(newest.upper)})"
        )
        if newest.rate != newest.rate:
            return f"In the year to {spoken(newest.month)} there were fewer than 10 events: no rate is made of so few."
        return f"{told}{_since(newest, before)}."

    @property
    def how(self) -> str:
        """How it is made, and what it must not be taken for."""
        return (
            f"Direct standardisation: the rate of each age band ({self.bands}) counts as much as the band does in the European Standard "
            "Population of 2013, so that years, women and men, or another area's rate made in the same way can be compared whatever their "
            f"ages. Limits are Dobson's and take events to be independent of each other. It is of all {self.practices:,} practices together, "
            "in five-year bands; a practice's own would be a handful of people. Practices are told by broad bands, and compared by the "
            "indirect ratio, observed over expected. Events of each band are counted to the nearest 5."
        )

    def rows(self) -> list[tuple[str, ...]]:
        """All lines, ready to show."""
        return [each.cells for each in self.rates]

    def frame(self) -> pl.DataFrame:
        """One row per year and who, unrounded."""
        return pl.DataFrame([vars(each) for each in self.rates])


def _since(newest: DirectRate, before: Sequence[DirectRate]) -> str:
    if not before or before[0].rate != before[0].rate:
        return ""
    last = before[0]
    if newest.lower > last.upper or newest.upper < last.lower:
        way = "higher" if newest.rate > last.rate else "lower"
        return f", {way} than in the year before ({tenths(last.rate)}): the limits lie apart"
    return f"; {tenths(last.rate)} in the year before, and the limits overlap: not a difference to speak of"
