"""Money and quantities as whole numbers: added up in any order, by any number of threads, they give the same sum to the last digit.

£ are billionths: net ingredient cost has five decimal places, and what is paid of it four. Quantities are thousandths and items whole, as
they are published. A row has 64 bits, and what they would not hold is refused; sums are made in 128. Ratios, centiles and what is
written for pages are floats, made of whole numbers last.
"""

from collections.abc import Sequence

import polars as pl

from opencommissioning.errors import StoreError
from opencommissioning.measures.tallying import LARGEST

SHARE = 4  # decimal places of what is paid of a list price
MONEY = 9
DECIMALS = {"items": 0, "quantity": 3, "nic": 5, "actual_cost": 5, "top": 6, "bottom": 6}


def decimals(name: str) -> int:
    """Decimal places of a column's whole numbers: `DECIMALS`, else those of money."""
    return DECIMALS.get(name, MONEY)


def whole(frame: pl.DataFrame, names: Sequence[str], largest: int = LARGEST) -> pl.DataFrame:
    """The frame with columns of £ or units (exact decimals, or floats, rounded) as int64. StoreError beyond `largest`; null stays null."""
    return frame.with_columns(fitting(_scaled(frame[name], decimals(name)), largest) for name in names)


def _scaled(column: pl.Series, places: int) -> pl.Series:
    if column.dtype == pl.Decimal:
        return column.cast(pl.Decimal(38, places)).to_physical()
    return (column.cast(pl.Float64) * 10.0**places).round()


def fitting(column: pl.Series, largest: int = LARGEST) -> pl.Series:
    """Whole numbers of any type as int64; StoreError where one is beyond `largest` or is none. Null stays null."""
    narrow = column.cast(pl.Int64, strict=False)
    furthest = max(narrow.max() or 0, -(narrow.min() or 0))
    if furthest > largest or narrow.null_count() > column.null_count():
        raise StoreError(
            f"{column.name} of one practice and product is too large to be kept exactly; check the units of the prescribing files"
        )
    return narrow


def total(*names: str) -> pl.Expr:
    """The exact sums (int128) of columns of whole numbers, in any grouping."""
    return pl.col(*names).cast(pl.Int128).sum()


def unscaled(frame: pl.DataFrame, names: Sequence[str], places: int | None = None) -> pl.DataFrame:
    """The frame with columns of whole numbers in £ and units again, as floats: what is written and shown. `places` where not `decimals`."""
    return frame.with_columns(
        _unscaled(frame[name], decimals(name) if places is None else places) for name in names
    )


def _unscaled(column: pl.Series, places: int) -> pl.Series:
    """Divided by numpy: polars would multiply by the reciprocal, of which the last digit is not the nearest."""
    divided = column.cast(pl.Float64).to_numpy() / 10.0**places
    return pl.Series(column.name, divided, nan_to_null=True)
