"""Bands that are taken together, and how often limits made of what is kept hold the truth."""

import numpy as np

from opencommissioning.area.comparison.directly_by import SPREAD, _one, merged
from opencommissioning.disclosure.parted import parted, started
from opencommissioning.disclosure.rounding_together import begun, rounded_together
from opencommissioning.sources.admissions import BROAD
from opencommissioning.statistics.standardisation import ESP2013

PEOPLE = np.full((2, 6), 1000.0)


def test_bands_are_merged_from_the_youngest_until_each_has_fifteen_and_sexes_told_apart_where_both_have():
    events = np.array([[0, 5, 5, 10, 20, 5], [0, 0, 10, 5, 15, 0]])
    assert merged(events, PEOPLE) == [("FM", 0, 2), ("FM", 3, 3), ("F", 4, 5), ("M", 4, 5)]
    assert merged(np.full((2, 6), 15), PEOPLE) == [(sex, at, at) for at in range(6) for sex in "FM"]
    assert merged(np.zeros((2, 6)), PEOPLE) == [("FM", 0, 5)]


def test_one_band_of_all_ages_gives_no_rate():
    events = np.zeros((2, 6))
    events[0, 4] = 25
    total, people, rate, *_, bands = _one(events, PEOPLE, list(BROAD))
    assert (total, people, bands) == (25, 12_000, "")
    assert np.isnan(rate)


def test_two_bands_by_hand():
    events = np.array([[0, 5, 5, 5, 10, 5], [0, 0, 0, 5, 5, 0]])
    _, _, rate, lower, upper, bands = _one(events, PEOPLE, list(BROAD))
    young = sum(ESP2013[:15]) / sum(ESP2013)
    assert bands == "0–74, 75+"
    assert rate == 1e5 * (young * 20 / 8000 + (1 - young) * 20 / 4000)
    assert lower < rate < upper


def test_limits_of_what_is_kept_hold_the_truth_as_often_as_promised():
    """Practices of 9,000 with about 60 admissions a year: chance, rounding and merging together; wider by rounding, so somewhat above 95 %."""
    rng, practices = np.random.default_rng(7), 1500
    people = 9000 * np.array([[8, 19, 13, 5, 3, 2]] * 2) / 100
    rates = np.array([0.0004, 0.0004, 0.006, 0.02, 0.04, 0.06])
    counts = rng.poisson(
        np.broadcast_to((people * rates).reshape(1, 12, 1) * np.array([9, 1]), (practices, 12, 2))
    )
    whole = rng.integers(0, 5, practices)
    starts = started(rng.integers(0, 5, (practices, 12)), whole)
    tree = (np.arange(practices) // 5)[:, None]
    kept = rounded_together(counts.sum(axis=1), tree, whole)
    begin = begun(tree, whole) + starts.sum(axis=1) - whole
    running = np.cumsum(counts, axis=2) + starts[:, :, None]
    wholes = np.cumsum(kept, axis=1) + begin[:, None]
    shown = np.diff(np.stack([parted(running[:, :, at], wholes[:, at]) for at in (0, 1)], axis=2), axis=2)
    assert np.var(shown[:, :, 0] - counts[:, :, 1]) <= SPREAD + 1
    held, weights = [], np.bincount(np.searchsorted(BROAD, np.arange(19) * 5, side="right") - 1, ESP2013)
    for events in shown.reshape(practices, 2, 6):
        *_, lower, upper, _ = _one(events, people, list(BROAD))
        groups = merged(events, people)
        told = [(people[0, a : b + 1] @ rates[a : b + 1] / people[0, a : b + 1].sum(), weights[a : b + 1].sum() * len(s) / 2) for s, a, b in groups]  # fmt: skip
        truth = 1e5 * sum(rate * weight for rate, weight in told) / weights.sum()
        if lower == lower:
            held.append(lower <= truth <= upper)
    assert len(held) > 0.9 * practices
    assert 0.94 < np.mean(held) < 0.995
