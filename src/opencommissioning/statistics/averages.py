"""What public-health sites print of a group of areas: its average, its spread, and how many decimals a value is shown with."""

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


def shown(value: float, largest: float | None = None) -> str:
    """A value with the decimals that its series asks for: by the largest value (or itself) 0 above 1,000, 1 above 10, 3 below 1, else 2."""
    scale = abs(value if largest is None else largest)
    return f"{value:.{0 if scale > 1000 else 1 if scale > 10 else 3 if scale < 1 else 2}f}"
