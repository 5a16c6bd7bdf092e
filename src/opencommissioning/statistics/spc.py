"""Limits of the other control charts, with the formulas of the Power BI visual (PowerBI-SPC), for many series at once.

Series lie along the last axis; NaN is missing. Every function takes `basis`, the points on which centre and limits
rest ((time,) or the shape of the values; all by default), and answers with ChartLimits on the scale of the values:
multiply with `scaled`. σ of a moving range of two is range / 1.128.
"""

from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln

from opencommissioning.statistics.xmr import mean_of, moving_ranges, screened

Floats = NDArray[np.float64]
RANGE_TO_SIGMA = 1.128
MEDIAN_RANGE_TO_SIGMA = 0.954
UPPER_RANGE_FACTOR = 3.267
RARE_EVENT_POWER = 3.6


@dataclass(frozen=True)
class ChartLimits:
    """Plotted values, centre line (`targets`) and lines at 1, 2, 3 σ (68, 95, 99), all of one shape."""

    values: Floats
    targets: Floats
    ll99: Floats
    ll95: Floats
    ll68: Floats
    ul68: Floats
    ul95: Floats
    ul99: Floats


def run_chart(values: ArrayLike, *, basis: ArrayLike | None = None) -> ChartLimits:
    """Median and no limits."""
    table = _floats(values)
    return _around(table, _median(_kept(table, basis)), np.nan)


def i_chart(
    values: ArrayLike,
    *,
    centre: Literal["mean", "median"] = "mean",
    spread: Literal["mean", "median"] = "mean",
    range_constant: float = RANGE_TO_SIGMA,
    outliers_in_limits: bool = False,
    basis: ArrayLike | None = None,
) -> ChartLimits:
    """Individuals: i (mean, mean), i_m (median, mean), i_mm (median, median).

    σ = mean or median moving range / `range_constant`. The visual divides a median range by 1.128 too; the textbook
    constant for it is 0.954 (MEDIAN_RANGE_TO_SIGMA), without which i_mm limits are some 15 % too narrow.
    """
    table = _floats(values)
    used = _kept(table, basis)
    ranges = _ranges(used, outliers_in_limits)
    average = mean_of(ranges) if spread == "mean" else _median(ranges)
    middle = mean_of(used) if centre == "mean" else _median(used)
    return _around(table, middle, average / range_constant)


def mr_chart(
    values: ArrayLike, *, outliers_in_limits: bool = False, basis: ArrayLike | None = None
) -> ChartLimits:
    """Moving ranges: mean range, 0 to 3.267 × it. The first point has no range and is missing."""
    table = _floats(values)
    average = mean_of(_ranges(_kept(table, basis), outliers_in_limits))
    sigma = (UPPER_RANGE_FACTOR - 1) / 3 * average
    limits = _around(moving_ranges(table), average, sigma, lowest=0.0)
    upper = {f"ul{level}": average * UPPER_RANGE_FACTOR * k / 3 for k, level in ((1, 68), (2, 95), (3, 99))}
    lower = {f"ll{level}": np.zeros_like(average) for level in (68, 95, 99)}
    return _replaced(limits, **upper, **lower)


def p_chart(
    numerators: ArrayLike,
    denominators: ArrayLike,
    *,
    laney: bool = False,
    outliers_in_limits: bool = False,
    basis: ArrayLike | None = None,
) -> ChartLimits:
    """Proportion, σ = √(p̄(1 − p̄)/n), cut to 0–1; `laney` (pp) widens it by the dispersion between points."""
    share, centre, n = _ratio(numerators, denominators, basis)
    sigma = np.sqrt(centre * (1 - centre) / n)
    if laney:
        sigma = _widened(sigma, share - centre, outliers_in_limits, basis)
    return _around(share, centre, sigma, lowest=0.0, highest=1.0)


