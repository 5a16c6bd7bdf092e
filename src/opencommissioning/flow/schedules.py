"""Who is seen when: first come first served and by priority, in closed form. Dates are whole days (numpy datetime64[D] or integers)."""

import numpy as np

from opencommissioning.statistics.queues import first_come


def in_turn(referred: np.ndarray, slots: np.ndarray, withdrawn: np.ndarray | None = None) -> np.ndarray:
    """For each person (any order) the place in sorted `slots` of the slot that they get, −1 when none is left or they withdraw first.

    A slot must lie strictly after the referral. A person who withdraws on or before the day of the slot that would be theirs takes none;
    `withdrawn` holds the day, the largest possible day for those who never do. Equal referral days keep their order.
    """
    order = np.argsort(referred, kind="stable")
    places = np.full(len(referred), -1, np.int64)
    if withdrawn is None:
        places[order] = first_come(referred[order], slots)
        return places
    first = np.searchsorted(slots, referred[order], side="right").tolist()
    free, days, leaves = 0, slots.tolist(), withdrawn.tolist()
    for person, earliest in zip(order.tolist(), first, strict=True):
        free = max(free, earliest)
        if free < len(days) and leaves[person] > days[free]:
            places[person] = free
            free += 1
    return places


def by_priority(referred: np.ndarray, priority: np.ndarray, slots: np.ndarray) -> np.ndarray:
    """As in_turn, classes served in the order of their numbers (1 first): each class in turn on the slots that the ones before left."""
    places = np.full(len(referred), -1, np.int64)
    left = np.arange(len(slots))
    for number in np.unique(priority):
        people = np.flatnonzero(priority == number)
        given = in_turn(referred[people], slots[left])
        got = given >= 0
        places[people[got]] = left[given[got]]
        left = np.delete(left, given[got])
    return places
