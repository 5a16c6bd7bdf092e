"""Sums laid out on the grid of practices × months: what is there, what is carried, and why something is not there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from opencommissioning.catalogue.contract import Contract
from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.period import shift
from opencommissioning.measures.quantities import Scaled
from opencommissioning.measures.register import Register
from opencommissioning.measures.series import Missing, Series


@dataclass(frozen=True)
class Layer:
    """One dataset on the grid. `taken` int32 (P, M): index of the loaded month whose figures stand for this one, −1 = none;
    `missing` uint8 (P, M). `loaded` are the dataset's months, in order."""

    loaded: tuple[date, ...]
    taken: np.ndarray
    missing: np.ndarray


def layer(register: Register, contract: Contract, present: Mapping[date, Iterable[str]]) -> Layer:
    """How a dataset covers the grid. `present`: month → organisations with any row. A stock may stand in `contract.carry` months."""
    loaded = tuple(sorted(present))
    place = {code: number for number, code in enumerate(register.practices)}
    taken = np.full(register.open.shape, -1, np.int32)
    for index, month in enumerate(loaded):
        rows = np.array([place[code] for code in present[month] if code in place], int)
        columns = [
            step
            for step, shown in enumerate(register.months)
            if month <= shown <= shift(month, contract.carry)
        ]
        taken[np.ix_(rows, columns)] = index  # later months overwrite earlier ones: the latest figure stands
    missing = np.where(taken >= 0, Missing.NOTHING, Missing.NOT_IN_FILE).astype(np.uint8)
    unloaded = [
        not any(month <= shown <= shift(month, contract.carry) for month in loaded)
        for shown in register.months
    ]
    missing[:, unloaded] = Missing.MONTH_NOT_LOADED
    missing[(taken < 0) & ~register.open] = Missing.NOT_OPEN
    return Layer(loaded, taken, missing)


def lay_out(
    register: Register, over: Layer, sums: Mapping[date, pl.DataFrame], keys: Sequence[str]
) -> dict[str, np.ndarray]:
    """key → int64 (P, M). `sums`: month → columns key, organisation, value. An organisation present without a sum has 0."""
    raw = {key: np.zeros((len(register.practices), max(1, len(over.loaded))), np.int64) for key in keys}
    places = pl.DataFrame({"organisation": register.practices, "place": np.arange(len(register.practices))})
    for index, month in enumerate(over.loaded):
        wanted = sums[month].filter(pl.col("key").is_in(list(keys)))
        for (key,), group in wanted.join(places, on="organisation").group_by("key"):
            raw[key][group["place"].to_numpy(), index] = group["value"].to_numpy()
    rows = np.arange(len(register.practices))[:, None]
    return {
        key: np.where(over.taken >= 0, part[rows, np.maximum(over.taken, 0)], 0) for key, part in raw.items()
    }


@dataclass(frozen=True)
class Grid:
    """All that series are made of: the register, one layer per dataset, one array per quantity, and the list sizes.

    `patients` float (P, M): registered patients where known, else nan; used for coverage only.
    """

    register: Register
    layers: Mapping[str, Layer]
    values: Mapping[str, np.ndarray]
    patients: np.ndarray


def recent(grid: Grid, months: int) -> Grid:
    """The last `months` months of a grid, without the values of quantities: a smaller table for sums made on the fly."""
    cut = slice(max(0, len(grid.register.months) - months), None)
    register = grid.register
    parents = {level: np.asarray(part[:, cut]) for level, part in register.parents.items()}
    register = replace(
        register, months=register.months[cut], open=np.asarray(register.open[:, cut]), parents=parents
    )
    layers = {name: _recent_layer(over, cut) for name, over in grid.layers.items()}
    return Grid(register, layers, {}, np.asarray(grid.patients[:, cut]))


def _recent_layer(over: Layer, cut: slice) -> Layer:
    taken = np.asarray(over.taken[:, cut])
    used = np.unique(taken[taken >= 0])
    places = np.full(max(1, len(over.loaded)) + 1, -1, np.int32)  # the last one answers for −1, "no month"
    places[used] = np.arange(len(used), dtype=np.int32)
    return Layer(
        tuple(over.loaded[number] for number in used), places[taken], np.asarray(over.missing[:, cut])
    )


def one_row(grid: Grid, row: int) -> Grid:
    """The grid of one practice alone: what it needs is read, not what a nation needs."""
    cut = slice(row, row + 1)
    register = replace(
        grid.register,
        practices=grid.register.practices[cut],
        open=np.asarray(grid.register.open[cut]),
        parents={level: np.asarray(part[cut]) for level, part in grid.register.parents.items()},
    )
    layers = {
        name: Layer(over.loaded, np.asarray(over.taken[cut]), np.asarray(over.missing[cut]))
        for name, over in grid.layers.items()
    }
    values = {key: part[cut] for key, part in grid.values.items()}
    return Grid(register, layers, values, np.asarray(grid.patients[cut]))


def nothing_here(measure: Measure, series: Series) -> Series:
    """A series of the same organisations and months without any value: the measure is published for others."""
    zeros = np.zeros(series.numerator.shape, np.int64)
    missing = np.full(zeros.shape, Missing.OTHER_LEVEL, np.uint8)
    return replace(series, measure=measure, numerator=zeros, denominator=zeros, missing=missing)


def practice_series(
    measure: Measure, grid: Grid, numerator: Scaled, denominator: Scaled, level: str = "practice"
) -> Series:
    """The measure of every organisation of a grid (its practices, or those of another `level`), month by month, without a window."""
    top, bottom = grid.layers[numerator.quantity.dataset], grid.layers[denominator.quantity.dataset]
    lacking = np.where(bottom.missing == Missing.NOT_IN_FILE, Missing.NO_DENOMINATOR, bottom.missing)
    if numerator.quantity.dataset == denominator.quantity.dataset:
        lacking = top.missing
    missing = np.where(top.missing != Missing.NOTHING, top.missing, lacking)
    n, d = (
        np.where(missing == Missing.NOTHING, grid.values[part.key], 0) for part in (numerator, denominator)
    )
    missing = np.where((missing == Missing.NOTHING) & (d == 0), Missing.DENOMINATOR_ZERO, missing).astype(
        np.uint8
    )
    known = np.isin(missing, [Missing.NOTHING, Missing.DENOMINATOR_ZERO])
    return Series(
        measure=measure,
        level=level,
        organisations=grid.register.practices,
        months=grid.register.months,
        numerator=n,
        denominator=d,
        numerator_scale=numerator.scale,
        denominator_scale=denominator.scale,
        missing=missing,
        counted=known.astype(np.int32),
        expected=grid.register.open.astype(np.int32),
        share=np.where(known, 1.0, np.nan),
    )
