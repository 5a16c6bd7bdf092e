"""Tables sorted by one column and mapped into memory: the rows of one key are a slice, however long the table is."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa

SUFFIX = ".arrow"


def write_mapped(frame: pl.DataFrame, path: Path, key: str) -> None:
    """Write a frame that is sorted by the text column `key` as `path` with the ending `SUFFIX`. Not compressed: what is read is what lies on the disk."""
    frame.select(key, pl.exclude(key)).write_ipc(path.with_name(f"{path.name}{SUFFIX}"))


class Mapped:
    """A table that `write_mapped` wrote. Opening it reads its key alone; processes share what they read of the rest."""

    def __init__(self, path: Path) -> None:
        with pa.memory_map(str(path)) as file:
            self.frame = pl.from_arrow(pa.ipc.open_file(file).read_all(), rechunk=False)
        runs = self.frame.to_series(0).rle()
        lengths, keys = runs.struct.field("len"), runs.struct.field("value")
        starts = lengths.cum_sum() - lengths
        self._places = dict(zip(keys, zip(starts, lengths, strict=True), strict=True))

    def of(self, keys: Sequence[str]) -> pl.DataFrame:
        """The rows of these keys, in the table's order; none of a key that it does not hold."""
        places = sorted(self._places[key] for key in set(keys) if key in self._places)
        parts = [self.frame.slice(start, length) for start, length in places]
        return pl.concat(parts) if parts else self.frame.clear()
