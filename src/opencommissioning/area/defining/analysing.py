"""Analyses: a measure that nobody has saved, summed on the fly over the months asked and judged by the rule of all others.

What was summed is kept beside the builds, by build and quantity, so that a page turned or a level changed costs nothing; of a build
that serves no longer nothing is kept.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from opencommissioning.area.build import Build
from opencommissioning.area.building import medicines_of
from opencommissioning.area.comparison.asking import report_measure
from opencommissioning.area.comparison.judging import FOLDER as VERDICTS
from opencommissioning.area.comparison.judging import verdicts_on
from opencommissioning.area.keeping import area_folder
from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.period import shift
from opencommissioning.errors import DefinitionError, NotLoaded
from opencommissioning.measures.grid import Grid, lay_out, recent
from opencommissioning.measures.quantities import Scaled, scaled
from opencommissioning.measures.series import Series
from opencommissioning.measures.summing import Progress, sum_afresh
from opencommissioning.reports.measure import MeasureReport
from opencommissioning.variation.judging import MONTHS
from opencommissioning.warehouse.engine import DuckDB
from opencommissioning.warehouse.store import Part, Store

FOLDER = "analyses"
MOST_KEPT = 400  # arrays and analyses of one build
STALE = 60.0  # seconds without a word after which nobody is taken to be at work


class Trial(Build):
    """A build that knows one measure only, over its last months; everything that can be asked of a build can be asked of it."""

    def __init__(self, build: Build, measure: Measure, grid: Grid, folder: Path) -> None:
        self.folder, self.library, self.settings = folder, build.library, build.settings
        self.meta = build.meta
        self.series = lru_cache(maxsize=20)(self._series)
        self.grid, self.organisations = grid, build.organisations
        self.measures = {measure.id: measure}

    def measure(self, name: str) -> Measure:
        """The measure that is tried."""
        return self.measures.get(name) or super().measure(name)


@dataclass(frozen=True)
class Analysis:
    """What an unsaved measure says: its series (with its window), its verdicts as a report, and the build to draw charts of."""

    measure: Measure
    series: Series
    report: MeasureReport
    build: Trial

    def chart(self, kind: str = "deciles", form: str = "svg") -> bytes:
        """A chart as svg or png: deciles, organisations or funnel."""
        from opencommissioning.area.drawing.charting import as_bytes, draw  # the libraries cost half a second

        return as_bytes(draw(self.build, self.measure.id, self.report.level, None, kind), form)


def silent(what: str, done: int, of: int) -> None:
    """A progress that says nothing."""


def analyse(
    build: Build,
    store: Store,
    measure: Measure,
    level: str = "practice",
    months: int = MONTHS,
    progress: Progress = silent,
) -> Analysis:
    """Sum, lay out and judge a measure that is in no build. `months` are shown; those before them that its window needs are summed too.

    NotLoaded when the build lacks a dataset of the measure. With at least 36 months the verdicts are those that a build would give.
    """
    if measure.percentile is not None:
        raise DefinitionError(
            f"'{measure.id}' is a percentile, which is made when an area is built: put the file below definitions/measures and build"
        )
    trial = _trial(build, store, measure, months, progress)
    _judge(trial, measure, level)
    report = report_measure(trial, measure.id, level)
    window = int(report.verdicts["window"][0])
    return Analysis(measure, trial.series(measure.id, level, window), report, trial)


def is_ready(build: Build, measure: Measure, level: str, months: int = MONTHS) -> bool:
    """Whether everything of an answer is kept already, so that it takes no time."""
    sides = _sides(build, measure)
    grid = recent(build.grid, measure.numerator.dataset, _width(build, measure, months))
    summed = all(part.key in build.grid.values or _kept(build, part, grid).exists() for part in sides)
    return summed and _verdicts(_own(build, measure, sides, months), level).exists()


def progress_of(build: Build, measure: Measure, months: int = MONTHS) -> tuple[int, int] | None:
    """(months summed, of how many) when any process is summing this analysis now; None otherwise."""
    note = _note(_own(build, measure, _sides(build, measure), months))
    try:
        done, of = note.read_text(encoding="ascii").split()
        return (int(done), int(of)) if time.time() - note.stat().st_mtime < STALE else None
    except (FileNotFoundError, ValueError):
        return None


def _sides(build: Build, measure: Measure) -> tuple[Scaled, ...]:
    """Numerator, denominator and, of an amount, the events behind it."""
    contracts, codelists = build.library.contracts, build.library.codelists
    wanted = [each for each in (measure.numerator, measure.denominator, measure.behind()) if each]
    for quantity in wanted:
        if quantity.dataset not in build.grid.layers:
            raise NotLoaded(
                f"{contracts[quantity.dataset].title} is not in this build; load it, then 'opencommissioning build'"
            )
    sides = tuple(scaled(each, contracts[each.dataset], codelists) for each in wanted)
    for part in sides:
        if contracts[part.quantity.dataset].disclosive and part.key not in build.grid.values:
            raise NotLoaded(
                f"{contracts[part.quantity.dataset].title}: counts of people can be asked for through measures of the build only, "
                "where all are rounded together; put the definition into the area's definitions/measures, then 'opencommissioning build'"
            )
    return sides


def _width(build: Build, measure: Measure, months: int) -> int:
    own = build.months_of(measure.numerator.dataset)
    first = shift(own[-1], 2 - months - measure.window) if own else None
    return sum(month >= first for month in own)


def _trial(build: Build, store: Store, measure: Measure, months: int, progress: Progress) -> Trial:
    sides = dict.fromkeys(_sides(build, measure))
    grid = recent(build.grid, measure.numerator.dataset, _width(build, measure, months))
    values = {}
    for part in sides:
        if part.key in build.grid.values:
            values[part.key] = _shown(build, grid, part)
        elif _kept(build, part, grid).exists():
            values[part.key] = np.load(_kept(build, part, grid))
    lacking = [part for part in sides if part.key not in values]
    own = _own(build, measure, tuple(sides), months)
    for dataset in dict.fromkeys(part.quantity.dataset for part in lacking):
        group = [part for part in lacking if part.quantity.dataset == dataset]
        values |= _sum(build, store, grid, dataset, group, _noted(progress, _note(own)))
        for part in group:
            _keep(_kept(build, part, grid), values[part.key])
    _note(own).unlink(missing_ok=True)
    return Trial(build, measure, Grid(grid.register, grid.layers, values, grid.patients), own)


def _note(own: Path) -> Path:
    return own.with_suffix(".working")


def _noted(progress: Progress, note: Path) -> Progress:
    """A progress that also leaves word for other processes, so that two do not sum the same."""

    def noted(what: str, done: int, of: int) -> None:
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(f"{done} {of}", encoding="ascii")
        progress(what, done, of)

    return noted


def _sum(
    build: Build, store: Store, grid: Grid, dataset: str, wanted: Sequence[Scaled], progress: Progress
) -> dict[str, np.ndarray]:
    over, contract = grid.layers[dataset], build.library.contracts[dataset]
    parts: list[Part] = [part for part in store.parts(dataset) if part.period in over.loaded]
    names = {part.period: part for part in store.parts("presentations")}
    with DuckDB(store, threads=build.settings.threads, memory=build.settings.memory) as engine:
        sums = sum_afresh(
            parts,
            names,
            contract,
            wanted,
            build.library.codelists,
            medicines_of(store),
            engine.frame,
            progress,
        )
    return lay_out(grid.register, over, sums, [part.key for part in wanted])


def _shown(build: Build, grid: Grid, part: Scaled) -> np.ndarray:
    """A quantity that the build has, in the months of a trial's grid."""
    over, first = build.grid.layers[part.quantity.dataset], build.months.index(grid.register.months[0])
    return over.on(build.grid.values[part.key], slice(first, first + len(grid.register.months)), 0)


