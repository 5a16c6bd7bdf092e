"""Limits allow for over-dispersion; planted outliers are found; false flags come at the rate that is said."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from opencommissioning.catalogue.measure import Better, Shape
from opencommissioning.catalogue.period import months_between
from opencommissioning.variation.movement import movements
from opencommissioning.variation.position import Z95, Z998, position
from opencommissioning.variation.verdict import LUCK, Stand, Verdict, judgement, luck, words

MONTHS = months_between(date(2025, 1, 1), date(2026, 12, 1))


def economy(rng, organisations=400, months=24, tau=0.25, shape=Shape.RATE):
    size = rng.lognormal(8.8, 0.5, organisations)
    denominators = np.repeat(size[:, None], months, axis=1)
    habit = rng.normal(0, tau, organisations)
    if shape is Shape.PROPORTION:
        true = 1 / (1 + np.exp(-(-2 + habit)))
        totals = np.round(denominators / 20)
        return rng.binomial(totals.astype(int), np.repeat(true[:, None], months, axis=1)).astype(
            float
        ), totals
    true = 0.05 * np.exp(habit)
    return rng.poisson(denominators * true[:, None]).astype(float), denominators


@pytest.mark.parametrize("shape", [Shape.RATE, Shape.PROPORTION])
def test_a_planted_outlier_lies_beyond_the_far_limits(shape):
    rng = np.random.default_rng(5)
    numerators, denominators = economy(rng, shape=shape)
    numerators[0] = denominators[0] * (0.05 * 3.5 if shape is Shape.RATE else 0.55)
    where = position(numerators, denominators, 1000, shape, np.ones(numerators.shape, bool))
    assert where.z[0, -1] > Z998


@pytest.mark.parametrize("shape", [Shape.RATE, Shape.PROPORTION])
def test_without_outliers_about_one_in_twenty_lies_beyond_the_limits(shape):
    rng = np.random.default_rng(6)
    shares = []
    for _ in range(10):
        numerators, denominators = economy(rng, shape=shape)
        where = position(numerators, denominators, 1000, shape, np.ones(numerators.shape, bool))
        shares.append((np.abs(where.z[:, -1]) > Z95).mean())
    assert np.mean(shares) == pytest.approx(LUCK, abs=0.03)


def test_without_differences_there_is_no_over_dispersion():
    rng = np.random.default_rng(7)
    numerators, denominators = economy(rng, tau=0.0)
    where = position(numerators, denominators, 1, Shape.RATE, np.ones(numerators.shape, bool))
    assert where.within == pytest.approx(1, abs=0.2)
    assert np.median(where.tau) < 0.02


def test_an_outlier_must_lie_outside_the_limits_that_are_drawn():
    rng = np.random.default_rng(8)
    numerators, denominators = economy(rng)
    where = position(numerators, denominators, 1000, Shape.RATE, np.ones(numerators.shape, bool))
    values = numerators / denominators * 1000
    assert ((where.z > Z95) == (values > where.upper95)).all()
    assert ((where.z < -Z998) == (values < where.lower998)).all()


def test_small_organisations_are_pulled_to_the_centre_most():
    rng = np.random.default_rng(9)
    numerators, denominators = economy(rng)
    denominators[0], numerators[0] = 200, 25
    where = position(numerators, denominators, 1000, Shape.RATE, np.ones(numerators.shape, bool))
    values = numerators / denominators * 1000
    kept = np.abs(where.shrunken - where.centre)[:, -1] / np.abs(values - where.centre)[:, -1]
    largest = denominators[:, -1].argmax()
    assert kept[0] < 0.5 < 0.8 < kept[largest]


def test_missing_values_stay_missing():
    rng = np.random.default_rng(10)
    numerators, denominators = economy(rng)
    numerators[3, -1] = np.nan
    where = position(numerators, denominators, 1000, Shape.RATE, np.ones(numerators.shape, bool))
    assert np.isnan(where.z[3, -1])
    assert np.isfinite(where.z[4, -1])


def test_a_move_relative_to_all_others_is_found_and_a_common_winter_is_not():
    rng = np.random.default_rng(11)
    season = 1 + 0.3 * np.cos(np.arange(24) / 12 * 2 * np.pi)
    values = 50 * season * rng.normal(1, 0.04, (60, 24))
    values[0, 16:] *= 1.3
    centre = np.broadcast_to(50 * season, values.shape)
    moved = movements(values, centre, MONTHS)
    assert moved.recent[0]
    assert moved.month[0] == MONTHS[16]
    assert moved.recent[1:].mean() <= 0.05


def test_those_without_values_change_nothing_for_the_others():
    rng = np.random.default_rng(12)
    values = 50 * rng.normal(1, 0.04, (6, 24))
    values[0, 16:] *= 1.5
    centre = np.full(values.shape, 50.0)
    alone = movements(values, centre, MONTHS)
    rows = [1, 3, 4, 7, 8, 9]
    more = np.full((10, 24), np.nan)
    more[rows] = values
    among = movements(more, np.full(more.shape, 50.0), MONTHS)
    assert among.recent.tolist() == [row == rows[0] for row in range(10)]
    np.testing.assert_array_equal(among.p[rows], alone.p)
    np.testing.assert_array_equal(among.after[rows], alone.after)
    assert np.isnan(np.delete(among.p, rows)).all()


def test_short_series_never_move():
    assert not movements(np.ones((2, 6)), np.ones((2, 6)), MONTHS[:6]).recent.any()


def verdict(stand, months=0, moved=None):
    return Verdict(
        "m",
        "P",
        "practice",
        date(2026, 6, 1),
        stand,
        2.0,
        1.0,
        0.5,
        1.5,
        months,
        moved,
        None,
        None,
        "not open in this month",
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (verdict(Stand.HIGHER, 6), "higher than expected, and has been for six months"),
        (verdict(Stand.HIGHER, 2), "higher than expected"),
        (verdict(Stand.MOVED, 0, date(2026, 6, 1)), "moved in June 2026"),
        (
            replace(verdict(Stand.MOVED, 0, date(2026, 6, 1)), moved_from=3.1, moved_to=5.2),
            "moved up in June 2026",
        ),
        (
            replace(verdict(Stand.HIGHER, 6, date(2026, 6, 1)), moved_from=5.2, moved_to=3.1),
            "higher than expected, and has been for six months, and moved down in June 2026",
        ),
        (verdict(Stand.USUAL), "nothing unusual"),
        (verdict(Stand.NO_VALUE), "no value: not open in this month"),
    ],
)
def test_verdicts_in_words(given, said):
    assert words(given) == said


def test_rises_that_are_good_are_reported_as_good():
    assert judgement(Stand.HIGHER, Better.HIGHER) == "better"
    assert judgement(Stand.HIGHER, Better.LOWER) == "worse"
    assert judgement(Stand.HIGHER, Better.NEITHER) == ""
    assert judgement(Stand.MOVED, Better.HIGHER, moved_up=True) == "better"
    assert judgement(Stand.USUAL, Better.LOWER) == ""


def test_luck_is_said():
    assert luck(80) == 4
