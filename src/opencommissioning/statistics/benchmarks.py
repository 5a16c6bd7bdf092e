"""An area beside a benchmark, as Fingertips says it: same, better, worse; and targets. One function per comparison, polarity applied once.

Sides are 1 above, −1 below, 0 same, and 2 where nothing can be compared; `named` turns sides into words through the polarity.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from opencommissioning.errors import DefinitionError, did_you_mean
from opencommissioning.statistics.laws import chi_square_quantile

Floats = NDArray[np.float64]
Sides = NDArray[np.int64]
NOT_COMPARED = 2
POLARITIES = ("high_is_good", "low_is_good", "no_judgement", "not_applicable")


def against_interval(lower: ArrayLike, upper: ArrayLike, benchmark: ArrayLike) -> Sides:
    """Whether an area's interval leaves the benchmark out (its ends belong to it)."""
    low, high, b = _arrays(lower, upper, benchmark)
    return _sides(low > b, high < b, low, high, b)


def against_two_levels(
    lower998: ArrayLike, lower95: ArrayLike, upper95: ArrayLike, upper998: ArrayLike, benchmark: ArrayLike
) -> Sides:
    """The same with degrees: ±3 outside the 99.8 % limits, ±1 outside the 95 % limits only."""
    outer = against_interval(lower998, upper998, benchmark)
    inner = against_interval(lower95, upper95, benchmark)
    return np.where(np.abs(outer) == 1, 3 * outer, inner)


def against_other_interval(
    lower: ArrayLike, upper: ArrayLike, other_lower: ArrayLike, other_upper: ArrayLike
) -> Sides:
    """Two intervals: apart, or touching and overlapping (the same)."""
    low, high, theirs_low, theirs_high = _arrays(lower, upper, other_lower, other_upper)
    return _sides(low > theirs_high, high < theirs_low, low, high, theirs_low, theirs_high)


def proportion_against_funnel(
    value: ArrayLike, denominator: ArrayLike, benchmark: ArrayLike, unit: float, z: ArrayLike
) -> Sides:
    """A proportion against Wilson's interval around the benchmark with the area's denominator (limits themselves count as the same)."""
    v, n, b, reach = _arrays(value, denominator, benchmark, z)
    p = b / unit
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = reach * np.sqrt(reach**2 + 4 * n * p * (1 - p))
        low, high = ((2 * n * p + reach**2 + sign * spread) / (2 * (n + reach**2)) * unit for sign in (-1, 1))
    return _sides(v > high, v < low, v, b, np.where(n > 0, n, np.nan))


def rate_against_funnel(
    value: ArrayLike, denominator: ArrayLike, benchmark: ArrayLike, unit: ArrayLike, tail: ArrayLike
) -> Sides:
    """A standardised rate, as events of the area's denominator, against the Poisson limits of the events the benchmark would give."""
    v, n, b, per, p = _arrays(value, denominator, benchmark, unit, tail)
    expected, events = b * n / per, v * n / per
    low, high = chi_square_quantile(p, 2 * expected) / 2, chi_square_quantile(1 - p, 2 * expected + 2) / 2
    return _sides(events > high, events < low, v, b, np.where(n > 0, n, np.nan))


def against_target(value: ArrayLike, limit: ArrayLike, high_is_good: ArrayLike) -> Sides:
    """A single target: reached (its good side, the target itself included) is 1, else −1. Already good or bad: name it "high_is_good"."""
    v, t = _arrays(value, limit)
    good = np.where(high_is_good, v >= t, v <= t)
    return _sides(good, ~good, v, t)


def interval_against_target(
    lower: ArrayLike, upper: ArrayLike, target: ArrayLike, high_is_good: ArrayLike
) -> Sides:
    """A single target judged by the area's interval: on its high side from the target up, on its low side below it, else the same."""
    low, high, t = _arrays(lower, upper, target)
    side = _sides(low >= t, high < t, low, high, t)
    return np.where(np.asarray(high_is_good) | (side == NOT_COMPARED), side, -side)


def against_range(value: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> Sides:
    """A target range: from the upper limit up, below the lower limit, or between."""
    v, low, high = _arrays(value, lower, upper)
    return _sides(v >= high, v < low, v, low, high)


def named(sides: ArrayLike, polarity: ArrayLike) -> NDArray[np.str_]:
    """Sides in words: Better/Worse (Best/Worst for ±3) by polarity, Higher/Lower without judgement, Same, or "" where not compared."""
    side, way = np.broadcast_arrays(np.asarray(sides), np.asarray(polarity))
    for each in np.unique(way):
        if each not in POLARITIES:
            raise DefinitionError(f"'{each}' is not a polarity{did_you_mean(str(each), POLARITIES)}")
    judged = np.where(way == "low_is_good", -side, side)
    words = {-3: "Worst", -1: "Worse", 0: "Same", 1: "Better", 3: "Best"}
    plain = {-3: "Lowest", -1: "Lower", 0: "Same", 1: "Higher", 3: "Highest"}
    out = [
        ""
        if where == NOT_COMPARED or how == "not_applicable"
        else (plain[int(where)] if how == "no_judgement" else words[int(seen)])
        for where, seen, how in zip(side.ravel(), judged.ravel(), way.ravel(), strict=True)
    ]
    return np.array(out).reshape(side.shape)


def _arrays(*parts: ArrayLike) -> tuple[Floats, ...]:
    return tuple(np.broadcast_arrays(*(np.asarray(each, float) for each in parts)))


def _sides(above: ArrayLike, below: ArrayLike, *needed: Floats) -> Sides:
    missing = np.any([np.isnan(each) for each in needed], axis=0)
    return np.where(missing, NOT_COMPARED, np.where(above, 1, np.where(below, -1, 0)))
