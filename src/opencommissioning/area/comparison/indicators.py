"""Published indicators that were loaded as they are: a series, and verdicts by the same rule as our own measures.

A month that is absent for everybody is "not loaded", an organisation that a month's file does not name has "no rows": neither is 0.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from opencommissioning.catalogue.measure import Better, Measure, Quantity
from opencommissioning.catalogue.organisation import LEVELS
from opencommissioning.catalogue.period import months_between, spoken
from opencommissioning.errors import NotLoaded, UnknownName, did_you_mean
from opencommissioning.measures.series import Missing, Series
from opencommissioning.reports.measure import MeasureReport
from opencommissioning.variation.judging import verdicts
from opencommissioning.warehouse.store import Store

SCALE = 5
OUR_WORD = {"ccg": "sub_icb"}
SHARE = Quantity("indicators", "items")  # counts of a part of the denominator: a proportion
PARTS = (Quantity("indicators", "numerator"), Quantity("indicators", "denominator"))


@dataclass(frozen=True)
class Known:
    """One indicator at one level: its months, how many organisations, and whether it carries numerators and denominators."""

    id: str
    name: str
    level: str
    first: date | None
    last: date | None
    organisations: int
    judged: bool


def known_indicators(store: Store) -> list[Known]:
    """Every loaded indicator at every level; empty when none is loaded."""
    rows = _rows(store)
    if rows is None:
        return []
    both = (pl.col("numerator").is_not_null() & pl.col("denominator").is_not_null()).any()
    grouped = rows.group_by("indicator", "level").agg(
        pl.col("indicator_name").first(),
        pl.col("month").min().alias("first"),
        pl.col("month").max().alias("last"),
        pl.col("organisation").n_unique().alias("organisations"),
        both.alias("judged"),
    )
    columns = ("indicator", "indicator_name", "level", "first", "last", "organisations", "judged")
    return [Known(*row) for row in grouped.sort("indicator", "level").select(columns).iter_rows()]


def _rows(store: Store) -> pl.DataFrame | None:
    parts = store.parts("indicators")
    frames = [pl.read_parquet(part.path).with_columns(pl.col("level").replace(OUR_WORD)) for part in parts]
    return pl.concat(frames, how="diagonal_relaxed") if frames else None


def indicator_series(store: Store, name: str, level: str) -> Series:
    """The indicator as a series of parts. UnknownName or NotLoaded with what there is instead."""
    rows = _of(store, name, level)
    months = months_between(rows["month"].min(), rows["month"].max())
    codes = tuple(sorted(rows["organisation"].unique()))
    place, step = ({each: at for at, each in enumerate(axis)} for axis in (codes, months))
    shape = (len(codes), len(months))
    top, bottom = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    missing = np.full(shape, Missing.NOT_IN_FILE, np.uint8)
    missing[:, [month not in set(rows["month"]) for month in months]] = Missing.MONTH_NOT_LOADED
    for code, month, x, n in rows.select("organisation", "month", "numerator", "denominator").iter_rows():
        at = place[code], step[month]
        top[at], bottom[at] = int(x.scaleb(SCALE)), int(n.scaleb(SCALE))
        missing[at] = Missing.DENOMINATOR_ZERO if n == 0 else Missing.NOTHING
    there = np.isin(missing, [Missing.NOTHING, Missing.DENOMINATOR_ZERO])
    counts, share = there.astype(np.int32), np.where(there, 1.0, np.nan)
    measure = _measure(name, rows)
    scales = (SCALE, SCALE)
    return Series(measure, level, codes, months, top, bottom, *scales, missing, counts, counts, share)


def _of(store: Store, name: str, level: str) -> pl.DataFrame:
    known = known_indicators(store)
    if name not in {each.id for each in known}:
        raise UnknownName(
            f"there is no indicator '{name}' ('opencommissioning show indicators' lists them){did_you_mean(name, [each.id for each in known])}"
        )
    levels = [each.level for each in known if each.id == name and each.level in LEVELS and each.judged]
    if level not in levels:
        there = (
            f"levels with numerators and denominators: {', '.join(levels)}"
            if levels
            else (
                "its file gives values only, and without numerators and denominators nobody can say what is chance"
            )
        )
        raise NotLoaded(f"indicator '{name}' cannot be compared at level '{level}'; {there}")
    rows = _rows(store).filter((pl.col("indicator") == name) & (pl.col("level") == level))
    return rows.drop_nulls(["month", "numerator", "denominator"]).unique(
        ["organisation", "month"], keep="last", maintain_order=True
    )


def _measure(name: str, rows: pl.DataFrame) -> Measure:
    """A share when the numerator never exceeds the denominator, else a ratio; nobody said which way is good."""
    share = bool((rows["numerator"] <= rows["denominator"]).all())
    title = rows["indicator_name"].drop_nulls().first() or name
    unit, per = ("% of denominator", 100) if share else ("per unit of denominator", 1)
    top, bottom = (SHARE, SHARE) if share else PARTS
    return Measure(name, title, Better.NEITHER, top, bottom, share, per, unit, source="loaded as published")


def indicator_report(store: Store, name: str, level: str = "practice") -> MeasureReport:
    """Who is beyond chance on a published indicator in its last month."""
    series = indicator_series(store, name, level)
    column = int(np.flatnonzero((series.missing == Missing.NOTHING).any(axis=0))[-1])
    judged = verdicts(series, series, None, column).with_columns(pl.lit(1).alias("window"))
    absent = [
        spoken(month)
        for month, gone in zip(
            series.months, (series.missing == Missing.MONTH_NOT_LOADED).all(axis=0), strict=True
        )
        if gone
    ]
    gap = f"; absent for everybody, so without a value: {', '.join(absent)}" if absent else ""
    return MeasureReport(
        measure=series.measure,
        level=level,
        month=series.months[column],
        verdicts=judged,
        names={},
        words=f"{series.measure.title}, as published{gap}",
        sql="",
        review="published figures: their definition is the publisher's",
    )
