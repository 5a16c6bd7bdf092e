"""From the store to a new build: sum what is new, lay it out, judge it, check it, swap it in."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.area.comparison.comparators import keep_comparators
from opencommissioning.area.data.banding import write_bands
from opencommissioning.area.data.expecting import rated, rates_of, write_rates
from opencommissioning.area.data.own_dmd import strengths_told
from opencommissioning.area.levels import PRACTICE, Grids, published_grids, write_published
from opencommissioning.area.library import Library
from opencommissioning.area.percentiles import write_percentiles
from opencommissioning.area.settings import Settings
from opencommissioning.area.waiting.avoidable_counts import write_avoidable
from opencommissioning.catalogue.measure import Measure
from opencommissioning.errors import DefinitionError, NotLoaded
from opencommissioning.finance.measures import money_quantities
from opencommissioning.measures.grid import Grid, LaidOut, Layer, columns_for, lay_out, layer
from opencommissioning.measures.leaving import Gate
from opencommissioning.measures.medicines import Medicines, told_by_dmd
from opencommissioning.measures.quantities import COMPUTATION, Scaled
from opencommissioning.measures.register import Register, read_register
from opencommissioning.measures.storing import read_grid, write_grid
from opencommissioning.measures.summing import Progress, Sums, sum_dataset, wanted_by_dataset
from opencommissioning.sources.admissions import BANDS
from opencommissioning.sources.avoidable import AVOIDABLE
from opencommissioning.warehouse.engine import DuckDB
from opencommissioning.warehouse.store import Store

REGISTER_DATASETS = ("practices", "practice_map", "prescribers", "pcn_members", "commissioners")
PRICE_DATASETS = ("tariff", "concessions", "dmd", "dmd_products", "dmd_ingredients", "substitution_sets")
GATE_COMPUTATION = 1  # raise by hand when the same counts would be rounded otherwise
PRICE_COMPUTATION = 3  # raise by hand when the same files would give other prices or savings
LAYOUT = 9  # raise by hand when the same sums would be laid out otherwise
LISTS = "registrations"


@dataclass(frozen=True)
class Material:
    """What a build is made of, before anything is computed."""

    store: Store
    library: Library
    settings: Settings
    measures: Mapping[str, Measure]
    wanted: Mapping[str, tuple[Scaled, ...]]

    @property
    def id(self) -> str:
        """The same files, definitions and settings give the same id."""
        parts = [
            (part.dataset, str(part.period), part.label, part.checksum)
            for name in self._datasets
            for part in self.store.parts(name)
        ]
        keys = sorted(each.key for group in self.wanted.values() for each in group)
        measures = [repr(self.measures[name]) for name in sorted(self.measures)]
        text = repr(
            (
                COMPUTATION,
                PRICE_COMPUTATION,
                GATE_COMPUTATION,
                LAYOUT,
                sorted(parts),
                keys,
                measures,
                self._avoidable,
                self.settings,
            )
        )
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def _avoidable(self) -> list[str]:
        """Kinds of avoidable activity, where there are counts of it."""
        loaded = AVOIDABLE.dataset in self.store.datasets()
        return [repr(each) for each in self.library.avoidable.values()] if loaded else []

    @property
    def _datasets(self) -> list[str]:
        return sorted(
            {
                *self.wanted,
                *REGISTER_DATASETS,
                *PRICE_DATASETS,
                LISTS,
                "presentations",
                "comparators",
                "bnf_changes",
                "strengths",
                "deprivation",
                "dispensing_practices",
                "trusts",
                AVOIDABLE.dataset,
                BANDS.dataset,
            }
            & set(self.store.datasets())
        )


def material(store: Store, library: Library, settings: Settings) -> Material:
    """The measures whose datasets are loaded, and the quantities that they need; NotLoaded when there is none."""
    loaded = set(store.datasets())
    measures = {
        name: each
        for name, each in library.measures.items()
        if {each.numerator.dataset, each.denominator.dataset} <= loaded
    }
    found = rates_of(store, library, measures.values())
    library = rated(library, found)
    measures = {
        name: each
        for name, each in measures.items()
        if not each.standardised or each.denominator.times in found
    }
    if not measures:
        raise NotLoaded(
            "nothing to build: no measure has both its files; 'opencommissioning sources' lists what each file unlocks"
        )
    more = (
        *money_quantities(measures.values()),
        *filter(None, (each.behind() for each in measures.values())),
    )
    wanted = wanted_by_dataset(measures.values(), library.contracts, library.codelists, more)
    return Material(store, library, settings, measures, wanted)


def compute(made_of: Material, results: Path, progress: Progress, secret: Callable[[], bytes]) -> Grids:
    """Sum what is not yet summed and lay everything out: practices on the grid, figures published for others on grids of their own.

    Counts of people pass the disclosure gate, which asks for the area's `secret`.
    """
    every = sum_all(made_of, results, progress)
    contracts = made_of.library.contracts
    sums = Sums({name: months for name, months in every.months.items() if contracts[name].level == PRACTICE})
    grid = _practices(made_of, sums, _months(made_of, sums if sums.months else every), secret)
    gates = partial(_gates, made_of, secret=secret)
    return Grids(grid, published_grids(made_of.store, contracts, every, made_of.wanted, grid.register, gates))


def _practices(made_of: Material, sums: Sums, months: tuple[date, ...], secret: Callable[[], bytes]) -> Grid:
    register = read_register(lambda name: rows_of(made_of.store, name), months, _seen(sums))
    layers = {
        name: layer(register, made_of.library.contracts[name], sums.present(name)) for name in sums.months
    }
    keys = {name: [each.key for each in made_of.wanted.get(name, ())] for name in sums.months}
    values = LaidOut(register, layers, sums.months, keys, _gates(made_of, register, keys, secret))
    return Grid(register, layers, values, _patients(made_of, register, layers, sums))


def _gates(
    made_of: Material, register: Register, datasets: Iterable[str], secret: Callable[[], bytes]
) -> dict[str, Gate]:
    """dataset → the gate of its counts of people; others pass as they are."""
    names = [name for name in datasets if made_of.library.contracts[name].disclosive]
    return {
        name: Gate(name, register, secret(), {each.key: each.scale for each in made_of.wanted.get(name, ())})
        for name in names
    }


def sum_all(made_of: Material, results: Path, progress: Progress, last_first: bool = False) -> Sums:
    """The sums of every wanted quantity on every part; those that `results` has not yet are made and kept there."""
    names = {part.period: part for part in made_of.store.parts("presentations")}
    medicines = medicines_of(made_of.store)
    out = {}
    with DuckDB(made_of.store, threads=made_of.settings.threads, memory=made_of.settings.memory) as engine:
        for dataset, wanted in _turned(tuple(made_of.wanted.items()), last_first):
            contract = made_of.library.contracts[dataset]
            parts = _turned(made_of.store.parts(dataset), last_first)
            out[dataset] = sum_dataset(
                parts,
                names,
                contract,
                wanted,
                made_of.library.codelists,
                medicines,
                engine.frame,
                results,
                progress,
            )
    return Sums(out)


def _turned(each: tuple, last_first: bool) -> tuple:
    return each[::-1] if last_first else each


def medicines_of(store: Store) -> Medicines:
    """Code changes, and form, route and strength from the user's own dm+d when its file is loaded."""
    rows = rows_of(store, "strengths")
    told = told_by_dmd(strengths_told(lambda name: rows_of(store, name)))
    told |= told_by_dmd(rows.iter_rows(named=True)) if rows is not None else {}
    return Medicines(successors_of(store), told)


