"""Cumulative sums: slow drifts that single points do not show.

`openprescribing_cusum` reproduces OpenPrescribing's alert on monthly percentiles. `standardised_cusum` is ours: it
works on standardised values and its threshold comes with a stated false-alarm rate.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PercentileCusum:
    """Paths (series, time) and, per series, the change reported in the latest month.

    `alert`: +1 when the upper sum is beyond the threshold, −1 the lower, 0 neither. `change_from`: target in force just
    before the unbroken run of alerts; `change_to`: latest value; `period`: months of that run, 0 when the latest month
    does not alert (then the values are missing).
    """

    target_mean: Floats
    threshold: Floats
    upper_sum: Floats
    lower_sum: Floats
    alert: NDArray[np.int8]
    change_from: Floats
    change_to: Floats
    period: NDArray[np.int64]


class StandardCusum(NamedTuple):
    """`upper`, `lower` (≥ 0 both) the shape of the values; `alarm` +1 or −1 where a sum is beyond the threshold;
    `first_alarm` per series, −1 for none."""

    upper: Floats
    lower: Floats
    alarm: NDArray[np.int8]
    first_alarm: NDArray[np.int64]


def openprescribing_cusum(
    percentiles: ArrayLike, *, window: int = 12, sensitivity: float = 5.0
) -> PercentileCusum:
    """OpenPrescribing's CUSUM of monthly percentiles, (series, time) or (time,); give it the last 18 months.

    Threshold `sensitivity` population standard deviations of a window, slack a tenth of that, sums rounded to two
    places, target and threshold taken anew after an alert unless the sum goes on growing the same way. Missing values
    after the start carry the sums on unchanged (upstream fails on them).
    """
    table = np.atleast_2d(np.asarray(percentiles, dtype=float))
    paths = _percentile_paths(table, window, sensitivity)
    alert = _alerts(*paths[1:])
    period = _length_of_last_run(alert)
    before = np.maximum(table.shape[1] - period - 1, 0)
    alerting = period > 0
    origin = np.take_along_axis(paths[0], before[:, np.newaxis], 1)[:, 0]
    return PercentileCusum(
        *paths, alert, np.where(alerting, origin, np.nan), np.where(alerting, table[:, -1], np.nan), period
    )


def standardised_cusum(
    values: ArrayLike,
    *,
    mean: ArrayLike,
    sd: ArrayLike,
    threshold: float,
    slack: float = 0.5,
    start: int = 0,
) -> StandardCusum:
    """Two-sided CUSUM of z = (value − mean)/sd: S ← max(0, S ± z − slack), alarm when S > threshold.

    Values (..., time); mean and sd per series. `slack` is half the shift (in sd) one wants to find soon; monitoring
    begins at position `start`; a missing value leaves the sums as they are. A series with sd 0 or missing never alarms.
    """
    table = np.asarray(values, dtype=float)
    scores, drain = _standardise(table, mean, sd, slack)
    upper, lower = np.zeros(table.shape), np.zeros(table.shape)
    high, low = np.zeros(table.shape[:-1]), np.zeros(table.shape[:-1])
    for month in range(start, table.shape[-1]):
        high = np.maximum(0.0, high + scores[..., month] - drain[..., month])
        low = np.maximum(0.0, low - scores[..., month] - drain[..., month])
        upper[..., month], lower[..., month] = high, low
    alarm = np.where(np.maximum(upper, lower) > threshold, np.where(upper >= lower, 1, -1), 0).astype(np.int8)
    found = np.any(alarm != 0, axis=-1)
    return StandardCusum(upper, lower, alarm, np.where(found, np.argmax(alarm != 0, axis=-1), -1))


@lru_cache(maxsize=64)
def threshold_for_false_alarms(
    false_alarm: float,
    *,
    baseline: int = 24,
    months: int = 12,
    slack: float = 0.5,
    autocorrelation: float = 0.0,
    simulations: int = 40_000,
    seed: int = 20_240,
) -> float:
    """The threshold at which a share `false_alarm` of unchanged series alarms at least once in `months` months.

    Simulated, because mean and sd are estimated from only `baseline` months: with them taken as known, far more series
    alarm than the run length promises. Normal values with AR(1) `autocorrelation`; seeded, so the answer is repeatable.
    """
    rng = np.random.default_rng(seed)
    series = ar1_series(rng, simulations, baseline + months, autocorrelation)
    early = series[:, :baseline]
    paths = standardised_cusum(
        series,
        mean=early.mean(axis=1),
        sd=early.std(axis=1, ddof=1),
        threshold=np.inf,
        slack=slack,
        start=baseline,
    )
    peaks = np.maximum(paths.upper, paths.lower).max(axis=1)
    return float(np.quantile(peaks, 1 - false_alarm))


def ar1_series(rng: np.random.Generator, series: int, months: int, autocorrelation: float = 0.0) -> Floats:
    """Stationary normal AR(1) series (series, months) of mean 0 and sd 1."""
    values = rng.standard_normal((series, months))
    fresh = np.sqrt(1 - autocorrelation**2)
    for month in range(1, months):
        values[:, month] = autocorrelation * values[:, month - 1] + fresh * values[:, month]
    return values


def _percentile_paths(table: Floats, window: int, sensitivity: float):
    """Target, threshold, upper and lower sum of every month, each (series, months)."""
    start = _first_usable(table, window)
    paths = np.zeros((4, *table.shape))
    state = np.zeros((4, len(table)))
    for month in range(table.shape[1]):
        ahead = _mean_and_limit(table[:, month : month + window], sensitivity)
        past = _mean_and_limit(table[:, max(month - window, 0) : month], sensitivity)
        state = _next_state(state, table[:, month], month <= start, ahead, past, sensitivity)
        paths[:, :, month] = state
    return tuple(paths)


def _next_state(state, value, opening, ahead, past, sensitivity):
    """One month on. `ahead` and `past`: mean and threshold of the windows after and before this month."""
    target, limit, high, low = state
    alerting = (high > limit) | (low < -limit)
    peek_high, peek_low = _step(value, past[0], limit, high, low, sensitivity)
    growing = ((peek_high > high) & (high > limit)) | ((peek_low < low) & (low < -limit))
    restart = opening | (alerting & ~growing)
    target = np.where(opening, ahead[0], np.where(alerting, past[0], target))
    limit = np.where(opening, ahead[1], np.where(restart, past[1], limit))
    high, low = np.where(restart, 0.0, high), np.where(restart, 0.0, low)
    return np.stack([target, limit, *_step(value, target, limit, high, low, sensitivity)])


def _step(value, target, limit, high, low, sensitivity):
    """One month's sums; a missing value leaves them."""
    slack = 0.5 * limit / sensitivity  # half a standard deviation
    up = np.round(np.maximum(0.0, high + value - (target + slack)), 2)
    down = np.round(np.minimum(0.0, low + value - (target - slack)), 2)
    return np.where(np.isnan(value), high, up), np.where(np.isnan(value), low, down)


