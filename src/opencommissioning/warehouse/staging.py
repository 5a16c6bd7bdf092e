"""The staged table: the columns that an era's projections need, copied once as text to a scratch Parquet file.

Everything after it (typing, checks, dimensions, sorting) is a query on that file, whose dictionaries make the conversion of
repeated texts nearly free. Rows that are no rows (too few cells, a quotation mark that never closes) are set apart by the reader.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from opencommissioning.catalogue.source import Csv, Era, Sniff, Table
from opencommissioning.errors import FileRefused, StoreError
from opencommissioning.warehouse.heading import check_heading, fitted, needed, unique
from opencommissioning.warehouse.reading import encoding, refuse_cut_short

ROW, TEXT = "_row", "_text"
STAGED = "staged"
SMALL = 1 << 26  # below this many bytes rows are numbered at once; above, only when something was refused
LONGEST = 1 << 20  # bytes of a row
BROKEN = {
    "MISSING COLUMNS": "the row has fewer cells than the heading",
    "TOO MANY COLUMNS": "the row has more cells than the heading",
    "UNQUOTED VALUE": "a quotation mark is not closed",
    "INVALID ENCODING": "the row holds bytes that are no text",
    "LINE SIZE OVER MAXIMUM": "the row is longer than a row can be",
}
BROKEN_SCHEMA = {"row": pl.Int64, "reason": pl.String, "text": pl.String}


@dataclass(frozen=True)
class Staged:
    """A file's rows as text, in the view `staged`; with their numbers in `_row` when `numbered`. `broken` (row, reason, text) were no rows.

    `doubts` are sentences about a file that breaks what its publisher promises.
    """

    names: tuple[str, ...]
    numbered: bool
    broken: pl.DataFrame
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stager:
    """Stages one unpacked file; a second time with row numbers when they turn out to be needed."""

    connection: duckdb.DuckDBPyConnection
    plain: Path
    file: str
    era: Era
    sniff: Sniff
    scratch: Path

    def stage(self, numbered: bool = False) -> Staged:
        """Copy the needed columns; FileRefused when the file is cut short, in another encoding, or lacks a column."""
        if isinstance(self.era.reader, Table):
            return self._stage_frame(self.era.reader)
        reader = self.era.reader
        names = list(reader.names) or self._heading(reader)
        refuse_cut_short(self.plain, reader, len(names), self.file)
        code = encoding(self.plain, reader, self.file)
        return self._stage_csv(reader, names, code, numbered or self.plain.stat().st_size <= SMALL)

    def _heading(self, reader: Csv) -> list[str]:
        heading, *rows = self.sniff.cells[reader.skip :]
        names = fitted(heading, rows[0] if rows else heading)
        check_heading(names, self._needed(names), self.file)
        return unique(names)

    def _needed(self, names: list[str]) -> frozenset[str]:
        """The columns that the file must have: those that its projections speak of, without the optional ones that it lacks."""
        return needed(self.era.projections) - set(self._absent(names))

    def _absent(self, names: list[str]) -> list[str]:
        here = {name.strip().upper() for name in names}
        return sorted({name.upper() for name in self.era.optional} - here)

    def _stage_csv(self, reader: Csv, names: list[str], code: str, numbered: bool) -> Staged:
        skip = reader.skip + (0 if reader.names else 1)
        wanted = needed(self.era.projections)
        columns = [name for name in names if name.upper() in wanted] or names
        try:
            broken = self._copy(self.plain, names, columns, code, skip, reader.delimiter, numbered)
        except duckdb.Error:  # blank lines or line ends of two kinds
            tidy = tidied(self.plain, code, self.scratch / "tidied.csv")
            broken = self._copy_or_refuse(tidy, names, columns, skip, reader.delimiter, numbered)
        self._view(self.scratch / "staged.parquet", columns, numbered, skip, broken)
        return Staged(tuple(columns), numbered, broken)

    def _copy_or_refuse(
        self, tidy: Path, names: list[str], columns: list[str], skip: int, delimiter: str, numbered: bool
    ) -> pl.DataFrame:
        try:
            return self._copy(tidy, names, columns, "utf-8", skip, delimiter, numbered)
        except duckdb.OutOfMemoryException as problem:
            raise StoreError(
                f"{self.file}: there is too little memory to read it ({str(problem).splitlines()[0]}); "
                "end what else runs, or load it on a machine with more"
            ) from None
        except duckdb.Error as problem:
            words = str(problem).splitlines()[0]
            raise FileRefused(
                f"{self.file}: cannot be read as a table ({words}); download it again, or save it again as CSV"
            ) from None

    def _copy(
        self,
        path: Path,
        names: list[str],
        columns: list[str],
        code: str,
        skip: int,
        delimiter: str,
        numbered: bool,
    ) -> pl.DataFrame:
        self.connection.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
        self.connection.execute(f"SET preserve_insertion_order = {str(numbered).lower()}")
        options: dict[str, Any] = {
            "header": False,
            "auto_detect": False,
            "delim": delimiter,
            "quote": '"',
            "escape": '"',
            "skip": skip,
        }
        options |= {"encoding": code, "store_rejects": True, "rejects_limit": 0, "max_line_size": LONGEST}
        options |= {"columns": dict.fromkeys(names, "VARCHAR")}
        arguments = ", ".join(f"{key} = {literal(value)}" for key, value in options.items())
        listed = ", ".join(identifier(name) for name in columns)
        self.connection.execute(
            f"COPY (SELECT {listed} FROM read_csv({literal(str(path))}, {arguments})) "
            f"TO {literal(str(self.scratch / 'staged.parquet'))} (FORMAT parquet, COMPRESSION lz4)"
        )
        return self._broken()

    def _broken(self) -> pl.DataFrame:
        """What the reader could not take for rows. One row may be told several times."""
        found = self.connection.execute(
            "SELECT CAST(line AS BIGINT), CAST(min(error_type) AS VARCHAR), min(csv_line) FROM reject_errors GROUP BY 1 ORDER BY 1"
        ).fetchall()
        rows = [(line, BROKEN.get(kind, kind.lower()), (text or "").strip()) for line, kind, text in found]
        return pl.DataFrame(rows, schema=BROKEN_SCHEMA, orient="row")

    def _view(self, path: Path, columns: list[str], numbered: bool, skip: int, broken: pl.DataFrame) -> None:
        """Broken rows are not in the staged file, so the rows after them move up: their numbers are put right."""
        number = ""
        if numbered:
            before = [line - skip - 1 - place for place, line in enumerate(broken["row"])]
            missed = f"len(list_filter({literal(before)}, lambda x: x <= file_row_number))" if before else "0"
            number = f", CAST(file_row_number + {skip + 1} + {missed} AS BIGINT) AS {ROW}"
        blank = [f"CAST(NULL AS VARCHAR) AS {identifier(name)}" for name in self._absent(columns)]
        listed = ", ".join((*(identifier(name) for name in columns), *blank))
        self.connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {STAGED} AS SELECT {listed}{number} FROM read_parquet({literal(str(path))}, file_row_number = true)"
        )

    def _stage_frame(self, reader: Table) -> Staged:
        try:
            frame = reader.read(self.plain)
        except pl.exceptions.PolarsError as problem:
            words = str(problem).splitlines()[0]
            raise FileRefused(
                f"{self.file}: cannot be read as a table ({words}); download it again, or save it again as CSV"
            ) from None
        check_heading(frame.columns, needed(self.era.projections), self.file)
        if ROW not in frame.columns:
            frame = frame.with_row_index(ROW, offset=2)
        frame = frame.with_columns(pl.exclude(ROW).cast(pl.String), pl.col(ROW).cast(pl.Int64))
        frame.write_parquet(self.scratch / "staged.parquet")
        self.connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {STAGED} AS SELECT * FROM read_parquet({literal(str(self.scratch / 'staged.parquet'))})"
        )
        names = tuple(name for name in frame.columns if name != ROW)
        return Staged(names, True, pl.DataFrame(schema=BROKEN_SCHEMA), tuple(reader.doubts(frame)))


def tidied(path: Path, code: str, target: Path) -> Path:
    """A copy in UTF-8 without blank lines and with one kind of line end."""
    with (
        path.open(encoding=code, errors="replace") as source,
        target.open("w", encoding="utf-8", newline="\n") as out,
    ):
        out.writelines(line for line in source if line.strip())
    return target


def identifier(name: str) -> str:
    """A column's name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """A value in DuckDB's SQL: for options that take no expression."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(key)}: {literal(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, bool | int):
        return str(value).lower()
    return "'" + str(value).replace("'", "''") + "'"
