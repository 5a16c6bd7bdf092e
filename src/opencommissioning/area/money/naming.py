"""What products are called."""

from collections.abc import Sequence

import polars as pl

from opencommissioning.warehouse.store import Store


def product_names(store: Store) -> dict[str, str]:
    """Published BNF code → its latest published name."""
    parts = [
        pl.read_parquet(part.path, columns=["bnf_code", "name"]) for part in store.parts("presentations")
    ]
    return dict(pl.concat(parts).drop_nulls().iter_rows()) if parts else {}


def named(store: Store, codes: Sequence[str]) -> list[str]:
    """The latest published name of each code, or the code itself."""
    names = product_names(store)
    return [names.get(code, code) for code in codes]
