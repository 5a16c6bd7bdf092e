"""Moments of a normal quantity that cannot leave 0 to 1: values beyond count as the bound that they passed."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from opencommissioning.errors import DefinitionError
from opencommissioning.statistics.laws import normal_below, normal_beyond, normal_density, normal_quantile

Floats = NDArray[np.float64]


def from_range(low: ArrayLike, high: ArrayLike, chance: ArrayLike) -> tuple[Floats, Floats]:
    """(E Y, E Y²) of Y = X clipped to 0…1, X normal with its middle `chance` between `low` and `high` (arrays of one shape).

    The New Hospital Programme's reading of an elicited range: Normal(midpoint, (high − low) / 2z); 80 % gives (high − low)/2.563103.
    """
    low, high, chance = (np.asarray(each, float) for each in (low, high, chance))
    if np.any((low < 0) | (high > 1) | (low > high) | (chance <= 0) | (chance >= 1)):
        raise DefinitionError("a range needs 0 ≤ low ≤ high ≤ 1 and a chance between 0 and 1; give shares, not percentages")  # fmt: skip
    return moments((low + high) / 2, (high - low) / (2 * normal_quantile((1 + chance) / 2)))


def moments(mean: ArrayLike, sd: ArrayLike) -> tuple[Floats, Floats]:
    """(E Y, E Y²) of Y = X clipped to 0…1, X normal with this mean and standard deviation (0: a fixed value).

    Johnson, Kotz and Balakrishnan 1994, censored normal: partial moments between the bounds, plus the mass beyond the upper one.
    """
    mean, sd = np.broadcast_arrays(np.asarray(mean, float), np.asarray(sd, float))
    fixed = np.clip(mean, 0, 1)
    spread = np.where(sd > 0, sd, 1.0)
    a, b = -mean / spread, (1 - mean) / spread
    inside, above = normal_below(b) - normal_below(a), normal_beyond(b)
    first = mean * inside + spread * (normal_density(a) - normal_density(b)) + above
    second = (
        (mean**2 + spread**2) * inside
        + spread * (mean * normal_density(a) - (mean + 1) * normal_density(b))
        + above
    )
    return np.where(sd > 0, first, fixed), np.where(sd > 0, second, fixed**2)
