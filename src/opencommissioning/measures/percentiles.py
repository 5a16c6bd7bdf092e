"""Percentiles of waits as series: one value for each organisation and month, by the publisher's interpolation and suppression of the month."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import numpy as np
import polars as pl

from opencommissioning.measures.bands import Bands, bands_from_long
from opencommissioning.measures.series import Missing, Series

SCALE = 6  # decimal places of a week that are kept


@dataclass(frozen=True)
class WaitPercentiles:
    """A percentile of every organisation and month, and what it is judged by. O organisations, M months, B bands.

    value, low, high  weeks (O, M), nan where not shown; the interval of 95 % is that of a quantile of N people drawn at random
    total             people counted (O, M)
    within            people of each organisation who wait less than everybody's percentile (O, M), nan where there is none
    centre            everybody's percentile (M,); `everybody`: people in bands, all organisations together (M, B)
    """

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    total: np.ndarray
    within: np.ndarray
    centre: np.ndarray
    everybody: np.ndarray


def wait_percentiles(
    months: Iterable[tuple[int, date, pl.DataFrame]],
    organisations: tuple[str, ...],
    width: int,
    share: Fraction,
) -> WaitPercentiles:
    """The percentiles of rows (organisation, weeks, open_from, pathways), month by month. `months`: column, month, rows.

    Months without rows have none. Everybody's percentile is that of all rows together.
    """
    shape, place = (len(organisations), width), {code: row for row, code in enumerate(organisations)}
    value, low, high, within = (np.full(shape, np.nan) for _ in range(4))
    total, centre, everybody = (
        np.zeros(shape, np.int64),
        np.full(width, np.nan),
        np.zeros((width, 106), np.int64),
    )
    for column, month, rows in months:
        bands = bands_from_long(rows, ["organisation"], month, int(rows["open_from"].max() or 0))
        at = [place[code] for code in bands.keys["organisation"]]
        value[at, column] = bands.percentile(share)
        low[at, column], high[at, column] = bands.percentile_interval(share)
        total[at, column] = bands.total.astype(np.int64)
        together = bands.added_all()
        centre[column] = together.percentile(share)[0]
        everybody[column, : bands.counts.shape[1]] = together.counts[0]
        within[at, column] = _within(bands, centre[column])
    return WaitPercentiles(value, low, high, total, within, centre, everybody)


def _within(bands: Bands, weeks: float) -> np.ndarray:
    """People below `weeks`; in the open band nobody can be told apart, so all of it lies beyond."""
    return bands.within(min(weeks, bands.reach)) if np.isfinite(weeks) else np.full(len(bands.counts), np.nan)


def percentile_series(series: Series, told: WaitPercentiles) -> Series:
    """The series of counts with percentiles as its values: a numerator is weeks × people, so that it divides to the week."""
    shown = np.isfinite(told.value)
    numerator = np.where(shown, np.rint(np.nan_to_num(told.value) * told.total * 10**SCALE), 0)
    missing = np.where((series.missing == Missing.NOTHING) & ~shown, Missing.FEW, series.missing)
    return replace(
        series,
        numerator=numerator.astype(np.int64),
        numerator_scale=SCALE,
        denominator=told.total,
        denominator_scale=0,
        missing=missing.astype(np.uint8),
    )
