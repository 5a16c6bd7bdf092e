"""What would it take to clear a list by a date: the capacity at which the expected course meets the aim, its limits and its chance."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from opencommissioning.errors import DefinitionError
from opencommissioning.flow.capacity import RTT, Estimate, Standard
from opencommissioning.flow.projection import ListModel, Projection, project, simulate
from opencommissioning.statistics.intervals import z_of

STEPS = 25  # of the scan before a root is bracketed
MOST = 4  # times the present flow up to which capacity is searched
CLOSE = 1e-3  # of the present flow


@dataclass(frozen=True)
class Aim:
    """What a cleared list is: the standard met (default), or nobody over `nobody_over` weeks."""

    standard: Standard = RTT
    nobody_over: int = 0

    @property
    def words(self) -> str:
        """The aim as said in a sentence."""
        if self.nobody_over:
            return f"nobody waiting over {self.nobody_over} weeks"
        return f"{self.standard.share:.0%} within {self.standard.weeks:g} weeks"

    def met(self, path: Projection) -> np.ndarray:
        """Whether each row meets the aim at the end of a projection."""
        if self.nobody_over:
            return path.over[:, -1] < 0.5
        return path.within[:, -1] >= self.standard.share


@dataclass(frozen=True)
class Takes:
    """What it takes. capacity, extra: treatments a week from now to the end; `chance` that the aim is met with them."""

    weeks: int
    capacity: Estimate
    extra: Estimate
    extra_in_all: float
    chance: float
    size_at_end: float
    already: bool
    sentence: str


def what_it_takes(
    model: ListModel, weeks: int, aim: Aim = Aim(), observed_weeks: float = 52, runs: int = 200, seed: int = 1
) -> Takes:
    """The constant weekly capacity from now on that meets the aim after `weeks`, on the expected course. What is added to the present
    capacity goes to the longest waiters.

    Limits (95 %) come from the arrivals' standard error over `observed_weeks`; the chance from `runs` random courses at that capacity.
    DefinitionError when no capacity up to four times the present flow reaches the aim by then: people already waiting are too late.
    """
    error = float(np.sqrt(model.arrivals * model.arrivals_scatter / observed_weeks)) * z_of(0.95)
    found = [
        _capacity(model.changed(arrivals=max(0.0, model.arrivals + step)), weeks, aim)
        for step in (-error, 0.0, error)
    ]
    value = found[1]
    capacity = Estimate(value, min(found), max(found))
    extra = Estimate(*(each - model.capacity for each in (capacity.value, capacity.lower, capacity.upper)))
    need = _with_capacity(model, value)
    many = simulate(need, weeks, runs, seed, **_weeks_of(aim))
    chance = float(aim.met(many).mean())
    end = float(_path(need, weeks, aim).waiting[0, -1])
    already = value <= model.capacity
    sentence = _sentence(model, weeks, aim, capacity, extra, chance, end)
    return Takes(weeks, capacity, extra, max(0.0, extra.value) * weeks, chance, end, already, sentence)


def _with_capacity(model: ListModel, capacity: float) -> ListModel:
    return model.changed(capacity=capacity, longest_first=max(0.0, capacity - model.capacity))


def _weeks_of(aim: Aim) -> dict[str, int]:
    return {"standard_weeks": int(aim.standard.weeks), "long_weeks": aim.nobody_over or 52}


def _path(model: ListModel, weeks: int, aim: Aim) -> Projection:
    return project([model], weeks, **_weeks_of(aim))


def _capacity(model: ListModel, weeks: int, aim: Aim) -> float:
    """Scan first, then bisect where the aim is first met: the response need not be monotone near an empty list."""
    flow = max(model.arrivals, model.capacity, 1.0)
    grid = np.linspace(0, MOST * flow, STEPS * MOST + 1)
    paths = project([_with_capacity(model, float(each)) for each in grid], weeks, **_weeks_of(aim))
    met = np.flatnonzero(aim.met(paths))
    if not len(met):
        raise DefinitionError(
            f"list '{model.name}': no capacity up to {MOST * flow:,.0f} treatments a week reaches {aim.words} in {weeks} weeks; "
            "choose a later date"
        )
    if met[0] == 0:
        return 0.0
    return _bisect(
        lambda capacity: bool(aim.met(_path(_with_capacity(model, capacity), weeks, aim))[0]),
        float(grid[met[0] - 1]),
        float(grid[met[0]]),
        CLOSE * flow,
    )


def _bisect(meets: Callable[[float], bool], low: float, high: float, close: float) -> float:
    while high - low > close:
        middle = (low + high) / 2
        low, high = (low, middle) if meets(middle) else (middle, high)
    return high


def _sentence(
    model: ListModel, weeks: int, aim: Aim, capacity: Estimate, extra: Estimate, chance: float, end: float
) -> str:
    list_ = f"{model.name}: {model.waiting.sum():,.0f} waiting, {model.arrivals:,.1f} join and {model.capacity:,.1f} are treated a week. "
    if extra.value <= 0:
        return f"{list_}With the present capacity {aim.words} is expected within {weeks} weeks."
    return (
        f"{list_}For {aim.words} in {weeks} weeks: {capacity.value:,.1f} treatments a week ({capacity.lower:,.1f} to {capacity.upper:,.1f}), "
        f"that is {extra.value:,.1f} more a week for the longest waiters, {extra.value * weeks:,.0f} in all. About {end:,.0f} people would wait then. "
        f"At exactly this capacity the chance to be there is {chance:.0%}: plan some above it."
    )
