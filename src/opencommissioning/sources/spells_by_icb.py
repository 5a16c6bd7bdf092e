"""Spells by ICB and month: what ambulatory-care-sensitive admissions are a share of."""

from decimal import Decimal

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source
from opencommissioning.sources.words import number, text, year_month

SPELLS = Contract(
    dataset="spells_by_icb",
    title="Spells in hospital by ICB",
    publisher="The Strategy Unit, from HES/SUS",
    licence="no licence stated with the file",
    level="icb",
    every="month",
    organisation="icb",
    key=("month", "icb"),
    sort=("icb",),
    unlocks="admissions as a share of all spells, by ICB",
    columns=(
        Column("month", Kind.MONTH, "month of admission", example="2020-11-01"),
        Column("icb", Kind.CODE, "ICB", pattern="Q[0-9A-Z]{2}", example="QHG"),
        Column("spells", Kind.INTEGER, "spells", "spells", Accumulation.FLOW, minimum=Decimal(0)),
    ),
)
NAMED = f"{text('ICB_Name_Short')} <> 'NULL'"
SOURCE = Source(
    "spells_by_icb",
    SPELLS.title,
    SPELLS.publisher,
    SPELLS.licence,
    "a table with Der_Activity_Month, ICB_Name_Short (code: name), spells",
    (
        Era(
            "spells by ICB and month",
            lambda sniff: sniff.has("Der_Activity_Month", "ICB_Name_Short", "spells"),
            Csv(encoding="utf-8"),
            (
                Projection(
                    SPELLS,
                    {
                        "month": year_month("Der_Activity_Month"),
                        "icb": f"left({text('ICB_Name_Short')}, 3)",
                        "spells": number("spells"),
                    },
                    keep=NAMED,
                ),
            ),
        ),
    ),
    traps=("spells of no ICB stand under the text NULL: left out",),
)
