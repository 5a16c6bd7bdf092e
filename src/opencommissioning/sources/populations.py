"""Practice populations weighted by need (allocations), and deprivation of the practice's patients."""

from decimal import Decimal
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Sniff, Source, Table
from opencommissioning.sources.named import financial_year_in_name
from opencommissioning.sources.words import OGL, text
from opencommissioning.sources.workbooks import sheet

NHSE = "NHS England"
WEIGHTED = Contract(
    dataset="weighted_populations",
    title="Practice populations weighted by need",
    publisher=NHSE,
    licence=OGL,
    level="practice",
    every="year",
    organisation="practice",
    code="need",
    key=("month", "practice", "need"),
    sort=("practice", "need"),
    carry=12,
    unlocks="spend per prescribing-weighted patient: need set aside",
    columns=(
        Column("month", Kind.MONTH, "April of the financial year", example="2024-04-01"),
        Column("practice", Kind.CODE, "practice code", example="A81001"),
        Column("need", Kind.CODE, "which weighting", example="prescribing"),
        Column(
            "patients",
            Kind.DECIMAL,
            "weighted patients",
            "weighted patients",
            Accumulation.STOCK,
            scale=3,
            minimum=Decimal(0),
            example="5230.216",
        ),
    ),
)
NEEDS = {
    "G&A WP": "general_acute",
    "CS WP": "community",
    "MH WP": "mental_health",
    "Mat WP": "maternity",
    "Health Ineq WP": "health_inequalities",
    "Prescr WP": "prescribing",
    "Final WP": "overall",
    "Primary Medical Care WP": "primary_medical",
    "Final PMC WP": "primary_medical_final",
}
POPULATION = ("Population", "pop 2022/23")
TOLERANCE = 1.0  # patients, over all practices: each row is rounded to three places


def weighted(path: Path) -> pl.DataFrame:
    """The wide allocation file as rows of practice, need, patients; the unweighted population is the need `registered`."""
    wide = sheet(path)
    wide = wide.rename({name: name.lstrip("\ufeff").strip() for name in wide.columns})
    population = next(name for name in wide.columns if name in POPULATION or name.startswith("pop "))
    names = {column: need for column, need in NEEDS.items() if column in wide.columns} | {
        population: "registered"
    }
    long = wide.unpivot(list(names), index="Practice_Code", variable_name="column", value_name="patients")
    amount = pl.col("patients").str.replace_all(",", "").cast(pl.Float64).round(3).cast(pl.String)
    month = pl.lit(financial_year_in_name(path).isoformat()).alias("month")
    return long.select(
        month,
        pl.col("Practice_Code").alias("practice"),
        pl.col("column").replace_strict(names).alias("need"),
        amount.alias("patients"),
    )


def unequal_totals(frame: pl.DataFrame) -> list[str]:
    """A sentence on the weighted columns that do not sum to the population: weights share people out, they add none."""
    sums = frame.group_by("need").agg(pl.col("patients").cast(pl.Float64, strict=False).sum())
    totals = dict(sums.iter_rows())
    people = totals.pop("registered", 0.0)
    wrong = [
        f"'{need}' to {total:,.0f}"
        for need, total in sorted(totals.items())
        if abs(total - people) > TOLERANCE
    ]
    if not wrong:
        return []
    return [
        f"weighted populations do not sum to the population of {people:,.0f} ({', '.join(wrong)}): rows are missing or were changed "
        "(a file cut to one area is fine as a denominator, but its weights are national)"
    ]


WEIGHTED_SOURCE = Source(
    "weighted_populations",
    "Practice weighted populations (allocations)",
    NHSE,
    OGL,
    "NHS England: allocations, practice-level weighted populations, each financial year",
    (
        Era(
            "practice allocation tool",
            lambda sniff: (
                sniff.has("GP_Practice_Name", "Prescr WP", "Final WP") and "Practice_Code" in sniff.heading[0]
            ),
            Table(weighted, unequal_totals),
            (Projection(WEIGHTED, {name: text(name) for name in ("month", "practice", "need", "patients")}),),
        ),
    ),
    traps=("every weighted column sums to the population: weights share out, they do not add people",),
)

DEPRIVATION = Contract(
    dataset="deprivation",
    title="Deprivation score of practices' patients",
    publisher="Office for Health Improvement and Disparities (Fingertips)",
    licence=OGL,
    level="practice",
    every="once",
    organisation="practice",
    key=("month", "practice"),
    sort=("practice",),
    parts="snapshot",
    unlocks="peers of like deprivation, inequality",
    columns=(
        Column("month", Kind.MONTH, "January of the index's year", example="2019-01-01"),
        Column("practice", Kind.CODE, "practice code", example="A81001"),
        Column(
            "score",
            Kind.DECIMAL,
            "Index of Multiple Deprivation score",
            scale=4,
            minimum=Decimal(0),
            maximum=Decimal(100),
            example="21.1800",
        ),
    ),
)


def is_deprivation(sniff: Sniff) -> bool:
    """A Fingertips download whose first rows are of an IMD score: its own dataset, not one indicator among others."""
    rows = any("Deprivation score (IMD" in cell for row in sniff.cells[1:4] for cell in row)
    return rows and sniff.has("Indicator ID", "Area Code", "Area Type", "Time period", "Value")


DEPRIVATION_SOURCE = Source(
    "deprivation",
    "Practice deprivation (Fingertips 93553)",
    DEPRIVATION.publisher,
    OGL,
    "Fingertips: National General Practice Profiles, indicator 93553",
    (
        Era(
            "Fingertips download, deprivation score",
            is_deprivation,
            Csv(encoding="utf-8"),
            (
                Projection(
                    DEPRIVATION,
                    {
                        "month": f"try_cast({text('Time period')} || '-01-01' AS DATE)",
                        "practice": text("Area Code"),
                        "score": f"try_cast({text('Value')} AS DECIMAL(9, 4))",  # published with 13 places
                    },
                    keep=f"{text('Area Type')} IN ('GP', 'GPs') AND {text('Value')} IS NOT NULL",
                ),
            ),
        ),
    ),
    traps=("England stands in the file twice",),
)
