"""Empirical Bayes: what each unit's true value probably is, after allowing for luck and for how units differ.

Three models, each a spread of true values between units and the luck of counting within them:
proportions (beta–binomial), rates (gamma–Poisson), and anything with a standard error (normal–normal, for instance the
log of a ratio of amounts). The spread is estimated from all units, wild ones left out; each posterior is exact.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln, gammaln

from opencommissioning.errors import DefinitionError
from opencommissioning.statistics.laws import normal_beyond

Floats = NDArray[np.float64]
Method = Literal["ml", "moments"]

WILD = 0.001  # tail probability beyond which a unit does not help to estimate the spread
MOST_CERTAIN = 1e9  # prior size that stands for "units do not differ"


@dataclass(frozen=True)
class Prior:
    """How true values differ between units. `family` beta (a, b), gamma (shape a, rate b) or normal (mean a, sd b).

    `left_out`: units too extreme to have had a say in it; they are shrunk all the same.
    """

    family: Literal["beta", "gamma", "normal"]
    a: float
    b: float
    left_out: int = 0

    @property
    def mean(self) -> float:
        """Mean of the true values."""
        return float(_distribution(self.family, self.a, self.b).mean())

    @property
    def sd(self) -> float:
        """Standard deviation of the true values."""
        return float(_distribution(self.family, self.a, self.b).std())

    def centile(self, probability: float) -> float:
        """The value that a share `probability` of units truly lie below, such as the 0.9 point."""
        return float(_distribution(self.family, self.a, self.b).ppf(probability))


@dataclass(frozen=True)
class Shrunk:
    """Posterior of each unit, the shape of the data; missing where the data are.

    `weight` is the share of the estimate that comes from the unit's own data (0 none, 1 all).
    """

    prior: Prior
    a: Floats
    b: Floats
    mean: Floats
    weight: Floats

    def interval(self, confidence: float = 0.95) -> tuple[Floats, Floats]:
        """Equal-tailed credible interval."""
        tail = (1 - confidence) / 2
        posterior = _distribution(self.prior.family, self.a, self.b)
        return posterior.ppf(tail), posterior.ppf(1 - tail)

    def probability_above(self, value: ArrayLike) -> Floats:
        """Posterior probability that the true value exceeds `value`, for instance `prior.centile(0.9)`."""
        return _distribution(self.prior.family, self.a, self.b).sf(np.asarray(value, dtype=float))

    def draws(self, count: int, rng: np.random.Generator) -> Floats:
        """`count` samples of every unit's true value, first axis the samples."""
        posterior = _distribution(
            self.prior.family, np.nan_to_num(self.a, nan=1.0), np.nan_to_num(self.b, nan=1.0)
        )
        samples = posterior.rvs(size=(count, *self.a.shape), random_state=rng)
        return np.where(np.isnan(self.mean), np.nan, samples)


def shrink_proportions(
    events: ArrayLike, totals: ArrayLike, *, method: Method = "ml", robust: bool = True
) -> Shrunk:
    """Beta–binomial: proportions `events`/`totals` pulled towards the mean by how little each says."""
    x, n = _counts(events, totals)
    if np.any(x > n):
        raise DefinitionError("A proportion has more events than its total; check numerator and denominator.")
    prior = _estimated("beta", x, n, _BETA[method], _beta_tail, robust)
    a, b = prior.a + x, prior.b + n - x
    return Shrunk(prior, a, b, a / (a + b), n / (n + prior.a + prior.b))


def shrink_rates(
    events: ArrayLike, exposure: ArrayLike, *, method: Method = "ml", robust: bool = True
) -> Shrunk:
    """Gamma–Poisson: rates `events`/`exposure` (person-years, expected counts) pulled towards the mean."""
    x, n = _counts(events, exposure)
    prior = _estimated("gamma", x, n, _GAMMA[method], _gamma_tail, robust)
    a, b = prior.a + x, prior.b + n
    return Shrunk(prior, a, b, a / b, n / b)


