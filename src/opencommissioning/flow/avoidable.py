"""How much of potentially avoidable activity would go: mean and spread in closed form, overlaps counted once.

Rows (spells, attendances, appointments) are put together by exactly which kinds take them: no row is copied, none is drawn. Of next
year's rows, whose number is Poisson around this year's times `growth`, each is kept with the product of its kinds' shares; the nights
(or, of appointments, the one visit) of a kept row then remain each with the share of one later kind: the first that applies. A share
is the same for all rows of its kind and itself uncertain, which is most of the spread. Source of the model: New Hospital Programme.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from opencommissioning.errors import DefinitionError
from opencommissioning.statistics.clipped import from_range

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
NODES, WEIGHTS = np.polynomial.legendre.leggauss(32)  # exact for up to 64 kinds of one row
RULES = ("in turn", "evenly")
MOST = 63  # kinds that fit into the bits of one whole number


@dataclass(frozen=True)
class Shares:
    """What remains of each kind (arrays over kinds): the mean of the share and of its square."""

    first: Floats
    second: Floats

    @property
    def variance(self) -> Floats:
        """Of each share."""
        return np.maximum(self.second - self.first**2, 0.0)


def shares(low: ArrayLike, high: ArrayLike, chance: ArrayLike = 0.8) -> Shares:
    """Shares that remain, from ranges that hold them with so much chance. Both 1: a kind that nothing is done about."""
    return Shares(*from_range(low, high, chance))


def shares_of_rates(now: ArrayLike, low: ArrayLike, high: ArrayLike, chance: ArrayLike = 0.8) -> Shares:
    """Shares that remain when a rate of today is to come down to a range of rates (same unit); a rate above today's keeps all."""
    now, low, high = (np.asarray(each, float) for each in (now, low, high))
    if np.any(now <= 0):
        raise DefinitionError("a rate of 0 or less cannot come down; leave that kind out")
    return shares(np.minimum(low / now, 1), np.minimum(high / now, 1), chance)


@dataclass(frozen=True)
class Groups:
    """Rows put together. `avoided` (groups, kinds): which kinds take the rows; `later` (groups, kinds): the one later kind, if any.

    `rows`, `nights`, `squares` (groups,): number of rows, the sum of their nights, the sum of their squares.
    """

    avoided: Bools
    later: Bools
    rows: Floats
    nights: Floats
    squares: Floats


def groups(bits: NDArray[np.int64], nights: NDArray[np.int64], is_later: Sequence[bool]) -> Groups:
    """Rows (bit k of `bits`: kind k takes the row; `nights` of each) put together by their kinds. Of the later kinds the first stays."""
    if len(is_later) > MOST:
        raise DefinitionError(f"{len(is_later)} kinds at once are more than {MOST}; ask for fewer")
    night = pl.col("nights").cast(pl.Float64)
    sums = (
        pl.len().cast(pl.Float64).alias("rows"),
        night.sum().alias("sum"),
        (night * night).sum().alias("squares"),
    )
    # by hashes: sorting the rows took half the time of the whole answer
    found = pl.DataFrame({"bits": bits, "nights": nights}).group_by("bits").agg(*sums).sort("bits")
    taken = (found["bits"].to_numpy()[:, None] >> np.arange(len(is_later))) & 1 == 1
    return of_patterns(taken, *(found[each].to_numpy() for each in ("rows", "sum", "squares")), is_later)


def of_patterns(
    taken: Bools, rows: Floats, nights: Floats, squares: Floats, is_later: Sequence[bool]
) -> Groups:
    """The same from rows that were counted by their kinds already: taken (groups, kinds)."""
    later = taken & np.asarray(is_later, bool)
    first = later & (np.cumsum(later, axis=1) == 1)
    return Groups(taken & ~np.asarray(is_later, bool), first, *(np.asarray(each, float) for each in (rows, nights, squares)))  # fmt: skip


@dataclass(frozen=True)
class Amount:
    """Mean and standard deviation of what would go."""

    mean: float
    sd: float


@dataclass(frozen=True)
class Avoided:
    """What would go in a year: rows, nights of those rows and of shortened stays together, and nights of shortened stays alone.

    For appointments, which have one visit each instead of nights, `shortened` are those that would be by telephone or video.
    """

    rows: Amount
    nights: Amount
    shortened: Amount


def avoided(found: Groups, kept: Shares, growth: float = 1.0) -> Avoided:
    """Mean and spread of what would go when all kinds are acted on together.

    With a group's shares A = Πf over its kinds and g of its later kind: rows E = λ(1 − A); nights of a row of L nights
    E = L(1 − Ag), E[X²] = L²(1 − A) + A(Lg(1 − g) + L²(1 − g)²). Var = λ E[X²] + Var(conditional mean), over groups by their common shares.
    """
    n, l1, l2 = (growth * each for each in (found.rows, found.nights, found.squares))
    both = found.avoided | found.later
    a, ag = _mean(found.avoided, kept), _mean(both, kept)
    agg = _square_of_later(found, kept)
    left_of_nights = l1 * (ag - agg) + l2 * (a - 2 * ag + agg)
    aa = _together(found.avoided, kept)
    ab, bb = _with_later(aa, found, kept)
    shorter = aa - ab - ab.T + bb - np.outer(a - ag, a - ag)
    return Avoided(
        _amount(n * (1 - a), n * (1 - a), n, aa - np.outer(a, a)),
        _amount(l1 * (1 - ag), l2 * (1 - a) + left_of_nights, l1, bb - np.outer(ag, ag)),
        _amount(l1 * (a - ag), left_of_nights, l1, shorter),
    )


