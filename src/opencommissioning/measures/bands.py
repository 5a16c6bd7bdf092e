"""Bands: the same keys as a series with counts per weekly band, from which shares, medians and percentiles are taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import polars as pl

from opencommissioning.catalogue.period import shift
from opencommissioning.catalogue.waiting import open_band_rule, percentile_rule
from opencommissioning.errors import NotLoaded
from opencommissioning.statistics.banded import quantile_intervals, quantiles, within

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Bands:
    """Rows of lists × weekly bands.

    keys       frame (rows): who, what, when
    counts     int64 (rows, bands): band k holds waits over k and up to k + 1 weeks; the last is open when `open_from` > 0
    open_from  weeks from which bands are not told apart; 0 when every band is closed
    month      the month that the figures are of: chooses the publisher's rule
    known      bool (rows): False where the file gives no bands; such a row has no values
    """

    keys: pl.DataFrame
    counts: np.ndarray
    open_from: int
    month: date
    known: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """People in each row, float, nan where not known."""
        return np.where(self.known, self.counts.sum(axis=1), np.nan)

    @property
    def reach(self) -> int:
        """The weeks up to which bands are told apart."""
        return self.open_from or self.counts.shape[1]

    def within(self, weeks: float) -> np.ndarray:
        """People who have waited up to `weeks`, float (rows,); NotLoaded when the bands do not reach that far."""
        last = self.reach
        if weeks > last:
            raise NotLoaded(
                f"the bands of {self.month:%B %Y} end at {last} weeks: counts beyond are missing, not 0; "
                f"ask for {last} weeks or fewer"
            )
        return np.where(self.known, within(self.counts, weeks), np.nan)

    def over(self, weeks: int) -> np.ndarray:
        """People who have waited more than `weeks`, float (rows,)."""
        return self.total - self.within(weeks)

    def share_within(self, weeks: float) -> np.ndarray:
        """Share within `weeks`; nan where nobody waits."""
        total = self.total
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(total > 0, self.within(weeks) / total, np.nan)

    def percentile(self, share: Fraction, suppress: bool = True) -> np.ndarray:
        """The wait in weeks below which `share` of each row lies, by the publisher's rule of the month; nan where it is not shown.

        With `suppress` rows below the publisher's least number have no value.
        """
        rule, end = percentile_rule(self.month), open_band_rule(self.open_from)
        value = quantiles(self.counts, share, plus_one=share == HALF and rule.median_plus_one)
        if self.open_from and not end.one_week_wide:
            value = np.where(value > self.open_from, float(self.open_from), value)
        shown = self.known & (self.counts.sum(axis=1) >= (end.least if suppress else 1))
        return np.where(shown, value, np.nan)

    def percentile_interval(self, share: Fraction) -> tuple[np.ndarray, np.ndarray]:
        """Limits of 95 % for a percentile, as if waits were drawn at random; nan where it is not shown."""
        shown = np.isfinite(self.percentile(share))
        low, high = quantile_intervals(self.counts, share)
        return np.where(shown, low, np.nan), np.where(shown, high, np.nan)

    def select(self, rows: np.ndarray) -> "Bands":
        """Some of the rows (a boolean mask or places)."""
        keys = self.keys.filter(rows) if rows.dtype == bool else self.keys[rows]
        return Bands(keys, self.counts[rows], self.open_from, self.month, self.known[rows])

    def added_all(self) -> "Bands":
        """All rows that are known, added up to one."""
        counts = self.counts[self.known].sum(axis=0, keepdims=True)
        return Bands(pl.DataFrame({"all": [""]}), counts, self.open_from, self.month, np.array([True]))

    def added(self, by: Sequence[str]) -> "Bands":
        """Rows added up over everything but `by`; a group with a row that is not known has its others' counts and is known."""
        groups = self.keys.with_row_index("_place").group_by(by, maintain_order=True).agg("_place")
        counts = np.array([self.counts[places.to_list()].sum(axis=0) for places in groups["_place"]])
        known = np.array([bool(self.known[places.to_list()].any()) for places in groups["_place"]])
        shape = (groups.height, self.counts.shape[1])
        return Bands(
            groups.drop("_place"), counts.reshape(shape).astype(np.int64), self.open_from, self.month, known
        )


def monthly_share(bands: Bands, months: int = 4) -> np.ndarray:
    """The share "under `months` monthly bins" that tools with monthly compartments report: weekly bands spread over the calendar
    months before the count by their days.

    It misstates the standard (18 weeks are 4.14 months): only for comparison with such tools, and named as such wherever it is shown.
    """
    days = (shift(bands.month, 1) - shift(bands.month, 1 - months)).days
    return bands.share_within(days / 7)


def bands_from_long(
    long: pl.DataFrame, keys: Sequence[str], month: date, open_from: int, value: str = "pathways"
) -> Bands:
    """Bands of stored rows (`weeks` is the upper edge); every key that occurs is known."""
    length = open_from + 1 if open_from else int(long["weeks"].max() or 1)
    rows = long.select(keys).unique(maintain_order=True).with_row_index("_place")
    placed = long.join(rows, on=list(keys), nulls_equal=True)
    counts = np.zeros((rows.height, length), np.int64)
    np.add.at(counts, (placed["_place"].to_numpy(), placed["weeks"].to_numpy() - 1), placed[value].to_numpy())
    return Bands(rows.drop("_place"), counts, open_from, month, np.ones(rows.height, bool))
