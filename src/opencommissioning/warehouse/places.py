"""Codes of a large part as whole numbers beside their texts: the place of each in a list of the part's codes, in order.

Whoever sums a part needs to know which code a row has, not how it is written; telling texts apart costs more than all the rest. The
columns are `_place_of_<column>` of the part's Parquet file (−1: no code), the lists lie in the file's own metadata. Who asks for columns by
their names never meets them.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from opencommissioning.errors import StoreError

PREFIX = "_place_of_"
NONE = -1


def place_of(column: str) -> str:
    """The name of the column that holds the places of a column's codes."""
    return f"{PREFIX}{column}"


def told(lists: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What a file's metadata tell of its columns of places."""
    return {place_of(column): json.dumps(list(codes)) for column, codes in lists.items()}


@dataclass(frozen=True)
class Placed:
    """A part with columns of places, read a row group at a time, so that memory does not grow with it."""

    path: Path

    @cached_property
    def lists(self) -> Mapping[str, list[str]]:
        """Column → its codes in order. Empty when the part has no columns of places."""
        found = pq.read_metadata(self.path).metadata or {}
        told = {name.decode(): text for name, text in found.items()}
        return {
            name.removeprefix(PREFIX): json.loads(text)
            for name, text in told.items()
            if name.startswith(PREFIX)
        }

    def codes_of_groups(self, column: str) -> list[range]:
        """Per row group the places among which those of a column lie: few, where rows are sorted by it. All, where the file does not tell."""
        about = pq.read_metadata(self.path)
        place = about.schema.names.index(place_of(column))
        found = [about.row_group(number).column(place).statistics for number in range(about.num_row_groups)]
        everything = range(NONE, len(self.lists[column]))
        return [range(each.min, each.max + 1) if each and each.has_min_max else everything for each in found]

    def file(self) -> closing[pq.ParquetFile]:
        """The open file, for `Block`s: read as it is asked, which for a file on disk is quicker than gathering what will be."""
        return closing(pq.ParquetFile(self.path, pre_buffer=False))


def codes_in(path: Path, column: str) -> list[str]:
    """The different codes of a column of a part, in order: from its list where it has one, else from its rows."""
    listed = Placed(path).lists.get(column)
    if listed is not None:
        return listed
    return pl.scan_parquet(path).select(column).unique().collect()[column].drop_nulls().sort().to_list()


@dataclass(frozen=True)
class Block:
    """The rows of one row group: some columns of codes (as places) and of exact numbers, which have these scales."""

    table: pa.Table
    scales: Mapping[str, int]

    @classmethod
    def read(
        cls, file: pq.ParquetFile, group: int, codes: Sequence[str], numbers: Mapping[str, int]
    ) -> "Block":
        """A row group of an open file."""
        columns = [*map(place_of, codes), *numbers]
        return cls(file.read_row_group(group, columns=columns, use_threads=False), numbers)

    def places(self, column: str) -> np.ndarray:
        """int32 (rows,): the place of each row's code in the list of the column, −1 where it has none."""
        return self._array(place_of(column)).to_numpy()

    def given(self, column: str) -> np.ndarray | None:
        """bool (rows,): whether a row has a number; None when all have."""
        array = self._array(column)
        return array.is_valid().to_numpy(zero_copy_only=False) if array.null_count else None

    def whole(self, column: str) -> np.ndarray:
        """int64 (rows,): the exact numbers as whole ones (12.34 at scale 2 is 1234); no number is 0.

        StoreError when the column is not stored at its scale.
        """
        array = self._array(column)
        if pa.types.is_integer(array.type) and not self.scales[column]:
            return (array.fill_null(0) if array.null_count else array).to_numpy().astype(np.int64)
        if not pa.types.is_decimal128(array.type) or array.type.scale != self.scales[column]:
            raise StoreError(
                f"the store keeps '{column}' as {array.type}, not as numbers with {self.scales[column]} decimal places; load its file again"
            )
        values, given = _lower_half(array), self.given(column)
        return np.ascontiguousarray(values) if given is None else np.where(given, values, 0)

    def _array(self, column: str) -> pa.Array:
        column_ = self.table[column]
        return column_.chunk(0) if column_.num_chunks == 1 else column_.combine_chunks()


def _lower_half(array: pa.Array) -> np.ndarray:
    """Of the 128 bits of each decimal the lower 64, which hold all of its at most 18 digits."""
    words = np.frombuffer(array.buffers()[1], "<i8")
    return words[2 * array.offset : 2 * (array.offset + len(array)) : 2]
