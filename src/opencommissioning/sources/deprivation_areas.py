"""Deprivation of places where people live: small areas (2019) and ICBs (2025). Practices' own scores are another source."""

from decimal import Decimal

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source
from opencommissioning.sources.words import OGL, number, text

PUBLISHER = "Ministry of Housing, Communities and Local Government"
AREAS = Contract(
    dataset="deprivation_by_small_area",
    title="Deprivation of small areas (LSOA 2011), IMD 2019",
    publisher=PUBLISHER,
    licence=OGL,
    level="none",
    every="once",
    key=("area",),
    sort=("area",),
    parts="snapshot",
    unlocks="deprivation tenths of where people live",
    columns=(
        Column("area", Kind.CODE, "lower-layer super output area, 2011", pattern="E01[0-9]{6}", example="E01000001"),
        Column("decile", Kind.INTEGER, "tenth; 1 is the most deprived", minimum=Decimal(1), maximum=Decimal(10), example="9"),
        Column("rank", Kind.INTEGER, "rank; 1 is the most deprived", minimum=Decimal(1), example="29199"),
    ),
)  # fmt: skip
BOARDS = Contract(
    dataset="deprivation_by_icb",
    title="Deprivation of ICBs, IMD 2025",
    publisher=PUBLISHER,
    licence=OGL,
    level="none",
    every="once",
    key=("icb",),
    sort=("icb",),
    parts="snapshot",
    unlocks="how deprived each ICB's people are",
    columns=(
        Column("icb", Kind.CODE, "ICB, statistical code", pattern="E54[0-9]{6}", example="E54000008"),
        Column("name", Kind.TEXT, "name", example="NHS Cheshire and Merseyside Integrated Care Board"),
        Column("score", Kind.DECIMAL, "mean IMD score; higher is more deprived", scale=3, minimum=Decimal(0), example="25.531"),
        Column("most_deprived", Kind.DECIMAL, "share of its small areas that are in England's most deprived tenth", scale=4, minimum=Decimal(0), maximum=Decimal(1), example="0.2011"),
    ),
)  # fmt: skip
MOST = "imd_proportion_of_lso_as_in_most_deprived_10_percent_nationally"


def _whole(column: str) -> str:
    """A whole number, written `9.0`."""
    return f"regexp_replace({text(column)}, '[.]0$', '')"


SOURCE = Source(
    "deprivation_areas",
    "Deprivation where people live: small areas and ICBs",
    PUBLISHER,
    OGL,
    "gov.uk: English indices of deprivation 2019 (by LSOA) and 2025 (by ICB), as joined by the IMD package",
    (
        Era(
            "IMD 2019 by small area",
            lambda sniff: sniff.has("lsoa11_code", "IMD_decile", "IMD_rank"),
            Csv(encoding="utf-8"),
            (Projection(AREAS, {"area": text("lsoa11_code"), "decile": _whole("IMD_decile"), "rank": _whole("IMD_rank")}),),
        ),
        Era(
            "IMD 2025 by ICB",
            lambda sniff: sniff.has("icb24_code", "icb24_name", "imd_average_score", MOST),
            Csv(encoding="utf-8"),
            (Projection(BOARDS, {"icb": text("icb24_code"), "name": text("icb24_name"), "score": number("imd_average_score"), "most_deprived": number(MOST)}),),
        ),
    ),
    traps=(
        "1 is the most deprived, in tenths and ranks; a score is higher where people are more deprived",
        "whole numbers are written 9.0; the file of 2019 has ranks and tenths but no score",
        "the file of 2025 has ranks, scores and extents side by side under similar names: the mean score is what is read",
        "tenths of areas of 2011 do not fit codes of areas of 2021",
    ),
)  # fmt: skip
