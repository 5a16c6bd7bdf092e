"""Area: a folder with settings, a store of loaded files and finished builds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from pathlib import Path

import polars as pl

from opencommissioning.area import annotations
from opencommissioning.area.annotations import Annotation
from opencommissioning.area.build import Build
from opencommissioning.area.building import Material, check, compute, material, now, write_build
from opencommissioning.area.comparison import asking
from opencommissioning.area.comparison.judging import judge
from opencommissioning.area.comparison.need import Adjusted, adjust
from opencommissioning.area.comparison.peering import Peers, peers
from opencommissioning.area.data.arriving import Arriving
from opencommissioning.area.data.classifying import classify
from opencommissioning.area.data.counting import Count, count, is_stale
from opencommissioning.area.data.counting import Material as Records
from opencommissioning.area.data.loading import load_files
from opencommissioning.area.data.people_in import gate_secret, opt_outs_of, vault_of
from opencommissioning.area.data.reconciling import Reconciliation, reconcile
from opencommissioning.area.data.removing import Removal, remove
from opencommissioning.area.data.standing import SourceStatus, notes, source_statuses, status_lines
from opencommissioning.area.defining.analysing import Analysis, analyse
from opencommissioning.area.defining.changes import look
from opencommissioning.area.exporting import export
from opencommissioning.area.library import Library
from opencommissioning.area.memory import memory_kept
from opencommissioning.area.money.explaining import explain
from opencommissioning.area.money.pricing import write_prices
from opencommissioning.area.money.saving import DEFAULT, report_money
from opencommissioning.area.money.switching import write_money
from opencommissioning.area.settings import Settings, read_settings, write_settings
from opencommissioning.area.summing_apart import summing_helper
from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.process import ProcessChoice
from opencommissioning.catalogue.source import Source
from opencommissioning.errors import FileRefused, NotLoaded, StoreError
from opencommissioning.language.definitions import World, read_measure
from opencommissioning.measures.summing import Progress
from opencommissioning.records.vault import Vault
from opencommissioning.reports.measure import MeasureReport
from opencommissioning.reports.money import MoneyReport
from opencommissioning.reports.organisation import OrganisationReport
from opencommissioning.reports.spending import Explanation
from opencommissioning.sources.mapping import draft_mapping, read_mappings
from opencommissioning.sources.reading_lists import NOTHING_TOLD, Taken
from opencommissioning.sources.recognise import sniff
from opencommissioning.warehouse.builds import Builds
from opencommissioning.warehouse.store import Change, LoadReport, Store


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
        files: Iterable[str | Path] | Arriving,
        replace: bool = False,
        on_error: str = "keep",
        progress: Progress = silent,
        on_refusal: Callable[[Path, FileRefused], None] | None = None,
        month: date | None = None,
        taken: Taken = NOTHING_TOLD,
    ) -> list[LoadReport]:
        """Load files of any known kind, and those inside folders; `month` and `taken` are for files that do not say theirs.

        A refused file raises FileRefused, or is handed to `on_refusal` and the rest goes on.
        """
        return load_files(self, files, replace, on_error, progress, on_refusal, month, taken)

    @property
    def vault(self) -> Vault:
        """The people's store of this area."""
        return vault_of(self.folder, self.settings)

    def _records(self) -> Records:
        return Records(
            self.vault,
            opt_outs_of(self.folder, self.settings),
            self.store,
            self.library,
            self.settings.emergency,
        )

    def count(self, progress: Progress = silent, because: str = "") -> list[Count]:
        """Counts by practice, month and category out of the people's records into the store; `build` does it when they changed."""
        return count(self._records(), progress, because)

    @property
    def mappings(self) -> list[Source]:
        """The area's own column mappings, as they are now: people edit one between two loads of a notebook."""
        return read_mappings(self.folder / "mappings")

    def draft_mapping(self, file: Path, dataset: str) -> Path:
        """Write a guessed mapping of a file to `mappings/<file>.toml` for the user to put right; refuses to overwrite one."""
        target = self.folder / "mappings" / f"{file.stem}.toml"
        if target.exists():
            raise StoreError(f"{target} exists already; edit it, or remove it to have a new draft")
        text = draft_mapping(sniff(file), dataset)
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return target

    def build(
        self, progress: Progress = silent, notify: Callable[[Build], None] | None = None
    ) -> BuildReport:
        """A new build when anything changed; the old one serves until the new one is swapped in. `notify` is then called with it."""
        began = now()
        if self.vault.held and is_stale(self._records()):
            self.count(progress)
        made_of = material(self.store, self.library, self.settings)
        previous = self.builds.current()
        if previous is not None and previous.name == made_of.id:
            return self._report(made_of.id, False, now() - began, {})
        with memory_kept():
            steps = self._make(made_of, previous, progress)
        self._open = None
        report = self._report(made_of.id, True, now() - began, steps)
        if notify is not None:
            notify(self.current)
        return report

    def _make(self, made_of: Material, previous: Path | None, progress: Progress) -> dict[str, float]:
        steps, secret = {}, partial(gate_secret, self.folder)
        with self.builds.aside() as draft:
            started = now()
            with summing_helper(made_of, self.folder / "results"):
                grid = compute(made_of, self.folder / "results", progress, secret)
            steps["facts"] = now() - started
            progress("organisations and months", 0, 1)
            write_build(draft.folder, made_of, grid, previous, steps["facts"], secret)
            check(draft.folder, self.settings.groups)
            steps["arrays"] = now() - started - steps["facts"]
            build = Build(draft.folder, self.library, self.settings)

            def money() -> None:
                began = now()
                self._write_money(draft.folder, progress)
                steps["money"] = now() - began

            judge(build, progress, self.folder, self.settings.threads, money)
            steps["verdicts"] = now() - started - sum(steps.values())
            draft.publish(made_of.id)
        look(self.folder, made_of.id, self.library, made_of.measures.values())
        return steps

    def _write_money(self, folder: Path, progress: Progress) -> None:
        results = self.folder / "results"
        write_prices(Build(folder, self.library, self.settings), self.store, results, progress)
        write_money(Build(folder, self.library, self.settings), self.store, results)

    def _report(self, name: str, changed: bool, seconds: float, steps: Mapping[str, float]) -> BuildReport:
        build = self.current
        return BuildReport(
            name,
            changed,
            seconds,
            len(build.measures),
            len(build.register.practices),
            len(build.months),
            steps,
        )

    @property
    def current(self) -> Build:
        """The build that serves now; a new one is picked up without a restart."""
        folder = self.builds.current()
        if folder is None:
            raise NotLoaded(
                f"{self.folder} has no build yet; load files and run 'opencommissioning build', or try 'opencommissioning demo'"
            )
        if self._open is None or self._open.folder != folder:
            if self._open is not None:
                self.__dict__.pop("library", None)  # another process built: its definitions may be newer
            self._open = Build(folder, self.library, self.settings)
        return self._open

    def sources(self) -> list[SourceStatus]:
        """Every known source: what it unlocks, which months are loaded."""
        return source_statuses(self.store, self.library)

    def status_lines(self) -> list[tuple[str, ...]]:
        """One line per loaded dataset: name, periods, parts, rows, refused."""
        return status_lines(self.store)

    def status_notes(self) -> dict[str, list[str]]:
        """Titled sentences: what was refused and why, which months are missing, coverage."""
        return notes(self.store, self.current if self.builds.current() else None)

    def undo(self) -> str:
        """Take back what the last command changed in the store; says what. People's records and notes stay as they are."""
        told = [self.store.undo()]
        if self.vault.held:
            told.append("People's records stay: a file of theirs is only replaced.")
        if self.annotations():
            told.append("Notes stay: 'opencommissioning annotate CODE --withdraw NOTE' takes one back.")
        return " ".join(told)

    def remove(self, dataset: str, period: str = "") -> Removal:
        """Take a dataset, or one period of it ("2026-09"), out of the store; says what went and what then is missing. `undo` brings it back."""
        return remove(self.store, self.library, dataset, period)

    def redo(self) -> str:
        """Bring forward again what was last taken back; says what."""
        return self.store.redo()

    def changes(self) -> list[Change]:
        """What each command changed in the store, oldest first, and whether it counts."""
        return self.store.changes()

    def report(self, code: str, membership: str | None = None) -> OrganisationReport:
        """What stands out for an organisation; `membership` "as_was" or "current" where the area's own choice is not wanted."""
        return asking.report_organisation(self.current, code, membership)

    def adjusted(self, name: str, base: str = "", level: str = "practice") -> Adjusted:
        """A measure per patient against need: "weighted" (prescribing-weighted patients), "age" (estimated), or a STAR-PU list."""
        return adjust(self.current, self.store, name, base, level)

    def peers(
        self, code: str, named: tuple[str, ...] = (), count: int = 10, by: tuple[str, ...] = ()
    ) -> Peers:
        """Organisations to compare with: named ones, or the nearest by size, old, young, deprivation (some of these, or all)."""
        return peers(self.current, self.store, code, named, count, by)

    def money(self, code: str, against: str = DEFAULT) -> MoneyReport | None:
        """What an organisation could save against "usual", "10", "20", "50" (centiles) or "peers"; None when nothing is known."""
        return report_money(self.current, self.store, code, against)

    def measure_report(
        self, name: str, level: str = "practice", membership: str | None = None
    ) -> MeasureReport:
        """One measure at one level."""
        return asking.report_measure(self.current, name, level, membership)

    def analyse(
        self, measure: Measure | Path, level: str = "practice", months: int = 36, progress: Progress = silent
    ) -> Analysis:
        """What a measure says that is in no build: an object, or a definition file."""
        if not isinstance(measure, Measure):
            measure = read_measure(Path(measure), World(self.library.contracts, self.library.codelists))
        return analyse(self.current, self.store, measure, level, months, progress)

    def why(self, code: str, first: date | None = None, last: date | None = None) -> Explanation:
        """Why an organisation's spend moved."""
        return explain(self.current, self.store, code, first, last)

    def chart(
        self,
        measure: str,
        level: str = "practice",
        organisation: str | None = None,
        kind: str = "deciles",
        form: str = "svg",
        narrow: bool = False,
        membership: str | None = None,
        choice: ProcessChoice | None = None,
    ) -> bytes:
        """A chart of a measure as svg or png: deciles, organisations, funnel, or of one organisation control (`choice`: of what kind,
        on what its limits rest), children."""
        from opencommissioning.area.drawing.charting import as_bytes, draw  # the libraries cost half a second

        code = self.current.organisation(organisation).code if organisation else None
        notes = self.annotations(code) if code else ()
        drawn = draw(self.current, measure, level, code, kind, notes, narrow, membership, choice=choice)
        return as_bytes(drawn, form)

    def chart_why(
        self,
        code: str,
        first: date | None = None,
        last: date | None = None,
        form: str = "svg",
        narrow: bool = False,
    ) -> bytes:
        """Why an organisation's spend moved, as a waterfall in svg or png."""
        from opencommissioning.area.drawing.charting import (  # the libraries cost half a second
            as_bytes,
            draw_why,
        )

        return as_bytes(draw_why(self.why(code, first, last), narrow), form)

    def export(
        self,
        target: Path,
        form: str = "csv",
        levels: tuple[str, ...] = (),
        measures: tuple[str, ...] = (),
        progress: Progress = silent,
        membership: str | None = None,
        within: str = "",
    ) -> list[Path]:
        """Write values and verdicts of levels as csv, parquet or xlsx; `within`: of one organisation, its practices and what is above them."""
        said, target = self.annotations(), Path(target)
        return export(self.current, target, form, levels, measures, progress, membership, said, within)

    def reconcile(self, against: Path) -> Reconciliation:
        """Our totals beside the user's own sheet."""
        return reconcile(self.current, self.store, Path(against))

    def classify(self, months: int = 12) -> pl.DataFrame:
        """New products that no codelist claims."""
        return classify(self.store, self.library, months, self.months("prescribing")[-1])

    def annotate(self, organisation: str, month: date, text: str, by: str, measure: str = "") -> Annotation:
        """Explain a point of an organisation's series; refuses a month after the newest of the figures."""
        code = self.current.organisation(organisation).code
        annotations.check_month(month, self.current.latest)
        if measure:
            self.library.measure(measure)
        return annotations.annotate(self.folder / "annotations", code, month, text, by, measure)

    def withdraw(self, organisation: str, note: str, by: str, why: str) -> Annotation:
        """Take back a note by its id; it stays in the history."""
        code = self.current.organisation(organisation).code
        return annotations.withdraw(self.folder / "annotations", code, note, by, why)

    def annotations(self, organisation: str = "") -> list[Annotation]:
        """What was said about points, of one organisation or of all."""
        return annotations.annotations(self.folder / "annotations", organisation)

    def months(self, dataset: str) -> list[date]:
        """The months of a dataset that are loaded."""
        return [part.period for part in self.store.parts(dataset) if part.period]
