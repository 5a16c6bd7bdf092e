"""Percentile ranks and decile lines among the units of one level and month, for many months at once."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

DECILES = tuple(p / 10 for p in range(1, 10))


def least_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank of each of some values, none missing, from 1; ties share the lowest."""
    return np.searchsorted(np.sort(values), values, "left") + 1.0


def mean_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank of each of some values, none missing, from 1; ties share the mean of theirs."""
    ordered = np.sort(values)
    return (np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right") + 1) / 2


def percent_rank(values: ArrayLike, axis: int = -1) -> NDArray[np.float64]:
    """Percentile of each value among the non-missing values along `axis`, 0 to 100, same shape as `values`.

    100 × (how many are strictly smaller) / (n − 1): ties share the lowest rank, the smallest gets 0, a lone value 0,
    and a missing value stays missing. This is SQL's PERCENT_RANK, the published OpenPrescribing percentile.
    """
    table = np.moveaxis(np.asarray(values, dtype=float), axis, -1)
    order = np.argsort(table, axis=-1, kind="stable")
    ordered = np.take_along_axis(table, order, -1)
    ranks = np.empty_like(table)
    np.put_along_axis(ranks, order, _lowest_tied_position(ordered), -1)
    others = np.sum(~np.isnan(table), axis=-1, keepdims=True) - 1
    percentiles = 100.0 * ranks / np.maximum(others, 1)
    return np.moveaxis(np.where(np.isnan(table), np.nan, percentiles), -1, axis)


def decile_lines(
    values: ArrayLike, axis: int = -1, probabilities: ArrayLike = DECILES
) -> NDArray[np.float64]:
    """Quantiles of the non-missing values along `axis`; the probabilities become the first axis of the answer.

    Hyndman–Fan type 7, the default of numpy and pandas: at h = p(n − 1) of the sorted values, interpolated.
    Each unit counts once whatever its size. Nothing to rank gives missing.
    """
    ordered = np.sort(np.moveaxis(np.asarray(values, dtype=float), axis, -1), axis=-1)
    if not ordered.shape[-1]:  # no unit at all: as one that is missing
        ordered = np.full((*ordered.shape[:-1], 1), np.nan)
    count = np.sum(~np.isnan(ordered), axis=-1, keepdims=True)
    place = np.maximum(count - 1, 0) * np.asarray(probabilities, dtype=float)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    low = np.take_along_axis(ordered, below, -1)
    high = np.take_along_axis(ordered, above, -1)
    return np.moveaxis(low + (place - below) * (high - low), -1, 0)


def _lowest_tied_position(ordered: NDArray[np.float64]) -> NDArray[np.intp]:
    """For sorted rows, the position at which each value's group of ties begins."""
    positions = np.broadcast_to(np.arange(ordered.shape[-1]), ordered.shape).copy()
    positions[..., 1:][ordered[..., 1:] == ordered[..., :-1]] = 0
    return np.maximum.accumulate(positions, axis=-1)
