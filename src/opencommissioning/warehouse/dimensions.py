"""The dimensions that a large file carries along, each as a table of its different rows that has the name of its pack."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from opencommissioning.warehouse.packing import Layout, Packed
from opencommissioning.warehouse.quoting import identifier, literal
from opencommissioning.warehouse.stretches import Stretches


@dataclass(frozen=True)
class Dimensions:
    """`staged`: where the file's rows are staged as text."""

    connection: duckdb.DuckDBPyConnection
    staged: Path

    def meet(self, pack: Packed, rows: Stretches) -> bool:
        """Make the table of a dimension whose rows stand together; False where they do not."""
        if not rows.together():
            return False
        cells = [[cell or None for cell in kind] for kind in rows.kinds()]
        met = pl.DataFrame(cells, schema=dict.fromkeys(pack.names, pl.String), orient="row")
        self.connection.register("met", met.to_arrow())
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {pack.column} AS SELECT * FROM met")
        self.connection.unregister("met")
        return True

    def are_whole(self, layout: Layout) -> bool:
        """Whether what was met has every code of the staged rows, and what was packed comes apart; that has its table then."""
        met = all(self._covers(each, layout.columns) for each in layout.met)
        return met and all(map(self._unpacks, layout.packs))

    def _covers(self, pack: Packed, staged: tuple[str, ...]) -> bool:
        """What was met and is no code of the staged rows (a line within quotation marks that looks like a row) is left out."""
        keys = ", ".join(identifier(name) for name in pack.names if name in staged)
        if not keys:
            return False
        there = f"SELECT DISTINCT {keys} FROM read_parquet({literal(str(self.staged))})"
        kept = f"SELECT * FROM {pack.column} SEMI JOIN ({there}) AS there USING ({keys})"
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {pack.column} AS {kept}")
        missing = f"{there} EXCEPT SELECT {keys} FROM {pack.column} LIMIT 1"
        return not self.connection.execute(missing).fetchall()

    def _unpacks(self, pack: Packed) -> bool:
        rows = pack.unpacking(str(self.staged))
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {pack.column} AS {rows}")
        wrong = f"SELECT count(*) FROM {pack.column} WHERE _parts <> {len(pack.names)}"
        return self.connection.execute(wrong).fetchone() == (0,)
