"""Life expectancy from deaths and people by age: Chiang's abridged table (Chiang 1984), limits of Silcocks et al. 2001
(J Epidemiol Community Health 55: 38–43)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from opencommissioning.statistics.intervals import z_of

Floats = NDArray[np.float64]
AGES = (0, 1, *range(5, 95, 5))  # the last is open: 90 and over
FEWEST_PEOPLE = 5000
WIDEST = 20  # years between the 95 % limits


@dataclass(frozen=True)
class LifeExpectancy:
    """(…, ages) years still to be lived from each age of `AGES`; nan where not told, and `why` per area ("" when told)."""

    value: Floats
    lower: Floats
    upper: Floats
    why: NDArray[np.str_]


def life_expectancy(deaths: ArrayLike, population: ArrayLike, confidence: float = 0.95) -> LifeExpectancy:
    """Life tables of areas: deaths, population (…, 20 bands of `AGES`).

    Not told for areas with negative deaths, no people in a band, more deaths than people, 5,000 people or fewer, or no death at 90 and
    over (the last band's length is its deaths' inverse); a value whose 95 % interval is wider than 20 years is left out, its limits stay.
    """
    d, p = np.broadcast_arrays(np.asarray(deaths, float), np.asarray(population, float))
    why = _reasons(d, p)
    with np.errstate(divide="ignore", invalid="ignore"):
        value, se = _table(d, p)
        lower, upper = value - z_of(confidence) * se, value + z_of(confidence) * se
    bad = np.broadcast_to((why != "")[..., None], se.shape)
    lower, upper = (np.where(bad, np.nan, limit) for limit in (lower, upper))
    wide = 2 * z_of(0.95) * se > WIDEST
    return LifeExpectancy(np.where(bad | wide, np.nan, value), lower, upper, why)


def _table(d: Floats, p: Floats) -> tuple[Floats, Floats]:
    m = d / p
    n = np.broadcast_to(np.append(np.diff(AGES), 0).astype(float), m.shape).copy()
    n[..., -1] = 2 / m[..., -1]
    a = np.where(np.arange(len(AGES)) == 0, 0.1, 0.5)
    q = np.where(d > p / (n * a), 1.0, m * n / (1 + m * n * (1 - a)))
    q[..., -1] = 1
    alive = 100_000 * np.concatenate(
        [np.ones((*q.shape[:-1], 1)), np.cumprod(1 - q[..., :-1], axis=-1)], axis=-1
    )
    after = np.concatenate([alive[..., 1:], np.zeros((*q.shape[:-1], 1))], axis=-1)
    years = n * (after + a * (alive - after))
    years[..., -1] = alive[..., -1] / m[..., -1]
    value = np.where(alive > 0, _from_here(years) / alive, 0.0)  # nobody reaches an age: nothing to live
    return value, np.sqrt(_from_here(_variance(d, m, n, a, q, alive, value)) / alive**2)


def _variance(d: Floats, m: Floats, n: Floats, a: Floats, q: Floats, alive: Floats, value: Floats) -> Floats:
    """What each band adds to the variance of years lived."""
    spread = np.where(d > 0, q**2 * (1 - q) / d, 0.0)
    spread[..., -1] = 4 / (d[..., -1] * m[..., -1] ** 2)
    onward = np.concatenate([value[..., 1:], np.zeros((*q.shape[:-1], 1))], axis=-1)
    parts = spread * alive**2 * ((1 - a) * n + onward) ** 2
    parts[..., -1] = (alive[..., -1] / 2) ** 2 * spread[..., -1]
    return parts


def _from_here(parts: Floats) -> Floats:
    return np.cumsum(parts[..., ::-1], axis=-1)[..., ::-1]


def _reasons(d: Floats, p: Floats) -> NDArray[np.str_]:
    why = np.full(d.shape[:-1], "", dtype="<U60")
    for wrong, sentence in (
        (d[..., -1] == 0, "no death at 90 and over"),
        (p.sum(-1) <= FEWEST_PEOPLE, "5,000 people or fewer"),
        (np.any(d > p, -1), "more deaths than people in a band"),
        (np.any(~(p > 0), -1), "a band without people"),
        (np.any(~(d >= 0), -1), "deaths are negative or missing"),
    ):
        why = np.where(wrong, sentence, why)
    return why
