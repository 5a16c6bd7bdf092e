"""A count that leaves rounded together with others, shared out over its parts (age bands, sexes): they add up to it, and tell no more.

What stands for a whole is its running total as a multiple of the base just below or just above it (`rounding_together.py`). Each part's
running total is kept as a multiple just below or above its own, such that the parts of a whole add up to what is kept of it (largest
remainders first). Take any part: that all others' running totals are exactly the multiples kept, and its own is off by −2 to 2, would have
led to the same multiples of parts and of wholes everywhere, since its whole is then off by as much. So the proof for wholes holds for
parts, and for parts and wholes together: a part's count that is kept as k may be anything from k − 4 to k + 4.
"""

import numpy as np

from opencommissioning.disclosure.rules import HES


def started(starts: np.ndarray, whole: np.ndarray, base: int = HES.rounding) -> np.ndarray:
    """What running totals of parts begin with, int (P, B): `starts` (P, B), 0 ≤ start < base, but for the last part, which makes their
    sum differ from what the `whole` (P,) begins with by a multiple of the base."""
    others = starts[:, :-1]
    return np.column_stack([others, (whole - others.sum(axis=1)) % base])


def parted(parts: np.ndarray, kept: np.ndarray, base: int = HES.rounding) -> np.ndarray:
    """Running totals of parts, int (P, B), as multiples of the base that add up to what is `kept` (P,) of each whole.

    `kept` must lie within less than the base of the parts' sum, as `rounded_together` has it; AssertionError otherwise.
    """
    floors = parts // base * base
    remainders = parts - floors
    raised = (kept - floors.sum(axis=1)) // base
    if (raised < 0).any() or (raised > (remainders > 0).sum(axis=1)).any():
        raise AssertionError("parts were handed in that are not those of the whole")
    order = np.argsort(-remainders, axis=1, kind="stable")
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.broadcast_to(np.arange(parts.shape[1]), parts.shape), axis=1)
    return floors + base * (places < raised[:, None])
