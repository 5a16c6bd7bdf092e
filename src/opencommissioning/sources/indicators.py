"""Pre-aggregated indicators: organisation, period, numerator, denominator. One contract, thousands of indicators."""

import re
from decimal import Decimal
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.period import MONTH_NAMES
from opencommissioning.catalogue.source import Csv, Era, Projection, Source, Table
from opencommissioning.sources.populations import is_deprivation
from opencommissioning.sources.words import text
from opencommissioning.sources.workbooks import sheet

INDICATORS = Contract(
    dataset="indicators",
    title="Published indicators",
    publisher="various",
    licence="as published",
    level="any",
    every="month",
    organisation="organisation",
    key=("indicator", "level", "organisation", "period"),
    sort=("indicator", "level", "organisation", "month"),
    parts="collection",
    unlocks="any indicator that somebody publishes, beside our own measures",
    columns=(
        Column("indicator", Kind.CODE, "identifier of the indicator", example="93553"),
        Column("indicator_name", Kind.TEXT, "name of the indicator", required=False),
        Column("level", Kind.CODE, "level of the organisation", example="ccg"),
        Column("organisation", Kind.CODE, "organisation code", example="02N"),
        Column("period", Kind.TEXT, "period as published", example="2018-07-01"),
        Column("month", Kind.MONTH, "first month of the period", required=False, example="2018-07-01"),
        Column("numerator", Kind.DECIMAL, "numerator", required=False, scale=5),
        Column("denominator", Kind.DECIMAL, "denominator", required=False, scale=5),
        Column("value", Kind.DECIMAL, "value as published", required=False, scale=12),
        Column(
            "percentile",
            Kind.DECIMAL,
            "percentile rank as published",
            required=False,
            scale=12,
            minimum=Decimal(0),
            maximum=Decimal(1),
        ),
    ),
)
AREA_TYPES = (  # beginnings, first match wins
    ("gp", "practice"),
    ("pcn", "pcn"),
    ("icb sub", "sub_icb"),
    ("sub icb", "sub_icb"),
    ("ccg", "ccg"),
    ("icb", "icb"),
    ("england", "england"),
)
_DAY = "try_cast(date_trunc('month', try_cast({} AS DATE)) AS DATE)"


def _projection(columns: dict[str, str], keep: str = "") -> Projection:
    return Projection(INDICATORS, columns, keep=keep)


def _constant(name: str, words: str) -> dict[str, str]:
    return {"indicator": f"'{name}'", "indicator_name": f"'{words}'"}


FINGERTIPS = Era(
    "Fingertips download",
    lambda sniff: (
        sniff.has("Indicator ID", "Area Code", "Area Type", "Time period", "Value", "Count", "Denominator")
        and not is_deprivation(sniff)
    ),
    Table(lambda path: fingertips(path)),
    (
        _projection(
            {
                "indicator": text("Indicator ID"),
                "indicator_name": text("Indicator Name"),
                "level": text("Area Type"),
                "organisation": text("Area Code"),
                "period": text("Time period"),
                "month": text("month"),
                "numerator": text("Count"),
                "denominator": text("Denominator"),
                "value": f"left({text('Value')}, 20)",
            }
        ),
    ),
)


def fingertips(path: Path) -> pl.DataFrame:
    """A Fingertips download without repeats (England stands there once per parent); breakdowns by sex, age or category are kept apart
    in the indicator's identifier."""
    frame = sheet(path)
    plain = (
        (pl.col("Sex") == "Persons") & (pl.col("Age") == "All ages") & pl.col("Category").fill_null("").eq("")
    )
    breakdown = pl.format(
        "{}|{}|{}|{}", *(pl.col(name).fill_null("") for name in ("Indicator ID", "Sex", "Age", "Category"))
    )
    frame = frame.with_columns(
        pl.when(plain).then(pl.col("Indicator ID")).otherwise(breakdown).alias("Indicator ID"),
        pl.struct("Time period", "Time period Sortable")
        .map_elements(lambda each: first_month(*each.values()), pl.String)
        .alias("month"),
        pl.col("Area Type").map_elements(level_of, pl.String),
    )
    return frame.unique(
        subset=["Indicator ID", "Area Type", "Area Code", "Time period"], keep="first", maintain_order=True
    )


def first_month(period: str, sortable: str | None) -> str | None:
    """The first month of a Fingertips period as text: `2019` January, `2019/20` April, `2019/20 Q2` July; nothing when it says none."""
    match = re.match(r"(\d{4})", sortable or period or "")
    if match is None:
        return None
    year, financial = int(match[1]), re.match(r"\d{4}/\d{2}", period) is not None
    quarter = re.search(r"Q([1-4])", period)
    month = (4 if financial else 1) + (3 * (int(quarter[1]) - 1) if quarter else 0)
    named = re.search(r"\b(" + "|".join(name[:3] for name in MONTH_NAMES) + r")", period.lower())
    if named:
        month = [name[:3] for name in MONTH_NAMES].index(named[1]) + 1
    return f"{year + (month > 12)}-{(month - 1) % 12 + 1:02d}-01"


