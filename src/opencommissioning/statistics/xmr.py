"""XmR (individuals) chart limits as NHS England's "Making Data Count" draws them, for many series at once.

Series lie along the last axis (time order); any leading axes are separate series. NaN is a month without a value.
Constants: 2.66 = 3/1.128 and 3.267 from the theory of ranges of two (Wheeler; MDC guidance).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from opencommissioning.errors import DefinitionError

LIMIT_FACTOR = 2.66
NEAR_FACTOR = LIMIT_FACTOR * 2 / 3
SCREEN_FACTOR = 3.267
FEWEST_FIXED_POINTS = 12
FEWEST_SETTLED_POINTS = 13

Floats = NDArray[np.float64]
Gaps = Literal["break", "join"]


@dataclass(frozen=True)
class XmrLimits:
    """Limits of each point, all of the shape of the values (views where nothing is rebased).

    `points` counts the values of the point's group, `ranges` the moving ranges its limits rest on, `gaps` the missing
    months inside it, `trial` marks groups under 13 points, whose limits are provisional.
    """

    mean: Floats
    lower: Floats
    upper: Floats
    near_lower: Floats
    near_upper: Floats
    average_moving_range: Floats
    points: NDArray[np.int64]
    ranges: NDArray[np.int64]
    gaps: NDArray[np.int64]
    trial: NDArray[np.bool_]


def xmr_limits(
    values: ArrayLike,
    *,
    group: ArrayLike | None = None,
    fix_after_n_points: int | None = None,
    screen_outliers: bool = True,
    gaps: Gaps = "break",
    constant: Literal["mean", "missing"] = "mean",
) -> XmrLimits:
    """Mean and process limits of every series (..., time), judged within each rebase group.

    `group`: rebase group of each point, (time,) or the shape of the values, not decreasing. `fix_after_n_points`
    (12 or more): limits from the first n values of each group. `screen_outliers`: ranges at or above 3.267 × their
    average are left out once (the mean still uses all points). `gaps="break"`: no range across a missing month;
    "join" treats the neighbours as adjacent, as the R package does when the row is absent.
    `constant="missing"` gives the R package's missing limits for a series that never moves; ours are its mean.
    """
    table = np.asarray(values, dtype=float)
    _refuse_short_fix(fix_after_n_points)
    options = (fix_after_n_points, screen_outliers, gaps, constant)
    if group is None:
        return _expand(_limits_of(table, *options), table.shape)
    groups = np.broadcast_to(np.asarray(group), table.shape)
    if np.any(np.diff(groups, axis=-1) < 0):
        raise DefinitionError("Rebase groups must not decrease in time; number them 0, 1, 2 … in date order.")
    return _by_group(table, groups, options)


def rebase_groups(times: ArrayLike, rebase: ArrayLike) -> NDArray[np.int64]:
    """Group number of each time (ascending); a new group starts at each `rebase` time, which must be among the times."""
    times, starts = np.asarray(times), np.unique(np.asarray(rebase))
    unknown = starts[~np.isin(starts, times)]
    if unknown.size:
        raise DefinitionError(
            f"Rebase date {unknown[0]} is not among the dates of the series ({times[0]} to {times[-1]}); "
            "choose a date that has a point."
        )
    return np.searchsorted(starts, times, side="right")


def moving_ranges(values: ArrayLike, gaps: Gaps = "break") -> Floats:
    """|difference| from the previous value, same shape; the first point and (unless joined) points after a gap are missing."""
    table = np.asarray(values, dtype=float)
    previous = np.full(table.shape, np.nan)
    previous[..., 1:] = _carried_forward(table)[..., :-1] if gaps == "join" else table[..., :-1]
    return np.abs(table - previous)


def mean_of(values: Floats) -> Floats:
    """Mean over the last axis ignoring missing values, axis kept; missing when there is none."""
    count = np.sum(~np.isnan(values), axis=-1, keepdims=True)
    total = np.nansum(values, axis=-1, keepdims=True)
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    # Rounding must not lift the mean of equal values off them: every point would then lie outside its limits.
    return np.clip(mean, _least(values), -_least(-values))


def _least(values: Floats) -> Floats:
    return np.fmin.reduce(values, axis=-1, keepdims=True)


def screened(ranges: Floats, keep_if_none_left: bool = True) -> Floats:
    """Moving ranges with those at or above 3.267 × their average made missing, once."""
    cutoff = SCREEN_FACTOR * mean_of(ranges)
    spare = (cutoff == 0) & keep_if_none_left  # a constant series would lose every range
    return np.where((ranges < cutoff) | spare, ranges, np.nan)


def _limits_of(table, fix, screen, gaps, constant) -> XmrLimits:
    basis = table if fix is None else _first_values(table, fix)
    ranges = moving_ranges(basis, gaps)
    if screen:
        ranges = screened(ranges, keep_if_none_left=constant == "mean")
    present = ~np.isnan(table)
    points = np.sum(present, axis=-1, keepdims=True)
    return _assemble(mean_of(basis), ranges, points, inner_gaps(present))


def _assemble(mean: Floats, ranges: Floats, points, gaps) -> XmrLimits:
    spread = mean_of(ranges)
    wide, near = LIMIT_FACTOR * spread, NEAR_FACTOR * spread
    return XmrLimits(
        mean=mean,
        lower=mean - wide,
        upper=mean + wide,
        near_lower=mean - near,
        near_upper=mean + near,
        average_moving_range=spread,
        points=points,
        ranges=np.sum(~np.isnan(ranges), axis=-1, keepdims=True),
        gaps=gaps,
        trial=points < FEWEST_SETTLED_POINTS,
    )


def _by_group(table: Floats, groups, options) -> XmrLimits:
    parts = {}
    for number in np.unique(groups):
        inside = groups == number
        limits = _limits_of(np.where(inside, table, np.nan), *options)
        for name, column in vars(limits).items():
            whole = parts.setdefault(name, np.zeros(table.shape, dtype=column.dtype))
            np.copyto(whole, column, where=inside)
    return XmrLimits(**parts)


def _expand(limits: XmrLimits, shape: tuple[int, ...]) -> XmrLimits:
    return XmrLimits(**{name: np.broadcast_to(column, shape) for name, column in vars(limits).items()})


def _first_values(table: Floats, n: int) -> Floats:
    """The first n non-missing values of each series, the rest made missing."""
    return np.where(np.cumsum(~np.isnan(table), axis=-1) <= n, table, np.nan)


def inner_gaps(present: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Missing months between the first and the last value of each series."""
    size = present.shape[-1]
    first = np.argmax(present, axis=-1)
    last = size - 1 - np.argmax(present[..., ::-1], axis=-1)
    count = np.sum(present, axis=-1)
    return np.where(count > 0, last - first + 1 - count, 0)[..., np.newaxis]


def _carried_forward(table: Floats) -> Floats:
    """Each missing value replaced by the latest one before it."""
    places = np.where(np.isnan(table), 0, np.arange(table.shape[-1]))
    return np.take_along_axis(table, np.maximum.accumulate(places, axis=-1), -1)


def _refuse_short_fix(n: int | None) -> None:
    if n is not None and n < FEWEST_FIXED_POINTS:
        raise DefinitionError(
            f"fix_after_n_points is {n}; limits need at least {FEWEST_FIXED_POINTS} points to be fixed on."
        )
