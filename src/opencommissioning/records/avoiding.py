"""Counts of potentially avoidable activity by practice, month and the kinds that a row falls into: every row counts once."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlglot import exp, parse_one

from opencommissioning.catalogue.avoidable import Avoidable
from opencommissioning.catalogue.codelist import Codelist
from opencommissioning.catalogue.contract import Contract
from opencommissioning.catalogue.period import last_day
from opencommissioning.language.categories import any_way
from opencommissioning.records.counting import COUNTED
from opencommissioning.records.spells import EMERGENCY, EPISODES, spells
from opencommissioning.records.telling import told
from opencommissioning.records.visits import EARLIER
from opencommissioning.sources.admitted_care import STAYS
from opencommissioning.sources.avoidable import NO_KIND
from opencommissioning.sources.visits import CLINICS, VISITS

KEPT = "attended IN ('5', '6')"  # an appointment that was missed is no activity
CONTRACTS = {each.dataset: each for each in (STAYS, VISITS, CLINICS)}
SUMS = (
    "count(*) AS activity",
    "coalesce(sum(days), 0) AS bed_days",
    "coalesce(sum(CAST(days AS BIGINT) * days), 0) AS squared_bed_days",
)
RECORDS = {"spells": EPISODES, "attendances": "attendance_records", "appointments": "appointment_records"}


def activity_counts(
    dataset: str,
    kinds: Sequence[Avoidable],
    codelists: Mapping[str, Codelist],
    months: Sequence[date],
    emergency: Sequence[str] = EMERGENCY,
) -> exp.Select:
    """month, practice, activity_of, kinds, activity, bed_days, squared_bed_days over the records of `RECORDS[dataset]`.

    `kinds` of a row are the ids of all kinds that take it, in the given order, with blanks between; `none` when none does. Bed days are
    nights of finished spells, and their squares are what the spread of avoided bed days needs. The tables of `weights.read_weights` are read
    where a kind asks for what they tell.
    """
    facts, where, day, days = _facts(dataset, kinds, emergency)
    named = _named(kinds, CONTRACTS[dataset], codelists)
    rows = exp.select("practice", f"CAST(date_trunc('month', {day}) AS DATE) AS month", f"{days} AS days")
    rows = rows.select(named.as_("kinds", copy=False), copy=False).from_(
        facts.subquery("facts", copy=False), copy=False
    )
    covered = exp.column(day).between(*map(_day, _span(months)))
    rows = rows.where(where, _parsed("practice IS NOT NULL"), covered, copy=False)
    by = ("month", "practice", "activity_of", "kinds")
    what = exp.Literal.string(dataset).as_("activity_of")
    counted = exp.select("month", "practice", what, "kinds", *map(_parsed, SUMS))
    return (
        counted.from_(rows.subquery("rows", copy=False), copy=False)
        .group_by(*by, copy=False)
        .order_by(*by, copy=False)
    )


def _facts(
    dataset: str, kinds: Sequence[Avoidable], emergency: Sequence[str]
) -> tuple[exp.Select, exp.Expression, str, str]:
    """The rows, which of them count, their day, their nights."""
    if dataset == "spells":
        wanted = {each.column for kind in kinds for way in kind.ways for each in way}
        return told(spells(tuple(emergency)), wanted), _parsed(COUNTED), "admitted", "days"
    if dataset == "attendances":
        return exp.select("*", _parsed(EARLIER)).from_(RECORDS[dataset]), exp.true(), "day", "0"
    return exp.select("*").from_(RECORDS[dataset]), _parsed(KEPT), "day", "0"


def _named(
    kinds: Sequence[Avoidable], contract: Contract, codelists: Mapping[str, Codelist]
) -> exp.Expression:
    """The ids of the kinds that take a row. The engine's own concat_ws, which passes over missing ones: sqlglot's would be missing then."""
    each = [
        exp.Case().when(any_way(kind.ways, contract, codelists), exp.Literal.string(kind.id), copy=False)
        for kind in kinds
    ]
    joined = exp.Anonymous(this="concat_ws", expressions=[exp.Literal.string(" "), *each])
    some = exp.Nullif(this=joined, expression=exp.Literal.string(""))
    return exp.Coalesce(this=some, expressions=[exp.Literal.string(NO_KIND)])


def _span(months: Sequence[date]) -> tuple[date, date]:
    return months[0], last_day(months[-1])


def _day(day: date) -> exp.Expression:
    return exp.cast(exp.Literal.string(str(day)), "DATE")


def _parsed(text: str) -> exp.Expression:
    return parse_one(text, dialect="duckdb")
