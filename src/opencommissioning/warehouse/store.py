"""The store: files recognised and loaded once, replaced explicitly, taken back when wanted."""

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl
from filelock import AcquireReturnProxy, FileLock, Timeout

from opencommissioning.catalogue.period import shift, spoken
from opencommissioning.catalogue.source import Era, Sniff, Source
from opencommissioning.errors import FileRefused, NotLoaded, StoreError
from opencommissioning.warehouse.engine import connection
from opencommissioning.warehouse.folders import workshop
from opencommissioning.warehouse.loading import Written, refuse_empty, stage, write_refused
from opencommissioning.warehouse.manifest import Manifest, Part, Version
from opencommissioning.warehouse.reading import attach, checksum

PATIENCE = 3600  # seconds to wait for another process that is loading
JUMP = 10

__all__ = ["LoadReport", "Part", "Store"]


@dataclass(frozen=True)
class Loaded:
    """One stored part of a loaded file."""

    part: Part
    read: int
    left_out: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class LoadReport:
    """What loading one file did."""

    file: str
    source: str
    era: str
    loaded: tuple[Loaded, ...]
    warnings: tuple[str, ...]
    seconds: float
    already: bool = False

    def lines(self) -> list[tuple[str, ...]]:
        """For a table: file, what, period, rows kept, left out, refused, remark. By-products of the same file are not listed."""
        if self.already:
            return [(self.file, self.era, "", "", "", "", "already loaded")]
        main = self.loaded[0].part.dataset
        shown = [each for each in self.loaded if each.part.dataset == main]
        return [self._line(each) for each in shown]

    def _line(self, each: Loaded) -> tuple[str, ...]:
        part = each.part
        period = spoken(part.period) if part.period else part.label
        return (self.file, self.era, period, f"{part.rows:,}", f"{each.left_out:,}", f"{part.refused:,}", f"{self.seconds:.1f} s")


