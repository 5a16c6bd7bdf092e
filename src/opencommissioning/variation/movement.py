"""When an organisation moved relative to all others: a change of level that luck would seldom give.

The series is looked at relative to the centre of its level in the same month, so that winters, dispensing days and national price
changes, which move everybody, do not count as anybody's movement.
"""

from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from opencommissioning.statistics.breaks import Breaks, find_break
from opencommissioning.variation.verdict import MOVE_FALSE_ALARM, RECENT

SHORTEST = 3
FEWEST_MONTHS = 12
SMALLEST_MOVE = 0.10  # a move of less than 10 % is not worth anybody's minute, however certain


@dataclass(frozen=True)
class Movement:
    """Per organisation: the month it moved in (None), level before and after in the measure's unit, p-value, whether recent."""

    month: list[date | None]
    before: np.ndarray
    after: np.ndarray
    p: np.ndarray
    recent: np.ndarray


def movements(values: np.ndarray, centre: np.ndarray, months: tuple[date, ...]) -> Movement:
    """The most likely change of level of each row. values, centre: (organisations, months); centre is what everybody did."""
    if len(months) < FEWEST_MONTHS:
        return _none(len(values))
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where((centre > 0) & ~carried(values), values / centre, np.nan)
    usable = np.isfinite(relative).sum(axis=1) >= FEWEST_MONTHS
    if not usable.any():
        return _none(len(values))
    found = _at(usable, find_break(relative[usable], shortest=SHORTEST))
    with np.errstate(invalid="ignore"):
        large = np.abs(found.after - found.before) >= SMALLEST_MOVE * np.abs(found.before)
        sure = usable & (found.p_value <= MOVE_FALSE_ALARM) & large & (found.position >= 0)
    recent = sure & (found.position >= len(months) - RECENT)
    level = centre[np.arange(len(values)), _last(centre)]
    return Movement(
        month=[months[place] if moved else None for place, moved in zip(found.position, recent, strict=True)],
        before=np.where(recent, found.before * level, np.nan),
        after=np.where(recent, found.after * level, np.nan),
        p=np.where(usable, found.p_value, np.nan),
        recent=recent,
    )


def _at(rows: np.ndarray, found: Breaks) -> Breaks:
    """The breaks of some rows in their places among all; the others have none."""

    def spread(part: np.ndarray) -> np.ndarray:
        out = np.full(len(rows), -1 if part.dtype.kind == "i" else np.nan, part.dtype)
        out[rows] = part
        return out

    return Breaks(**{each.name: spread(getattr(found, each.name)) for each in fields(found)})


def carried(values: np.ndarray) -> np.ndarray:
    """bool (months,): a month in which nobody's value differs from the month before, for it is the same yearly figure shown again."""
    same = (values[:, 1:] == values[:, :-1]) | (np.isnan(values[:, 1:]) & np.isnan(values[:, :-1]))
    again = same.all(axis=0) & np.isfinite(values[:, 1:]).any(axis=0)
    return np.concatenate([[False], again])


def _last(centre: np.ndarray) -> np.ndarray:
    """The last column of each row with a centre."""
    there = np.isfinite(centre)
    return np.where(there.any(axis=1), centre.shape[1] - 1 - there[:, ::-1].argmax(axis=1), 0)


def _none(count: int) -> Movement:
    nothing = np.full(count, np.nan)
    return Movement([None] * count, nothing, nothing, nothing, np.zeros(count, bool))
