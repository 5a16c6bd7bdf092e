"""The staged table: the columns that an era's projections need, copied once as text to a scratch Parquet file.

Everything after it (typing, checks, dimensions, sorting) is a query on that file, whose dictionaries make the conversion of
repeated texts nearly free. Rows that are no rows (too few cells, a quotation mark that never closes) are set apart by the reader.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from opencommissioning.catalogue.source import Csv, Era, Projection, Sniff, Table
from opencommissioning.errors import FileRefused, StoreError
from opencommissioning.warehouse.dimensions import Dimensions
from opencommissioning.warehouse.heading import check_heading, fitted, needed, unique
from opencommissioning.warehouse.packing import Layout, Packed, packed
from opencommissioning.warehouse.quoting import identifier, literal
from opencommissioning.warehouse.reading import encoding, lines_below, refuse_cut_short
from opencommissioning.warehouse.stretches import Stretches

ROW, TEXT = "_row", "_text"
STAGED = "staged"
TEXTS = (".csv", ".txt")
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

    `doubts` are sentences about a file that breaks what its publisher promises. `below`: lines of a text file below its first, where a line
    need not be a row (0 otherwise).
    """

    numbered: bool
    broken: pl.DataFrame
    doubts: tuple[str, ...] = ()
    below: int = 0


