"""Sums laid out on the grid of practices × months: what is there, what is carried, and why something is not there.

Each dataset keeps its own months: hospital figures may begin before prescribing and end after it, and no array is wider than its files.
Where files lie years apart, months between them that are far from any have no column (`columns_for`); those that have one and no file are
honest gaps, so that nothing that looks at neighbouring columns looks across.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

import numpy as np

from opencommissioning.catalogue.contract import Contract
from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.period import months_around, shift
from opencommissioning.measures.quantities import Scaled
from opencommissioning.measures.register import Register
from opencommissioning.measures.series import Missing, Series, known
from opencommissioning.measures.summed import Summed

LEAD = 12  # months without a file that have a column before one that has: nothing compares columns that lie further apart
BLOCK = 25_000_000  # numbers that are laid out together: 200 MB, and as much again for the result


@dataclass(frozen=True)
class Layer:
    """One dataset on the grid, over its own months W: those of the register from `first` on, as many as the arrays are wide.

    `taken` int32 (P, W): index of the loaded month whose figures stand for this one, −1 = none; `missing` uint8 (P, W).
    `loaded` are the dataset's months, in order.
    """

    loaded: tuple[date, ...]
    taken: np.ndarray
    missing: np.ndarray
    first: int = 0

    @property
    def cut(self) -> slice:
        """The dataset's months as columns of the register."""
        return slice(self.first, self.first + self.taken.shape[1])

    def on(self, part: np.ndarray, columns: slice, filler: int) -> np.ndarray:
        """An array of the dataset's own months on other `columns` of the register; `filler` where the dataset has no month."""
        width = columns.stop - columns.start
        out = np.full((part.shape[0], width), filler, part.dtype)
        start, stop = max(columns.start, self.cut.start), min(columns.stop, self.cut.stop)
        if start < stop:
            into = slice(start - columns.start, stop - columns.start)
            out[:, into] = part[:, start - self.first : stop - self.first]
        return out

    def reasons(self, columns: Sequence[int]) -> np.ndarray:
        """Why there is nothing in some months of the register, uint8 (P, len(columns)) of `Missing`."""
        whole = slice(0, max((*columns, self.cut.stop - 1)) + 1)
        return self.on(self.missing, whole, Missing.MONTH_NOT_LOADED)[:, list(columns)]


def layer(register: Register, contract: Contract, present: Mapping[date, Iterable[str]]) -> Layer:
    """How a dataset covers the grid. `present`: month → organisations with any row. A stock may stand in `contract.carry` months."""
    loaded = tuple(sorted(present))
    own = own_months(register.months, loaded, contract.carry)
    months, open_ = register.months[own], register.open[:, own]
    place = {code: number for number, code in enumerate(register.practices)}
    taken = np.full(open_.shape, -1, np.int32)
    for index, month in enumerate(loaded):
        rows = np.array([place[code] for code in present[month] if code in place], int)
        columns = [
            step for step, shown in enumerate(months) if month <= shown <= shift(month, contract.carry)
        ]
        taken[np.ix_(rows, columns)] = index  # later months overwrite earlier ones: the latest figure stands
    missing = np.where(taken >= 0, Missing.NOTHING, Missing.NOT_IN_FILE).astype(np.uint8)
    unloaded = [
        not any(month <= shown <= shift(month, contract.carry) for month in loaded) for shown in months
    ]
    missing[:, unloaded] = Missing.MONTH_NOT_LOADED
    missing[(taken < 0) & ~open_] = Missing.NOT_OPEN
    return Layer(loaded, taken, missing, own.start)


def columns_for(
    counted: Mapping[str, Iterable[date]],
    contracts: Mapping[str, Contract],
    divided_by: Mapping[str, Iterable[date]] | None = None,
) -> tuple[date, ...]:
    """The months of a register, from the first to the last with a file of what is `counted` (dataset → its months).

    Between them are the months that are loaded, in which a figure still stands, or at most `LEAD` before a loaded one. Datasets that are
    only divided by add those of their own months that lie between.
    """
    stays = [(month, LEAD, contracts[name].carry) for name, own in counted.items() for month in own]
    first, last = (end(month for month, _, _ in stays) for end in (min, max))
    more = [
        (month, 0, contracts[name].carry)
        for name, own in (divided_by or {}).items()
        for month in own
        if shift(month, contracts[name].carry) >= first and month <= last
    ]
    return tuple(month for month in months_around(stays + more) if first <= month <= last)


