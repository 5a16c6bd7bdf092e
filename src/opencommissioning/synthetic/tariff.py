"""Drug Tariff Part VIIIA and price concessions, one file a month each.

Concessions are published as web pages; the file here holds their four columns and the month.
"""

from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.synthetic.model import Economy

TARIFF_COLUMNS = [
    "Medicine",
    "Pack size",
    "VMP Snomed Code",
    "VMPP Snomed Code",
    "Drug Tariff Category",
    "Basic Price",
]
CONCESSION_COLUMNS = ["Month", "Drug", "Pack size", "Price concession", "VMPP Snomed Code"]


def packs(made: Economy) -> pl.DataFrame:
    """Products in the tariff (index, name, category, snomed, pack): generics with their most usual quantity as the pack."""
    frame = made.products.frame.with_row_index("index")
    inside = frame.filter((pl.col("category") != "") & (pl.col("bnf_code").str.slice(9, 2) == "AA"))
    return inside.with_columns(pack=pl.col("quantities").str.split(" ").list.first().cast(pl.Float64))


def vmpp(snomed: str) -> str:
    """The invented pack code beside an invented product code."""
    return "8" + snomed[1:]


def write_tariff(made: Economy, month: int, folder: Path) -> Path:
    """`drug_tariff_part_viiia_202503.csv`: two title lines, heading, basic price in pence."""
    when, inside = made.months[month], packs(made)
    pence = np.rint(made.price[inside["index"].to_numpy(), month] * inside["pack"].to_numpy() * 100)
    rows = pl.DataFrame({
        "Medicine": inside["name"], "Pack size": inside["pack"].cast(pl.Int64), "VMP Snomed Code": inside["snomed"],
        "VMPP Snomed Code": [vmpp(s) for s in inside["snomed"]],
        "Drug Tariff Category": "Part VIIIA Category " + inside["category"], "Basic Price": np.maximum(pence, 1).astype(int),
    })  # fmt: skip
    path = folder / f"drug_tariff_part_viiia_{when:%Y%m}.csv"
    titles = f"Drug Tariff Part VIIIA\nBasic prices of drugs, {when:%B %Y}\n"
    path.write_text(titles + rows.select(TARIFF_COLUMNS).write_csv(), encoding="latin-1")
    return path


def write_concessions(made: Economy, folder: Path) -> Path:
    """`price_concessions.csv`: every month and product under a concession, price of a pack as `£4.20`."""
    inside = packs(made)
    rows = []
    for i, name, pack, snomed in inside.select("index", "name", "pack", "snomed").iter_rows():
        for m in np.flatnonzero(made.concession[i] != 1):
            price = made.price[i, m] * made.concession[i, m] * pack
            rows.append([f"{made.months[m]:%Y-%m}", name, f"{pack:g}", f"£{price:.2f}", vmpp(snomed)])
    path = folder / "price_concessions.csv"
    pl.DataFrame(rows, schema=dict.fromkeys(CONCESSION_COLUMNS, pl.String), orient="row").sort(
        "Month", "Drug"
    ).write_csv(path)
    return path
