"""Any list in its own buckets: a row for each bucket of waits, in weeks or days, of a list and month. Read, checked, spread over weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import ceil, floor
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.catalogue.period import parse_month
from opencommissioning.errors import FileRefused
from opencommissioning.sources.list_records import columns_of, specialty_code
from opencommissioning.sources.workbooks import sheet

COLUMNS = {
    "low": ("bucket from", "from"),
    "high": ("bucket to", "to"),
    "count": ("count", "people"),
    "month": ("month",),
    "organisation": ("organisation", "provider", "commissioner"),
    "list": ("list", "specialty", "treatment function"),
    "what": ("what",),
    "unit": ("unit",),
}
NEEDED = ("low", "high", "count", "month")
WHATS = ("waiting", "treated", "joined")
UNITS = {"weeks": 1.0, "days": 7.0}
NO_LIST = "all on the list"
LONGEST = 520  # weeks


@dataclass(frozen=True)
class Bucket:
    """One row: `low` to `high` as the file has them (`high` None: open; both None: not told by wait) of `unit`."""

    row: int
    organisation: str
    list: str
    month: date
    what: str
    low: float | None
    high: float | None
    unit: str
    count: float


def is_bucketed(path: Path) -> bool:
    """Whether a file has the columns of buckets: from, to, count, month."""
    if path.suffix.lower() not in (".csv", ".xlsx", ".xlsm") or not path.is_file():
        return False
    try:
        return set(NEEDED) <= columns_of(sheet(path, encoding="utf8-lossy").columns, COLUMNS).keys()
    except pl.exceptions.PolarsError:
        return False


def read_buckets(path: Path) -> list[Bucket]:
    """Every row of a file of buckets; FileRefused with row, column, what was expected and what to do."""
    raw = sheet(path, encoding="utf8-lossy")
    found = columns_of(raw.columns, COLUMNS)
    frame = raw.select(pl.col(name).str.strip_chars().alias(ours) for ours, name in found.items())
    return [_Row(path.name, number, row, found).bucket for number, row in enumerate(frame.iter_rows(named=True), 2)]  # fmt: skip


@dataclass(frozen=True)
class _Row:
    file: str
    number: int
    cells: dict[str, str | None]
    names: dict[str, str]

    @property
    def bucket(self) -> Bucket:
        what, unit = self._one_of("what", WHATS), self._one_of("unit", tuple(UNITS))
        low, high = self._number("low"), self._number("high")
        if low is None and (what == "waiting" or high is not None):
            raise self._wrong("low", "where the bucket begins, 0 or more")
        if low is not None and high is not None and high <= low and not (high == low and float(low).is_integer()):  # fmt: skip
            raise self._wrong(
                "high", f"more than where the bucket begins ({low:g}), or nothing for an open one"
            )
        if max(low or 0, high or 0) > LONGEST * UNITS[unit]:
            raise self._wrong("high" if high else "low", f"at most {LONGEST} weeks; is the unit right?")
        count = self._number("count")
        if count is None or count != floor(count):
            raise self._wrong("count", "a whole number of people, 0 or more")
        return Bucket(self.number, (self._text("organisation") or "").upper(), self._list(), self._month(), what, low, high, unit, count)  # fmt: skip

    def _text(self, name: str) -> str | None:
        return self.cells.get(name) or None

    def _list(self) -> str:
        given = self._text("list") or NO_LIST
        return specialty_code(given) or given

    def _one_of(self, name: str, words: Sequence[str]) -> str:
        given = (self._text(name) or words[0]).lower()
        if given not in words:
            raise self._wrong(name, f"one of {', '.join(words)}")
        return given

    def _number(self, name: str) -> float | None:
        given = self._text(name)
        if given is None:
            return None
        try:
            value = float(given.replace(",", "").rstrip("+"))
        except ValueError:
            raise self._wrong(name, "a number, 0 or more") from None
        if not 0 <= value < float("inf"):
            raise self._wrong(name, "a number, 0 or more")
        return value

    def _month(self) -> date:
        try:
            return parse_month(self._text("month") or "")
        except ValueError:
            raise self._wrong("month", "a month such as 2026-09") from None

    def _wrong(self, name: str, expected: str) -> FileRefused:
        column = self.names.get(name, name)
        return FileRefused(
            f"{self.file}: row {self.number}, column '{column}' is '{self._text(name) or ''}'; expected {expected}. Mend the row and try again"
        )


def edges(file: str, buckets: Sequence[Bucket]) -> list[tuple[float, float | None, Bucket]]:
    """The buckets of one list and month from the shortest waits on, in weeks: over `low` up to `high`, None for the open one.

    Buckets that name whole units (0–30, 31–60 days; 0–4, 5–8 weeks) hold each unit named. FileRefused where they overlap, leave a gap,
    or go on behind an open one.
    """
    ordered = sorted(buckets, key=lambda each: (each.low, each.row))
    named = any(a.high is not None and b.low == a.high + 1 for a, b in pairwise(ordered))
    out: list[tuple[float, float | None, Bucket]] = []
    for each in ordered:
        low, high = _in_weeks(each, named)
        if high is not None and high <= low:
            raise FileRefused(f"{file}: row {each.row}: the bucket from {each.low:g} to {each.high:g} is empty; expected a later end")  # fmt: skip
        before = out[-1] if out else None
        if before and (before[1] is None or not np.isclose(before[1], low)):
            told = "open" if before[1] is None else f"{before[2].low:g} to {before[2].high:g}"
            raise FileRefused(
                f"{file}: row {each.row}: the bucket from {each.low:g} does not follow the one before it ({told}, row {before[2].row}); expected "
                "buckets without gap or overlap in each list and month, the open one last. Mend the rows and try again"
            )
        out.append((low, high, each))
    if out and out[0][0] > 0:
        raise FileRefused(
            f"{file}: row {out[0][2].row}: the first bucket begins at {out[0][2].low:g}; expected 0. Add the shorter waits"
        )
    return out


def _in_weeks(bucket: Bucket, named: bool) -> tuple[float, float | None]:
    """Over low up to high, in weeks. A named unit is a whole one: 31–60 days are over 30 up to 60; 5–8 weeks are from 5 to below 9."""
    size = UNITS[bucket.unit]
    low, high = bucket.low or 0.0, bucket.high
    if not named:
        return low / size, None if high is None else high / size
    if bucket.unit == "days":
        return max(0.0, low - 1) / size, None if high is None else high / size
    return low, None if high is None else high + 1


def by_week(buckets: Sequence[tuple[float, float | None, float]], open_from: int) -> np.ndarray:
    """People by weekly band, float (open_from + 1,): each bucket (over, up to, people) spread evenly over its weeks.

    The open bucket, and whoever waits longer than `open_from` weeks, stand in the last band.
    """
    out = np.zeros(open_from + 1)
    starts = np.arange(open_from + 1, dtype=float)
    ends = np.r_[starts[1:], np.inf]
    for low, high, people in buckets:
        if high is None:
            out[min(open_from, floor(low))] += people
        else:
            out += people * np.clip(np.minimum(ends, high) - np.maximum(starts, low), 0, None) / (high - low)
    return out


def reach(all_edges: Sequence[Sequence[tuple[float, float | None, Bucket]]]) -> int:
    """The week from which bands are not told apart: where the first open bucket begins, or where the last closed one ends."""
    opened = [low for each in all_edges for low, high, _ in each if high is None]
    return max(1, floor(min(opened)) if opened else ceil(max(high for each in all_edges for _, high, _ in each)))  # fmt: skip
