"""Practice deprivation scores in the layout of a Fingertips download; the nation twice, as published."""

from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.synthetic.model import Economy

INDICATOR, NAME, PERIOD = "93553", "Deprivation score (IMD 2019)", "2019"
COLUMNS = [
    "Indicator ID", "Indicator Name", "Parent Code", "Parent Name", "Area Code", "Area Name", "Area Type", "Sex", "Age",
    "Category Type", "Category", "Time period", "Value", "Lower CI 95.0 limit", "Upper CI 95.0 limit",
    "Lower CI 99.8 limit", "Upper CI 99.8 limit", "Count", "Denominator", "Value note", "Recent Trend",
    "Compared to England value or percentiles", "Compared to percentiles", "Time period Sortable", "New data",
    "Compared to goal", "Time period range",
]  # fmt: skip
ENGLAND = ("E92000001", "England")


def write_deprivation(made: Economy, folder: Path) -> Path:
    """`fingertips_93553_practice_imd.csv`: one score for each practice."""
    people = made.organisations.prescribers
    chosen = np.flatnonzero(made.population.lists.sum((1, 2, 3)) > 0)
    mean = float(made.population.imd[chosen].mean())
    rows = [row("", "", *ENGLAND, "England", mean), row(*ENGLAND, *ENGLAND, "England", mean)]
    rows += [
        row(*ENGLAND, people["code"][i], people["name"][i].title(), "GP", made.population.imd[i])
        for i in chosen.tolist()
    ]
    path = folder / "fingertips_93553_practice_imd.csv"
    pl.DataFrame(rows, schema=COLUMNS, orient="row").write_csv(path)
    return path


def row(parent: str, parent_name: str, code: str, name: str, kind: str, value: float) -> list[str]:
    """The 27 values of one area."""
    notes = ["", "Cannot be calculated", "Not compared", "Not compared", f"{PERIOD}0000", "", "", "1y"]
    first = [INDICATOR, NAME, parent, parent_name, code, name, kind, "Persons", "All ages", "", "", PERIOD]
    return [*first, f"{value:.13f}", *[""] * 6, *notes]
