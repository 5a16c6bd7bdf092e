"""Beds, daily discharges and people who no longer meet the criteria to reside, by trust."""

from decimal import Decimal

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source
from opencommissioning.sources.words import OGL, any_month, month_of, number, text

PUBLISHER = "NHS England"
WHERE = "NHS England: Discharge delays and urgent and emergency care daily situation reports, joined over months as one CSV"


def _count(name: str, words: str, unit: str, kind: Accumulation) -> Column:
    return Column(name, Kind.INTEGER, words, unit, kind, minimum=Decimal(0))


PROVIDER = Column("provider", Kind.CODE, "trust's code", example="RBD")
DAY = Column("day", Kind.DATE, "day", example="2024-11-30")
MONTH = Column("month", Kind.MONTH, "month", example="2024-11-01")


def _daily(dataset: str, title: str, unlocks: str, *counts: Column) -> Contract:
    return Contract(
        dataset=dataset,
        title=title,
        publisher=PUBLISHER,
        licence=OGL,
        level="provider",
        every="month",
        organisation="provider",
        key=("month", "provider", "day"),
        sort=("provider", "day"),
        unlocks=unlocks,
        columns=(MONTH, PROVIDER, DAY, *counts),
    )


RESIDE = _daily(
    "no_criteria_to_reside",
    "People who no longer meet the criteria to reside, by day",
    "bed days of people who could be elsewhere (no criteria to reside)",
    _count("patients", "people in hospital who no longer meet the criteria to reside: a bed day each", "bed days", Accumulation.FLOW),
    _count("trust_days", "1: the trust reported that day", "days", Accumulation.FLOW),
)  # fmt: skip
DISCHARGES = _daily(
    "discharges_by_day",
    "Discharges by day",
    "discharges by five o'clock",
    _count("discharged", "people discharged", "discharges", Accumulation.FLOW),
    _count("timed", "of these, those on days whose time of discharge is told (until May 2023)", "discharges", Accumulation.FLOW),
    _count("by_5pm", "of the timed, those by 17:00", "discharges", Accumulation.FLOW),
)  # fmt: skip
KINDS = {
    "general_acute": "general and acute",
    "adult_general_acute": "adult general and acute",
    "paediatric_general_acute": "paediatric general and acute",
    "adult_critical_care": "adult critical care",
}
BEDS = Contract(
    dataset="beds_by_provider",
    title="Beds open and occupied by provider and month",
    publisher=PUBLISHER,
    licence=OGL,
    level="provider",
    every="month",
    organisation="provider",
    key=("month", "provider"),
    sort=("provider",),
    unlocks="bed occupancy",
    columns=(
        MONTH,
        PROVIDER,
        *(
            _count(f"{name}_{what}", f"{words} beds {verb}; 0 where not told", "beds", Accumulation.STOCK)
            for name, words in KINDS.items()
            for what, verb in (("available", "open"), ("occupied", "occupied"))
        ),
    ),
)
DATE = f"try_cast({text('date')} AS DATE)"


def _whole(column: str) -> str:
    return f"regexp_replace({number(column)}, '\\.0$', '')"


EARLY = _whole("discharged_by_1700")
NAMED = f"{text('nhs_trust22_code')} IS NOT NULL"
NAMELESS = {"have no trust's code: left out": f"{text('nhs_trust22_code')} IS NULL"}
CODE = {"provider": text("nhs_trust22_code")}
DAILY = {"month": month_of(DATE), "day": DATE} | CODE
RESIDE_ERA = Era(
    "criteria to reside by trust and day",
    lambda sniff: sniff.has("nhs_trust22_code", "date", "do_not_meet_criteria_to_reside"),
    Csv(encoding="utf-8"),
    (
        Projection(
            RESIDE,
            DAILY | {"patients": _whole("do_not_meet_criteria_to_reside"), "trust_days": "'1'"},
            keep=f"{NAMED} AND {text('do_not_meet_criteria_to_reside')} IS NOT NULL",
        ),
    ),
    traps=NAMELESS | {"have no value for the day: left out, not 0": f"{NAMED} AND {text('do_not_meet_criteria_to_reside')} IS NULL"},
)  # fmt: skip
DISCHARGE_ERA = Era(
    "discharges by trust and day",
    lambda sniff: sniff.has("nhs_trust22_code", "date", "discharged_by_1700", "discharged_total"),
    Csv(encoding="utf-8"),
    (
        Projection(
            DISCHARGES,
            DAILY
            | {
                "discharged": _whole("discharged_total"),
                "timed": f"CASE WHEN {EARLY} IS NULL THEN '0' ELSE {_whole('discharged_total')} END",
                "by_5pm": f"coalesce({EARLY}, '0')",
            },
            keep=f"{NAMED} AND coalesce(try_cast({text('discharged_total')} AS DOUBLE), 0) > 0",
        ),
    ),
    traps=NAMELESS
    | {
        "have no value for the day: left out, not 0": f"{NAMED} AND {text('discharged_total')} IS NULL",
        "show no discharge at all, as if nothing had been returned: left out": (
            f"{NAMED} AND try_cast({text('discharged_total')} AS DOUBLE) = 0"
        ),
    },
)


def _told(column: str) -> str:
    """Beds of a kind, open or occupied; 0 where either is blank, so that no half of a rate is left."""
    other = column.replace("_available", "_x").replace("_occupied", "_available").replace("_x", "_occupied")
    return f"CASE WHEN {_whole(other)} IS NULL THEN '0' ELSE coalesce({_whole(column)}, '0') END"


BED_NAMES = {f"{kind}_{what}": f"{kind}_beds_{what}" for kind in KINDS for what in ("available", "occupied")}
BED_ERA = Era(
    "beds by trust and month",
    lambda sniff: sniff.has("nhs_trust22_code", "date", *BED_NAMES.values()),
    Csv(encoding="utf-8"),
    (
        Projection(
            BEDS,
            CODE | {"month": any_month("date")} | {ours: _told(theirs) for ours, theirs in BED_NAMES.items()},
            keep=NAMED,
            checks={
                "no more beds occupied than the trust has twice over": (
                    f"coalesce({_whole('general_acute_beds_occupied')}::DOUBLE <= 2 * {_whole('general_acute_beds_available')}::DOUBLE, TRUE)"
                )
            },
        ),
    ),
)
SOURCE = Source(
    "hospital_stays",
    "Beds, daily discharges and criteria to reside",
    PUBLISHER,
    OGL,
    WHERE,
    (RESIDE_ERA, DISCHARGE_ERA, BED_ERA),
    traps=(
        "some rows have no trust's code, some no value: left out, not 0",
        "days on which a trust shows no discharge at all look like missing returns and are left out",
        "months of the bed file are text (April 2022); occupancy rates are recomputed from the counts",
        "the time of day of discharges is told until May 2023 only",
    ),
)