def _mean_and_limit(window: Floats, sensitivity: float):
    """Mean and sensitivity × population sd of the non-missing values of each row (missing when there is none)."""
    present = ~np.isnan(window)
    count = present.sum(axis=1)
    safe = np.maximum(count, 1)
    mean = np.where(present, window, 0.0).sum(axis=1) / safe
    spread = np.sqrt((np.where(present, window - mean[:, np.newaxis], 0.0) ** 2).sum(axis=1) / safe)
    return np.where(count > 0, mean, np.nan), np.where(count > 0, sensitivity * spread, np.nan)


def _first_usable(table: Floats, window: int) -> NDArray[np.int64]:
    """The first month whose next `window` values are not all missing."""
    first = np.argmax(~np.isnan(table), axis=1)
    return np.maximum(first - window + 1, 0)


def _alerts(limit, upper, lower) -> NDArray[np.int8]:
    return (upper > limit).astype(np.int8) - ((lower < -limit) & ~(upper > limit)).astype(np.int8)


def _length_of_last_run(alert) -> NDArray[np.int64]:
    """How many of the latest months alert in the direction of the latest one."""
    same = (alert == alert[:, -1:]) & (alert[:, -1:] != 0)
    broken = ~same[:, ::-1]
    return np.where(broken.any(axis=1), np.argmax(broken, axis=1), alert.shape[1])


def _standardise(table: Floats, mean: ArrayLike, sd: ArrayLike, slack: float) -> tuple[Floats, Floats]:
    """Scores, and the slack to take off; both 0 for a missing value and for a series that never moves."""
    centre = np.asarray(mean, dtype=float)[..., np.newaxis]
    spread = np.asarray(sd, dtype=float)[..., np.newaxis]
    usable = (spread > 0) & ~np.isnan(table)
    scores = np.where(usable, table - centre, 0.0) / np.where(spread > 0, spread, 1.0)
    return scores, np.where(usable, slack, 0.0)
