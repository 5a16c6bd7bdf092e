"""A list carried forward week by week: arrivals, transfers in, treatments, other removals. Four flows, none negative, and they balance.

State: people by whole weeks waited (the last band open). A week: everybody is a week older, arrivals and transfers join, some leave
without treatment, treatments go to bands by their weights (a weight says how likely a person of that wait is treated beside others)
and never take more than are there. What cannot be used is told as unused, not lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from opencommissioning.errors import DefinitionError

TINY = 1e-6


@dataclass(frozen=True)
class ListModel:
    """One list, rates per week.

    waiting      (bands,) people by weeks waited, band k: over k up to k + 1 weeks; the last is open
    arrivals     clock starts; transfers: people who join without one (from other providers), joining as new
    capacity     treatments that can be given (clock stops)
    leaving      (bands,) chance to leave in a week without treatment
    weights      (bands,) relative chance to be treated
    longest_first  of the capacity, treatments a week that go to the longest waiters whatever the weights (what is added)
    scatter      variance over mean of weekly arrivals and of capacity (1: Poisson)
    planned      (weeks,) treatments that can be given week by week, in place of `capacity`; after the last week its last number holds.
                 What a plan has beyond `capacity` goes to the longest waiters as well
    """

    name: str
    waiting: np.ndarray
    arrivals: float
    capacity: float
    leaving: np.ndarray
    weights: np.ndarray
    transfers: float = 0.0
    longest_first: float = 0.0
    arrivals_scatter: float = 1.0
    capacity_scatter: float = 1.0
    planned: np.ndarray | None = None

    def changed(self, **changes) -> "ListModel":
        """The same list with other rates."""
        return replace(self, **changes)

    def more(self, treatments: float) -> "ListModel":
        """The same list with so many treatments a week more (or fewer) throughout; what is added goes to the longest waiters."""
        planned = None if self.planned is None else np.maximum(0, self.planned + treatments)
        added = self.longest_first + max(0.0, treatments)
        capacity = max(0.0, self.capacity + treatments)
        return self.changed(capacity=capacity, planned=planned, longest_first=added)

    def slots(self, weeks: int) -> np.ndarray:
        """Treatments that can be given in each of so many weeks."""
        if self.planned is None:
            return np.full(weeks, float(self.capacity))
        plan = np.asarray(self.planned, float)[:weeks]
        return np.pad(plan, (0, weeks - len(plan)), mode="edge")

    def turns(self, weeks: int) -> np.ndarray:
        """Of these, those that go to the longest waiters first."""
        return self.longest_first + np.maximum(0, self.slots(weeks) - self.capacity)


@dataclass(frozen=True)
class Projection:
    """Lists × weeks; index 0 of the stocks is now, index w the end of week w. Flows have one entry per week.

    waiting    (lists, weeks + 1)
    within     (lists, weeks + 1): share waiting up to `standard_weeks`
    over       (lists, weeks + 1): people waiting over `long_weeks`
    treated, left, arrived, transferred, unused   (lists, weeks)
    last       (lists, bands): the list at the end, by weeks waited
    """

    names: tuple[str, ...]
    waiting: np.ndarray
    within: np.ndarray
    over: np.ndarray
    treated: np.ndarray
    left: np.ndarray
    arrived: np.ndarray
    transferred: np.ndarray
    unused: np.ndarray
    last: np.ndarray
    standard_weeks: int
    long_weeks: int


def project(
    lists: Sequence[ListModel], weeks: int, standard_weeks: int = 18, long_weeks: int = 52
) -> Projection:
    """The expected course of many lists at once."""
    _check(lists, weeks)
    arrivals, transfers = (_each_week(lists, name, weeks) for name in ("arrivals", "transfers"))
    return _run(lists, arrivals, transfers, _slots(lists, weeks), None, standard_weeks, long_weeks)


def simulate(
    model: ListModel,
    weeks: int,
    runs: int = 400,
    seed: int = 1,
    standard_weeks: int = 18,
    long_weeks: int = 52,
) -> Projection:
    """Many random courses of one list whose rates are known, one row per run."""
    return simulate_each([model] * runs, weeks, seed, standard_weeks, long_weeks)


def simulate_each(
    models: Sequence[ListModel], weeks: int, seed: int = 1, standard_weeks: int = 18, long_weeks: int = 52
) -> Projection:
    """One random course of each model, whole people; the same seed gives the same answer.

    Arrivals and capacity scatter as observed; each person leaves by chance.
    """
    _check(models, weeks)
    generator = np.random.default_rng(seed)
    scatters = (np.array([[getattr(each, name)] for each in models]) for name in ("arrivals_scatter", "capacity_scatter"))  # fmt: skip
    of_arrivals, of_capacity = scatters
    arrivals = _counts(generator, _each_week(models, "arrivals", weeks), of_arrivals)
    transfers = _counts(generator, _each_week(models, "transfers", weeks), np.ones((len(models), 1)))
    given = _counts(generator, _slots(models, weeks), of_capacity)
    whole = [each.changed(waiting=np.round(each.waiting)) for each in models]
    return _run(whole, arrivals, transfers, given, generator, standard_weeks, long_weeks)


def _each_week(lists: Sequence[ListModel], name: str, weeks: int) -> np.ndarray:
    return np.repeat(np.array([[float(getattr(each, name))] for each in lists]), weeks, axis=1)


def _slots(lists: Sequence[ListModel], weeks: int) -> np.ndarray:
    return np.array([each.slots(weeks) for each in lists])


def _run(
    lists: Sequence[ListModel],
    arrivals: np.ndarray,
    transfers: np.ndarray,
    slots: np.ndarray,
    generator: np.random.Generator | None,
    standard_weeks: int,
    long_weeks: int,
) -> Projection:
    state = np.array([each.waiting for each in lists], float)
    leaving = np.array([each.leaving for each in lists])
    weights = np.array([each.weights for each in lists])
    number, weeks = slots.shape
    turns = np.array([each.turns(weeks) for each in lists])
    stocks = np.zeros((3, number, weeks + 1))
    flows = np.zeros((3, number, weeks))  # treated, left, unused
    _note(stocks, 0, state, standard_weeks, long_weeks)
    for week in range(weeks):
        before, new = stocks[0, :, week], arrivals[:, week] + transfers[:, week]
        _grow_older(state, new)
        gone = _leave(state, leaving, generator)
        treated = _treat(state, weights, slots[:, week], turns[:, week], generator)
        flows[0, :, week], flows[1, :, week] = treated, gone
        flows[2, :, week] = slots[:, week] - treated
        _note(stocks, week + 1, state, standard_weeks, long_weeks)
        _balance(before + new, flows[:2, :, week].sum(axis=0) + stocks[0, :, week + 1], state, lists, week)
    names = tuple(each.name for each in lists)
    return Projection(
        names, stocks[0], stocks[1], stocks[2], flows[0], flows[1], arrivals, transfers, flows[2], state,
        standard_weeks, long_weeks,
    )  # fmt: skip


def _grow_older(state: np.ndarray, new: np.ndarray) -> None:
    """Everybody a week older, in place; the last two bands pool; new people in the first."""
    state[:, -1] += state[:, -2]
    state[:, 1:-1] = state[:, :-2]
    state[:, 0] = new


def _leave(state: np.ndarray, leaving: np.ndarray, generator: np.random.Generator | None) -> np.ndarray:
    """Take out, in place, those who leave without treatment; returns how many of each list."""
    gone = state * leaving if generator is None else generator.binomial(state.astype(np.int64), leaving)
    state -= gone
    return gone.sum(axis=1)


def _treat(
    state: np.ndarray,
    weights: np.ndarray,
    slots: np.ndarray,
    turn: np.ndarray,
    generator: np.random.Generator | None,
) -> np.ndarray:
    """Take out, in place, those who are treated; returns how many of each list.

    First `turn` of the slots to the longest waiters, the rest by band in proportion to weight × people, never more than are there; what
    a band cannot take goes to the others. With a generator, whole people.
    """
    wanted = np.minimum(slots, state.sum(axis=1))
    first = _longest(state, np.minimum(turn, wanted)) if turn.any() else None
    free = state if first is None else state - first
    rest = wanted if first is None else wanted - first.sum(axis=1)
    treated = weights * free
    total = treated.sum(axis=1)
    treated *= (rest / np.maximum(total, TINY))[:, None]
    over = np.flatnonzero(((treated > free).any(axis=1)) | (total <= TINY))
    if len(over):
        treated[over] = _fitted(free[over], weights[over], rest[over])
    if first is not None:
        treated = np.minimum(treated + first, state)
    if generator is not None:
        treated = _whole(treated, generator)
    state -= treated
    return treated.sum(axis=1)


def _longest(state: np.ndarray, slots: np.ndarray) -> np.ndarray:
    """Treatments by band when the longest waiters come first."""
    back = state[:, ::-1]
    longer = np.cumsum(back, axis=1) - back
    return np.clip(slots[:, None] - longer, 0, back)[:, ::-1]


def _fitted(state: np.ndarray, weights: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Treatments by band where some band would give more than it has."""
    treated = np.zeros_like(state)
    for _ in range(state.shape[1]):
        rest = wanted - treated.sum(axis=1)
        if (rest <= TINY).all():
            break
        free = state - treated
        share = weights * free
        total = share.sum(axis=1, keepdims=True)
        # nobody with a weight is left: the others in proportion, so that no slot is lost while anybody waits
        share = np.where(total > TINY, share, free)
        total = np.where(total > TINY, total, np.maximum(free.sum(axis=1, keepdims=True), TINY))
        treated = np.minimum(treated + share / total * np.maximum(rest, 0)[:, None], state)
    return treated


