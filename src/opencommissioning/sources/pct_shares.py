"""Which share of each primary care trust (to March 2013) went to which CCG: a matrix of percentages."""

from decimal import Decimal
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.source import Era, Projection, Source, Table
from opencommissioning.sources.words import text
from opencommissioning.sources.workbooks import sheet

PCT_SHARES = Contract(
    dataset="pct_shares",
    title="Shares of primary care trusts in CCGs",
    publisher="not recorded with the file",
    licence="not recorded with the file",
    level="none",
    every="once",
    key=("pct", "ccg"),
    sort=("pct", "ccg"),
    parts="snapshot",
    unlocks="figures of primary care trusts beside those of CCGs",
    columns=(
        Column("pct", Kind.CODE, "primary care trust", example="5C3"),
        Column("ccg", Kind.CODE, "CCG", example="07T"),
        Column(
            "share", Kind.DECIMAL, "share of the trust", "%", scale=2, maximum=Decimal(100), example="100"
        ),
    ),
)


def shares(path: Path) -> pl.DataFrame:
    """The matrix as rows of trust, CCG, share in per cent; cells of 0 % and nameless columns are left out."""
    wide = sheet(path)
    wide = wide.rename({name: name.lstrip("\ufeff").strip() for name in wide.columns})
    named = [name for name in wide.columns if name and not name.startswith(("PCT_Code", "_duplicated"))]
    long = wide.unpivot(named, index="PCT_Code", variable_name="ccg", value_name="share")
    share = pl.col("share").str.strip_suffix("%").str.strip_chars()
    return long.select("ccg", pl.col("PCT_Code").alias("pct"), share).filter(
        ~pl.col("share").is_in(["", "0"])
    )


SOURCE = Source(
    "pct_shares",
    "PCT to CCG matrix",
    PCT_SHARES.publisher,
    PCT_SHARES.licence,
    "a matrix with PCT_Code and one column for each CCG, cells such as 36%",
    (
        Era(
            "matrix of percentages",
            lambda sniff: (
                sniff.has("PCT_Code") and len(sniff.cells) > 1 and any("%" in cell for cell in sniff.cells[1])
            ),
            Table(shares),
            (Projection(PCT_SHARES, {name: text(name) for name in ("pct", "ccg", "share")}),),
        ),
    ),
    traps=("rows sum to 99–101 because of rounding", "two columns without a name are blank"),
)
