"""The other control charts: worked examples, edges, subset of points."""

import numpy as np
import pytest

from opencommissioning.statistics.spc import (
    MEDIAN_RANGE_TO_SIGMA,
    c4,
    c_chart,
    g_chart,
    i_chart,
    mr_chart,
    p_chart,
    run_chart,
    s_chart,
    scaled,
    t_chart,
    u_chart,
    xbar_chart,
)

nan = np.nan


def test_p_example():
    limits = p_chart([40, 40], [400, 400])
    assert (limits.ll99[0], limits.ul99[0]) == pytest.approx((0.055, 0.145))
    assert scaled(limits, 100).targets[1] == pytest.approx(10.0)


def test_g_example():
    limits = g_chart([3, 8, 5, 10, 4])
    assert limits.targets[0] == 5
    assert limits.ul99[0] == pytest.approx(25.44, abs=0.005)
    assert limits.ll99[0] == 0


def test_proportion_and_rate_limits_stay_possible():
    assert p_chart([1, 0, 0], [5, 4, 3]).ll99.min() == 0
    assert p_chart([5, 4, 2], [5, 4, 3]).ul99.max() == 1
    assert u_chart([1, 0, 0], [5, 4, 3]).ll99.min() == 0


def test_laney_widens_by_the_mean_range_of_the_scores():
    x, n = np.array([10.0, 30, 12, 28, 11]), np.full(5, 100.0)
    plain, laney = p_chart(x, n), p_chart(x, n, laney=True)
    centre = x.sum() / n.sum()
    z = (x / n - centre) / np.sqrt(centre * (1 - centre) / 100)
    factor = np.abs(np.diff(z)).mean() / 1.128
    assert laney.ul68[0] - centre == pytest.approx(factor * (plain.ul68[0] - centre))
    assert u_chart(x, n, laney=True).ul68[0] > u_chart(x, n).ul68[0]


def test_i_charts_differ_in_centre_and_spread():
    values = np.array([1.0, 2, 4, 3, 9, 4, 5])
    ranges = np.abs(np.diff(values))
    assert i_chart(values).ul99[0] == pytest.approx(values.mean() + 3 * ranges.mean() / 1.128)
    assert i_chart(values, centre="median").targets[0] == 4
    median = i_chart(values, centre="median", spread="median", outliers_in_limits=True)
    assert median.ul99[0] == pytest.approx(4 + 3 * np.median(ranges) / 1.128)
    textbook = i_chart(values, centre="median", spread="median", range_constant=MEDIAN_RANGE_TO_SIGMA)
    assert textbook.ul99[0] > median.ul99[0]


def test_mr_chart():
    limits = mr_chart([1.0, 3, 2, 4])
    assert np.isnan(limits.values[0])
    assert limits.values[1:].tolist() == [2, 1, 2]
    assert limits.ul99[1] == pytest.approx(3.267 * 5 / 3)
    assert limits.ll95[1] == 0


def test_sample_charts():
    n, sd = np.array([5.0, 5, 5]), np.array([2.0, 2, 2])
    means = xbar_chart([10.0, 11, 12], n, sd)
    assert c4(5) == pytest.approx(0.9400, abs=5e-5)  # tabulated control-chart constant
    assert means.ul99[0] == pytest.approx(11 + 1.427 * 2, abs=0.002)  # A3(5) = 1.427
    spread = s_chart(sd, n)
    assert spread.ul99[0] == pytest.approx(2.089 * 2, abs=0.002)  # B4(5) = 2.089
    assert spread.ll99[0] == 0


def test_run_c_and_t_charts():
    run = run_chart([3.0, 1, 2, 10])
    assert run.targets[0] == 2.5
    assert np.isnan(run.ul99).all()
    assert c_chart([4.0, 4, 4]).ul99[0] == 10
    steady = t_chart([8.0, 8, 8])
    assert steady.ul99[0] == pytest.approx(8)
    assert steady.targets[0] == pytest.approx(8)


def test_limits_from_a_subset_and_many_series_at_once():
    values = np.array([[1.0, 3, 1, 3, 50, 60], [2.0, 4, 2, 4, 0, 0]])
    early = i_chart(values, basis=np.arange(6) < 4)
    assert early.targets[:, 0].tolist() == [2, 3]
    assert early.ul99[0, 0] == pytest.approx(2 + 3 * 2 / 1.128)


def test_missing_and_impossible_denominators():
    limits = p_chart([1.0, 2, nan], [10.0, 0, 10])
    assert np.isnan(limits.values[1:]).all()
    assert limits.targets[0] == pytest.approx(0.1)
    assert np.isnan(p_chart([nan, nan], [1.0, 2]).targets).all()
