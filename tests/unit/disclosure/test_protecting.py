"""The attack oracle: every table that agrees with what is shown is tried; no hidden count may be told too closely."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opencommissioning.disclosure.protecting import Sum, possible, protect
from opencommissioning.disclosure.rules import HES, Rule


def test_the_published_rule():
    counts = np.array([0, 1, 7, 8, 12, 13, 100])
    assert HES.small(counts).tolist() == [False, True, True, False, False, False, False]
    assert HES.rounded(counts).tolist()[3:] == [10, 10, 15, 100]
    assert HES.rounded(counts)[0] == 0


def attack(counts, hidden, sums, cells, rule):
    """Possible values of each hidden count, by trying every table of `cells` that agrees with what is shown."""
    shown = rule.rounded(counts)
    least, most = rule.bounds(shown)
    limit = int(counts[list(cells)].max()) + 5
    ranges = [range(1, limit + 1) if hidden[n] else range(least[n], most[n] + 1) for n in cells]
    found = {n: set() for n in range(len(counts)) if hidden[n]}
    for values in product(*ranges):
        table = dict(zip(cells, values, strict=True))
        for each in sums:
            table[each.total] = sum(table[part] for part in each.parts)
        totals = [each.total for each in sums]
        fits = all(table[n] >= 1 if hidden[n] else least[n] <= table[n] <= most[n] for n in totals)
        if fits:
            for n, seen in found.items():
                seen.add(table[n])
    return found


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 11), min_size=4, max_size=4))
def test_no_hidden_count_can_be_told_from_totals(parts):
    """Four practices in two networks in one place."""
    counts = np.array([*parts, sum(parts[:2]), sum(parts[2:]), sum(parts)])
    sums = [Sum(4, (0, 1)), Sum(5, (2, 3)), Sum(6, (4, 5))]
    hidden = protect(counts, sums)
    for place, values in attack(counts, hidden, sums, range(4), HES).items():
        assert counts[place] in values  # the attack speaks the truth
        everything_hidden = hidden[counts > 0].all()
        assert len(values) >= HES.fewest_answers or everything_hidden


def test_an_attack_on_unprotected_totals_succeeds():
    """The oracle itself would notice: without secondary suppression these totals give a count away."""
    counts = np.array([7, 8, 15])
    exact = Rule(rounding=1)
    least, most = possible(counts, exact.small(counts), [Sum(2, (0, 1))], exact)
    assert least[0] == most[0] == 7
    assert protect(counts, [Sum(2, (0, 1))], exact).sum() >= 2


def test_a_lone_small_count_takes_its_smallest_neighbour_along_only_when_it_must():
    wide = np.array([3, 40, 52, 61, 156])
    assert protect(wide, [Sum(4, (0, 1, 2, 3))]).tolist() == [True, False, False, False, False]
    zeros = np.array([7, 0, 0, 9, 16])
    hidden = protect(zeros, [Sum(4, (0, 1, 2, 3))])
    least, most = possible(zeros, hidden, [Sum(4, (0, 1, 2, 3))])
    assert (most - least + 1)[hidden].min() >= 3


@pytest.mark.parametrize("counts", [[0, 0, 0], [50, 60, 110]])
def test_nothing_small_nothing_hidden(counts):
    assert not protect(np.array(counts), [Sum(2, (0, 1))]).any()


def test_months_are_looked_at_by_themselves():
    rng = np.random.default_rng(5)
    parts = rng.poisson(8, (12, 30))
    counts = np.vstack([parts, parts[:6].sum(axis=0), parts[6:].sum(axis=0)])
    sums = [Sum(12, tuple(range(6))), Sum(13, tuple(range(6, 12)))]
    apart = np.column_stack([protect(column, sums) for column in counts.T])
    assert (protect(counts, sums) == apart).all()
    assert apart.any()
