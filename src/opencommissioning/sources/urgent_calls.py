"""NHS 111: the integrated urgent care aggregate data collection (IUC ADC), by contract area and month (from April 2021).

Layout and item numbers: NHS England, IUC ADC CSV and specification 2023/24. The items of one row each are put together to calls and how
they ended, so that a share is a share of what it is part of.
"""

from decimal import Decimal
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Era, Projection, Source, Table
from opencommissioning.sources.words import OGL, any_month, number, text
from opencommissioning.sources.workbooks import sheet

WHOLES = {"call": "A01", "advised": "E01"}  # stage → item of all
PARTS = {  # stage → outcome → items that are added
    "call": {"answered": ("A03",), "abandoned": ("B02",)},
    "advised": {
        "ambulance": ("E02",),
        "emergency department": ("E04",),
        "primary care": ("E07", "E08", "E10", "E11"),
        "dental": ("E12",),
        "self-care": ("E16",),
    },
}
OUTCOMES = tuple(dict.fromkeys([*PARTS["call"], *PARTS["advised"], "other"]))
CALLS = Contract(
    dataset="nhs_111_calls",
    title="NHS 111 calls and what was advised",
    publisher="NHS England",
    licence=OGL,
    level="contract_area",
    every="month",
    organisation="area",
    key=("month", "area", "stage", "outcome"),
    sort=("area", "stage", "outcome"),
    unlocks="NHS 111: calls abandoned, and shares of calls that end with an ambulance, an emergency department, primary care or self-care",
    columns=(
        Column("month", Kind.MONTH, "month", example="2025-04-01"),
        Column("area", Kind.CODE, "contract area's code", example="111AA1"),
        Column("name", Kind.TEXT, "contract area's name", required=False, example="Example Vale"),
        Column("stage", Kind.CODE, "call (all received) or advised (all that got a final advice)", pattern="call|advised", example="call"),
        Column("outcome", Kind.CODE, "how it ended", pattern="|".join(OUTCOMES), example="abandoned"),
        Column("calls", Kind.INTEGER, "calls", "calls", Accumulation.FLOW, minimum=Decimal(0), example="1200"),
    ),
)  # fmt: skip
COLUMNS = ("REPORTING_PERIOD", "CONTRACT_CODE", "CONTRACT_NAME", "ITEM_NUMBER", "VALUE")


def read_calls(path: Path) -> pl.DataFrame:
    """A row for each area, month, stage and outcome; `other` is what is left of the whole. A stage without its whole is left out."""
    raw = sheet(path).with_row_index("_row", offset=2)
    value = pl.col("VALUE").str.strip_chars().str.replace_all(",", "").cast(pl.Float64, strict=False)
    month = pl.col("REPORTING_PERIOD").str.extract(r"([A-Za-z]{3})[A-Za-z]*-(\d{4})\s*$", 1)
    year = pl.col("REPORTING_PERIOD").str.extract(r"(\d{4})\s*$", 1)
    told = raw.with_columns(value.alias("calls"), (month.str.to_titlecase() + " " + year).alias("month"))
    known = told.filter(pl.col("CONTRACT_CODE").str.strip_chars().str.len_chars() > 0).drop_nulls("calls")
    keys = ["month", "CONTRACT_CODE"]
    wide = known.pivot("ITEM_NUMBER", index=keys, values="calls", aggregate_function="sum")
    names = known.group_by(keys).agg(pl.col("CONTRACT_NAME").last(), pl.col("_row").min())
    wide = wide.join(names, on=keys, nulls_equal=True)
    return pl.concat([each for stage in WHOLES for each in _stage(wide, stage)]).sort("_row")


def _stage(wide: pl.DataFrame, stage: str) -> list[pl.DataFrame]:
    if WHOLES[stage] not in wide.columns:
        return []
    whole = pl.col(WHOLES[stage])
    parts = {
        outcome: pl.sum_horizontal(*(pl.col(item).fill_null(0) for item in items if item in wide.columns))
        for outcome, items in PARTS[stage].items()
        if any(item in wide.columns for item in items)
    }
    parts["other"] = whole - pl.sum_horizontal(*parts.values()) if parts else whole
    there = wide.filter(whole.is_not_null())
    return [
        there.select("_row", "month", "CONTRACT_CODE", "CONTRACT_NAME", pl.lit(stage).alias("stage"),
                     pl.lit(outcome).alias("outcome"), count.round().cast(pl.Int64).cast(pl.String).alias("calls"))
        for outcome, count in parts.items()
    ]  # fmt: skip


PUBLISHED = Era(
    "IUC ADC, one item a row",
    lambda sniff: sniff.has(*COLUMNS),
    Table(read_calls),
    (
        Projection(
            CALLS,
            {
                "month": any_month("month"),
                "area": text("CONTRACT_CODE"),
                "name": text("CONTRACT_NAME"),
                "stage": text("stage"),
                "outcome": text("outcome"),
                "calls": number("calls"),
            },
        ),
    ),
)
OWN_NAMES = ("month", "area", "stage", "outcome", "calls")
OWN = Era(
    "area, month, stage, outcome, calls",
    lambda sniff: sniff.has(*OWN_NAMES),
    Table(sheet),
    (
        Projection(
            CALLS,
            {"month": any_month("month"), **{name: text(name) for name in OWN_NAMES[1:-1]}, "calls": number("calls")},
        ),
    ),
)  # fmt: skip
SOURCE = Source(
    "nhs_111",
    CALLS.title,
    "NHS England",
    OGL,
    "NHS England: Integrated Urgent Care Aggregate Data Collection (IUC ADC, including NHS 111), CSV, each month and revised each year",
    (PUBLISHED, OWN),
    traps=(
        "the collection began in April 2021: figures of the minimum data set before it cannot be compared",
        "several suppliers may serve one contract area: their rows are added",
        "items are redefined nearly every year; 'other' is what is left of all and grows when an item is dropped",
        "provisional months are revised: load the revised file with --replace",
        "a line where the parts are more than the whole is refused",
    ),
)
