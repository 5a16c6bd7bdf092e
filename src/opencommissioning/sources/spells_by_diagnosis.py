"""Tables about spells without months: how many by main diagnosis for a group of admissions, and mean stays by ICB and group."""

from decimal import Decimal
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.source import Era, Projection, Sniff, Source, Table
from opencommissioning.sources.words import number, text
from opencommissioning.sources.workbooks import sheet

PUBLISHER, LICENCE = "The Strategy Unit, from HES/SUS", "no licence stated with the file"
SHEET = 1_048_576  # rows that a spreadsheet holds
GROUPS = {
    "amb_acute_count": "ambulatory care, acute",
    "amb_chronic_count": "ambulatory care, chronic",
    "amb_vac_prev_count": "ambulatory care, vaccine-preventable",
    "falls_count": "falls",
    "frail_count": "frailty",
}
STAYS = {
    "frail_avg_los": "frailty",
    "emergency_elderly_avg_los": "emergencies of older people",
    "falls_exp_avg_los": "falls, explicit",
    "falls_imp_frac_avg_los": "falls, implied by a fracture",
    "falls_imp_tend_avg_los": "falls, implied by a tendency",
    "eol_avg_los": "end of life",
}
DIAGNOSES = Contract(
    dataset="spells_by_diagnosis",
    title="Spells in England by main diagnosis, years together",
    publisher=PUBLISHER,
    licence=LICENCE,
    level="none",
    every="once",
    key=("group", "diagnosis"),
    sort=("group", "diagnosis"),
    parts="collection",
    unlocks="which diagnoses make up each group of admissions",
    columns=(
        Column("group", Kind.CODE, "group of admissions", example="falls"),
        Column("diagnosis", Kind.CODE, "main diagnosis, ICD-10", example="W099"),
        Column("name", Kind.TEXT, "its name, where the reference list has the code", required=False),
        Column("spells", Kind.INTEGER, "spells", "spells", minimum=Decimal(0), example="12"),
    ),
)
MEAN_STAYS = Contract(
    dataset="mean_stays_by_icb",
    title="Mean stay by ICB and group of admissions",
    publisher=PUBLISHER,
    licence=LICENCE,
    level="none",
    every="once",
    key=("icb", "group"),
    sort=("icb", "group"),
    parts="snapshot",
    unlocks="how long groups of people stay, by ICB",
    columns=(
        Column("icb", Kind.CODE, "ICB", pattern="Q[0-9A-Z]{2}", example="QHG"),
        Column("group", Kind.CODE, "group of admissions", example="frailty"),
        Column("days", Kind.DECIMAL, "mean stay", "days", scale=2, minimum=Decimal(0), example="8"),
    ),
)


def _wide(path: Path) -> pl.DataFrame:
    frame = sheet(path, encoding="utf8-lossy")
    frame = frame.with_columns(pl.all().replace("NULL", None))
    named = frame.rename({name: name.lstrip("\ufeff").strip() for name in frame.columns})
    return named.with_row_index("_row", offset=2)


def by_diagnosis(path: Path) -> pl.DataFrame:
    """_row, group (told by the heading), diagnosis, name, spells."""
    wide = _wide(path)
    count = next(name for name in GROUPS if name in wide.columns)
    return wide.select(
        "_row",
        pl.lit(GROUPS[count]).alias("group"),
        pl.col("Spell_Primary_Diagnosis").alias("diagnosis"),
        pl.col("ICD10_L4_Desc").str.replace(r"^[A-Z0-9]+: ", "").alias("name"),
        pl.col(count).alias("spells"),
    )


def doubts(frame: pl.DataFrame) -> list[str]:
    """Codes without a name, and a total just under what a spreadsheet holds: a row for each spell may have been cut there."""
    unnamed = frame["name"].null_count()
    total = int(frame["spells"].cast(pl.Int64, strict=False).sum() or 0)
    out = []
    if unnamed:
        out.append(
            f"{unnamed:,} diagnoses have no name: the publisher's reference list does not have the code"
        )
    if SHEET - 100 <= total <= SHEET:
        out.append(
            f"the spells add up to {total:,}, just under the {SHEET:,} rows of a spreadsheet: they may have been cut short there"
        )
    return out


def mean_stays(path: Path) -> pl.DataFrame:
    """_row, icb, group, days; what is NULL is missing, and so is the ICB NULL."""
    long = _wide(path).unpivot(list(STAYS), index=["_row", "ICB_Name_Short"], variable_name="group", value_name="days")  # fmt: skip
    named = long.drop_nulls(["ICB_Name_Short", "days"])
    return named.select("_row", pl.col("ICB_Name_Short").str.slice(0, 3).alias("icb"), pl.col("group").replace_strict(STAYS), "days")  # fmt: skip


def _is_by_diagnosis(sniff: Sniff) -> bool:
    return sniff.has("Spell_Primary_Diagnosis", "ICD10_L4_Desc") and any(sniff.has(name) for name in GROUPS)


SOURCE = Source(
    "spells_by_diagnosis",
    "Spells by main diagnosis, and mean stays by ICB, of groups of admissions",
    PUBLISHER,
    LICENCE,
    "tables with Spell_Primary_Diagnosis and a count, or ICB_Name_Short and mean stays",
    (
        Era(
            "spells by main diagnosis",
            _is_by_diagnosis,
            Table(by_diagnosis, doubts),
            (Projection(DIAGNOSES, {**{name: text(name) for name in ("group", "diagnosis", "name")}, "spells": number("spells")}),),
        ),
        Era(
            "mean stays by ICB and group",
            lambda sniff: sniff.has("ICB_Name_Short", *STAYS),
            Table(mean_stays),
            (Projection(MEAN_STAYS, {**{name: text(name) for name in ("icb", "group")}, "days": number("days")}),),
        ),
    ),
    traps=(
        "the text NULL stands for missing: codes without a name, an ICB that is none, stays that were not worked out",
        "falls add up to just under a spreadsheet's rows: perhaps cut short, which is told",
        "years are pooled: shares may be compared, rates may not",
    ),
)  # fmt: skip
