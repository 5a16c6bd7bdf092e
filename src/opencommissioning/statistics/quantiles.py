"""Groups of equal size by value, and the bounds and categories that public-health sites show."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from opencommissioning.statistics.ranks import least_ranks

ROUNDED = 10  # decimal places of published bounds


def quantile_groups(values: ArrayLike, groups: int = 10, highest_first: bool = True) -> NDArray[np.float64]:
    """Group 1 … `groups` of each value (group 1 has the highest values, or the lowest); nan where missing, all nan when there are fewer
    values than groups.

    The rule of PHEindicatormethods' phe_quantile: ties share the lowest rank r of N, group = ⌊(k + 1) − ⌈(N + 1 − r) / (N / k)⌉⌋, at least 1.
    """  # fmt: skip
    v = np.asarray(values, float)
    there = ~np.isnan(v)
    out, count = np.full(v.shape, np.nan), int(there.sum())
    if count >= groups:
        rank = least_ranks(-v[there] if highest_first else v[there])
        group = np.floor((groups + 1) - np.ceil((count + 1 - rank) / (count / groups)))
        out[there] = np.maximum(group, 1)
    return out


def category_bounds(values: ArrayLike, bins: int) -> NDArray[np.float64]:
    """The `bins + 1` bounds of categories: type-7 quantiles, rounded half up to 10 places (Fingertips)."""
    bounds = np.quantile(np.asarray(values, float), np.linspace(0, 1, bins + 1))
    return np.floor(bounds * 10**ROUNDED + 0.5) / 10**ROUNDED


def categories(values: ArrayLike, bins: int, highest_is_best: bool) -> NDArray[np.int64]:
    """Category 1 (best) … `bins` of each value: the first bound at or above it, counted from the good end; 0 for all when there are fewer
    values than bins."""  # fmt: skip
    v = np.asarray(values, float)
    if len(v) < bins:
        return np.zeros(len(v), np.int64)
    found = np.maximum(np.searchsorted(category_bounds(v, bins)[1:-1], v, side="left") + 1, 1)
    return bins + 1 - found if highest_is_best else found
