"""Intervals against published figures, against each other, and against the probability that they promise."""

import numpy as np
import pytest
from scipy.stats import poisson as poisson_distribution

from opencommissioning.errors import DefinitionError
from opencommissioning.statistics.intervals import (
    byar,
    exact_poisson,
    mean,
    poisson,
    rate,
    wilson,
)


def test_wilson_published():
    got = wilson(12, 80)
    assert (got.value, round(float(got.lower), 4), round(float(got.upper), 4)) == (0.15, 0.0879, 0.2441)


def test_rate_published():
    got = rate(25, 2500)
    assert (float(got.value), round(float(got.lower), 1), round(float(got.upper), 1)) == (
        1000.0,
        647.0,
        1476.3,
    )


def test_mean_published():
    got = mean([3, 5, 7, 9])
    assert (float(got.value), round(float(got.lower), 3), round(float(got.upper), 3)) == (6.0, 1.891, 10.109)


def test_edges():
    assert wilson([0, 10], [10, 10]).lower[0] == pytest.approx(0)
    assert wilson([0, 10], [10, 10]).upper[1] == pytest.approx(1)
    assert exact_poisson(0).lower == 0
    assert wilson(3, 10, confidence=1).upper == 1
    assert np.isnan(mean([4.0]).lower)


def test_the_branch_is_exact_below_ten():
    assert poisson(9.5).lower == exact_poisson(9.5).lower
    assert poisson(10).upper == byar(10).upper


def test_byar_is_close_to_exact_from_ten():
    counts = np.arange(10, 500)
    assert byar(counts).lower == pytest.approx(exact_poisson(counts).lower, rel=0.0018)
    assert byar(counts).upper == pytest.approx(exact_poisson(counts).upper, rel=0.0001)


@pytest.mark.parametrize("expected", [2.0, 8.0, 40.0])
def test_exact_poisson_never_holds_less_than_it_says(expected):
    counts = np.arange(0, 200)
    limits = exact_poisson(counts)
    inside = (limits.lower <= expected) & (expected <= limits.upper)
    assert poisson_distribution.pmf(counts, expected)[inside].sum() >= 0.95


@pytest.mark.parametrize(
    ("events", "total", "says"), [(-1, 10, "negative"), (1, 0, "0 or negative"), (11, 10, "more events")]
)
def test_refusals(events, total, says):
    with pytest.raises(DefinitionError, match=says):
        wilson(events, total)


def test_confidence_in_per_cent_and_as_a_share():
    assert wilson(5, 50, confidence=95).lower == wilson(5, 50, confidence=0.95).lower
    with pytest.raises(DefinitionError, match="between"):
        wilson(5, 50, confidence=0.5)


def test_levels_nest():
    wide, narrow = (wilson(5, 50, confidence=level) for level in (0.998, 0.95))
    assert wide.lower < narrow.lower < narrow.upper < wide.upper
