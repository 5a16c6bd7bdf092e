"""Infections by commissioner: monthly counts of C. difficile and of bacteraemias, with the people who live there.

UKHSA's monthly workbooks change their sheets from year to year, and their present layout is not confirmed: a plain table of ours, which a
saved column mapping fills from whichever sheet there is.
"""

from decimal import Decimal

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source
from opencommissioning.sources.words import OGL, any_month, number, text

ORGANISMS = ("C. difficile", "E. coli", "Klebsiella", "P. aeruginosa", "MRSA", "MSSA")
ONSETS = ("hospital", "community, healthcare", "community, indeterminate", "community", "unknown")
INFECTIONS = Contract(
    dataset="infections_by_commissioner",
    title="Infections by commissioner",
    publisher="UK Health Security Agency",
    licence=OGL,
    level="sub_icb",
    every="month",
    organisation="commissioner",
    key=("month", "commissioner", "organism", "onset"),
    sort=("commissioner", "organism", "onset"),
    unlocks="C. difficile and bacteraemias per 100,000 people, beside prescribing of antibiotics",
    columns=(
        Column("month", Kind.MONTH, "month of the specimen", example="2025-08-01"),
        Column("commissioner", Kind.CODE, "sub-ICB location (formerly CCG)", example="15N"),
        Column("organism", Kind.CODE, "organism", pattern="|".join(ORGANISMS).replace(".", "[.]"), example="C. difficile"),
        Column("onset", Kind.CODE, "where it began, and whether healthcare came before", pattern="|".join(ONSETS), example="community"),
        Column("cases", Kind.INTEGER, "cases", "cases", Accumulation.FLOW, minimum=Decimal(0), example="7"),
    ),
)  # fmt: skip
PEOPLE = Contract(
    dataset="people_by_commissioner",
    title="People by commissioner",
    publisher="Office for National Statistics, or the area",
    licence=OGL,
    level="sub_icb",
    every="year",
    organisation="commissioner",
    key=("month", "commissioner"),
    sort=("commissioner",),
    carry=24,
    unlocks="rates of what is published by commissioner",
    columns=(
        INFECTIONS.columns[0],
        INFECTIONS.columns[1],
        Column("people", Kind.INTEGER, "people who live there, or are registered with its practices", "people", Accumulation.STOCK, minimum=Decimal(1), example="310000"),
    ),
)  # fmt: skip
NAMES = tuple(column.name for column in INFECTIONS.columns)


def _own(contract: Contract, names: tuple[str, ...], *but: str) -> Era:
    columns = {
        "month": any_month("month"),
        **{name: text(name) for name in names[1:-1]},
        names[-1]: number(names[-1]),
    }
    return Era(
        ", ".join((names[1], names[0], *names[2:])),
        lambda sniff: sniff.has(*names) and not any(sniff.has(each) for each in but),
        Csv(encoding="utf-8"),
        (Projection(contract, columns),),
    )


SOURCE = Source(
    "infections",
    INFECTIONS.title,
    INFECTIONS.publisher,
    OGL,
    "UKHSA: C. difficile infection, and MRSA, MSSA and Gram-negative bacteraemia, monthly data by location; save the commissioners' sheet as "
    f"a table with the columns {', '.join(NAMES)}",
    (_own(INFECTIONS, NAMES), _own(PEOPLE, ("month", "commissioner", "people"))),
    traps=(
        "people of two years and more only are counted for C. difficile",
        "onset has been told since April 2019: 'unknown' before",
        "months are counts, often below 10 for one commissioner: look at twelve together",
        "a fall of antibiotics shows in infections late and little: other causes (beds, cleaning, testing) move more",
    ),
)  # fmt: skip
