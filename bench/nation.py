"""A build of a nation's size to serve pages of, written straight as arrays: invented numbers, no files and no facts.

    python -m bench.nation AREA        # then: python -m bench --only pages --area AREA

6,500 practices, 60 months, 80 measures. What is timed on it are pages, so numbers need only be of the right size: practices differ, months
move, a few practices open, close and change their network.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.area import Area, Build
from opencommissioning.area.comparison.judging import judge
from opencommissioning.area.library import Library
from opencommissioning.area.money.pricing import FOLDER as PRICES
from opencommissioning.area.money.pricing import SUMMED, write_levels
from opencommissioning.area.money.switching import write_money
from opencommissioning.catalogue.measure import Measure, Shape
from opencommissioning.catalogue.period import shift
from opencommissioning.finance.measures import money_quantities
from opencommissioning.finance.sets import substitution_sets
from opencommissioning.finance.whole import whole
from opencommissioning.measures.grid import Grid, Layer
from opencommissioning.measures.register import Register
from opencommissioning.measures.storing import write_grid
from opencommissioning.measures.summing import wanted_by_dataset
from opencommissioning.synthetic.products import products

PRACTICES, MONTHS, MEASURES, PRODUCTS = 6_500, 60, 80, 300
LAST = date(2026, 9, 1)
ABOVE = {"pcn": 1_250, "sub_icb": 106, "icb": 42, "region": 7}  # each of the nation's, in this order
DATASETS = ("prescribing", "registrations")


def make_nation(
    folder: Path, practices: int = PRACTICES, months: int = MONTHS, measures: int = MEASURES
) -> Area:
    """An area with one build of the nation's size; the folder must not be one yet."""
    area = Area.create(folder, "Nation (invented)")
    library, chance = area.library, np.random.default_rng(1)
    some = _measures(library, measures)
    grid = _grid(library, some, _register(practices, months, chance), chance)
    with area.builds.aside() as draft:
        write_grid(draft.folder, grid)
        _write_meta(draft.folder, some)
        build = Build(draft.folder, library, area.settings)
        judge(build, _say, area.folder, area.settings.threads)
        _write_prices(build, chance)
        write_money(build, area.store, folder / "results")
        draft.publish("nation")
    return area


def _say(what: str, done: int, of: int) -> None:
    print(f"{what} ({done} of {of})", file=sys.stderr, flush=True)