def level_of(area_type: str) -> str:
    """Our word for a Fingertips area type (`GPs` practice, `ICB sub-locations` sub_icb); others as published, in lower case."""
    plain = area_type.lower()
    return next((level for words, level in AREA_TYPES if plain.startswith(words)), plain)


PLAIN = Era(
    "indicator, organisation, period, numerator, denominator",
    lambda sniff: sniff.has("indicator", "level", "organisation", "period", "numerator", "denominator"),
    Csv(encoding="utf-8"),
    (
        _projection(
            {
                "indicator": text("indicator"),
                "indicator_name": text("indicator"),
                "level": text("level"),
                "organisation": text("organisation"),
                "period": text("period"),
                "month": _DAY.format(
                    f"CASE WHEN length({text('period')}) = 7 THEN {text('period')} || '-01' ELSE {text('period')} END"
                ),
                "numerator": text("numerator"),
                "denominator": text("denominator"),
            }
        ),
    ),
)
CCG_RATIO = Era(
    "CCG measure with ratio and percentile",
    lambda sniff: sniff.has("pct_id", "month", "numerator", "denominator", "calc_value", "percentile"),
    Csv(encoding="utf-8"),
    (
        _projection(
            _constant("ccg_measure", "CCG measure as published")
            | {
                "level": "'ccg'",
                "organisation": text("pct_id"),
                "period": text("month"),
                "month": _DAY.format(text("month")),
                "numerator": text("numerator"),
                "denominator": text("denominator"),
                "value": text("calc_value"),
                "percentile": text("percentile"),
            }
        ),
    ),
)
TRIMETHOPRIM = Era(
    "trimethoprim and nitrofurantoin items by CCG",
    lambda sniff: sniff.has("period", "pct", "trimethoprim_items", "nitrofurantoin_items", "all_items"),
    Csv(encoding="utf-8"),
    (
        _projection(
            _constant("trimethoprim_share", "Trimethoprim share of trimethoprim and nitrofurantoin items")
            | {
                "level": "'ccg'",
                "organisation": text("pct"),
                "period": text("period"),
                "month": _DAY.format(text("period")),
                "numerator": text("trimethoprim_items"),
                "denominator": text("all_items"),
                "value": text("trimethoprim_percent"),
            }
        ),
    ),
)
ZUCLOPENTHIXOL = Era(
    "zuclopenthixol acetate and decanoate by practice",
    lambda sniff: sniff.has("month", "practice", "acetate", "decanoate", "total_zuclo"),
    Table(lambda path: zuclopenthixol(path)),
    (
        _projection(
            _constant("zuclopenthixol_acetate_share", "Zuclopenthixol acetate share of items")
            | {
                "level": "'practice'",
                "organisation": text("practice"),
                "period": text("month"),
                "month": _DAY.format(text("month")),
                "numerator": text("acetate"),
                "denominator": text("total_zuclo"),
            }
        ),
    ),
)


def zuclopenthixol(path: Path) -> pl.DataFrame:
    """One row per practice and month: a practice-month has a second row for the other chemical or another supplier."""
    frame = sheet(path)
    sums = [pl.col(name).cast(pl.Int64).sum().cast(pl.String) for name in ("acetate", "total_zuclo")]
    return frame.group_by("practice", "month", maintain_order=True).agg(sums)


LIST_SIZES = Era(
    "list size by CCG and month",
    lambda sniff: sniff.heading == ("month", "pct", "list_size"),
    Csv(encoding="utf-8"),
    (
        _projection(
            _constant("ccg_list_size", "Registered patients by CCG")
            | {
                "level": "'ccg'",
                "organisation": text("pct"),
                "period": text("month"),
                "month": _DAY.format(text("month")),
                "value": text("list_size"),
            },
            # codes that never had patients stand in the file with 0: not counted, which is not 0
            keep=f"{text('pct')} IS NOT NULL AND {text('list_size')} <> '0'",
        ),
    ),
)
SOURCE = Source(
    "indicators",
    "Indicator files",
    "various",
    "as published",
    "Fingertips downloads, or any table of indicator, level, organisation, period, numerator, denominator",
    (FINGERTIPS, PLAIN, CCG_RATIO, TRIMETHOPRIM, ZUCLOPENTHIXOL, LIST_SIZES),
    traps=(
        "England stands in Fingertips files once for each parent",
        "a month that is absent for everybody is not loaded, not 0",
        "files that list only organisations with activity leave zeros out: their denominators are incomplete",
    ),
)
