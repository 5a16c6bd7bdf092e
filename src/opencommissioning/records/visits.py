"""Counts of A&E attendances and outpatient appointments by practice and month."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlglot import exp, parse_one

from opencommissioning.catalogue.category import Category
from opencommissioning.catalogue.codelist import Codelist
from opencommissioning.catalogue.period import last_day
from opencommissioning.language.categories import is_in
from opencommissioning.sources.visits import VISITS

DAYS = 365  # within which earlier attendances make a frequent attender
MONTH = "CAST(date_trunc('month', day) AS DATE) AS month"
# All attendances of the window, less those of the same day that come at or after this one.
EARLIER = f"""count(*) OVER (PARTITION BY person ORDER BY day RANGE BETWEEN INTERVAL {DAYS} DAY PRECEDING AND CURRENT ROW)
    - count(*) OVER (PARTITION BY person, day) + row_number() OVER (PARTITION BY person, day ORDER BY episode) - 1 AS earlier"""
DEPARTMENT = "CASE WHEN department IN ('01', '02', '03', '04') THEN right(department, 1) ELSE 'other' END AS department"
ADMITTED = "CASE WHEN admitted THEN 'admitted' ELSE 'not admitted' END AS outcome"
VISIT = "CASE WHEN first IN ('1', '3') THEN 'first' WHEN first IN ('2', '4') THEN 'follow-up' ELSE 'unknown' END AS visit"
OUTCOME = """CASE WHEN attended IN ('5', '6') THEN 'seen' WHEN attended IN ('3', '7') THEN 'did not attend'
    WHEN attended = '2' THEN 'cancelled by patient' WHEN attended = '4' THEN 'cancelled by provider' ELSE 'other' END AS outcome"""
REMOTE = "CASE WHEN first IN ('3', '4') THEN 'yes' ELSE 'no' END AS remote"


def by_month(table: str) -> exp.Select:
    """month, episodes: how many rows each month has."""
    return exp.select(_parsed(MONTH), "count(*) AS episodes").from_(table).group_by("1")


def attendance_counts(
    categories: Sequence[Category], codelists: Mapping[str, Codelist], months: Sequence[date]
) -> exp.Select:
    """month, practice, category, department, outcome, attendances. An attendance may be in several categories."""
    facts = exp.select("*", _parsed(EARLIER)).from_("attendance_records")
    named = [
        exp.Case().when(is_in(each, VISITS, codelists), exp.Literal.string(each.id)) for each in categories
    ]
    taken = exp.func("unnest", exp.array(*named)).as_("category")
    columns = [_parsed(each) for each in (MONTH, DEPARTMENT, ADMITTED)]
    rows = exp.select("practice", *columns, taken).from_(facts.subquery("facts"))
    return _counted(rows, months, ("month", "practice", "category", "department", "outcome"), "attendances")


def appointment_counts(months: Sequence[date]) -> exp.Select:
    """month, practice, category (all), visit, outcome, remote, appointments."""
    columns = [_parsed(each) for each in (MONTH, VISIT, OUTCOME, REMOTE)]
    rows = exp.select("practice", *columns, exp.Literal.string("all").as_("category")).from_(
        "appointment_records"
    )
    return _counted(
        rows, months, ("month", "practice", "category", "visit", "outcome", "remote"), "appointments"
    )


def _counted(rows: exp.Select, months: Sequence[date], by: Sequence[str], name: str) -> exp.Select:
    first, last = (
        exp.cast(exp.Literal.string(str(each)), "DATE") for each in (months[0], last_day(months[-1]))
    )
    rows = rows.where("practice IS NOT NULL").where(exp.column("day").between(first, last))
    counted = exp.select(*by, f"count(*) AS {name}").from_(rows.subquery("rows"))
    return counted.where("category IS NOT NULL").group_by(*by).order_by(*by)


def _parsed(sql: str) -> exp.Expression:
    return parse_one(sql, dialect="duckdb")
