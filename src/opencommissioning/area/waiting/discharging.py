"""Delayed discharge: from a file of stays (counted, not kept) or from a number of days, to beds, to money."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from opencommissioning.area.waiting.list_files import FEW
from opencommissioning.disclosure.rules import HES
from opencommissioning.errors import DefinitionError
from opencommissioning.flow.beds import DELAY_BANDS, Delays, DelayValue, delayed_days_to_money, delays
from opencommissioning.sources.list_records import Listed, read_discharges


@dataclass(frozen=True)
class Delayed:
    """Delays of a file, and what avoiding a share of their days would mean. `bands`: discharges by days of delay, rounded; None: too few."""

    listed: Listed
    found: Delays
    period: int
    bands: tuple[tuple[str, int | None], ...]
    value: DelayValue


def of_discharges(path: Path, avoidable: float, cost_a_day: float, kind: str) -> Delayed:
    """Delays of the stays in a file over the days from its first discharge to its last. DefinitionError for fewer than 8 known delays."""
    listed = read_discharges(Path(path))
    days = listed.rows.select((pl.col("left") - pl.col("ready")).dt.total_days())["left"].to_list()
    period = (listed.rows["left"].max() - listed.rows["left"].min()).days + 1
    found = delays(days, period)
    if found.known < FEW:
        raise DefinitionError(f"fewer than {FEW} discharges have a ready date; a smaller group is not shown")
    bands = tuple((_band(*band), _told(count)) for band, count in zip(DELAY_BANDS, found.counts, strict=True))
    return Delayed(
        listed,
        found,
        period,
        bands,
        delayed_days_to_money(found.bed_days, period, avoidable, cost_a_day, kind),
    )


def of_days(days: float, period: int, avoidable: float, cost_a_day: float, kind: str) -> DelayValue:
    """Delayed days of a period to beds and money."""
    return delayed_days_to_money(days, period, avoidable, cost_a_day, kind)


def _band(low: int, high: int | None) -> str:
    if high is None:
        return f"{low} days or more"
    return f"{low} to {high} days" if high > low else "not delayed" if low == 0 else f"{low} day"


def _told(count: int) -> int | None:
    return None if 0 < count < FEW else int(HES.rounded(count))