def own_months(months: Sequence[date], loaded: Sequence[date], carry: int) -> slice:
    """The columns of a dataset: from its first month to the last one in which its figures may stand; none outside `months`."""
    if not loaded:
        return slice(0, 0)
    there = [step for step, shown in enumerate(months) if loaded[0] <= shown <= shift(max(loaded), carry)]
    return slice(there[0], there[-1] + 1) if there else slice(0, 0)


class Readable(Protocol):
    """Sums of one part, in memory or kept on disk."""

    def read(self, keys: Collection[str]) -> Summed:
        """The sums of some quantities."""


def lay_out(
    register: Register, over: Layer, sums: Mapping[date, Readable], keys: Sequence[str]
) -> dict[str, np.ndarray]:
    """key → int64 (P, W), over the months of the layer. `sums`: month → sums of its part. An organisation present without a sum has 0."""
    raw = np.zeros((len(keys), len(register.practices), max(1, len(over.loaded))), np.int64)
    line = {key: number for number, key in enumerate(keys)}
    practices = np.array(register.practices, str)
    for index, month in enumerate(over.loaded):
        found = sums[month].read(frozenset(keys))
        codes = np.array(found.organisations, str)
        places = np.minimum(np.searchsorted(practices, codes), max(0, len(practices) - 1))
        listed = practices[places] == codes if len(practices) else np.zeros(len(codes), bool)
        for key, values in found.values.items():
            raw[line[key], places[listed], index] = values[listed]
    rows = np.arange(len(register.practices))[:, None]
    taken = np.maximum(over.taken, 0)
    return {key: np.where(over.taken >= 0, raw[number][rows, taken], 0) for key, number in line.items()}


