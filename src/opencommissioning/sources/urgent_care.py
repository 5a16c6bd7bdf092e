"""A&E attendances by provider, month and type of department, with how many were seen within four hours where that was measured."""

from decimal import Decimal
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source, Table
from opencommissioning.sources.words import OGL, any_month, number, text
from opencommissioning.sources.workbooks import sheet

TYPES = ("1", "2", "other")
FIELD_TEST_ENDED = (
    "2023-06"  # until May 2023 some trusts tested other standards and did not report four hours
)
FLOWS = (
    ("attendances", "attendances, booked appointments aside"),
    ("timed", "of these, those whose time in the department was reported"),
    ("within_4_hours", "of the timed, those admitted, transferred or discharged within four hours"),
    ("admissions", "emergency admissions through this kind of department"),
)
ATTENDANCES = Contract(
    dataset="ae_attendances",
    title="A&E attendances by provider and type of department",
    publisher="NHS England",
    licence=OGL,
    level="provider",
    every="month",
    organisation="provider",
    key=("month", "provider", "department"),
    sort=("provider", "department"),
    unlocks="A&E attendances, four-hour performance, admissions through A&E, by provider",
    columns=(
        Column("month", Kind.MONTH, "month", example="2024-11-01"),
        Column("provider", Kind.CODE, "provider's code (may be longer than three letters)", example="RBD"),
        Column(
            "department", Kind.CODE, "type of department: 1, 2 or other", pattern="1|2|other", example="1"
        ),
        *(
            Column(name, Kind.INTEGER, words, "attendances", Accumulation.FLOW, minimum=Decimal(0))
            for name, words in FLOWS
        ),
    ),
)
COLUMNS = {name: text(name) for name in ("provider", "department")} | {name: number(name) for name, _ in FLOWS}  # fmt: skip
MORE_THAN_ALL = "no more are late than attended"
CHECKS = {MORE_THAN_ALL: '"within_4_hours"::DOUBLE >= 0'}


def by_organisation(path: Path) -> pl.DataFrame:
    """A file with one row an organisation and month, types side by side, as one row each (ready-made totals and rates are not read)."""
    wide = sheet(path).with_row_index("_row", offset=2)
    names = {"1": "type_1", "2": "type_2", "other": "other_aande_department"}
    parts = [_of_type(wide, each, name) for each, name in names.items()]
    nobody = (pl.col("attendances") == "0") & (pl.col("within_4_hours") == "0")
    return pl.concat(parts).filter(~nobody)


def _of_type(wide: pl.DataFrame, department: str, name: str) -> pl.DataFrame:
    late = f"attendances_over_4hrs_{'other_department' if department == 'other' else name}"
    attended = _whole(f"aande_attendances_{name}")
    over = _whole(late)
    unmeasured = (
        (pl.lit(department) == "1") & (over == 0) & (pl.col("period").str.slice(0, 7) < FIELD_TEST_ENDED)
    )
    timed = pl.when(unmeasured).then(0).otherwise(attended)
    return _rows(wide, department, attended, timed, over, _whole(f"emergency_admissions_via_aande___{name}"))


def unmeasured(frame: pl.DataFrame) -> list[str]:
    """How many trust-months show type 1 patients and nobody over four hours: not measured."""
    some = frame.filter(pl.col("department") == "1", pl.col("attendances").cast(pl.Int64, strict=False) > 0, pl.col("timed") == "0")  # fmt: skip
    if not some.height:
        return []
    trusts = some["provider"].n_unique()
    return [
        f"{some.height:,} months of {trusts} trust {'code' if trusts == 1 else 'codes'} ({', '.join(sorted(some['provider'].unique())[:3])}{' …' if trusts > 3 else ''}) "
        "show type 1 patients and nobody over four hours: not measured, and left out of four-hour performance"
    ]


def by_type(path: Path) -> pl.DataFrame:
    """A file with one row an organisation, month and type; counts written as 21289.0."""
    raw = sheet(path).with_row_index("_row", offset=2)
    attended, over = _whole("attendances"), _whole("breaches")
    parts = [_rows(raw.filter(pl.col("type") == each), each, attended, attended, over, _whole("admissions")) for each in TYPES]  # fmt: skip
    return pl.concat(parts)


def _rows(
    raw: pl.DataFrame, department: str, attended: pl.Expr, timed: pl.Expr, over: pl.Expr, admitted: pl.Expr
) -> pl.DataFrame:
    somebody = (timed > 0) | (over > 0).fill_null(False)
    inside = pl.when(somebody).then(timed - over).otherwise(0)
    counts = {"attendances": attended, "timed": timed, "within_4_hours": inside, "admissions": admitted}
    return raw.select(
        "_row",
        pl.col("period").str.slice(0, 10).alias("month"),
        pl.col("org_code").str.strip_chars().alias("provider"),
        pl.lit(department).alias("department"),
        *(each.cast(pl.String).alias(name) for name, each in counts.items()),
    )


def _whole(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().cast(pl.Float64, strict=False).cast(pl.Int64)


PROJECTION = Projection(ATTENDANCES, COLUMNS | {"month": any_month("month")}, checks=CHECKS)
WIDE = Era(
    "A&E by organisation, types side by side",
    lambda sniff: sniff.has("period", "org_code", "aande_attendances_type_1", "attendances_over_4hrs_type_1"),
    Table(by_organisation, unmeasured),
    (PROJECTION,),
)
LONG = Era(
    "A&E by organisation and type",
    lambda sniff: sniff.has("period", "org_code", "type", "attendances", "breaches", "admissions"),
    Table(by_type),
    (PROJECTION,),
)
OWN = Era(
    "provider, month, department, attendances, timed, within_4_hours, admissions",
    lambda sniff: sniff.has("provider", "month", "department", "timed", "within_4_hours"),
    Csv(encoding="utf-8"),
    (PROJECTION,),
)
SOURCE = Source(
    "ae_attendances",
    "A&E attendances and four-hour performance",
    "NHS England",
    OGL,
    "NHS England: A&E Attendances and Emergency Admissions, monthly, joined over months as one CSV",
    (WIDE, LONG, OWN),
    traps=(
        "14 trusts show no type 1 patient over four hours until May 2023: they tested other standards; not measured, not perfect",
        "ready-made totals leave booked appointments out, ready-made rates are 0 where nobody attended: neither is read",
        "waits of 12 hours count from the decision to admit, not from arrival",
        "provider codes may be longer than three letters",
    ),
)
