"""What was summed is kept: per stored part, keyed by definition. A month costs a month."""

import json
import os
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.measures.summed import EMPTY, Summed, joined

LAYOUT = "2"  # raised by hand when the files below look different; what another layout kept is summed again
ORGANISATION = "organisation"
PRESENT = "present.list"  # not among the lists of quantities, *.json


class Results:
    """Sums of one part of facts in batches: `<folder>/<layout>/<dataset>/<part's checksum>/<n>.parquet`, a column per quantity.

    Beside each lies the list of its quantities, those without any row included (they have no column). The first batch of a part has
    a row for every organisation that is present in it; `present.list` lists them once more, for every build asks that of every part.
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
        if not self._batches():
            self._list_present(sums.organisations)
        name = f"{len(self._batches()):04d}-{os.getpid()}"
        table = pl.DataFrame({ORGANISATION: pl.Series(sums.organisations, dtype=pl.String), **sums.values})
        table.write_parquet(self.folder / f"{name}.parquet", compression="zstd", statistics=False)
        aside = self.folder / f"{name}.tmp"
        aside.write_text(json.dumps(sorted(keys)))
        aside.replace(self.folder / f"{name}.json")
        self._keys = {}

    def _list_present(self, organisations: Sequence[str]) -> None:
        aside = self.folder / f"present-{os.getpid()}.tmp"
        aside.write_text(json.dumps(list(organisations)), encoding="utf-8")
        aside.replace(self.folder / PRESENT)

    def present(self) -> list[str]:
        """The organisations that have any row in the part."""
        if self._present is None:
            listed = self.folder / PRESENT
            self._present = (
                json.loads(listed.read_text(encoding="utf-8")) if listed.exists() else self._in_first_batch()
            )
        return self._present

    def _in_first_batch(self) -> list[str]:
        """Of parts that were summed before the list was kept: it is kept from now on."""
        first = next(iter(self._batches()))
        found = pl.read_parquet(first, columns=[ORGANISATION])[ORGANISATION].to_list()
        self._list_present(found)
        return found

    def read(self, keys: Collection[str]) -> Summed:
        """The sums of the quantities asked for; those that are 0 for everybody are not in it."""
        parts = [
            _read(path, keys & here, 2 * len(keys & here) > len(here))
            for path, here in self._batches().items()
            if keys & here
        ]
        return joined(parts) if parts else EMPTY


def _read(path: Path, keys: Collection[str], most: bool) -> Summed:
    """Some quantities of a batch; where they are `most` of it, it is opened once and read whole."""
    names = None if most else [ORGANISATION, *(name for name in pl.read_parquet_schema(path) if name in keys)]
    table = pl.read_parquet(path, columns=names)
    there = [name for name in table.columns if name in keys]
    return Summed(tuple(table[ORGANISATION]), {key: np.asarray(table[key]) for key in there})
