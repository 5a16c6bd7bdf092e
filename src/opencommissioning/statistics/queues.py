"""Queues in closed form. Rates and times share one unit, which the caller names; nothing here knows what is queued for.

Load a = λ/μ (arrivals times mean service time). Sources: Erlang 1917; Gross and Harris, Fundamentals of Queueing Theory.
"""

import numpy as np

from opencommissioning.errors import DefinitionError
from opencommissioning.statistics.laws import poisson_quantile


def erlang_b(servers: int, load: float) -> float:
    """The share of arrivals that find all `servers` taken and are lost: B₀ = 1, Bₙ = a·Bₙ₋₁/(n + a·Bₙ₋₁). Holds for any service time."""
    _refuse(servers < 0 or load < 0, "servers and load must be 0 or more")
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


def servers_for_blocking(load: float, target: float) -> int:
    """The fewest servers for which erlang_b is below `target` (0 < target < 1)."""
    _refuse(not 0 < target < 1, "the share that may be turned away must lie between 0 and 1")
    blocked, number = 1.0, 0
    while blocked >= target:
        number += 1
        blocked = load * blocked / (number + load * blocked)
    return number


def servers_for_share(load: float, share: float) -> int:
    """The fewest servers that suffice for `share` of the time when nobody is ever turned away: a Poisson quantile."""
    _refuse(not 0 < share < 1, "the share of the time must lie between 0 and 1")
    return poisson_quantile(share, load)


def factor_for_share(share: float) -> float:
    """Target divided by mean wait so that `share` is inside the target when waits are exponential: −ln(1 − share); 92 % → 2.5257."""
    _refuse(not 0 < share < 1, "the share inside the target must lie between 0 and 1, without both")
    return float(-np.log1p(-share))


def dispersion(counts: np.ndarray) -> float:
    """Variance over mean of counts of equal stretches of time: 1 for Poisson. nan below two counts or without any event.

    Counts, not gaps between dates: dates stamped by day give gaps of 0 and a variability that is not there.
    """
    counts = np.asarray(counts, float)
    if len(counts) < 2 or counts.mean() == 0:
        return float("nan")
    return float(counts.var(ddof=1) / counts.mean())


def first_come(arrivals: np.ndarray, slots: np.ndarray) -> np.ndarray:
    """The place in `slots` of the slot that each arrival gets, first come first served; −1 where no slot is left.

    Both sorted. A slot is usable only strictly after the arrival. k = i + running maximum of (first slot after arrival i − i).
    """
    order = np.arange(len(arrivals))
    first = np.searchsorted(slots, arrivals, side="right")
    place = order + np.maximum.accumulate(first - order) if len(arrivals) else order
    return np.where(place < len(slots), place, -1)


def _refuse(wrong: bool, sentence: str) -> None:
    if wrong:
        raise DefinitionError(sentence)
