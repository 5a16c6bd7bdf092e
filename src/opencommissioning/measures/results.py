"""What was summed is kept: per stored part, keyed by definition. A month costs a month."""

import json
import os
from collections.abc import Collection
from pathlib import Path

import polars as pl


class Results:
    """Sums of one part of facts, in batches: `<folder>/<dataset>/<part's checksum>/<n>.parquet` with the keys beside it."""

    def __init__(self, folder: Path, dataset: str, checksum: str) -> None:
        self.folder = folder / dataset / checksum[:24]

    def keys(self) -> set[str]:
        """The keys of all quantities already summed on this part, those without any row included."""
        return {key for path in self.folder.glob("*.json") for key in json.loads(path.read_text())}

    def add(self, keys: Collection[str], sums: pl.DataFrame) -> None:
        """Keep a batch; the list of keys is written last, so that a kill leaves no half batch."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{len(list(self.folder.glob('*.json'))):04d}-{os.getpid()}"
        sums.sort("key", "organisation").write_parquet(self.folder / f"{name}.parquet", compression="zstd")
        aside = self.folder / f"{name}.tmp"
        aside.write_text(json.dumps(sorted(keys)))
        aside.replace(self.folder / f"{name}.json")

    def values(self, keys: Collection[str]) -> pl.DataFrame:
        """Columns key, organisation, value for the keys asked for."""
        files = [path.with_suffix(".parquet") for path in sorted(self.folder.glob("*.json"))]
        frames = [pl.read_parquet(path).filter(pl.col("key").is_in(list(keys))) for path in files]
        kept = [frame for frame in frames if frame.height]
        if not kept:
            return pl.DataFrame(schema={"key": pl.String, "organisation": pl.String, "value": pl.Int64})
        return pl.concat(kept).unique(subset=["key", "organisation"], keep="first")
