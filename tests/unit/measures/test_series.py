"""Missing is not zero; windows sum before they divide; a gap anywhere is no value."""

from datetime import date

import numpy as np
import pytest

from opencommissioning.catalogue.measure import Better, Measure, Quantity
from opencommissioning.catalogue.period import months_between
from opencommissioning.measures.series import REASONS, Missing, Series

ITEMS = Quantity("prescribing", "items")
LIST = Quantity("registrations", "patients")
RATE = Measure(
    "rate", "Items per 1,000", Better.LOWER, ITEMS, LIST, False, 1000, "items per 1,000 patients", window=3
)


def series(numerator, denominator, missing=None, scale=0):
    n, d = np.array(numerator, np.int64), np.array(denominator, np.int64)
    shape = n.shape
    return Series(
        measure=RATE,
        level="practice",
        organisations=tuple(f"P{row}" for row in range(shape[0])),
        months=months_between(date(2026, 1, 1), date(2026, 12, 1))[: shape[1]],
        numerator=n,
        denominator=d,
        numerator_scale=scale,
        denominator_scale=0,
        missing=np.zeros(shape, np.uint8) if missing is None else np.array(missing, np.uint8),
        counted=np.ones(shape, np.int32),
        expected=np.ones(shape, np.int32),
        share=np.ones(shape),
    )


def test_value_is_numerator_over_denominator_times_per():
    assert series([[5]], [[2000]]).values[0, 0] == 2.5


def test_scaled_whole_numbers_are_exact_decimals():
    assert series([[1234]], [[1000]], scale=2).values[0, 0] == pytest.approx(12.34)


def test_a_practice_without_the_drug_has_zero_and_one_without_data_has_none():
    values = series([[0], [0]], [[1000], [0]], [[Missing.NOTHING], [Missing.NOT_IN_FILE]]).values
    assert values[0, 0] == 0
    assert np.isnan(values[1, 0])


def test_a_window_sums_flows_and_averages_stocks():
    windowed = series([[1, 2, 3]], [[1000, 1100, 1200]]).windowed(3, (False, True))
    assert windowed.values[0, 2] == pytest.approx(6 / 1100 * 1000)


def test_a_window_of_two_flows_divides_sums():
    windowed = series([[1, 2, 3]], [[10, 20, 60]]).windowed(3, (False, False))
    assert windowed.values[0, 2] == pytest.approx(6 / 90 * 1000)


def test_a_window_with_a_gap_has_no_value_and_says_why():
    missing = [[Missing.NOTHING, Missing.NOT_IN_FILE, Missing.NOTHING, Missing.NOTHING, Missing.NOTHING]]
    windowed = series([[1, 0, 3, 4, 5]], [[10, 0, 10, 10, 10]], missing).windowed(3, (False, False))
    reasons = [
        Missing.WINDOW_INCOMPLETE,
        Missing.NOT_IN_FILE,
        Missing.WINDOW_INCOMPLETE,
        Missing.WINDOW_INCOMPLETE,
        Missing.NOTHING,
    ]
    assert windowed.missing[0].tolist() == reasons
    assert windowed.values[0, 4] == pytest.approx(12 / 30 * 1000)


def test_months_with_a_denominator_of_zero_count_in_a_window():
    missing = [[Missing.NOTHING, Missing.DENOMINATOR_ZERO, Missing.NOTHING]]
    windowed = series([[1, 0, 3]], [[10, 0, 10]], missing).windowed(3, (False, False))
    assert windowed.values[0, 2] == pytest.approx(4 / 20 * 1000)


def test_the_table_carries_both_parts_and_the_reason():
    frame = series([[5], [0]], [[2000], [0]], [[Missing.NOTHING], [Missing.NOT_OPEN]]).frame()
    assert frame["value"].to_list() == [2.5, None]
    assert frame["numerator"].to_list() == [5.0, None]
    assert frame["missing"].to_list() == ["", "not open in this month"]


def test_every_reason_has_words():
    assert set(REASONS) == {int(reason) for reason in Missing}
