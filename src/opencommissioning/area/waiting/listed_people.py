"""A waiting list of a person a row as months that can be projected: counted, not kept, small parts only in the whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.area.waiting.flowing import Lists
from opencommissioning.catalogue.period import last_day, shift, spoken
from opencommissioning.catalogue.waiting import TOTAL_FUNCTION
from opencommissioning.disclosure.rules import HES
from opencommissioning.errors import NotLoaded
from opencommissioning.flow.calibration import Month
from opencommissioning.sources.list_records import Listed, last_census, read_waiting_list

BANDS = 105
LEAST = 50  # people waiting below which a specialty is not carried forward by itself: too few to tell, and too few to show
SLACK = 4  # days at a month's end on which nothing need happen
TREATED = r"(?i)^treat"


@dataclass(frozen=True)
class _Span:
    """The whole months that a list tells of, and the sentence that says so."""

    months: tuple[date, ...]
    sentence: str


def lists_of_people(path: Path) -> Lists:
    """The list as a whole, and its specialties of 50 people or more (scaled to the nearest 5 people).

    A month is told when everybody removed in it is still in the file: from the month after the first removal to the last whole one.
    NotLoaded when there is none.
    """
    census = last_census(path)
    listed = read_waiting_list(path, census or date.today())
    span = _span(path, listed, census)
    rows = _days(listed.rows)
    out = {TOTAL_FUNCTION: _months(rows, span.months)}
    sizes = rows.filter(pl.col("specialty").is_not_null()).group_by("specialty", maintain_order=True)
    for (code,), mine in sorted(sizes, key=lambda each: each[0]):
        months = _months(mine, span.months)
        if months[-1].waiting.sum() >= LEAST:
            out[str(code)] = tuple(map(_rounded, months))
    if len(out) == 1:
        out = {path.stem: out[TOTAL_FUNCTION], **out}
    return Lists(path.name, "people", out, (span.sentence, _treated_told(listed)))


def _span(path: Path, listed: Listed, census: date | None) -> _Span:
    gone = listed.rows["removed"].drop_nulls()
    if not gone.len():
        raise NotLoaded(
            f"{path.name}: nobody in it was removed, so it is not known how many leave a week; keep those removed in the last half-year in the file"
        )
    end = census or listed.last
    last = end.replace(day=1) if end + timedelta(SLACK) >= last_day(end) else shift(end.replace(day=1), -1)
    first = shift(gone.min().replace(day=1), 1)
    months = tuple(pl.date_range(first, last, "1mo", eager=True)) if first <= last else ()
    if not months:
        raise NotLoaded(
            f"{path.name}: tells of no whole month: its first removal is of {gone.min()}, its last day {end}; keep those removed in the last "
            "half-year in the file"
        )
    return _Span(
        months,
        f"months are {spoken(months[0])} to {spoken(months[-1])}, in which those removed are all in the file",
    )


def _treated_told(listed: Listed) -> str:
    if _is_told(listed.rows):
        return "those removed for a reason that begins with 'treat' were counted as treated, others as leaving untreated"
    return "everybody removed was counted as treated, since no reason begins with 'treat'"


def _is_told(rows: pl.DataFrame) -> bool:
    return bool(rows["reason"].str.contains(TREATED).any())


def _days(rows: pl.DataFrame) -> pl.DataFrame:
    treated = pl.col("reason").str.contains(TREATED).fill_null(False) if _is_told(rows) else pl.lit(True)
    return rows.select("specialty", "referred", "removed", treated.alias("treated"))


def _months(rows: pl.DataFrame, months: Iterable[date]) -> tuple[Month, ...]:
    out = []
    for month in months:
        end = last_day(month)
        waits = rows.filter(
            pl.col("referred") <= end, pl.col("removed").is_null() | (pl.col("removed") > end)
        )
        seen = rows.filter(pl.col("removed").is_between(month, end), pl.col("treated"))
        joined = rows.filter(pl.col("referred").is_between(month, end)).height
        waiting = _bands(waits.select((pl.lit(end) - pl.col("referred")).dt.total_days()).to_series())
        treated = _bands(seen.select((pl.col("removed") - pl.col("referred")).dt.total_days()).to_series())
        out.append(Month(month, waiting, treated, float(joined)))
    return tuple(out)


def _bands(days: pl.Series) -> np.ndarray:
    """People by weeks waited, float (105,): days 0 to 7 first, then seven days each, as RTT returns count."""
    week = np.clip((days.to_numpy() + 6) // 7, 1, BANDS).astype(int)
    return np.bincount(week - 1, minlength=BANDS).astype(float)


def _rounded(month: Month) -> Month:
    """A part of a list is scaled to the nearest 5 people, so that nothing shown of it tells more."""
    waiting, treated = (_scaled(each) for each in (month.waiting, month.treated))
    return Month(month.month, waiting, treated, float(HES.rounded(np.array(int(month.started)))))


def _scaled(counts: np.ndarray) -> np.ndarray:
    """Whole people by band, near in proportion, whose sum is the nearest multiple of 5 (largest remainders first)."""
    total = counts.sum()
    if not total:
        return counts
    wanted = int(HES.rounded(np.array(int(total))))
    exact = counts * (wanted / total)
    whole = np.floor(exact)
    more = np.argsort(whole - exact, kind="stable")[: wanted - int(whole.sum())]
    whole[more] += 1
    return whole
