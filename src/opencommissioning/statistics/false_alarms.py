"""How many flags luck alone would give, and which of many p-values stand out."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from opencommissioning.statistics.cusum import ar1_series
from opencommissioning.statistics.spc_rules import astronomical, shift, trend, two_in_three
from opencommissioning.statistics.xmr import xmr_limits


class Discoveries(NamedTuple):
    """`flagged`: stands out at the wanted false-discovery rate; `q_value`: the smallest rate at which it would."""

    flagged: NDArray[np.bool_]
    q_value: NDArray[np.float64]


def benjamini_hochberg(p_values: ArrayLike, rate: float = 0.05) -> Discoveries:
    """Benjamini and Hochberg (1995): of what is flagged, at most a share `rate` is expected to be false.

    Any shape; missing p-values are not counted as tests, never flagged, and keep a missing q-value.
    """
    p = np.asarray(p_values, dtype=float)
    tested = ~np.isnan(p)
    q = np.full(p.shape, np.nan)
    q[tested] = _adjusted(p[tested])
    return Discoveries(tested & (q <= rate), q)


@lru_cache(maxsize=64)
def xmr_false_alarm_rates(
    points: int = 24,
    *,
    autocorrelation: float = 0.0,
    shift_n: int = 7,
    trend_n: int = 7,
    simulations: int = 20_000,
    seed: int = 20_242,
) -> dict[str, float]:
    """Share of unchanged series whose **last** point breaks each XmR rule, and "any", limits from the same points.

    Simulated normal AR(1) series; multiply by the number of series for the icons that luck alone would colour.
    """
    series = ar1_series(np.random.default_rng(seed), simulations, points, autocorrelation)
    limits = xmr_limits(series)
    marks = {
        "outside": astronomical(series, limits.lower, limits.upper),
        "trend": trend(series, trend_n),
        "two_in_three": two_in_three(series, limits),
        "shift": shift(series, limits.mean, shift_n),
    }
    last = {name: mark[:, -1] != 0 for name, mark in marks.items()}
    last["any"] = np.any(list(last.values()), axis=0)
    return {name: float(np.mean(flag)) for name, flag in last.items()}


def _adjusted(p: NDArray[np.float64]) -> NDArray[np.float64]:
    order = np.argsort(p)[::-1]
    scaled = p[order] * len(p) / np.arange(len(p), 0, -1)
    q = np.empty_like(p)
    q[order] = np.minimum(np.minimum.accumulate(scaled), 1.0) if len(p) else scaled
    return q