def u_chart(
    numerators: ArrayLike,
    denominators: ArrayLike,
    *,
    laney: bool = False,
    outliers_in_limits: bool = False,
    basis: ArrayLike | None = None,
) -> ChartLimits:
    """Rate, σ = √(ū/n), not below 0; `laney` (up) widens it by the dispersion between points."""
    rate, centre, n = _ratio(numerators, denominators, basis)
    sigma = np.sqrt(centre / n)
    if laney:
        sigma = _widened(sigma, rate - centre, outliers_in_limits, basis)
    return _around(rate, centre, sigma, lowest=0.0)


def dispersion(
    numerators: ArrayLike,
    denominators: ArrayLike,
    kind: Literal["p", "u"],
    *,
    outliers_in_limits: bool = False,
    basis: ArrayLike | None = None,
) -> Floats:
    """How many times as wide as chance alone the points of each series scatter: Laney's σz (2002), the last axis gone.

    The mean moving range of the points' z ÷ 1.128, so that a slow change of level counts as no scatter. NaN where nothing can be said.
    """
    ratio, centre, n = _ratio(numerators, denominators, basis)
    sigma = np.sqrt(centre * (1 - centre) / n) if kind == "p" else np.sqrt(centre / n)
    return _laney_factor(_scores(ratio - centre, sigma), outliers_in_limits, basis)[..., 0]


def c_chart(counts: ArrayLike, *, basis: ArrayLike | None = None) -> ChartLimits:
    """Counts in equal windows, σ = √c̄, not below 0."""
    table = _floats(counts)
    centre = mean_of(_kept(table, basis))
    return _around(table, centre, np.sqrt(centre), lowest=0.0)


def g_chart(events_between: ArrayLike, *, basis: ArrayLike | None = None) -> ChartLimits:
    """Cases between rare events: the median is drawn, limits 0 and ḡ + 3√(ḡ(ḡ + 1)) with ḡ the mean."""
    table = _floats(events_between)
    used = _kept(table, basis)
    average = mean_of(used)
    limits = _around(table, average, np.sqrt(average * (average + 1)))
    floor = {f"ll{level}": np.zeros_like(average) for level in (68, 95, 99)}
    return _replaced(limits, targets=_median(used), **floor)


def t_chart(
    time_between: ArrayLike, *, outliers_in_limits: bool = False, basis: ArrayLike | None = None
) -> ChartLimits:
    """Time between rare events: an individuals chart of y^(1/3.6), raised back; what would be negative is 0."""
    table = _floats(time_between)
    inner = i_chart(table ** (1 / RARE_EVENT_POWER), outliers_in_limits=outliers_in_limits, basis=basis)
    raised = {f.name: np.maximum(getattr(inner, f.name), 0.0) ** RARE_EVENT_POWER for f in fields(inner)}
    return ChartLimits(**{**raised, "values": table})


def xbar_chart(
    means: ArrayLike, counts: ArrayLike, sds: ArrayLike, *, basis: ArrayLike | None = None
) -> ChartLimits:
    """Means of samples: weighted mean ± 3S/(c4√n), S the pooled standard deviation."""
    table, n = _floats(means), _floats(counts)
    weights = _kept(np.where(np.isnan(table), np.nan, n), basis)
    centre = _sum(weights * table) / _sum(weights)
    return _around(table, centre, _pooled_sd(n, sds, basis) / (c4(n) * np.sqrt(n)))


def s_chart(sds: ArrayLike, counts: ArrayLike, *, basis: ArrayLike | None = None) -> ChartLimits:
    """Standard deviations of samples: pooled S ± 3S√(1 − c4²)/c4, not below 0."""
    table, n = _floats(sds), _floats(counts)
    pooled = _pooled_sd(n, table, basis)
    correction = c4(n)
    return _around(table, pooled, pooled * np.sqrt(1 - correction**2) / correction, lowest=0.0)


def scaled(limits: ChartLimits, multiplier: float) -> ChartLimits:
    """All lines and values × multiplier (100 for per cent, 10,000 for a rate)."""
    return ChartLimits(**{f.name: getattr(limits, f.name) * multiplier for f in fields(limits)})


