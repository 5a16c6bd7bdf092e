"""What only other stays and published weights tell of a stay: added to spells where a kind of avoidable activity asks for it."""

from collections.abc import Collection

from sqlglot import exp, parse_one

from opencommissioning.records.weights import BANDS, NEEDS

LOTS = (
    16**7
)  # a lot is the first seven digits of a hash of the stay's identifier and the cause: the same at each counting
BEFORE = "CASE WHEN operated_on >= admitted THEN operated_on - admitted END AS days_before_operation"
BEYOND = """SELECT stays.person, stays.episode,
    days - CASE kind WHEN 'elective' THEN elective WHEN 'emergency' THEN emergency END AS beyond_trim
    FROM stays JOIN hrg_trim_points USING (hrg)"""
FRAILTY = """SELECT person, episode, sum(points) AS frailty FROM (
        SELECT DISTINCT stays.person, stays.episode, left(each.code, 3) AS code
        FROM stays JOIN (SELECT person, discharged, episode AS of, unnest(string_split(diagnoses, ' ')) AS code FROM stays) AS each
        ON each.person = stays.person
        AND (each.of = stays.episode OR each.discharged BETWEEN stays.admitted - INTERVAL 2 YEAR AND stays.admitted)
        WHERE stays.kind = 'emergency' AND stays.age >= 75) AS had
    JOIN frailty_points USING (code) GROUP BY person, episode"""
BAND = "CASE " + " ".join(f"WHEN age >= {band} THEN {band}" for band in reversed(BANDS)) + " END"
ATTRIBUTABLE = """SELECT person, episode, max(fraction) AS {column} FROM (
        SELECT person, episode, sex, {band} AS from_age, coalesce(end_method = '4', FALSE) AS died,
            unnest([left(coded, 3), left(coded, 4)]) AS code, is_main
        FROM (SELECT *, diagnosis AS coded, TRUE AS is_main FROM stays
            UNION ALL BY NAME SELECT *, unnest(string_split(diagnoses, ' ')) AS coded, FALSE AS is_main FROM stays) AS all_codes) AS told
    JOIN attributable USING (code, sex, from_age, died, is_main) WHERE cause = '{cause}' GROUP BY person, episode"""


def told(stays: exp.Select, wanted: Collection[str]) -> exp.Select:
    """The stays (columns of `spells`) with those of the contract STAYS that are wanted.

    A column of NEEDS reads the table named there. What is put down to a cause is drawn by lot: a stay is taken when its lot, between 0
    and 1, is below its attributable fraction, so that as many are taken as the fractions add up to, to within chance.
    """
    asked = [name for name in NEEDS if name in wanted]
    query = exp.select("stays.*", _parsed(BEFORE)).from_("stays")
    for name in asked:
        query = query.select(_parsed(_column(name))).join(_parsed(f"({_table(name)}) AS of_{name}"), join_type="left", using=["person", "episode"])  # fmt: skip
    return query.with_("stays", as_=stays)


def _table(name: str) -> str:
    if name == "beyond_trim":
        return BEYOND
    if name == "frailty":
        return FRAILTY
    return ATTRIBUTABLE.format(column=name, band=BAND, cause=name.removeprefix("by_"))


def _column(name: str) -> str:
    if not name.startswith("by_"):
        return f"of_{name}.{name} AS {name}"
    lot = f"CAST(concat('0x', left(md5(concat(episode, ' {name}')), 7)) AS BIGINT)"
    return f"coalesce({lot} < of_{name}.{name} * {LOTS}, FALSE) AS {name}"


def _parsed(text: str) -> exp.Expression:
    return parse_one(text, dialect="duckdb")
