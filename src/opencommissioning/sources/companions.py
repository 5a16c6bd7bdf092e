"""The two files that were published beside PDPI: addresses of practices (ADDR) and names of substances (CHEM)."""

import re
from datetime import date

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.period import parse_month
from opencommissioning.catalogue.source import Csv, Era, Projection, Sniff, Source
from opencommissioning.sources.prescribing import PRESCRIBERS
from opencommissioning.sources.words import OGL, text, year_month

PUBLISHER = "NHS Digital (before 2016 HSCIC)"
SUBSTANCES = Contract(
    dataset="substances",
    title="Names of chemical substances",
    publisher=PUBLISHER,
    licence=OGL,
    level="none",
    every="month",
    key=("month", "code"),
    sort=("code",),
    columns=(
        Column("month", Kind.MONTH, "month of the file", example="2013-04-01"),
        Column("code", Kind.CODE, "first nine characters of the BNF code", example="0501080W0"),
        Column("name", Kind.TEXT, "name", required=False, example="Trimethoprim"),
    ),
)
_SIX = re.compile(r"20\d{2}(0[1-9]|1[0-2])")
_PRACTICE = re.compile(r"[A-Z]\d{5}")


def _is_addr(sniff: Sniff) -> bool:
    first = sniff.heading
    return len(first) == 8 and bool(_SIX.fullmatch(first[0])) and bool(_PRACTICE.fullmatch(first[1]))


def _is_chem(sniff: Sniff) -> bool:
    first = sniff.heading
    return len(first) in (3, 4) and first[:2] == ("CHEM SUB", "NAME") and bool(_SIX.fullmatch(first[2]))


def month_in_heading(sniff: Sniff) -> date:
    """The month of a CHEM file: the heading's third cell, where a name was expected."""
    return parse_month(sniff.heading[2])


ADDR = Era(
    "ADDR, eight columns without heading",
    _is_addr,
    Csv(
        names=(
            "period",
            "practice",
            "name",
            "address_1",
            "address_2",
            "address_3",
            "address_4",
            "postcode",
        )
    ),
    (
        Projection(
            PRESCRIBERS,
            {"month": year_month("period"), "practice": text("practice"), "name": text("name")},
            distinct=True,
        ),
    ),
    period=year_month("period"),
)
CHEM = Era(
    "CHEM, the month in its heading",
    _is_chem,
    Csv(names=("code", "name", "blank"), skip=1),
    (Projection(SUBSTANCES, {"code": text("code"), "name": text("name")}),),
    period_of=month_in_heading,
)
SOURCE = Source(
    "pdpi_companions",
    "PDPI companions: addresses and substances",
    PUBLISHER,
    OGL,
    "NHS Digital: GP practice prescribing data, presentation level (to 2019), ADDR and CHEM files",
    (ADDR, CHEM),
    traps=("the heading of CHEM has one cell more than its rows, and its third cell is the month",),
)
