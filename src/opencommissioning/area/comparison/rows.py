"""All organisations of a level on one measure: their verdicts with their names. What a page tells, tables and draws is of the same rows."""

from functools import lru_cache

import polars as pl

from opencommissioning.area.build import Build
from opencommissioning.area.comparison.judging import verdicts_at

HELD = 8  # a page, its table and its pictures ask for the same rows one after the other


@lru_cache(maxsize=HELD)
def rows_of(build: Build, measure: str, level: str, membership: str | None = None) -> pl.DataFrame | None:
    """The verdicts (`judging.verdicts_at`) with `name`, the code of an organisation that has none; None when nobody of the level has a value."""
    frame = verdicts_at(build, level, membership, [measure])
    return None if frame is None else with_names(build, frame)


def with_names(build: Build, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `name` of each `organisation`, the code of one that has none."""
    named = rows.join(_names(build), on="organisation", how="left", maintain_order="left")
    return named.with_columns(pl.col("name").fill_null(pl.col("organisation")))


def names_of(build: Build) -> dict[str, str]:
    """Code → name of every organisation of the build."""
    return build.remember("names", lambda: {code: each.name for code, each in build.organisations.items()})


def _names(build: Build) -> pl.DataFrame:
    return build.remember("names as a table", lambda: _as_table(names_of(build)))


def _as_table(names: dict[str, str]) -> pl.DataFrame:
    columns = {"organisation": list(names), "name": list(names.values())}
    return pl.DataFrame(columns, schema={"organisation": pl.String, "name": pl.String})
