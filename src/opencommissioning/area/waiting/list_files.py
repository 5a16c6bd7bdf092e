"""Questions to waiting lists and follow-up lists in files of a person a row: counts come out, rows are not kept. No area is needed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.catalogue.waiting import function_name
from opencommissioning.disclosure.rules import HES
from opencommissioning.errors import DefinitionError, FileRefused, UnknownName
from opencommissioning.flow.beds import Beds, stay_change
from opencommissioning.flow.capacity import Needs, Standard, needs
from opencommissioning.flow.follow_ups import FollowUps, Overdue, Plan, overdue_of, slots_to_clear
from opencommissioning.flow.lists import ListStatistics, list_statistics
from opencommissioning.sources.list_records import (
    Listed,
    day_after,
    read_follow_ups,
    read_waiting_list,
    specialty_code,
)
from opencommissioning.statistics.queues import dispersion

RECENT = 13  # weeks over which people falling due are counted
STALE, ENOUGH = 14, 50  # days; people who join in a window
FEW = HES.most_hidden + 1
SPECIALTY, PRIORITY = "specialty", "priority"


@dataclass(frozen=True)
class ListAnswer:
    """A list's statistics, what it needs, and its counts broken down (small ones together, others to the nearest 5)."""

    name: str
    listed: Listed
    found: ListStatistics
    needs: Needs
    reasons: Mapping[str, int]
    waiting: Mapping[str, Mapping[str, int]]
    past_due: int
    with_due: int
    remarks: tuple[str, ...]


def of_list(
    path: Path, census: date, weeks: int, standard: Standard, relief_weeks: float, specialty: str = ""
) -> ListAnswer:
    """The list on the census day, its flow in the `weeks` before, and what it takes to be in time in `relief_weeks`.

    Of one specialty all counts are rounded first, so nothing shown tells more than they do; below 8 people DefinitionError.
    """
    listed = read_waiting_list(Path(path), census)
    rows, name = _of(listed.rows, specialty)
    end = day_after(census)
    found = list_statistics(rows, end - timedelta(weeks=weeks), end, standard)
    found = _rounded(found, name) if specialty else found
    open_ = rows.filter(pl.col("removed").is_null())
    return ListAnswer(
        name,
        listed,
        found,
        needs(found.flow, found.size, census, relief_weeks, standard),
        together(found.reasons),
        {each: _parts(open_, each) for each in (SPECIALTY, PRIORITY)},
        _hidden(int((open_["due"] < census).sum())),
        _hidden(int(open_["due"].count())),
        (*_remarks(listed, census), *_few(found)),
    )


def _of(rows: pl.DataFrame, specialty: str) -> tuple[pl.DataFrame, str]:
    if not specialty:
        return rows, "All on the list"
    code = specialty_code(specialty)
    mine = rows.filter(pl.col(SPECIALTY) == code) if code else rows.clear()
    if not mine.height:
        held = ", ".join(sorted(map(function_name, rows[SPECIALTY].drop_nulls().unique())))
        raise UnknownName(f"the file has no row of '{specialty}'; it holds {held or 'no specialties'}")
    return mine, function_name(code)


def _rounded(found: ListStatistics, name: str) -> ListStatistics:
    """The statistics from counts to the nearest 5; DefinitionError where a count is 1 to 7."""
    weeks = found.flow.observed
    counts = np.rint([found.opening, found.size, found.flow.arrivals * weeks, found.flow.departures * weeks]).astype(int)  # fmt: skip
    if HES.small(counts).any():
        raise DefinitionError(
            f"{name}: fewer than {FEW} people waiting, joining or leaving; a smaller group is not shown. Ask for a longer window with "
            "--window, or for the whole list"
        )
    opening, size, joined, left = map(int, HES.rounded(counts))
    flow = replace(found.flow, arrivals=joined / weeks, departures=left / weeks)
    return replace(found, opening=opening, size=size, flow=flow)


def _parts(rows: pl.DataFrame, column: str) -> dict[str, int]:
    if not rows[column].count():
        return {}
    counted = rows[column].cast(pl.String).fill_null("not told").value_counts().iter_rows()
    return together({function_name(part) if column == SPECIALTY else part: count for part, count in counted})


