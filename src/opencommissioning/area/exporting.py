"""Exports: every value with its parts and its reason when missing; one file per level, and the verdicts."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from opencommissioning.area.build import Build
from opencommissioning.area.judging import read_verdicts
from opencommissioning.errors import StoreError
from opencommissioning.measures.summing import Progress

SHEET_ROWS = 1_048_575  # rows of one spreadsheet page below its heading


def export(
    build: Build, target: Path, form: str, levels: Sequence[str], measures: Sequence[str], progress: Progress
) -> list[Path]:
    """Write `values-<level>` and `verdicts-<level>` in `form` (csv, parquet, xlsx); returns the files."""
    target.mkdir(parents=True, exist_ok=True)
    names = [build.measure(name).id for name in measures] or list(build.measures)
    written = []
    for number, level in enumerate(levels):
        progress(level, number, len(levels))
        written.append(_write(values(build, names, level), target / f"values-{level}", form))
        verdicts = read_verdicts(build, level)
        if verdicts is not None:
            written.append(
                _write(verdicts.filter(pl.col("measure").is_in(names)), target / f"verdicts-{level}", form)
            )
    return written


def values(build: Build, names: Sequence[str], level: str) -> pl.DataFrame:
    """All measures of a level as one long table, organisations named, months without any trace left out."""
    frames = [build.series(name, level).frame() for name in names]
    organisations = {code: each.name for code, each in build.organisations.items()}
    frame = pl.concat(frames)
    shown = frame.filter(pl.col("missing") != "not open in this month")
    named = shown.with_columns(pl.col("organisation").replace_strict(organisations, default="").alias("name"))
    first = ["measure", "level", "organisation", "name", "month"]
    return named.select(*first, pl.exclude(first)).sort("measure", "organisation", "month")


def _write(frame: pl.DataFrame, stem: Path, form: str) -> Path:
    path = stem.with_suffix(f".{form}")
    if form == "csv":
        frame.write_csv(path)
    elif form == "parquet":
        frame.write_parquet(path, compression="zstd")
    elif frame.height > SHEET_ROWS:
        raise StoreError(
            f"{path.name} would have {frame.height:,} rows, more than a spreadsheet holds; choose --measure, or csv or parquet"
        )
    else:
        frame.write_excel(path, autofit=True, freeze_panes=(1, 0))
    return path
