"""Verdicts on percentiles of waits.

A percentile has no binomial spread of its own, but the share of people who wait less than everybody's percentile has (Woodruff 1952,
Journal of the American Statistical Association 47: 635–646). So an organisation is judged by that share, with the limits and the
over-dispersion of every other share; limits are told in weeks, as the percentiles of everybody's waits at the limits of the share.
"""

from dataclasses import replace

import numpy as np
import polars as pl

from opencommissioning.catalogue.measure import Shape
from opencommissioning.measures.percentiles import WaitPercentiles
from opencommissioning.measures.series import Missing, Series, in_months
from opencommissioning.statistics.banded import at_ranks
from opencommissioning.variation.events import enough
from opencommissioning.variation.judging import MONTHS, verdict_frame
from opencommissioning.variation.movement import movements
from opencommissioning.variation.position import Position, position


def percentile_verdicts(series: Series, told: WaitPercentiles, column: int) -> pl.DataFrame:
    """One row per organisation for the month at `column`, in the columns of every other measure's verdicts; the numerator is empty."""
    last = series.last(column, MONTHS)
    shown = series.missing == Missing.NOTHING
    total = np.where(shown, told.total, np.nan).astype(float)
    within, total, seen, centre, all_of_them = (
        in_months(part, series.months, last.months, filler)
        for part, filler in (
            (told.within, np.nan),
            (total, np.nan),
            (shown, False),
            (told.centre, np.nan),
            (told.everybody.T, 0),
        )
    )
    where = in_weeks(position(within, total, 1.0, Shape.PROPORTION, seen), centre, all_of_them.T)
    moved = movements(last.values, np.broadcast_to(centre, where.z.shape), last.months)
    large = shown[:, column] & enough(where.expected[:, -1])
    frame = verdict_frame(series, column, where, moved, large, series.measure)
    intervals = [pl.Series(name, part[:, column], nan_to_null=True) for name, part in (("low", told.low), ("high", told.high))]  # fmt: skip
    return frame.with_columns(*intervals)


def in_weeks(share: Position, centre: np.ndarray, everybody: np.ndarray) -> Position:
    """Positions of shares within everybody's percentile as positions of the percentile: fewer within is a longer wait.

    centre: weeks (M,); everybody: counts (M, bands). What has no meaning in weeks (the shrunken share) is nan.
    """
    nothing = np.full(share.z.shape, np.nan)
    limits = {
        name: _weeks(2 * share.centre - getattr(share, other), everybody)
        for name, other in (
            ("lower95", "upper95"),
            ("upper95", "lower95"),
            ("lower998", "upper998"),
            ("upper998", "lower998"),
        )
    }
    there = np.where(np.isfinite(share.centre), centre, np.nan)
    return replace(
        share, z=-share.z, centre=there, shrunken=nothing, above=share.below, below=share.above, **limits
    )


def _weeks(share: np.ndarray, everybody: np.ndarray) -> np.ndarray:
    """Everybody's wait at a share, (O, M)."""
    out = np.full(share.shape, np.nan)
    for month, counts in enumerate(everybody):
        target = np.clip(np.nan_to_num(share[:, month]), 0, 1) * counts.sum()
        found = at_ranks(np.broadcast_to(counts, (len(share), len(counts))), target)
        out[:, month] = np.where(np.isfinite(share[:, month]), found, np.nan)
    return out
