"""Potentially avoidable activity by practice and month: counted from records here, or by somebody else for those who may not hold records."""

from decimal import Decimal

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source
from opencommissioning.sources.words import any_month, number, text

ACTIVITIES = ("spells", "attendances", "appointments")
NO_KIND = "none"  # rows that no kind takes: what shares are shares of
AVOIDABLE = Contract(
    dataset="avoidable_activity",
    title="Potentially avoidable activity by practice",
    publisher="the area's own records, or its commissioning support",
    licence="under the area's own agreement",
    level="practice",
    every="month",
    organisation="practice",
    key=("month", "practice", "activity_of", "kinds"),
    sort=("practice", "activity_of", "kinds"),
    disclosive=True,
    unlocks="admissions, attendances and appointments that could be avoided, by kind, each counted once",
    columns=(
        Column("month", Kind.MONTH, "month of admission, arrival or appointment", example="2026-04-01"),
        Column("practice", Kind.CODE, "practice of registration", example="X81001"),
        Column("activity_of", Kind.CODE, "spells, attendances or appointments", pattern="|".join(ACTIVITIES), example="spells"),
        Column("kinds", Kind.CODES, "every kind that the rows fall into, with blanks between; none where they fall into none", pattern="[a-z0-9_ ]+", example="falls readmission_28_days"),
        Column("activity", Kind.INTEGER, "admissions, attendances or appointments", "events", Accumulation.FLOW, minimum=Decimal(0), example="4"),
        Column("bed_days", Kind.INTEGER, "nights in hospital of the finished spells", "bed days", Accumulation.FLOW, minimum=Decimal(0), example="17"),
        Column("squared_bed_days", Kind.INTEGER, "the sum of the squares of these nights", minimum=Decimal(0), example="131"),
    ),
)  # fmt: skip
NAMES = tuple(column.name for column in AVOIDABLE.columns)
ERA = Era(
    "practice, month, kinds of avoidable activity, counts",
    lambda sniff: sniff.has(*NAMES),
    Csv(encoding="utf-8"),
    (
        Projection(
            AVOIDABLE,
            {
                "month": any_month("month"),
                **{name: text(name) for name in NAMES[1:4]},
                **{name: number(name) for name in NAMES[4:]},
            },
        ),
    ),
)
SOURCE = Source(
    "avoidable_activity",
    AVOIDABLE.title,
    AVOIDABLE.publisher,
    AVOIDABLE.licence,
    f"a table with the columns {', '.join(NAMES)}",
    (ERA,),
    traps=(
        "a row stands for all events with exactly these kinds: nothing is counted twice, and overlaps can be told",
        "kinds are told by the definitions in force when the records were counted",
    ),
)
