"""What would it take to clear a list by a date: the capacity at which the expected course meets the aim, its limits and its chance."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from opencommissioning.catalogue.shares import per_cent
from opencommissioning.errors import DefinitionError
from opencommissioning.flow.calibration import Calibrated
from opencommissioning.flow.capacity import RTT, Estimate, Standard
from opencommissioning.flow.projection import ListModel, Projection, project, simulate_each
from opencommissioning.flow.uncertainty import drawn

STEPS = 25  # of the scan before a root is bracketed
RUNS = 200  # courses for the chance
TOLD = 0.05  # people a week below which a flow is not told
MOST = 4  # times the present flow up to which capacity is searched
CLOSE = 1e-3  # of the present flow
DRAWS, HALVINGS = 80, 9  # lists drawn for the limits, and how finely each is searched


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
        return f"{per_cent(self.standard.share)} within {self.standard.weeks:g} weeks"

    def met(self, path: Projection) -> np.ndarray:
        """Whether each row meets the aim at the end of a projection."""
        if self.nobody_over:
            return path.over[:, -1] < 0.5
        return path.within[:, -1] >= self.standard.share


@dataclass(frozen=True)
class Takes:
    """What it takes. capacity, extra: treatments a week from now to the end (means, where a plan changes them); `chance` that the aim is
    met with them, `chance_as_is` without the extra. An upper limit is inf where more than one in forty draws of the rates cannot reach it.
    """

    weeks: int
    capacity: Estimate
    extra: Estimate
    extra_in_all: float
    chance: float
    chance_as_is: float
    size_at_end: float
    already: bool
    sentence: str


def what_it_takes(found: Calibrated, weeks: int, aim: Aim = Aim(), seed: int = 1) -> Takes:
    """The constant number of treatments a week beyond the present ones (or beyond the plan, where the list has one) that meets the aim
    after `weeks` on the expected course. What is added goes to the longest waiters.

    Limits (95 %) are those of the answers for rates drawn around the calibrated ones; the chance is that of random courses of them.
    DefinitionError when no capacity up to four times the present flow reaches the aim by then: people already waiting are too late.
    """
    model = found.model
    extra = _extra(model, weeks, aim)
    base = float(model.slots(weeks).mean())
    others = drawn(found, RUNS, seed)
    bases = np.array([float(each.slots(weeks).mean()) for each in others])
    extras = _extras(others[:DRAWS], weeks, aim)
    more = Estimate(extra, *_limits(extras, extra))
    capacity = Estimate(base + extra, *_limits(bases[:DRAWS] + extras, base + extra))
    chances = [_chance(_all_with(found, others, step), weeks, aim, seed) for step in (extra, 0.0)]
    end = float(_path(model.more(extra), weeks, aim).waiting[0, -1])
    takes = Takes(weeks, capacity, more, max(0.0, extra) * weeks, *chances, end, extra <= 0, "")
    return replace(takes, sentence=_sentence(found.model, takes, aim))


def _all_with(found: Calibrated, others: Sequence[ListModel], extra: float) -> list[ListModel]:
    """Lists drawn around the calibrated one, all with the same treatments a week: a plan is a number, not an estimate."""
    if found.model.planned is not None:
        return [each.more(extra) for each in others]
    return [each.more(found.model.capacity + extra - each.capacity) for each in others]


def _chance(models: Sequence[ListModel], weeks: int, aim: Aim, seed: int) -> float:
    return float(aim.met(simulate_each(models, weeks, seed, **_weeks_of(aim))).mean())


def _limits(values: np.ndarray, value: float) -> tuple[float, float]:
    """The 2.5th and 97.5th percentile, always around the value itself."""
    low, high = np.quantile(values, (0.025, 0.975), method="higher")
    return min(value, float(low)), max(value, float(high))


def _weeks_of(aim: Aim) -> dict[str, int]:
    return {"standard_weeks": int(aim.standard.weeks), "long_weeks": aim.nobody_over or 52}


def _path(model: ListModel, weeks: int, aim: Aim) -> Projection:
    return project([model], weeks, **_weeks_of(aim))


def _flow(model: ListModel) -> float:
    return max(model.arrivals, model.capacity, 1.0)


def _extra(model: ListModel, weeks: int, aim: Aim) -> float:
    """Scan first, then bisect where the aim is first met: the response need not be monotone near an empty list."""
    flow, base = _flow(model), float(model.slots(weeks).max())
    grid = np.linspace(-base, MOST * flow - base, STEPS * MOST + 1)
    paths = project([model.more(float(each)) for each in grid], weeks, **_weeks_of(aim))
    met = np.flatnonzero(aim.met(paths))
    if not len(met):
        raise DefinitionError(
            f"list '{model.name}': no capacity up to {MOST * flow:,.0f} treatments a week reaches {aim.words} in {weeks} weeks; "
            "choose a later date"
        )
    if met[0] == 0:
        return float(grid[0])
    return _bisect(
        lambda extra: bool(aim.met(_path(model.more(extra), weeks, aim))[0]),
        float(grid[met[0] - 1]),
        float(grid[met[0]]),
        CLOSE * flow,
    )


def _bisect(meets: Callable[[float], bool], low: float, high: float, close: float) -> float:
    while high - low > close:
        middle = (low + high) / 2
        low, high = (low, middle) if meets(middle) else (middle, high)
    return high


def _extras(models: Sequence[ListModel], weeks: int, aim: Aim) -> np.ndarray:
    """The same for many lists at once, to half a per cent of their flow (float, one each; inf where no capacity reaches the aim)."""
    low = -np.array([float(each.slots(weeks).max()) for each in models])
    high = low + MOST * np.array([_flow(each) for each in models])

    def met(extras: np.ndarray) -> np.ndarray:
        lists = [each.more(float(extra)) for each, extra in zip(models, extras, strict=True)]
        return aim.met(project(lists, weeks, **_weeks_of(aim)))

    reached = met(high)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        enough = met(middle)
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(reached, (low + high) / 2, np.inf)


def _sentence(model: ListModel, takes: Takes, aim: Aim) -> str:
    planned = model.planned is not None
    given = f"{model.slots(takes.weeks).mean():,.1f} are to be" if planned else f"{model.capacity:,.1f} are"
    list_ = f"{model.name}: {model.waiting.sum():,.0f} waiting, {_flows(model, given)} a week. "
    as_is = f"the plan {aim.words}" if planned else f"the present capacity {aim.words}"
    if takes.extra.value <= 0:
        return f"{list_}With {as_is} is expected within {takes.weeks} weeks; the chance is {per_cent(takes.chance_as_is)}."
    beyond = "beyond the plan" if planned else "more"
    return (
        f"{list_}For {aim.words} in {takes.weeks} weeks: {_of(takes.capacity)} treatments a week, that is {_of(takes.extra)} a week {beyond} "
        f"for the longest waiters, {takes.extra_in_all:,.0f} in all. About {takes.size_at_end:,.0f} people would wait then. "
        f"At exactly this capacity the chance to be there is {per_cent(takes.chance)}, with {'the plan' if planned else 'the present one'} "
        f"{per_cent(takes.chance_as_is)}: plan some above it."
    )


def _flows(model: ListModel, given: str) -> str:
    """Who joins, is treated and leaves untreated: the numbers that add up to the list's course."""
    left = float((model.leaving * model.waiting).sum())
    parts = [f"{model.arrivals:,.1f} join", f"{model.transfers:,.1f} come without a start" if model.transfers >= TOLD else "", f"{given} treated", f"{left:,.1f} leave untreated" if left >= TOLD else ""]  # fmt: skip
    told = [each for each in parts if each]
    return f"{', '.join(told[:-1])} and {told[-1]}"


def _of(estimate: Estimate) -> str:
    upper = "more than can be given" if np.isinf(estimate.upper) else f"{estimate.upper:,.1f}"
    return f"{estimate.value:,.1f} ({estimate.lower:,.1f} to {upper})"
