"""Standardised rates and ratios: what an area would show with everybody's ages, or what everybody's rates would give in it.

Counts and populations are arrays whose last axis is the band (age × sex); a missing count is 0, a missing population an error.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from opencommissioning.errors import DefinitionError
from opencommissioning.statistics.intervals import Interval, byar, poisson

Floats = NDArray[np.float64]
FEWEST_EVENTS = 10  # below it a directly standardised rate has no value (Byar's approximation would mislead)
# European Standard Population 2013: 0–4, 5–9 … 85–89, 90 and over.
ESP2013 = (
    5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000, 7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000,
)  # fmt: skip


@dataclass(frozen=True)
class Standardised:
    """Per area: `observed` events, `expected` events (nan for direct rates), and the rate or ratio with its limits."""

    observed: Floats
    expected: Floats
    interval: Interval


def direct(
    events: ArrayLike,
    population: ArrayLike,
    standard: ArrayLike,
    confidence: float = 0.95,
    multiplier: float = 100_000,
    spread: ArrayLike = 0,
) -> Standardised:
    """Directly standardised rate with Dobson's interval (Dobson et al. 1991, Statistics in Medicine 10: 457–462).

    events, population, standard: (…, bands); `spread`: variance that a band's count has beside chance (of rounding), added to its own. Areas with fewer than `FEWEST_EVENTS` have no value. Refuses a population of 0 or less.
    """
    x, n, w = _bands(events, population, standard)
    _refuse(np.any(~(n > 0)), "a population is 0, negative or missing")
    return _dobson(x.sum(-1), _rate(x, n, w), _variance(x + spread, n, w), confidence, multiplier)


def direct_with_repeats(
    persons: ArrayLike,
    frequency: ArrayLike,
    population: ArrayLike,
    standard: ArrayLike,
    confidence: float = 0.95,
    multiplier: float = 100_000,
) -> Standardised:
    """The same for events that come several to a person (readmissions): limits widened by the spread of events per person.

    persons: (…, frequencies, bands), how many had exactly `frequency[f]` events; population, standard: (…, bands).
    V = Σ_f f² V_f, with V_f of the persons who had f events.
    """
    times = np.asarray(frequency, float)[:, None]
    people = np.nan_to_num(np.asarray(persons, float))
    _, n, w = _bands(0, population, standard)
    _refuse(np.any(~(n > 0)), "a population is 0, negative or missing")
    variance = (_variance(people, n[..., None, :], w[..., None, :]) * times[:, 0] ** 2).sum(-1)
    events = (people * times).sum(-2)
    return _dobson(events.sum(-1), _rate(events, n, w), variance, confidence, multiplier)


def expected_events(
    population: ArrayLike, reference_events: ArrayLike, reference_population: ArrayLike
) -> Floats:
    """Events that the reference's rates would give in each area: Σ over bands of x_ref / n_ref · n; a missing population counts 0."""
    x, reference, n = _bands(reference_events, reference_population, population)
    _refuse(np.any(~(reference > 0)), "a reference population is 0, negative or missing")
    return (x / reference * np.nan_to_num(n)).sum(-1)


def indirect(
    observed: ArrayLike, expected: ArrayLike, confidence: float = 0.95, multiplier: float = 1
) -> Standardised:
    """Observed over expected (a standardised ratio; × `multiplier`), with the Poisson interval of the observed count.

    An indirectly standardised rate is the ratio with the reference's own rate as the multiplier. Two areas' ratios are each comparable
    with the reference, not strictly with each other.
    """
    o, e = np.broadcast_arrays(np.asarray(observed, float), np.asarray(expected, float))
    _refuse(np.any(~(e > 0)), "expected events are 0, negative or missing")
    limits = poisson(o, confidence)
    return Standardised(o, e, Interval(*(multiplier * part / e for part in (o, limits.lower, limits.upper))))


def _rate(x: Floats, n: Floats, w: Floats) -> Floats:
    return (w * x / n).sum(-1) / w.sum(-1)


def _variance(x: Floats, n: Floats, w: Floats) -> Floats:
    return (w**2 * x / n**2).sum(-1) / w.sum(-1) ** 2


def _dobson(
    total: Floats, rate: Floats, variance: Floats, confidence: float, multiplier: float
) -> Standardised:
    enough = total >= FEWEST_EVENTS
    limits = byar(np.where(enough, total, np.nan), confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        stretch = np.sqrt(variance / total)
        parts = (rate, rate + stretch * (limits.lower - total), rate + stretch * (limits.upper - total))
    shown = (np.where(enough, multiplier * part, np.nan) for part in parts)
    return Standardised(total, np.full_like(total, np.nan), Interval(*shown))


def _bands(events: ArrayLike, population: ArrayLike, third: ArrayLike) -> tuple[Floats, ...]:
    x = np.nan_to_num(np.asarray(events, float))
    _refuse(np.any(x < 0), "a count is negative")
    return tuple(np.broadcast_arrays(x, np.asarray(population, float), np.asarray(third, float)))


def _refuse(wrong: bool, sentence: str) -> None:
    if wrong:
        raise DefinitionError(f"a standardised rate cannot be made: {sentence}")