def _amount(means: Floats, squares: Floats, weights: Floats, covariances: Floats) -> Amount:
    variance = squares.sum() + np.einsum("g,gh,h->", weights, covariances, weights)
    return Amount(float(means.sum()), float(np.sqrt(max(variance, 0.0))))


def _mean(taken: Bools, kept: Shares) -> Floats:
    return np.where(taken, kept.first, 1.0).prod(axis=1)


def _square_of_later(found: Groups, kept: Shares) -> Floats:
    """E[A g²]; the later kind is none of those in A. Without one, g is 1."""
    return _mean(found.avoided, kept) * np.where(found.later, kept.second, 1.0).prod(axis=1)


def _together(taken: Bools, kept: Shares) -> Floats:
    """E[Π of one · Π of the other] for every pair of groups: a kind in both counts with the mean of its square, in one with its mean.

    By sums of logarithms, so that all pairs cost one product of matrices; a small one, for which threads would cost more than they save.
    """
    used = taken.any(axis=0)
    tiny = np.finfo(float).tiny
    first, second = (np.log(np.maximum(each[used], tiny)) for each in (kept.first, kept.second))
    x = taken[:, used].astype(float)
    both = np.einsum("gk,hk->gh", x * (second - 2 * first), x)
    single = (x * first).sum(axis=1)
    return np.exp(single[:, None] + single[None, :] + both)


def _with_later(aa: Floats, found: Groups, kept: Shares) -> tuple[Floats, Floats]:
    """The same with the later kind of the other group, and with those of both: a group has one at most, which is none of its others."""
    g = _mean(found.later, kept)
    kind = np.where(found.later.any(axis=1), found.later.argmax(axis=1), -1)
    ratio = kept.second / np.maximum(kept.first**2, np.finfo(float).tiny)
    same = (kind[:, None] == kind[None, :]) & (kind >= 0)[:, None]
    ab = aa * g[None, :]
    return ab, ab * np.where(same, (g * ratio[kind])[:, None], g[:, None])


def alone(found: Groups, kept: Shares, growth: float = 1.0) -> tuple[Floats, Floats]:
    """Per kind (mean, sd): rows that would go, or for later kinds nights, if only this kind were acted on. Later kinds: of the rows
    for which they come first."""
    rows = growth * (found.avoided * found.rows[:, None]).sum(axis=0)
    nights, squares = (
        growth * (found.later * each[:, None]).sum(axis=0) for each in (found.nights, found.squares)
    )
    units = rows + nights
    first, second = kept.first, kept.second
    by_row = rows * (1 - first) + nights * (first - second) + squares * (1 - 2 * first + second)
    return units * (1 - first), np.sqrt(by_row + units**2 * kept.variance)


def attributed(found: Groups, kept: Shares, rule: str = RULES[0], growth: float = 1.0) -> Floats:
    """Per kind the mean of what would go that is put to its account; the sum is the whole of `avoided` (rows; nights for later kinds).

    "in turn": in the order of the kinds, each of what the earlier ones leave. "evenly": the mean over all orders (Shapley 1953), by the
    integral of the multilinear extension (Owen 1972): (1 − f) ∫ Π (1 − t(1 − f of the others)) dt.
    """
    if rule not in RULES:
        raise DefinitionError(f"'{rule}' is no rule of attribution; choose from {', '.join(RULES)}")
    gone = np.where(found.avoided, 1 - kept.first, 0.0)
    before = _in_turn(gone) if rule == RULES[0] else _evenly(gone)
    rows = growth * found.rows @ (before * gone)
    after = _mean(found.avoided, kept)[:, None] * np.where(found.later, 1 - kept.first, 0.0)
    return rows + growth * found.nights @ after


def _in_turn(gone: Floats) -> Floats:
    left = np.cumprod(1 - gone, axis=1)
    return np.concatenate([np.ones((len(gone), 1)), left[:, :-1]], axis=1)


def _evenly(gone: Floats) -> Floats:
    out = np.zeros_like(gone)
    for node, weight in zip((NODES + 1) / 2, WEIGHTS / 2, strict=True):
        each = 1 - node * gone  # never 0: a node lies inside 0…1
        out += weight * each.prod(axis=1, keepdims=True) / each
    return out


def counted_once(found: Groups) -> Floats:
    """Per kind the rows that count under it: those of which it is the first kind (later kinds among themselves)."""
    first = found.avoided & (np.cumsum(found.avoided, axis=1) == 1)
    return found.rows @ (first | found.later)


def overlaps(taken: Bools, rows: Floats) -> Floats:
    """(kinds, kinds): rows that both kinds take; on the diagonal all rows of a kind."""
    each = taken.astype(float)
    return (each * np.asarray(rows, float)[:, None]).T @ each
