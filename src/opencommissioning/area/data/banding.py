"""Admissions by practice, sex and broad age band on their way out: by year, through the disclosure gate, kept beside the build."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.area.library import Library
from opencommissioning.catalogue.codelist import Rates
from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.period import months_between, shift
from opencommissioning.errors import DefinitionError
from opencommissioning.measures.grid import Grid
from opencommissioning.measures.leaving import Gate
from opencommissioning.measures.quantities import scaled
from opencommissioning.sources.admissions import BANDS, BROAD
from opencommissioning.warehouse.store import Store

FILE = "admission_bands.parquet"
YEAR, MOST_YEARS = 12, 5
STRATA = tuple(
    (sex, start) for sex in "FM" for start in BROAD
)  # and last of all: whose age or sex is not told
SCHEMA = {"list": pl.String, "month": pl.Date, "practice": pl.String, "sex": pl.String, "start": pl.Int64, "events": pl.Int64}  # fmt: skip


def write_bands(
    folder: Path,
    store: Store,
    library: Library,
    measures: Iterable[Measure],
    grid: Grid,
    secret: Callable[[], bytes],
) -> None:
    """FILE in a build's folder: list (of expected numbers), month (the last of a year), practice, sex, start (of the age band), events,
    multiples of 5 that add up to what is kept of the practice, those of untold age aside. None without counts by band."""
    wanted = {
        each.denominator.times: each
        for each in measures
        if each.standardised and each.numerator.dataset in grid.layers
    }
    if not store.parts(BANDS.dataset) or not wanted:
        return
    frames = [
        _gated(name, measure, library, store, grid, secret()) for name, measure in sorted(wanted.items())
    ]
    pl.concat(frames or [pl.DataFrame(schema=SCHEMA)]).write_parquet(folder / FILE)


def read_bands(folder: Path) -> pl.DataFrame | None:
    """What `write_bands` wrote; None for a build without."""
    return pl.read_parquet(folder / FILE) if (folder / FILE).exists() else None


def years(months: Iterable[date], loaded: Iterable[date]) -> list[date]:
    """The last months of the years of twelve `loaded` months in a row that lie in `months`, the newest first."""
    there = set(months) & set(loaded)
    out: list[date] = []
    while there and len(out) < MOST_YEARS:
        last = shift(max(there), -YEAR * len(out))
        if not there.issuperset(months_between(shift(last, 1 - YEAR), last)):
            break
        out.append(last)
    return out


def _gated(name: str, measure: Measure, library: Library, store: Store, grid: Grid, secret: bytes) -> pl.DataFrame:  # fmt: skip
    rates = library.codelists[name].rates
    dataset = measure.numerator.dataset
    months = grid.register.months[grid.layers[dataset].cut]
    ends = years(months, [part.period for part in store.parts(BANDS.dataset) if part.period])
    if not ends:
        return pl.DataFrame(schema=SCHEMA)
    parts = _parts(store, rates, measure, grid, months)
    key = scaled(measure.numerator, library.contracts[dataset], library.codelists).key
    gate = Gate(dataset, grid.register, secret, {key: 0})
    places = [months.index(shift(end, back)) if shift(end, back) in months else -1 for end in ends for back in (0, -YEAR)]  # fmt: skip
    running = gate.in_parts(np.asarray(grid.values[key]), parts, places)
    return pl.concat(
        _year(name, end, grid.register.practices, running[:, :-1, 2 * at] - running[:, :-1, 2 * at + 1])
        for at, end in enumerate(ends)
    )


def _year(name: str, end: date, practices: tuple[str, ...], counts: np.ndarray) -> pl.DataFrame:
    where, stratum = np.nonzero(counts)
    told = {
        "practice": np.array(practices)[where],
        "sex": np.array([sex for sex, _ in STRATA])[stratum],
        "start": np.array([start for _, start in STRATA])[stratum],
        "events": counts[where, stratum],
    }
    frame = pl.DataFrame(told).with_columns(list=pl.lit(name), month=pl.lit(end))
    return frame.select(list(SCHEMA)).cast(dict(SCHEMA))


def _parts(store: Store, rates: Rates, measure: Measure, grid: Grid, months: tuple[date, ...]) -> np.ndarray:
    """int64 (P, strata and one more, M): exact counts, the last what the bands do not tell of the whole."""
    practices, where = grid.register.practices, dict(rates.where)
    whole = np.zeros((len(practices), len(months)), np.int64)
    parts = np.zeros((len(practices), len(STRATA) + 1, len(months)), np.int64)
    by = ["practice", "month"]
    at, numbers = _placed(_rows(store, measure.numerator.dataset, where, by, rates.column), practices, months)
    whole[at] = numbers
    stratum = {f"{sex}{start:02d}": place for place, (sex, start) in enumerate(STRATA)}
    bands = _rows(store, BANDS.dataset, where, [*by, "age_sex"], rates.column)
    for (label,), rows in bands.group_by(pl.col("age_sex").str.slice(0, 3)):
        (practice, month), numbers = _placed(rows.drop("age_sex"), practices, months)
        parts[practice, stratum[label], month] = numbers
    parts[:, -1] = whole - parts.sum(axis=1)
    _check(parts[:, -1], whole, where, practices, months)
    return parts


def _rows(store: Store, dataset: str, where: Mapping[str, str], by: list[str], column: str) -> pl.DataFrame:
    here = [pl.col(name) == value for name, value in where.items()]
    rows = pl.concat([pl.scan_parquet(part.path).filter(*here).select(*by, column) for part in store.parts(dataset)])  # fmt: skip
    return rows.group_by(by).agg(pl.col(column).sum().cast(pl.Int64).alias("number")).collect()


def _placed(
    rows: pl.DataFrame, practices: tuple[str, ...], months: tuple[date, ...]
) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    """Where the numbers belong (rows, columns), and the numbers; those of nobody on the grid are left out."""
    codes = pl.DataFrame({"practice": practices, "row": np.arange(len(practices))})
    dates = pl.DataFrame({"month": months, "column": np.arange(len(months))})
    found = rows.join(codes, on="practice").join(dates, on="month")
    return (found["row"].to_numpy(), found["column"].to_numpy()), found["number"].to_numpy()


def _check(
    untold: np.ndarray,
    whole: np.ndarray,
    where: Mapping[str, str],
    practices: tuple[str, ...],
    months: tuple[date, ...],
) -> None:
    for practice, month in zip(*np.nonzero(untold < 0), strict=True):
        by_age, every = whole[practice, month] - untold[practice, month], whole[practice, month]
        raise DefinitionError(
            f"practice {practices[practice]} has {by_age} admissions ({', '.join(where.values())}) by age in {months[month]:%B %Y} in "
            f"{BANDS.dataset} and {every} in admissions: the bands do not add up to the total. Load both files from the same count, or take "
            "one back with 'opencommissioning undo'"
        )
