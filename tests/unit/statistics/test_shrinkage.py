"""Empirical Bayes against integration on a grid, and its edges."""

import numpy as np
import pytest
from scipy import stats

from opencommissioning.errors import DefinitionError
from opencommissioning.statistics.shrinkage import (
    _beta_ml,
    _gamma_ml,
    _normal_ml,
    shrink_proportions,
    shrink_rates,
    shrink_values,
)

nan = np.nan


def on_a_grid(prior, likelihood, grid):
    weight = prior * likelihood
    weight = weight / weight.sum()
    below = np.cumsum(weight)
    return (weight * grid).sum(), grid[np.searchsorted(below, 0.025)], grid[np.searchsorted(below, 0.975)]


def test_proportion_posterior_is_bayes_rule():
    x, n = np.array([3, 20, 50, 8, 31]), np.array([40, 90, 300, 25, 99])
    shrunk = shrink_proportions(x, n, robust=False)
    lower, upper = shrunk.interval()
    grid = np.linspace(1e-5, 1 - 1e-5, 200_001)
    for i in range(5):
        prior = stats.beta(shrunk.prior.a, shrunk.prior.b).pdf(grid)
        mean, low, high = on_a_grid(prior, stats.binom.pmf(x[i], n[i], grid), grid)
        assert (shrunk.mean[i], lower[i], upper[i]) == pytest.approx((mean, low, high), abs=2e-5)


def test_rate_posterior_is_bayes_rule():
    x, n = np.array([3, 20, 50, 8, 31]), np.array([4.0, 9, 30, 2.5, 9.9])
    shrunk = shrink_rates(x, n, robust=False)
    lower, upper = shrunk.interval()
    grid = np.linspace(1e-4, 12, 240_001)
    for i in range(5):
        prior = stats.gamma(shrunk.prior.a, scale=1 / shrunk.prior.b).pdf(grid)
        mean, low, high = on_a_grid(prior, stats.poisson.pmf(x[i], n[i] * grid), grid)
        assert (shrunk.mean[i], lower[i], upper[i]) == pytest.approx((mean, low, high), abs=2e-4)


def test_value_posterior_is_bayes_rule():
    y, s = np.array([1.0, 3, -2, 0.5]), np.array([1.0, 0.5, 0.8, 0.3])
    shrunk = shrink_values(y, s, robust=False)
    lower, upper = shrunk.interval()
    grid = np.linspace(-10, 10, 400_001)
    for i in range(4):
        prior = stats.norm(shrunk.prior.a, shrunk.prior.b).pdf(grid)
        mean, low, high = on_a_grid(prior, stats.norm.pdf(y[i], grid, s[i]), grid)
        assert (shrunk.mean[i], lower[i], upper[i]) == pytest.approx((mean, low, high), abs=1e-4)


def test_maximum_likelihood_is_a_maximum():
    rng = np.random.default_rng(17)
    n = rng.integers(20, 300, 200).astype(float)
    x = rng.binomial(n.astype(int), rng.beta(4, 16, 200)).astype(float)
    a, b = _beta_ml(x, n)
    top = stats.betabinom.logpmf(x, n, a, b).sum()
    counts = rng.poisson(n * rng.gamma(4, 0.1, 200)).astype(float)
    shape, rate = _gamma_ml(counts, n)
    peak = stats.nbinom.logpmf(counts, shape, rate / (rate + n)).sum()
    y, s = rng.normal(1, 2, 200), rng.uniform(0.2, 2, 200)
    mean, sd = _normal_ml(y, s)
    summit = stats.norm.logpdf(y, mean, np.hypot(s, sd)).sum()
    for u, v in ((1.03, 1), (0.97, 1), (1, 1.03), (1, 0.97)):
        assert stats.betabinom.logpmf(x, n, a * u, b * v).sum() < top
        assert stats.nbinom.logpmf(counts, shape * u, rate * v / (rate * v + n)).sum() < peak
        assert stats.norm.logpdf(y, mean * u, np.hypot(s, sd * v)).sum() < summit


@pytest.mark.parametrize("method", ["ml", "moments"])
def test_true_spread_is_found_and_a_few_wild_units_do_not_move_it(method):
    rng = np.random.default_rng(18)
    n = rng.integers(200, 2_000, 1_000)
    x = rng.binomial(n, rng.beta(20, 80, 1_000))
    x[:5] = n[:5]
    shrunk = shrink_proportions(x, n, method=method)
    assert shrunk.prior.left_out >= 5
    assert shrunk.prior.sd == pytest.approx(stats.beta(20, 80).std(), rel=0.08)
    loose = shrink_proportions(x, n, method=method, robust=False)
    assert loose.prior.sd > 1.15 * shrunk.prior.sd
    assert shrunk.mean[0] > 0.8  # left out of the estimate, not pulled out of sight


def test_probability_of_being_beyond_a_centile_of_the_true_values():
    rng = np.random.default_rng(19)
    n = np.full(4_000, 400)
    truth = rng.beta(10, 40, 4_000)
    shrunk = shrink_proportions(rng.binomial(n, truth), n)
    line = shrunk.prior.centile(0.9)
    chance = shrunk.probability_above(line)
    sure = chance > 0.8
    assert np.mean(truth > line) == pytest.approx(0.1, abs=0.02)
    assert np.mean(truth[sure] > line) == pytest.approx(chance[sure].mean(), abs=0.04)


def test_small_units_are_pulled_further():
    shrunk = shrink_proportions([5, 50, 500, 30, 60, 10], [10, 100, 1_000, 200, 300, 80])
    assert shrunk.weight[0] < shrunk.weight[1] < shrunk.weight[2]
    assert shrunk.prior.mean < shrunk.mean[0] < shrunk.mean[1] < shrunk.mean[2] < 0.5


def test_missing_and_empty_units_stay_missing():
    shrunk = shrink_rates([1, nan, 3, 4, 2], [10, 10, 0, 20, 15])
    assert np.isnan(shrunk.mean).tolist() == [False, True, True, False, False]
    assert np.isnan(shrunk.draws(3, np.random.default_rng(1))[:, 1]).all()


def test_units_that_do_not_differ_are_all_shrunk_to_the_mean():
    shrunk = shrink_values([1.0, 1.1, 0.9, 1.0], [1.0, 1.0, 1.0, 1.0])
    assert shrunk.mean == pytest.approx([1.0] * 4)
    assert (shrunk.weight == 0).all()
    none = shrink_proportions([0, 0, 0], [10, 20, 30])
    assert none.mean.max() < 1e-6
    assert shrink_rates([0, 0, 0], [10, 20, 30]).mean.max() < 1e-6


def test_refusals():
    with pytest.raises(DefinitionError, match="more events than its total"):
        shrink_proportions([5], [4])
    with pytest.raises(DefinitionError, match="negative"):
        shrink_rates([-1], [4])
    with pytest.raises(DefinitionError, match="at least 3 units"):
        shrink_rates([1, 2], [4, 5])
