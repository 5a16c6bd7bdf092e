"""Follow-ups: what falls due, what is overdue, and the slots that clear a backlog by a date."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from opencommissioning.errors import DefinitionError
from opencommissioning.flow.capacity import Estimate


@dataclass(frozen=True)
class FollowUps:
    """A clinic's follow-ups. Rates per week.

    overdue   people past their date now; due: falling due a week (new, without rebooked non-attenders)
    missed    share of slots lost because nobody comes; a rebooked non-attender stays in the backlog
    initiated share whose follow-up is patient-initiated (PIFU), whose interval is longer by `longer` (0.6: by 60 %)
    scatter   variance over mean of those falling due in a week
    """

    overdue: float
    due: float
    missed: float = 0.0
    initiated: float = 0.0
    longer: float = 0.0
    scatter: float = 1.0

    @property
    def demand(self) -> float:
        """Falling due a week with patient-initiated follow-up: × (1 − u + u/(1 + δ))."""
        return self.due * (1 - self.initiated + self.initiated / (1 + self.longer))


@dataclass(frozen=True)
class Plan:
    """Slots a week that bring the backlog to `aim` in `weeks`, and those that hold it there."""

    weeks: float
    slots: Estimate
    to_hold: float
    sentence: str


def due_a_week(firsts_a_week: float, only_first: float, horizon_weeks: float, interval_weeks: float) -> float:
    """Follow-ups falling due a week from first appointments: firsts × (1 − share seen once) × horizon/interval."""
    _refuse(interval_weeks <= 0, "the interval between follow-ups must be more than 0 weeks")
    return firsts_a_week * (1 - only_first) * horizon_weeks / interval_weeks


def course(clinic: FollowUps, slots: np.ndarray) -> np.ndarray:
    """The backlog at the end of each week, float (weeks + 1,), now first: B ← max(0, B + due − slots·(1 − missed))."""
    backlog = [clinic.overdue]
    for given in slots:
        backlog.append(max(0.0, backlog[-1] + clinic.demand - float(given) * (1 - clinic.missed)))
    return np.array(backlog)


def slots_to_clear(clinic: FollowUps, weeks: float, aim: float = 0.0) -> Plan:
    """Slots a week to have no more than `aim` overdue after `weeks`: (due + (overdue − aim)/weeks)/(1 − missed).

    Limits (95 %) let those falling due scatter around their mean for all the weeks.
    """
    _refuse(weeks <= 0, "the number of weeks must be more than 0")
    _refuse(not 0 <= clinic.missed < 1, "the share of slots missed must lie between 0 and 1, without 1")
    spread = 1.96 * np.sqrt(clinic.demand * clinic.scatter / weeks)
    needed = clinic.demand + max(0.0, clinic.overdue - aim) / weeks
    values = [max(0.0, each) / (1 - clinic.missed) for each in (needed, needed - spread, needed + spread)]
    hold = clinic.demand / (1 - clinic.missed)
    slots = Estimate(*values)
    sentence = (
        f"{clinic.overdue:,.0f} are overdue and {clinic.demand:,.0f} more fall due each week. To have {aim:,.0f} overdue in {weeks:,.0f} weeks: "
        f"{slots.value:,.0f} slots a week ({slots.lower:,.0f} to {slots.upper:,.0f}), "
        f"{slots.value - hold:,.0f} of them for the backlog; afterwards {hold:,.0f} hold it."
    )
    return Plan(weeks, slots, hold, sentence)


@dataclass(frozen=True)
class Overdue:
    """What a follow-up list holds on a census day."""

    census: date
    listed: int
    overdue: int
    median_weeks: float
    longest_weeks: float
    no_date: int
    seen_before_census: int


def overdue_of(records: pl.DataFrame, census: date) -> Overdue:
    """Overdue: due before the census and not seen or discharged by then; a future booking does not cure it.

    `records`: due (date), seen (date or missing), discharged (date or missing). A record without a due date is counted apart.
    """
    ended = pl.min_horizontal(pl.col("seen"), pl.col("discharged"))
    open_ = records.filter(ended.is_null() | (ended > census))
    dated = open_.filter(pl.col("due").is_not_null())
    late = dated.filter(pl.col("due") < census)
    waits = np.array([(census - due).days / 7 for due in late["due"]])
    return Overdue(
        census,
        open_.height,
        late.height,
        float(np.median(waits)) if late.height else float("nan"),
        float(waits.max()) if late.height else float("nan"),
        open_.height - dated.height,
        records.height - open_.height,
    )


def _refuse(wrong: bool, sentence: str) -> None:
    if wrong:
        raise DefinitionError(sentence)
