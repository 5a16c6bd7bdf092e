"""What was summed is kept: per stored part, keyed by definition. A month costs a month."""

import json
import os
from collections.abc import Collection
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.measures.summed import EMPTY, Summed, joined

LAYOUT = "2"  # raised by hand when the files below look different; what another layout kept is summed again
ORGANISATION = "organisation"


class Results:
    """Sums of one part of facts in batches: `<folder>/<layout>/<dataset>/<part's checksum>/<n>.parquet`, a column per quantity.

    Beside each lies the list of its quantities, those without any row included (they have no column). The first batch of a part has
    a row for every organisation that is present in it.
    """

    def __init__(self, folder: Path, dataset: str, checksum: str) -> None:
        self.folder = folder / LAYOUT / dataset / checksum[:24]
        self._keys: dict[Path, frozenset[str]] = {}
        self._present: list[str] | None = None

    def _batches(self) -> dict[Path, frozenset[str]]:
        if not self._keys:
            files = sorted(self.folder.glob("*.json"))
            self._keys = {
                path.with_suffix(".parquet"): frozenset(json.loads(path.read_text())) for path in files
            }
        return self._keys

    def keys(self) -> set[str]:
        """The keys of all quantities already summed on this part."""
        return {key for keys in self._batches().values() for key in keys}

    def add(self, keys: Collection[str], sums: Summed) -> None:
        """Keep a batch; the list of keys is written last, so that a kill leaves no half batch."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{len(self._batches()):04d}-{os.getpid()}"
        table = pl.DataFrame({ORGANISATION: pl.Series(sums.organisations, dtype=pl.String), **sums.values})
        table.write_parquet(self.folder / f"{name}.parquet", compression="zstd", statistics=False)
        aside = self.folder / f"{name}.tmp"
        aside.write_text(json.dumps(sorted(keys)))
        aside.replace(self.folder / f"{name}.json")
        self._keys = {}

    def present(self) -> list[str]:
        """The organisations that have any row in the part."""
        if self._present is None:
            first = next(iter(self._batches()))
            self._present = pl.read_parquet(first, columns=[ORGANISATION])[ORGANISATION].to_list()
        return self._present

    def read(self, keys: Collection[str]) -> Summed:
        """The sums of the quantities asked for; those that are 0 for everybody are not in it."""
        parts = [_read(path, keys & here) for path, here in self._batches().items() if keys & here]
        return joined(parts) if parts else EMPTY


def _read(path: Path, keys: Collection[str]) -> Summed:
    there = [name for name in pl.read_parquet_schema(path) if name in keys]
    table = pl.read_parquet(path, columns=[ORGANISATION, *there])
    return Summed(tuple(table[ORGANISATION]), {key: np.asarray(table[key]) for key in there})
