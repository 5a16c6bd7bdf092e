"""Intervals for one number: proportion, rate, mean. Arrays in, arrays out; confidence levels as a list, not as doubled code."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from opencommissioning.errors import DefinitionError
from opencommissioning.statistics.laws import (
    chi_square_quantile,
    normal_quantile,
    student_quantile,
)

Floats = NDArray[np.float64]
EXACT_BELOW = 10  # events; Byar's approximation is within 0.17 % from here on


@dataclass(frozen=True)
class Interval:
    """`value`, `lower`, `upper` in the same unit and shape; nan where there is none."""

    value: Floats
    lower: Floats
    upper: Floats


def z_of(confidence: float) -> float:
    """The normal quantile of a two-sided confidence: 0.95 → 1.959964. Takes 0.9–1 or 90–100; 1 gives infinity."""
    level = confidence / 100 if confidence > 1 else confidence
    if not 0.9 <= level <= 1:
        raise DefinitionError(f"confidence {confidence} is not between 0.9 and 1 (or 90 and 100)")
    return float(normal_quantile(0.5 + level / 2))


def wilson(events: ArrayLike, totals: ArrayLike, confidence: float = 0.95, multiplier: float = 1) -> Interval:
    """Wilson's score interval of a proportion (Wilson 1927); events need not be whole.

    Refuses negative events, events above the total and totals of 0 or less. nan stays nan.
    """
    x, n = _broadcast(events, totals)
    _refuse(np.any(x < 0), "a count of events is negative")
    _refuse(np.any(n <= 0), "a total is 0 or negative")
    _refuse(np.any(x > n), "there are more events than the total")
    z = z_of(confidence)
    if np.isinf(z):
        return Interval(
            multiplier * x / n, np.where(np.isnan(x), np.nan, 0.0), np.where(np.isnan(x), np.nan, multiplier)
        )
    middle, spread = 2 * x + z**2, z * np.sqrt(z**2 + 4 * x * (1 - x / n))
    divisor = 2 * (n + z**2)
    return Interval(
        multiplier * x / n, multiplier * (middle - spread) / divisor, multiplier * (middle + spread) / divisor
    )


def exact_poisson(events: ArrayLike, confidence: float = 0.95) -> Interval:
    """The exact interval of a Poisson count: half chi-squared quantiles on 2x and 2x + 2 degrees of freedom."""
    x = np.asarray(events, float)
    tail = (1 - _level(confidence)) / 2
    with np.errstate(invalid="ignore"):
        lower = np.where(
            x > 0,
            chi_square_quantile(tail, 2 * np.maximum(x, 1e-300)) / 2,
            np.where(np.isnan(x), np.nan, 0.0),
        )
    return Interval(x, lower, chi_square_quantile(1 - tail, 2 * x + 2) / 2)


def byar(events: ArrayLike, confidence: float = 0.95) -> Interval:
    """Byar's approximation of the Poisson interval (Breslow and Day 1987); limits below 0 are missing."""
    x = np.asarray(events, float)
    z = z_of(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = x * (1 - 1 / (9 * x) - z / (3 * np.sqrt(x))) ** 3
        upper = (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * np.sqrt(x + 1))) ** 3
    return Interval(x, np.where(lower < 0, np.nan, lower), upper)


def poisson(events: ArrayLike, confidence: float = 0.95) -> Interval:
    """The interval of a count as public health takes it: exact below ten events, Byar from ten."""
    x = np.asarray(events, float)
    _refuse(np.any(x < 0), "a count of events is negative")
    few, many = exact_poisson(np.minimum(x, EXACT_BELOW), confidence), byar(x, confidence)
    small = x < EXACT_BELOW
    return Interval(x, np.where(small, few.lower, many.lower), np.where(small, few.upper, many.upper))


def rate(
    events: ArrayLike, exposure: ArrayLike, confidence: float = 0.95, multiplier: float = 100_000
) -> Interval:
    """A crude rate with the interval of `poisson`; refuses an exposure of 0 or less."""
    x, n = _broadcast(events, exposure)
    _refuse(np.any(n <= 0), "an exposure is 0 or negative")
    limits = poisson(x, confidence)
    return Interval(*(multiplier * part / n for part in (x, limits.lower, limits.upper)))


def mean(values: ArrayLike, confidence: float = 0.95, axis: int = -1) -> Interval:
    """A mean with Student's t along an axis; one value has no limits."""
    x = np.asarray(values, float)
    count = x.shape[axis]
    middle = x.mean(axis=axis)
    if count < 2:
        return Interval(middle, np.full_like(middle, np.nan), np.full_like(middle, np.nan))
    reach = (
        student_quantile(0.5 + _level(confidence) / 2, count - 1) * x.std(axis=axis, ddof=1) / np.sqrt(count)
    )
    return Interval(middle, middle - reach, middle + reach)


def _level(confidence: float) -> float:
    z_of(confidence)
    return confidence / 100 if confidence > 1 else confidence


def _broadcast(*arrays: ArrayLike) -> tuple[Floats, ...]:
    return tuple(np.broadcast_arrays(*(np.asarray(each, float) for each in arrays)))


def _refuse(wrong: bool, sentence: str) -> None:
    if wrong:
        raise DefinitionError(f"an interval cannot be made: {sentence}")
