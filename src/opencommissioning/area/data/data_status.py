"""The state of the data as tables: which months are there, who is missing, which codes nobody knows, what is new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import xlsxwriter
from sqlglot import exp

from opencommissioning.area.build import Build
from opencommissioning.area.building import rows_of, successors_of
from opencommissioning.area.data.reconciling import AMOUNTS, formats, totals, with_months_told
from opencommissioning.area.library import Library
from opencommissioning.catalogue.period import MONTH_NAMES, spoken
from opencommissioning.measures.series import Missing
from opencommissioning.warehouse.engine import DuckDB
from opencommissioning.warehouse.store import Store

FACTS = "prescribing"
MOST_EXAMPLES = 3


@dataclass(frozen=True)
class MonthGrid:
    """Datasets that come by month: `rows` are (dataset, a cell per year), a cell being words such as `April to December`."""

    years: tuple[int, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def month_grid(store: Store, library: Library) -> MonthGrid:
    """Which months of each dataset that is published monthly are loaded."""
    monthly = [name for name in store.datasets() if library.contracts[name].every == "month"]
    held = {name: {part.period for part in store.parts(name) if part.period} for name in monthly}
    held = {name: months for name, months in held.items() if months}
    years = tuple(sorted({month.year for months in held.values() for month in months}))
    rows = tuple((name, tuple(_year(months, year) for year in years)) for name, months in held.items())
    return MonthGrid(years, rows)


def _year(months: set[date], year: int) -> str:
    """`all 12`, `all but March`, `April to September`, `April, June`, or nothing."""
    there = sorted(month.month for month in months if month.year == year)
    names = [MONTH_NAMES[number - 1].capitalize() for number in there]
    absent = [number for number in range(1, 13) if number not in there]
    if not there:
        return ""
    if not absent:
        return "all 12"
    if len(absent) <= 2 and len(there) > 2 and not _ends(there):
        return "all but " + " and ".join(MONTH_NAMES[number - 1].capitalize() for number in absent)
    if len(there) > 1 and there[-1] - there[0] == len(there) - 1:
        return f"{names[0]} to {names[-1]}"
    return ", ".join(names)


def _ends(there: Sequence[int]) -> bool:
    """Whether the months are one stretch at the beginning or the end of the year."""
    return there[-1] - there[0] == len(there) - 1


def missing_practices(build: Build) -> list[tuple[str, str, str]]:
    """(code, name, what is missing) of open practices without any row in the last month of prescribing.

    Those without patients on a well-filled list come too, last, and are told apart: nothing is expected of them.
    """
    if FACTS not in build.grid.layers:
        return []
    over = build.grid.layers[FACTS]
    missing, expected = np.asarray(over.missing), build.expected[:, over.cut][:, -1]
    without = np.flatnonzero(
        (missing[:, -1] == Missing.NOT_IN_FILE) & build.register.open[:, over.cut][:, -1]
    )
    rows = sorted(without.tolist(), key=lambda row: not expected[row])
    codes = build.register.practices
    return [
        (
            codes[row],
            build.register.names.get(codes[row], codes[row]),
            _lack(build, missing[row], bool(expected[row])),
        )
        for row in rows
    ]


def _lack(build: Build, missing: np.ndarray, expected: bool) -> str:
    before, loaded = np.flatnonzero(missing == Missing.NOTHING), len(build.grid.layers[FACTS].loaded)
    if expected and loaded == 1:
        return "no prescribing in the one month loaded"
    last = (
        f"last month with prescribing: {spoken(build.months_of(FACTS)[int(before[-1])])}"
        if len(before)
        else f"none in the {loaded} months loaded"
    )
    return (
        f"no prescribing; {last}"
        if expected
        else f"no prescribing and no registered patients, so none is expected; {last}"
    )


def refused_rows(store: Store) -> pl.DataFrame:
    """Columns dataset, file, reason, rows, first_rows: how many rows of each file were refused, why, and where the first are."""
    frames = [store.refused(name).with_columns(pl.lit(name).alias("dataset")) for name in store.datasets()]
    frames = [frame for frame in frames if frame.height]
    if not frames:
        texts = dict.fromkeys(("dataset", "file", "reason"), pl.String)
        return pl.DataFrame(schema={**texts, "rows": pl.UInt32, "first_rows": pl.String})
    rows = pl.concat(frames, how="diagonal_relaxed")
    where = pl.col("row").sort().head(MOST_EXAMPLES).cast(pl.String).str.join(", ").alias("first_rows")
    return rows.group_by("dataset", "file", "reason", maintain_order=True).agg(pl.len().alias("rows"), where)


@dataclass(frozen=True)
class Unmatched:
    """What the last month holds that the loaded lists do not know: (code, name, items); None where no list is loaded to compare with."""

    month: date | None
    products: pl.DataFrame | None
    prescribers: pl.DataFrame | None


def unmatched(build: Build, store: Store) -> Unmatched:
    """Products that the BNF list does not name, and prescribers that no register names, in the last month of prescribing."""
    parts = [part for part in store.parts(FACTS) if part.period == build.latest]
    if not parts:
        return Unmatched(None, None, None)
    items = _items(build, store, [part.path for part in parts])
    return Unmatched(
        build.latest, _unknown_products(store, items, build.latest), _unknown_prescribers(store, items)
    )


def _items(build: Build, store: Store, paths: Sequence[Path]) -> pl.DataFrame:
    group = [exp.column(name) for name in ("practice", "bnf_code")]
    query = exp.select(*group, exp.Sum(this=exp.column("items")).as_("items")).from_("facts")
    with DuckDB(store, threads=build.settings.threads, memory=build.settings.memory) as engine:
        found = engine.frame(query.group_by(*(each.copy() for each in group)), {"facts": paths})
    return found.with_columns(pl.col("items").cast(pl.Int64))


def _unknown_products(store: Store, items: pl.DataFrame, month: date) -> pl.DataFrame | None:
    known = rows_of(store, "bnf")
    if known is None:
        return None
    sums = items.group_by("bnf_code").agg(pl.col("items").sum())
    current = pl.col("bnf_code").replace(successors_of(store))
    unknown = sums.filter(~current.is_in(known["code"].to_list()))
    names = rows_of(store, "presentations")
    if names is not None:
        mine = names.filter(pl.col("month") == month).select("bnf_code", "name").unique("bnf_code")
        unknown = unknown.join(mine, on="bnf_code", how="left")
    else:
        unknown = unknown.with_columns(pl.lit(None, dtype=pl.String).alias("name"))
    return unknown.select("bnf_code", "name", "items").sort("items", "bnf_code", descending=[True, False])


def _unknown_prescribers(store: Store, items: pl.DataFrame) -> pl.DataFrame | None:
    register = rows_of(store, "practices")
    if register is None:
        return None
    sums = items.group_by("practice").agg(pl.col("items").sum())
    unknown = sums.filter(~pl.col("practice").is_in(register["practice"].to_list()))
    return unknown.sort("items", "practice", descending=[True, False])


def write_reconciliation_sheet(build: Build, store: Store, path: Path, months: int = 12) -> Path:
    """Our side of a reconciliation as a workbook: the files and their rows, totals by month, totals by practice and month."""
    loaded = [part.period for part in store.parts(FACTS) if part.period][-months:]
    by_practice = totals(store, loaded, build).sort("month", "practice")
    by_month = by_practice.group_by("month", maintain_order=True).agg(
        pl.len().alias("prescribers"), *(pl.col(name).sum() for name in AMOUNTS)
    )
    with xlsxwriter.Workbook(path) as book:
        sheets = (("Files", _files(store)), ("Months", by_month), ("Practices", by_practice))
        for name, frame in sheets:
            told = with_months_told(frame)
            told.write_excel(
                book, worksheet=name, autofit=True, freeze_panes=(1, 0), column_formats=formats(told)
            )
    return path


def _files(store: Store) -> pl.DataFrame:
    """Every loaded file: dataset, period, file, rows kept and refused, checksum."""
    rows = [
        (name, part.period, part.file, part.rows, part.refused, part.checksum)
        for name in store.datasets()
        for part in store.parts(name)
    ]
    schema = {
        "dataset": pl.String,
        "month": pl.Date,
        "file": pl.String,
        "rows_kept": pl.Int64,
        "rows_refused": pl.Int64,
        "checksum": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