class Store:
    """A folder of typed, sorted Parquet files and their manifest. Safe for several processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder).resolve()
        self.manifest = Manifest(self.folder)

    def load(
        self,
        path: Path,
        *,
        recognised: tuple[Source, Era, Sniff],
        replace: bool = False,
        on_error: str = "keep",
        known: Mapping[str, frozenset[str]] | None = None,
        progress: Callable[[str], None] | None = None,
    ) -> LoadReport:
        """Load one file. FileRefused leaves the store as it was.

        `replace` lets other content take a loaded period's place; `on_error` "stop" refuses a file with any bad row or warning of
        a jump; `known` codes ("practice") that a file's organisations are compared with, for a warning.
        """
        began = time.perf_counter()
        source, era, sniff = recognised
        with self._locked():
            before, sha = self.manifest.latest(), checksum(path)
            if any(part.file_checksum == sha for part in before.parts):
                return LoadReport(path.name, source.id, era.name, (), (), time.perf_counter() - began, already=True)
            with workshop(self.folder) as scratch:
                loaded = self._load(path, source, era, sniff, sha, scratch, before, replace, on_error)
            warnings = self._warnings(before, loaded, known or {}, on_error)
            self.manifest.write(before, _with(before.parts, [each.part for each in loaded]), f"loaded {path.name}")
        return LoadReport(path.name, source.id, era.name, tuple(loaded), warnings, time.perf_counter() - began)

    def _load(self, path, source, era, sniff, sha, scratch, before, replace, on_error) -> list[Loaded]:
        database = connection(self.folder)
        try:
            attach(database, path, era, sniff, scratch)
            written = stage(database, era, scratch)
            refuse_empty(written, path.name)
            self._refuse_bad_rows(written, path.name, on_error)
            self._refuse_taken(written, before, path.name, replace)
            refused = self._keep_refused(database, written, era, path, sha, scratch)
        finally:
            database.close()
        return [self._keep(each, source, era, path, sha, refused) for each in written]

    def _refuse_bad_rows(self, written: list[Written], file: str, on_error: str) -> None:
        bad = next((each for each in written if each.refused), None)
        if bad is None:
            return
        text = "; ".join(f"{count:,} × {problem}" for problem, count in bad.reasons[:3])
        if on_error == "stop":
            raise FileRefused(f"{file}: {bad.refused:,} of {bad.read:,} rows cannot be used: {text}. Mend them, or load with --on-error keep")
        if bad.refused * 2 > bad.read - bad.left_out:
            raise FileRefused(f"{file}: more than half of its rows cannot be used: {text}. The file is damaged or of another kind")

    def _refuse_taken(self, written: list[Written], before: Version, file: str, replace: bool) -> None:
        """A period that is loaded with other content is only replaced when asked."""
        if replace:
            return
        slots = {part.slot: part for part in before.parts}
        for each in written:
            old = slots.get((each.contract.dataset, str(each.period or ""), ""))
            if old and each.contract.parts == "month" and each is written[0]:
                what = spoken(each.period) if each.period else each.contract.title
                raise FileRefused(
                    f"{file}: {each.contract.title} for {what} is loaded already from {old.file} ({old.rows:,} rows; this file has "
                    f"{each.rows:,}). To replace it: 'opencommissioning load --replace {file}' ('opencommissioning undo' takes that back)"
                )

    def _keep_refused(self, database, written: list[Written], era: Era, path: Path, sha: str, scratch: Path) -> str:
        if not any(each.refused for each in written[:1]):
            return ""
        target = self.folder / "refused" / f"{sha[:16]}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        write_refused(database, era, scratch / "refused.parquet", path.name)
        os.replace(scratch / "refused.parquet", target)
        return str(target.relative_to(self.folder))

    def _keep(self, each: Written, source: Source, era: Era, path: Path, sha: str, refused: str) -> Loaded:
        mark = f"{sha[:16]}-{each.contract.dataset}-{each.period or ''}"
        target = self.folder / "facts" / each.contract.dataset / f"{each.period or 'all'}-{sha[:12]}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(each.path, target)
        label = path.stem if each.contract.parts == "collection" else ""
        part = Part(
            dataset=each.contract.dataset,
            period=each.period,
            label=label,
            path=target,
            checksum=_digest(mark),
            rows=each.rows,
            source=source.id,
            era=era.name,
            file=path.name,
            file_checksum=sha,
            loaded_at=datetime.now().astimezone(),
            refused=each.refused,
            refused_path=refused,
            totals=each.totals,
        )
        return Loaded(part, each.read, each.left_out, each.reasons)

    def _warnings(self, before: Version, loaded: list[Loaded], known: Mapping[str, frozenset[str]], on_error: str) -> tuple[str, ...]:
        found = [sentence for each in loaded for sentence in (*_jumps(before, each.part), *_strangers(each.part, known))]
        if found and on_error == "stop":
            raise FileRefused(f"{found[0]} Load with --on-error keep if it is right")
        refused = [f"{each.part.file}: {each.part.refused:,} rows were refused and kept apart: {each.reasons[0][0]}" for each in loaded if each.reasons]
        return tuple(refused + found)

    def parts(self, dataset: str) -> tuple[Part, ...]:
        """The current parts of a dataset in the order of their periods."""
        return tuple(sorted((part for part in self.manifest.latest().parts if part.dataset == dataset), key=lambda part: part.order))

    def datasets(self) -> list[str]:
        """The datasets that are loaded."""
        return sorted({part.dataset for part in self.manifest.latest().parts})

    def history(self) -> list[Version]:
        """Every version of the store, oldest first."""
        return [self.manifest.read(number) for number in self.manifest.versions()]

    def undo(self) -> str:
        """Go back to before the last change, as a new version (undoing twice brings it back); says what was taken back."""
        with self._locked():
            latest = self.manifest.latest()
            if latest.number == 0:
                raise StoreError("nothing was loaded yet, so there is nothing to take back")
            parts = self.manifest.read(latest.number - 1).parts if latest.number > 1 else ()
            self.manifest.write(latest, parts, f"took back: {latest.did}", undoes=latest.number)
        return f"Took back: {latest.did}. 'opencommissioning undo' again brings it back; 'opencommissioning build' makes it count."

    def remove(self, dataset: str, period: date | None = None) -> str:
        """Take a dataset's period (or all of it) out of the store; reversible by `undo`."""
        with self._locked():
            before = self.manifest.latest()
            gone = [part for part in before.parts if part.dataset == dataset and period in (None, part.period)]
            if not gone:
                raise NotLoaded(f"{dataset} holds nothing for {period or 'any period'}; 'opencommissioning status' says what is loaded")
            self.manifest.write(before, tuple(part for part in before.parts if part not in gone), f"removed {dataset} {period or ''}".strip())
        return f"Removed {len(gone)} parts of {dataset}; 'opencommissioning undo' brings them back."

    def refused(self, dataset: str, period: date | None = None) -> pl.DataFrame:
        """The refused rows of a dataset's period: file, row, problem, and the row as far as it could be read."""
        parts = [part for part in self.parts(dataset) if period in (None, part.period) and part.refused_path]
        frames = [pl.read_parquet(self.folder / path) for path in dict.fromkeys(part.refused_path for part in parts)]
        return pl.concat(frames, how="diagonal_relaxed") if frames else pl.DataFrame(schema={"file": pl.String, "row": pl.Int64, "problem": pl.String})

    def _locked(self) -> AcquireReturnProxy:
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / "lock", timeout=PATIENCE)
        try:
            return lock.acquire()
        except Timeout:
            raise StoreError(f"another process has been loading into {self.folder} for an hour; stop it, then try again") from None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _with(parts: tuple[Part, ...], new: list[Part]) -> tuple[Part, ...]:
    """The parts with the new ones in the place of those of the same slot."""
    slots = {part.slot for part in new}
    return (*(part for part in parts if part.slot not in slots), *new)


def _jumps(before: Version, part: Part) -> list[str]:
    """Totals ten times those of the neighbouring month, or a tenth: usually the wrong unit or half a file."""
    if part.period is None:
        return []
    near = [old for old in before.parts if old.dataset == part.dataset and old.period in (shift(part.period, -1), shift(part.period, 1))]
    out = []
    for name, total in part.totals:
        for old in near[:1]:
            then, now = float(dict(old.totals).get(name) or 0), float(total or 0)
            if then > 0 and now > 0 and not 1 / JUMP < now / then < JUMP:
                out.append(f"{part.file}: the total of '{name}' is {now:,.0f}, that of {spoken(old.period)} {then:,.0f}: tenfold or a tenth. Check units and completeness.")
    return out


def _strangers(part: Part, known: Mapping[str, frozenset[str]]) -> list[str]:
    """Practices that no register names."""
    codes = known.get("practice")
    if not codes or part.dataset not in ("prescribing", "registrations"):
        return []
    here = set(pl.scan_parquet(part.path).select("practice").unique().collect()["practice"])
    strange = sorted(here - codes)
    if not strange:
        return []
    return [f"{part.file}: {len(strange):,} of {len(here):,} organisations are not in the practice register ({', '.join(strange[:5])} …): kept, not compared."]
