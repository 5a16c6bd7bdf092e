"""Nearest neighbours by chosen characteristics.

Rows are units, columns characteristics. NaN is a characteristic that is not known: it is left out of the unit's
distances and said so, never taken for average.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from opencommissioning.errors import DefinitionError

Floats = NDArray[np.float64]
Scaling = Literal["rightcare", "mhs"]
Missing = Literal["leave out", "average"]
_CHUNK = 512


@dataclass(frozen=True)
class Neighbours:
    """`index` (units, k): the nearest first, −1 where there are too few; `distance` the same shape.

    `missing`: per unit the names of the characteristics it lacks.
    """

    index: NDArray[np.int64]
    distance: Floats
    missing: tuple[tuple[str, ...], ...]


def standardise_features(features: ArrayLike, scaling: Scaling = "rightcare") -> Floats:
    """z-scores by column; "mhs" first caps at mean + 5 sd and takes the square root. A constant column becomes 0."""
    table = np.asarray(features, dtype=float)
    if scaling == "mhs":
        table = np.sqrt(np.minimum(table, np.nanmean(table, axis=0) + 5 * np.nanstd(table, axis=0)))
    spread = np.nanstd(table, axis=0)
    scores = (table - np.nanmean(table, axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.where((spread == 0) & ~np.isnan(table), 0.0, scores)


def nearest_neighbours(
    features: ArrayLike,
    names: Sequence[str],
    *,
    k: int = 10,
    scaling: Scaling = "rightcare",
    weights: ArrayLike | None = None,
    missing: Missing = "leave out",
    of: Sequence[int] | None = None,
) -> Neighbours:
    """The k nearest other units of each (or of the rows `of`, in that order), by √Σw(Δz)²; ties in input order, self excluded.

    RightCare: 12 characteristics of equal weight, k = 10; Model Health System: scaling="mhs", own weights, k = 5.
    With characteristics missing, the distance over those both have is scaled up to all weights; a pair with none in
    common is not comparable. `missing="average"` puts 0 for a missing z, as one published version does.
    """
    table = np.atleast_2d(np.asarray(features, dtype=float))
    weight = _weights(weights, table.shape[1], names)
    scores = standardise_features(table, scaling)
    gaps = np.isnan(scores)
    if missing == "average":
        scores, gaps_used = np.where(gaps, 0.0, scores), np.zeros_like(gaps)
    else:
        gaps_used = gaps
    asked = np.arange(len(table)) if of is None else np.asarray(of, dtype=np.int64)
    index, distance = _nearest(scores, gaps_used, weight, min(k, max(len(table) - 1, 0)), k, asked)
    lacking = tuple(tuple(name for name, gap in zip(names, row, strict=True) if gap) for row in gaps[asked])
    return Neighbours(index, distance, lacking)


def _nearest(scores: Floats, gaps, weight: Floats, found: int, k: int, asked: NDArray[np.int64]):
    index = np.full((len(asked), k), -1, dtype=np.int64)
    distance = np.full((len(asked), k), np.nan)
    for start in range(0, len(asked), _CHUNK):
        here = slice(start, start + _CHUNK)
        rows = asked[here]
        squares = _squared_distances(scores, gaps, weight, rows)
        squares[np.arange(len(rows)), rows] = np.inf
        order = _smallest(squares, found)
        near = np.take_along_axis(squares, order, 1)
        index[here, :found] = np.where(np.isfinite(near), order, -1)
        distance[here, :found] = np.where(np.isfinite(near), np.sqrt(near), np.nan)
    return index, distance


def _smallest(squares: Floats, count: int) -> NDArray[np.int64]:
    """Columns of the `count` smallest of each row in ascending order, ties in column order."""
    if count == 0:
        return np.zeros((len(squares), 0), dtype=np.int64)
    bound = np.partition(squares, count - 1, axis=1)[:, count - 1]
    out = np.empty((len(squares), count), dtype=np.int64)
    for row, values in enumerate(squares):
        near = np.flatnonzero(values <= bound[row])
        out[row] = near[np.argsort(values[near], kind="stable")[:count]]
    return out


def _squared_distances(scores: Floats, gaps, weight: Floats, rows) -> Floats:
    """Σw(Δz)² over what both know, scaled to all weights; infinite when they share nothing."""
    if not gaps.any():
        from scipy.spatial.distance import (
            cdist,  # here: it takes a fifth of a second, and few commands need it
        )

        return cdist(scores[rows], scores, "sqeuclidean", w=weight)
    squares = np.zeros((len(rows), len(scores)))
    shared = np.zeros_like(squares)
    clean = np.where(gaps, 0.0, scores)
    for column, w in enumerate(weight):
        both = ~(gaps[rows, column, np.newaxis] | gaps[:, column])
        squares += w * both * (clean[rows, column, np.newaxis] - clean[:, column]) ** 2
        shared += w * both
    return np.where(shared > 0, squares * weight.sum() / np.where(shared > 0, shared, 1.0), np.inf)


def _weights(weights: ArrayLike | None, size: int, names: Sequence[str]) -> Floats:
    weight = np.ones(size) if weights is None else np.asarray(weights, dtype=float)
    if weight.shape != (size,) or len(names) != size:
        raise DefinitionError(
            f"{size} characteristics need {size} names and weights; given {len(names)} and {weight.size}."
        )
    if np.any(weight < 0) or not weight.sum() > 0:
        raise DefinitionError("Weights of characteristics must be 0 or more, and at least one above 0.")
    return weight
