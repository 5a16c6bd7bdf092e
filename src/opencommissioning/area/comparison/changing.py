"""What changed: verdicts of the build that serves beside those of an earlier one, or of the month before."""

from collections.abc import Sequence

import polars as pl

from opencommissioning.area.build import Build
from opencommissioning.area.comparison.judging import FOLDER, read_verdicts
from opencommissioning.variation.verdict import BEYOND_CHANCE, Stand
from opencommissioning.warehouse.builds import Builds

BEYOND = [str(stand) for stand in BEYOND_CHANCE]
SCHEMA = {
    "organisation": pl.String,
    "measure": pl.String,
    "stand": pl.String,
    "months_beyond": pl.Int32,
    "moved_in": pl.Date,
    "moved_from": pl.Float64,
    "moved_to": pl.Float64,
    "value": pl.Float64,
    "centre": pl.Float64,
    "z": pl.Float64,
}


def news(build: Build, level: str, codes: Sequence[str]) -> pl.DataFrame:
    """Verdicts of these organisations that are new in the last month, furthest first: beyond the limits for the first month, or moved in it."""
    mine = read_verdicts(build, level, codes) if len(codes) else None
    if mine is None:
        return pl.DataFrame(schema=SCHEMA)
    first = pl.col("stand").is_in(BEYOND) & (pl.col("months_beyond") == 1)
    moved = (pl.col("stand") == str(Stand.MOVED)) & (pl.col("moved_in") == pl.col("month"))
    return (
        mine.filter(first | moved).select(*SCHEMA).sort(pl.col("z").abs(), descending=True, nulls_last=True)
    )


def earlier(build: Build, builds: Builds) -> str:
    """The name of the newest build before this one; empty when it is the first."""
    names = builds.names()
    before = names[: names.index(build.id)] if build.id in names else []
    return before[-1] if before else ""


def changed_since(build: Build, builds: Builds, name: str, level: str, codes: Sequence[str]) -> pl.DataFrame:
    """organisation, measure, was, now of the verdicts that differ from those of the build `name`; empty when that one has none."""
    path = builds.folder / name / FOLDER / f"{level}.parquet"
    now, schema = (
        read_verdicts(build, level),
        {"organisation": pl.String, "measure": pl.String, "was": pl.String, "now": pl.String},
    )
    if now is None or not name or not path.exists():
        return pl.DataFrame(schema=schema)
    keys = ["organisation", "measure"]
    then = pl.read_parquet(path, columns=[*keys, "stand"]).rename({"stand": "was"})
    both = now.filter(pl.col("organisation").is_in(list(codes))).select(*keys, pl.col("stand").alias("now"))
    joined = both.join(then, on=keys, how="inner").filter(pl.col("was") != pl.col("now"))
    return joined.select(*schema).sort(keys)
