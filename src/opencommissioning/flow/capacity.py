"""What it takes: list sizes and capacity that keep a standard. Rates per week, times in weeks, everywhere."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from opencommissioning.catalogue.shares import per_cent
from opencommissioning.errors import DefinitionError
from opencommissioning.statistics.intervals import z_of
from opencommissioning.statistics.queues import factor_for_share

RELIEF_WEEKS = 26
TOO_BIG = 2  # times the target list


@dataclass(frozen=True)
class Standard:
    """`share` of people must wait no longer than `weeks`: 92 % within 18 weeks by default."""

    share: float = 0.92
    weeks: float = 18.0

    @property
    def factor(self) -> float:
        """Target over mean wait, from the standard itself: −ln(1 − share), not a fixed 4."""
        return factor_for_share(self.share)

    @property
    def mean_wait(self) -> float:
        """The mean wait in weeks at which the standard is just met, when waits are exponential."""
        return self.weeks / self.factor


RTT = Standard()


@dataclass(frozen=True)
class Flow:
    """What is known of a list: arrivals and departures per week (means over `observed` weeks), and how they scatter.

    `scatter` of each is variance over mean of weekly counts (1: Poisson).
    """

    arrivals: float
    departures: float
    observed: float
    arrivals_scatter: float = 1.0
    departures_scatter: float = 1.0

    @property
    def load(self) -> float:
        """Arrivals over departures; 1 or more means growth without limit, inf when nobody leaves."""
        return self.arrivals / self.departures if self.departures > 0 else float("inf")

    @property
    def arrivals_error(self) -> float:
        """Standard error of the mean weekly arrivals."""
        return float(np.sqrt(self.arrivals * self.arrivals_scatter / self.observed))


@dataclass(frozen=True)
class Estimate:
    """A number with its limits (95 % unless said otherwise), all in the same unit."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Needs:
    """What a list needs: capacities are departures per week."""

    size: float
    target_size: Estimate
    too_big: bool
    relief: Estimate
    relief_until: date
    target_capacity: Estimate
    sentence: str


def target_size(flow: Flow, standard: Standard = RTT, confidence: float = 0.95) -> Estimate:
    """The largest list that keeps the standard, by Little's law: λ·T/F people, with limits from the arrivals' standard error."""
    return _with_limits(flow, confidence, lambda arrivals: arrivals * standard.mean_wait)


def relief_capacity(
    flow: Flow,
    size: float,
    weeks: float = RELIEF_WEEKS,
    standard: Standard = RTT,
    confidence: float = 0.95,
) -> Estimate:
    """Departures per week that bring `size` down to the target list in `weeks`: λ + (Q − Q*)/weeks."""
    _refuse(weeks <= 0, "the number of weeks must be more than 0")
    return _with_limits(
        flow, confidence, lambda arrivals: arrivals + (size - arrivals * standard.mean_wait) / weeks
    )


def target_capacity(flow: Flow, standard: Standard = RTT, confidence: float = 0.95) -> Estimate:
    """Departures per week that hold the standard once the list is at its target: λ + ((cv²ₐ + cv²ₛ)/2)·F/T (Kingman, heavy traffic).

    The squared coefficients of variation of gaps are the scatter of counts, which is stable when dates are stamped by day.
    """
    spare = (flow.arrivals_scatter + flow.departures_scatter) / 2 / standard.mean_wait
    return _with_limits(flow, confidence, lambda arrivals: arrivals + spare)


def pressure(mean_wait: float, standard: Standard = RTT) -> float:
    """2 × mean wait / target, both in weeks; above 1 the standard is likely to be missed."""
    return 2 * mean_wait / standard.weeks


def needs(
    flow: Flow,
    size: float,
    start: date,
    weeks: float = RELIEF_WEEKS,
    standard: Standard = RTT,
    confidence: float = 0.95,
) -> Needs:
    """What a list of `size` people needs to be back at its standard in `weeks`, and to stay there."""
    _refuse(size < 0, "the list cannot be smaller than 0")
    goal = target_size(flow, standard, confidence)
    relief = relief_capacity(flow, size, weeks, standard, confidence)
    until = start + timedelta(weeks=weeks)
    steady = target_capacity(flow, standard, confidence)
    return Needs(
        size,
        goal,
        size > TOO_BIG * goal.value,
        relief,
        until,
        steady,
        _sentence(flow, size, goal, relief, until, steady, standard),
    )


def _sentence(
    flow: Flow,
    size: float,
    goal: Estimate,
    relief: Estimate,
    until: date,
    steady: Estimate,
    standard: Standard,
) -> str:
    wanted = f"{per_cent(standard.share)} within {standard.weeks:g} weeks"
    if flow.departures <= 0:
        return f"Nobody left this list in {flow.observed:.0f} weeks, so it grows by {flow.arrivals:.1f} a week; {wanted} needs a capacity at all."
    if size <= goal.value:
        return f"{size:,.0f} people wait; up to {goal.value:,.0f} are consistent with {wanted}. Keep {steady.value:.1f} departures a week."
    return (
        f"{size:,.0f} people wait, {goal.value:,.0f} ({goal.lower:,.0f} to {goal.upper:,.0f}) would be consistent with {wanted}. "
        f"To be there by {until.day} {until:%B %Y}: {relief.value:.1f} ({relief.lower:.1f} to {relief.upper:.1f}) departures a week instead of "
        f"{flow.departures:.1f}; from then on {steady.value:.1f} ({steady.lower:.1f} to {steady.upper:.1f})."
    )


def _with_limits(flow: Flow, confidence: float, of) -> Estimate:
    z = z_of(confidence) * flow.arrivals_error
    values = [of(max(0.0, flow.arrivals + step)) for step in (-z, 0.0, z)]
    return Estimate(values[1], min(values), max(values))


def _refuse(wrong: bool, sentence: str) -> None:
    if wrong:
        raise DefinitionError(sentence)