@dataclass
class Stager:
    """Stages one unpacked file; a second time with row numbers when they turn out to be needed."""

    connection: duckdb.DuckDBPyConnection
    plain: Path
    file: str
    era: Era
    sniff: Sniff
    scratch: Path
    layout: Layout = field(default=Layout(()), init=False)
    _plainly: str = field(default="", init=False)  # the SQL of the view `staged` of rows as they are

    def stage(self, numbered: bool = False) -> Staged:
        """Copy the needed columns; FileRefused when the file is cut short, in another encoding, or lacks a column."""
        if isinstance(self.era.reader, Table):
            return self._stage_frame(self.era.reader)
        reader = self.era.reader
        names = list(reader.names) or self._heading(reader)
        refuse_cut_short(self.plain, reader, len(names), self.file)
        if numbered or self.plain.stat().st_size <= SMALL:
            return self._stage_csv(reader, names, encoding(self.plain, reader, self.file), True)
        return self._stage_large(reader, names)

    def _stage_large(self, reader: Csv, names: list[str]) -> Staged:
        """Taken for UTF-8, which nearly all are, while that is found out; anew when it is not."""
        with ThreadPoolExecutor(1) as beside:
            code = beside.submit(encoding, self.plain, reader, self.file)
            try:
                staged = self._stage_csv(reader, names, "utf-8", False)
            except FileRefused:
                if code.result() == "utf-8":
                    raise
        return staged if code.result() == "utf-8" else self._stage_csv(reader, names, code.result(), False)

    def _heading(self, reader: Csv) -> list[str]:
        heading, *rows = self.sniff.cells[reader.skip :]
        names = fitted(heading, rows[0] if rows else heading)
        check_heading(names, self._needed(names), self.file)
        return unique(names)

    def _needed(self, names: list[str]) -> frozenset[str]:
        """The columns that the file must have: those that its projections speak of, without the optional ones that it lacks."""
        return needed(self.era.projections) - set(self._absent(names))

    def _absent(self, names: Iterable[str]) -> list[str]:
        here = {name.strip().upper() for name in names}
        return sorted({name.upper() for name in self.era.optional} - here)

    def _stage_csv(self, reader: Csv, names: list[str], code: str, numbered: bool) -> Staged:
        for layout in self._layouts(reader, names, code, numbered):
            broken = self._copied(reader, names, layout, code, numbered)
            if self._dimensions.are_whole(layout):
                break
        self.layout, skip = layout, self._skipped(reader)
        self._plainly = self._view(layout.columns, numbered, skip, broken)
        self.connection.execute(self._plainly)
        return Staged(numbered, broken)

    def _layouts(self, reader: Csv, names: list[str], code: str, numbered: bool) -> Iterator[Layout]:
        """The ways to stage a file, the quickest first; the last holds for every file."""
        packs = [] if numbered else packed(self.era, names)
        met = [each for each in packs if self._dimensions.meet(each, self._by(each, reader, names, code))]
        if met:
            yield Layout.of(self.era, names, [each for each in packs if each not in met], met)
        if packs:
            yield Layout.of(self.era, names, packs)
        yield Layout.of(self.era, names, [])

    def _by(self, pack: Packed, reader: Csv, names: list[str], code: str) -> Stretches:
        """The file's rows by the columns of a dimension."""
        places = tuple(map(names.index, pack.names))
        return Stretches(self.plain, code, reader.delimiter, self._skipped(reader), len(names), places)

    @property
    def _dimensions(self) -> Dimensions:
        return Dimensions(self.connection, self._staged)

    @property
    def _staged(self) -> Path:
        return self.scratch / "staged.parquet"

    def _skipped(self, reader: Csv) -> int:
        return reader.skip + (0 if reader.names else 1)

    def _copied(
        self, reader: Csv, names: list[str], layout: Layout, code: str, numbered: bool
    ) -> pl.DataFrame:
        skip = self._skipped(reader)
        try:
            return self._copy(self.plain, names, layout, code, skip, reader.delimiter, numbered)
        except duckdb.Error:  # blank lines or line ends of two kinds
            tidy = tidied(self.plain, code, self.scratch / "tidied.csv")
            return self._copy_or_refuse(tidy, names, layout, skip, reader.delimiter, numbered)

    def show(self, projection: Projection) -> None:
        """Make `staged` the rows that a projection is about: of a packed dimension its different ones."""
        pack = self.layout.dimension(projection)
        self.connection.execute(self._plainly if pack is None else self._unpacked(pack))

    def _unpacked(self, pack: Packed) -> str:
        blank = [f"CAST(NULL AS VARCHAR) AS {identifier(name)}" for name in self._absent(pack.names)]
        return f"CREATE OR REPLACE TEMP VIEW {STAGED} AS SELECT {', '.join(('*', *blank))} FROM {pack.column}"

    def _copy_or_refuse(
        self, tidy: Path, names: list[str], layout: Layout, skip: int, delimiter: str, numbered: bool
    ) -> pl.DataFrame:
        try:
            return self._copy(tidy, names, layout, "utf-8", skip, delimiter, numbered)
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
        layout: Layout,
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
        self.connection.execute(
            f"COPY (SELECT {layout.staged} FROM read_csv({literal(str(path))}, {arguments})) "
            f"TO {literal(str(self._staged))} (FORMAT parquet, COMPRESSION lz4)"
        )
        return self._broken()

    def _broken(self) -> pl.DataFrame:
        """What the reader could not take for rows. One row may be told several times."""
        found = self.connection.execute(
            "SELECT CAST(line AS BIGINT), CAST(min(error_type) AS VARCHAR), min(csv_line) FROM reject_errors GROUP BY 1 ORDER BY 1"
        ).fetchall()
        rows = [(line, BROKEN.get(kind, kind.lower()), (text or "").strip()) for line, kind, text in found]
        return pl.DataFrame(rows, schema=BROKEN_SCHEMA, orient="row")

    def _view(self, columns: Sequence[str], numbered: bool, skip: int, broken: pl.DataFrame) -> str:
        """Broken rows are not in the staged file, so the rows after them move up: their numbers are put right."""
        number = ""
        if numbered:
            before = [line - skip - 1 - place for place, line in enumerate(broken["row"])]
            missed = f"len(list_filter({literal(before)}, lambda x: x <= file_row_number))" if before else "0"
            number = f", CAST(file_row_number + {skip + 1} + {missed} AS BIGINT) AS {ROW}"
        blank = [f"CAST(NULL AS VARCHAR) AS {identifier(name)}" for name in self._absent(columns)]
        listed = ", ".join((*(identifier(name) for name in columns), *blank))
        path = literal(str(self._staged))
        return f"CREATE OR REPLACE TEMP VIEW {STAGED} AS SELECT {listed}{number} FROM read_parquet({path}, file_row_number = true)"

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
        frame.write_parquet(self._staged)
        path = literal(str(self._staged))
        self._plainly = f"CREATE OR REPLACE TEMP VIEW {STAGED} AS SELECT * FROM read_parquet({path})"
        self.connection.execute(self._plainly)
        below = lines_below(self.plain) if self.plain.suffix.lower() in TEXTS else 0
        return Staged(True, pl.DataFrame(schema=BROKEN_SCHEMA), tuple(reader.doubts(frame)), below)


def tidied(path: Path, code: str, target: Path) -> Path:
    """A copy in UTF-8 without blank lines and with one kind of line end."""
    with (
        path.open(encoding=code, errors="replace") as source,
        target.open("w", encoding="utf-8", newline="\n") as out,
    ):
        out.writelines(line for line in source if line.strip())
    return target