def shrink_values(
    values: ArrayLike, standard_errors: ArrayLike, *, method: Method = "ml", robust: bool = True
) -> Shrunk:
    """Normal–normal: values with known standard errors pulled towards their mean; give ratios of amounts as logs.

    `moments` is DerSimonian and Laird's; `ml` maximum likelihood. Between-unit variance 0 shrinks all to the mean.
    """
    y, s = np.asarray(values, dtype=float), np.asarray(standard_errors, dtype=float)
    y, s = np.broadcast_arrays(np.where(s > 0, y, np.nan), np.where(np.isnan(y), np.nan, s))
    s = np.where(s > 0, s, np.nan)
    prior = _estimated("normal", y, s, _NORMAL[method], _normal_tail, robust)
    weight = prior.b**2 / (prior.b**2 + s**2)
    mean = prior.a + weight * (y - prior.a)
    return Shrunk(prior, mean, np.maximum(np.sqrt(weight) * s, 1e-12 * np.abs(mean) + 1e-300), mean, weight)


def _estimated(family: str, x: Floats, n: Floats, fit: Callable, tail: Callable, robust: bool) -> Prior:
    """Fit, leave out units with a tail probability under WILD of the first fit, fit again."""
    known = ~(np.isnan(x) | np.isnan(n))
    x, n = x[known], n[known]
    if len(x) < 3:
        raise DefinitionError(
            f"Shrinkage needs at least 3 units with data to see how they differ; there are {len(x)}."
        )
    a, b = fit(x, n)
    kept = tail(x, n, a, b) >= WILD if robust else np.ones(len(x), dtype=bool)
    if kept.sum() >= 3 and not kept.all():
        a, b = fit(x[kept], n[kept])
    return Prior(family, float(a), float(b), int(np.sum(~kept)))


def _beta_moments(x: Floats, n: Floats) -> tuple[float, float]:
    """Kleinman's moments: mean Σx/Σn, correlation from the weighted squared deviations."""
    p = x.sum() / n.sum()
    if p in (0.0, 1.0):
        return _size_to_beta(p, MOST_CERTAIN)
    spread = np.sum(n * (x / n - p) ** 2)
    luck = p * (1 - p)
    units = len(x)
    excess = n.sum() - np.sum(n**2) / n.sum()
    share = (spread / luck - (units - 1)) / (excess - (units - 1)) if excess > units - 1 else 0.0
    return _size_to_beta(
        p, 1 / share - 1 if 1 / MOST_CERTAIN < share < 1 else (MOST_CERTAIN if share <= 0 else 0.1)
    )


def _size_to_beta(p: float, size: float) -> tuple[float, float]:
    edge = 1e-12
    p = min(max(p, edge), 1 - edge)
    return p * size, (1 - p) * size


def _beta_ml(x: Floats, n: Floats) -> tuple[float, float]:
    start_a, start_b = _beta_moments(x, n)
    p = start_a / (start_a + start_b)

    def loss(theta):
        a, b = _size_to_beta(1 / (1 + np.exp(-theta[0])), np.exp(theta[1]))
        return -np.sum(betaln(a + x, b + n - x) - betaln(a, b))

    best = _minimised(loss, np.log(p / (1 - p)), np.log(start_a + start_b))
    return _size_to_beta(1 / (1 + np.exp(-best[0])), np.exp(best[1]))


def _gamma_moments(x: Floats, n: Floats) -> tuple[float, float]:
    rate = x.sum() / n.sum()
    if rate == 0:
        return 1e-12 * MOST_CERTAIN, MOST_CERTAIN
    spread = np.sum(n * (x / n - rate) ** 2) - (len(x) - 1) * rate
    variance = spread / (n.sum() - np.sum(n**2) / n.sum())
    shape = rate**2 / variance if variance > rate**2 / MOST_CERTAIN else MOST_CERTAIN
    return shape, shape / rate


