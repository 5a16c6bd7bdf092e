"""The verdicts of a build: every measure at every level, computed once and kept as one table per level.

<build>/verdicts/<level>.parquet         all of them, with `named` (variation/telling.py); <level>-<membership> for the membership that is not the area's own
<build>/verdicts/<level>.arrow           the same, mapped: one organisation's rows are read without those of a nation
<build>/verdicts/<level>-by-measure.arrow   and one measure's
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.area.build import MEMBERSHIPS, Build
from opencommissioning.area.comparison.comparators import comparator_of, deciles_told
from opencommissioning.area.comparison.lines import LinesWriter
from opencommissioning.area.comparison.pieces import (
    Made,
    Piece,
    gathered,
    helpers,
    plan,
    planned,
    work,
)
from opencommissioning.area.levels import PRACTICE
from opencommissioning.area.percentiles import read_percentiles
from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.organisation import LEVELS, PARENT_LEVELS, PUBLISHED_LEVELS
from opencommissioning.measures.series import Missing, Series
from opencommissioning.measures.shielding import shielded_verdicts
from opencommissioning.measures.summing import Progress
from opencommissioning.statistics.ranks import decile_lines
from opencommissioning.variation.judging import judged, verdicts
from opencommissioning.variation.percentiles import percentile_verdicts
from opencommissioning.variation.telling import named
from opencommissioning.variation.verdict import Stand
from opencommissioning.warehouse.mapped import Mapped, write_mapped

FOLDER = "verdicts"
FIRST = ("organisation", "measure")


def judge(
    build: Build,
    progress: Progress,
    area: Path,
    threads: int = 1,
    beside: Callable[[], None] = lambda: None,
) -> None:
    """Write the verdicts and the lines of each level that can be compared, by the members of each month and of today where they differ.

    `area`: the area's folder, which up to `threads` - 1 helper processes open for themselves. `beside`: work that needs no verdict, done
    first while helpers judge.
    """
    folder = build.folder / FOLDER
    folder.mkdir()
    levels = [level for level in (*LEVELS, *PUBLISHED_LEVELS) if build.organisations_of(level)]
    tables = [(level, membership) for level in levels for membership in memberships_of(build, level)]
    writers = {table: LinesWriter(build, table[0], _name(build, *table)) for table in tables}
    pieces, make = plan(folder, tables, list(build.measures)), partial(_make, build)
    with helpers(area, build.folder, pieces, threads):
        beside()
        for piece in work(folder, pieces, make):
            progress(f"verdicts, {piece.level}", piece.number, len(pieces))
    made = gathered(folder, pieces, make)
    for table, writer in writers.items():
        mine = [each for piece, each in made if (piece.level, piece.membership) == table]
        writer.close({name: months for each in mine for name, months in each.months.items()})
        kept = [each.verdicts for each in mine if each.verdicts is not None]
        if kept:
            _write(build, _name(build, *table), pl.concat(kept, how="diagonal_relaxed").sort(FIRST))


def help_to_judge(build: Build) -> None:
    """Judge pieces that nobody has taken of a build that `judge` is making in another process."""
    folder = build.folder / FOLDER
    for _ in work(folder, planned(folder), partial(_make, build)):
        pass


def memberships_of(build: Build, level: str) -> tuple[str | None, ...]:
    """None for the area's own membership, and the other one where it gives other members."""
    return build.remember(("memberships", level), lambda: _memberships(build, level))


def _memberships(build: Build, level: str) -> tuple[str | None, ...]:
    if level not in PARENT_LEVELS:
        return (None,)
    was, now = (build.members(level, current)[1] for current in (False, True))
    return (None,) if np.array_equal(was, now) else (None, _other(build))


def _other(build: Build) -> str:
    """The membership that is not the area's own."""
    return next(each for each in MEMBERSHIPS if build.is_current(each) != build.is_current(None))


def _make(build: Build, piece: Piece) -> Made:
    """A piece's verdicts; its lines go into the level's arrays, which lie ready."""
    lines = LinesWriter(build, piece.level, _name(build, piece.level, piece.membership), ready=True)
    frames = [_judge(build, measure, piece.level, piece.membership, lines) for measure in piece.measures]
    kept = [frame for frame in frames if frame is not None]
    return Made(pl.concat(kept, how="diagonal_relaxed") if kept else None, lines.months)


