"""Parts of a count that leaves: they add up to it, lie near their own, and could each be another without anything published changing."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencommissioning.disclosure.parted import parted, started
from opencommissioning.disclosure.rounding_together import begun, rounded_together
from opencommissioning.disclosure.rules import HES

FIVE = HES.rounding


def invented(seed, practices=6, bands=4, months=5, mean=1.5):
    """Counts (practices, bands, months), a tree, starts of wholes, starts of parts."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(mean * rng.gamma(1, 1, (practices, bands, 1)), (practices, bands, months))
    whole = rng.integers(0, FIVE, practices)
    return counts, (np.arange(practices) // 2)[:, None], whole, started(rng.integers(0, FIVE, (practices, bands)), whole)  # fmt: skip


def published(counts, tree, whole, starts):
    """Everything that leaves: wholes by month, and running totals of parts after each month."""
    kept = rounded_together(counts.sum(axis=1), tree, whole)
    running = np.cumsum(np.pad(counts, ((0, 0), (0, 0), (1, 0))), axis=2) + starts[:, :, None]
    begin = begun(tree, whole) + starts.sum(axis=1) - whole
    wholes = np.cumsum(np.pad(kept, ((0, 0), (1, 0))), axis=1) + begin[:, None]
    return kept, np.stack([parted(running[:, :, at], wholes[:, at]) for at in range(running.shape[2])], axis=2)  # fmt: skip


@given(st.integers(0, 10**6), st.integers(1, 6), st.sampled_from([0.1, 1.5, 20]))
def test_parts_are_multiples_near_their_own_and_add_up_to_what_is_kept_of_the_whole(seed, bands, mean):
    counts, tree, whole, starts = invented(seed, bands=bands, mean=mean)
    kept, parts = published(counts, tree, whole, starts)
    assert (parts % FIVE == 0).all()
    np.testing.assert_array_equal(np.diff(parts.sum(axis=1), axis=1), kept)
    off = np.diff(parts, axis=2) - counts
    assert np.abs(np.cumsum(off, axis=2)).max() <= HES.off


@given(st.integers(0, 10**6), st.data())
def test_each_parts_count_could_be_another_and_everything_published_the_same(seed, data):
    counts, tree, whole, starts = invented(seed)
    kept, parts = published(counts, tree, whole, starts)
    who, band = data.draw(st.integers(0, 5)), data.draw(st.integers(0, 3))
    month = data.draw(st.integers(0, 4))
    could_be = set()
    for before, after in product(range(-2, 3), repeat=2):
        running = parts.copy()
        running[who, band, : month + 1] += before
        running[who, band, month + 1 :] += after
        others = np.diff(running, axis=2)
        if (others < 0).any() or (running[:, :, 0] < 0).any():
            continue
        totals = running.sum(axis=1)
        wholes = np.cumsum(np.pad(kept, ((0, 0), (1, 0))), axis=1) + parts[:, :, 0].sum(axis=1)[:, None]
        for at in range(parts.shape[2]):
            assert np.abs(totals[:, at] - wholes[:, at]).max() < FIVE
            np.testing.assert_array_equal(parted(running[:, :, at], wholes[:, at]), parts[:, :, at])
        could_be.add(int(others[who, band, month]))
    k = int(np.diff(parts, axis=2)[who, band, month])
    assert could_be <= set(range(k - 4, k + 5))
    if (np.diff(parts, axis=2) >= 4).all() and (parts[:, :, 0] >= 2).all():
        assert could_be == set(range(k - 4, k + 5))


def test_parts_of_another_whole_are_refused():
    with pytest.raises(AssertionError, match="not those of the whole"):
        parted(np.array([[3, 4]]), np.array([15]))
