"""Exports: every value with its parts and its reason when missing; one file per level, and the verdicts."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from opencommissioning.area.annotations import Annotation, as_frame
from opencommissioning.area.build import Build
from opencommissioning.area.comparison.judging import verdicts_at
from opencommissioning.errors import NotLoaded, StoreError
from opencommissioning.measures.summing import Progress

SHEET_ROWS = 1_048_575  # rows of one spreadsheet page below its heading


def export(
    build: Build,
    target: Path,
    form: str,
    levels: Sequence[str],
    measures: Sequence[str],
    progress: Progress,
    membership: str | None = None,
    notes: Sequence[Annotation] = (),
) -> list[Path]:
    """Write `values-<level>`, `verdicts-<level>` and, when something was said, `annotations` in `form` (csv, parquet, xlsx); returns the files."""
    target.mkdir(parents=True, exist_ok=True)
    names = [build.measure(name).id for name in measures] or list(build.measures)
    written = []
    for number, level in enumerate(levels):
        progress(level, number, len(levels))
        written.append(_write(values(build, names, level, membership), target / f"values-{level}", form))
        verdicts = verdicts_at(build, level, membership, names)
        if verdicts is not None:
            written.append(_write(verdicts, target / f"verdicts-{level}", form))
    if notes:
        written.append(_write(as_frame(notes), target / "annotations", form))
    return written


def values(build: Build, names: Sequence[str], level: str, membership: str | None = None) -> pl.DataFrame:
    """All measures of a level as one long table, organisations named, months without any trace left out."""
    if not build.organisations_of(level):
        raise NotLoaded(f"this build knows no organisation of level '{level}'{_where_from(level)}")
    frames = [_told(build, name, level, membership) for name in names]
    organisations = {code: each.name for code, each in build.organisations.items()}
    frame = pl.concat(frames)
    shown = frame.filter(pl.col("missing") != "not open in this month")
    named = shown.with_columns(pl.col("organisation").replace_strict(organisations, default="").alias("name"))
    first = ["measure", "level", "organisation", "name", "month"]
    return named.select(*first, pl.exclude(first)).sort("measure", "organisation", "month")


def _where_from(level: str) -> str:
    return "; name groups of practices in area.toml under [groups]" if level == "group" else ""


def _told(build: Build, name: str, level: str, membership: str | None) -> pl.DataFrame:
    """One measure's table with the dispensing days of each window, and the value for each of them where that means something."""
    series = build.series(name, level, None, membership)
    days = dict(zip(series.months, build.days(series.measure.window, series.months), strict=True))
    frame = series.frame().with_columns(
        pl.col("month").replace_strict(days, return_dtype=pl.Int32).alias("dispensing_days")
    )
    a_day = pl.col("value") / pl.col("dispensing_days")
    shown = a_day if build.can_be_per_day(series.measure) else pl.lit(None, pl.Float64)
    return frame.with_columns(shown.alias("value_per_dispensing_day"))


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
