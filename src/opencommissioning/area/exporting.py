"""Exports: every value with its parts and its reason when missing; one file per level, and the verdicts."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from opencommissioning.area.annotations import Annotation, as_frame, with_notes
from opencommissioning.area.belonging import above, practices_of
from opencommissioning.area.build import Build
from opencommissioning.area.comparison.judging import verdicts_at
from opencommissioning.catalogue.organisation import LEVELS, PUBLISHED_LEVELS
from opencommissioning.errors import NotLoaded, StoreError
from opencommissioning.measures.summing import Progress

SHEET_ROWS = 1_048_575  # rows of one spreadsheet page below its heading
USUAL = ("practice", "sub_icb", "icb", "england")  # levels, where nobody names any
FIRST = ["measure", "level", "organisation", "name", "month"]


def export(
    build: Build,
    target: Path,
    form: str,
    levels: Sequence[str],
    measures: Sequence[str],
    progress: Progress,
    membership: str | None = None,
    notes: Sequence[Annotation] = (),
    within: str = "",
) -> list[Path]:
    """Write `values-<level>`, `verdicts-<level>` and, when something was said, `annotations` in `form` (csv, parquet, xlsx); returns the files.

    Without levels: the usual ones, those of which this build knows no organisation aside. `within` keeps an organisation, its
    practices and what they belong to. Organisations of which no practice is in any file are left out. NotLoaded for a named level that is not there.
    """
    levels = levels or [each for each in USUAL if build.organisations_of(each)]
    for level in levels:
        _refuse_unknown(build, level)
    chosen = family(build, within) if within else None
    names = [build.measure(name).id for name in measures] or list(build.measures)
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for number, level in enumerate(levels):
        progress(level, number, len(levels))
        told = with_notes(values(build, names, level, membership, chosen), notes)
        written.append(_write(told, target / f"values-{level}", form))
        verdicts = verdicts_at(build, level, membership, names)
        if verdicts is not None:
            written.append(_write(_judged(build, verdicts, told), target / f"verdicts-{level}", form))
    if notes:
        written.append(_write(as_frame(notes), target / "annotations", form))
    return written


def not_written(build: Build, levels: Sequence[str]) -> list[str]:
    """The levels of this build that `export` leaves out when asked for these (none: the usual ones)."""
    asked = levels or USUAL
    return [
        each for each in (*LEVELS, *PUBLISHED_LEVELS) if each not in asked and build.organisations_of(each)
    ]


def family(build: Build, code: str) -> set[str]:
    """An organisation, the practices that belong to it today, and every organisation that they belong to."""
    organisation = build.organisation(code)
    practices = set(practices_of(build, code))
    known = [level for level in LEVELS if level != "practice" and build.organisations_of(level)]
    parents = {
        parent
        for level in known
        for practice, parent in above(build, level).iter_rows()
        if practice in practices
    }
    return practices | parents | {organisation.code}


def values(
    build: Build,
    names: Sequence[str],
    level: str,
    membership: str | None = None,
    chosen: set[str] | None = None,
) -> pl.DataFrame:
    """All measures of a level as one long table, organisations named; months in which one was not open are left out, and so is
    an organisation of which no practice is in any file."""
    _refuse_unknown(build, level)
    frame = pl.concat([_told(build, name, level, membership, chosen) for name in names])
    shown = frame.filter(pl.col("missing") != "not open in this month")
    seen = pl.col("value").is_not_null() | (pl.col("practices") > 0)
    some = shown.filter(seen).select("organisation").unique()
    known = shown.join(some, on="organisation", how="semi")
    named = known.with_columns(_names(build))
    return named.select(*FIRST, pl.exclude(FIRST)).sort("measure", "organisation", "month")


def _refuse_unknown(build: Build, level: str) -> None:
    build.check_level(level)
    if not build.organisations_of(level):
        raise NotLoaded(f"this build knows no organisation of level '{level}'{_where_from(level)}")


def _where_from(level: str) -> str:
    return "; name groups of practices in area.toml under [groups]" if level == "group" else ""


def _names(build: Build) -> pl.Expr:
    names = {code: each.name for code, each in build.organisations.items()}
    return pl.col("organisation").replace_strict(names, default="").alias("name")


def _told(
    build: Build, name: str, level: str, membership: str | None, chosen: set[str] | None
) -> pl.DataFrame:
    """One measure's table with the dispensing days of each window, and the value for each of them where that means something."""
    series = build.series(name, level, None, membership)
    days = dict(zip(series.months, build.days(series.window, series.months), strict=True))
    frame = series.frame()
    if chosen is not None:
        frame = frame.filter(pl.col("organisation").is_in(list(chosen)))
    frame = frame.with_columns(
        pl.col("month").replace_strict(days, return_dtype=pl.Int32).alias("dispensing_days")
    )
    a_day = pl.col("value") / pl.col("dispensing_days")
    shown = a_day if build.can_be_per_day(series.measure) else pl.lit(None, pl.Float64)
    return frame.with_columns(shown.alias("value_per_dispensing_day"))


def _judged(build: Build, verdicts: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """The verdicts of the organisations that are exported, what they are about first."""
    kept = verdicts.join(told.select("organisation").unique(), on="organisation", how="semi")
    first = [*FIRST, "window", "stand"]
    named = kept.with_columns(_names(build))
    return named.select(*first, pl.exclude(first)).sort("measure", "organisation")


def _write(frame: pl.DataFrame, stem: Path, form: str) -> Path:
    path = stem.with_suffix(f".{form}")
    if form == "csv":
        frame.write_csv(path)
    elif form == "parquet":
        frame.write_parquet(path, compression="zstd")
    elif frame.height > SHEET_ROWS:
        raise StoreError(
            f"{path.name} would have {frame.height:,} rows, more than a spreadsheet holds; choose --organisation or --measure, or csv or parquet"
        )
    else:
        frame.write_excel(path, autofit=True, freeze_panes=(1, 0))
    return path
