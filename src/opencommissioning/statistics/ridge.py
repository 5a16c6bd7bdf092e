"""Rates of strata from the totals of many units: ridge regression on the units' shares of each stratum, pulled to the overall rate.

A unit's rate is Σ share_b · r_b; with r_b = R + d_b the deviations d_b are penalised (Hoerl & Kennard 1970, Technometrics 12: 55–67),
so that strata which always occur together share what they explain instead of taking absurd signs. The penalty is chosen by
generalised cross-validation (Golub, Heath & Wahba 1979, Technometrics 21: 215–223).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
PENALTIES = np.logspace(-6, 4, 41)


@dataclass(frozen=True)
class StratumRates:
    """`rates` (B,), the overall rate, the penalty chosen, and the share of the units' variance that the strata explain."""

    rates: Floats
    overall: float
    penalty: float
    explained: float

    def expected(self, shares: ArrayLike) -> Floats:
        """The rate that a unit's shares (…, B) let expect; at least a twentieth of the overall rate."""
        return np.maximum(np.asarray(shares, float) @ self.rates, 0.05 * self.overall)


def stratum_rates(shares: ArrayLike, rates: ArrayLike, weights: ArrayLike) -> StratumRates:
    """Fit. shares (n, B) sum to 1 in each row; rates, weights (n,): a unit's variance is taken as 1 / weight. No missing values."""
    x, y, w = (np.asarray(part, float) for part in (shares, rates, weights))
    w = w / w.mean()
    overall = float((w * y).sum() / w.sum())
    root = np.sqrt(w)
    centre = (w[:, None] * x).sum(axis=0) / w.sum()
    u, s, vt = np.linalg.svd(root[:, None] * (x - centre), full_matrices=False)
    target = root * (y - overall)
    turned = u.T @ target
    penalty = PENALTIES[int(np.argmin([_gcv(target, turned, s, each) for each in PENALTIES]))]
    slopes = vt.T @ (s * turned / (s**2 + penalty))
    fitted = u @ (s**2 * turned / (s**2 + penalty))
    explained = 1 - float(((target - fitted) ** 2).sum() / max((target**2).sum(), np.finfo(float).tiny))
    return StratumRates(overall + slopes - centre @ slopes, overall, float(penalty), explained)


def bounded_rates(shares: ArrayLike, rates: ArrayLike, weights: ArrayLike) -> StratumRates:
    """The same for few strata, none of whose rates may be below 0 (Lawson & Hanson 1974, non-negative least squares); no penalty."""
    from scipy.optimize import nnls  # here: it takes half a second, and few commands need it

    x, y, w = (np.asarray(part, float) for part in (shares, rates, weights))
    root = np.sqrt(w / w.mean())
    found, _ = nnls(root[:, None] * x, root * y)
    overall = float((w * y).sum() / w.sum())
    left, whole = (float((root**2 * (y - each) ** 2).sum()) for each in (x @ found, overall))
    return StratumRates(found, overall, 0.0, 1 - left / max(whole, np.finfo(float).tiny))


def _gcv(target: Floats, turned: Floats, s: Floats, penalty: float) -> float:
    """Mean squared residual over the squared share of degrees of freedom left."""
    shrink = s**2 / (s**2 + penalty)
    residual = (target**2).sum() - ((2 * shrink - shrink**2) * turned**2).sum()
    left = 1 - (shrink.sum() + 1) / len(target)
    return float(residual / left**2)
