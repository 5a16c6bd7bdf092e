"""How a publisher's file becomes rows of a contract: recognised by its content, projected by its era."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opencommissioning.catalogue.contract import Contract


@dataclass(frozen=True)
class Csv:
    """A delimited text file, read as text in one streaming pass.

    `names` gives the column names of a file without a heading; `skip` lines above the heading (or the data) are passed over.
    """

    names: tuple[str, ...] = ()
    skip: int = 0
    delimiter: str = ","
    encoding: str = "latin-1"


@dataclass(frozen=True)
class Table:
    """A file that Python reads into a frame of text columns (workbooks, wide age bands): small by nature.

    `read(path) -> polars.DataFrame`, every column text; column `_row` (1-based row of the file) when rows can be named.
    `doubts(frame)`: sentences about a file that loads but breaks what its publisher promises (a total that must hold).
    """

    read: Callable[[Path], Any]
    doubts: Callable[[Any], Sequence[str]] = lambda frame: ()


@dataclass(frozen=True)
class Projection:
    """One dataset out of one file: contract column → SQL expression over the file's text columns (DuckDB dialect, parsed by sqlglot).

    `keep` drops rows that are not meant (totals, other organisation types): they are counted as left out, not refused.
    `distinct` keeps one row per key: a dimension seen in a fact file (names, parents).
    `checks` are further row rules: sentence → SQL condition that must hold.
    """

    contract: Contract
    columns: Mapping[str, str]
    keep: str = ""
    distinct: bool = False
    checks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Era:
    """One layout of a source. `recognises(heading)` sees the first line's cells (stripped) and the file's name; `period` is an SQL
    expression for the month of a row (a date), or empty when the file has none: then the user is asked, or `period_of(path)` tells.
    `traps`: what is said of rows of which an SQL condition holds, told with their number when the file is loaded."""

    name: str
    recognises: Callable[["Sniff"], bool]
    reader: Csv | Table
    projections: tuple[Projection, ...]
    period: str = ""
    period_of: Callable[["Sniff"], Any] | None = None
    traps: Mapping[str, str] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()  # columns that some files lack: blank there, never a refusal


@dataclass(frozen=True)
class Source:
    """A real dataset: where it is published, how often, its eras (tried in order) and known traps, in words."""

    id: str
    title: str
    publisher: str
    licence: str
    found_at: str
    eras: tuple[Era, ...]
    traps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sniff:
    """The beginning of a file: what recognisers may look at. `cells` are the first rows, split and stripped; `sheets` of a workbook,
    `members`: kinds of file in a release of several."""

    path: Path
    cells: tuple[tuple[str, ...], ...]
    text: str = ""
    sheets: tuple[str, ...] = ()
    members: tuple[str, ...] = ()

    @property
    def heading(self) -> tuple[str, ...]:
        """The first row's cells."""
        return self.cells[0] if self.cells else ()

    def has(self, *names: str) -> bool:
        """Whether every name is a cell of the heading (case and surrounding space ignored)."""
        heading = {cell.strip().upper() for cell in self.heading}
        return all(name.upper() in heading for name in names)
