"""Comparator files: what a larger population's organisations say of each measure, written by whoever holds it, read by who does not."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.area.build import Build
from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.organisation import level_name
from opencommissioning.catalogue.period import spoken
from opencommissioning.errors import NotLoaded
from opencommissioning.measures.quantities import scaled
from opencommissioning.measures.series import Missing, Series
from opencommissioning.variation.comparator import PLACES, Comparator, Statistics, means_of, statistics_of
from opencommissioning.variation.judging import judged
from opencommissioning.warehouse.store import Store

DATASET, FILE = "comparators", "comparators.parquet"
LEVELS = ("practice", "pcn", "sub_icb", "icb")
COLUMNS = ("measure", "level", "month", "window", "statistic", "value")
Progress = Callable[[str, int, int], None]


def write_comparators(
    build: Build, path: Path, levels: Sequence[str] = LEVELS, progress: Progress = lambda what, done, of: None
) -> Path:
    """Write the comparators of every measure at some levels as csv: parameters of the last 36 months, every centile of the last one.

    NotLoaded when no measure has a value at these levels.
    """
    rows = []
    for number, name in enumerate(build.measures):
        progress(name, number, len(build.measures))
        for level in (each for each in levels if build.organisations_of(each)):
            rows += _rows(build, name, level)
    if not rows:
        raise NotLoaded("no measure has a value at these levels, so there is nothing to compare with")
    frame = pl.DataFrame(rows, schema=COLUMNS, orient="row")
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.with_columns(pl.col("month").dt.strftime("%Y-%m"), pl.col("value").round(PLACES)).write_csv(
        path, float_scientific=False, float_precision=PLACES
    )
    return path


def _rows(build: Build, name: str, level: str) -> list[tuple]:
    """One measure's statistics at a level, with the window of its verdicts and month by month."""
    if build.measures[name].percentile is not None:
        return []  # judged by its bands, which a file of parameters does not hold
    monthly = build.kept(name, level, 1)
    measure, stocks = monthly.measure, build.stocks(monthly.measure)
    for window in dict.fromkeys((measure.window, 1)):
        windowed = monthly.windowed(window, stocks)
        there = np.flatnonzero((windowed.missing == Missing.NOTHING).any(axis=0))
        if len(there):
            column = int(there[-1])
            patients = build.patients(monthly) if level == "practice" else None
            behind = build.behind(measure, level, window, None)
            found = statistics_of(windowed, judged(windowed, patients), column, behind)
            number = {windowed.months[column]: {"definition": float(definition_number(build, measure))}}
            parts = [(window, found), (window, number)]
            if window != 1:
                parts.append((1, means_of(monthly, judged(monthly, patients), column)))
            return [
                (name, level, month, width, statistic, value)
                for width, each in parts
                for month, statistics in each.items()
                for statistic, value in statistics.items()
                if np.isfinite(value)
            ]
    return []


def definition_number(build: Build, measure: Measure) -> int:
    """A number of what a measure counts: the same codes, conditions and unit give the same one."""
    contracts, lists = build.library.contracts, build.library.codelists
    keys = [
        scaled(each, contracts[each.dataset], lists).key for each in (measure.numerator, measure.denominator)
    ]
    text = repr((*keys, str(measure.per), measure.narrowed))
    return int(hashlib.sha256(text.encode()).hexdigest()[:7], 16)


def keep_comparators(folder: Path, store: Store) -> None:
    """Put what is loaded beside the build that uses it; of two files that say the same thing the later one speaks."""
    parts = sorted(store.parts(DATASET), key=lambda part: part.loaded_at)
    frames = [pl.read_parquet(part.path).with_columns(pl.lit(part.file).alias("file")) for part in parts]
    if frames:
        rows = pl.concat(frames).unique(list(COLUMNS[:5]), keep="last", maintain_order=True)
        rows.with_columns(pl.col("value").cast(pl.Float64)).write_parquet(folder / FILE)


@lru_cache(maxsize=4)
def _loaded(folder: Path) -> Mapping[tuple[str, str], tuple[str, Statistics]]:
    """(measure, level) → file and its statistics."""
    path = folder / FILE
    if not path.exists():
        return {}
    out = {}
    for (measure, level), rows in (
        pl.read_parquet(path).partition_by("measure", "level", as_dict=True).items()
    ):
        found: dict[tuple[date, int], dict[str, float]] = {}
        for month, window, statistic, value in rows.select(
            "month", "window", "statistic", "value"
        ).iter_rows():
            found.setdefault((month, window), {})[statistic] = value
        out[measure, level] = rows["file"][-1], found
    return out


def comparator_of(build: Build, windowed: Series, window: int, own: int, column: int) -> Comparator | None:
    """What a series is compared with at the month of `column`; None: with itself.

    A file speaks where it tells of this very month, window and definition, and where the organisations with a value here (`own` of them)
    are fewer than the coverage rule's share of those in the file.
    """
    measure, month = windowed.measure, windowed.months[column]
    file, statistics = _loaded(build.folder).get((measure.id, windowed.level), ("", {}))
    here = statistics.get((month, window), {})
    if not here or own >= build.settings.coverage * here.get("organisations", 0):
        return None
    if "definition" in here and here["definition"] != definition_number(build, measure):
        return None
    count = int(here["organisations"])
    words = (
        f"{count:,} {level_name(windowed.level, month, plural=True)} in {spoken(month)}, from the file {file}"
    )
    return Comparator(statistics, window, float(measure.per), count, words)


def deciles_told(rows: pl.DataFrame, build: Build, window: int, months: Sequence[date]) -> np.ndarray | None:
    """Decile lines (9, months) of the file that verdict `rows` of one measure were compared with; None when with each other."""
    if not rows.height or not rows["against"][0]:
        return None
    _, statistics = _loaded(build.folder)[rows["measure"][0], rows["level"][0]]
    return Comparator(statistics, window, 1.0, 0, "").deciles(months)


def comparators_told(build: Build) -> list[str]:
    """Sentences on comparator files: which speak for how many measures, and why others do not."""
    from opencommissioning.area.comparison.judging import read_verdicts  # it asks this module when it judges

    out = []
    for level in sorted({level for _, level in _loaded(build.folder)}):
        names = [
            measure for measure, at in _loaded(build.folder) if at == level and measure in build.measures
        ]
        rows = read_verdicts(build, level)
        used = 0 if rows is None else rows.filter(pl.col("against") != "")["measure"].n_unique()
        words = level_name(level, build.latest, plural=True)
        out.append(
            f"{used} of {len(names)} measures of {words} are compared with a comparator file. It speaks where it tells of the same month, window "
            "and definition, and where fewer organisations are here than in the file."
        )
    return out
