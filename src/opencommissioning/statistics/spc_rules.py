"""Rules that tell special from common cause. Each returns int8 marks the shape of the values: +1 high or rising,
−1 low or falling, 0 nothing. Series lie along the last axis; a missing value breaks every run; `group` (rebase group)
keeps a run from crossing a change of limits.
"""

from typing import Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Marks = NDArray[np.int8]
Flags = NDArray[np.bool_]
TwoInThree = Literal["mdc", "pbi"]

COMMON, OUTSIDE, TREND, TWO_IN_THREE, SHIFT = range(5)
_TEXTS = {
    OUTSIDE: ("Above UCL", "Below LCL"),
    TREND: ("{} Point Trend (Increasing)", "{} Point Trend (Decreasing)"),
    TWO_IN_THREE: ("2 in 3 Above CL", "2 in 3 Below CL"),
    SHIFT: ("{} Points Above CL", "{} Points Below CL"),
}


class Lines(Protocol):
    """Centre, process limits and near limits of every point: of `XmrLimits`, or of `ProcessLimits` for the other charts."""

    mean: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    near_lower: NDArray[np.float64]
    near_upper: NDArray[np.float64]


class SpecialCauses(NamedTuple):
    """`rule`: COMMON, OUTSIDE, TREND, TWO_IN_THREE or SHIFT, the highest in priority; `direction`: +1, −1, 0."""

    rule: NDArray[np.int8]
    direction: Marks