def together(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts to the nearest 5, largest first; those of 1 to 7 are put together with the next larger until nothing is small.

    Put together rather than hidden, since the total is known: a single hidden part would be the difference; without their words, which are
    somebody's. Nothing when all are few.
    """
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    kept = [each for each in ordered if each[1] >= FEW]
    small = ordered[len(kept) :]
    while small and kept and (len(small) < 2 or sum(count for _, count in small) < FEW):
        small.insert(0, kept.pop())
    out = {name: int(HES.rounded(np.array(count))) for name, count in kept}
    total = sum(count for _, count in small)
    if total >= FEW:
        out[f"others ({len(small)} kinds)"] = int(HES.rounded(np.array(total)))
    return out


def _hidden(count: int) -> int:
    """A part of the list to the nearest 5; −1 for 1 to 7."""
    return -1 if 0 < count < FEW else int(HES.rounded(np.array(count)))


def _few(found: ListStatistics) -> tuple[str, ...]:
    if found.flow.arrivals * found.flow.observed >= ENOUGH:
        return ()
    return (f"fewer than {ENOUGH} people joined in the window: load, capacities and target size of so few tell little; ask for a longer --window",)  # fmt: skip


def _remarks(listed: Listed, census: date) -> tuple[str, ...]:
    if listed.last is None or (census - listed.last).days <= STALE:
        return ()
    return (
        f"nothing happened on this list after {listed.last}: if it was taken then, give --census {listed.last}, or its flow is too small",
    )


@dataclass(frozen=True)
class FollowUpAnswer:
    """Overdue now, and what slots do. weeks, lower, upper: weeks to clear with the slots given; inf where they never do."""

    listed: Listed | None
    overdue: Overdue | None
    clinic: FollowUps
    slots: float
    weeks: float
    lower: float
    upper: float
    plan: Plan


def of_follow_ups(
    path: Path | None,
    census: date,
    slots: float,
    by_weeks: float,
    clinic: FollowUps | None = None,
    due: float | None = None,
    missed: float = 0.0,
    initiated: float = 0.0,
    longer: float = 0.0,
) -> FollowUpAnswer:
    """Of a file, or of a clinic given in numbers. Falling due a week: `due`, else the mean of the 13 weeks before the census."""
    listed = overdue = None
    if clinic is None:
        listed = read_follow_ups(Path(path), census)
        overdue = overdue_of(listed.rows, census)
        rate, scatter = _due(listed.rows, census, Path(path)) if due is None else (due, 1.0)
        clinic = FollowUps(overdue.overdue, rate, missed, initiated, longer, scatter)
    weeks = [weeks_to_clear(clinic, slots, side) for side in (0.0, -1.96, 1.96)]
    return FollowUpAnswer(listed, overdue, clinic, slots, *weeks, slots_to_clear(clinic, by_weeks))


def _due(rows: pl.DataFrame, census: date, path: Path) -> tuple[float, float]:
    """Falling due a week, seen or not, and the scatter of weekly counts; FileRefused when the file cannot tell: nobody is not 0 a week."""
    ages = np.array([(census - day).days for day in rows["due"].drop_nulls()])
    recent = ages[(ages >= 1) & (ages <= 7 * RECENT)]
    if not recent.size:
        raise FileRefused(
            f"{path.name}: nobody in it was due in the {RECENT} weeks before {census}, so it does not tell how many fall due a week. Give "
            "--due, or the day it was taken with --census"
        )
    counts = np.bincount((recent - 1) // 7, minlength=RECENT)
    scatter = dispersion(counts)
    return float(counts.mean()), 1.0 if np.isnan(scatter) else float(scatter)


def weeks_to_clear(clinic: FollowUps, slots: float, side: float = 0.0) -> float:
    """Weeks until nobody is overdue with `slots` a week: overdue/(slots·(1 − missed) − due); inf when they do not exceed what falls due.

    `side`: standard errors by which those falling due over the recent weeks may be off.
    """
    error = np.sqrt(clinic.demand * clinic.scatter / RECENT)
    spare = slots * (1 - clinic.missed) - max(0.0, clinic.demand + side * float(error))
    if clinic.overdue == 0:
        return 0.0
    return clinic.overdue / spare if spare > 0 else float("inf")


def write_refused(listed: Listed, path: Path) -> None:
    """Row, column, problem and next step of every refused row; no text of the rows. FileRefused when it cannot be written."""
    try:
        listed.refused.write_csv(path)
    except OSError as cannot:
        raise FileRefused(f"{path} cannot be written: {cannot}. Give another file to --refused") from None


def beds(admissions: float, stay: float, new_stay: float, delayed: float = 0.05) -> tuple[Beds, Beds]:
    """Beds with the stay of today and with the new one, admissions a year and mean stays in days."""
    return stay_change(admissions, stay, new_stay, delayed)
