"""What public-health sites print of a group of areas: its average and its spread."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

COVERED = 0.9


def group_average(
    counts: ArrayLike,
    denominators: ArrayLike,
    population: ArrayLike,
    total_population: float,
    unit: float = 1,
    coverage: float = COVERED,
) -> float:
    """Σ counts / Σ denominators · unit over areas with both; nan when these have less than `coverage` of the population."""
    x, n, p = (np.asarray(each, float) for each in (counts, denominators, population))
    both = np.isfinite(x) & np.isfinite(n)
    if not both.any() or np.nansum(p[both]) < coverage * total_population:
        return np.nan
    return float(x[both].sum() / n[both].sum() * unit)


def spread(values: ArrayLike) -> NDArray[np.float64]:
    """Smallest, largest, median, lower and upper quartile (type 7) of the values there are."""
    v = np.asarray(values, float)
    return np.nanquantile(v, [0, 1, 0.5, 0.25, 0.75])
