"""Counts of local services by practice, month of referral and service: how far people came, and what was measured."""

from collections.abc import Sequence
from datetime import date

from sqlglot import exp, parse_one

from opencommissioning.catalogue.period import last_day

LOG = "service_log"
MONTH = "CAST(date_trunc('month', referred) AS DATE) AS month"
STAGE = """CASE WHEN completed IS NOT NULL THEN 'completed' WHEN attended IS NOT NULL THEN 'attended'
    WHEN offered IS NOT NULL THEN 'offered' ELSE 'referred only' END AS stage"""
TOTALS = ("count(*) AS measured", 'sum("start") AS start_total', 'sum("end") AS end_total')


def referrals_by_month() -> exp.Select:
    """month, episodes: how many were referred in each month."""
    return exp.select(_parsed(MONTH), "count(*) AS episodes").from_(LOG).group_by("1")


def stage_counts(months: Sequence[date]) -> exp.Select:
    """month, practice, service, stage, people: each referral once, at the furthest that it came."""
    rows = _rows(months, _parsed(STAGE))
    by = ("month", "practice", "service", "stage")
    return exp.select(*by, "count(*) AS people").from_(rows.subquery("rows")).group_by(*by).order_by(*by)


def change_counts(months: Sequence[date]) -> exp.Select:
    """month, practice, service, measure, measured, start_total, end_total, of those measured at both ends."""
    both = _rows(
        months, exp.column("measure"), exp.column("start", quoted=True), exp.column("end", quoted=True)
    )
    both = both.where('"start" IS NOT NULL AND "end" IS NOT NULL AND measure IS NOT NULL')
    by = ("month", "practice", "service", "measure")
    return exp.select(*by, *map(_parsed, TOTALS)).from_(both.subquery("rows")).group_by(*by).order_by(*by)


def _rows(months: Sequence[date], *more: exp.Expression) -> exp.Select:
    first, last = (
        exp.cast(exp.Literal.string(str(each)), "DATE") for each in (months[0], last_day(months[-1]))
    )
    rows = exp.select("practice", "service", _parsed(MONTH), *more).from_(LOG).where("practice IS NOT NULL")
    return rows.where(exp.column("referred").between(first, last))


def _parsed(sql: str) -> exp.Expression:
    return parse_one(sql, dialect="duckdb")
