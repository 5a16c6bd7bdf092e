"""How much one month resembles the next, when many short series share it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike


class Resemblance(NamedTuple):
    """The lag-one autocorrelation that series share, and its standard error; both missing when no series tells."""

    estimate: float
    error: float


def shared_autocorrelation(values: ArrayLike) -> Resemblance:
    """Lag-one autocorrelation shared by series (series, months) of one length n, none of whose months is missing.

    The mean over series of r = Σ(xₜ − x̄)(xₜ₊₁ − x̄) / Σ(xₜ − x̄)², corrected for its bias: of AR(1) with autocorrelation φ and a mean
    that is estimated, E(r) ≈ φ − (1 + 4φ)/n (Kendall 1954, Biometrika 41: 403; Marriott and Pope 1954, the same: 390), so
    φ = (n·r̄ + 1)/(n − 4). Standard error √((1 − φ²)/(n·series)), Bartlett's, times n/(n − 4). Series that never move tell nothing.
    """
    table = np.asarray(values, dtype=float)
    length = table.shape[1]
    apart = table - table.mean(axis=1, keepdims=True)
    squares = np.sum(apart**2, axis=1)
    moving = squares > 0
    if length <= 4 or not moving.any():
        return Resemblance(np.nan, np.nan)
    raw = np.sum(apart[moving, 1:] * apart[moving, :-1], axis=1) / squares[moving]
    estimate = (length * raw.mean() + 1) / (length - 4)
    room = max(1 - estimate**2, 0.0) / (length * moving.sum())
    return Resemblance(float(estimate), float(np.sqrt(room) * length / (length - 4)))
