"""Possible savings of a build: per measure and organisation, and one headline £ in which each presentation counts once."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.area.build import Build
from opencommissioning.catalogue.measure import Measure, Quantity
from opencommissioning.catalogue.organisation import LEVELS
from opencommissioning.finance.measures import (
    MONTHS,
    MoneyMeasure,
    headline,
    money_measures,
    quantities,
    rate_savings,
    shared_spend,
    swap_savings,
)
from opencommissioning.finance.savings import Swap
from opencommissioning.measures.series import Missing, Series
from opencommissioning.reports.money import MoneyLine, MoneyReport
from opencommissioning.variation.verdict import SMALLEST_LIST

FOLDER = "money"
MEDIAN, BEST = 0.5, 0.1  # the middle organisation; the one at the best tenth


def money_quantities(measures: Mapping[str, Measure]) -> tuple[Quantity, ...]:
    """What the savings need beyond the measures themselves: costs and quantities, and the spend that pairs of measures share."""
    money = money_measures(measures.values())
    own = [quantity for each in money for quantity in quantities(each)]
    return tuple(
        dict.fromkeys(
            (*own, *(shared_spend(*pair) for pair in combinations(money, 2) if _may_overlap(*pair)))
        )
    )


def _may_overlap(one: MoneyMeasure, other: MoneyMeasure) -> bool:
    """Pairs of the same topic, and everything against the items of low priority: elsewhere products differ by chapter."""
    topics = {one.measure.topic, other.measure.topic}
    return len(topics) == 1 or "low_priority" in topics


def write_money(build: Build) -> None:
    """Write `money/<level>.parquet`: organisation, measure, spend, saving against the middle and against the best tenth."""
    folder = build.folder / FOLDER
    folder.mkdir()
    money = money_measures(build.measures.values())
    for level in LEVELS:
        frames = [frame for each in money if (frame := _savings(build, each, level)) is not None]
        if frames:
            pl.concat(frames).write_parquet(folder / f"{level}.parquet")


def _savings(build: Build, each: MoneyMeasure, level: str) -> pl.DataFrame | None:
    window = min(MONTHS, len(build.months))
    spend = build.series_of(each.measure if each.swap is None else _over(each, 3, 1), level, window)
    column = _latest(spend)
    if column is None:
        return None
    judged = _judged(build, spend, column, level)
    cost, bottom = spend.numerators[:, column], spend.denominators[:, column]
    if each.swap is None:
        saved = [rate_savings(cost, bottom, judged, share) for share in (MEDIAN, BEST)]
    else:
        amounts = build.series_of(_over(each, 2, 0), level, window)
        swap = Swap(amounts.denominators[:, column], bottom, amounts.numerators[:, column], cost)
        saved = [swap_savings(swap, judged, share) for share in (MEDIAN, BEST)]
    columns = {
        "organisation": spend.organisations,
        "spend": cost,
        "saving_middle": saved[0],
        "saving_best": saved[1],
    }
    frame = pl.DataFrame(columns).with_columns(pl.col("spend", "saving_middle", "saving_best").fill_nan(None))
    return frame.with_columns(
        pl.lit(each.measure.id).alias("measure"), pl.lit(spend.months[column]).alias("month")
    )


def _over(each: MoneyMeasure, top: int, bottom: int) -> Measure:
    """One of the swap's four quantities over another, as a measure of its own."""
    return replace(each.measure, numerator=each.swap[top], denominator=each.swap[bottom], per=1)


def _latest(series: Series) -> int | None:
    months = np.flatnonzero((series.missing == Missing.NOTHING).any(axis=0))
    return int(months[-1]) if len(months) else None


def _judged(build: Build, series: Series, column: int, level: str) -> np.ndarray:
    there = series.missing[:, column] == Missing.NOTHING
    return there & ~(build.grid.patients[:, column] < SMALLEST_LIST) if level == "practice" else there


def report_money(build: Build, code: str) -> MoneyReport | None:
    """What an organisation could save, None when nothing is known. The headline compares with the middle organisation of its level."""
    organisation = build.organisation(code)
    path = build.folder / FOLDER / f"{organisation.level}.parquet"
    rows = _rows(path, organisation.code)
    if not rows:
        return None
    savings = {row["measure"]: row["saving_middle"] for row in rows if row["saving_middle"] is not None}
    spend = {row["measure"]: row["spend"] or 0.0 for row in rows}
    counted = {
        each.measure: each.counted
        for each in headline(savings, spend, _shared(build, organisation.code, organisation.level, savings))
    }
    lines = [
        MoneyLine(
            build.measures[row["measure"]],
            row["spend"],
            row["saving_middle"],
            row["saving_best"],
            counted.get(row["measure"], 0.0),
        )
        for row in rows
        if row["saving_middle"] is not None
    ]
    lines.sort(key=lambda line: -line.counted)
    return MoneyReport(
        organisation.name, organisation.level, rows[0]["month"], min(MONTHS, len(build.months)), tuple(lines)
    )


def _rows(path: Path, code: str) -> list[dict]:
    if not path.exists():
        return []
    return pl.read_parquet(path).filter(pl.col("organisation") == code).to_dicts()


def _shared(build: Build, code: str, level: str, savings: Mapping[str, float]) -> dict[frozenset[str], float]:
    """£ that two measures with a saving both speak of, over the same months."""
    money = [each for each in money_measures(build.measures.values()) if savings.get(each.measure.id, 0) > 0]
    out = {}
    for one, other in combinations(money, 2):
        if _may_overlap(one, other):
            both = replace(one.measure, numerator=shared_spend(one, other), denominator=one.spend, per=1)
            series = build.series_of(both, level, min(MONTHS, len(build.months)))
            column, row = _latest(series), series.row(code)
            amount = 0.0 if column is None else series.numerators[row, column]
            out[frozenset({one.measure.id, other.measure.id})] = float(np.nan_to_num(amount))
    return out
