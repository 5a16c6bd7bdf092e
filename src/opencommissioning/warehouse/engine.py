"""The embedded engine. It runs SQL trees over Parquet files and frames; pasted text never reaches it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import duckdb
import polars as pl
from sqlglot import exp

from opencommissioning.warehouse.folders import engine_folder

Tables = Mapping[str, Sequence[Path] | pl.DataFrame]


def connection(folder: Path, threads: int | None = None, memory: str | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory database that spills to `folder`, with bounded memory."""
    settings = {"temp_directory": str(engine_folder(folder)), "memory_limit": memory or "6GB", "autoinstall_known_extensions": "false"}
    if threads:
        settings["threads"] = str(threads)
    return duckdb.connect(config=settings)


class DuckDB:
    """DuckDB over a store's Parquet files. Use as a context manager; not shared between threads."""

    def __init__(self, store: object, threads: int | None = None, memory: str | None = None) -> None:
        self._connection = connection(Path(getattr(store, "folder", store)), threads, memory)

    def __enter__(self) -> "DuckDB":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.close()

    def frame(self, expression: exp.Expression, tables: Tables) -> pl.DataFrame:
        """The rows of a query over the named tables (lists of Parquet files, or frames). Decimals arrive exact."""
        names = []
        try:
            for name, table in tables.items():
                self._register(name, table)
                names.append(name)
            return self._connection.sql(expression.sql(dialect="duckdb")).pl()
        finally:
            for name in names:
                self._connection.execute(f'DROP VIEW IF EXISTS "{name}"')

    def _register(self, name: str, table: Sequence[Path] | pl.DataFrame) -> None:
        if isinstance(table, pl.DataFrame):
            self._connection.register(name, table.to_arrow())
        else:
            self._connection.read_parquet([str(path) for path in table]).create_view(name)
