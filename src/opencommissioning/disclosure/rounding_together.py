"""Counts of people rounded once, so that whatever is added up from them afterwards tells no more than they do.

Each practice's running total since its first month is kept as a multiple of the base just below or just above it, never lower than a
month ago; what a month has is the difference of two of them. In every month the choices of below or above are made from the
top of the tree (England) down to the practices, so that the totals of networks, sub-ICB locations, ICBs and regions come out
within less than the base as well, as far as practices allow (controlled rounding: Cox 1987, JASA 82: 520–524).

What this gives, whoever adds up or subtracts whatever was published over levels, months, windows, groups and old or new membership: all of it
is made of these multiples. Take any practice and any month. That everybody else's running totals are exactly the multiples kept, and its own
is off by −2 to 2 before that month and by −2 to 2 from that month on, would have led to the same multiples everywhere. So the count that is
kept as k may be anything from k − 4 to k + 4, and nothing published can tell (for k = 0: 0 to 4).
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from opencommissioning.disclosure.rules import HES


def rounded_together(
    counts: np.ndarray, tree: np.ndarray, starts: np.ndarray, base: int = HES.rounding
) -> np.ndarray:
    """Counts (P, M), whole and 0 or more, as multiples of the base, 0 or more.

    `tree` (P, L): each practice's group at every level from the top down; a group is told by its number and those above it.
    `starts` (P,), whole, 0 ≤ start < base: what each running total begins with; nobody else may know them.
    """
    if not counts.size:
        return counts.copy()
    ups = _ups(tree)
    totals = np.cumsum(np.column_stack([starts, counts]), axis=1)
    kept = np.zeros_like(totals)
    before = np.zeros(len(totals), totals.dtype)
    for month in range(totals.shape[1]):
        before = kept[:, month] = _month(totals[:, month], before, ups, base)
    return np.diff(kept, axis=1)


def begun(tree: np.ndarray, starts: np.ndarray, base: int = HES.rounding) -> np.ndarray:
    """What is kept of running totals before the first month, (P,): to it the counts of `rounded_together` are added."""
    return _month(starts, np.zeros_like(starts), _ups(tree), base)


def _ups(tree: np.ndarray) -> list[np.ndarray]:
    """From the top down: for each group (at last each practice) of a level the number of its group in the level above; the top is one."""
    numbers = [np.zeros(len(tree), int)]
    for level in range(tree.shape[1]):
        numbers.append(np.unique(tree[:, : level + 1], axis=0, return_inverse=True)[1].reshape(-1))
    numbers.append(np.arange(len(tree)))
    return [_up(above, below) for above, below in pairwise(numbers)]


def _up(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    out = np.zeros(below.max() + 1, int)
    out[below] = above
    return out


def _month(totals: np.ndarray, before: np.ndarray, ups: Sequence[np.ndarray], base: int) -> np.ndarray:
    """Each practice's running total as a multiple, just below or above it and not lower than `before`."""
    floor = totals // base * base
    lowest, highest = np.maximum(floor, before), -(-totals // base) * base
    parts = [(totals, lowest, highest)]
    for up in reversed(ups):
        parts.append(tuple(_added(part, up) for part in parts[-1]))
    parts.reverse()
    whole, low, high = parts[0]
    target = np.clip((whole + base // 2) // base * base, low, high)
    for up, (own, low, high) in zip(ups, parts[1:], strict=True):
        target = _shared(target, up, own, low, high, base)
    return target


def _added(part: np.ndarray, up: np.ndarray) -> np.ndarray:
    out = np.zeros(up.max() + 1, part.dtype)
    np.add.at(out, up, part)
    return out


def _shared(
    target: np.ndarray, up: np.ndarray, totals: np.ndarray, low: np.ndarray, high: np.ndarray, base: int
) -> np.ndarray:
    """Multiples of the parts between `low` and `high` that add up to their group's target: one more first where most is lacking."""
    out = np.clip(totals // base * base, low, high)
    while (short := (target - _added(out, up)) // base).any():
        way = np.sign(short)[up]
        room = np.where(way > 0, out < high, (way < 0) & (out > low))
        order = np.lexsort((way * (out - totals), ~room, up))
        out = out + base * way * (room & (_place(order, up) < np.abs(short)[up]))
    return out


def _place(order: np.ndarray, up: np.ndarray) -> np.ndarray:
    """The place of each part among those of its group, in an order that has groups together."""
    sorted_up = up[order]
    first = np.searchsorted(sorted_up, sorted_up)
    out = np.empty(len(order), int)
    out[order] = np.arange(len(order)) - first
    return out
