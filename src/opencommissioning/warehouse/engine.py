"""The embedded engine. It runs SQL trees over Parquet files and frames; pasted text never reaches it."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Protocol

import duckdb
import polars as pl
from sqlglot import exp

from opencommissioning.errors import NotLoaded, StoreError
from opencommissioning.warehouse.folders import spill_folder
from opencommissioning.warehouse.quoting import literal

Tables = Mapping[str, Sequence[Path] | pl.DataFrame]
DIALECT = "duckdb"
MEMORY = "4GB"  # of the engine's own accounting; the process stays below 6 GB


class HasFolder(Protocol):
    """A store, as far as the engine knows it."""

    folder: Path


def connection(
    store: Path, threads: int | None = None, memory: str | None = None
) -> duckdb.DuckDBPyConnection:
    """An in-memory database that spills below `store`, with bounded memory; nothing is fetched or installed."""
    settings = {
        "temp_directory": str(spill_folder(store)),
        "memory_limit": memory or MEMORY,
        "autoinstall_known_extensions": "false",
        "python_enable_replacements": "false",
    }
    if threads:
        settings["threads"] = str(threads)
    return quiet(duckdb.connect(config=settings))


def quiet(session: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The session without a bar of progress, which would stand in the midst of what the program prints."""
    session.execute("SET enable_progress_bar = false")
    return session


class DuckDB:
    """DuckDB over Parquet files below a store (or some folders). Use as a context manager; not shared between threads.

    It reads nothing outside these folders and writes nothing but its spill: the queries come from definitions that people write.
    """

    def __init__(
        self,
        store_or_folders: HasFolder | Path | Sequence[Path],
        threads: int | None = None,
        memory: str | None = None,
    ) -> None:
        self._folders, self._limits = _folders(store_or_folders), (threads, memory)

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        """Opened by the first query: sums of large parts need none."""
        session = connection(self._folders[0], *self._limits)
        session.execute(f"SET allowed_directories = {literal([str(each) for each in self._folders])}")
        session.execute("SET enable_external_access = false")
        session.execute("SET lock_configuration = true")
        return session

    def __enter__(self) -> "DuckDB":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if "_connection" in self.__dict__:
            self._connection.close()

    def frame(self, expression: exp.Expression, tables: Tables) -> pl.DataFrame:
        """The rows of a query over the named tables (lists of Parquet files, or frames). Decimals arrive exact."""
        if not isinstance(expression, exp.Query):
            raise StoreError(f"only queries run on the facts, not {type(expression).__name__}")
        names = []
        try:
            for name, table in tables.items():
                self._register(name, table)
                names.append(name)
            return self._connection.sql(_text(expression)).pl()
        finally:
            for name in names:
                view = exp.to_identifier(name, quoted=True).sql(dialect="duckdb")
                self._connection.execute(f"DROP VIEW IF EXISTS {view}")

    def _register(self, name: str, table: Sequence[Path] | pl.DataFrame) -> None:
        if isinstance(table, pl.DataFrame):
            self._connection.register(name, table.to_arrow())
        elif table:
            self._connection.read_parquet([str(Path(path).resolve()) for path in table]).create_view(name)
        else:
            raise NotLoaded(
                f"nothing is loaded for '{name}'; 'opencommissioning sources' says which file provides it"
            )


def _text(expression: exp.Query) -> str:
    """The query's text, kept with it: one query is asked of every part of a dataset."""
    kept = expression.meta
    if DIALECT not in kept:
        kept[DIALECT] = expression.sql(dialect=DIALECT)
    return kept[DIALECT]


def _folders(given: HasFolder | Path | Sequence[Path]) -> list[Path]:
    if isinstance(given, str | Path):
        return [Path(given).resolve()]
    if isinstance(given, Sequence):
        return [Path(folder).resolve() for folder in given]
    return [Path(given.folder).resolve()]
