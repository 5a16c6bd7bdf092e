"""Patients registered at GP practices, by sex and age."""

import re
from decimal import Decimal
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source, Table
from opencommissioning.errors import FileRefused
from opencommissioning.sources.named import month_in_name
from opencommissioning.sources.words import NHS_ENGLAND, OGL, month_of, named_date, number, text
from opencommissioning.sources.workbooks import sheet

REGISTRATIONS = Contract(
    dataset="registrations",
    title="Registered patients",
    publisher=NHS_ENGLAND,
    licence=OGL,
    level="practice",
    every="month",
    organisation="practice",
    code="age_sex",
    key=("month", "practice", "age_sex"),
    sort=("practice", "age_sex"),
    carry=3,
    unlocks="everything per 1,000 patients, coverage, list size in 'why'",
    columns=(
        Column("month", Kind.MONTH, "month on whose first day the list was counted", example="2017-09-01"),
        Column("practice", Kind.CODE, "practice code", example="B85010"),
        Column(
            "age_sex",
            Kind.CODE,
            "sex letter and age band, F25_29; ALL where only totals are published",
            example="F25_29",
        ),
        Column(
            "patients",
            Kind.INTEGER,
            "registered patients",
            "patients",
            Accumulation.STOCK,
            minimum=Decimal(0),
            maximum=Decimal(10**6),
            example="231",
        ),
    ),
)
QUINARY = Era(
    "five-year bands (from April 2017)",
    lambda sniff: sniff.has(
        "EXTRACT_DATE", "ORG_TYPE", "ORG_CODE", "SEX", "AGE_GROUP_5", "NUMBER_OF_PATIENTS"
    ),
    Csv(),
    (
        Projection(
            REGISTRATIONS,
            {
                "month": month_of(named_date("EXTRACT_DATE")),
                "practice": text("ORG_CODE"),
                "age_sex": f"""upper(left({text("SEX")}, 1)) || CASE WHEN {text("AGE_GROUP_5")} = '95+' THEN '95+'
                    ELSE lpad(split_part({text("AGE_GROUP_5")}, '_', 1), 2, '0') || '_' || lpad(split_part({text("AGE_GROUP_5")}, '_', 2), 2, '0') END""",
                "patients": number("NUMBER_OF_PATIENTS"),
            },
            keep=f"{text('ORG_TYPE')} = 'GP' AND {text('SEX')} <> 'ALL' AND {text('AGE_GROUP_5')} <> 'ALL'",
        ),
    ),
)
TOTALS = Era(
    "practice totals",
    lambda sniff: sniff.has("EXTRACT_DATE", "TYPE", "CODE", "SEX", "AGE", "NUMBER_OF_PATIENTS"),
    Csv(),
    (
        Projection(
            REGISTRATIONS,
            {
                "month": month_of(named_date("EXTRACT_DATE")),
                "practice": text("CODE"),
                "age_sex": "'ALL'",
                "patients": number("NUMBER_OF_PATIENTS"),
            },
            keep=f"{text('TYPE')} = 'GP' AND {text('SEX')} = 'ALL' AND {text('AGE')} = 'ALL'",
        ),
    ),
)
SINGLE = Era(
    "single years of age",
    lambda sniff: (
        sniff.has("EXTRACT_DATE", "ORG_CODE", "SEX", "AGE", "NUMBER_OF_PATIENTS")
        and not sniff.has("ORG_TYPE")
    ),
    Table(lambda path: by_five_years(path)),
    (Projection(REGISTRATIONS, {name: text(name) for name in ("month", "practice", "age_sex", "patients")}),),
)
WIDE = Era(
    "sex and age bands side by side (2013 to 2016)",
    lambda sniff: (
        sniff.has("GP_PRACTICE_CODE", "TOTAL_ALL", "MALE_0-4")
        or sniff.has("Practice Code", "Male 0-4", "Female 75+")
    ),
    Table(lambda path: unpivoted(path)),
    (
        Projection(
            REGISTRATIONS,
            {name: text(name) for name in ("month", "practice", "age_sex", "patients")},
            keep=f"{text('patients')} IS NOT NULL",
        ),
    ),
)
_BAND = re.compile(r"^(MALE|FEMALE)[_ ](\d+)(?:-(\d+)|\+)$")


