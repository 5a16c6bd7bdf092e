"""Percentiles of waits in a build: worked out once from the stored bands, kept as arrays beside the counts."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.catalogue.contract import Contract
from opencommissioning.catalogue.measure import Measure
from opencommissioning.measures.grid import Grid
from opencommissioning.measures.percentiles import WaitPercentiles, percentile_series, wait_percentiles
from opencommissioning.warehouse.store import Store

__all__ = ["has_percentiles", "percentile_series", "read_percentiles", "write_percentiles"]
FOLDER = "percentiles"


def write_percentiles(
    folder: Path,
    store: Store,
    measures: Mapping[str, Measure],
    published: Mapping[str, Grid],
    contracts: Mapping[str, Contract],
) -> None:
    """Write `percentiles/<measure>.npz` for every measure that is one."""
    wanted = [each for each in measures.values() if each.percentile is not None]
    if wanted:
        (folder / FOLDER).mkdir()
    for measure in wanted:
        contract = contracts[measure.denominator.dataset]
        told = _percentiles(store, measure, published[contract.level], contract.organisation)
        np.savez(folder / FOLDER / f"{measure.id}.npz", **{each.name: getattr(told, each.name) for each in fields(told)})  # fmt: skip


def _percentiles(store: Store, measure: Measure, grid: Grid, organisation: str) -> WaitPercentiles:
    over = grid.layers[measure.denominator.dataset]
    months = grid.register.months[over.cut]
    rows = _months(store, measure, organisation, months)
    return wait_percentiles(rows, grid.register.practices, len(months), measure.percentile)


def _months(
    store: Store, measure: Measure, organisation: str, months: tuple[date, ...]
) -> Iterator[tuple[int, date, pl.DataFrame]]:
    """Column, month and summed rows of each stored month; months without a row of the functions asked are left out."""
    only = [pl.col("function").is_in(list(each.any_of)) for each in measure.denominator.where]
    for part in store.parts(measure.denominator.dataset):
        rows = pl.scan_parquet(part.path).filter(*only) if only else pl.scan_parquet(part.path)
        grouped = rows.group_by(pl.col(organisation).alias("organisation"), "weeks").agg(
            pl.col("open_from").max(), pl.col("pathways").sum()
        )
        frame = grouped.sort("organisation", "weeks").collect()
        if frame.height and part.period in months:
            yield months.index(part.period), part.period, frame


def has_percentiles(folder: Path, measure: Measure) -> bool:
    """Whether a build can answer a measure, as far as percentiles go: one made by an earlier version lacks those that came later."""
    return measure.percentile is None or (folder / FOLDER / f"{measure.id}.npz").exists()


@lru_cache(maxsize=64)
def read_percentiles(folder: Path, measure: str) -> WaitPercentiles:
    """The percentiles of a measure of a build."""
    with np.load(folder / FOLDER / f"{measure}.npz") as kept:
        return WaitPercentiles(**{each.name: kept[each.name] for each in fields(WaitPercentiles)})
