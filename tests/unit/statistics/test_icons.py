"""Variation and assurance icons, since when, and the summary of many series."""

import numpy as np
import pytest

from opencommissioning.statistics.icons import (
    ASSURANCE,
    POINT_TYPES,
    VARIATION,
    assurance_icons,
    point_types,
    summary_of,
    variation_icons,
)
from opencommissioning.statistics.processes import process_limits
from opencommissioning.statistics.spc_rules import SpecialCauses, special_causes
from opencommissioning.statistics.xmr import xmr_limits

nan = np.nan


def marked(*directions):
    return SpecialCauses(np.abs(directions).astype(np.int8), np.array(directions, dtype=np.int8))


@pytest.mark.parametrize(
    ("direction", "improvement", "expected"),
    [
        (1, 1, "improvement_high"), (-1, 1, "concern_low"), (1, -1, "concern_high"), (-1, -1, "improvement_low"),
        (1, 0, "neutral_high"), (-1, 0, "neutral_low"), (0, 1, "common_cause"), (0, 0, "common_cause"),
    ],
)  # fmt: skip
def test_variation_icon_by_direction(direction, improvement, expected):
    answer = variation_icons([1.0, 2.0], marked(0, direction), improvement)
    assert VARIATION[int(answer.icon)] == expected


def test_since_counts_the_unbroken_run_and_steps_over_missing_months():
    answer = variation_icons([1.0, 1, 1, nan, 1], marked(0, -1, 1, 0, 1), 1)
    assert (int(answer.last), int(answer.since)) == (4, 2)


def test_a_signal_that_has_ended_is_still_told():
    answer = variation_icons([1.0] * 5, marked(0, 1, 1, 0, 0), 1)
    assert VARIATION[int(answer.icon)] == "common_cause"
    assert int(answer.since) == 3
    assert int(answer.latest_signal) == 2
    assert VARIATION[int(answer.latest_signal_icon)] == "improvement_high"


def test_series_without_values_has_no_icon():
    answer = variation_icons([nan, nan], marked(0, 0), 1)
    assert (VARIATION[int(answer.icon)], int(answer.since), int(answer.last)) == ("none", -1, -1)


@pytest.mark.parametrize(
    ("target", "improvement", "expected"),
    [
        (13, 1, "fail"), (13, -1, "pass"), (7, 1, "pass"), (7, -1, "fail"), (10, 1, "inconsistent"),
        (12, 1, "inconsistent"), (10, 0, "none"), (nan, 1, "none"),
    ],
)  # fmt: skip
def test_assurance(target, improvement, expected):
    assert ASSURANCE[int(assurance_icons(8.0, 12.0, target, improvement))] == expected


@pytest.mark.parametrize(("target", "expected"), [(0.95, "pass"), (1.0, "pass"), (1.01, "fail")])
def test_a_constant_process_meets_or_misses_its_target(target, expected):
    summary = summary_of(process_limits("xmr", np.ones((1, 14))), improvement=1, target=target)
    assert ASSURANCE[summary.assurance[0]] == expected


def test_point_types():
    causes = SpecialCauses(np.ones((3, 3), np.int8), np.tile(np.array([1, -1, 0], np.int8), (3, 1)))
    names = [[POINT_TYPES[n] for n in row] for row in point_types(causes, np.array([1, -1, 0]))]
    good, bad, none = "special_cause_improvement", "special_cause_concern", "common_cause"
    assert names == [
        [good, bad, none],
        [bad, good, none],
        ["special_cause_neutral_high", "special_cause_neutral_low", none],
    ]


def test_a_summary_agrees_with_one_series_at_a_time():
    table = np.random.default_rng(7).normal(size=(20, 36))
    table[:, 24:] += np.linspace(-3, 3, 20)[:, np.newaxis]
    better = np.tile([1, -1], 10)
    summary = summary_of(process_limits("xmr", table), improvement=better, target=0.5)
    for row in range(20):
        limits = xmr_limits(table[row])
        causes = special_causes(table[row], limits)
        one = variation_icons(table[row], causes, better[row])
        assert summary.variation[row] == one.icon
        assert summary.since[row] == one.since
        assert summary.upper[row] == limits.upper[-1]
        assert summary.special_high[row] == (causes.direction > 0).sum()
        assert summary.assurance[row] == assurance_icons(limits.lower[-1], limits.upper[-1], 0.5, better[row])