class LaidOut(Mapping[str, np.ndarray]):
    """Quantity → int64 (P, W), laid out from sums when asked for, a block at a time: those of a nation do not fit in memory together.

    `sums`: dataset → month → sums of its part; `keys`: dataset → its quantities; `gates`: dataset → what its values pass before anybody
    reads them.
    """

    def __init__(
        self,
        register: Register,
        layers: Mapping[str, Layer],
        sums: Mapping[str, Mapping[date, Readable]],
        keys: Mapping[str, Sequence[str]],
        gates: Mapping[str, Callable[[Mapping[str, np.ndarray]], dict[str, np.ndarray]]] | None = None,
    ) -> None:
        self.register, self.layers, self.sums = register, layers, sums
        self._keys, self._gates = keys, gates or {}
        self._dataset = {key: name for name, own in keys.items() for key in own}

    def _block(self, name: str, keys: Sequence[str]) -> dict[str, np.ndarray]:
        values = lay_out(self.register, self.layers[name], self.sums[name], keys)
        return self._gates[name](values) if name in self._gates else values

    def blocks(self) -> Iterator[dict[str, np.ndarray]]:
        """Every quantity, block by block."""
        room = max(1, BLOCK // max(1, self.register.open.size))
        for name, keys in self._keys.items():
            for first in range(0, len(keys), room):
                yield self._block(name, keys[first : first + room])

    def __getitem__(self, key: str) -> np.ndarray:
        return self._block(self._dataset[key], [key])[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._dataset)

    def __len__(self) -> int:
        return len(self._dataset)


def blocks_of(values: Mapping[str, np.ndarray]) -> Iterator[Mapping[str, np.ndarray]]:
    """The values of a grid in pieces that fit in memory."""
    return values.blocks() if isinstance(values, LaidOut) else iter([values])


@dataclass(frozen=True)
class Grid:
    """All that series are made of: the register, one layer per dataset, one array per quantity, and the list sizes.

    The register's months hold those of every dataset; the arrays of a quantity are as wide as their dataset's layer.
    `patients` float (P, M): registered patients where known, else nan; used for coverage only.
    """

    register: Register
    layers: Mapping[str, Layer]
    values: Mapping[str, np.ndarray]
    patients: np.ndarray


def recent(grid: Grid, dataset: str, months: int) -> Grid:
    """A grid's last `months` months of one dataset, without the values of quantities: a smaller table for sums made on the fly."""
    own = grid.layers[dataset].cut
    cut = slice(max(own.start, own.stop - months), own.stop)
    register = grid.register
    parents = {level: np.asarray(part[:, cut]) for level, part in register.parents.items()}
    register = replace(
        register, months=register.months[cut], open=np.asarray(register.open[:, cut]), parents=parents
    )
    layers = {name: _recent_layer(over, cut) for name, over in grid.layers.items()}
    return Grid(register, layers, {}, np.asarray(grid.patients[:, cut]))


def _recent_layer(over: Layer, cut: slice) -> Layer:
    taken = over.on(np.asarray(over.taken), cut, -1)
    used = np.unique(taken[taken >= 0])
    places = np.full(max(1, len(over.loaded)) + 1, -1, np.int32)  # the last one answers for −1, "no month"
    places[used] = np.arange(len(used), dtype=np.int32)
    missing = over.on(np.asarray(over.missing), cut, Missing.MONTH_NOT_LOADED)
    return Layer(tuple(over.loaded[number] for number in used), places[taken], missing)


def one_row(grid: Grid, row: int, keys: Iterable[str]) -> Grid:
    """The grid of one practice alone, with some quantities: what it needs is read, not what a nation needs."""
    cut = slice(row, row + 1)
    register = replace(
        grid.register,
        practices=grid.register.practices[cut],
        open=np.asarray(grid.register.open[cut]),
        parents={level: np.asarray(part[cut]) for level, part in grid.register.parents.items()},
    )
    layers = {
        name: replace(over, taken=np.asarray(over.taken[cut]), missing=np.asarray(over.missing[cut]))
        for name, over in grid.layers.items()
    }
    values = {key: grid.values[key][cut] for key in keys}
    return Grid(register, layers, values, np.asarray(grid.patients[cut]))


def nothing_here(measure: Measure, series: Series) -> Series:
    """A series of the same organisations and months without any value: the measure is published for others."""
    zeros = np.zeros(series.numerator.shape, np.int64)
    missing = np.full(zeros.shape, Missing.OTHER_LEVEL, np.uint8)
    return replace(series, measure=measure, numerator=zeros, denominator=zeros, missing=missing)


def practice_series(
    measure: Measure, grid: Grid, numerator: Scaled, denominator: Scaled, level: str = "practice"
) -> Series:
    """The measure of every organisation of a grid (its practices, or those of another `level`), month by month, without a window.

    Its months are those of the numerator's dataset.
    """
    top, bottom = grid.layers[numerator.quantity.dataset], grid.layers[denominator.quantity.dataset]
    cut = top.cut
    below = bottom.on(bottom.missing, cut, Missing.MONTH_NOT_LOADED)
    lacking = np.where(below == Missing.NOT_IN_FILE, Missing.NO_DENOMINATOR, below)
    if numerator.quantity.dataset == denominator.quantity.dataset:
        lacking = top.missing
    missing = np.where(top.missing != Missing.NOTHING, top.missing, lacking)
    n = np.where(missing == Missing.NOTHING, grid.values[numerator.key], 0)
    d = np.where(missing == Missing.NOTHING, bottom.on(grid.values[denominator.key], cut, 0), 0)
    missing = np.where((missing == Missing.NOTHING) & (d == 0), Missing.DENOMINATOR_ZERO, missing).astype(
        np.uint8
    )
    there = known(missing)
    return Series(
        measure=measure,
        level=level,
        organisations=grid.register.practices,
        months=grid.register.months[cut],
        numerator=n,
        denominator=d,
        numerator_scale=numerator.scale,
        denominator_scale=denominator.scale,
        missing=missing,
        counted=there.astype(np.int32),
        expected=grid.register.open[:, cut].astype(np.int32),
        share=np.where(there, 1.0, np.nan),
    )
