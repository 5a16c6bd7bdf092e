"""Slope and relative index of inequality: how much worse the worst-off are than the best-off, by a line through all groups.

Groups (quantiles of deprivation) come from most to least deprived; a is each group's share of people, b the middle of its place in the
population (0 = most deprived, 1 = least). The line is fitted with weights a. Regidor 2004, J Epidemiol Community Health 58: 858–861.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

from opencommissioning.errors import DefinitionError
from opencommissioning.statistics.intervals import z_of

Floats = NDArray[np.float64]
SCALES = {"other": (lambda v: v, lambda v: v), "rate": (np.log, np.exp), "proportion": (logit, expit)}
Z_INPUT = z_of(0.95)  # limits that come with values are 95 % limits
FEWEST, MOST = 5, 100


@dataclass(frozen=True)
class Inequality:
    """`slope` (SII: value of the least minus the most deprived end), `relative` (RII: their ratio), `intercept`, with limits of the two."""

    slope: Floats
    slope_lower: Floats
    slope_upper: Floats
    relative: Floats
    relative_lower: Floats
    relative_upper: Floats
    intercept: Floats


def inequality(
    population: ArrayLike,
    values: ArrayLike,
    se: ArrayLike,
    confidence: float = 0.95,
    repetitions: int = 100_000,
    seed: int = 1,
) -> Inequality:
    """Indices of areas (…, groups) on the values' own scale.

    se: standard errors of the values. The slope's limits are exact (a weighted sum of normals); those of the ratio come from
    `repetitions` draws with a seed, as a ratio of two normals has no closed form. DefinitionError for too few groups or wrong numbers.
    """
    a, v, s = _checked(population, values, se)
    weights = _coefficients(a)  # (…, 2, groups): intercept and slope as weighted sums of values
    b0, b1 = np.moveaxis((weights * v[..., None, :]).sum(-1), -1, 0)
    reach = z_of(confidence) * np.sqrt(((weights[..., 1, :] * s) ** 2).sum(-1))
    low, high = _simulated(v, s, weights, confidence, repetitions, seed)
    return Inequality(b1, b1 - reach, b1 + reach, (b0 + b1) / b0, low, high, b0)


def inequality_transformed(
    population: ArrayLike,
    values: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    scale: str,
    confidence: float = 0.95,
) -> Inequality:
    """Indices from a line through logs (scale "rate") or logits ("proportion") of values with 95 % limits, taken back to the values' unit.

    Limits in closed form: the limits of the slope on the transformed scale, put around the fit at the middle of the population.
    """  # fmt: skip
    there, back = SCALES[scale]
    t, t_low, t_high = (there(np.asarray(each, float)) for each in (values, lower, upper))
    a, v, s = _checked(population, t, (t_high - t_low) / (2 * Z_INPUT))
    weights = _coefficients(a)
    b0, b1 = np.moveaxis((weights * v[..., None, :]).sum(-1), -1, 0)
    reach = z_of(confidence) * np.sqrt(((weights[..., 1, :] * s) ** 2).sum(-1))
    middle = b0 + b1 / 2
    ends = [(back(middle - each / 2), back(middle + each / 2)) for each in (b1, b1 - reach, b1 + reach)]
    (first, last), *_ = ends
    gap, ratio = ([end - start for start, end in ends], [end / start for start, end in ends])
    return Inequality(gap[0], gap[1], gap[2], last / first, ratio[1], ratio[2], back(b0))


def standard_errors(values: ArrayLike, lower: ArrayLike, upper: ArrayLike, scale: str = "other") -> Floats:
    """Standard errors on a scale from 95 % limits: (upper − lower) / (2 · 1.96) of the transformed limits."""
    there, _ = SCALES[scale]
    return (there(np.asarray(upper, float)) - there(np.asarray(lower, float))) / (2 * Z_INPUT)


def _coefficients(a: Floats) -> Floats:
    """The rows of (X'WX)⁻¹X'W of a line through (b, value) with weights a: (…, 2, groups)."""
    b = np.cumsum(a, -1) - a / 2
    mean = (a * b).sum(-1, keepdims=True)
    slope = a * (b - mean) / (a * (b - mean) ** 2).sum(-1, keepdims=True)
    return np.stack([a - mean * slope, slope], -2)


def _simulated(
    v: Floats, s: Floats, weights: Floats, confidence: float, repetitions: int, seed: int
) -> tuple[Floats, Floats]:
    """Limits of (b0 + b1) / b0 from draws of the two, whose joint law is normal."""
    if repetitions < 1000:
        raise DefinitionError(f"{repetitions} repetitions are too few for limits; 1,000 at least")
    draws = np.random.default_rng(seed).standard_normal((repetitions, v.shape[-1]))
    spread = weights * s[..., None, :]
    b0, b1 = ((weights * v[..., None, :]).sum(-1)[..., None] + spread @ draws.T).swapaxes(0, -2)
    tail = (1 - (confidence / 100 if confidence > 1 else confidence)) / 2
    low, high = np.quantile((b0 + b1) / b0, [tail, 1 - tail], axis=-1)
    return low, high


def _checked(population: ArrayLike, values: ArrayLike, se: ArrayLike) -> tuple[Floats, Floats, Floats]:
    n, v, s = np.broadcast_arrays(*(np.asarray(each, float) for each in (population, values, se)))
    if not FEWEST <= n.shape[-1] <= MOST:
        raise DefinitionError(
            f"an index of inequality needs {FEWEST} to {MOST} groups from most to least deprived, not {n.shape[-1]}"
        )
    if np.any(~(n > 0)):
        raise DefinitionError(
            "a group's population is 0, negative or missing; leave out an area that lacks a group"
        )
    if np.any(~(s >= 0)) or np.any(~np.isfinite(v)):
        raise DefinitionError("a group's value or its standard error is missing or negative")
    return n / n.sum(-1, keepdims=True), v, s