def _judge(
    build: Build, name: str, level: str, membership: str | None, lines: LinesWriter
) -> pl.DataFrame | None:
    if not _can_have_values(build, build.measures[name], level, membership):
        lines.add_nothing(name, build.months_of(build.measures[name].numerator.dataset))
        return None
    monthly = build.kept(name, level, 1, membership)
    stocks = build.stocks(monthly.measure)
    windowed = monthly.in_its_window(stocks)
    shown = build.shown(windowed)
    found = _verdicts(build, monthly, windowed, shown, _behind(build, windowed, monthly, membership))
    window = 1 if windowed is monthly else monthly.measure.window
    drawn = shown.last(len(shown.months) - 1, lines.width)
    theirs = None if found is None else deciles_told(found, build, window, drawn.months)
    lines.add(name, drawn, decile_lines(comparable(build, drawn), axis=0) if theirs is None else theirs)
    return found


def _can_have_values(build: Build, measure: Measure, level: str, membership: str | None) -> bool:
    """Whether enough practices of any organisation of a level are in a file of what the measure counts: asked once for all such measures.

    Of four practices in a national register no sums of practices need be made to know that none may be shown.
    """
    name = measure.numerator.dataset
    if level == PRACTICE or build.level_of(measure) != PRACTICE or level not in LEVELS:
        return True
    over, current = build.grid.layers[name], build.is_current(membership)

    def reached() -> bool:
        share = build.membership(level, current, over.cut).share(np.asarray(over.taken) >= 0)
        with np.errstate(invalid="ignore"):
            return bool((share >= build.settings.coverage).any())

    return build.remember(("can have values", name, level, current), reached)


def _write(build: Build, name: str, frame: pl.DataFrame) -> None:
    folder, frame = build.folder / FOLDER, frame.select(*FIRST, pl.exclude(FIRST))
    frame = frame.with_columns(named(frame))
    frame.write_parquet(folder / f"{name}.parquet")
    write_mapped(frame, folder / name, "organisation")
    write_mapped(frame.sort("measure", "organisation"), folder / f"{name}-by-measure", "measure")


def _name(build: Build, level: str, membership: str | None) -> str:
    """What the tables of a level are called; those of the area's own membership by the level alone."""
    own = level not in PARENT_LEVELS or build.is_current(membership) == build.is_current(None)
    return level if own else f"{level}-{membership}"


def kept_as(build: Build, level: str, membership: str | None) -> str:
    """The name under which a build keeps what is asked: the other membership's only where it gives other members."""
    return _name(build, level, membership if len(memberships_of(build, level)) > 1 else None)


def verdicts_on(build: Build, name: str, level: str, membership: str | None = None) -> pl.DataFrame | None:
    """The verdicts of all organisations of a level on one measure at its last month; None when nobody has a value."""
    monthly = build.kept(name, level, 1, membership)
    windowed = monthly.in_its_window(build.stocks(monthly.measure))
    behind = _behind(build, windowed, monthly, membership)
    return _verdicts(build, monthly, windowed, build.shown(windowed), behind)


def _behind(build: Build, windowed: Series, monthly: Series, membership: str | None) -> Series | None:
    """The events behind an amount, in the window that is judged."""
    window = 1 if windowed is monthly else monthly.measure.window
    return build.behind(monthly.measure, monthly.level, window, membership)


def verdicts_of(build: Build, monthly: Series, stocks: tuple[bool, bool]) -> pl.DataFrame | None:
    """The verdicts of any monthly series at its last month, with its measure's window or, where months are too few, with one month."""
    windowed = monthly.in_its_window(stocks)
    return _verdicts(build, monthly, windowed, build.shown(windowed))


