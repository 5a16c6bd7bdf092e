"""The summary of variation says what luck alone would mark."""

from dataclasses import replace
from datetime import date

import pytest

from opencommissioning.area.library import Library
from opencommissioning.reports.variation import BY_LUCK, RESEMBLANCE, VariationLine, VariationSummary
from opencommissioning.statistics.false_alarms import xmr_false_alarm_rates

MEASURE = Library().measures["broad_spectrum_antibiotics"]
ORDINARY = VariationLine(MEASURE, 8.0, 8.0, 6.0, 10.0, "common_cause", None, None, "none", 24, False)


def summary(lines, months=24, **rules) -> VariationSummary:
    return VariationSummary("X81010", "Any", "practice", date(2026, 9, 1), months, tuple(lines), **rules)


@pytest.mark.parametrize("months", BY_LUCK)
@pytest.mark.parametrize("number", [0, 1])
def test_the_rates_are_those_that_simulation_gives(months, number):
    rates = xmr_false_alarm_rates(months, autocorrelation=RESEMBLANCE[number], simulations=8000, seed=5)
    assert BY_LUCK[months][number] == pytest.approx(rates["any"], abs=0.009)


def test_luck_is_told_for_all_measures_together():
    """130 measures of 24 months: 130 × 0.015 = 2 and 130 × 0.054 = 7."""
    told = summary([ORDINARY] * 130).luck
    assert "Luck alone would mark 2 to 7 of them" in told
    assert "“What stands out” asks something else" in told
    assert "fewer than 1" in summary([ORDINARY] * 5).luck


def test_other_rules_have_other_luck():
    """Six on one side happen by luck more often than seven."""
    six, seven = summary([ORDINARY] * 1000, shift=6), summary([ORDINARY] * 1000)
    assert six._rates[0] > seven._rates[0]


def test_one_gives_and_two_give():
    concern = replace(ORDINARY, variation="concern_high")
    better = replace(ORDINARY, variation="improvement_low")
    assert "Of 2 measures" in summary([concern, better]).sentence
    assert "1 gives concern, 1 improves" in summary([concern, better]).sentence
    assert "2 give concern, 0 improve" in summary([concern, concern]).sentence
