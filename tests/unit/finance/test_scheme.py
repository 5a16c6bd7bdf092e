"""Points and pounds: worked by hand, and against a slow reading of the rules."""

from datetime import date
from decimal import Decimal
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencommissioning.finance.scheme import Indicator, Observed, Scheme, Threshold, achieve, payment

LADDER = (Threshold(Decimal(10), Decimal(5)), Threshold(Decimal(8), Decimal(10)))
BASE = (date(2025, 4, 1), date(2026, 3, 1))


def indicator(better="lower", thresholds=LADDER, baseline=None):
    return Indicator("m", "M", better, 3, thresholds, baseline)


def seen(value, lower=nan, upper=nan, baseline=nan, reason=""):
    return Observed(value, lower, upper, baseline, reason)


@pytest.mark.parametrize(("value", "points"), [(12, 0), (10.0001, 0), (10, 5), (8.5, 5), (8, 10), (0, 10)])
def test_the_best_threshold_reached_counts_and_at_it_is_reached(value, points):
    assert achieve(indicator(), seen(value)).points == points


def test_a_practice_without_a_value_gets_no_points_and_the_reason():
    done = achieve(indicator(), seen(nan, reason="no rows in this month's file"))
    assert (done.points, done.near) == (0, False)
    assert done.words == "no points: no rows in this month's file"


def test_a_practice_too_small_to_judge_gets_no_points_however_good_its_value():
    done = achieve(indicator(), Observed(0.0, 0.0, 97.5, nan, "", "fewer than 1,000 patients"))
    assert done.points == 0
    assert done.words == "no points: too small to judge, fewer than 1,000 patients"


def test_an_improvement_is_on_the_practices_own_baseline():
    better = indicator(
        thresholds=(Threshold(Decimal(5), Decimal(3)), Threshold(Decimal(10), Decimal(6))), baseline=BASE
    )
    assert achieve(better, seen(19, baseline=20)).points == 3
    assert achieve(better, seen(18, baseline=20)).points == 6
    assert achieve(better, seen(19.01, baseline=20)).points == 0
    assert (
        achieve(better, seen(18, baseline=nan)).words
        == "no points: no value in the baseline period to improve on"
    )
    assert achieve(better, seen(0, baseline=0)).points == 0


def test_higher_can_be_better():
    rising = (Threshold(Decimal(60), Decimal(5)), Threshold(Decimal(80), Decimal(10)))
    assert achieve(indicator("higher", rising), seen(79.9)).points == 5
    share = indicator("higher", (Threshold(Decimal(20), Decimal(4)),), BASE)
    assert achieve(share, seen(60, baseline=50)).points == 4


def test_near_a_threshold_is_said_on_either_side():
    assert achieve(indicator(), seen(7.9, 7.5, 8.3)).words == "10 points; within chance of a threshold"
    assert achieve(indicator(), seen(8.1, 7.5, 8.7)).near
    assert not achieve(indicator(), seen(9, 8.5, 9.5)).near
    assert not achieve(indicator(), seen(9)).near  # an amount has no interval


@given(
    value=st.floats(0, 100),
    steps=st.lists(st.integers(1, 90), min_size=1, max_size=5, unique=True),
    better=st.sampled_from(["lower", "higher"]),
)
def test_points_are_those_of_a_slow_reading(value, steps, better):
    ordered = sorted(steps, reverse=better == "lower")
    thresholds = tuple(Threshold(Decimal(at), Decimal(n)) for n, at in enumerate(ordered, start=1))
    expected = 0
    for n, at in enumerate(ordered, start=1):
        if (value <= at) if better == "lower" else (value >= at):
            expected = n
    close = any(abs(value - at) < 1e-6 and value != at for at in steps)
    assert close or achieve(indicator(better, thresholds), seen(value)).points == expected


def test_pounds_by_point_and_by_patient():
    by_point = Scheme("s", "S", *BASE, (indicator(),), per_point=Decimal("12.345"))
    assert payment(by_point, Decimal(5), nan) == Decimal("61.73")  # 61.725: halves go up
    by_patient = Scheme("s", "S", *BASE, (indicator(), indicator()), per_patient=Decimal("1.20"))
    assert payment(by_patient, Decimal(5), 8000.0) == Decimal("2400.00")  # a quarter of 20 points
    for unknown in (nan, 0.0, inf):
        assert payment(by_patient, Decimal(5), unknown) is None
