"""The verdicts of a build: every measure at every level, computed once and kept as one table per level."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from opencommissioning.area.build import Build
from opencommissioning.catalogue.organisation import LEVELS, PUBLISHED_LEVELS
from opencommissioning.measures.series import Missing, Series
from opencommissioning.measures.shielding import shielded_verdicts
from opencommissioning.measures.summing import Progress
from opencommissioning.variation.judging import verdicts
from opencommissioning.variation.verdict import Stand

FOLDER = "verdicts"
ROWS_TOGETHER = (
    20_000  # sorted by organisation, so that one organisation's rows are read without those of a nation
)


def judge(build: Build, progress: Progress) -> None:
    """Write `verdicts/<level>.parquet` for each level that can be compared."""
    folder = build.folder / FOLDER
    folder.mkdir()
    levels = [level for level in (*LEVELS, *PUBLISHED_LEVELS) if build.organisations_of(level)]
    for number, level in enumerate(levels):
        progress(f"verdicts, {level}", number, len(levels))
        frames = [frame for name in build.measures if (frame := verdicts_on(build, name, level)) is not None]
        if frames:
            pl.concat(frames, how="diagonal_relaxed").sort("organisation", "measure").write_parquet(
                folder / f"{level}.parquet", row_group_size=ROWS_TOGETHER
            )


def verdicts_on(build: Build, name: str, level: str, membership: str | None = None) -> pl.DataFrame | None:
    """The verdicts of all organisations of a level on one measure at its last month; None when nobody has a value."""
    monthly = build.kept(name, level, 1, membership)
    return verdicts_of(build, monthly, build.stocks(monthly.measure))


def verdicts_of(build: Build, monthly: Series, stocks: tuple[bool, bool]) -> pl.DataFrame | None:
    """The verdicts of any monthly series at its last month, with its measure's window or, where months are too few, with one month."""
    for window in dict.fromkeys((monthly.measure.window, 1)):
        windowed = monthly.windowed(window, stocks)
        column = _latest(windowed)
        if column is not None:
            patients = build.patients(monthly) if monthly.level == "practice" else None
            judged = verdicts(windowed, monthly, patients, column)
            judged = shielded_verdicts(judged, build.shown(windowed), column, str(Stand.NO_VALUE))
            return judged.with_columns(pl.lit(window).alias("window"))
    return None


def _latest(series: Series) -> int | None:
    """The last month in which any organisation has a value."""
    months = np.flatnonzero((series.missing == Missing.NOTHING).any(axis=0))
    return int(months[-1]) if len(months) else None


def read_verdicts(
    build: Build, level: str, organisations: Sequence[str] | None = None, names: Sequence[str] | None = None
) -> pl.DataFrame | None:
    """The verdicts of a level, or only those of some organisations or measures; None when nothing of the level has a value."""
    path = build.folder / FOLDER / f"{level}.parquet"
    if not path.exists():
        return None
    rows = pl.scan_parquet(path)
    for column, wanted in (("organisation", organisations), ("measure", names)):
        if wanted is not None:
            rows = rows.filter(_one_of(column, list(wanted)))
    return rows.collect()


def _one_of(column: str, wanted: list[str]) -> pl.Expr:
    """Equality for one: it is what skips the parts of a file that cannot hold it."""
    return pl.col(column) == wanted[0] if len(wanted) == 1 else pl.col(column).is_in(wanted)


def verdicts_at(
    build: Build,
    level: str,
    membership: str | None = None,
    names: Sequence[str] | None = None,
    organisations: Sequence[str] | None = None,
) -> pl.DataFrame | None:
    """The verdicts of a level, of all measures or of `names`, of all organisations or of some: the build's own, or made now when
    another membership is asked for.

    `membership` "as_was" or "current"; None is the area's own choice. None when nothing of the level has a value.
    """
    if build.is_current(membership) == build.is_current(None) or level in ("practice", "england", "group"):
        return read_verdicts(build, level, organisations, names)
    wanted = build.measures if names is None else names
    frames = [frame for name in wanted if (frame := verdicts_on(build, name, level, membership)) is not None]
    if not frames:
        return None
    made = pl.concat(frames, how="diagonal_relaxed").sort("organisation", "measure")
    return made if organisations is None else made.filter(_one_of("organisation", list(organisations)))
