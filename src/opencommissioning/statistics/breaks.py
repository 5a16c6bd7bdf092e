"""Where a monthly series changed: the best single step or change of slope, and how often luck alone would look like it.

Every possible month of change is tried (a scan). Neighbouring months may be alike (AR(1)): the autocorrelation is
estimated from what the best break leaves over, the scan repeated on the whitened series (generalised least squares,
with the first value after a gap scaled as in Prais–Winsten), and the largest t is compared with its own distribution
over simulated series in which nothing changed, worked in exactly the same way. How well the promise holds, and
how large a step is found, is measured in docs/explanation/calibration.md.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from opencommissioning.errors import DefinitionError
from opencommissioning.statistics.cusum import ar1_series
from opencommissioning.statistics.laws import student_beyond, student_quantile

Floats = NDArray[np.float64]
Change = Literal["level", "slope"]

NULL_AUTOCORRELATIONS = (0.0, 0.15, 0.3, 0.45, 0.6, 0.7, 0.8)
MARGIN = 2.5  # in standard errors 1/√months: how far above its estimate the autocorrelation may truly lie
GREATEST_AUTOCORRELATION = 0.8
_CHUNK = 4_096
_TAIL = 0.01


@dataclass(frozen=True)
class Breaks:
    """One value per series; missing (position −1) where there are too few months or nothing varies.

    `position`: first month after the break. `before`, `after`: the level just before and after it, or for
    change="slope" the slope per month. `statistic`: |t| of the best break. `autocorrelation` as allowed for.
    `p_value`: share of unchanged series with a larger one.
    """

    position: NDArray[np.int64]
    before: Floats
    after: Floats
    statistic: Floats
    autocorrelation: Floats
    p_value: Floats


def find_break(
    values: ArrayLike,
    *,
    change: Change = "level",
    with_trend: bool = False,
    shortest: int = 6,
    simulations: int = 4_000,
    seed: int = 20_241,
) -> Breaks:
    """The most likely break of each series (series, time), each side at least `shortest` months long.

    `with_trend` allows for one straight trend through the whole series beside a step in level; a change of slope
    always does. Judge many series at once with `false_alarms.benjamini_hochberg` on the p-values.
    """
    table = np.atleast_2d(np.asarray(values, dtype=float))
    _refuse_short(table.shape[1], shortest)
    trend = with_trend or change == "slope"
    found = _scan_all(table, change, trend, shortest)
    null = null_statistics(table.shape[1], change, trend, shortest, simulations, seed)
    observed = np.sum(~np.isnan(table), axis=1)
    greatest = found["autocorrelation"] + MARGIN / np.sqrt(np.maximum(observed, 1))
    fitted = 3 + trend
    freedom = table.shape[1] - fitted
    comparable = _as_if_complete(found["statistic"], observed - fitted, freedom)
    return Breaks(**found, p_value=_p_values(comparable, greatest, null, max(freedom, 1)))


@lru_cache(maxsize=32)
def null_statistics(
    months: int, change: Change, trend: bool, shortest: int, simulations: int, seed: int
) -> tuple[Floats, ...]:
    """Sorted |t| of the best break in series without one, for each autocorrelation in NULL_AUTOCORRELATIONS."""
    rng = np.random.default_rng(seed)
    draws = (ar1_series(rng, simulations, months, phi) for phi in NULL_AUTOCORRELATIONS)
    return tuple(np.sort(_scan_all(series, change, trend, shortest)["statistic"]) for series in draws)


def _as_if_complete(statistic: Floats, own: NDArray[np.int64], complete: int) -> Floats:
    """The t that is as rare in a complete series as this one is in a series with months missing."""
    gaps = (own < complete) & ~np.isnan(statistic)
    rarity = student_beyond(np.where(gaps, statistic, 0.0), np.maximum(own, 1))
    return np.where(gaps, -student_quantile(rarity, max(complete, 1)), statistic)


def _p_values(statistic: Floats, greatest: Floats, null: tuple[Floats, ...], freedom: int) -> Floats:
    """The largest share over the null autocorrelations that the series' own estimate leaves possible.

    An autocorrelation estimated too low makes chance look like a break, so its upper bound decides, not its estimate.
    """
    share, rarity = np.zeros_like(statistic), student_beyond(statistic, freedom)
    for phi, sorted_null in zip(NULL_AUTOCORRELATIONS, null, strict=True):
        here = _tail_share(statistic, rarity, sorted_null, freedom)
        share = np.where(phi <= greatest, np.maximum(share, here), share)
    return np.where(np.isnan(statistic), np.nan, share)


def _tail_share(statistic: Floats, rarity: Floats, sorted_null: Floats, freedom: int) -> Floats:
    """Share of the null at or above; beyond its 99th percentile the tail of Student's t takes over."""
    size = len(sorted_null)
    above = size - np.searchsorted(sorted_null, statistic, side="left")
    anchor = sorted_null[int(np.ceil(size * (1 - _TAIL)))]
    beyond = _TAIL * rarity / student_beyond(anchor, freedom)
    return np.where(statistic > anchor, beyond, (above + 1) / (size + 1))


