"""Nothing of 1 to 7 leaves, whatever the side; the rest is rounded; what is not about people is untouched."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencommissioning.area.library import Library
from opencommissioning.measures.series import Missing, Series
from opencommissioning.measures.shielding import often_hidden, shielded, shielded_verdicts

MEASURE = Library().measures["emergency_copd"]


def series(numerators, denominators):
    n, d = (np.array([part], np.int64).T for part in (numerators, denominators))
    ones = np.ones(n.shape)
    missing = np.zeros(n.shape, np.uint8)
    codes = tuple(f"Z9900{place}" for place in range(len(numerators)))
    return Series(MEASURE, "practice", codes, (date(2026, 4, 1),), n, d, 0, 0, missing, ones, ones, ones)


@given(st.lists(st.integers(0, 30).map(lambda fives: 5 * fives), min_size=1, max_size=20))
def test_nothing_below_15_is_shown(kept):
    shown = shielded(series(kept, [1000] * len(kept)), (True, False))
    told = shown.numerators[~np.isnan(shown.numerators)]
    assert not (told < 15).any()
    hidden = [count < 15 for count in kept]
    assert (shown.missing[:, 0] == Missing.SMALL).tolist() == hidden
    assert np.isnan(shown.values[hidden]).all()


def test_a_small_denominator_hides_too():
    shown = shielded(series([15, 30], [10, 40]), (True, True))
    assert shown.missing[:, 0].tolist() == [Missing.SMALL, Missing.NOTHING]
    assert shown.values[1, 0] == pytest.approx(30 / 40 * MEASURE.per)


def test_what_is_not_about_people_is_untouched():
    plain = series([3, 12], [6, 40])
    assert shielded(plain, (False, False)) is plain


def test_0_may_stand_for_1_and_what_is_missing_stays_missing():
    gap = series([0, 20, 15], [500, 500, 500])
    gap = replace(gap, missing=np.array([[0], [Missing.NOT_IN_FILE], [0]], np.uint8))
    shown = shielded(gap, (True, False))
    assert shown.missing[:, 0].tolist() == [Missing.SMALL, Missing.NOT_IN_FILE, Missing.NOTHING]


def test_months_that_are_left_when_small_ones_are_hidden_are_no_process():
    hidden = [Missing.SMALL] * 3 + [Missing.NOTHING] * 20
    assert often_hidden(np.array(hidden))
    assert not often_hidden(np.array(hidden[2:] + [Missing.NOT_OPEN]))


def test_verdicts_lose_the_numbers_of_small_counts():
    kept = series([10, 40], [900, 8000])
    numbers = {"numerator": [10.0, 40.0], "denominator": [900.0, 8000.0], "value": [11.11, 5.0]}
    more = {name: [0.5, 0.6] for name in ("shrunken", "z", "percentile", "p_above", "p_below")}
    frame = pl.DataFrame(numbers | more | {"stand": ["usual", "higher"], "missing": ["", ""]})
    out = shielded_verdicts(frame, shielded(kept, (True, False)), 0, "no value")
    assert out["numerator"].to_list() == [None, 40.0]
    assert out["value"].to_list() == [None, 5.0]
    assert out["z"].to_list() == [None, 0.6]
    assert out["stand"].to_list() == ["no value", "higher"]
    assert "not shown" in out["missing"][0]
