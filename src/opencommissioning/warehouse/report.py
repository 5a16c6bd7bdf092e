"""What loading a file did, for people and for programs."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from opencommissioning.catalogue.period import spoken
from opencommissioning.warehouse.manifest import Part

MONTH = "month"
KEPT_APART = "refused and kept apart"
MOST = 10  # reasons that are told one by one where nobody asked for all


@dataclass(frozen=True)
class Loaded:
    """One stored part of a loaded file: read = kept (`part.rows`) + left_out + refused."""

    part: Part
    read: int
    left_out: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class LoadReport:
    """What loading one file did: its source and era, the parts, warnings as sentences; `already` when the same content was there.

    `below`: lines of a text file below its first, where they are not the records one by one; 0 where a line is a record.
    """

    file: str
    source: str
    era: str
    loaded: tuple[Loaded, ...]
    warnings: tuple[str, ...]
    seconds: float
    already: bool = False
    below: int = 0

    @property
    def account(self) -> str:
        """What became of a file's lines that are not as many as its records, as a sentence; empty where each is one."""
        records = sum(each.read for each in self._main)
        if not self.below or records == self.below:
            return ""
        how = (
            "a line gives several"
            if records > self.below
            else "lines that belong together were put together, and what repeats or says nothing was passed over"
        )
        return f"{self.file}: {self.below:,} lines below the first make {records:,} records: {how}"

    @property
    def _main(self) -> list[Loaded]:
        """The parts of what the file is about, without its by-products."""
        return [each for each in self.loaded if each.part.dataset == self.loaded[0].part.dataset]

    def lines(self) -> list[tuple[str, ...]]:
        """For a table: file, what, months, rows kept, left out, refused, remark: a line a file. By-products of it are not listed."""
        if self.already:
            return [(self.file, self.era, "", "", "", "", "already loaded")]
        mine = self._main
        counts = (
            sum(each.part.rows for each in mine),
            sum(each.left_out for each in mine),
            sum(each.part.refused for each in mine),
        )
        return [
            (self.file, self.era, _period(mine), *(f"{each:,}" for each in counts), f"{self.seconds:.1f} s")
        ]


def _period(parts: Sequence[Loaded]) -> str:
    """`September 2017`, `April 2011 to December 2019 (105 months)`; of a part without a month those of its rows, where they have one."""
    months = sorted(each.part.period for each in parts if each.part.period)
    if not months:
        return _of_rows(parts[0].part)
    if len(months) == 1:
        return spoken(months[0])
    return f"{spoken(months[0])} to {spoken(months[-1])} ({len(months)} months)"


def _of_rows(part: Part) -> str:
    """`January 2011 to November 2017`; `all` of what is of no month."""
    if MONTH not in pl.read_parquet_schema(part.path):
        return "all"
    month = pl.col(MONTH)
    first, last = pl.scan_parquet(part.path).select(month.min(), month.max().alias("last")).collect().row(0)
    if first is None:
        return "all"
    return spoken(first) if first == last else f"{spoken(first)} to {spoken(last)}"


def kept_apart(part: Part) -> str:
    """How many rows of a part were refused, and each reason with its count; one is called that of most when it is of more than half."""
    (first, times), *others = ((_because(reason), count) for reason, count in part.reasons)
    rows = "1 row was" if part.refused == 1 else f"{part.refused:,} rows were"
    if not others:
        why = f", because {first}"
    elif times * 2 > part.refused:
        why = f", most ({times:,}) because {first}; {_each(others)}"
    else:
        why = f": {_each([(first, times), *others])}"
    return f"{part.file}: {rows} {KEPT_APART}{why}; 'opencommissioning status' tells each reason with its first row"


def _each(reasons: Sequence[tuple[str, int]]) -> str:
    told = [f"{count:,} because {reason}" for reason, count in reasons[:MOST]]
    return "; ".join((*told, *_more([count for _, count in reasons[MOST:]])))


def _more(counts: Sequence[int]) -> list[str]:
    """The rest of a list of reasons, which are not told one by one."""
    plural = "s" if len(counts) > 1 else ""
    return [f"{sum(counts):,} for {len(counts):,} other reason{plural}"] if counts else []


def _because(reason: str) -> str:
    """A rule that was to hold, as the reason why its row was refused."""
    rule = reason.removeprefix("expected: ")
    return reason if rule == reason else f"this does not hold: {rule}"


def reasons_told(refused: pl.DataFrame, private: bool = False, most: int | None = MOST) -> str:
    """The reasons of refused rows, commonest first, each with the first row and what stands there; beyond `most` (None: never) only counted.

    `private`: the text of a row is a person's, so the row and the reason are told without it.
    """
    told = refused.group_by("reason").agg(
        pl.len().alias("times"), pl.col("row").min(), pl.col("problem").sort_by("row").first()
    )
    common = told.sort(pl.col("times"), pl.col("row"), descending=[True, False])
    what = "reason" if private else "problem"
    each_told = [
        f"{each['times']:,} × {each[what]} ({'first in ' if each['times'] > 1 else ''}row {each['row']:,})"
        for each in common.head(most or common.height).iter_rows(named=True)
    ]
    more = [] if most is None else common["times"].to_list()[most:]
    return "; ".join((*each_told, *_more(more)))
