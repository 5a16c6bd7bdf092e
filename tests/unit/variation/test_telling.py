"""Which measures a letter names: few enough that luck is seldom among them."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from opencommissioning.variation.telling import GREATEST_FREEDOM, RATE, position_p, worth_telling


def verdicts(z, moved_p=None, stand="nothing unusual"):
    count = len(z)
    moved = [None] * count if moved_p is None else moved_p
    return pl.DataFrame(
        {
            "z": z,
            "stand": [stand] * count,
            "moved_in": pl.Series([None if p is None else date(2026, 6, 1) for p in moved], dtype=pl.Date),
            "moved_p": pl.Series(moved, dtype=pl.Float64),
        }
    )


def by_hand(p, rate):
    """Benjamini and Hochberg's step-up rule, one comparison at a time."""
    order = sorted(range(len(p)), key=lambda place: p[place])
    last = max((rank for rank, place in enumerate(order, 1) if p[place] <= rate * rank / len(p)), default=0)
    named = set(order[:last])
    return [place in named for place in range(len(p))]


def test_an_ordinary_organisation_has_nothing_named():
    z = np.linspace(-2.2, 2.2, 130)
    assert not worth_telling(verdicts(z), np.full(130, 60)).any()


def test_the_far_one_is_named_and_the_next_is_not():
    z = np.r_[5.5, np.linspace(-2, 2, 99)]
    assert worth_telling(verdicts(z), np.full(100, 400)).tolist() == [True] + [False] * 99


def test_the_same_distance_among_more_measures_is_not_enough():
    few, many = (np.r_[3.2, np.linspace(-1, 1, count)] for count in (5, 200))
    assert worth_telling(verdicts(few), np.full(6, 400))[0]
    assert not worth_telling(verdicts(many), np.full(201, 400))[0]


def test_a_movement_is_named_without_being_far():
    rows = verdicts([0.3, 0.1], [1e-5, None])
    assert worth_telling(rows, np.array([50, 50])).tolist() == [True, False]


def test_what_could_not_be_judged_is_never_named_and_not_counted():
    far = verdicts([9.0], stand="too small to judge")
    assert not worth_telling(far, np.array([50])).any()
    alone = worth_telling(pl.concat([verdicts([2.4]), far]), np.array([50, 50]))
    assert alone.tolist() == [True, False]


def test_it_agrees_with_the_rule_done_by_hand():
    z = np.random.default_rng(4).normal(0, 2, 80)
    p = position_p(z, np.full(80, 30)) / 0.9
    assert worth_telling(verdicts(z), np.full(80, 30)).tolist() == by_hand(p.tolist(), RATE)


def test_few_peers_make_the_same_distance_less_sure():
    few, many, most = position_p(np.array([3.5] * 3), np.array([8, 30, 6500]))
    assert few > many > most
    assert most == pytest.approx(position_p(np.array([3.5]), np.array([10**6]))[0])
    assert GREATEST_FREEDOM < 6500
