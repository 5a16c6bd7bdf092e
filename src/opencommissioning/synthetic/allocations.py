"""Practice populations weighted by need, in the layout of the allocation files: every weighted column sums to the population."""

from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.synthetic.model import Economy
from opencommissioning.synthetic.population import MIDDLE

PLACE = ["Practice_Code", "GP_Practice_Name", "Practice_Postcode", "Latitude", "Longitude"]
EARLIER = ["CCG21", "Former CCG", "PCN_Code", "PCN_Name", "LOC22", "LOC22name", "ICS22", "ICS22name", "R22", "Region22", "LAD21", "LTLA21", "LA21", "UTLA21", "Patients", "pop 2022/23"]  # fmt: skip
LATER = ["CCG", "Former CCG", "PCN_Code", "PCN_Name", "LOC", "LOCname", "ICB", "ICBname", "Rcode", "Region", "LAD", "LTLA", "LA", "UTLA", "Patients", "Population"]  # fmt: skip
# Column → how strongly it follows age and deprivation (per 40 years; per 20 points of IMD score).
WEIGHTS = {"G&A WP": (1.3, 0.10), "CS WP": (1.5, 0.05), "MH WP": (0.2, 0.30), "Mat WP": (-0.8, 0.10), "Health Ineq WP": (0.3, 0.45), "Prescr WP": (1.6, 0.12), "Final WP": (1.2, 0.12), "Primary Medical Care WP": (0.8, 0.10), "Final PMC WP": (0.8, 0.13)}  # fmt: skip


def columns(year: int) -> list[str]:
    """Heading of the file of the financial year that begins in this year; renamed from 2025."""
    return [*PLACE, *(LATER if year >= 2025 else EARLIER), *WEIGHTS]


def write_allocations(made: Economy, folder: Path) -> list[Path]:
    """One file for each April of the period; with a byte-order mark from 2025, as published."""
    return [write_year(made, i, folder) for i, month in enumerate(made.months) if month.month == 4]


def write_year(made: Economy, month: int, folder: Path) -> Path:
    """The file of one financial year, for practices open on 1 April."""
    year = made.months[month].year
    chosen = np.flatnonzero(made.population.lists[:, month].sum((1, 2)) > 0)
    numbers = weighted(made, month, chosen)
    words = [place_words(made, i, year) for i in chosen]
    rows = [[*place, *(f"{v:.6f}" for v in values)] for place, values in zip(words, numbers, strict=True)]
    path = folder / f"practice_weighted_populations_{year}_{year + 1}.csv"
    body = pl.DataFrame(rows, schema=columns(year), orient="row").write_csv()
    path.write_text(body, encoding="utf-8-sig" if year >= 2025 else "utf-8")
    return path


def weighted(made: Economy, month: int, chosen: np.ndarray) -> np.ndarray:
    """Population and nine weighted populations [practice, column]."""
    lists = made.population.lists[chosen, month].sum(1)
    total = lists.sum(1).astype(float)
    found = [total]
    for age, imd in WEIGHTS.values():
        need = (lists * np.exp(age * (MIDDLE - 42) / 40)).sum(1) * np.exp(
            imd * (made.population.imd[chosen] - 22) / 20
        )
        found.append(need * total.sum() / need.sum())
    return np.stack(found, axis=1)


def place_words(made: Economy, index: int, year: int) -> list[str]:
    """Columns of the place of one practice, in the order of the heading, up to Patients (blank as published)."""
    orgs = made.organisations
    person = orgs.prescribers.row(index, named=True)
    area = orgs.sub_icbs.row(by_predicate=pl.col("code") == person["sub_icb"], named=True)
    icb = orgs.icbs.row(by_predicate=pl.col("code") == area["icb"], named=True)["name"]
    region = orgs.regions.row(by_predicate=pl.col("code") == area["region"], named=True)["name"]
    ccg = ["", ""] if year >= 2025 else [person["sub_icb"], f"NHS {area['place']} CCG"]
    locality = orgs.pcns.filter(code=person["pcn"])["locality"].to_list()
    loc = ["9" + locality[0][:2], locality[0]] if locality and locality[0] else ["", ""]
    return [
        person["code"],
        person["name"],
        person["postcode"],
        "52.000000",
        "0.000000",
        *ccg,
        "",
        "",
        *loc,
        area["icb"],
        icb,
        area["region"],
        region,
        "",
        "",
        "",
        "",
        "",
    ]
