"""What many short series share: as it is estimated one by one, and without the bias of short series."""

from itertools import pairwise

import numpy as np
import pytest

from opencommissioning.statistics.autocorrelation import shared_autocorrelation
from opencommissioning.statistics.cusum import ar1_series


def lag_one(row):
    """The textbook's r of one series (Box and Jenkins), term by term."""
    mean = sum(row) / len(row)
    pairs = sum((now - mean) * (then - mean) for then, now in pairwise(row))
    return pairs / sum((each - mean) ** 2 for each in row)


def test_by_hand():
    assert lag_one([1.0, 2.0, 3.0, 4.0, 5.0]) == pytest.approx(0.4)  # (2 + 0 + 0 + 2) / 10
    assert shared_autocorrelation([[1.0, 2.0, 3.0, 4.0, 5.0]]).estimate == pytest.approx((5 * 0.4 + 1) / 1)


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.6])
@pytest.mark.parametrize("months", [24, 60])
def test_the_bias_of_short_series_is_taken_off(phi, months):
    table = ar1_series(np.random.default_rng(3), 20_000, months, phi)
    raw = np.mean([lag_one(row) for row in table[:4000].tolist()])
    told = shared_autocorrelation(table[:4000])
    assert told.estimate == pytest.approx((months * raw + 1) / (months - 4))
    assert raw < phi - 0.8 / months
    assert shared_autocorrelation(table).estimate == pytest.approx(phi, abs=0.015)


def test_the_standard_error_is_the_spread_of_estimates():
    rng = np.random.default_rng(4)
    told = [shared_autocorrelation(ar1_series(rng, 20, 24, 0.3)) for _ in range(600)]
    spread = np.std([each.estimate for each in told])
    assert np.mean([each.error for each in told]) == pytest.approx(spread, rel=0.15)


def test_series_that_never_move_tell_nothing():
    rows = ar1_series(np.random.default_rng(5), 3, 24, 0.2)
    beside = np.vstack([rows, np.full((2, 24), 7.0)])
    assert shared_autocorrelation(beside) == pytest.approx(shared_autocorrelation(rows))
    assert np.isnan(shared_autocorrelation(np.ones((2, 24)))).all()
    assert np.isnan(shared_autocorrelation(rows[:, :4])).all()
