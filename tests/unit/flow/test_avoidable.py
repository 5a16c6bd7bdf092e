"""What would be avoided: the closed form against drawing it, its parts against the whole, ranges against numerical integration."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from opencommissioning.errors import DefinitionError
from opencommissioning.flow.avoidable import (
    RULES,
    Groups,
    alone,
    attributed,
    avoided,
    counted_once,
    groups,
    overlaps,
    shares,
    shares_of_rates,
)
from opencommissioning.statistics.clipped import from_range, moments

LATER = [False] * 4 + [True] * 2
LOW, HIGH = np.array([0.2, 0.5, 0.7, 0.0, 0.6, 0.4]), np.array([0.6, 0.9, 0.99, 0.5, 0.95, 0.8])


def invented(number=600, seed=4):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 2 ** len(LATER), number), rng.geometric(0.2, number) - 1


def drawn(bits, nights, runs=500, growth=1.3):
    """(rows, nights, nights of shortened stays) that go in each of many drawn years: rows copied, kept or not, nights kept or not."""
    rng = np.random.default_rng(9)
    taken = (bits[:, None] >> np.arange(len(LATER))) & 1 == 1
    out = []
    for _ in range(runs):
        f = np.clip(rng.normal((LOW + HIGH) / 2, (HIGH - LOW) / 2.563103), 0, 1)
        kept = np.where(taken[:, :4], f[:4], 1).prod(axis=1)
        left = np.where(taken[:, 4], f[4], np.where(taken[:, 5], f[5], 1))  # the first later kind only
        copies = rng.poisson(growth, len(bits))
        stay = rng.binomial(copies, kept)
        remain = rng.binomial(stay * nights, left)
        out.append(((copies - stay).sum(), (copies * nights - remain).sum(), (stay * nights - remain).sum()))
    return np.array(out, float)


def test_mean_and_spread_are_those_of_drawing_it():
    bits, nights = invented()
    found = avoided(groups(bits, nights, LATER), shares(LOW, HIGH), growth=1.3)
    sample = drawn(bits, nights)
    error = sample.std(axis=0) / np.sqrt(len(sample))
    for place, amount in enumerate((found.rows, found.nights, found.shortened)):
        assert abs(amount.mean - sample[:, place].mean()) < 4 * error[place]
        assert amount.sd == pytest.approx(sample[:, place].std(), rel=0.12)
        inside = np.abs(sample[:, place] - amount.mean) <= 1.2815515655 * amount.sd
        assert 0.73 <= inside.mean() <= 0.87  # the range says 80 in 100


def test_only_one_kind_is_drawn_by_itself():
    bits, nights = invented()
    for kind in (1, 4):
        only = bits & (1 << kind)
        mean, sd = (each[kind] for each in alone(groups(only, nights, LATER), shares(LOW, HIGH), 1.3))
        sample = drawn(only, nights)[:, 0 if kind < 4 else 1]
        assert mean == pytest.approx(sample.mean(), abs=4 * sample.std() / np.sqrt(len(sample)))
        assert sd == pytest.approx(sample.std(), rel=0.12)


@pytest.mark.parametrize("rule", RULES)
def test_accounts_add_up_to_the_whole(rule):
    found, kept = groups(*invented(), LATER), shares(LOW, HIGH)
    account, whole = attributed(found, kept, rule, 1.3), avoided(found, kept, 1.3)
    assert account[:4].sum() == pytest.approx(whole.rows.mean)
    assert account[4:].sum() == pytest.approx(whole.shortened.mean)
    assert (account <= alone(found, kept, 1.3)[0] + 1e-9).all()


def test_shared_evenly_is_the_mean_over_all_orders():
    """Three kinds of one row, all six orders by hand."""
    from itertools import permutations

    f = np.array([0.5, 0.8, 0.9])
    found = Groups(
        np.ones((1, 3), bool), np.zeros((1, 3), bool), *(np.array([each]) for each in (1.0, 0.0, 0.0))
    )
    by_hand = np.zeros(3)
    for order in permutations(range(3)):
        left = 1.0
        for kind in order:
            by_hand[kind] += left * (1 - f[kind]) / 6
            left *= f[kind]
    assert attributed(found, shares(f, f), "evenly") == pytest.approx(by_hand)
    assert attributed(found, shares(f, f), "in turn") == pytest.approx([0.5, 0.5 * 0.2, 0.4 * 0.1])


def test_every_row_counts_once_and_pairs_are_those_of_looking():
    bits, nights = invented()
    found = groups(bits, nights, LATER)
    taken = (bits[:, None] >> np.arange(len(LATER))) & 1 == 1
    assert counted_once(found)[:4].sum() == taken[:, :4].any(axis=1).sum()
    assert counted_once(found)[4:].sum() == taken[:, 4:].any(axis=1).sum()
    assert counted_once(found)[1] == (taken[:, 1] & ~taken[:, 0]).sum()
    both = overlaps(taken, np.ones(len(bits)))
    assert both[1, 5] == (taken[:, 1] & taken[:, 5]).sum()
    assert both[2, 2] == taken[:, 2].sum()


def test_a_kind_that_nothing_is_done_about_changes_nothing():
    bits, nights = invented()
    kept = shares(np.ones(6), np.ones(6))
    found = avoided(groups(bits, nights, LATER), kept)
    assert (found.rows.mean, found.nights.mean, found.shortened.mean) == (0, 0, 0)
    assert found.rows.sd == pytest.approx(0, abs=1e-6)


def test_a_kind_of_which_nothing_remains_takes_all():
    found = avoided(groups(np.array([1, 1, 0]), np.array([3, 4, 5]), [False]), shares([0.0], [0.0]))
    assert (found.rows.mean, found.nights.mean) == (2, 7)
    assert found.rows.sd == pytest.approx(np.sqrt(2))  # next year's number of such rows is Poisson


@pytest.mark.parametrize(("mean", "sd"), [(0.5, 0.1), (0.9, 0.3), (0.05, 0.4), (1.2, 0.2), (-0.1, 0.05)])
def test_moments_of_a_clipped_normal(mean, sd):
    first, second = moments(mean, sd)
    for power, found in ((1, first), (2, second)):
        inside = quad(
            lambda x, power=power: x**power * norm.pdf(x, mean, sd), 0, 1, points=[min(max(mean, 0), 1)]
        )[0]
        assert found == pytest.approx(inside + norm.sf(1, mean, sd), abs=1e-7)


def test_a_range_is_read_as_the_hospital_programme_reads_it():
    first, second = from_range(0.6, 0.8, 0.8)
    assert first == pytest.approx(0.7, abs=1e-5)  # the little beyond 1 counts as 1
    assert np.sqrt(second - first**2) == pytest.approx(0.2 / 2.563103, rel=1e-4)


def test_a_rate_that_is_to_come_down_keeps_its_share():
    down = shares_of_rates([20.0, 10.0], [12.0, 11.0], [16.0, 12.0])
    assert down.first == pytest.approx([shares(0.6, 0.8).first.item(), 1.0])
    with pytest.raises(DefinitionError, match="cannot come down"):
        shares_of_rates([0.0], [0.0], [0.0])


def test_what_cannot_be_is_refused_in_words():
    with pytest.raises(DefinitionError, match="shares, not percentages"):
        shares([60], [80])
    with pytest.raises(DefinitionError, match="no rule of attribution"):
        attributed(groups(*invented(), LATER), shares(LOW, HIGH), "by size")
    with pytest.raises(DefinitionError, match="more than 63"):
        groups(np.array([1]), np.array([1]), [False] * 64)


def test_a_fixed_number_of_nights_goes_as_drawn():
    """A kind of which one night of each stay can go: each stay has one night in its group, whatever its length."""
    rng = np.random.default_rng(3)
    stays = 800
    found = Groups(
        np.zeros((1, 1), bool), np.ones((1, 1), bool), *(np.array([float(stays)]) for _ in range(3))
    )
    kept = shares([0.27], [0.82])
    amount = avoided(found, kept).shortened
    sample = []
    for _ in range(4000):
        f = np.clip(rng.normal(0.545, 0.55 / 2.563103), 0, 1)
        copies = rng.poisson(stays)
        sample.append(copies - rng.binomial(copies, f))
    assert amount.mean == pytest.approx(np.mean(sample), abs=4 * np.std(sample) / np.sqrt(len(sample)))
    assert amount.sd == pytest.approx(np.std(sample), rel=0.05)