def _gamma_ml(x: Floats, n: Floats) -> tuple[float, float]:
    start_shape, start_rate = _gamma_moments(x, n)

    def loss(theta):
        shape = np.exp(theta[1])
        rate = shape / np.exp(theta[0])
        return -np.sum(
            gammaln(shape + x) - gammaln(shape) - shape * np.log1p(n / rate) - x * np.log(rate + n)
        )

    best = _minimised(loss, np.log(start_shape / start_rate), np.log(start_shape))
    return float(np.exp(best[1])), float(np.exp(best[1] - best[0]))


def _normal_moments(y: Floats, s: Floats) -> tuple[float, float]:
    w = 1 / s**2
    centre = np.sum(w * y) / w.sum()
    variance = (np.sum(w * (y - centre) ** 2) - (len(y) - 1)) / (w.sum() - np.sum(w**2) / w.sum())
    return _weighted_mean(y, s, max(variance, 0.0)), np.sqrt(max(variance, 0.0))


def _normal_ml(y: Floats, s: Floats) -> tuple[float, float]:
    scale = max(np.std(y), np.min(s))

    def loss(log_sd):
        total = s**2 + np.exp(2 * log_sd)
        centre = _weighted_mean(y, s, np.exp(2 * log_sd))
        return 0.5 * np.sum(np.log(total) + (y - centre) ** 2 / total)

    from scipy.optimize import minimize  # here: it takes half a second, and few commands need it

    grid = np.log(scale) + np.linspace(-6, 2, 33)
    near = grid[np.argmin([loss(point) for point in grid])]
    best = minimize(lambda t: loss(t[0]), [near], method="Nelder-Mead").x[0]
    sd = np.exp(best) if best > grid[0] + 0.1 else 0.0  # the edge of the grid stands for no spread at all
    return _weighted_mean(y, s, sd**2), sd


def _weighted_mean(y: Floats, s: Floats, variance: float) -> float:
    w = 1 / (s**2 + variance)
    return float(np.sum(w * y) / w.sum())


def _minimised(loss: Callable, centre: float, log_size: float) -> Floats:
    from scipy.optimize import minimize  # here: it takes half a second, and few commands need it

    bounds = [(-40.0, 40.0), (np.log(0.01), np.log(MOST_CERTAIN))]
    start = [float(np.clip(centre, -40, 40)), float(np.clip(log_size, np.log(0.02), np.log(1e6)))]
    return minimize(
        loss, start, method="Nelder-Mead", bounds=bounds, options={"xatol": 1e-5, "fatol": 1e-7}
    ).x


def _beta_tail(x, n, a, b) -> Floats:
    from scipy import stats  # here: it takes a second, and few commands need it

    whole = np.round(n)
    at = np.minimum(np.round(x), whole)
    luck = stats.betabinom(whole, a, b)
    return 2 * np.minimum(luck.cdf(at), luck.sf(at - 1))


def _gamma_tail(x, n, a, b) -> Floats:
    from scipy import stats  # as above

    luck = stats.nbinom(a, b / (b + n))
    return 2 * np.minimum(luck.cdf(np.round(x)), luck.sf(np.round(x) - 1))


def _normal_tail(y, s, mean, sd) -> Floats:
    return 2 * normal_beyond(np.abs(y - mean) / np.sqrt(s**2 + sd**2))


def _counts(events: ArrayLike, totals: ArrayLike) -> tuple[Floats, Floats]:
    """Events and totals with missing or empty units missing in both."""
    x, n = np.broadcast_arrays(np.asarray(events, dtype=float), np.asarray(totals, dtype=float))
    if np.any(x < 0):
        raise DefinitionError("A count of events is negative; counts are 0 or more.")
    known = (n > 0) & ~np.isnan(x)
    return np.where(known, x, np.nan), np.where(known, n, np.nan)


def _distribution(family: str, a, b):
    from scipy import stats  # as above

    if family == "beta":
        return stats.beta(a, b)
    return stats.gamma(a, scale=1 / np.asarray(b)) if family == "gamma" else stats.norm(a, b)


_BETA = {"ml": _beta_ml, "moments": _beta_moments}
_GAMMA = {"ml": _gamma_ml, "moments": _gamma_moments}
_NORMAL = {"ml": _normal_ml, "moments": _normal_moments}
