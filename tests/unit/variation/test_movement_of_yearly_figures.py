"""A yearly figure that is shown again each month is one observation, not twelve: a step between two years is no movement."""

from datetime import date

import numpy as np

from opencommissioning.catalogue.period import months_between
from opencommissioning.variation.movement import carried, movements

MONTHS = months_between(date(2023, 10, 1), date(2026, 9, 1))
YEARS = np.array([[60.0, 62.0, 41.0], [55.0, 54.0, 70.0], [66.0, 60.0, 63.0], [np.nan, 50.0, 52.0]])


def centre_of(values):
    return np.broadcast_to(np.nanmean(values, axis=0), values.shape)


def test_a_step_between_two_years_is_no_movement():
    values = np.repeat(YEARS, 12, axis=1)
    found = movements(values, centre_of(values), MONTHS)
    assert found.month == [None] * 4
    assert np.isnan(found.p).all()


def test_months_in_which_nobody_differs_are_carried():
    values = np.repeat(YEARS, 12, axis=1)
    assert np.flatnonzero(~carried(values)).tolist() == [0, 12, 24]


def test_a_month_in_which_somebody_differs_is_not():
    values = np.array([[1.0, 1.0, 1.0, 2.0], [5.0, 5.0, np.nan, np.nan], [7.0, 7.0, 7.0, 7.0]])
    assert carried(values).tolist() == [False, True, False, False]
    assert not carried(np.full((2, 3), np.nan)).any()


def test_monthly_figures_still_move():
    generator = np.random.default_rng(1)
    values = generator.normal(50, 1, (30, 36))
    values[0, 28:] += 20
    found = movements(values, centre_of(values), MONTHS)
    assert found.month[0] == MONTHS[28]
