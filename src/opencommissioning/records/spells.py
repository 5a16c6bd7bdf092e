"""Episodes to spells: one row per stay with one provider, from admission to discharge.

The first episode (the admission) gives method, practice, age, diagnoses; the last one where the patient went. A spell is told by
the file's own spell number where there is one, else by person, provider and date of admission.
"""

from sqlglot import exp, parse_one

EPISODES = "episodes"
EMERGENCY = ("21", "22", "23", "24", "25", "28", "2A", "2B", "2C", "2D")
ELECTIVE, MATERNITY = ("11", "12", "13"), ("31", "32")
TRANSFER = ("51", "52", "53")  # sources: another provider
READMITTED_WITHIN = 30  # days
NOT_BY_TRANSFER = f"coalesce(source, '') NOT IN ({', '.join(repr(each) for each in TRANSFER)})"

FIRST = (
    "person", "episode", "provider", "practice", "admitted", "method", "source", "classification", "age", "sex", "specialty", "diagnosis",
    "diagnoses", "procedure", "procedures", "hrg", "operated_on",
)  # fmt: skip
# Total order of a spell's episodes: place, finished before unfinished, day, identifier. Never the row's place in the file.
PLACE = "struct_pack(n := coalesce(number, 99), u := status IS DISTINCT FROM '3', d := coalesce(started, admitted), e := episode)"
SPELL = "coalesce(provider || '/' || spell, concat_ws('/', person, provider, admitted))"


def spells(emergency: tuple[str, ...] = EMERGENCY) -> exp.Select:
    """One row per spell over the table `episodes`.

    Columns: those of the first episode (`FIRST`), `discharged`, `destination`, `end_method`, `episodes`, `days` (nights; null before
    discharge), `days_to_death`, `kind` (emergency, elective, maternity, other; `emergency` lists the methods), `operated` (any procedure
    is coded), `since_discharge` (days since an earlier discharge of the same person; none after a transfer) and `returned` (whether an
    emergency within 30 days of it).
    """
    grouped = exp.select(
        *(f"first.{name} AS {name}" for name in FIRST),
        "discharged",
        "last.destination AS destination",
        "last.end_method AS end_method",
        "episodes",
    ).from_(_grouped().subquery("grouped"))
    timed = exp.select(
        "*",
        "CASE WHEN discharged >= admitted THEN discharged - admitted END AS days",
        _to_death(),
        _kind(emergency).as_("kind"),
        _parsed("coalesce(nullif(procedures, ''), procedure) IS NOT NULL AS operated"),
        _left_before().as_("left_before"),
    ).from_(grouped.subquery("spells"))
    told = exp.select(exp.Star(except_=[exp.column("left_before")]), _returned().as_("returned"))
    return told.select(_since().as_("since_discharge")).from_(timed.subquery("timed"))


def _grouped() -> exp.Select:
    whole = ", ".join(f"{name} := {name}" for name in FIRST)
    first = f"arg_min(struct_pack({whole}), {PLACE}) AS first"
    last = f"arg_max(struct_pack(destination := destination, end_method := end_method), {PLACE}) AS last"
    parts = (_parsed(text) for text in (first, last))
    return (
        exp.select(*parts, "max(discharged) AS discharged", "count(*) AS episodes")
        .from_(EPISODES)
        .where("admitted IS NOT NULL")
        .group_by(_parsed(SPELL))
    )


def _parsed(text: str) -> exp.Expression:
    return parse_one(text, dialect="duckdb")


def _kind(emergency: tuple[str, ...]) -> exp.Case:
    case = exp.Case()
    for methods, word in ((emergency, "emergency"), (ELECTIVE, "elective"), (MATERNITY, "maternity")):
        case = case.when(exp.column("method").isin(*methods), exp.Literal.string(word))
    return case.else_(exp.Literal.string("other"))


def _left_before() -> exp.Expression:
    """The latest discharge among the person's earlier spells."""
    return _parsed(
        "max(discharged) OVER (PARTITION BY person ORDER BY admitted, discharged, provider, episode ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    )


def _to_death() -> exp.Expression:
    """Days from admission to the person's death in hospital (deaths elsewhere are in no such file)."""
    died = "max(CASE WHEN end_method = '4' THEN discharged END) OVER (PARTITION BY person)"
    return _parsed(f"{died} - admitted AS days_to_death")


def _since() -> exp.Expression:
    return _parsed(f"CASE WHEN {NOT_BY_TRANSFER} AND admitted >= left_before THEN admitted - left_before END")


def _returned() -> exp.Expression:
    return _parsed(
        f"coalesce(kind = 'emergency' AND {NOT_BY_TRANSFER} AND admitted - left_before BETWEEN 0 AND {READMITTED_WITHIN}, FALSE)"
    )
