"""Long waits by trust, month and specialty: people over 18 and over 52 weeks, without how many wait in all."""

from decimal import Decimal

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source
from opencommissioning.sources.words import OGL, month_of, number, text

LONG_WAITS = Contract(
    dataset="long_waits_by_provider",
    title="People waiting over 18 and over 52 weeks, by provider and specialty",
    publisher="NHS England",
    licence=OGL,
    level="provider",
    every="month",
    organisation="provider",
    key=("month", "provider", "specialty"),
    sort=("provider", "specialty"),
    unlocks="long waits by specialty (counts; the file has no denominators)",
    columns=(
        Column("month", Kind.MONTH, "month", example="2024-11-01"),
        Column("provider", Kind.CODE, "provider's code", example="RBD"),
        Column("specialty", Kind.TEXT, "specialty, as named that month", example="Cardiology Service"),
        Column("over_18", Kind.INTEGER, "people waiting over 18 weeks", "pathways", Accumulation.STOCK, minimum=Decimal(0)),
        Column("over_52", Kind.INTEGER, "people waiting over 52 weeks", "pathways", Accumulation.STOCK, minimum=Decimal(0)),
    ),
)  # fmt: skip


def _whole(column: str) -> str:
    return f"regexp_replace({number(column)}, '\\.0$', '')"


ERA = Era(
    "trust, month, treatment, waits over 18 and 52 weeks",
    lambda sniff: sniff.has("nhs_trust22_code", "date", "treatment", "waits_over_18_weeks", "waits_over_52_weeks"),
    Csv(encoding="utf-8"),
    (
        Projection(
            LONG_WAITS,
            {
                "month": month_of(f"try_cast({text('date')} AS DATE)"),
                "provider": text("nhs_trust22_code"),
                "specialty": text("treatment"),
                "over_18": _whole("waits_over_18_weeks"),
                "over_52": _whole("waits_over_52_weeks"),
            },
            keep=f"lower({text('treatment')}) <> 'total'",
            checks={
                "no more people over 52 weeks than over 18": (
                    f"{_whole('waits_over_52_weeks')}::INT <= {_whole('waits_over_18_weeks')}::INT"
                )
            },
        ),
    ),
)  # fmt: skip
SOURCE = Source(
    "long_waits",
    "RTT long waits by trust, month and specialty",
    "NHS England",
    OGL,
    "NHS England's RTT files joined over months: trust, date, treatment, waits over 18 and over 52 weeks",
    (ERA,),
    traps=(
        "there are no denominators: counts only, never a percentage",
        "Total stands among the specialties: left out, never added",
        "specialties are named anew in April 2021 (Cardiology becomes Cardiology Service): the series breaks there",
    ),
)