def _measures(library: Library, count: int) -> list[Measure]:
    """The first measures whose two datasets are prescribing and lists of patients, of all topics in turn."""
    found = [
        each
        for each in library.measures.values()
        if {each.numerator.dataset, each.denominator.dataset} <= set(DATASETS)
    ]
    return sorted(found, key=lambda each: each.id)[:: max(1, len(found) // count)][:count]


def _register(practices: int, months: int, chance: np.random.Generator) -> Register:
    codes = tuple(f"N{number:05}" for number in range(practices))
    calendar = tuple(shift(LAST, back) for back in range(1 - months, 1))
    places = {level: _place(practices, count, months, chance) for level, count in ABOVE.items()}
    open_ = np.ones((practices, months), bool)
    for row in chance.choice(practices, practices // 50, replace=False):  # closed some time ago
        open_[row, chance.integers(1, months) :] = False
    return Register(
        practices=codes,
        months=calendar,
        names={code: f"Practice number {place}" for place, code in enumerate(codes)},
        postcodes={code: f"ZZ{place % 99} {place % 9}AB" for place, code in enumerate(codes)},
        open=open_,
        parents=places,
        codes={level: tuple(f"{level[:1].upper()}{number:04}" for number in range(count)) for level, count in ABOVE.items()},
        labels={level: {} for level in ABOVE},
        registered=True,
        closed={codes[row]: calendar[int(open_[row].sum())] for row in np.flatnonzero(~open_[:, -1])},
    )  # fmt: skip


def _place(practices: int, count: int, months: int, chance: np.random.Generator) -> np.ndarray:
    """Neighbours belong together, so that levels nest; networks change a little half-way."""
    places = np.repeat((np.arange(practices) * count // practices).astype(np.int32)[:, None], months, axis=1)
    if count == ABOVE["pcn"]:
        movers = chance.choice(practices, practices // 40, replace=False)
        places[movers, months // 2 :] = (places[movers, months // 2 :] + 1) % count
    return places


def _grid(library: Library, measures: list[Measure], register: Register, chance: np.random.Generator) -> Grid:
    shape = register.open.shape
    there = np.where(register.open, 0, 1).astype(np.uint8)
    taken = np.where(register.open, np.arange(shape[1], dtype=np.int32), -1)
    layers = {name: Layer(register.months, taken, there) for name in DATASETS}
    patients = np.round(np.exp(chance.normal(9, 0.5, (shape[0], 1)))) * np.ones(shape)
    values = dict(_values(library, measures, patients, chance))
    return Grid(register, layers, values, np.where(register.open, patients, np.nan))


def _values(
    library: Library, measures: list[Measure], patients: np.ndarray, chance: np.random.Generator
) -> Iterator[tuple[str, np.ndarray]]:
    """Whole numbers of every quantity: a rate of the nation, the practice's own habit, the month's chance."""
    narrow = {each.numerator for each in measures if each.shape() is Shape.PROPORTION}
    more = [*money_quantities(measures), *filter(None, (each.behind() for each in measures))]
    wanted = wanted_by_dataset(measures, library.contracts, library.codelists, more)
    for group in wanted.values():
        for each in group:
            whole = (
                not each.quantity.where
                and not each.quantity.times
                and each.quantity.dataset == "registrations"
            )
            rate = 1.0 if whole else 0.02 if each.quantity in narrow else 0.2
            habit = np.exp(chance.normal(0, 0.0 if whole else 0.2, (len(patients), 1)))
            amount = patients if whole else chance.poisson(patients * rate * habit)
            yield each.key, (amount * 10**each.scale).astype(np.int64)


def _write_meta(folder: Path, measures: list[Measure]) -> None:
    meta = {
        "id": "nation",
        "built": datetime.now().astimezone().isoformat(timespec="seconds"),
        "seconds": 0.0,
    }
    text = {**meta, "measures": sorted(each.id for each in measures), "files": []}
    (folder / "build.json").write_text(json.dumps(text), encoding="utf-8")


def _write_prices(build: Build, chance: np.random.Generator) -> None:
    """Every practice buys every product of the invented economy, some above each target."""
    folder = build.folder / PRICES
    folder.mkdir()
    codes = products(PRODUCTS).frame["bnf_code"].sort()
    sets: Mapping[str, str] = substitution_sets(codes.to_list(), {})
    rows = pl.DataFrame({"organisation": list(build.register.practices)}).join(
        pl.DataFrame({"bnf_code": codes}), how="cross"
    )
    cost = chance.gamma(2.0, 150.0, rows.height)
    over = cost * chance.normal(0, 0.05, rows.height)
    told = {f"over_{centile}": over * (1 - centile / 100) for centile in (10, 20, 50)}
    floors = {
        f"floor_{centile}": np.maximum(part, 0)
        for centile, part in zip((10, 20, 50), told.values(), strict=True)
    }
    rows = rows.with_columns(
        pl.col("bnf_code").replace_strict(sets, default=None, return_dtype=pl.String).alias("set"),
        *(pl.Series(name, part) for name, part in {"quantity": cost * 20, "actual_cost": cost, "cost": cost, **told, **floors}.items()),
    )  # fmt: skip
    write_levels(build, whole(rows, SUMMED), folder)
    names = pl.DataFrame({"set": sorted(set(sets.values()))}).with_columns(
        name=pl.col("set"), practices=pl.lit(PRACTICES), price_50=pl.lit(0.05), before_50=pl.lit(0.06)
    )
    names.write_parquet(folder / "sets.parquet")


if __name__ == "__main__":
    make_nation(Path(sys.argv[1]))