def successors_of(store: Store) -> dict[str, str]:
    """Retired BNF code → today's code, chains followed, cycles left alone."""
    frame = rows_of(store, "bnf_changes")
    if frame is None:
        return {}
    step = dict(frame.sort("year").select("old", "new").iter_rows())
    return {old: _follow(old, step) for old in step}


def _follow(code: str, step: Mapping[str, str]) -> str:
    seen = [code]
    while (onward := step.get(seen[-1])) and onward not in seen:
        seen.append(onward)
    return seen[-1] if not (onward and onward in seen) else code


def rows_of(store: Store, dataset: str) -> pl.DataFrame | None:
    """All rows of a small dataset, None when it is not loaded."""
    parts = store.parts(dataset)
    return (
        pl.concat([pl.read_parquet(part.path) for part in parts], how="diagonal_relaxed") if parts else None
    )


def _months(made_of: Material, sums: Sums) -> tuple[date, ...]:
    """The register runs over the months that some measure counts in; what is only divided by (lists of patients) does not make it longer."""
    names = {each.numerator.dataset for each in made_of.measures.values()} & set(sums.months)
    counted = {name: sums.months[name] for name in names or sums.months}
    return columns_for(counted, made_of.library.contracts, sums.months)


def _seen(sums: Sums) -> list[str]:
    return sorted({code for name in sums.months for codes in sums.present(name).values() for code in codes})


