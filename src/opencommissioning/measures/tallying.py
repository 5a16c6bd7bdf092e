"""Rows of a part added up by kind of row and organisation: by a query of any engine, or, where a part has places of codes, as arrays.

Both give the same. The query has to compare every row's organisation and bundle with those it has met, which arrays need not.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.catalogue.condition import Condition
from opencommissioning.catalogue.contract import Contract, Kind
from opencommissioning.language import compile as sql
from opencommissioning.measures.adding import by_arrays
from opencommissioning.measures.asked import LARGEST, Asked, Tally, too_large
from opencommissioning.warehouse.places import Placed

Frame = Callable[..., pl.DataFrame]  # engine.frame(expression, tables)


def tally(frame: Frame, path: Path, contract: Contract, asked: Asked) -> Tally:
    """The sums of a part. StoreError when one might not fit 64 bits."""
    part = Placed(path)
    numeric = all(_is_numeric(contract, condition) for test in asked.tests for condition in test)
    if numeric and {contract.organisation, contract.code} - {""} <= part.lists.keys():
        return by_arrays(part, contract, asked)
    return _by_query(frame, path, contract, asked)


def _by_query(frame: Frame, path: Path, contract: Contract, asked: Asked) -> Tally:
    tables: dict[str, object] = {sql.FACTS: [path]}
    if asked.bundle_of is not None:
        tables[sql.BUNDLES] = _table(asked)
    sums = frame(sql.sums(contract, asked.columns, asked.tests), tables).drop_nulls("organisation")
    organisations = sums["organisation"].unique().sort()
    row = sums["organisation"].cast(pl.Enum(organisations)).to_physical().to_numpy()
    kinds = sums.select("bundle", "passed").unique().sort("bundle", "passed").with_row_index("kind")
    kind = sums.join(kinds, on=["bundle", "passed"], how="left", maintain_order="left")["kind"].to_numpy()
    tables_ = {}
    for column in asked.columns:
        tables_[column] = np.zeros((len(kinds), len(organisations)), np.int64)
        tables_[column][kind, row] = _whole(sums, column, contract)  # each pair is one row: they were grouped
    return Tally(tuple(organisations), tuple(kinds.select("bundle", "passed").rows()), tables_)


def _table(asked: Asked) -> pl.DataFrame:
    bundle_of = asked.bundle_of or {}
    places = list(bundle_of.values())
    columns = {"code": list(bundle_of), "bundle": places, "care": [asked.care[place] for place in places]}
    return pl.DataFrame(columns, schema={"code": pl.String, "bundle": pl.Int64, "care": pl.Int64})


def _whole(sums: pl.DataFrame, column: str, contract: Contract) -> np.ndarray:
    """The exact decimals of a column as int64 whole numbers; refuses what would not fit. NULL (no value in any row) counts as 0."""
    wide = pl.Decimal(38, contract.column(column).scale)
    values = sums[column].fill_null(0).cast(wide).to_physical().cast(pl.Int64, strict=False)
    if values.null_count() or (values.len() and values.abs().max() > LARGEST):
        raise too_large(contract, column)
    return values.to_numpy()


def _is_numeric(contract: Contract, condition: Condition) -> bool:
    words = condition.under or condition.except_ or condition.contains or condition.lacks
    return not words and contract.column(condition.column).kind in (Kind.INTEGER, Kind.DECIMAL)