def _verdicts(
    build: Build, monthly: Series, windowed: Series, shown: Series, behind: Series | None = None
) -> pl.DataFrame | None:
    column = _latest(windowed)
    if column is None:
        return None
    if monthly.measure.percentile is not None:
        return percentile_verdicts(
            monthly, read_percentiles(build.folder, monthly.measure.id), column
        ).with_columns(pl.lit(1).alias("window"))
    window, patients = 1 if windowed is monthly else monthly.measure.window, _patients(build, monthly)
    own = int(judged(windowed, patients)[:, column].sum())
    comparator = comparator_of(build, windowed, window, own, column)
    found = verdicts(windowed, monthly, patients, column, behind, comparator)
    if shown is not windowed:  # counts of people
        found = shielded_verdicts(found, shown, column, str(Stand.NO_VALUE))
    return found.with_columns(pl.lit(window).alias("window"))


def _latest(series: Series) -> int | None:
    """The last month in which any organisation has a value."""
    months = np.flatnonzero((series.missing == Missing.NOTHING).any(axis=0))
    return int(months[-1]) if len(months) else None


def comparable(build: Build, series: Series) -> np.ndarray:
    """The values (organisations, months) of those that are large enough to be compared, nan elsewhere."""
    return np.where(judged(series, _patients(build, series)), series.values, np.nan)


def _patients(build: Build, series: Series) -> np.ndarray | None:
    return build.patients(series) if series.level == "practice" else None


def read_verdicts(
    build: Build, level: str, organisations: Sequence[str] | None = None, names: Sequence[str] | None = None
) -> pl.DataFrame | None:
    """The verdicts of a level in the area's own membership, or only those of some organisations or measures; None when nothing of the
    level has a value.
    """
    return _read(build, level, organisations, names)


def _read(
    build: Build, name: str, organisations: Sequence[str] | None, names: Sequence[str] | None
) -> pl.DataFrame | None:
    by_measure = organisations is None and names is not None
    table = _mapped(build, f"{name}-by-measure" if by_measure else name)
    if table is None:
        rows = _scanned(build, name, organisations, names)
        return None if rows is None else _told(rows)
    if by_measure:
        rows = table.of(names).select(*FIRST, pl.exclude(FIRST))
        return _told(rows if len(names) == 1 else rows.sort(FIRST))  # of one measure they lie in this order
    rows = table.frame if organisations is None else table.of(organisations)
    return _told(rows if names is None else rows.filter(_one_of("measure", list(names))))


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    """With whom and how many they are compared also where a build is older than comparators."""
    if "against" in rows.columns:
        return rows
    return rows.with_columns(against=pl.lit(""), compared=pl.lit(None, pl.Int64))


def _mapped(build: Build, name: str) -> Mapped | None:
    """A mapped table of the build, opened once; None when the build has none."""
    path = build.folder / FOLDER / f"{name}.arrow"
    return build.remember(("verdicts", name), lambda: Mapped(path)) if path.exists() else None


def _scanned(
    build: Build, name: str, organisations: Sequence[str] | None, names: Sequence[str] | None
) -> pl.DataFrame | None:
    """From the table that is not mapped: of builds that were made before tables were."""
    path = build.folder / FOLDER / f"{name}.parquet"
    if not path.exists():
        return None
    rows = pl.scan_parquet(path)
    for column, wanted in (("organisation", organisations), ("measure", names)):
        if wanted is not None:
            rows = rows.filter(_one_of(column, list(wanted)))
    return rows.select(*FIRST, pl.exclude(FIRST)).collect()


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
    """The verdicts of a level, of all measures or of `names`, of all organisations or of some, as the build has kept them.

    `membership` "as_was" or "current"; None is the area's own choice. None when nothing of the level has a value.
    """
    name = kept_as(build, level, membership)
    if name != level and _mapped(build, name) is None:
        return _made(build, level, membership, names, organisations)
    return _read(build, name, organisations, names)


def _made(
    build: Build,
    level: str,
    membership: str | None,
    names: Sequence[str] | None,
    organisations: Sequence[str] | None,
) -> pl.DataFrame | None:
    """Now, because the build was made before those of the other membership were kept."""
    wanted = build.measures if names is None else names
    frames = [frame for name in wanted if (frame := verdicts_on(build, name, level, membership)) is not None]
    if not frames:
        return None
    made = pl.concat(frames, how="diagonal_relaxed").sort(FIRST).select(*FIRST, pl.exclude(FIRST))
    made = made.with_columns(named(made))
    return made if organisations is None else made.filter(_one_of("organisation", list(organisations)))
