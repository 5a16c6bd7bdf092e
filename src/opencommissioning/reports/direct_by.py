"""Directly standardised rates of organisations, one beside the other: with limits, with the bands that each could be told by."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.organisation import level_name
from opencommissioning.catalogue.period import spoken
from opencommissioning.reports.numbers import tenths, whole

COLUMNS = (
    "Code",
    "Name",
    "Events",
    "Person-years",
    "Standardised",
    "95 % limits",
    "Against all",
    "Bands of age",
)
FEWEST = 15
ALIKE, HIGHER, LOWER, FEW = "limits hold the rate of all", "higher than all", "lower than all", "too few events to tell ages apart"  # fmt: skip


@dataclass(frozen=True)
class DirectPlace:
    """One organisation: events as kept (rounded together), people's years, rate and limits per `DirectPlaces.per` people and
    year (nan where there are too few events), and the bands in words."""

    code: str
    name: str
    events: float
    people: float
    rate: float
    lower: float
    upper: float
    bands: str

    def against(self, rate: float) -> str:
        """How it lies to the rate of all."""
        if self.rate != self.rate:
            return FEW
        return HIGHER if self.lower > rate else LOWER if self.upper < rate else ALIKE


@dataclass(frozen=True)
class DirectPlaces:
    """Organisations of a level in the `years` of twelve months up to `month` (of `most` that there are); the numbers of all of them
    together after them."""

    measure: Measure
    per: int
    level: str
    month: date
    years: int
    most: int
    finest: int
    places: tuple[DirectPlace, ...]
    events: float
    people: float
    rate: float
    lower: float
    upper: float
    bands: str

    columns = COLUMNS

    @property
    def title(self) -> str:
        """What is counted, per how many, of whom and when."""
        what = self.measure.title.partition(" as % of ")[0]
        return (
            f"{what} per {self.per:,} people, directly standardised by age and sex, by {level_name(self.level, self.month)}, "
            f"{'year' if self.years == 1 else f'{self.years} years'} to {spoken(self.month)}"
        )

    @property
    def rated(self) -> list[DirectPlace]:
        """Those with a rate, the highest first."""
        return sorted(
            (each for each in self.places if each.rate == each.rate), key=lambda each: (-each.rate, each.code)
        )

    @property
    def apart(self) -> list[DirectPlace]:
        """Those whose limits leave out the rate of all."""
        return [each for each in self.rated if each.against(self.rate) in (HIGHER, LOWER)]

    @property
    def sentence(self) -> str:
        """How many have a rate, how many differ from all, and what luck gives."""
        plural, number = level_name(self.level, self.month, plural=True), len(self.rated)
        longer = "" if self.years == self.most else " Taken over several years, more may have."
        if number < 2:
            return f"{'One' if number else 'None'} of the {len(self.places)} {plural} has {FEWEST} events in each of two bands of age, which a rate is made of.{longer}"
        few = len(self.places) - number
        without = (
            f" {few} of the {plural} {'has' if few == 1 else 'have'} too few events for a rate.{longer}"
            if few
            else ""
        )
        return (
            f"All together have {tenths(self.rate)} per {self.per:,} people and year. {len(self.apart)} of {number} {plural} differ from it "
            f"beyond their 95 % limits; luck alone would give about {number / 20:.0f}.{without}"
        )

    @property
    def how(self) -> str:
        """How it is made, what was merged, and what it must not be taken for."""
        return (
            f"Direct standardisation to the European Standard Population of 2013. Counts by practice, sex and broad age band ({self.finest} "
            "bands from the youngest on) pass the disclosure gate: they are rounded together with, and add up to, what is shown of the practice. Bands are "
            f"merged, from the youngest on, until each has {FEWEST} events, and women and men are told apart where both have as many; the "
            "last column says which bands were left. Fewer bands take out less of what ages explain, so rates of different bands are compared with care; "
            "of one band of all ages there is no rate, since it would be the crude one. Limits are Dobson's, widened by what rounding adds, and take events to be "
            "independent of each other. The verdict on an organisation is that of the indirect ratio, observed over expected, which uses five-year bands."
        )

    def rows(self, top: int = 0, code: str = "") -> list[tuple[str, ...]]:
        """Ready to show: one of them, or the `top` highest and lowest of those with a rate, or all, those without last."""
        if code:
            return [self._cells(each) for each in self.places if each.code == code]
        rated = self.rated
        if top and len(rated) > 2 * top:
            return [self._cells(each) for each in (*rated[:top], *rated[-top:])]
        return [self._cells(each) for each in (*rated, *(each for each in self.places if each not in rated))]

    def _cells(self, each: DirectPlace) -> tuple[str, ...]:
        told = each.rate == each.rate
        limits = f"{tenths(each.lower)} to {tenths(each.upper)}" if told else ""
        events = whole(each.events) if each.events >= FEWEST else "not shown"
        rate = tenths(each.rate) if told else ""
        return (each.code, each.name, events, whole(each.people), rate, limits, each.against(self.rate), each.bands)  # fmt: skip

    def frame(self) -> pl.DataFrame:
        """One row per organisation, unrounded; nothing where there are too few events."""
        rows = [vars(each) | {"events": each.events if each.events >= FEWEST else None, "against_all": each.against(self.rate)} for each in self.places]  # fmt: skip
        return pl.DataFrame(rows, infer_schema_length=None)
