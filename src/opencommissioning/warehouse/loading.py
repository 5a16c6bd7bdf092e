"""One file into the store: staged, checked, split by period, sorted, written. Nothing is kept unless all of it can be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from sqlglot import exp

from opencommissioning.catalogue.contract import Contract
from opencommissioning.catalogue.source import Era, Projection
from opencommissioning.errors import FileRefused
from opencommissioning.warehouse.typing import LEFT_OUT, PROBLEM, order, typed


@dataclass(frozen=True)
class Written:
    """A Parquet file that is not yet in the manifest."""

    contract: Contract
    period: date | None
    path: Path
    rows: int
    read: int
    left_out: int
    refused: int
    reasons: tuple[tuple[str, int], ...]
    totals: tuple[tuple[str, str], ...]


def stage(connection: duckdb.DuckDBPyConnection, era: Era, scratch: Path) -> list[Written]:
    """Every projection of the era over the attached `raw`, as Parquet files in `scratch`."""
    out: list[Written] = []
    for number, projection in enumerate(era.projections):
        out += _stage(connection, projection, f"staged_{number}", scratch)
    return out


def _stage(connection: duckdb.DuckDBPyConnection, projection: Projection, table: str, scratch: Path) -> list[Written]:
    query = typed(projection, "raw")
    if projection.distinct:
        query = query.distinct()
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {query.sql(dialect='duckdb')}")
    contract = projection.contract
    counts = connection.execute(f'SELECT {PROBLEM}, count(*) FROM {table} GROUP BY 1 ORDER BY 2 DESC, 1').fetchall()
    left_out = sum(count for problem, count in counts if problem == LEFT_OUT)
    reasons = tuple((problem, count) for problem, count in counts if problem not in (None, LEFT_OUT))
    duplicates = 0 if projection.distinct or not contract.key else _mark_repeats(connection, contract, table)
    if duplicates:
        reasons = (*reasons, (f"repeats an earlier row of the same {', '.join(contract.key)}", duplicates))
    read = sum(count for _, count in counts)
    return [
        _write(connection, contract, table, period, scratch, read, left_out, reasons) for period in _periods(connection, contract, table)
    ]


def _mark_repeats(connection: duckdb.DuckDBPyConnection, contract: Contract, table: str) -> int:
    """Mark all but the first of rows with the same key; returns how many."""
    key = ", ".join(exp.to_identifier(name, quoted=True).sql() for name in contract.key)
    sentence = f"repeats an earlier row of the same {', '.join(contract.key)}".replace("'", "''")
    repeats = f"SELECT rowid FROM (SELECT rowid, row_number() OVER (PARTITION BY {key} ORDER BY rowid) AS n FROM {table} WHERE {PROBLEM} IS NULL) WHERE n > 1"
    count = connection.execute(f"SELECT count(*) FROM ({repeats})").fetchone()[0]
    if count:
        connection.execute(f"UPDATE {table} SET {PROBLEM} = '{sentence}' WHERE rowid IN ({repeats})")
    return count


def _periods(connection: duckdb.DuckDBPyConnection, contract: Contract, table: str) -> list[date | None]:
    """The months that a monthly dataset's rows speak of; the one month (or none) of a snapshot."""
    if contract.columns[0].name != "month":
        return [None]
    months = [row[0] for row in connection.execute(f"SELECT DISTINCT month FROM {table} WHERE {PROBLEM} IS NULL ORDER BY 1").fetchall()]
    return months if contract.parts == "month" else months[-1:]


def _write(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    table: str,
    period: date | None,
    scratch: Path,
    read: int,
    left_out: int,
    reasons: tuple[tuple[str, int], ...],
) -> Written:
    path = scratch / f"{contract.dataset}-{period or 'all'}.parquet"
    only = f" AND month = DATE '{period}'" if period and contract.parts == "month" else ""
    columns = ", ".join(f'"{column.name}"' for column in contract.columns)
    by = ", ".join(f'"{name}"' for name in order(contract)) or "ALL"
    kept = f"FROM {table} WHERE {PROBLEM} IS NULL{only}"
    connection.execute(
        f"COPY (SELECT {columns} {kept} ORDER BY {by}) TO '{_quoted(path)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
    )
    rows, *totals = connection.execute(f"SELECT count(*){_sums(contract)} {kept}").fetchone()
    named = tuple((column.name, str(total)) for column, total in zip(contract.summable, totals, strict=True))
    return Written(contract, period, path, rows, read, left_out, sum(count for _, count in reasons), reasons, named)


def _sums(contract: Contract) -> str:
    return "".join(f', sum("{column.name}")' for column in contract.summable)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def write_refused(connection: duckdb.DuckDBPyConnection, era: Era, target: Path, file: str) -> int:
    """The refused rows of the facts with their row numbers: a second pass, made only when something was refused."""
    first = 2 if not getattr(era.reader, "names", ()) else 1
    first += getattr(era.reader, "skip", 0)
    connection.execute(f"CREATE OR REPLACE TEMP VIEW numbered AS SELECT *, row_number() OVER () + {first - 1} AS _row FROM raw")
    projection = era.projections[0]
    query = typed(projection, "numbered")
    inner = query.args["from_"].this.this if "from_" in query.args else query.args["from"].this.this
    query = query.select(exp.column("_row"))
    inner_texts = inner.args["from_"].this.this if "from_" in inner.args else inner.args["from"].this.this
    inner_texts.select(exp.column("_row"), copy=False)
    sql = query.sql(dialect="duckdb")
    connection.execute(
        f"COPY (SELECT '{file.replace(chr(39), chr(39) * 2)}' AS file, _row AS row, {PROBLEM} AS problem, * EXCLUDE (_row, {PROBLEM}) "
        f"FROM ({sql}) WHERE {PROBLEM} IS NOT NULL AND {PROBLEM} <> '{LEFT_OUT}' ORDER BY _row) TO '{_quoted(target)}' (FORMAT parquet)"
    )
    return connection.execute(f"SELECT count(*) FROM read_parquet('{_quoted(target)}')").fetchone()[0]


def refuse_empty(written: Iterable[Written], file: str) -> None:
    """FileRefused when the file's facts hold no usable row."""
    first = next(iter(written), None)
    if first is None or not first.rows:
        reasons = f": {first.reasons[0][0]}" if first and first.reasons else ""
        raise FileRefused(f"{file}: no usable row was found{reasons}; check that the file is whole and of the month that you mean")
