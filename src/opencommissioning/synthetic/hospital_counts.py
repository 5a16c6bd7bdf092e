"""Admissions as counts by practice, month and category: what those who may not hold records are given, a file for each financial year."""

from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.catalogue.period import financial_year
from opencommissioning.synthetic.conditions import CHILDREN, REASONS
from opencommissioning.synthetic.hospital import spells
from opencommissioning.synthetic.model import Economy
from opencommissioning.synthetic.population import BANDS

STAYS = ("day case", "0", "1-6", "7-13", "14-20", "21+")
EDGES = (1, 7, 14, 21)
STANDARDISED = (
    "all",
    "copd",
    "heart_failure",
    "acsc_nhs_institute",
    "last_90_days",
)  # what is counted by age of a practice as well
BROAD = (
    ("00_14", 3),
    ("15_44", 9),
    ("45_64", 13),
    ("65_74", 15),
    ("75_84", 17),
    ("85+", 20),
)  # and how many five-year bands lie below its end
BY = ("month", "practice", "category", "kind", "stay", "returned")

BAND_COLUMNS = ("month", "practice", "category", "kind", "age_sex", "spells")


def write_admissions(made: Economy, folder: Path) -> list[Path]:
    """admissions_<year>.csv, admission_ages_<year>.csv and admission_bands_<year>.csv for every financial year of the period."""
    years: dict[str, list[int]] = {}
    for number, month in enumerate(made.months):
        years.setdefault(financial_year(month).replace("/", "-"), []).append(number)
    return [path for year, numbers in years.items() for path in _write_year(made, year, numbers, folder)]


def _write_year(made: Economy, year: str, numbers: list[int], folder: Path) -> list[Path]:
    every = [counted(made, number) for number in numbers]
    paths = [folder / f"{name}_{year}.csv" for name in ("admissions", "admission_ages", "admission_bands")]
    for path, frames in zip(paths, zip(*every, strict=True), strict=True):
        pl.concat(frames).write_csv(path)
    return paths


def counted(made: Economy, month: int) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Counts by practice, by age and sex, and by practice, sex and broad age band, of one month, in the layouts of the files."""
    drawn = _in_groups(spells(made, month))
    when = pl.lit(made.months[month]).alias("month")
    sums = (pl.len().alias("spells"), pl.col("nights").sum().alias("bed_days"))
    flags = ("care_home", "last_90_days", "children")
    by_practice = drawn.group_by("prescriber", "reason", "stay", "returned", *flags).agg(*sums)
    codes = made.organisations.prescribers["code"]
    practice = codes.gather(by_practice["prescriber"]).alias("practice")
    counts = _by_category(by_practice.with_columns(when, practice))
    counts = counts.group_by(BY).agg(pl.col("spells").sum(), finished_spells=pl.col("spells").sum(), bed_days=pl.col("bed_days").sum())  # fmt: skip
    by_age = _by_category(drawn.group_by("sex", "band", "reason", *flags).agg(*sums).with_columns(when))
    ages = by_age.with_columns(_age_sex(by_age).alias("age_sex"))
    named = ("month", "category", "kind", "age_sex")
    ages = ages.group_by(named).agg(pl.col("spells").sum()).sort(named)
    return (
        counts.sort(BY),
        ages,
        _by_band(drawn, codes).with_columns(when).select(BAND_COLUMNS).sort(BAND_COLUMNS[:-1]),
    )


def _by_band(drawn: pl.DataFrame, codes: pl.Series) -> pl.DataFrame:
    """practice, category, kind, age_sex, spells of the emergencies that are standardised by age and sex."""
    every = np.searchsorted([upto for _, upto in BROAD], np.arange(len(BANDS)), side="right")
    flags = ("care_home", "last_90_days", "children")
    groups = drawn.with_columns(broad=pl.Series(every.astype(np.int8)).gather(drawn["band"]))
    groups = groups.group_by("prescriber", "sex", "broad", "reason", *flags).agg(pl.len().alias("spells"))
    rows = _by_category(groups).filter(pl.col("category").is_in(STANDARDISED), pl.col("kind") == "emergency")
    names = pl.Series([letter + name for letter in "MF" for name, _ in BROAD])
    return (
        rows.with_columns(
            practice=codes.gather(rows["prescriber"]),
            age_sex=names.gather(rows["sex"].cast(pl.Int32) * len(BROAD) + rows["broad"]),
        )
        .group_by("practice", "category", "kind", "age_sex")
        .agg(pl.col("spells").sum())
    )


def _in_groups(drawn: pl.DataFrame) -> pl.DataFrame:
    """The spells with what they are counted by."""
    night = pl.col("nights")
    day_case = [number for number, each in enumerate(REASONS) if each.day_case]
    stay = pl.when(pl.col("reason").is_in(day_case)).then(pl.lit(STAYS[0]))
    for edge, name in zip(EDGES, STAYS[1:], strict=False):
        stay = stay.when(night < edge).then(pl.lit(name))
    return drawn.with_columns(
        stay.otherwise(pl.lit(STAYS[-1])).alias("stay"),
        pl.when("returned").then(pl.lit("yes")).otherwise(pl.lit("no")).alias("returned"),
        (pl.col("died") & (night <= 90)).alias("last_90_days"),
        (pl.col("band") < CHILDREN).alias("children"),
    )


def _by_category(groups: pl.DataFrame) -> pl.DataFrame:
    """The groups once for each category that they fall into."""
    categories = [["all", *each.categories] for each in REASONS]
    reasons = pl.DataFrame(
        {
            "reason": np.arange(len(REASONS), dtype=np.int8),
            "kind": [each.kind for each in REASONS],
            "category": categories,
        }
    )
    by_reason = groups.join(reasons, on="reason").explode("category")
    return pl.concat([by_reason, *(_flagged(groups, reasons, name) for name in ("care_home", "last_90_days", "children"))])  # fmt: skip


def _flagged(groups: pl.DataFrame, reasons: pl.DataFrame, name: str) -> pl.DataFrame:
    rows = groups.filter(pl.col(name)).join(reasons.drop("category"), on="reason")
    return rows.with_columns(pl.lit(name).alias("category"))


def _age_sex(rows: pl.DataFrame) -> pl.Series:
    """`F25_29`, as lists of patients name them."""
    bands = [
        band if band.endswith("+") else "_".join(part.zfill(2) for part in band.split("_")) for band in BANDS
    ]
    names = pl.Series([letter + band for letter in "MF" for band in bands])
    return names.gather(rows["sex"].cast(pl.Int32) * len(BANDS) + rows["band"])
