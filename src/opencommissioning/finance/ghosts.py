"""Ghost-branded generics: a generic written with a maker's name is paid at the maker's price, and the data cannot show whose it was.

What shows is that a practice pays more for a generic than the tariff's one price allows. Method of OpenPrescribing.
"""

from collections.abc import Collection

import polars as pl

from opencommissioning.finance.whole import unscaled

LEAST = 2  # £ over or under in a month, below which nothing is said of a practice and a product
IGNORED = frozenset(
    {  # their recorded quantity is not reliable
        "1106000L0AAAAAA", "1308010Z0AAABAB", "0407020A0AABPBP", "0302000U0AAABAB", "0604011G0AABTBT", "0902021S0AAAXAX",
    }
)  # fmt: skip


def ghosts(month: pl.DataFrame, one_price: Collection[str]) -> pl.DataFrame:
    """practice, bnf_code, quantity, nic, price (reference, £ a unit), excess (£, signed) where |excess| is £2 or more.

    `month`: practice, bnf_code, quantity, nic (net ingredient cost), one row each, in whole numbers. `one_price`: generics whose tariff price per unit
    is the same in every pack. The reference is the lower median of practices' prices; a product that anybody bought without a
    quantity is left out.
    """
    wanted = [code for code in one_price if code not in IGNORED]
    bought = month.filter(pl.col("bnf_code").is_in(wanted)).filter(
        (pl.col("nic") > 0) | (pl.col("quantity") > 0)
    )
    broken = bought.filter(pl.col("quantity") <= 0)["bnf_code"].unique().to_list()
    sound = unscaled(bought.filter(~pl.col("bnf_code").is_in(broken)), ("quantity", "nic"))
    unit = pl.col("nic") / pl.col("quantity")
    price = sound.group_by("bnf_code").agg(unit.quantile(0.5, interpolation="lower").alias("price"))
    told = sound.join(price, on="bnf_code").with_columns(
        excess=pl.col("nic") - pl.col("quantity") * pl.col("price")
    )
    columns = ("practice", "bnf_code", "quantity", "nic", "price", "excess")
    return told.filter(pl.col("excess").abs() >= LEAST).select(columns)
