"""List statistics from records: one row per person on a list, referred and removed on whole days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from opencommissioning.errors import DefinitionError
from opencommissioning.flow.capacity import RTT, Flow, Standard, pressure
from opencommissioning.statistics.queues import dispersion

WEEK = 7


@dataclass(frozen=True)
class ListStatistics:
    """One list over a window of whole weeks, `start` included, `end` excluded.

    size      people waiting at the end; `opening` at the start
    flow      arrivals and departures per week with their scatter
    waits     weeks waited on the last day by those on the list at the end (as returns count: day 126 is inside 18 weeks): mean, median, 92nd percentile
    reasons   departures in the window by reason
    left_out  why records do not count, with how many
    """

    start: date
    end: date
    opening: int
    size: int
    flow: Flow
    mean_wait: float
    median_wait: float
    p92_wait: float
    within: float
    pressure: float
    reasons: Mapping[str, int]
    left_out: Mapping[str, int]


def list_statistics(
    records: pl.DataFrame, start: date, end: date, standard: Standard = RTT
) -> ListStatistics:
    """Statistics of a list over [start, end).

    `records`: referred (date), removed (date or missing), reason (text or missing). Records that cannot be are left out and counted.
    The window is cut to whole weeks, counted back from its end; DefinitionError below two weeks.
    """
    weeks = (end - start).days // WEEK
    if weeks < 2:
        raise DefinitionError(f"from {start} to {end} are fewer than two whole weeks; choose a longer window")
    begin = end - timedelta(weeks=weeks)
    sound, left_out = _sound(records, end)
    referred, removed = _days(sound["referred"]), _days(sound["removed"])
    first, last = _day(begin), _day(end)
    waiting = (referred < last) & (removed >= last)
    waits = (last - 1 - referred[waiting]) / WEEK
    flow = _flow(referred, removed, first, weeks)
    return ListStatistics(
        start=begin,
        end=end,
        opening=int(((referred < first) & (removed >= first)).sum()),
        size=int(waiting.sum()),
        flow=flow,
        mean_wait=_or_nan(waits, np.mean),
        median_wait=_or_nan(waits, np.median),
        p92_wait=_or_nan(waits, lambda each: np.quantile(each, standard.share)),
        within=_or_nan(waits, lambda each: float((each <= standard.weeks).mean())),
        pressure=pressure(_or_nan(waits, np.mean), standard),
        reasons=_reasons(sound.filter((removed >= first) & (removed < last))),
        left_out=left_out,
    )


def queue_sizes(records: pl.DataFrame, start: date, end: date) -> np.ndarray:
    """People waiting at the end of each day of [start, end): opening stock plus starts minus stops. int (days,).

    Records removed before the window do not count, nor do future ones; a start and stop on one day cancel.
    """
    days = (end - start).days
    referred, removed = _days(records["referred"]), _days(records["removed"])
    at = np.arange(_day(start), _day(start) + days)
    return np.searchsorted(np.sort(referred), at, side="right") - np.searchsorted(
        np.sort(removed), at, side="right"
    )


def _sound(records: pl.DataFrame, end: date) -> tuple[pl.DataFrame, dict[str, int]]:
    """Records that can be, and why the others cannot."""
    problems = {
        "no date of referral": pl.col("referred").is_null(),
        "removed before it was referred": (pl.col("removed") < pl.col("referred")).fill_null(False),
        "referred after the window": (pl.col("referred") >= end).fill_null(False),
    }
    counts = {why: int(records.select(test.sum()).item()) for why, test in problems.items()}
    sound = records.filter(~pl.any_horizontal(test.fill_null(False) for test in problems.values()))
    return sound, {why: count for why, count in counts.items() if count}


def _flow(referred: np.ndarray, removed: np.ndarray, first: int, weeks: int) -> Flow:
    edges = first + WEEK * np.arange(weeks + 1)
    arrivals, departures = (np.histogram(each, edges_for(edges))[0] for each in (referred, removed))
    return Flow(float(arrivals.mean()), float(departures.mean()), weeks, *_scatters(arrivals, departures))


def edges_for(edges: np.ndarray) -> np.ndarray:
    """Edges between whole days: the last day of a week belongs to it, the first of the next does not."""
    return edges - 0.5


def _scatters(arrivals: np.ndarray, departures: np.ndarray) -> tuple[float, float]:
    found = (dispersion(arrivals), dispersion(departures))
    return tuple(1.0 if np.isnan(each) else each for each in found)


def _reasons(gone: pl.DataFrame) -> dict[str, int]:
    if "reason" not in gone.columns:
        return {"not told": gone.height} if gone.height else {}
    counted = gone["reason"].fill_null("not told").value_counts(sort=True)
    return dict(counted.iter_rows())


def _day(day: date) -> int:
    return day.toordinal()


FAR = date(9999, 1, 1).toordinal()
EPOCH = date(1970, 1, 1).toordinal()


def _days(column: pl.Series) -> np.ndarray:
    """Dates as day numbers; missing is far away."""
    numbers = column.cast(pl.Date).to_physical().cast(pl.Int64) + EPOCH
    return numbers.fill_null(FAR).to_numpy()


def _or_nan(values: np.ndarray, of) -> float:
    return float(of(values)) if len(values) else float("nan")
