"""Where people die, by practice and month: counts from the primary care mortality data that an ICB may use."""

from decimal import Decimal

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source
from opencommissioning.sources.words import any_month, number, text

PLACES = ("hospital", "home", "care home", "hospice", "other")
DEATHS = Contract(
    dataset="deaths_by_place",
    title="Deaths by practice and place",
    publisher="NHS England (primary care mortality database), counted by the area",
    licence="under the area's own agreement",
    level="practice",
    every="month",
    organisation="practice",
    key=("month", "practice", "place"),
    sort=("practice", "place"),
    disclosive=True,
    unlocks="share of deaths in hospital and at home",
    columns=(
        Column("month", Kind.MONTH, "month of death", example="2026-04-01"),
        Column("practice", Kind.CODE, "practice of registration", example="X81001"),
        Column("place", Kind.CODE, "where", pattern="|".join(PLACES), example="hospital"),
        Column(
            "deaths", Kind.INTEGER, "deaths", "deaths", Accumulation.FLOW, minimum=Decimal(0), example="3"
        ),
    ),
)
NAMES = tuple(column.name for column in DEATHS.columns)
SOURCE = Source(
    "deaths_by_place",
    DEATHS.title,
    DEATHS.publisher,
    DEATHS.licence,
    f"a table with the columns {', '.join(NAMES)}; published shares by area load as indicators (Fingertips, end of life profile)",
    (
        Era(
            "practice, month, place, deaths",
            lambda sniff: sniff.has(*NAMES),
            Csv(encoding="utf-8"),
            (
                Projection(
                    DEATHS,
                    {"month": any_month("month"), "practice": text("practice"), "place": text("place"), "deaths": number("deaths")},
                ),
            ),
        ),
    ),
    traps=(
        "a death is counted where it happened, not where the person lived: care homes among a practice's patients change the share",
        "sudden deaths are among them: no practice reaches nought in hospital, and none should",
        "counts of 1 to 7 are people: what leaves is hidden or rounded",
    ),
)  # fmt: skip
