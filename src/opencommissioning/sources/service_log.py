"""Activity of any local service, a referral a row (people's facts: they go to the records), and the counts made of it.

One layout for every service: who was referred, offered, attended, completed, and what was measured at the start and at the end. A blank
date means that it has not happened.
"""

from decimal import Decimal

from opencommissioning.catalogue.contract import PERSON, Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source
from opencommissioning.sources.admitted_care import practice_code
from opencommissioning.sources.words import any_month, number, text

OURS = "the service itself, or the area's commissioning support"
LICENCE = "under the area's own agreement"
STEPS = ("referred", "offered", "attended", "completed")
STAGES = ("referred only", "offered", "attended", "completed")  # how far a person came: each is counted once
SERVICE = Column("service", Kind.CODE, "service, in the area's own words", example="pulmonary rehabilitation")
MONTH = Column("month", Kind.MONTH, "month of referral", example="2026-04-01")
PRACTICE = Column("practice", Kind.CODE, "practice of registration", example="X81001")
LOG = Contract(
    dataset="service_log",
    title="Activity of a local service, a referral a row",
    publisher=OURS,
    licence=LICENCE,
    level=PERSON,
    every="month",
    organisation="practice",
    key=("person", "episode"),
    sort=("person", "referred", "episode"),
    parts="collection",
    unlocks="uptake and completion of any local service, change between its first and last measurement",
    columns=(
        Column("person", Kind.CODE, "whose it is, as a key of the area's own", example="TEST1"),
        Column("episode", Kind.CODE, "service and day of referral", example="falls prevention/2026-04-11"),
        Column("practice", Kind.CODE, "practice of registration", required=False, example="X81001"),
        SERVICE,
        Column("referred", Kind.DATE, "day of referral", example="2026-04-11"),
        Column("offered", Kind.DATE, "day of the first offer", required=False),
        Column("attended", Kind.DATE, "day first attended", required=False),
        Column("completed", Kind.DATE, "day of completion", required=False),
        Column("measure", Kind.TEXT, "what was measured", required=False, example="six-minute walk, metres"),
        Column("start", Kind.DECIMAL, "first measurement", required=False, scale=3),
        Column("end", Kind.DECIMAL, "last measurement", required=False, scale=3),
    ),
)  # fmt: skip
ACTIVITY = Contract(
    dataset="service_activity",
    title="Local services by practice: how far people came",
    publisher=OURS,
    licence=LICENCE,
    level="practice",
    every="month",
    organisation="practice",
    key=("month", "practice", "service", "stage"),
    sort=("practice", "service", "stage"),
    disclosive=True,
    unlocks="referrals per 1,000 patients, uptake and completion of local services",
    columns=(
        MONTH,
        PRACTICE,
        SERVICE,
        Column("stage", Kind.CODE, "how far they came", pattern="|".join(STAGES), example="completed"),
        Column("people", Kind.INTEGER, "people referred that came so far and no further", "people", Accumulation.FLOW, minimum=Decimal(0), example="12"),
    ),
)  # fmt: skip
CHANGES = Contract(
    dataset="service_changes",
    title="Local services by practice: first and last measurements",
    publisher=OURS,
    licence=LICENCE,
    level="practice",
    every="month",
    organisation="practice",
    key=("month", "practice", "service", "measure"),
    sort=("practice", "service", "measure"),
    disclosive=True,
    columns=(
        MONTH,
        PRACTICE,
        SERVICE,
        Column("measure", Kind.TEXT, "what was measured", example="six-minute walk, metres"),
        Column("measured", Kind.INTEGER, "people measured at the start and at the end", "people", Accumulation.FLOW, minimum=Decimal(0), example="20"),
        Column("start_total", Kind.DECIMAL, "their first measurements, added up", scale=3),
        Column("end_total", Kind.DECIMAL, "their last measurements, added up", scale=3),
    ),
)  # fmt: skip
MEASURED = ("measure", "start", "end")
LOG_NAMES = ("person", "practice", "service", *STEPS)


def _day(column: str) -> str:
    """The day of `2026-04-11` (a time behind it is left out) or `11/04/2026`."""
    beginning = f"left({text(column)}, 10)"
    return f"try_cast(coalesce(try_strptime({beginning}, '%Y-%m-%d'), try_strptime({beginning}, '%d/%m/%Y')) AS DATE)"


def _log(*more: str) -> Projection:
    """The log with or without measurements. A date that cannot be read is refused, not taken for one that is missing."""
    days = {name: _day(name) for name in STEPS}
    columns = {
        "person": text("person"),
        "episode": f"concat_ws('/', {text('service')}, {days['referred']})",
        "practice": practice_code("practice"),
        "service": text("service"),
        **days,
        **{name: (text if name == "measure" else number)(name) for name in more},
    }
    checks = {
        f"'{name}' is a day such as 2026-04-11, or blank": f"{text(name)} IS NULL OR {days[name]} IS NOT NULL"
        for name in STEPS
    }
    for later in STEPS[1:]:
        checks[f"nobody is {later} before being referred"] = f"coalesce({days[later]} >= {days['referred']}, TRUE)"  # fmt: skip
    checks["nobody completes before attending"] = f"{days['completed']} IS NULL OR coalesce({days['completed']} >= {days['attended']}, FALSE)"  # fmt: skip
    if more:
        given = f"{text('start')} IS NOT NULL OR {text('end')} IS NOT NULL"
        checks["measurements say what was measured"] = f"{text('measure')} IS NOT NULL OR NOT ({given})"
    return Projection(LOG, columns, checks=checks)


WITH_MEASURES = Era(
    f"{', '.join((*LOG_NAMES, *MEASURED))}",
    lambda sniff: sniff.has(*LOG_NAMES, *MEASURED),
    Csv(encoding="utf-8"),
    (_log(*MEASURED),),
)
WITHOUT = Era(
    f"{', '.join(LOG_NAMES)}", lambda sniff: sniff.has(*LOG_NAMES), Csv(encoding="utf-8"), (_log(),)
)


def _counts(contract: Contract) -> Era:
    """Counts that somebody made, in our own layout."""
    names = [column.name for column in contract.columns]
    numbers = {column.name for column in contract.columns if column.kind in (Kind.INTEGER, Kind.DECIMAL)}
    columns = {name: (number if name in numbers else text)(name) for name in names} | {"month": any_month("month")}  # fmt: skip
    return Era(f"{contract.title}, counts", lambda sniff: sniff.has(*names), Csv(encoding="utf-8"), (Projection(contract, columns),))  # fmt: skip


SOURCE = Source(
    "service_log",
    "Local services: referred, offered, attended, completed (a referral a row, or counts)",
    OURS,
    LICENCE,
    f"a table with the columns {', '.join(LOG_NAMES)} and, where something is measured, {', '.join(MEASURED)}",
    (WITH_MEASURES, WITHOUT, _counts(ACTIVITY), _counts(CHANGES)),
    traps=(
        "counted by the month of referral: who was referred lately has not had the time to attend or complete",
        "attended without an offer counts as offered; a second referral to the same service on the same day is refused as a repeat",
        "change is of those measured twice: people who leave are not among them, so it flatters",
        "services are named locally: compare a service only where its name means the same",
    ),
)
