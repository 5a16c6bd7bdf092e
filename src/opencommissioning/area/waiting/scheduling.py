"""Who would be seen when: a waiting list in a file against slots a week, first come first served and by priority. Rows are not kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import isnan
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.area.waiting.list_files import FEW
from opencommissioning.disclosure.rules import HES
from opencommissioning.errors import DefinitionError
from opencommissioning.flow.schedules import by_priority, in_turn
from opencommissioning.sources.list_records import Listed, read_waiting_list

TARGETS = {1: 7, 2: 28, 3: 84, 4: 365}  # days, of clinical priorities P1 to P4 (NHS England, 2020)
RECENT = 13  # weeks whose joiners tell how many join
Days = np.ndarray


@dataclass(frozen=True)
class Class:
    """People of one priority under both orders: those waiting now, those seen of them and of who joins, mean days until seen, share
    seen within the priority's target. nan where nobody is seen."""

    name: str
    people: int
    seen: tuple[int, int]
    days: tuple[float, float]
    within: tuple[float, float]


@dataclass(frozen=True)
class Schedule:
    """A list against its slots. `joining`: new people a week that were counted on; `left_over`: still unseen at the end."""

    listed: Listed
    slots: float
    weeks: int
    joining: float
    classes: tuple[Class, ...]
    left_over: int

    @property
    def sentence(self) -> str:
        """What the order changes, in words."""
        first, last = self.classes[0], self.classes[-1]
        told = f"{self.slots:,.0f} slots a week for {self.weeks} weeks, {self.joining:,.1f} joining a week: {self.left_over:,} are unseen at the end in either order."
        if len(self.classes) < 2:
            return f"{told} All have one priority, so the order is that of referral."
        return f"{told} By priority, {_after(first)}, and {_after(last)}."


def _after(each: Class) -> str:
    turn, priority = ("nobody" if isnan(days) else f"{days:,.0f} days" for days in each.days)
    if priority == "nobody":
        return f"nobody of {each.name} would be seen, in turn after {turn} on average"
    return f"{each.name} would be seen after {priority} on average instead of {turn}"


def of_schedule(path: Path, census: date, slots: float, weeks: int, joining: float | None = None) -> Schedule:
    """Those waiting on the census day and those who join after it, over `weeks` of evenly spread weekday slots.

    `joining`: new people a week (without: as in the 13 weeks before the census), of the priorities of the list. DefinitionError for
    fewer than 8 people waiting, or no slot.
    """
    listed = read_waiting_list(Path(path), census)
    waiting = listed.rows.filter(pl.col("removed").is_null())
    if waiting.height < FEW:
        raise DefinitionError(f"fewer than {FEW} people are waiting; a smaller group is not shown")
    rate = _rate(listed.rows, census) if joining is None else joining
    days = _slots(census, slots, weeks)
    if not len(days):
        raise DefinitionError(f"{slots:g} slots a week for {weeks} weeks are no slot; give more")
    came = np.array([(day - census).days for day in waiting["referred"]], np.int64)
    class_ = waiting["priority"].fill_null(99).to_numpy().astype(np.int64)
    later = np.sort(_evenly(rate, weeks))
    referred = np.concatenate([came, later])
    priority = np.concatenate([class_, _as_listed(class_, len(later))])
    places = in_turn(referred, days), by_priority(referred, priority, days)
    shown = _classes(priority)
    classes = tuple(_class(names, referred, priority, places, days) for names in shown)
    left = int(HES.rounded(np.int64((places[0] < 0).sum())))
    return Schedule(listed, slots, weeks, rate, classes, left)


def _rate(rows: pl.DataFrame, census: date) -> float:
    since = census - timedelta(weeks=RECENT)
    return rows.filter(pl.col("referred") > since).height / RECENT


def _slots(census: date, slots: float, weeks: int) -> Days:
    """Days after the census (1 …) of each slot: spread evenly over the weekdays."""
    weekdays = np.array([day for day in range(1, 7 * weeks + 1) if (census + timedelta(day)).weekday() < 5])
    number = int(slots * weeks)
    return (
        weekdays[(np.arange(number) * len(weekdays)) // max(number, 1)] if number else np.zeros(0, np.int64)
    )


def _evenly(rate: float, weeks: int) -> Days:
    number = int(rate * weeks)
    return (np.arange(number) * 7 * weeks) // max(number, 1) if number else np.zeros(0, np.int64)


def _as_listed(class_: Days, number: int) -> Days:
    """Priorities of those who join: those of the list, in turn and in its proportions."""
    ordered = np.sort(class_)
    return ordered[(np.arange(number) * 7919) % len(ordered)]  # a step that meets every place of a list


def _classes(priority: Days) -> list[Sequence[int]]:
    """Priorities of which enough people are there; the small ones are put to the next."""
    out: list[list[int]] = []
    held: list[int] = []
    count = 0
    for number in np.unique(priority):
        held.append(int(number))
        count += int((priority == number).sum())
        if count >= FEW:
            out.append(held)
            held, count = [], 0
    if held and out:
        out[-1] += held
    return [tuple(each) for each in out]


def _class(
    names: Sequence[int], referred: Days, priority: Days, places: tuple[Days, Days], days: Days
) -> Class:
    mine = np.isin(priority, names)
    target = max(TARGETS.get(each, 365) for each in names)
    told = [_waits(referred[mine], each[mine], days) for each in places]
    word = " and ".join("no priority" if each == 99 else f"P{each}" for each in names)
    return Class(
        word, int(HES.rounded(np.int64(mine.sum()))),
        (int(HES.rounded(np.int64(len(told[0])))), int(HES.rounded(np.int64(len(told[1]))))),
        (_mean(told[0]), _mean(told[1])), (_mean(told[0] <= target), _mean(told[1] <= target)),
    )  # fmt: skip


def _waits(referred: Days, places: Days, days: Days) -> Days:
    seen = places >= 0
    return days[places[seen]] - referred[seen]


def _mean(values: Days) -> float:
    return float(values.mean()) if len(values) >= FEW else float("nan")
