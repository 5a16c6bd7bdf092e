"""Quantiles and tails of the usual laws, straight from scipy's special functions.

scipy.stats has the same under more names, checks more than it computes, and takes a second to import, which every command would wait
for. Arguments may be arrays; quantiles of what no law has (no degree of freedom) are missing. Tests hold each against scipy.stats.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import (
    gammaincinv,
    ndtr,
    ndtri,
    pdtr,
    pdtrik,
    stdtr,
    stdtrit,
)

Floats = NDArray[np.float64]


def normal_quantile(share: ArrayLike) -> Floats:
    """The value below which a share of the standard normal law lies."""
    return ndtri(share)


def normal_below(value: ArrayLike) -> Floats:
    """Share of the standard normal law below a value."""
    return ndtr(value)


def normal_beyond(value: ArrayLike) -> Floats:
    """Share of the standard normal law above a value."""
    return ndtr(-np.asarray(value, float))


def normal_density(value: ArrayLike) -> Floats:
    """Density of the standard normal law."""
    return np.exp(-(np.asarray(value, float) ** 2) / 2) / np.sqrt(2 * np.pi)


def chi_square_quantile(share: ArrayLike, freedom: ArrayLike) -> Floats:
    """The value below which a share of the chi-square law lies."""
    freedom = np.asarray(freedom, float)
    return np.where(freedom > 0, 2 * gammaincinv(np.where(freedom > 0, freedom, 1) / 2, share), np.nan)


def student_quantile(share: ArrayLike, freedom: ArrayLike) -> Floats:
    """The value below which a share of Student's law lies."""
    return stdtrit(freedom, share)


def student_beyond(value: ArrayLike, freedom: ArrayLike) -> Floats:
    """Share of Student's law above a value."""
    return stdtr(freedom, -np.asarray(value, float))


def poisson_quantile(share: float, mean: float) -> int:
    """The least count that with a chance of `share` is not exceeded."""
    count = int(np.ceil(pdtrik(share, mean)))
    return max(0, count - 1) if pdtr(max(0, count - 1), mean) >= share else count
