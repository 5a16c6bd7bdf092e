"""Attackers who know the rule and everything published, and what they cannot find out.

Three of them: one who adds and subtracts all totals and looks for the range of each count (exact integer bounds); one who is shown another
economy that would have been published in the same way; one who tries every pair of related measures there is.
"""

from collections import defaultdict
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from opencommissioning.disclosure.rounding_together import rounded_together
from opencommissioning.disclosure.rules import HES, Rule

FIVE = HES.rounding


def test_the_published_rule():
    counts = np.array([0, 1, 7, 8, 12, 13, 100])
    assert HES.small(counts).tolist() == [False, True, True, False, False, False, False]
    assert HES.rounded(counts).tolist()[3:] == [10, 10, 15, 100]
    assert HES.rounded(counts)[0] == 0
    assert HES.fewest_shown - HES.off >= HES.most_hidden
    assert Rule(rounding=3).off == 4


def invented(seed, practices=9, months=6, mean=2.0):
    """Counts, a tree of two levels, starts."""
    rng = np.random.default_rng(seed)
    rate = mean * rng.gamma(2, 0.5, (practices, 1))
    tree = np.column_stack([np.arange(practices) // 5, np.arange(practices) // 2])
    return rng.poisson(rate, (practices, months)), tree, rng.integers(0, FIVE, practices)


economies = st.builds(
    invented, st.integers(0, 10**6), st.integers(1, 12), st.integers(1, 8), st.sampled_from([0.1, 1, 4, 30])
)


@given(economies)
def test_counts_become_multiples_and_running_totals_stay_near(economy):
    counts, tree, starts = economy
    kept = rounded_together(counts, tree, starts)
    assert (kept % FIVE == 0).all()
    assert (kept >= 0).all()
    off = np.cumsum(kept - counts, axis=1)
    assert np.abs(off).max() <= HES.off
    for first in range(off.shape[1]):  # any window, not only those from the first month
        assert np.abs(off[:, first:] - off[:, [first]]).max() <= HES.off


def test_totals_of_the_trees_groups_are_as_near_as_those_of_practices():
    counts, tree, starts = invented(11, practices=400, months=36, mean=3)
    off = np.cumsum(rounded_together(counts, tree, starts) - counts, axis=1)
    everybody, alone = off.sum(axis=0), off
    assert np.abs(everybody - everybody[0]).max() <= FIVE
    for level in range(2):
        groups = np.zeros((tree[:, level].max() + 1, 36))
        np.add.at(groups, tree[:, level], off)
        assert np.diff(groups, axis=1).std() < 1.5 * np.diff(alone, axis=1).std()


@given(economies, st.data())
@settings(max_examples=60)
def test_each_count_could_be_another_and_everything_published_the_same(economy, data):
    """The proof of the module, by example: all that is ever published is made of what is kept, and that is the same."""
    counts, tree, starts = economy
    kept = rounded_together(counts, tree, starts)
    who = data.draw(st.integers(0, len(counts) - 1))
    month = data.draw(st.integers(0, counts.shape[1] - 1))
    could_be = set()
    for before, after in product(range(-2, 3), repeat=2):
        other, begins = kept.copy(), np.zeros_like(starts)
        other[who, month] += before - after
        begins[who] = -before % FIVE  # a running total that is off by `before`
        if other[who, month] >= 0:
            np.testing.assert_array_equal(rounded_together(other, tree, begins), kept)
            could_be.add(int(other[who, month]))
    k = int(kept[who, month])
    assert could_be == set(range(max(0, k - 4), k + 5))
    assert len(could_be) >= 5


def published(counts, tree):
    """What sites publish: (weights over practices × months, total) for levels of two memberships, a group and windows of 1, 2, 3 months."""
    practices, months = counts.shape
    moved = tree[:, 1].copy()
    moved[0] = moved[-1]  # another membership: the first practice belonged elsewhere
    sets = [np.eye(practices, dtype=bool), np.ones((1, practices), bool), np.arange(practices)[None] < 3]
    sets += [level[None] == np.unique(level)[:, None] for level in (tree[:, 0], tree[:, 1], moved)]
    for members in np.vstack(sets):
        for window in (1, 2, 3):
            for last in range(window - 1, months):
                inside = np.zeros(counts.shape, int)
                inside[members, last - window + 1 : last + 1] = 1
                yield inside.ravel(), int(counts[members, last - window + 1 : last + 1].sum())


def ranges(constraints, places, variables, upper):
    """The least and greatest whole value of each place that agrees with all constraints."""
    out = []
    for place in places:
        goal = np.zeros(variables)
        goal[place] = 1
        ends = [
            milp(
                sign * goal, constraints=constraints, integrality=np.ones(variables), bounds=Bounds(0, upper)
            )
            for sign in (1, -1)
        ]
        assert all(end.success for end in ends)
        out.append((round(ends[0].fun), round(-ends[1].fun)))
    return out


def bounds_of_cells_gated_alone(counts, tree):
    """An attacker on the gate of one cell at a time: 1 to 7 hidden, others to the nearest 5, each total by itself."""
    rows, least, most = [], [], []
    for weights, total in published(counts, tree):
        small = 0 < total <= HES.most_hidden
        shown = int(HES.rounded(np.array(total)))
        rows.append(weights)
        least.append(1 if small else 0 if total == 0 else max(HES.most_hidden + 1, shown - 2))
        most.append(HES.most_hidden if small else 0 if total == 0 else shown + 2)
    return [LinearConstraint(np.array(rows), least, most)], counts.size, np.inf


def bounds_of_cells_rounded_together(counts, tree, starts):
    """The same attacker on what is kept: solves for it from all totals, and knows how near running totals must lie."""
    kept = rounded_together(counts, tree, starts)
    told = list(published(kept, tree))
    solved = np.linalg.lstsq(np.array([w for w, _ in told], float), [total for _, total in told], rcond=None)[
        0
    ]
    np.testing.assert_allclose(solved.reshape(kept.shape), kept, atol=1e-6)  # nothing kept is secret
    practices, months = counts.shape
    size = practices * (months + 2)  # counts, starts, what the start was rounded to (0 or 5, as 0 or 1)
    rows, least, most = [], [], []
    for who in range(practices):
        for last in range(months + 1):
            row = np.zeros(size)
            row[who * months : who * months + last] = 1
            row[practices * months + who] = 1
            row[practices * (months + 1) + who] = -FIVE
            total = solved.reshape(kept.shape)[who, :last].sum()
            rows.append(row)
            least.append(total - (FIVE - 1))
            most.append(total + FIVE - 1)
    upper = np.r_[np.full(practices * months, np.inf), np.full(practices, FIVE - 1), np.ones(practices)]
    return [LinearConstraint(np.array(rows), least, most)], size, upper


def test_totals_windows_and_memberships_pin_counts_down_unless_they_were_rounded_together():
    pinned = 0
    for seed in range(4):
        counts, tree, starts = invented(seed, practices=4, months=4, mean=1.5)
        small = np.flatnonzero((counts.ravel() > 0) & (counts.ravel() <= HES.most_hidden))
        alone = ranges(*_with_places(bounds_of_cells_gated_alone(counts, tree), small))
        together = ranges(*_with_places(bounds_of_cells_rounded_together(counts, tree, starts), small))
        truth = counts.ravel()[small]
        for found in (alone, together):  # the attackers speak the truth
            assert all(low <= value <= high for (low, high), value in zip(found, truth, strict=True))
        assert min(high - low for low, high in together) >= 4
        pinned += sum(low == high for low, high in alone)
    assert (
        pinned > 0
    )  # gated one cell at a time, the same totals give exact counts away: the attacker is no fool


def _with_places(found, places):
    constraints, size, upper = found
    return constraints, places, size, upper


def test_measures_that_share_their_people_tell_no_count():
    """A part, the rest and the whole of two months, all published: every pair of small counts there is, tried."""
    most = 9
    tree = np.zeros((1, 0), int)
    kept = {
        (counts, start): tuple(rounded_together(np.array([counts]), tree, np.array([start]))[0].tolist())
        for counts in product(range(2 * most + 1), repeat=2)
        for start in range(FIVE)
    }
    answers = defaultdict(set)
    for part in product(range(most + 1), repeat=2):
        for rest in product(range(most + 1), repeat=2):
            whole = (part[0] + rest[0], part[1] + rest[1])
            for start in range(FIVE):
                answers[tuple(kept[each, start] for each in (part, rest, whole))].add((part, rest))
    inner = [found for found in answers.values() if max(max(*a, *b) for a, b in found) < most]
    assert len(inner) > 30
    for place in (0, 1):
        for month in (0, 1):
            assert min(len({pair[place][month] for pair in found}) for found in inner) >= 3