def unpivoted(path: Path) -> pl.DataFrame:
    """The wide files of 2013 to 2016 as rows. Blank cells are lists that were not counted: missing, never 0. The month is in the name."""
    wide = sheet(path, encoding="latin-1")
    code = next(name for name in wide.columns if name.upper() in ("GP_PRACTICE_CODE", "PRACTICE CODE"))
    bands = {name: band for name in wide.columns if (band := _age_sex(name.upper()))}
    long = wide.unpivot(list(bands), index=code, variable_name="band", value_name="patients")
    return long.select(
        pl.lit(month_in_name(path).isoformat()).alias("month"),
        pl.col(code).alias("practice"),
        pl.col("band").replace_strict(bands).alias("age_sex"),
        "patients",
    )


def _age_sex(name: str) -> str | None:
    match = _BAND.match(name)
    if match is None:
        return None
    sex, low, high = match[1][0], int(match[2]), match[3]
    return f"{sex}{low:02d}_{int(high):02d}" if high else f"{sex}{low}+"


def by_five_years(path: Path) -> pl.DataFrame:
    """Single years of age summed to five-year bands, the band of `ALL` left out; men and women stand in two files, read together."""
    frame = pl.concat([sheet(each) for each in both_sexes(path)], how="diagonal")
    frame = frame.filter(pl.col("AGE") != "ALL", pl.col("SEX") != "ALL")
    age = pl.col("AGE").str.strip_suffix("+").cast(pl.Int32, strict=False)
    patients = pl.col("NUMBER_OF_PATIENTS").cast(pl.Int64, strict=False)
    _refuse_text(path, frame.filter(age.is_null() | patients.is_null()))
    low = (age // 5 * 5).clip(0, 95)
    lower, upper = (each.cast(pl.String).str.zfill(2) for each in (low, low + 4))
    bands = pl.when(low == 95).then(pl.lit("95+")).otherwise(pl.format("{}_{}", lower, upper))
    day = pl.col("EXTRACT_DATE").str.to_titlecase().str.replace_all("-", "").str.to_date("%d%b%Y")
    rows = frame.select(
        day.dt.month_start().cast(pl.String).alias("month"),
        pl.col("ORG_CODE").alias("practice"),
        (pl.col("SEX").str.slice(0, 1) + bands).alias("age_sex"),
        patients.alias("patients"),
    )
    return rows.group_by("month", "practice", "age_sex", maintain_order=True).agg(
        pl.col("patients").sum().cast(pl.String)
    )


def both_sexes(path: Path) -> list[Path]:
    """The file and its twin of the other sex beside it; FileRefused when there is none: half a list would double every rate."""
    sexes = sheet(path)["SEX"].unique().to_list()
    if {"MALE", "FEMALE"} <= set(sexes):
        return [path]
    mine, other = ("female", "male") if "FEMALE" in sexes else ("male", "female")
    twin = path.with_name(re.sub(rf"(?<!fe){mine}", other, path.name, flags=re.IGNORECASE))
    if twin == path or not twin.exists():
        raise FileRefused(
            f"{path.name}: holds {mine} patients only; put the file of {other} patients beside it "
            f"(named as this one, with '{other}' for '{mine}', both unpacked) and load again: half a list would double every rate"
        )
    return [path, twin]


def _refuse_text(path: Path, bad: pl.DataFrame) -> None:
    if bad.height:
        age, number = bad.row(0, named=True)["AGE"], bad.row(0, named=True)["NUMBER_OF_PATIENTS"]
        raise FileRefused(
            f"{path.name}: {bad.height:,} rows have no whole number as age or patients (first: AGE '{age}', "
            f"NUMBER_OF_PATIENTS '{number}'); download it again"
        )


SOURCE = Source(
    "registrations",
    "Patients registered at a GP practice",
    NHS_ENGLAND,
    OGL,
    "NHS England: Patients Registered at a GP Practice, five-year age groups, each month",
    (QUINARY, TOTALS, SINGLE, WIDE),
    traps=(
        "ALL rows stand among their parts and are never added to them",
        "in 2013 and 2014 some practices are wholly blank: not counted, not 0",
        "single years of age come as two files, men and women: both must lie in one folder",
        "the files of 2013 to 2016 say their month only in their name",
    ),
)
