"""The store: files loaded once, replaced explicitly, taken back when wanted.

<store>/facts/<dataset>/…parquet   what is loaded          <store>/manifest/000012.json   which of it counts
<store>/refused/…parquet           rows that were refused  <store>/lock                   one loader at a time
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

import duckdb
import polars as pl
from filelock import FileLock, Timeout

from opencommissioning.catalogue.period import spoken
from opencommissioning.catalogue.source import Era, Sniff, Source
from opencommissioning.errors import NotLoaded, StoreError
from opencommissioning.warehouse.changes import Change, bring_forward, changes, take_back
from opencommissioning.warehouse.engine import connection, quiet
from opencommissioning.warehouse.folders import clear_workshops
from opencommissioning.warehouse.helpers import Helpers, is_large
from opencommissioning.warehouse.job import Job, Prepared, Progress, silent
from opencommissioning.warehouse.manifest import Manifest, Part, Version
from opencommissioning.warehouse.report import Loaded, LoadReport

PATIENCE = 3600  # seconds to wait for another process that is loading
REFUSED_COLUMNS = {
    "file": pl.String,
    "dataset": pl.String,
    "row": pl.Int64,
    "reason": pl.String,
    "problem": pl.String,
    "text": pl.String,
}

__all__ = ["Change", "LoadReport", "Loaded", "Part", "Prepared", "Store"]
Made = TypeVar("Made")


class Store:
    """A folder of typed, sorted Parquet files and their manifest. Safe for several processes; a kill leaves the state before."""

    def __init__(self, folder: Path, threads: int | None = None, memory: str | None = None) -> None:
        self.folder = Path(folder).resolve()
        self.threads, self.memory = threads, memory
        self.manifest = Manifest(self.folder)
        self._helpers: Helpers | None = None

    @contextmanager
    def many(self) -> Iterator[None]:
        """Loads inside it are one change, and share engines (starting one costs more than loading a small file) and the store's lock.

        Each file still counts as soon as it is loaded; inside, `ahead` prepares files that come later.
        """
        with (
            self._locked(),
            self.manifest.one_change(),
            Helpers(self.folder, self.threads, self.memory) as self._helpers,
        ):
            try:
                yield
            finally:
                self._helpers = None

    @contextmanager
    def engine(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A session of the engine for one file; what it makes for itself is gone afterwards."""
        if self._helpers is None:
            with connection(self.folder, self.threads, self.memory) as alone:
                yield alone
        else:
            with self._helpers.engine().cursor() as session:
                yield quiet(session)

    def ahead(
        self, files: Iterable[Path], work: Callable[[Path], Made]
    ) -> Iterator[tuple[Path, Callable[[], Made]]]:
        """Inside `many`: each file in turn, with what returns (or raises) `work` of it, begun while earlier files were put in their places."""
        if self._helpers is None or (isinstance(files, Sequence) and len(files) < 2):
            return ((file, partial(work, file)) for file in files)
        return self._helpers.ahead(files, work)

    def prepare(
        self,
        path: Path,
        *,
        recognised: tuple[Source, Era, Sniff],
        replace: bool = False,
        month: date | None = None,
        today: date | None = None,
    ) -> Prepared | None:
        """Inside `many`: the part of `load` that several files may go through at once; None for a large file, which has the engine to itself."""
        if self._helpers is None or is_large(path):
            return None
        job = Job(self, Path(path), recognised, replace, "keep", {}, month, None, silent, today)
        return job.prepare(self._helpers.scratch())

    def load(
        self,
        path: Path,
        *,
        recognised: tuple[Source, Era, Sniff],
        replace: bool = False,
        on_error: str = "keep",
        known: Mapping[str, frozenset[str]] | None = None,
        month: date | None = None,
        label: str | None = None,
        progress: Progress | None = None,
        today: date | None = None,
        prepared: Prepared | None = None,
    ) -> LoadReport:
        """Load one file, or what was `prepared` of it. FileRefused leaves the store as it was.

        `replace` lets other content take a loaded period's place; `on_error` "stop" refuses a file with any bad row or doubt;
        `known`: level → codes of its register, for a warning about others; `month` for files that do not say theirs; `label` of
        a part of a collection (otherwise the file's name); `today`: rows of after it are refused (otherwise the machine's own).
        """
        job = Job(
            self,
            Path(path),
            recognised,
            replace,
            on_error,
            known or {},
            month,
            label,
            progress or silent,
            today,
        )
        with nullcontext() if self._helpers else self._locked():
            try:
                return job.run(prepared)
            finally:
                if prepared:
                    shutil.rmtree(prepared.scratch, ignore_errors=True)

    def preview(
        self,
        path: Path,
        *,
        recognised: tuple[Source, Era, Sniff],
        known: Mapping[str, frozenset[str]] | None = None,
        month: date | None = None,
        label: str | None = None,
    ) -> LoadReport:
        """What `load` would do, without doing it."""
        return Job(self, Path(path), recognised, True, "keep", known or {}, month, label, silent).rehearse()

    def parts(self, dataset: str) -> tuple[Part, ...]:
        """The current parts of a dataset in the order of their periods, then labels."""
        return tuple(
            sorted(
                (part for part in self.manifest.latest().parts if part.dataset == dataset),
                key=lambda part: part.order,
            )
        )

    def datasets(self) -> list[str]:
        """The datasets that are loaded."""
        return sorted({part.dataset for part in self.manifest.latest().parts})

    def history(self) -> list[Version]:
        """Every version of the store, oldest first."""
        return [self.manifest.read(number) for number in self.manifest.versions()]

    def changes(self) -> list[Change]:
        """What each command did, oldest first, and whether it counts."""
        return changes(self.manifest)

    def undo(self) -> str:
        """Take back the last change that counts (all that one command did); says what. Again: the change before it."""
        with self._locked():
            return take_back(self.manifest)

    def redo(self) -> str:
        """Bring forward again what was last taken back; says what."""
        with self._locked():
            return bring_forward(self.manifest)

    def remove(self, dataset: str, period: date | None = None) -> None:
        """Take a dataset's period (or all of it) out of the store; reversible by `undo`. NotLoaded when it holds nothing."""
        gone = [part for part in self.parts(dataset) if period in (None, part.period)]
        if not gone:
            raise NotLoaded(
                f"{dataset} holds nothing for {spoken(period) if period else 'any period'}; 'opencommissioning status' says what is loaded"
            )
        self.take_out(gone, f"removed {dataset}{f' of {spoken(period)}' if period else ''}")

    def take_out(self, gone: Sequence[Part], did: str) -> None:
        """Parts leave the store as one change, told as `did`; their files stay, so that `undo` brings them back."""
        with self._locked():
            before = self.manifest.latest()
            slots = {part.slot for part in gone}
            self.manifest.write(before, tuple(part for part in before.parts if part.slot not in slots), did)

    def refused(self, dataset: str, period: date | None = None) -> pl.DataFrame:
        """The refused rows of a dataset's files: file, row (the heading is row 1), reason, problem (with what was found), text."""
        parts = [part for part in self.parts(dataset) if period in (None, part.period) and part.refused_path]
        frames = [
            pl.read_parquet(self.folder / path) for path in dict.fromkeys(part.refused_path for part in parts)
        ]
        rows = pl.concat(frames) if frames else pl.DataFrame(schema=REFUSED_COLUMNS)
        return rows.filter(pl.col("dataset").is_in([dataset, ""]))

    def refused_with(self, part: Part) -> pl.DataFrame:
        """What `refused` has of the file that one part came from."""
        rows = pl.read_parquet(self.folder / part.refused_path)
        return rows.filter(pl.col("dataset").is_in([part.dataset, ""]))

    def _clear_orphans(self) -> None:
        """Remove what a killed process left between writing facts and the manifest: its number is of a version that never came.

        Every change of the store begins with this, so a number is never given to both: what was left, and what counts.
        """
        numbers = self.manifest.versions()
        latest = numbers[-1] if numbers else 0
        for path in (
            *(self.folder / "facts").glob("*/*.parquet"),
            *(self.folder / "refused").glob("*.parquet"),
        ):
            _, dash, number = path.stem.rpartition("-")
            if dash and int(number) > latest:
                path.unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / "lock", timeout=PATIENCE)
        try:
            lock.acquire()
        except Timeout:
            raise StoreError(
                f"another process has been loading into {self.folder} for an hour; stop it, then try again"
            ) from None
        with lock:
            clear_workshops(self.folder)
            self._clear_orphans()
            yield
