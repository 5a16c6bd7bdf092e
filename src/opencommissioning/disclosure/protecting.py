"""Secondary suppression: hide more, until no total gives a hidden count away.

Bounds are worked out as an attacker would: every shown count lies within its rounding, every hidden one is at least 1, and
parts add up to their totals. Bounds are tightened along all sums until nothing moves; where a hidden count would have too few
possible values left, the smallest shown part of that sum is hidden as well, or, when none is left, its total.

Arrays are (counts,) or (counts, columns); columns (months) are looked at by themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from opencommissioning.disclosure.rules import HES, Rule


@dataclass(frozen=True)
class Sum:
    """`parts` (places in the table) add up to the count at place `total`."""

    total: int
    parts: tuple[int, ...]


def protect(counts: np.ndarray, sums: Sequence[Sum], rule: Rule = HES) -> np.ndarray:
    """bool of the counts' shape: which must be hidden, given that the sums are known to every reader. Counts are whole, 0 or more."""
    table = counts if counts.ndim == 2 else counts[:, None]
    hidden = rule.small(table)
    while _hide_more(table, hidden, sums, rule):
        pass
    return hidden.reshape(counts.shape)


def _hide_more(counts: np.ndarray, hidden: np.ndarray, sums: Sequence[Sum], rule: Rule) -> bool:
    """Hide one count more in every sum that gives one away (in place); False when none does."""
    least, most = possible(counts, hidden, sums, rule)
    told = hidden & (most - least + 1 < rule.fewest_answers)
    more = False
    for each in sums:
        places = np.array([*each.parts, each.total])
        shown = ~hidden[places] & (counts[places] > 0)
        columns = np.flatnonzero(told[places].any(axis=0) & shown.any(axis=0))
        if len(columns):
            cost = np.where(shown, counts[places], np.iinfo(np.int64).max)[:, columns]
            cost[-1] = np.where(shown[-1, columns], np.iinfo(np.int64).max - 1, cost[-1])  # the total last
            hidden[places[cost.argmin(axis=0)], columns] = True
            more = True
    return more


def possible(
    counts: np.ndarray, hidden: np.ndarray, sums: Sequence[Sum], rule: Rule = HES
) -> tuple[np.ndarray, np.ndarray]:
    """The least and greatest value of each count that agree with everything shown (int64, the counts' shape)."""
    least, most = rule.bounds(rule.rounded(counts))
    ceiling = 2 * int(counts.sum()) + rule.rounding * (len(counts) + 1)
    least, most = np.where(hidden, 1, least), np.where(hidden, ceiling, most)
    before = None
    while before != (now := (int(least.sum()), int(most.sum()))):
        before = now
        for each in sums:
            _tighten(each, least, most)
    return least, most


def _tighten(each: Sum, least: np.ndarray, most: np.ndarray) -> None:
    """Bounds of a total from its parts, and of each part from the total and the other parts (in place)."""
    parts = list(each.parts)
    low, high = least[parts].sum(axis=0), most[parts].sum(axis=0)
    least[each.total] = np.maximum(least[each.total], low)
    most[each.total] = np.minimum(most[each.total], high)
    new_most = np.minimum(most[parts], most[each.total] - (low - least[parts]))
    new_least = np.maximum(least[parts], least[each.total] - (high - most[parts]))
    least[parts], most[parts] = new_least, new_most