def _patients(made_of: Material, register: Register, layers: Mapping[str, Layer], sums: Sums) -> np.ndarray:
    """Registered patients on the grid, nan where unknown: from the quantity that sums all of them."""
    whole = [
        each for each in made_of.wanted.get(LISTS, ()) if not each.quantity.where and not each.quantity.times
    ]
    if not whole:
        return np.full(register.open.shape, np.nan)
    over, every = layers[LISTS], slice(0, len(register.months))
    patients = lay_out(register, over, sums.months[LISTS], [whole[0].key])[whole[0].key]
    listed = np.where((over.taken >= 0) & (patients > 0), patients / 10.0 ** whole[0].scale, np.nan)
    return over.on(listed, every, np.nan)


def write_build(
    folder: Path,
    made_of: Material,
    grids: Grids,
    previous: Path | None,
    seconds: float,
    secret: Callable[[], bytes],
) -> None:
    """Everything but the verdicts into a build folder that nobody reads yet. `secret` is the disclosure gate's."""
    write_grid(folder, grids.practices, previous)
    write_avoidable(folder, made_of.store, made_of.library, grids.practices.register, secret)
    write_bands(folder, made_of.store, made_of.library, made_of.measures.values(), grids.practices, secret)
    write_published(folder, grids, previous)
    write_percentiles(folder, made_of.store, made_of.measures, grids.published, made_of.library.contracts)
    meta = {
        "id": made_of.id,
        "built": datetime.now().astimezone().isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "measures": sorted(made_of.measures),
        "files": [_file(part) for name in made_of.store.datasets() for part in made_of.store.parts(name)],
    }
    write_rates(folder, made_of.library)
    keep_comparators(folder, made_of.store)
    (folder / "build.json").write_text(json.dumps(meta, indent=1), encoding="utf-8")


def _file(part) -> dict[str, object]:
    period = part.period.isoformat() if part.period else None
    return {
        "dataset": part.dataset,
        "period": period,
        "label": part.label,
        "file": part.file,
        "checksum": part.checksum,
        "rows": part.rows,
    }


def check(folder: Path, groups: Mapping[str, Sequence[str]] | None = None) -> None:
    """Last look before the swap: what was written can be read and fits its grid; no group hides an organisation behind its name."""
    grid = read_grid(folder)
    for name in groups or {}:
        if any(name in codes for codes in (grid.register.practices, *grid.register.codes.values())):
            raise DefinitionError(
                f"area.toml [groups]: '{name}' is the code of an organisation; give the group a name of its own"
            )
    shapes = {over.taken.shape for over in grid.layers.values()}
    for key, values in grid.values.items():
        if values.shape not in shapes:
            raise AssertionError(f"quantity {key} has shape {values.shape}, the grid's datasets {shapes}")


def now() -> float:
    """Seconds of a clock that only goes forward."""
    return time.perf_counter()
