"""Rules against slow loops and hand-worked cases."""

from itertools import pairwise

import numpy as np
import pytest

from opencommissioning.statistics.spc_rules import (
    OUTSIDE,
    SHIFT,
    TREND,
    TWO_IN_THREE,
    astronomical,
    cause_text,
    shift,
    special_causes,
    trend,
    two_in_three,
    two_in_three_pbi,
)
from opencommissioning.statistics.xmr import XmrLimits, xmr_limits

nan = np.nan


def fixed_limits(size, mean=0.0, near=2.0, wide=3.0):
    flat = np.zeros(size)
    return XmrLimits(
        mean + flat, mean - wide + flat, mean + wide + flat, mean - near + flat, mean + near + flat,
        flat + 1, flat.astype(int), flat.astype(int), flat.astype(int), flat.astype(bool),
    )  # fmt: skip


def slow_shift(values, centre, n):
    marks = [0] * len(values)
    for start in range(len(values) - n + 1):
        window = values[start : start + n]
        for sign in (1, -1):
            if all(sign * (v - centre) > 0 for v in window):
                marks[start : start + n] = [sign] * n
    return marks


def slow_trend(values, n):
    marks = [0] * len(values)
    for start in range(len(values) - n + 1):  # later windows overwrite: the right-hand trend wins
        window = values[start : start + n]
        for sign in (1, -1):
            if all(sign * (b - a) > 0 for a, b in pairwise(window)):
                marks[start : start + n] = [sign] * n
    return marks


def slow_mdc(values, n=3):
    marks = [0] * len(values)
    for start in range(len(values) - n + 1):
        window = values[start : start + n]
        for sign in (1, -1):
            close = [2 < sign * v <= 3 for v in window]
            if all(sign * v > 0 for v in window) and sum(close) >= 2:
                for offset, near in enumerate(close):
                    if near:
                        marks[start + offset] = sign
    return marks


def slow_pbi(values):
    beyond = [int(v > 2) - int(v < -2) for v in values]
    marks = [0] * len(values)
    for start in range(len(values) - 2):
        total = sum(beyond[start : start + 3])
        if abs(total) >= 2:
            for place in range(start, start + 3):
                if beyond[place] == np.sign(total):
                    marks[place] = beyond[place]
    return marks


@pytest.fixture(scope="module")
def many():
    rng = np.random.default_rng(6)
    table = np.round(rng.normal(0.3, 1.6, (200, 40)), 1)
    table[:60] = np.round(np.cumsum(rng.normal(0.1, 1, (60, 40)), axis=1) / 3, 1)
    table[rng.random(table.shape) < 0.03] = nan
    return table


@pytest.mark.parametrize("n", [6, 7, 8])
def test_shift(many, n):
    expected = [slow_shift(row, 0.0, n) for row in many]
    assert np.any(expected)
    np.testing.assert_array_equal(shift(many, 0.0, n), expected)


@pytest.mark.parametrize("n", [4, 5, 7])
def test_trend(many, n):
    expected = [slow_trend(row, n) for row in many]
    assert n == 7 or np.any(expected)
    np.testing.assert_array_equal(trend(many, n), expected)


def test_two_in_three_both_kinds(many):
    limits = fixed_limits(many.shape)
    np.testing.assert_array_equal(two_in_three(many, limits), [slow_mdc(row) for row in many])
    np.testing.assert_array_equal(two_in_three(many, limits, variant="pbi"), [slow_pbi(row) for row in many])


def test_turning_point_takes_the_right_hand_trend():
    values = [1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1]
    assert trend(values, 7).tolist() == [1] * 6 + [-1] * 7


def test_two_in_three_of_the_peers_differ_on_the_far_side():
    values = [2.5, -0.5, 2.5]
    assert two_in_three(values, fixed_limits(3)).tolist() == [0, 0, 0]
    assert two_in_three(values, fixed_limits(3), variant="pbi").tolist() == [1, 0, 1]
    assert two_in_three_pbi(values, -2.0, 2.0, whole=True).tolist() == [1, 1, 1]


def test_a_point_on_the_limit_or_the_mean_is_not_beyond_it():
    assert astronomical([3.0, 3.1, -3.0, -3.1, nan], -3.0, 3.0).tolist() == [0, 1, 0, -1, 0]
    assert not shift([1, 1, 1, 0, 1, 1, 1], 0.0, 7).any()


def test_rules_do_not_cross_a_rebase():
    group = [0] * 4 + [1] * 4
    assert shift([1.0] * 8, 0.0, 7).all()
    assert not shift([1.0] * 8, 0.0, 7, group).any()
    assert trend(np.arange(8.0), 7).all()
    assert not trend(np.arange(8.0), 7, group).any()
    assert not two_in_three([0.0, 0, 0, 2.5, 2.5, 0.0, 0, 0], fixed_limits(8), group=group).any()


def test_priority_and_words():
    values = np.r_[np.tile([-1.0, 1.0], 10), 30.0]
    causes = special_causes(values, xmr_limits(values))
    assert (causes.rule[-1], causes.direction[-1]) == (OUTSIDE, 1)
    assert cause_text(OUTSIDE, 1) == "Above UCL"
    assert cause_text(TREND, -1) == "7 Point Trend (Decreasing)"
    assert cause_text(TWO_IN_THREE, -1) == "2 in 3 Below CL"
    assert cause_text(SHIFT, 1, shift_n=8) == "8 Points Above CL"
    assert cause_text(0, 0) == "Common Cause"


def test_series_shorter_than_the_rule_and_constant_series():
    assert not shift([1.0, 1.0], 0.0, 7).any()
    assert not trend([1.0, 2.0], 7).any()
    causes = special_causes([5.0] * 14, xmr_limits([5.0] * 14))
    assert not causes.direction.any()
