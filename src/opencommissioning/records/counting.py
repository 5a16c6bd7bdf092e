"""From spells to counts by practice, month and category: what leaves the records, without anybody's row."""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl
from sqlglot import exp, parse_one

from opencommissioning.catalogue.category import Category
from opencommissioning.catalogue.codelist import Codelist
from opencommissioning.catalogue.period import last_day
from opencommissioning.language.categories import is_in
from opencommissioning.records.spells import EMERGENCY, EPISODES, spells
from opencommissioning.sources.admitted_care import SPELLS

FEWEST = 0.10  # a month is covered when as many episodes ended in it as a tenth of the median month's
STAY = """CASE WHEN classification = '2' THEN 'day case' WHEN days IS NULL THEN 'unknown' WHEN days = 0 THEN '0'
    WHEN days < 7 THEN '1-6' WHEN days < 14 THEN '7-13' WHEN days < 21 THEN '14-20' ELSE '21+' END AS stay"""
RETURNED = "CASE WHEN returned THEN 'yes' ELSE 'no' END AS returned"
MONTH = "CAST(date_trunc('month', admitted) AS DATE) AS month"
BAND = "CAST(least(age, 95) // 5 * 5 AS INTEGER)"
AGE_SEX = f"""CASE WHEN sex IN ('1', '2') AND age IS NOT NULL THEN (CASE sex WHEN '1' THEN 'M' ELSE 'F' END)
    || CASE WHEN age >= 95 THEN '95+' ELSE lpad(CAST({BAND} AS VARCHAR), 2, '0') || '_' || lpad(CAST({BAND} + 4 AS VARCHAR), 2, '0') END END AS age_sex"""
BROAD = """CASE WHEN sex IN ('1', '2') AND age IS NOT NULL THEN (CASE sex WHEN '1' THEN 'M' ELSE 'F' END)
    || CASE WHEN age < 15 THEN '00_14' WHEN age < 45 THEN '15_44' WHEN age < 65 THEN '45_64' WHEN age < 75 THEN '65_74'
    WHEN age < 85 THEN '75_84' ELSE '85+' END END AS broad"""
COUNTED = "practice IS NOT NULL AND coalesce(classification, '') NOT IN ('3', '4')"  # regular attenders are no admissions
AGED = "sex IN ('1', '2') AND age IS NOT NULL"


def months_covered(ended: pl.DataFrame) -> tuple[date, ...]:
    """The months from the first to the last in which a fair number of episodes ended. `ended`: month, episodes."""
    rows = ended.drop_nulls().sort("month")
    if not rows.height:
        return ()
    enough = rows.filter(pl.col("episodes") >= FEWEST * rows["episodes"].median())["month"]
    return tuple(pl.date_range(enough.min(), enough.max(), "1mo", eager=True))


def episodes_by_month() -> exp.Select:
    """month, episodes: how many episodes ended in each month."""
    month = parse_one(
        "CAST(date_trunc('month', coalesce(ended, discharged)) AS DATE) AS month", dialect="duckdb"
    )
    return exp.select(month, "count(*) AS episodes").from_(EPISODES).group_by("1")


def admission_counts(
    categories: Sequence[Category],
    codelists: Mapping[str, Codelist],
    months: Sequence[date],
    emergency: Sequence[str] = EMERGENCY,
) -> exp.Select:
    """month, practice, category, kind, stay, returned, spells, finished_spells, bed_days. A spell may be in several categories."""
    by = ("month", "practice", "category", "kind", "stay", "returned")
    sums = ("count(*) AS spells", "count(days) AS finished_spells", "coalesce(sum(days), 0) AS bed_days")
    return _counts(_rows(categories, codelists, months, emergency), by, sums)


def admission_ages(
    categories: Sequence[Category],
    codelists: Mapping[str, Codelist],
    months: Sequence[date],
    emergency: Sequence[str] = EMERGENCY,
) -> exp.Select:
    """month, category, kind, age_sex, spells, all practices together: what expected numbers are made of."""
    rows = _rows(categories, codelists, months, emergency).where(AGED, copy=False)
    return _counts(rows, ("month", "category", "kind", "age_sex"), ("count(*) AS spells",))


def admission_bands(
    categories: Sequence[Category],
    codelists: Mapping[str, Codelist],
    months: Sequence[date],
    emergency: Sequence[str] = EMERGENCY,
) -> exp.Select:
    """month, practice, category, kind, age_sex (broad bands), spells: what direct standardisation by practice is made of."""
    rows = _rows(categories, codelists, months, emergency).where(AGED, copy=False)
    by = ("month", "practice", "category", "kind", "broad")
    return _counts(rows, by, ("count(*) AS spells",))


def _rows(
    categories: Sequence[Category],
    codelists: Mapping[str, Codelist],
    months: Sequence[date],
    emergency: Sequence[str],
) -> exp.Select:
    """One row per spell and category that takes it, of the admissions in these months."""
    named = exp.array(*(_named(each, codelists) for each in categories), copy=False)
    taken = exp.func("unnest", named, copy=False).as_("category", copy=False)
    columns = [_parsed(each) for each in (MONTH, STAY, RETURNED, AGE_SEX, BROAD)]
    rows = exp.select("practice", "kind", "days", *columns, taken, copy=False)
    rows = rows.from_(spells(tuple(emergency)).subquery("facts", copy=False), copy=False)
    first, last = (exp.cast(exp.Literal.string(str(each)), "DATE") for each in _span(months))
    return rows.where(COUNTED, exp.column("admitted").between(first, last), copy=False)


def _named(category: Category, codelists: Mapping[str, Codelist]) -> exp.Case:
    return exp.Case().when(is_in(category, SPELLS, codelists), exp.Literal.string(category.id), copy=False)


def _span(months: Sequence[date]) -> tuple[date, date]:
    return months[0], last_day(months[-1])


def _counts(rows: exp.Select, by: Sequence[str], sums: Sequence[str]) -> exp.Select:
    counted = exp.select(*by, *map(_parsed, sums)).from_(rows.subquery("rows", copy=False), copy=False)
    counted = counted.where("category IS NOT NULL", copy=False).group_by(*by, copy=False)
    return counted.order_by(*by, copy=False)


def _parsed(text: str) -> exp.Expression:
    return parse_one(text, dialect="duckdb")


NO_ADMISSION = {"category": "all", "kind": "emergency", "stay": "0", "returned": "no"}


def with_zeros(counts: pl.DataFrame, words: Mapping[str, str] = NO_ADMISSION) -> pl.DataFrame:
    """The counts with a row of 0 for each practice and month between its first and last in which it had none at all.

    `words`: what stands in the columns that say what is counted, in such a row.
    """
    if not counts.height:
        return counts
    spans = counts.group_by("practice").agg(first=pl.col("month").min(), last=pl.col("month").max())
    every = spans.select("practice", month=pl.date_ranges("first", "last", "1mo")).explode("month")
    absent = every.join(counts.select("practice", "month").unique(), on=["practice", "month"], how="anti")
    numbers = dict.fromkeys(set(counts.columns) - {"month", "practice", *words}, 0)
    told = dict(words) | numbers
    zeros = absent.with_columns(*(pl.lit(value).alias(name) for name, value in told.items()))
    return pl.concat([counts, zeros.select(counts.columns).cast(counts.schema)])