def c4(n: ArrayLike) -> Floats:
    """Expected standard deviation of n normal values ÷ the true one: √(2/(n−1)) Γ(n/2)/Γ((n−1)/2)."""
    size = _floats(n)
    return np.sqrt(2 / (size - 1)) * np.exp(gammaln(size / 2) - gammaln((size - 1) / 2))


def _around(values, centre, sigma, lowest=None, highest=None) -> ChartLimits:
    lines = {}
    for k, level in ((1, "68"), (2, "95"), (3, "99")):
        lines[f"ll{level}"] = _clipped(centre - k * sigma, lowest, highest)
        lines[f"ul{level}"] = _clipped(centre + k * sigma, lowest, highest)
    return _replaced(None, values=values, targets=centre, **lines)


def _replaced(limits: ChartLimits | None, **lines) -> ChartLimits:
    known = {} if limits is None else {f.name: getattr(limits, f.name) for f in fields(limits)}
    known |= lines
    shape = known["values"].shape
    return ChartLimits(**{name: np.broadcast_to(line, shape) for name, line in known.items()})


def _clipped(line, lowest, highest):
    return line if lowest is None and highest is None else np.clip(line, lowest, highest)


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=float)


def _kept(table: Floats, basis: ArrayLike | None) -> Floats:
    return table if basis is None else np.where(np.asarray(basis, dtype=bool), table, np.nan)


def _ranges(used: Floats, outliers_in_limits: bool) -> Floats:
    ranges = moving_ranges(used)
    return ranges if outliers_in_limits else screened(ranges)


def _ratio(numerators, denominators, basis) -> tuple[Floats, Floats, Floats]:
    """Ratio, its centre Σx/Σn over the basis, and n; a denominator not above 0 or a missing cell makes both missing."""
    x, n = _floats(numerators), _floats(denominators)
    valid = (n > 0) & ~np.isnan(x)
    x, n = np.where(valid, x, np.nan), np.where(valid, n, np.nan)
    return x / n, _sum(_kept(x, basis)) / _sum(_kept(n, basis)), n


def _sum(table: Floats) -> Floats:
    total = np.nansum(table, axis=-1, keepdims=True)
    return np.where(np.any(~np.isnan(table), axis=-1, keepdims=True), total, np.nan)


def _widened(sigma: Floats, apart: Floats, outliers_in_limits: bool, basis) -> Floats:
    """σ times the dispersion between points; 0 stays 0, for a series of nothing or of all has no dispersion."""
    factor = _laney_factor(_scores(apart, sigma), outliers_in_limits, basis)
    return np.where(sigma == 0, 0.0, sigma * factor)


def _scores(apart: Floats, sigma: Floats) -> Floats:
    """How many σ each point lies from the centre; missing where chance leaves no room."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(sigma > 0, apart / sigma, np.nan)


def _laney_factor(z: Floats, outliers_in_limits: bool, basis) -> Floats:
    return mean_of(_ranges(_kept(z, basis), outliers_in_limits)) / RANGE_TO_SIGMA


def _pooled_sd(counts: Floats, sds: ArrayLike, basis) -> Floats:
    spread = _floats(sds)
    freedom = _kept(np.where(np.isnan(spread), np.nan, counts - 1), basis)
    return np.sqrt(_sum(freedom * spread**2) / _sum(freedom))


def _median(table: Floats) -> Floats:
    """Median over the last axis ignoring missing values, axis kept; missing when there is none."""
    ordered = np.sort(table, axis=-1)
    count = np.sum(~np.isnan(table), axis=-1, keepdims=True)
    low = np.take_along_axis(ordered, np.maximum(count - 1, 0) // 2, -1)
    high = np.take_along_axis(ordered, np.minimum(count // 2, table.shape[-1] - 1), -1)
    return np.where(count > 0, (low + high) / 2, np.nan)
