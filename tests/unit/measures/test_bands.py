"""Bands: the publisher's percentiles by a slow oracle; laws; what is missing is not 0."""

from datetime import date
from fractions import Fraction
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencommissioning.errors import NotLoaded
from opencommissioning.measures.bands import Bands, bands_from_long
from opencommissioning.statistics.banded import quantiles

ROWS = st.lists(st.integers(0, 40), min_size=3, max_size=60)
SHARES = st.fractions(min_value=Fraction(1, 100), max_value=Fraction(99, 100), max_denominator=100)


def slowly(row: list[int], share: Fraction, plus_one: bool) -> float:
    """The rule as it reads: walk the bands until the target is reached."""
    target = min(share * (sum(row) + (1 if plus_one else 0)), Fraction(sum(row)))
    before = 0
    for band, count in enumerate(row):
        if count and before + count >= target:
            return float(band + (target - before) / count)
        before += count
    return float("nan")


@given(ROWS, SHARES, st.booleans())
def test_quantiles_equal_the_rule_read_slowly(row, share, plus_one):
    fast = quantiles(np.array([row]), share, plus_one)[0]
    assert fast == pytest.approx(slowly(row, share, plus_one), abs=1e-12, nan_ok=True)


@given(ROWS)
def test_percentiles_rise_with_the_share(row):
    values = [quantiles(np.array([row]), Fraction(share, 100))[0] for share in range(1, 100)]
    assert sum(row) == 0 or all(one <= two for one, two in pairwise(values))


def test_a_target_at_an_edge_gives_that_edge_even_when_the_next_band_is_empty():
    assert quantiles(np.array([[5, 5, 0, 0, 10]]), Fraction(1, 2))[0] == 2.0


def bands(row: list[int], open_from: int, month: date) -> Bands:
    return Bands(pl.DataFrame({"list": ["a"]}), np.array([row]), open_from, month, np.array([True]))


def test_the_open_band_is_a_week_wide_in_52_files_and_flat_in_104_files():
    old = bands([60, *[0] * 51, 40], 52, date(2015, 3, 1))
    new = bands([60, *[0] * 103, 40], 104, date(2025, 9, 1))
    assert old.percentile(Fraction(95, 100))[0] == 52.875
    assert new.percentile(Fraction(95, 100))[0] == 104


def test_the_median_moved_in_october_2022():
    row = [10] * 6 + [0] * 99
    assert bands(row, 104, date(2022, 9, 1)).percentile(Fraction(1, 2))[0] == 3.05
    assert bands(row, 104, date(2022, 10, 1)).percentile(Fraction(1, 2))[0] == 3.0


def test_small_lists_have_no_percentile_but_a_share():
    few = bands([10] + [0] * 103 + [9], 104, date(2025, 9, 1))
    assert np.isnan(few.percentile(Fraction(1, 2))[0])
    assert few.share_within(18)[0] == pytest.approx(10 / 19)


def test_counts_beyond_the_last_band_are_missing_not_0():
    with pytest.raises(NotLoaded, match="end at 52 weeks"):
        bands([1] * 53, 52, date(2015, 3, 1)).over(65)


def test_stored_rows_come_back_as_bands_and_add_up():
    long = pl.DataFrame(
        {
            "provider": ["A", "A", "B"],
            "function": ["1", "2", "1"],
            "weeks": [1, 19, 53],
            "pathways": [3, 4, 5],
        }
    )
    found = bands_from_long(long, ["provider", "function"], date(2015, 3, 1), 52).added(["provider"])
    assert found.total.tolist() == [7, 5]
    assert found.over(18).tolist() == [4, 5]


def test_an_interval_holds_the_percentile():
    many = bands([30] * 105, 104, date(2025, 9, 1))
    low, high = many.percentile_interval(Fraction(92, 100))
    assert low[0] < many.percentile(Fraction(92, 100))[0] < high[0]
