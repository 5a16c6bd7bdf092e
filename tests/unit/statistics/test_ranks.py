"""Percentile rank and deciles against a slow loop and numpy."""

import numpy as np
import pytest

from opencommissioning.statistics.ranks import decile_lines, percent_rank

nan = np.nan


def slow_rank(values):
    known = [v for v in values if not np.isnan(v)]
    return [
        nan
        if np.isnan(v)
        else (0.0 if len(known) == 1 else 100 * sum(o < v for o in known) / (len(known) - 1))
        for v in values
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 3, 4, 5], [0, 25, 50, 75, 100]),
        ([5, 5, 5], [0, 0, 0]),
        ([1, 2, 2], [0, 50, 50]),
        ([nan, 7, nan], [nan, 0, nan]),
        ([nan, nan], [nan, nan]),
        ([3, nan, 1], [100, nan, 0]),
    ],
)
def test_percent_rank_ties_missing_and_lone(values, expected):
    assert percent_rank(values) == pytest.approx(expected, nan_ok=True)


def test_percent_rank_of_many_months_agrees_with_the_loop():
    rng = np.random.default_rng(1)
    table = rng.integers(0, 12, (40, 9)).astype(float)
    table[rng.random(table.shape) < 0.2] = nan
    slow = np.array([slow_rank(row) for row in table.T]).T
    np.testing.assert_allclose(percent_rank(table, axis=0), slow)
    np.testing.assert_allclose(percent_rank(table.T, axis=1), slow.T)


def test_percent_rank_of_no_units_is_empty():
    assert percent_rank(np.empty((0, 3)), axis=0).shape == (0, 3)


def test_deciles_are_numpys_type_seven_and_skip_missing():
    rng = np.random.default_rng(2)
    table = rng.normal(size=(31, 5))
    table[rng.random(table.shape) < 0.3] = nan
    for month in range(5):
        known = table[:, month][~np.isnan(table[:, month])]
        expected = np.quantile(known, np.arange(1, 10) / 10)
        np.testing.assert_allclose(decile_lines(table, axis=0)[:, month], expected)


def test_deciles_of_one_and_of_none():
    assert decile_lines([nan, 4.0]) == pytest.approx([4.0] * 9)
    assert np.isnan(decile_lines([nan, nan])).all()


def test_deciles_of_nobody_are_missing():
    """An area with hospital files and no practice at all."""
    found = decile_lines(np.empty((0, 3)), axis=0)
    assert found.shape == (9, 3)
    assert np.isnan(found).all()