def astronomical(values: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> Marks:
    """Points strictly outside the limits."""
    table = np.asarray(values, dtype=float)
    return _signed(table > np.asarray(upper), table < np.asarray(lower))


def side_of(values: ArrayLike, centre: ArrayLike) -> Marks:
    """+1 above the centre line, −1 below it, 0 on it or missing."""
    table = np.asarray(values, dtype=float)
    return _signed(table > np.asarray(centre), table < np.asarray(centre))


def shift(values: ArrayLike, centre: ArrayLike, n: int = 7, group: ArrayLike | None = None) -> Marks:
    """Every point of a run of n or more successive points on one side of the centre; a point on it breaks the run."""
    return _spread_back(run_ends(side_of(values, centre), n, group), n)


def trend(values: ArrayLike, n: int = 7, group: ArrayLike | None = None) -> Marks:
    """Every point of n or more successive points strictly rising or falling (n − 1 steps); a tie breaks it.

    A turning point that belongs to two trends takes the right-hand one.
    """
    ends = trend_ends(values, n, group)
    rising, falling = _back(ends > 0, n), _back(ends < 0, n)
    # Where two trends meet, the point starts the later one: its own step onwards decides.
    onwards = np.zeros(ends.shape, dtype=np.int8)
    onwards[..., :-1] = _steps(values)[..., 1:]
    return np.where(rising & falling, onwards, _signed(rising, falling)).astype(np.int8)


def two_in_three(
    values: ArrayLike, limits: Lines, *, variant: TwoInThree = "mdc", whole: bool = False, group=None
) -> Marks:
    """Two of three successive points far out on one side.

    `mdc`: at least two between the near and the process limit and all three on one side of the mean; the far points
    are marked (`whole`: all three). `pbi`: any three whose sum of +1 above, −1 below the 2σ line reaches ±2; points
    beyond 3σ count and the third may lie anywhere.
    """
    table = np.asarray(values, dtype=float)
    if variant == "pbi":
        return two_in_three_pbi(table, limits.near_lower, limits.near_upper, whole=whole, group=group)
    close = close_to_limits(table, limits)
    members = two_in_three_members(close, side_of(table, limits.mean), group)
    return members if whole else np.where(close, members, 0).astype(np.int8)


def two_in_three_pbi(values, near_lower, near_upper, *, whole: bool = False, group=None) -> Marks:
    """Power BI's form of the rule; `whole` marks all three points, otherwise only those beyond the 2σ line."""
    beyond = astronomical(values, near_lower, near_upper)
    sums = _windows(beyond, 3, np.add)
    sums = np.where(_same_group(sums.shape, 3, group), sums, 0)
    high, low = _back(sums >= 2, 3), _back(sums <= -2, 3)
    if whole:
        return _signed(high, low)
    return _signed(high & (beyond > 0), low & (beyond < 0))


def two_in_three_members(close: ArrayLike, side: ArrayLike, group: ArrayLike | None = None) -> Marks:
    """All points of every three in a row on one side of the mean of which two or more are close to a limit."""
    side = np.asarray(side)
    near = _windows(np.asarray(close).astype(np.int8), 3, np.add) >= 2
    ends = run_ends(side, 3, group) * near
    return _spread_back(ends, 3)


def run_ends(side: ArrayLike, n: int, group: ArrayLike | None = None) -> Marks:
    """Points that complete (or prolong) a run of n equal non-zero signs."""
    side = np.asarray(side)
    whole = _same_group(side.shape, n, group)
    up = _windows(side > 0, n, np.logical_and) & whole
    down = _windows(side < 0, n, np.logical_and) & whole
    return _signed(up, down)


def trend_ends(values: ArrayLike, n: int = 7, group: ArrayLike | None = None) -> Marks:
    """Points that complete (or prolong) n successive points strictly rising or falling."""
    ends = run_ends(_steps(values), n - 1)
    return np.where(_same_group(ends.shape, n, group), ends, 0).astype(np.int8)


def special_causes(
    values: ArrayLike,
    limits: Lines,
    *,
    shift_n: int = 7,
    trend_n: int = 7,
    two_in_three_variant: TwoInThree = "mdc",
    group: ArrayLike | None = None,
) -> SpecialCauses:
    """The highest-ranking rule each point breaks and its direction (Making Data Count's order of rules)."""
    ranked = (
        (SHIFT, shift(values, limits.mean, shift_n, group)),
        (TWO_IN_THREE, two_in_three(values, limits, variant=two_in_three_variant, group=group)),
        (TREND, trend(values, trend_n, group)),
        (OUTSIDE, astronomical(values, limits.lower, limits.upper)),
    )
    rule = np.zeros(np.shape(values), dtype=np.int8)
    direction = np.zeros(np.shape(values), dtype=np.int8)
    for number, marks in ranked:
        found = marks != 0
        np.copyto(rule, np.int8(number), where=found)
        np.copyto(direction, marks, where=found)
    return SpecialCauses(rule, direction)


def cause_text(rule: int, direction: int, *, shift_n: int = 7, trend_n: int = 7) -> str:
    """The words of the R package's `special_cause_type`, such as "7 Points Above CL"."""
    if rule == COMMON:
        return "Common Cause"
    return _TEXTS[rule][0 if direction > 0 else 1].format(trend_n if rule == TREND else shift_n)


def close_to_limits(table, limits: Lines) -> Flags:
    """Between the near and the process limit, the process limit included, the near one not."""
    high = (table > limits.near_upper) & (table <= limits.upper)
    low = (table < limits.near_lower) & (table >= limits.lower)
    return high | low


def _steps(values: ArrayLike) -> Marks:
    """Sign of the step from the previous point; 0 at the first point and beside missing values."""
    table = np.asarray(values, dtype=float)
    steps = np.zeros(table.shape, dtype=np.int8)
    steps[..., 1:] = _signed(table[..., 1:] > table[..., :-1], table[..., 1:] < table[..., :-1])
    return steps


def _windows(array, n: int, combine):
    """Combination of each point with the n − 1 before it; zero where there are not so many."""
    out = np.zeros(array.shape, dtype=array.dtype)
    size = array.shape[-1] - n + 1
    if size < 1:
        return out
    tail = out[..., n - 1 :]
    tail[...] = array[..., :size]
    for offset in range(1, n):
        combine(tail, array[..., offset : offset + size], out=tail)
    return out


def _same_group(shape: tuple[int, ...], n: int, group: ArrayLike | None) -> Flags:
    """Whether the point n − 1 before is of the same rebase group."""
    if group is None:
        return np.ones(shape[-1], dtype=bool)
    groups = np.asarray(group)
    same = np.zeros(groups.shape, dtype=bool)
    same[..., n - 1 :] = groups[..., n - 1 :] == groups[..., : max(groups.shape[-1] - n + 1, 0)]
    return same


def _spread_back(ends: Marks, n: int) -> Marks:
    return _signed(_back(ends > 0, n), _back(ends < 0, n))


def _back(ends: Flags, n: int) -> Flags:
    """Marks at the ends of runs carried back to all n points."""
    out = ends.copy()
    for offset in range(1, min(n, ends.shape[-1])):
        out[..., :-offset] |= ends[..., offset:]
    return out


def _signed(up: Flags, down: Flags) -> Marks:
    return up.astype(np.int8) - down.astype(np.int8)
