"""Codes of a large part as whole numbers beside their texts: the place of each in a list of the part's codes, in order.

Whoever sums a part needs to know which code a row has, not how it is written; telling texts apart costs more than all the rest. The
columns are `_place_of_<column>` of the part's Parquet file (−1: no code), the lists lie in the file's own metadata. Who asks for columns by
their names never meets them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
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
    """A part with columns of places, read a row group at a time so that memory does not grow with it."""

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

    @cached_property
    def groups(self) -> int:
        """How many row groups there are."""
        return int(pq.read_metadata(self.path).num_row_groups)

    def read(self, groups: range, codes: Sequence[str], numbers: Mapping[str, int]) -> Iterator["Block"]:
        """Some row groups: places of columns of codes, and columns of exact numbers with their scales."""
        columns = [*map(place_of, codes), *numbers]
        with closing(pq.ParquetFile(self.path)) as file:
            for group in groups:
                yield Block(file.read_row_group(group, columns=columns, use_threads=False), numbers)


@dataclass(frozen=True)
class Block:
    """The rows of one row group."""

    table: pa.Table
    scales: Mapping[str, int]

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
        if array.null_count:
            array = array.fill_null(pa.scalar(0).cast(array.type))
        if pa.types.is_integer(array.type) and not self.scales[column]:
            return array.to_numpy().astype(np.int64)
        if not pa.types.is_decimal128(array.type) or array.type.scale != self.scales[column]:
            raise StoreError(
                f"the store keeps '{column}' as {array.type}, not as numbers with {self.scales[column]} decimal places; load its file again"
            )
        return _lower_half(array)

    def _array(self, column: str) -> pa.Array:
        column_ = self.table[column]
        return column_.chunk(0) if column_.num_chunks == 1 else column_.combine_chunks()


def _lower_half(array: pa.Array) -> np.ndarray:
    """Of the 128 bits of each decimal the lower 64, which hold all of its at most 18 digits."""
    words = np.frombuffer(array.buffers()[1], "<i8")
    return words[2 * array.offset : 2 * (array.offset + len(array)) : 2]