def _scan_all(table: Floats, change: Change, trend: bool, shortest: int) -> dict:
    blocks = [
        _find(table[i : i + _CHUNK], change, trend, shortest) for i in range(0, max(len(table), 1), _CHUNK)
    ]
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def _find(table: Floats, change: Change, trend: bool, shortest: int) -> dict:
    phi = np.zeros(len(table))
    for _ in range(2):  # first as if independent, to learn the autocorrelation, then whitened by it
        fit = _scan(table, phi, change, trend, shortest)
        allowed, phi = phi, _autocorrelation(fit["residuals"])
    usable = fit["usable"]
    return {
        "position": np.where(usable, fit["position"], -1),
        "before": np.where(usable, fit["before"], np.nan),
        "after": np.where(usable, fit["after"], np.nan),
        "statistic": np.where(usable, fit["statistic"], np.nan),
        "autocorrelation": np.where(usable, allowed, np.nan),
    }


def _scan(table: Floats, phi: Floats, change: Change, trend: bool, shortest: int) -> dict:
    """Generalised least squares of base (level, perhaps trend) plus one break, for every month of break at once."""
    present = ~np.isnan(table)
    factors = _whitening(present, phi)
    values = np.where(present, table - _row_mean(table, present), 0.0)
    clock = np.broadcast_to(np.arange(table.shape[1], dtype=float), table.shape)
    left, along, length = _break_products(values, clock, factors, change, trend)
    allowed = _allowed_positions(present, shortest) & (length > 0)
    length = np.where(allowed, length, 1.0)
    gain = np.where(allowed, along**2 / length, -1.0)
    best = np.argmax(gain, axis=1)
    total, top = np.sum(left**2, axis=1), _at(gain, best)
    freedom = present.sum(axis=1) - 2 - trend
    usable = _at(allowed, best) & (freedom > 0) & ~_flat(table, values, present, total)
    size = _at(along, best) / _at(length, best)
    levels = _levels(table, present, clock - best[:, np.newaxis], size, change, trend, factors)
    return {"position": best, "statistic": _t(top, total, freedom, usable), "usable": usable, **levels}


def _break_products(values, clock, factors, change: Change, trend: bool):
    """What the base leaves of the whitened values; its product with, and the squared length of, each break so cleared."""
    now, back = factors
    base = _orthonormal([now - back, _whiten(clock, now, back)] if trend else [now - back])
    whitened = _whiten(values, now, back)
    left = whitened - _projection(whitened, base)
    product, own = (_step_products if change == "level" else _hinge_products)(now, back, clock)
    length = own - sum(product(direction) ** 2 for direction in base)
    return left, product(left), np.where(length > 1e-9 * own, length, 0.0)


def _flat(table, values, present, total):
    """Rows in which the base leaves nothing but rounding."""
    level = np.abs(_row_mean(table, present)[:, 0]) + np.max(np.abs(values), axis=1)
    return total <= 1e-24 * level**2 * table.shape[1]


def _t(top, total, freedom, usable) -> Floats:
    """|t| of the best break; a perfect one leaves no noise to divide by, so the noise has a floor."""
    noise = (total - top) / np.maximum(freedom, 1)
    return np.sqrt(np.maximum(top, 0.0) / np.maximum(noise, 1e-12 * np.where(usable, total, 1.0)))


def _whitening(present, phi) -> tuple[Floats, Floats]:
    """Factors of a value and of the one before it; both 0 at a missing value, the second after a gap."""
    linked = np.zeros(present.shape, dtype=bool)
    linked[:, 1:] = present[:, 1:] & present[:, :-1]
    correlation = phi[:, np.newaxis]
    now = np.where(linked, 1.0, np.sqrt(1 - correlation**2)) * present
    return now, np.where(linked, correlation, 0.0)


def _whiten(values: Floats, now: Floats, back: Floats) -> Floats:
    out = now * values
    out[:, 1:] -= back[:, 1:] * values[:, :-1]
    return out


