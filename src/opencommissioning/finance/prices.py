"""Price per unit: what a practice pays for a unit of a set of substitutable products, against what the best tenth pays.

Frames have one row per practice and product (`practice`, `bnf_code`, `set`, `quantity`, `cost`; cost after the tariff's discount), in whole
numbers (`finance.whole`); prices are floats, £ a unit.
A set's saving is Σ cost − price · Σ quantity, which is the sum over its products of cost − price · quantity: so a saving belongs to
products, exactly, and can be counted once.
"""

import polars as pl

from opencommissioning.finance.whole import LARGEST, decimals, fitting, total, unscaled

CENTILES = (10, 20, 50)
FEWEST = 10  # practices that must prescribe a set in a month before one of their prices is a target
POUND = 10 ** decimals("cost")
A_UNIT = 10.0 ** (decimals("cost") - decimals("quantity"))  # £1 a unit, as a ratio of whole numbers
LEAST = {"practice": 10, "sub_icb": 200, "england": 50_000}  # £ from which the compatible list shows a set


def set_prices(month: pl.DataFrame, centiles: tuple[int, ...] = CENTILES) -> pl.DataFrame:
    """set, practices, price_10 …: centiles (Hyndman–Fan type 7) of practices' prices per unit, each practice once. No quantity, no price."""
    by_practice = month.group_by("set", "practice").agg(total("cost", "quantity"))
    priced = by_practice.filter(pl.col("quantity") > 0).with_columns(_unit_price().alias("unit"))
    wanted = [
        pl.col("unit").quantile(each / 100, interpolation="linear").alias(f"price_{each}")
        for each in centiles
    ]
    return priced.group_by("set").agg(pl.len().alias("practices"), *wanted)


def _unit_price() -> pl.Expr:
    """£ a unit: the ratio of two whole numbers, a float."""
    return pl.col("cost").cast(pl.Float64) / pl.col("quantity").cast(pl.Float64) / A_UNIT


def price_of_all(rows: pl.DataFrame) -> pl.DataFrame:
    """set, price: what a unit costs all who buy it together (£). Sets whose quantities add up to nothing have none."""
    together = rows.group_by("set").agg(total("cost", "quantity")).filter(pl.col("quantity") != 0)
    return together.select("set", _unit_price().alias("price"))


def over_targets(
    month: pl.DataFrame,
    prices: pl.DataFrame,
    centiles: tuple[int, ...] = CENTILES,
    largest: int = LARGEST,
) -> pl.DataFrame:
    """The rows with over_10 …: over what the quantity would cost at the target, signed. Null outside sets; StoreError beyond `largest`.

    What a quantity would cost is rounded to a billionth of a pound, row by row; from there on sums are exact.
    """
    joined = month.join(prices, on="set", how="left")
    for each in centiles:
        at_target = (pl.col("quantity") * pl.col(f"price_{each}") * A_UNIT).round().alias(f"over_{each}")
        fits = fitting(joined.select(at_target).to_series(), largest)
        joined = joined.with_columns(fitting(joined["cost"] - fits, largest).alias(f"over_{each}"))
    return joined.drop([f"price_{each}" for each in centiles])


def with_floors(rows: pl.DataFrame, centiles: tuple[int, ...] = CENTILES) -> pl.DataFrame:
    """The rows with floor_10 …: over_10 … where the practice's whole set is over its target, else 0.

    A set's floors add up to max(0, saving) of each practice, and stay additive by product.
    """
    floors = []
    for each in centiles:
        over = pl.col(f"over_{each}")
        whole = total(f"over_{each}").over("practice", "set")
        kept = pl.when(pl.col("set").is_not_null() & (whole > 0)).then(over.fill_null(0)).otherwise(0)
        floors.append(kept.alias(f"floor_{each}"))
    return rows.with_columns(floors)


def compatible(rows: pl.DataFrame, level: str) -> pl.DataFrame:
    """OpenPrescribing's list for an organisation of `level` from its practices' rows of one month: set, quantity, cost, saving (£, floats).

    Each practice's saving is max(0, cost − quantity · 10th percentile); an organisation's is their sum; a set is shown from £10
    (practice), £200 (sub-ICB location) or £50,000 (England) on. Other levels have no published threshold and show every saving.
    """
    floored = with_floors(rows.filter(pl.col("set").is_not_null()), (10,))
    summed = floored.group_by("set").agg(total("quantity"), total("cost"), total("floor_10").alias("saving"))
    least = LEAST.get(level, 0) * POUND
    shown = summed.filter((pl.col("saving") > 0) & (pl.col("saving") >= least))
    return unscaled(shown.sort("saving", "set", descending=[True, False]), ("quantity", "cost", "saving"))
