"""A national month from the publisher's CSV into the store, beside a bare copy of the same columns by the same engine."""

from pathlib import Path

import duckdb

from bench import child
from bench.scale import Scale
from bench.table import Row
from opencommissioning.area import Area
from opencommissioning.warehouse.engine import MEMORY

RUNS = 3
BARE = """
COPY (
  SELECT strptime(YEAR_MONTH || '01', '%Y%m%d')::DATE AS month, PRACTICE_CODE, {code}, QUANTITY, ITEMS, TOTAL_QUANTITY, NIC, ACTUAL_COST
  FROM read_csv('{file}', header = true, auto_detect = false, delim = ',', quote = '"', columns = {columns})
  ORDER BY {code}, PRACTICE_CODE
) TO '{target}' (FORMAT parquet, COMPRESSION zstd)
"""
TYPES = {
    "QUANTITY": "DECIMAL(18,3)",
    "ITEMS": "INTEGER",
    "TOTAL_QUANTITY": "DECIMAL(18,3)",
    "NIC": "DECIMAL(18,5)",
}
TYPES |= {"ACTUAL_COST": "DECIMAL(18,5)"}


def ours(file: str, area: str) -> dict[str, float]:
    """Load the file as a user does, anew when it is loaded; rows and bytes of what is kept."""
    (report,) = Area.open(area).load([file], replace=True)
    part = report.loaded[0].part
    return {"rows": part.rows, "bytes": part.path.stat().st_size}


def bare(file: str, target: str) -> None:
    """The needed columns, typed and sorted, without a check of anything."""
    with Path(file).open(encoding="latin-1") as text:
        names = [name.strip().strip('"') for name in text.readline().split(",")]
    code = "BNF_CODE" if "BNF_CODE" in names else "BNF_PRESENTATION_CODE"
    columns = {name: TYPES.get(name, "VARCHAR") for name in names}
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": f"{target}.spill"}) as engine:
        engine.execute(BARE.format(code=code, file=file, columns=columns, target=target))


def rows(scale: Scale) -> list[Row]:
    """Time, bytes per row, peak memory."""
    beside, loaded = child.alternately(
        RUNS,
        ("loading:bare", str(scale.month_file), str(scale.folder / "bare.parquet")),
        ("loading:ours", str(scale.month_file), str(scale.month_area)),
    )
    count = loaded.result["rows"]
    return [
        Row(
            f"load {count:,} rows (median of {RUNS})",
            loaded.seconds,
            "s",
            "bare DuckDB copy, CSV to sorted Parquet",
            beside.seconds,
            1.5,
        ),
        Row("  the same in processor seconds", loaded.processor, "s", "", beside.processor),
        Row("bytes per row kept", loaded.result["bytes"] / count, "B", most=10, judged="ours"),
        Row(
            "peak memory of loading", loaded.memory / 1024, "GB", "bare copy", beside.memory / 1024, 6, "ours"
        ),
    ]
