"""A measure's values beside prediction limits: what chance alone would give, next to what organisations ordinarily differ by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.organisation import level_name
from opencommissioning.catalogue.period import spoken
from opencommissioning.reports.numbers import plain, valued
from opencommissioning.variation.verdict import BEYOND_CHANCE, LUCK

LAWS = {"proportion": "binomial", "rate": "Poisson"}
COLUMNS = ("Code", "Name", "Value", "Numerator", "Denominator", "95 % prediction limits", "Verdict")
EXPLAINED = (
    "Prediction limits show where organisations of a size would lie if all were alike and only chance made them differ (exact {law} limits, "
    "Seaton and Manktelow 2012: what FunnelPlotR calls unadjusted and public-health funnels call control limits, with exact tails); the verdicts use "
    "over-dispersed limits, which also allow for what organisations ordinarily differ by."
)


@dataclass(frozen=True)
class Predicted:
    """`frame`: the last month's verdicts, with `name`, with prediction limits in place of the over-dispersed ones, `verdict`, and `beyond` the 95 %
    limits (+1, −1, 0); `law` is a key of `LAWS`."""

    measure: Measure
    level: str
    month: date
    law: str
    frame: pl.DataFrame

    columns = COLUMNS

    @property
    def title(self) -> str:
        """What is compared, and with what limits."""
        return f"{self.measure.title}, by {level_name(self.level, self.month)}, {spoken(self.month)}: prediction limits"

    @property
    def sentence(self) -> str:
        """How many lie outside, what chance gives, how many the verdicts call out."""
        outside, number = self.outside.height, self.frame.height
        called = self.frame.filter(pl.col("verdict").is_in([str(stand) for stand in BEYOND_CHANCE])).height
        return (
            f"{outside} of {number} {level_name(self.level, self.month, plural=True)} lie outside the 95 % prediction limits; chance alone would give "
            f"at most about {max(1, round(number * LUCK))}. {called} lie outside the over-dispersed limits."
        )

    @property
    def explained(self) -> str:
        """What these limits are, in one sentence."""
        return EXPLAINED.format(law=LAWS[self.law])

    @property
    def outside(self) -> pl.DataFrame:
        """Those outside the 95 % limits, the furthest first."""
        return self.frame.filter(pl.col("beyond") != 0).sort(
            pl.col("z").abs(), descending=True, nulls_last=True
        )

    def rows(self, top: int) -> list[tuple[str, ...]]:
        """The `top` highest and lowest of those outside, ready to show."""
        parts = (self.outside.filter(pl.col("beyond") == side).head(top) for side in (1, -1))
        return [self._cells(row) for part in parts for row in part.iter_rows(named=True)]

    def _cells(self, row: Mapping[str, object]) -> tuple[str, ...]:
        measure = self.measure
        between = f"{valued(row['lower95'], measure)} – {valued(row['upper95'], measure)}"
        sides = (plain(row["numerator"], 2000), plain(row["denominator"], 2000))
        return (
            row["organisation"],
            row["name"],
            valued(row["value"], measure),
            *sides,
            between,
            row["verdict"],
        )
