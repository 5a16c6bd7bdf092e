"""Counts in bands of equal width: shares within a bound, quantiles by linear interpolation, and their intervals. Arrays in, arrays out."""

from fractions import Fraction

import numpy as np


def within(counts: np.ndarray, bound: float) -> np.ndarray:
    """How many of each row lie below `bound` (in bands): whole bands, and of the band that holds the bound its fraction.

    counts  (rows, bands), whole numbers, the last band closed. Returns float (rows,).
    """
    whole = int(bound)
    below = counts[:, :whole].sum(axis=1).astype(float)
    return below + counts[:, whole] * (bound - whole) if bound > whole else below


def quantiles(counts: np.ndarray, share: Fraction, plus_one: bool = False) -> np.ndarray:
    """The position, in bands from the lower edge of the first, below which `share` of each row lies.

    counts    (rows, bands), whole numbers ≥ 0
    plus_one  the target is share × (N + 1) instead of share × N
    Returns float (rows,), nan where a row is empty. `value = i + (target − before) / counts[i]` with i the first band whose cumulative
    count reaches the target, compared in whole numbers: a target met at an edge gives that edge.
    """
    cumulative = np.cumsum(counts, axis=1)
    total = cumulative[:, -1]
    target = share.numerator * (total + (1 if plus_one else 0))  # in units of 1 / denominator
    target = np.minimum(target, share.denominator * total)
    place = (cumulative * share.denominator < target[:, None]).sum(axis=1)
    place = np.minimum(place, counts.shape[1] - 1)
    rows = np.arange(len(counts))
    inside = counts[rows, place]
    before = cumulative[rows, place] - inside
    with np.errstate(invalid="ignore", divide="ignore"):
        value = place + (target / share.denominator - before) / inside
    return np.where(total > 0, value, np.nan)


def quantile_intervals(counts: np.ndarray, share: Fraction, z: float = 1.96) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper limits of a quantile: the quantiles at the ranks N·p ± z·√(N·p·(1 − p)) (binomial, normal approximation).

    Source: Conover, Practical Nonparametric Statistics, 3.2. nan where a row is empty.
    """
    total = counts.sum(axis=1)
    spread = z * np.sqrt(total * float(share) * (1 - float(share)))
    rank = total * float(share)
    return at_ranks(counts, np.maximum(rank - spread, 0)), at_ranks(counts, np.minimum(rank + spread, total))


def at_ranks(counts: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The position, in bands, below which `target` of each row's people lie (not a share: a number, whole or not); nan where a row is empty."""
    cumulative = np.cumsum(counts, axis=1)
    place = np.minimum((cumulative < target[:, None] - 1e-9).sum(axis=1), counts.shape[1] - 1)
    rows = np.arange(len(counts))
    inside = counts[rows, place]
    with np.errstate(invalid="ignore", divide="ignore"):
        value = place + (target - (cumulative[rows, place] - inside)) / inside
    return np.where(cumulative[:, -1] > 0, value, np.nan)
