"""XmR limits: the worked example, a slow loop, gaps, constant series, rebasing."""

from itertools import pairwise

import numpy as np
import pytest

from opencommissioning.errors import DefinitionError
from opencommissioning.statistics.xmr import rebase_groups, xmr_limits

nan = np.nan
EXAMPLE = [10, 12, 11, 13, 9, 11, 12, 10, 11, 13, 12, 10, 20]


def slow_limits(values, screen):
    known = [v for v in values if not np.isnan(v)]
    ranges = [abs(b - a) for a, b in pairwise(values) if not np.isnan(a + b)]
    average = sum(ranges) / len(ranges)
    if screen and average > 0:
        kept = [r for r in ranges if r < 3.267 * average]
        average = sum(kept) / len(kept)
    mean = sum(known) / len(known)
    return mean, mean - 2.66 * average, mean + 2.66 * average


def test_worked_example_with_and_without_screening():
    limits = xmr_limits(EXAMPLE)
    assert limits.mean[0] == pytest.approx(11.85, abs=0.005)
    assert limits.average_moving_range[0] == pytest.approx(1.818, abs=0.0005)
    assert (limits.lower[0], limits.upper[0]) == pytest.approx((7.01, 16.68), abs=0.005)
    loose = xmr_limits(EXAMPLE, screen_outliers=False)
    assert (loose.lower[0], loose.upper[0]) == pytest.approx((5.20, 18.50), abs=0.005)
    assert loose.near_upper[0] == pytest.approx(loose.mean[0] + 1.7733 * 2.5, abs=0.001)


@pytest.mark.parametrize("screen", [True, False])
def test_many_series_agree_with_the_loop(screen):
    table = np.random.default_rng(3).normal(10, 2, (25, 30))
    table[np.random.default_rng(4).random(table.shape) < 0.1] = nan
    limits = xmr_limits(table, screen_outliers=screen)
    slow = np.array([slow_limits(row, screen) for row in table])
    got = np.stack([limits.mean[:, 0], limits.lower[:, 0], limits.upper[:, 0]], axis=1)
    np.testing.assert_allclose(got, slow)


def test_constant_series_has_its_mean_for_limits_and_the_peers_answer_by_option():
    limits = xmr_limits([100.0] * 14)
    assert limits.lower[0] == limits.upper[0] == limits.mean[0] == 100.0
    assert np.isnan(xmr_limits([100.0] * 14, constant="missing").upper).all()


@pytest.mark.parametrize("value", [0.1, 0.95, 1 / 3, 7e-5])
def test_rounding_does_not_put_a_constant_series_outside_its_limits(value):
    limits = xmr_limits([value] * 17)
    assert limits.mean[0] == limits.lower[0] == value


def test_gap_breaks_the_ranges_or_joins_the_neighbours():
    values = [1.0, 3.0, nan, 9.0, 10.0]
    broken = xmr_limits(values, screen_outliers=False)
    joined = xmr_limits(values, screen_outliers=False, gaps="join")
    assert broken.average_moving_range[0] == pytest.approx((2 + 1) / 2)
    assert joined.average_moving_range[0] == pytest.approx((2 + 6 + 1) / 3)
    assert (broken.ranges[0], joined.ranges[0], broken.gaps[0]) == (2, 3, 1)


def test_missing_months_before_the_start_and_after_the_end_are_not_gaps():
    assert xmr_limits([nan, 1.0, 2.0, nan, 4.0, nan]).gaps[0] == 1
    assert xmr_limits([nan, nan]).gaps[0] == 0


def test_all_missing_and_one_point():
    nothing = xmr_limits([nan, nan, nan])
    assert np.isnan(nothing.mean).all()
    assert nothing.points[0] == 0
    one = xmr_limits([5.0])
    assert one.mean[0] == 5.0
    assert np.isnan(one.upper[0])


def test_groups_are_the_same_as_separate_series():
    values = np.random.default_rng(5).normal(size=(4, 30))
    group = np.repeat([0, 1], [14, 16])
    whole = xmr_limits(values, group=group)
    for number in (0, 1):
        apart = xmr_limits(values[:, group == number])
        for name in ("mean", "lower", "upper", "points", "trial"):
            np.testing.assert_allclose(getattr(whole, name)[:, group == number], getattr(apart, name))
    own = xmr_limits(values, group=np.tile(group, (4, 1)))
    np.testing.assert_array_equal(own.upper, whole.upper)


def test_fixed_limits_rest_on_the_first_points():
    values = np.r_[np.tile([1.0, 3.0], 7), 50.0, 60.0]
    fixed = xmr_limits(values, fix_after_n_points=12)
    assert fixed.mean[-1] == 2.0
    assert fixed.upper[-1] == pytest.approx(2 + 2.66 * 2)


def test_trial_limits_below_thirteen_points():
    assert xmr_limits(np.arange(12.0)).trial.all()
    assert not xmr_limits(np.arange(13.0)).trial.any()


def test_refusals():
    with pytest.raises(DefinitionError, match="at least 12"):
        xmr_limits(EXAMPLE, fix_after_n_points=5)
    with pytest.raises(DefinitionError, match="must not decrease"):
        xmr_limits([1, 2, 3], group=[1, 0, 0])
    with pytest.raises(DefinitionError, match="2020-05"):
        rebase_groups(
            np.array(["2020-01", "2020-02"], "datetime64[M]"), np.array(["2020-05"], "datetime64[M]")
        )


def test_rebase_groups_start_at_the_date():
    assert rebase_groups([1, 2, 3, 4], [3]).tolist() == [0, 0, 1, 1]
    assert rebase_groups([1, 2, 3], []).tolist() == [0, 0, 0]
