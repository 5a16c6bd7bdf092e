"""Delayed transfers of care (to February 2020): delayed days by local authority, by reason and by who is responsible."""

from decimal import Decimal
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Era, Projection, Source, Table
from opencommissioning.sources.words import OGL, any_month, number, text
from opencommissioning.sources.workbooks import sheet

REASONS = {
    "Awaiting completion of assessment": "assessment",
    "Awaiting public funding": "public funding",
    "Awaiting further NHS non-acute care": "further NHS care",
    "Awaiting residential home placement or availability": "residential home",
    "Awaiting nursing home placement or availability": "nursing home",
    "Awaiting care package in own home": "care package at home",
    "Awaiting community equipment and adaptations": "equipment",
    "Patient or family choice": "choice",
    "Disputes": "disputes",
    "Housing - Patients not covered by NHS and Community Care Act": "housing",
    "Other": "other",
}
BODIES = {"NHS": "NHS", "Social Care": "social care", "Both": "both"}
TOTAL = "Total Delayed Transfers of Care"


def _contract(dataset: str, title: str, by: str, words: str, example: str) -> Contract:
    return Contract(
        dataset=dataset,
        title=title,
        publisher="NHS England",
        licence=OGL,
        level="local_authority",
        every="month",
        organisation="authority",
        key=("month", "authority", by),
        sort=("authority", by),
        unlocks="delayed transfers of care: days by reason and by who is responsible",
        columns=(
            Column("month", Kind.MONTH, "month", example="2019-04-01"),
            Column(
                "authority",
                Kind.CODE,
                "local authority: its code where the file has one, else its name",
                example="E06000015",
            ),
            Column("name", Kind.TEXT, "name", example="Derby"),
            Column(by, Kind.CODE, words, example=example),
            Column("days", Kind.INTEGER, "delayed days", "days", Accumulation.FLOW, minimum=Decimal(0)),
            Column("authority_days", Kind.INTEGER, "days of the month, on one row of the authority's month; 0 on the others", "days", Accumulation.FLOW, minimum=Decimal(0)),
        ),
    )  # fmt: skip


BY_REASON = _contract("delayed_days_by_reason", "Delayed transfers of care by reason", "reason", "why", "assessment")  # fmt: skip
BY_BODY = _contract("delayed_days_by_body", "Delayed transfers of care by who is responsible", "body", "who is responsible", "NHS")  # fmt: skip


def _long(raw: pl.DataFrame, names: dict[str, str], by: str, period: str) -> pl.DataFrame:
    raw = raw.with_row_index("_row", offset=2)
    keys = [name for name in ("_row", "Code", "Name", period, TOTAL) if name in raw.columns]
    long = raw.unpivot(list(names), index=keys, variable_name=by, value_name="days")
    there = long.filter(~pl.col("days").str.strip_chars().is_in(["NA", "-"]))
    return there.with_columns(
        (pl.col(by) == pl.col(by).first().over("_row")).alias("is_first"),
        pl.col(by).replace_strict(names),
        pl.col(period).alias("month"),
        (pl.col("Code") if "Code" in raw.columns else pl.col("Name")).str.strip_chars().alias("authority"),
    )


def by_reason(path: Path) -> pl.DataFrame:
    """One row for each authority, month and reason; `NA` (Other until early 2017) and `-` are missing and left out."""
    return _long(sheet(path), REASONS, "reason", "Period")


def by_body(path: Path) -> pl.DataFrame:
    """One row for each authority, month and responsible body; this file has names only."""
    return _long(sheet(path), BODIES, "body", "Period_year")


def unequal_totals(frame: pl.DataFrame) -> list[str]:
    """Lines whose reasons do not give their total."""
    days = pl.col("days").cast(pl.Float64, strict=False)
    sums = frame.group_by("_row").agg(
        days.sum().alias("days"), pl.col(TOTAL).first().cast(pl.Float64, strict=False), pl.col("Name").first()
    )
    off = sums.filter((pl.col("days") - pl.col(TOTAL)).abs() > 0.5)
    return (
        [f"in {off.height:,} lines the reasons do not add up to the total (first: {off['Name'][0]})"]
        if off.height
        else []
    )


def by_reason_doubts(frame: pl.DataFrame) -> list[str]:
    """Totals that do not hold, reasons that are not told, and names under several codes."""
    lines, told = frame["_row"].n_unique(), frame.height
    absent = lines * frame["reason"].n_unique() - told
    codes = frame.group_by("Name").agg(pl.col("Code").n_unique()).filter(pl.col("Code") > 1).height
    return [
        *unequal_totals(frame),
        *([f"{absent:,} reasons of {lines:,} lines are 'NA' or '-': missing, not 0"] if absent else []),
        *([f"{codes:,} authorities stand under several codes over the years: each code is counted as one of its own"] if codes else []),
    ]  # fmt: skip


def _projection(contract: Contract, by: str) -> Projection:
    columns = {"month": any_month("month"), "authority": text("authority"), "name": text("Name"), by: text(by), "days": number("days")}  # fmt: skip
    columns["authority_days"] = (
        f"CASE WHEN {text('is_first')} = 'true' THEN day(last_day({columns['month']})) ELSE 0 END"
    )
    return Projection(contract, columns, keep="\"authority\" NOT IN ('-', 'England')")


SOURCE = Source(
    "delayed_transfers",
    "Delayed transfers of care",
    "NHS England",
    OGL,
    "NHS England: Delayed Transfers of Care, monthly by local authority (to February 2020), joined over months as one CSV",
    (
        Era(
            "delayed days by reason",
            lambda sniff: sniff.has("Code", "Name", *list(REASONS)[:3], TOTAL, "Period"),
            Table(by_reason, by_reason_doubts),
            (_projection(BY_REASON, "reason"),),
        ),
        Era(
            "delayed days by responsible organisation",
            lambda sniff: sniff.has("Name", "NHS", "Social Care", "Both", "Period_year"),
            Table(by_body),
            (_projection(BY_BODY, "body"),),
        ),
    ),
    traps=(
        "figures are delayed days, not people",
        "England stands among the authorities under the code '-': left out, never added",
        "'NA' under Other until early 2017 is missing, not 0",
        "authorities change their codes over the years, and the second file has names only",
    ),
)