def _kept(build: Build, part: Scaled, grid: Grid) -> Path:
    first, last = (f"{grid.register.months[end]:%Y%m}" for end in (0, -1))
    return _folder(build) / f"{part.key}-{first}-{last}.npy"


def _folder(build: Build) -> Path:
    return area_folder(build) / FOLDER / build.id


def _own(build: Build, measure: Measure, sides: Iterable[Scaled], months: int) -> Path:
    """Where the verdicts of a measure are kept: what they depend on is in the name, title and words are not."""
    keys = list(dict.fromkeys(part.key for part in sides))
    text = repr(
        (keys, measure.id, measure.per, measure.narrowed, measure.window, str(measure.better), months)
    )
    return _folder(build) / hashlib.sha256(text.encode()).hexdigest()[:20]


def _keep(path: Path, array: np.ndarray) -> None:
    """Write aside, then rename, so that another process never reads half of it; the oldest make room."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for other in path.parent.parent.iterdir():
        if other != path.parent:
            shutil.rmtree(other, ignore_errors=True)  # of a build that serves no longer
    aside = path.with_name(f"{path.stem}.{os.getpid()}.aside.npy")
    np.save(aside, array)
    aside.replace(path)
    for old in sorted(path.parent.iterdir(), key=_age, reverse=True)[MOST_KEPT:]:
        shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another process has just made room
        return 0.0


def _verdicts(own: Path, level: str) -> Path:
    return own / VERDICTS / f"{level}.parquet"


def _judge(trial: Trial, measure: Measure, level: str) -> None:
    target = _verdicts(trial.folder, level)
    if target.exists():
        return
    found = verdicts_on(trial, measure.id, level)
    if found is None:
        raise NotLoaded(
            "no organisation of this level has a value: nothing of the denominator is in the months asked, "
            "or coverage is too low; 'opencommissioning status' says what is missing"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_suffix(f".{os.getpid()}.aside")
    found.sort("organisation", "measure").write_parquet(aside)
    aside.replace(target)