def _orthonormal(columns: list[Floats]) -> list[Floats]:
    """Gram–Schmidt along each row."""
    done: list[Floats] = []
    for column in columns:
        rest = column - _projection(column, done) if done else column
        size = np.sqrt(np.sum(rest**2, axis=1, keepdims=True))
        done.append(rest / np.where(size > 0, size, 1.0))
    return done


def _projection(values: Floats, base: list[Floats]) -> Floats:
    return sum(np.sum(values * direction, axis=1, keepdims=True) * direction for direction in base)


def _step_products(now, back, clock):
    """Inner products of v with the whitened step beginning at each month: now at that month, (now − back) after it."""
    after = now - back

    def product(v):
        return _sum_after(after * v) + now * v

    return product, _sum_after(after**2) + now**2


def _hinge_products(now, back, clock):
    """The same for a ramp that leaves zero at each month: (t − month)·now − (t − 1 − month)·back after it."""
    steady = now - back
    rising = _whiten(clock, now, back)

    def product(v):
        return _sum_after(rising * v) - clock * _sum_after(steady * v)

    own = _sum_after(rising**2) - 2 * clock * _sum_after(rising * steady) + clock**2 * _sum_after(steady**2)
    return product, own


def _sum_after(values: Floats) -> Floats:
    """Sum over the months strictly after each month."""
    reverse = np.cumsum(values[:, ::-1], axis=1)[:, ::-1]
    return reverse - values


def _allowed_positions(present, shortest: int):
    """Months with at least `shortest` values before and from them on, and a value of their own."""
    before = np.cumsum(present, axis=1) - present
    onwards = present.sum(axis=1, keepdims=True) - before
    return present & (before >= shortest) & (onwards >= shortest)


def _levels(table, present, lag, size, change: Change, trend: bool, factors) -> dict:
    """Levels (or slopes) each side of the break, and residuals, by least squares on the whitened values.

    `lag`: months since the break, negative before it.
    """
    effect = size[:, np.newaxis] * ((lag >= 0) if change == "level" else np.maximum(lag, 0.0))
    rest = np.where(present, table - effect, np.nan)
    centre = _row_mean(rest, present)
    level, slope = _line(np.where(present, rest - centre, 0.0), lag, trend, factors)
    before = level + centre[:, 0] if change == "level" else slope
    fitted = level[:, np.newaxis] + centre + slope[:, np.newaxis] * lag
    return {"before": before, "after": before + size, "residuals": rest - fitted}


def _line(values, lag, trend: bool, factors) -> tuple[Floats, Floats]:
    """Level at the break and slope (0 without a trend) of the whitened values."""
    now, back = factors
    target, steady = _whiten(values, now, back), now - back
    ramp = _whiten(lag, now, back) if trend else np.zeros_like(target)
    pairs = ((steady, steady), (steady, ramp), (ramp, ramp), (steady, target), (ramp, target))
    cc, cr, rr, cy, ry = (np.sum(a * b, axis=1) for a, b in pairs)
    room = cc * rr - cr**2
    slope = np.where(room > 0, (cc * ry - cr * cy) / np.where(room > 0, room, 1.0), 0.0)
    return (cy - slope * cr) / np.where(cc > 0, cc, 1.0), slope


def _autocorrelation(residuals: Floats) -> Floats:
    """Lag-one autocorrelation of the residuals, corrected for its bias towards the negative, within 0 to 0.8."""
    present = ~np.isnan(residuals)
    clean = np.where(present, residuals, 0.0)
    pairs = np.sum(present[:, 1:] & present[:, :-1], axis=1)
    count = present.sum(axis=1)
    together = np.sum(clean[:, 1:] * clean[:, :-1], axis=1) / np.maximum(pairs, 1)
    apart = np.sum(clean**2, axis=1) / np.maximum(count, 1)
    raw = np.where(apart > 0, together / np.where(apart > 0, apart, 1.0), 0.0)
    corrected = raw + (2 + 4 * raw) / np.maximum(count, 1)  # two levels and a searched break have been fitted
    return np.clip(corrected, 0.0, GREATEST_AUTOCORRELATION)


def _row_mean(table: Floats, present) -> Floats:
    return np.sum(np.where(present, table, 0.0), axis=1, keepdims=True) / np.maximum(
        present.sum(axis=1, keepdims=True), 1
    )


def _at(table, position):
    return np.take_along_axis(table, position[:, np.newaxis], 1)[:, 0]


def _refuse_short(months: int, shortest: int) -> None:
    if shortest < 2 or months < 2 * shortest:
        raise DefinitionError(
            f"A break needs at least 2 months a side and {2 * shortest} months in all; the series has {months} "
            f"and shortest is {shortest}. Load more months or lower `shortest`."
        )
