"""Flags by luck and the false-discovery rate."""

import numpy as np
import pytest
from scipy import stats

from opencommissioning.statistics.false_alarms import benjamini_hochberg, xmr_false_alarm_rates

nan = np.nan


def slow_discoveries(p, rate):
    """Benjamini and Hochberg's own words: the largest k whose k-th smallest p is at most k/m × rate."""
    order = sorted(range(len(p)), key=lambda i: p[i])
    last = max((k for k in range(1, len(p) + 1) if p[order[k - 1]] <= k / len(p) * rate), default=0)
    return {order[k] for k in range(last)}


def test_benjamini_hochberg_against_its_definition():
    p = np.random.default_rng(23).random(60) ** 3
    found = benjamini_hochberg(p, 0.1)
    assert set(np.flatnonzero(found.flagged)) == slow_discoveries(p.tolist(), 0.1)
    np.testing.assert_allclose(found.q_value, stats.false_discovery_control(p))


def test_missing_p_values_are_not_tests():
    found = benjamini_hochberg([0.01, nan, 0.5], 0.05)
    assert found.flagged.tolist() == [True, False, False]
    assert found.q_value == pytest.approx([0.02, nan, 0.5], nan_ok=True)
    assert not benjamini_hochberg([nan, nan]).flagged.any()
    assert benjamini_hochberg(np.array([[0.001, 0.9], [0.9, 0.9]])).flagged.tolist() == [
        [True, False],
        [False, False],
    ]


def test_xmr_rates_are_those_of_a_coin_for_the_shift_rule():
    """With very many points the mean is known: seven on one side happen with chance 2 × (1/2)⁷."""
    rates = xmr_false_alarm_rates(200, simulations=8_000)
    assert rates["shift"] == pytest.approx(2 * 0.5**7, abs=0.004)
    assert rates["any"] <= rates["outside"] + rates["trend"] + rates["two_in_three"] + rates["shift"]