def _whole(treated: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Whole people by band, right on average and exact in sum (systematic sampling): never more than the band rounded up."""
    running = np.cumsum(treated, axis=1)
    running[:, -1] = np.round(running[:, -1])
    steps = np.floor(running + generator.random((len(treated), 1)))
    return np.diff(steps, axis=1, prepend=0)


def _note(stocks: np.ndarray, week: int, state: np.ndarray, standard_weeks: int, long_weeks: int) -> None:
    total = state.sum(axis=1)
    inside = state[:, :standard_weeks].sum(axis=1)
    stocks[0, :, week] = total
    stocks[1, :, week] = np.where(total > TINY, inside / np.maximum(total, TINY), 1.0)
    stocks[2, :, week] = state[:, long_weeks:].sum(axis=1)


def _balance(
    came: np.ndarray, accounted: np.ndarray, state: np.ndarray, lists: Sequence[ListModel], week: int
) -> None:
    """Nobody appears or vanishes."""
    off = np.abs(came - accounted)
    if (off > TINY * np.maximum(came, 1.0)).any() or state.min() < -TINY:
        worst = int(np.argmax(off / np.maximum(came, 1.0)))
        raise AssertionError(f"list '{lists[worst].name}' does not balance in week {week + 1}")


def _counts(generator: np.random.Generator, means: np.ndarray, scatter: np.ndarray) -> np.ndarray:
    """Random whole counts with the given means and variance = scatter × mean: Poisson, or negative binomial above 1. scatter (rows, 1)."""
    beyond = np.maximum(scatter - 1, TINY)
    drawn = generator.gamma(np.maximum(means / beyond, TINY), beyond)
    return generator.poisson(np.where(scatter > 1 + TINY, drawn, means)).astype(float)


def _check(lists: Sequence[ListModel], weeks: int) -> None:
    if weeks < 1 or not lists:
        raise DefinitionError("a projection needs at least one list and one week")
    for each in lists:
        parts = (each.waiting, each.leaving, each.weights)
        if (
            min(each.arrivals, each.transfers, each.capacity, each.slots(weeks).min()) < 0
            or any((part < 0).any() for part in parts)
            or (each.leaving > 1).any()
        ):
            raise DefinitionError(
                f"list '{each.name}': waiting, arrivals, transfers, capacity and chances cannot be negative, nor a chance above 1; "
                "people who join without a start are transfers in"
            )
        if len({len(part) for part in parts}) != 1:
            raise DefinitionError(
                f"list '{each.name}': waiting, leaving and weights must have the same bands"
            )
