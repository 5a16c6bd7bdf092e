"""Where a build lies, and reading the tables that it keeps: mapped ones by organisation, small ones whole."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from opencommissioning.area.build import Build
from opencommissioning.warehouse.mapped import Mapped


def area_folder(build: Build) -> Path:
    """The area that a build is of."""
    return build.folder.parent.parent


def read_kept(build: Build, path: Path, organisations: Sequence[str] | None = None) -> pl.DataFrame | None:
    """The table at `path` (without its ending), or its rows of some organisations; None when the build does not keep it."""
    mapped, plain = path.with_name(f"{path.name}.arrow"), path.with_name(f"{path.name}.parquet")
    if mapped.exists():
        table = build.remember(("kept", path), lambda: Mapped(mapped))
        return table.frame if organisations is None else table.of(organisations)
    if not plain.exists():
        return None
    frame = pl.read_parquet(plain)
    return frame if organisations is None else frame.filter(pl.col("organisation").is_in(list(organisations)))
