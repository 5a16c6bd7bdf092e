"""Counts of waiting lists and follow-up lists by organisation, month of the census and specialty."""

from sqlglot import exp, parse_one

WAITING, FOLLOW_UPS = "waiting_list_records", "follow_up_records"
MONTH = "CAST(date_trunc('month', day) AS DATE) AS month"
FUNCTION = "coalesce(function, 'not told') AS function"
LAST_OF_MONTH = """day = max(day) OVER (PARTITION BY date_trunc('month', day), coalesce(provider, ''), coalesce(commissioner, ''),
    coalesce(list, ''))"""
WAITS = "removed IS NULL OR removed > day"
OPEN = "coalesce(seen > day, TRUE) AND coalesce(discharge > day, TRUE)"
# The first band is days 0 to 7, then seven days each: day 126 is within 18 weeks (catalogue: RTT returns).
WAITED = "CAST(greatest(1, least(105, (date_diff('day', referred, day) + 6) // 7)) AS INTEGER) AS weeks"
PAST_DUE = "CASE WHEN due < day THEN 'past' WHEN due IS NULL THEN 'not told' ELSE 'to come' END AS due"
STATE = "CASE WHEN due < day THEN 'overdue' WHEN due IS NULL THEN 'no due date' ELSE 'to come' END AS state"
LATE = "CASE WHEN due < day THEN date_diff('day', due, day) ELSE 0 END"
WEEKS_LATE = f"CAST(least(105, ({LATE} + 6) // 7) AS INTEGER) AS weeks"


def list_months(dataset: str) -> exp.Select:
    """month: the months in which any list was taken."""
    return exp.select(_parsed(MONTH)).distinct().from_(dataset).order_by("1")


def waiting_counts(side: str) -> exp.Select:
    """month, `side` (practice, provider, commissioner), function, weeks, due, people: who is on the list on its day."""
    return _counts(WAITING, side, WAITS, ("function", "weeks", "due"), (WAITED, PAST_DUE), ())


def follow_up_counts(side: str) -> exp.Select:
    """month, `side`, function, state, weeks, people, days_overdue: who is to be followed up on the list's day."""
    days = f"{LATE} AS late"
    return _counts(FOLLOW_UPS, side, OPEN, ("function", "state", "weeks"), (STATE, WEEKS_LATE, days), ("CAST(sum(late) AS BIGINT) AS days_overdue",))  # fmt: skip


def _counts(
    dataset: str, side: str, on: str, by: tuple[str, ...], more: tuple[str, ...], sums: tuple[str, ...]
) -> exp.Select:
    latest = exp.select("*").from_(dataset).qualify(_parsed(LAST_OF_MONTH))
    rows = exp.select(side, *map(_parsed, (MONTH, FUNCTION, *more))).from_(latest.subquery("latest"))
    rows = rows.where(_parsed(on)).where(f"{side} IS NOT NULL")
    keys = ("month", side, *by)
    counted = exp.select(*keys, "count(*) AS people", *map(_parsed, sums)).from_(rows.subquery("rows"))
    return counted.group_by(*keys).order_by(*keys)


def _parsed(sql: str) -> exp.Expression:
    return parse_one(sql, dialect="duckdb")
