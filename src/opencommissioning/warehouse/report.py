"""What loading a file did, for people and for programs."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from opencommissioning.catalogue.period import spoken
from opencommissioning.warehouse.manifest import Part

MONTH = "month"


@dataclass(frozen=True)
class Loaded:
    """One stored part of a loaded file: read = kept (`part.rows`) + left_out + refused."""

    part: Part
    read: int
    left_out: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class LoadReport:
    """What loading one file did: its source and era, the parts, warnings as sentences; `already` when the same content was there."""

    file: str
    source: str
    era: str
    loaded: tuple[Loaded, ...]
    warnings: tuple[str, ...]
    seconds: float
    already: bool = False

    def lines(self) -> list[tuple[str, ...]]:
        """For a table: file, what, months, rows kept, left out, refused, remark: a line a file. By-products of it are not listed."""
        if self.already:
            return [(self.file, self.era, "", "", "", "", "already loaded")]
        mine = [each for each in self.loaded if each.part.dataset == self.loaded[0].part.dataset]
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


def reasons_told(refused: pl.DataFrame, private: bool = False) -> str:
    """The three commonest reasons of refused rows, each with the first row and what stands there.

    `private`: the text of a row is a person's, so the row and the reason are told without it.
    """
    told = refused.group_by("reason").agg(
        pl.len().alias("times"), pl.col("row").min(), pl.col("problem").sort_by("row").first()
    )
    common = told.sort(pl.col("times"), pl.col("row"), descending=[True, False]).head(3)
    what = "reason" if private else "problem"
    return "; ".join(
        f"{each['times']:,} × {each[what]} ({'first in ' if each['times'] > 1 else ''}row {each['row']:,})"
        for each in common.iter_rows(named=True)
    )
