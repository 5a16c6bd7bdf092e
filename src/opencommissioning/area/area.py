"""Area: a folder with settings, a store of loaded files and finished builds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl

from opencommissioning.area.build import Build
from opencommissioning.area.building import Material, check, compute, material, now, write_build
from opencommissioning.area.judging import judge
from opencommissioning.area.library import Library
from opencommissioning.area.settings import Settings, read_settings, write_settings
from opencommissioning.errors import FileRefused, NotLoaded
from opencommissioning.measures.summing import Progress
from opencommissioning.sources.recognise import recognise
from opencommissioning.warehouse.builds import Builds
from opencommissioning.warehouse.store import LoadReport, Store


def silent(what: str, done: int, of: int) -> None:
    """A progress that says nothing."""


@dataclass(frozen=True)
class BuildReport:
    """What a build did: its id, whether anything changed, how long each step took."""

    id: str
    changed: bool
    seconds: float
    measures: int
    practices: int
    months: int
    steps: Mapping[str, float]


class Area:
    """A commissioning area on disk.

    >>> area = Area.open("my-area")          # doctest: +SKIP
    >>> area.load(["EPD_202609.csv"])        # doctest: +SKIP
    >>> area.build()                         # doctest: +SKIP
    >>> area.current.series("broad_spectrum_antibiotics", "practice").frame()   # doctest: +SKIP
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder / "store")
        self.builds = Builds(folder / "builds")
        self._open: Build | None = None

    @classmethod
    def create(cls, folder: str | Path, name: str = "", home: str = "") -> "Area":
        """A new area folder with a commented area.toml."""
        folder = Path(folder)
        write_settings(folder, name or folder.resolve().name, home)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: str | Path) -> "Area":
        """An existing area; StoreError when the folder is none."""
        area = cls(Path(folder))
        area.settings  # noqa: B018  (a wrong setting is told now, not at the first question)
        return area

    @cached_property
    def settings(self) -> Settings:
        """What area.toml says."""
        return read_settings(self.folder)

    @cached_property
    def library(self) -> Library:
        """Definitions in force: shipped ones and the area's own."""
        return Library(self.folder / "definitions")

    def load(
        self,
        files: Iterable[str | Path],
        replace: bool = False,
        on_error: str = "keep",
        progress: Callable | None = None,
        on_refusal: Callable[[Path, FileRefused], None] | None = None,
    ) -> list[LoadReport]:
        """Load files of any known kind. A refused file raises, or is handed to `on_refusal` and the rest goes on."""
        reports = []
        for file in map(Path, files):
            try:
                reports.append(self._load(file, replace, on_error, progress))
            except FileRefused as refusal:
                if on_refusal is None:
                    raise
                on_refusal(file, refusal)
        return reports

    def _load(self, file: Path, replace: bool, on_error: str, progress: Callable | None) -> LoadReport:
        known = {"practice": self._known_practices()}
        return self.store.load(file, recognised=recognise(file), replace=replace, on_error=on_error, known=known, progress=progress)

    def _known_practices(self) -> frozenset[str]:
        parts = self.store.parts("practices")
        return frozenset(code for part in parts for code in pl.read_parquet(part.path, columns=["practice"])["practice"])

    def build(self, progress: Progress = silent) -> BuildReport:
        """A new build when anything changed; the old one serves until the new one is swapped in."""
        began = now()
        made_of = material(self.store, self.library, self.settings)
        previous = self.builds.current()
        if previous is not None and previous.name == made_of.id:
            return self._report(made_of.id, False, now() - began, {})
        steps = self._make(made_of, previous, progress)
        self._open = None
        return self._report(made_of.id, True, now() - began, steps)

    def _make(self, made_of: Material, previous: Path | None, progress: Progress) -> dict[str, float]:
        steps = {}
        with self.builds.aside() as draft:
            started = now()
            grid = compute(made_of, self.folder / "results", progress)
            steps["facts"] = now() - started
            write_build(draft.folder, made_of, grid, previous, steps["facts"])
            check(grid)
            steps["arrays"] = now() - started - steps["facts"]
            judge(Build(draft.folder, self.library, self.settings), progress)
            steps["verdicts"] = now() - started - steps["facts"] - steps["arrays"]
            draft.publish(made_of.id)
        return steps

    def _report(self, name: str, changed: bool, seconds: float, steps: Mapping[str, float]) -> BuildReport:
        build = self.current
        return BuildReport(name, changed, seconds, len(build.measures), len(build.register.practices), len(build.months), steps)

    @property
    def current(self) -> Build:
        """The build that serves now; a new one is picked up without a restart."""
        folder = self.builds.current()
        if folder is None:
            raise NotLoaded(f"{self.folder} has no build yet; load files and run 'opencommissioning build', or try 'opencommissioning demo'")
        if self._open is None or self._open.folder != folder:
            self._open = Build(folder, self.library, self.settings)
        return self._open

    def status(self) -> pl.DataFrame:
        """One row per stored part: dataset, period, file, source, era, rows, refused, loaded_at."""
        rows = [
            {
                "dataset": part.dataset,
                "period": part.period,
                "label": part.label,
                "file": part.file,
                "source": part.source,
                "era": part.era,
                "rows": part.rows,
                "refused": part.refused,
                "loaded_at": part.loaded_at,
            }
            for dataset in self.store.datasets()
            for part in self.store.parts(dataset)
        ]
        return pl.DataFrame(rows) if rows else pl.DataFrame(schema={"dataset": pl.String, "period": pl.Date})

    def months(self, dataset: str) -> list[date]:
        """The months of a dataset that are loaded."""
        return [part.period for part in self.store.parts(dataset) if part.period]
