"""Nearest neighbours by chosen characteristics, and the opportunity against the best of them.

Rows are units, columns characteristics. NaN is a characteristic that is not known: it is left out of the unit's
distances and said so, never taken for average.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from opencommissioning.errors import DefinitionError
from opencommissioning.statistics.laws import normal_quantile
from opencommissioning.statistics.shrinkage import shrink_proportions, shrink_rates

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


@dataclass(frozen=True)
class Opportunity:
    """Per unit: own value, benchmark (mean of the best peers) and how many events would change at the benchmark.

    `lower`, `upper`: 95 % Wilson limits of the value for the published rule, of the opportunity for the shrunk one.
    `best`: index of the best peers (units, best). Opportunities of overlapping measures must not be added.
    """

    value: Floats
    lower: Floats
    upper: Floats
    best: NDArray[np.int64]
    best_mean: Floats
    similar_mean: Floats
    opportunity: Floats
    shown: NDArray[np.bool_]


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


def published_opportunity(
    events: ArrayLike,
    totals: ArrayLike,
    peers: ArrayLike,
    *,
    high_is_good: bool,
    best: int = 5,
    confidence: float = 0.95,
) -> Opportunity:
    """RightCare's rule: (own value − unweighted mean of the best five of the similar ten) × population, when worse.

    Shown when the unit's own Wilson interval excludes that mean. The benchmark is taken as certain and picking the
    best is biased, so luck shows up as opportunity: see `shrunk_opportunity`.
    """
    x, n = np.asarray(events, dtype=float), np.asarray(totals, dtype=float)
    value = np.where(n > 0, x / np.where(n > 0, n, 1.0), np.nan)
    lower, upper = _wilson(value, n, confidence)
    chosen, best_mean, similar_mean = _benchmarks(value, np.asarray(peers), high_is_good, best)
    gap = best_mean - value if high_is_good else value - best_mean
    opportunity = np.where(np.isnan(gap), np.nan, np.maximum(gap, 0.0) * n)
    shown = (opportunity > 0) & ((upper < best_mean) | (lower > best_mean))
    return Opportunity(value, lower, upper, chosen, best_mean, similar_mean, opportunity, shown)


def shrunk_opportunity(
    events: ArrayLike,
    totals: ArrayLike,
    peers: ArrayLike,
    *,
    high_is_good: bool,
    kind: Literal["proportion", "rate"] = "proportion",
    best: int = 5,
    confidence: float = 0.95,
    samples: int = 1_000,
    seed: int = 20_243,
) -> Opportunity:
    """The same with luck allowed for: values are shrunk before the best are picked, and the benchmark is uncertain too.

    The interval is of the opportunity, from `samples` parametric bootstrap draws of every unit's true value; shown
    when its lower end is above 0. Possible saving, never an achieved one.
    """
    shrink = shrink_proportions if kind == "proportion" else shrink_rates
    shrunk = shrink(events, totals)
    n = np.asarray(totals, dtype=float)
    chosen, best_mean, similar_mean = _benchmarks(shrunk.mean, np.asarray(peers), high_is_good, best)
    sign = 1.0 if high_is_good else -1.0
    gaps = _sampled_gaps(shrunk.draws(samples, np.random.default_rng(seed)), chosen, sign)
    tail = (1 - confidence) / 2
    lower, upper = np.maximum(np.quantile(gaps, [tail, 1 - tail], axis=0), 0.0) * n
    opportunity = np.maximum(sign * (best_mean - shrunk.mean), 0.0) * n
    return Opportunity(shrunk.mean, lower, upper, chosen, best_mean, similar_mean, opportunity, lower > 0)


def _sampled_gaps(draws: Floats, chosen: NDArray[np.int64], sign: float) -> Floats:
    """Benchmark less own value in every draw, positive when the unit is worse; draws (samples, units)."""
    total = np.zeros_like(draws)
    count = np.zeros(draws.shape[1])
    for column in chosen.T:
        total += np.where(column >= 0, draws[:, np.maximum(column, 0)], 0.0)
        count += column >= 0
    benchmark = total / np.where(count > 0, count, np.nan)
    return sign * (benchmark - draws)


def _benchmarks(value: Floats, peers, high_is_good: bool, best: int):
    """The best peers, their mean and the mean of all peers, unweighted; peers without a value do not count."""
    theirs = np.where(peers >= 0, value[np.maximum(peers, 0)], np.nan)
    order = np.argsort(-theirs if high_is_good else theirs, axis=1, kind="stable")[:, :best]
    top = np.take_along_axis(theirs, order, 1)
    chosen = np.where(np.isnan(top), -1, np.take_along_axis(peers, order, 1))
    return chosen, _row_mean(top), _row_mean(theirs)


def _row_mean(table: Floats) -> Floats:
    count = np.sum(~np.isnan(table), axis=1)
    return np.where(count > 0, np.nansum(table, axis=1) / np.maximum(count, 1), np.nan)


def _wilson(p: Floats, n: Floats, confidence: float) -> tuple[Floats, Floats]:
    z = normal_quantile(0.5 + confidence / 2)
    n = np.where(n > 0, n, np.nan)
    middle, half = p + z * z / (2 * n), z * np.sqrt(p * np.maximum(1 - p, 0.0) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


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
