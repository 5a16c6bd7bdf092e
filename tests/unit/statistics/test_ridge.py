"""Rates of strata from units' totals: planted rates come back, and strata that cannot be told apart do not run wild."""

import numpy as np
import pytest

from opencommissioning.statistics.ridge import stratum_rates


def lists(rng, units=3000, strata=6, concentration=20):
    return rng.dirichlet(np.full(strata, concentration / strata), units)


def test_planted_rates_come_back():
    rng = np.random.default_rng(7)
    truth = np.array([0.2, 0.1, 0.3, 0.8, 1.5, 2.5])
    shares, weights = lists(rng), rng.uniform(2000, 15000, 3000)
    rates = shares @ truth + rng.normal(0, 1, 3000) * np.sqrt(5 / weights)
    fit = stratum_rates(shares, rates, weights)
    np.testing.assert_allclose(fit.rates, truth, atol=0.05)
    assert fit.explained > 0.8


def test_without_differences_between_strata_every_rate_is_the_overall_one():
    rng = np.random.default_rng(8)
    shares = lists(rng)
    fit = stratum_rates(shares, 0.5 + rng.normal(0, 0.05, 3000), np.ones(3000))
    np.testing.assert_allclose(fit.rates, 0.5, atol=0.03)
    assert fit.explained < 0.02


def test_against_the_normal_equations():
    """A slow second way: (X'WX + λI) d = X'Wy on centred columns, solved by elimination."""
    rng = np.random.default_rng(9)
    shares, weights = lists(rng, 200, 4), rng.uniform(1, 3, 200)
    rates = shares @ np.array([1.0, 2.0, 3.0, 4.0]) + rng.normal(0, 0.3, 200)
    fit = stratum_rates(shares, rates, weights)
    w = weights / weights.mean()
    x = shares - (w[:, None] * shares).sum(axis=0) / w.sum()
    y = rates - (w * rates).sum() / w.sum()
    slopes = np.linalg.solve(x.T @ (w[:, None] * x) + fit.penalty * np.eye(4), x.T @ (w * y))
    np.testing.assert_allclose(fit.expected(shares), fit.overall + x @ slopes, rtol=1e-9)


def test_two_strata_that_always_occur_together_share_the_effect():
    rng = np.random.default_rng(10)
    base = lists(rng, 1500, 3)
    shares = np.column_stack([base[:, 0] / 2, base[:, 0] / 2, base[:, 1], base[:, 2]])
    fit = stratum_rates(shares, base @ np.array([2.0, 1.0, 0.5]) + rng.normal(0, 0.02, 1500), np.ones(1500))
    assert fit.rates[0] == pytest.approx(fit.rates[1], abs=1e-9)
    assert fit.rates[0] == pytest.approx(2.0, abs=0.1)


def test_nothing_is_expected_to_be_below_a_twentieth_of_the_overall_rate():
    rng = np.random.default_rng(11)
    shares = lists(rng, 1200, 3)
    fit = stratum_rates(shares, shares @ np.array([-3.0, 0.0, 6.0]), np.ones(1200))
    assert fit.expected(np.array([[1.0, 0, 0]]))[0] == pytest.approx(fit.overall / 20)
