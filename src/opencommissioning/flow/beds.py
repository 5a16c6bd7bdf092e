"""Beds from admissions and stays, and delayed discharge from days to beds to money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from opencommissioning.catalogue.shares import per_cent
from opencommissioning.errors import DefinitionError
from opencommissioning.statistics.queues import erlang_b, servers_for_blocking, servers_for_share

YEAR = 365.25
OCCUPANCY = 0.85
DELAY_BANDS = ((0, 0), (1, 1), (2, 3), (4, 6), (7, 13), (14, 20), (21, None))


@dataclass(frozen=True)
class Beds:
    """What a unit needs. Bed-days count midnights (stay = nights); a convention of stay + 1 is added by whoever uses it.

    load           mean occupied beds when nobody is turned away
    at_occupancy   load / 0.85, not rounded
    few_delayed    fewest beds with fewer than `target` of admissions delayed (Erlang B)
    nearly_always  beds enough for 99 % of the time (Poisson)
    """

    admissions: float
    stay: float
    bed_days: float
    load: float
    at_occupancy: float
    few_delayed: int
    nearly_always: int


def beds_needed(
    admissions: float, stay: float, target: float = 0.05, occupancy: float = OCCUPANCY, share: float = 0.99
) -> Beds:
    """Beds for `admissions` a year with a mean stay of `stay` days."""
    _refuse(admissions < 0 or stay < 0, "admissions and stay must be 0 or more")
    _refuse(not 0 < occupancy <= 1, "occupancy must lie above 0 and at most 1")
    load = admissions * stay / YEAR
    return Beds(
        admissions,
        stay,
        admissions * stay,
        load,
        load / occupancy,
        servers_for_blocking(load, target),
        servers_for_share(load, share),
    )


def share_delayed(admissions_a_day: Mapping[str, float], stays: Mapping[str, float], beds: int) -> float:
    """The share of admissions that find all beds taken: P(N = n)/P(N ≤ n) of an unlimited unit, which is Erlang B.

    Groups of patients by name: admissions a day, mean stay in days. Source: Monks et al. 2016, stroke units.
    """
    load = sum(rate * stays[group] for group, rate in admissions_a_day.items())
    return erlang_b(beds, load)


def stay_change(admissions: float, before: float, after: float, target: float = 0.05) -> tuple[Beds, Beds]:
    """What shorter (or longer) stays mean: beds before and after."""
    return beds_needed(admissions, before, target), beds_needed(admissions, after, target)


@dataclass(frozen=True)
class Delays:
    """Delayed discharge: delay = discharge date − ready date in days; 1 or more is delayed.

    known, unknown   discharges with and without a usable ready date (missing, or after the discharge): unknown are left out, told
    counts           discharges in the bands 0, 1, 2–3, 4–6, 7–13, 14–20, 21+
    """

    known: int
    unknown: int
    no_delay: float
    mean: float
    mean_of_delayed: float
    bed_days: int
    beds: float
    counts: tuple[int, ...]

    @property
    def coverage(self) -> float:
        """Share of discharges with a usable ready date."""
        return self.known / (self.known + self.unknown) if self.known + self.unknown else float("nan")


def delays(days: Sequence[float | None], days_in_period: int) -> Delays:
    """Delays of discharges in days (None where the ready date is missing) over a period of so many days. Negative delays are unusable."""
    _refuse(days_in_period < 1, "the period must have at least one day")
    given = np.array([np.nan if day is None else float(day) for day in days])
    good = given[np.isfinite(given) & (given >= 0)]
    late = good[good >= 1]
    counts = tuple(int(((good >= low) & (good <= (np.inf if high is None else high))).sum()) for low, high in DELAY_BANDS)  # fmt: skip
    return Delays(
        known=len(good),
        unknown=len(given) - len(good),
        no_delay=float((good == 0).mean()) if len(good) else float("nan"),
        mean=float(good.mean()) if len(good) else float("nan"),
        mean_of_delayed=float(late.mean()) if len(late) else float("nan"),
        bed_days=int(good.sum()),
        beds=float(good.sum()) / days_in_period,
        counts=counts,
    )


@dataclass(frozen=True)
class DelayValue:
    """What delayed days mean: `released` is money only if beds are closed; `beds` are what other patients could use instead."""

    days: float
    beds: float
    released: float
    sentence: str


def delayed_days_to_money(
    delayed_days: float, days_in_period: int, avoidable: float, cost_a_day: float, kind: str
) -> DelayValue:
    """Delayed days of a period → beds → money. `avoidable` share from 0 to 1; `cost_a_day` in £, `kind` says whose (its source)."""
    _refuse(not 0 <= avoidable <= 1, "the avoidable share must lie between 0 and 1")
    _refuse(days_in_period < 1, "the period must have at least one day")
    days = delayed_days * avoidable
    beds = days / days_in_period
    money = days * cost_a_day
    sentence = (
        f"{delayed_days:,.0f} delayed days keep {delayed_days / days_in_period:,.1f} beds; avoiding {per_cent(avoidable)} of them frees {beds:,.1f}. "
        f"At £{cost_a_day:,.0f} a day ({kind}) that is £{money:,.0f} (possible; released only if beds close)."
    )
    return DelayValue(days, beds, money, sentence)


def _refuse(wrong: bool, sentence: str) -> None:
    if wrong:
        raise DefinitionError(sentence)
