"""Figures that are published for organisations which practices do not add up to: each level has a grid of its own in the build."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.catalogue.contract import Contract
from opencommissioning.measures.grid import Grid, columns_for, lay_out, layer
from opencommissioning.measures.leaving import Gate
from opencommissioning.measures.quantities import Scaled
from opencommissioning.measures.register import Register, plain_register
from opencommissioning.measures.storing import read_grid, write_grid
from opencommissioning.measures.summing import Sums
from opencommissioning.warehouse.store import Store

PRACTICE, FOLDER = "practice", "levels"
Gates = Callable[[Register, Iterable[str]], Mapping[str, Gate]]  # of the datasets that need one
NAMES = {  # level → where names stand, the register last: (dataset, its columns of code and name)
    "provider": (("waiting_providers", "code", "name"), ("trusts", "code", "name")),
    "sub_icb": (("waiting_commissioners", "code", "name"), ("commissioners", "code", "name")),
    "contract_area": (("nhs_111_calls", "area", "name"),),
}


@dataclass(frozen=True)
class Grids:
    """The grid of practices, and by level the grids of figures published for others."""

    practices: Grid
    published: Mapping[str, Grid]

    @property
    def register(self) -> Register:
        """The register of practices."""
        return self.practices.register


def published_grids(
    store: Store,
    contracts: Mapping[str, Contract],
    sums: Sums,
    wanted: Mapping[str, Sequence[Scaled]],
    practices: Register,
    gates: Gates,
) -> dict[str, Grid]:
    """level → grid of the datasets of that level, over the months that any of them has.

    Organisations that practices add up to keep their rows, with or without figures. Counts of people pass the disclosure gate.
    """
    levels: dict[str, list[str]] = {}
    for name in sums.months:
        if contracts[name].level != PRACTICE and sums.months[name]:
            levels.setdefault(contracts[name].level, []).append(name)
    return {
        level: _grid(store, contracts, sums, wanted, names, level, practices, gates)
        for level, names in levels.items()
    }


def _grid(
    store: Store,
    contracts: Mapping[str, Contract],
    sums: Sums,
    wanted: Mapping[str, Sequence[Scaled]],
    datasets: Sequence[str],
    level: str,
    practices: Register,
    gates: Gates,
) -> Grid:
    seen = {code for name in datasets for codes in sums.present(name).values() for code in codes}
    known = set(practices.codes.get(level, ()))
    names = level_names(store, level) | dict(practices.labels.get(level, {}))
    months = columns_for({name: sums.months[name] for name in datasets}, contracts)
    register = plain_register(seen | known, months, names)
    layers = {name: layer(register, contracts[name], sums.present(name)) for name in datasets}
    gate_of = gates(register, datasets)
    values: dict[str, np.ndarray] = {}
    for name in datasets:
        keys = [each.key for each in wanted[name]]
        mine = lay_out(register, layers[name], sums.months[name], keys)
        values |= gate_of[name](mine) if name in gate_of else mine
    return Grid(register, layers, values, np.full(register.open.shape, np.nan))


def level_names(store: Store, level: str) -> dict[str, str]:
    """code → name from the latest vintage of the level's register that has one, else from the latest file that names them."""
    names: dict[str, str] = {}
    for dataset, code, name in NAMES.get(level, ()):
        for part in store.parts(dataset):
            names |= dict(pl.read_parquet(part.path, columns=[code, name]).drop_nulls().iter_rows())
    return names


def write_published(folder: Path, grids: Grids, previous: Path | None) -> None:
    """Write each level's grid below `levels/`; arrays equal to the previous build's are linked."""
    for level, grid in grids.published.items():
        here = folder / FOLDER / level
        here.mkdir(parents=True)
        before = previous / FOLDER / level if previous else None
        write_grid(here, grid, before if before and before.exists() else None)


def read_published(folder: Path) -> dict[str, Grid]:
    """level → grid, of a build."""
    return {each.name: read_grid(each) for each in sorted((folder / FOLDER).glob("*")) if each.is_dir()}
