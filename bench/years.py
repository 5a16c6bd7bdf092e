"""Years of a nation's months: every sum of all of them, then of one more. Months are copies of the loaded one with other amounts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb

from bench import child
from bench.measures import wanted_of
from bench.scale import Scale
from bench.table import Row
from opencommissioning.area import Area
from opencommissioning.area.memory import memory_kept
from opencommissioning.measures.medicines import Medicines
from opencommissioning.measures.summing import sum_dataset
from opencommissioning.sources.prescribing import PRESCRIBING
from opencommissioning.warehouse.engine import DuckDB
from opencommissioning.warehouse.loading import ROW_GROUP
from opencommissioning.warehouse.places import Placed, told
from opencommissioning.warehouse.quoting import literal
from opencommissioning.warehouse.store import Part

FIRST = 2020
NEW = 3  # months that are new, each in a process of its own


def ours(folder: str, months: int) -> int:
    """Every sum of the first so many months that is not kept yet; the rows of all of them."""
    area = Area.open(folder)
    parts = list(_parts(area, months))
    (names,) = area.store.parts("presentations")
    with memory_kept(), DuckDB(area.store) as engine:
        sum_dataset(
            parts,
            {part.period: names for part in parts},
            PRESCRIBING,
            wanted_of(area),
            area.library.codelists,
            Medicines(),
            engine.frame,
            _folder(area) / "sums",
            lambda *_: None,
        )
    return sum(part.rows for part in parts)


def _folder(area: Area) -> Path:
    return area.store.folder / "years"


def _parts(area: Area, months: int) -> Iterator[Part]:
    (loaded,) = area.store.parts("prescribing")
    for number in range(months):
        month = date(FIRST + number // 12, number % 12 + 1, 1)
        yield replace(
            loaded, period=month, path=_folder(area) / f"{month}.parquet", checksum=f"{number:024d}"
        )


def _copy(part: Part, loaded: Part, number: int) -> None:
    """The loaded month's rows with amounts of their own, stored as a load stores them."""
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}"
    if lists := Placed(loaded.path).lists:
        options += f", KV_METADATA {literal(told(lists))}"
    share = f"{1 + number / 1000:.3f}"
    amounts = ", ".join(
        f"CAST({name} * {share} AS DECIMAL(18, 5)) AS {name}" for name in ("nic", "actual_cost")
    )
    query = f"SELECT * REPLACE (DATE '{part.period}' AS month, {amounts}) FROM read_parquet({literal(str(loaded.path))})"
    with duckdb.connect() as engine:
        engine.execute(f"COPY ({query}) TO {literal(str(part.path))} ({options})")


def rows(scale: Scale) -> list[Row]:
    """Facts of all months but the last ones, of each of these, and memory."""
    folder = str(scale.month_area)
    area = Area.open(folder)
    if not area.store.parts("prescribing"):
        area.load([scale.month_file])
    (loaded,) = area.store.parts("prescribing")
    _folder(area).mkdir()
    for number, part in enumerate(_parts(area, scale.months + NEW)):
        _copy(part, loaded, number)
    full = child.run("years:ours", folder, scale.months)
    later = [child.run("years:ours", folder, scale.months + number) for number in range(1, NEW + 1)]
    month = child.median_of(later)
    what = f"facts of a new month (median of {NEW}; {scale.months} months, {full.result:,} rows)"
    return [
        Row(what, month.seconds, "s", "facts of the months before", full.seconds, 1.5 / scale.months),
        Row("  the same in processor seconds", month.processor, "s", "", full.processor),
        Row("peak memory of all of them", full.memory / 1024, "GB", most=6, judged="ours"),
    ]
