"""The embedded engine over people's facts: it reads the records' folder and nothing else, and spills only there."""

from pathlib import Path

import duckdb
import polars as pl
from sqlglot import exp

MEMORY = "4GB"


def run(
    query: exp.Expression,
    tables: dict[str, list[Path] | pl.DataFrame],
    folder: Path,
    threads: int,
    memory: str,
) -> pl.DataFrame:
    """The rows of a query, which is used up, over Parquet files and frames by name."""
    settings = {
        "temp_directory": str(folder / "spill"),
        "memory_limit": memory,
        "threads": str(threads),
        "autoinstall_known_extensions": "false",
        "python_enable_replacements": "false",
    }
    with duckdb.connect(config=settings) as connection:
        allowed = exp.array(exp.Literal.string(str(folder))).sql(dialect="duckdb")
        connection.execute(f"SET allowed_directories = {allowed}")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        for name, table in tables.items():
            if isinstance(table, pl.DataFrame):
                connection.register(name, table.to_arrow())
            else:
                connection.read_parquet([str(path) for path in table], union_by_name=True).create_view(name)
        return connection.sql(query.sql(dialect="duckdb", copy=False)).pl()
