"""Invented lists whose rates are known, lived week by week by a simulation that shares no code with `flow`: months as published, and what came next."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from opencommissioning.catalogue.period import shift
from opencommissioning.flow.calibration import Month

BANDS = 105
FIRST = date(2024, 1, 1)


@dataclass(frozen=True)
class World:
    """True rates a week; scatter: variance over mean of a week's starts and treatments; `size` people at the beginning."""

    arrivals: float = 50.0
    capacity: float = 46.0
    leaving: float = 0.004
    scatter: float = 2.0
    size: int = 1000


def lived(world: World, months: int, ahead: int, rng: np.random.Generator) -> tuple[list[Month], np.ndarray]:
    """So many months of a list as published, and the people waiting at the end of each of `ahead` weeks after them (now first)."""
    ages = rng.exponential(14, world.size).astype(int).clip(0, BANDS - 1)
    state = np.bincount(ages, minlength=BANDS)
    for _ in range(20):
        state, _, _ = _week(world, state, rng)
    history = []
    for number in range(months):
        month = shift(FIRST, number)
        state, treated, started = _weeks(world, state, number, rng)
        history.append(Month(month, state.astype(float), treated.astype(float), float(started)))
    course = [state.sum()]
    for _ in range(ahead):
        state, _, _ = _week(world, state, rng)
        course.append(state.sum())
    return history, np.array(course, float)


def _weeks(world, state, number, rng):
    """A month as long as the calendar says, in four steps that are a little longer than a week."""
    longer = (shift(FIRST, number + 1) - shift(FIRST, number)).days / 7 / 4
    stretched = replace(world, arrivals=world.arrivals * longer, capacity=world.capacity * longer, leaving=world.leaving * longer)  # fmt: skip
    treated, started = np.zeros(BANDS, int), 0
    for _ in range(4):
        state, seen, new = _week(stretched, state, rng)
        treated, started = treated + seen, started + new
    return state, treated, started


def _week(world, state, rng):
    new = _count(world.arrivals, world.scatter, rng)
    older = np.r_[new, state[:-2], state[-2] + state[-1]]
    older = older - rng.binomial(older, world.leaving)
    slots = min(_count(world.capacity, world.scatter, rng), int(older.sum()))
    people = np.repeat(np.arange(BANDS), older)
    chance = np.linspace(0.6, 2.2, BANDS)[people]
    order = (
        rng.exponential(size=len(people)) / chance
    )  # the first `slots` are a weighted draw without replacement (Efraimidis, Spirakis)
    seen = np.bincount(people[np.argsort(order)[:slots]], minlength=BANDS)
    return older - seen, seen, new


def _count(mean: float, scatter: float, rng: np.random.Generator) -> int:
    return int(rng.poisson(rng.gamma(mean / (scatter - 1), scatter - 1) if scatter > 1 else mean))
