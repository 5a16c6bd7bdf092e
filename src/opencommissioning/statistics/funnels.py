"""Funnels as public health draws them: limits of a proportion, a ratio or a rate around the average of all areas.

Two pairs of limits, 95 % and 99.8 %. Flags and drawn limits may come from one function (`prediction`), or be what PHEindicatormethods 2.1
gives (flags from Byar's interval, lines from exact quantiles: a point inside the line may then be flagged).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from opencommissioning.statistics.intervals import poisson as poisson_interval
from opencommissioning.statistics.laws import chi_square_quantile, normal_quantile

Floats = NDArray[np.float64]
TAILS = (0.025, 0.001)  # one side of 95 % and 99.8 %
POINTS = 100
FEWEST_EVENTS = 10
NOT_APPLICABLE = "Not applicable for events less than 10 for dsrs"


@dataclass(frozen=True)
class Limits:
    """Lower and upper 95 % and 99.8 % limits at each size, in the value's unit."""

    lower95: Floats
    upper95: Floats
    lower998: Floats
    upper998: Floats


def axis(sizes: ArrayLike) -> tuple[float, float]:
    """Where the axis of sizes begins and ends: 0 when the largest is more than twice the smallest, else 5 % below; 5 % above."""
    n = np.asarray(sizes, float)
    low = 0.0 if n.max() > 2 * n.min() else _signif(0.95 * n.min(), 1, np.floor)
    return low, _signif(1.05 * n.max(), 2, np.ceil)


def _signif(value: float, digits: int, towards) -> float:
    step = 10.0 ** (np.floor(np.log10(value)) - digits + 1)
    return float(towards(value / step) * step)


def grid(low: float, high: float, points: int = POINTS) -> Floats:
    """Sizes at which limits are drawn: each about the same factor above the last and at least 1 larger (halves round to even)."""
    out = [max(1.0, low)]
    for number in range(2, points + 1):
        factor = (high / out[-1]) ** (1 / (points + 1 - number))
        out.append(max(float(np.round(factor * out[-1])), out[-1] + 1))
    return np.array(out)


def proportion_limits(average: float, sizes: ArrayLike, multiplier: float = 100) -> Limits:
    """The values whose Wilson limit equals the average: average ± z √(average (1 − average) / n), kept within 0 and the multiplier."""
    n = np.asarray(sizes, float)
    spread = np.sqrt(average * (1 - average) / n)
    reach = [normal_quantile(1 - tail) * spread for tail in TAILS]
    parts = (average - reach[0], average + reach[0], average - reach[1], average + reach[1])
    return Limits(*(np.clip(multiplier * part, 0, multiplier) for part in parts))


def ratio_limits(observed: ArrayLike, multiplier: float = 1) -> Limits:
    """Limits of observed over expected at each observed count: O over the ends of the exact Poisson interval of O."""
    o = np.asarray(observed, float)
    out = []
    with np.errstate(divide="ignore", invalid="ignore"):
        for tail in TAILS:
            out += [
                o / (chi_square_quantile(1 - tail, 2 * o + 2) / 2),
                np.where(o > 0, o / (chi_square_quantile(tail, 2 * o) / 2), np.inf),
            ]
    return Limits(*(multiplier * part for part in out))


def rate_limits(events: ArrayLike, average: float, multiplier: float = 100_000) -> Limits:
    """Limits of a rate where the average would give each number of events: `ratio_limits` times the average (events per head)."""
    return ratio_limits(events, average * multiplier)


def prediction_limits(average: float, sizes: ArrayLike, kind: str, multiplier: float = 1) -> Limits:
    """Exact limits between which a value at the average falls with 95 % and 99.8 % (Seaton and Manktelow 2012): binomial for kind
    "proportion", Poisson for "rate" (sizes are populations, average per head). No interval around an estimate, so tails are as promised."""  # fmt: skip
    n = np.asarray(sizes, float)
    from scipy.stats import binom, poisson  # here: it takes a second, and only a funnel's page needs it

    law = binom(n, average) if kind == "proportion" else poisson(n * average)
    out = []
    for tail in TAILS:
        out += [law.ppf(tail) / n, law.ppf(1 - tail) / n]
    return Limits(*(multiplier * part for part in out))


def derived_denominator(
    events: ArrayLike, rates: ArrayLike, multiplier: float, given: ArrayLike | None = None
) -> Floats:
    """The population behind a published rate: multiplier · events / rate; the `given` one where there are no events (nan without one)."""
    x, r = np.asarray(events, float), np.asarray(rates, float)
    stand_in = np.full(x.shape, np.nan) if given is None else np.asarray(given, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(x > 0, multiplier * x / r, stand_in)


def significance(events: ArrayLike, expected: ArrayLike, standardised: bool = False) -> NDArray[np.str_]:
    """"High (0.001)", "High (0.025)", "Low (0.001)", "Low (0.025)" or "Not significant": whether the Poisson interval of the events,
    over the events expected at the average, excludes 1. Directly standardised rates under 10 events are not judged."""  # fmt: skip
    x, e = np.asarray(events, float), np.asarray(expected, float)
    out = np.full(x.shape, "Not significant", dtype="<U48")
    for tail in TAILS:
        interval = poisson_interval(x, 1 - 2 * tail)
        out[interval.lower > e] = f"High ({tail})"
        out[interval.upper < e] = f"Low ({tail})"
    if standardised:
        out[x < FEWEST_EVENTS] = NOT_APPLICABLE
    return out
