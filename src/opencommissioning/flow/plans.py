"""Capacity that changes over time: from each day on so many treatments a week, as a number for each week of a projection."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from opencommissioning.errors import DefinitionError

WEEK = 7
MOST = 100_000  # treatments a week


@dataclass(frozen=True)
class Step:
    """From this day on so many treatments a week."""

    since: date
    treatments: float


def by_week(steps: Sequence[Step], begin: date, weeks: int, present: float) -> np.ndarray:
    """Treatments in each of `weeks` weeks after the day `begin` (float, (weeks,)): `present` until the first step; a week in which a step
    lies has the mean of its days. DefinitionError for two steps of one day, a step after the end, or one below 0.
    """
    steps = sorted(steps, key=lambda each: each.since)
    end = begin + timedelta(weeks=weeks)
    for before, each in zip([None, *steps], steps, strict=False):
        if before and before.since == each.since:
            raise DefinitionError(f"the plan has two numbers from {_day(each.since)} on; keep one of them")
        if not 0 <= each.treatments <= MOST:
            raise DefinitionError(
                f"the plan has {each.treatments:g} treatments a week from {_day(each.since)} on; give 0 to {MOST:,}"
            )
        if each.since > end:
            raise DefinitionError(
                f"the plan's step of {_day(each.since)} lies after {_day(end)}, the end; leave it out, or look further ahead"
            )
    days = np.full(weeks * WEEK, float(present))
    for each in steps:
        days[max(0, (each.since - begin).days - 1) :] = each.treatments
    return days.reshape(weeks, WEEK).mean(axis=1)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
