"""Loading one file: every step from its bytes to a new version of the manifest, and every reason to refuse it."""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

import duckdb
import polars as pl

from opencommissioning.catalogue.contract import PERSON, Contract
from opencommissioning.catalogue.period import parse_month, spoken
from opencommissioning.catalogue.source import Era, Projection, Sniff, Source
from opencommissioning.errors import FileRefused
from opencommissioning.warehouse.doubts import emptied, jumps, repeated, shifted, strangers, with_undo
from opencommissioning.warehouse.folders import move, workshop
from opencommissioning.warehouse.loading import Loading, Written
from opencommissioning.warehouse.manifest import Manifest, Part, Version
from opencommissioning.warehouse.reading import checksum, unpacked
from opencommissioning.warehouse.report import Loaded, LoadReport, kept_apart, reasons_told
from opencommissioning.warehouse.staging import SMALL, Stager
from opencommissioning.warehouse.typing import MONTH, TODAY, order, spoken_of, sql_type

Progress = Callable[[str, int, int], None]  # what, done, of
MONTH_GIVEN = "month_given"  # a variable of the engine, so that files of all months share their SQL
GIVEN = f"getvariable('{MONTH_GIVEN}')"
LAYOUT = 1  # raised by hand when the same file would be stored differently


def silent(what: str, done: int, of: int) -> None:
    """A progress that says nothing."""


class Home(Protocol):
    """The store that a job loads into."""

    folder: Path
    manifest: Manifest

    def engine(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A session for one file."""


@dataclass(frozen=True)
class Prepared:
    """A file read, checked and sorted in a scratch folder of its own: all that can be done without looking at the store.

    `written` is None when nothing was done, because the same content is in the store already. `doubts` are remarks on each of it,
    `trapped` on rows with traps that are known; `below`: lines of a text file, where they are not its records.
    """

    checksum: str
    scratch: Path
    written: Sequence[Written] | None = None
    refused: pl.DataFrame = field(default_factory=pl.DataFrame)
    remarks: Sequence[str] = ()
    doubts: Sequence[Sequence[str]] = ()
    trapped: Sequence[str] = ()
    below: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Job:
    """One file on its way into the store. Whoever runs it holds the store's lock."""

    store: Home
    path: Path
    recognised: tuple[Source, Era, Sniff]
    replace: bool
    on_error: str
    known: Mapping[str, frozenset[str]]
    month: date | None
    label: str | None
    progress: Progress
    today: date | None = None  # what lies after it is refused; the machine's own when none is given

    def run(self, prepared: Prepared | None = None) -> LoadReport:
        """Load the file, or what was prepared of it: its parts first, then the manifest that makes them count."""
        if prepared is None:
            with workshop(self.store.folder) as scratch:
                return self.run(self.prepare(scratch))
        began, before = time.perf_counter() - prepared.seconds, self.store.manifest.latest()
        if self._is_there(prepared.checksum, before):
            return self._report((), (), began, already=True)
        if prepared.written is None:  # it was there, and is not any more
            return self.run()
        return self._finish(prepared, before, began)

    def prepare(self, scratch: Path) -> Prepared:
        """The first half of `run`, which may go on beside another job's second half.

        A large file's checksum is made while it is staged, unless one of its name is in the store: it takes one processor seconds.
        """
        began, before = time.perf_counter(), self.store.manifest.latest()
        self._tell("checking what it is", 0)
        with ThreadPoolExecutor(1) as beside:
            reading = beside.submit(checksum, self.path)
            if self._may_be_there(before) and self._is_there(reading.result(), before):
                return Prepared(reading.result(), scratch)
            self._tell("reading, checking, sorting", 1)
            prepared = self._prepare(reading, scratch)
        return replace(prepared, seconds=time.perf_counter() - began)

    def rehearse(self) -> LoadReport:
        """Everything but the last step: nothing is kept."""
        began, before = time.perf_counter(), self.store.manifest.latest()
        with workshop(self.store.folder) as scratch, ThreadPoolExecutor(1) as beside:
            prepared = self._prepare(beside.submit(checksum, self.path), scratch)
            loaded, warnings = self._judge(prepared, before)
        return self._report(tuple(each for each, _ in loaded), warnings, began, below=prepared.below)

    def _may_be_there(self, before: Version) -> bool:
        known = self.path.stat().st_size <= SMALL or any(part.file == self.path.name for part in before.parts)
        return known and not self.replace

    def _is_there(self, content: str, before: Version) -> bool:
        return not self.replace and any(part.file_checksum == content for part in before.parts)

    def _finish(self, prepared: Prepared, before: Version, began: float) -> LoadReport:
        loaded, warnings = self._judge(prepared, before)
        self._tell("putting it in its place", 2)
        moves = {made: each.part.path for each, made in loaded}
        if prepared.refused.height:
            refused = prepared.scratch / "refused.parquet"
            prepared.refused.write_parquet(refused)
            moves[refused] = self.store.folder / self._refused_path(prepared.checksum, before)
        move(moves)
        parts = tuple(each.part for each, _ in loaded)
        self.store.manifest.write(before, (*_others(before.parts, parts), *parts), f"loaded {self.path.name}")
        return self._report(tuple(each for each, _ in loaded), warnings, began, below=prepared.below)

    def _report(
        self,
        loaded: tuple[Loaded, ...],
        warnings: tuple[str, ...],
        began: float,
        already: bool = False,
        below: int = 0,
    ) -> LoadReport:
        source, era, _ = self.recognised
        seconds = time.perf_counter() - began
        return LoadReport(self.path.name, source.id, era.name, loaded, warnings, seconds, already, below)

    def _tell(self, what: str, done: int) -> None:
        self.progress(f"{self.path.name}: {what}", done, 3)

    def _prepare(self, reading: Future[str], scratch: Path) -> Prepared:
        written, refused, loading = self._write(scratch)
        doubts = [[] if each.projection.distinct else self._odd(each) for each in written]
        told = loading.remarks, doubts, loading.trapped
        return Prepared(reading.result(), scratch, written, refused, *told, loading.staged.below)

    def _judge(
        self, prepared: Prepared, before: Version
    ) -> tuple[list[tuple[Loaded, Path]], tuple[str, ...]]:
        """What was written beside what the store holds: refused as a whole, or kept with warnings."""
        written = prepared.written or ()
        self._refuse_empty(written, prepared.refused)
        self._refuse_bad_rows(written, prepared.refused)
        self._refuse_other_month(written)
        doubted = [
            (each, tuple(doubts))
            for each, doubts in zip(written, prepared.doubts, strict=True)
            if each.rows or each.reasons or not self._is_nowhere(each)
        ]
        written = [each for each, _ in doubted]
        if not self.replace:
            self._refuse_taken(written, before)
        apart = bool(prepared.refused.height)
        loaded = [
            (self._loaded(each, prepared.checksum, before, apart, doubts), each.path)
            for each, doubts in doubted
        ]
        trapped = (f"{self.path.name}: {remark}" for remark in prepared.trapped)
        return loaded, (*self._doubts(prepared, written, loaded, before), *trapped)

    def _write(self, scratch: Path) -> tuple[list[Written], pl.DataFrame, Loading]:
        _, era, sniff = self.recognised
        projections = tuple(self._dated(each) for each in era.projections)
        plain = unpacked(self.path, scratch)
        with self.store.engine() as database:
            database.execute(f"SET VARIABLE {TODAY} = DATE '{self.today or date.today()}'")
            if any(GIVEN in each.columns.get(MONTH, "") for each in projections):
                database.execute(f"SET VARIABLE {MONTH_GIVEN} = DATE '{self._month_of_file()}'")
            stager = Stager(
                database,
                plain,
                self.path.name,
                replace(era, projections=projections),
                sniff,
                scratch,
            )
            loading = Loading(database, stager, scratch)
            written = loading.write(projections)
        refused = pl.concat(loading.refused).select(pl.lit(self.path.name).alias("file"), pl.all())
        return written, refused.sort("row"), loading

    def _dated(self, projection: Projection) -> Projection:
        """The projection with a month: the row's own, the era's, or the one that the user or the file's name gives."""
        names = [column.name for column in projection.contract.columns]
        if MONTH not in names or MONTH in projection.columns:
            return projection
        era = self.recognised[1]
        return replace(projection, columns={**projection.columns, MONTH: era.period or GIVEN})

    def _month_of_file(self) -> date:
        month = self._given_month()
        if month is None:
            raise FileRefused(
                f"{self.path.name}: does not say its month; give it, as in 'opencommissioning load --month 2017-09 {_typed(self.path)}'"
            )
        return month

    def _given_month(self) -> date | None:
        _, era, sniff = self.recognised
        found = self.month or (era.period_of(sniff) if era.period_of else None)
        return parse_month(found) if isinstance(found, str) else found and found.replace(day=1)

    def _odd(self, each: Written) -> list[str]:
        told = self.path.name, each.path, each.rows, each.contract
        spoken_columns = {
            column.name: spoken_of(each.projection, column) for column in each.contract.summable
        }
        empty = emptied(self.path.name, each.path, each.contract, spoken_columns)
        return [*repeated(*told), *shifted(*told), *empty]

    def _refuse_empty(self, written: Sequence[Written], refused: pl.DataFrame) -> None:
        first = written[0] if written else None
        if first and first.rows:
            return
        file = self.path.name
        if first and first.read:
            why = (
                self._why(refused)
                if first.reasons
                else f"none of its {first.read:,} rows is meant (they are totals or other organisations)"
            )
            raise FileRefused(
                f"{file}: no usable row was found: {why}; check that it is the file that you mean"
            )
        raise FileRefused(f"{file}: holds a heading but no rows; download it again")

    def _refuse_bad_rows(self, written: Sequence[Written], refused: pl.DataFrame) -> None:
        bad = sum(each.refused for each in written)
        read = sum(each.read - each.left_out for each in written if not each.projection.distinct)
        told = f"{self.path.name}: {bad:,} of {read:,} rows cannot be used"
        if bad and self.on_error == "stop":
            raise FileRefused(f"{told}: {self._why(refused)}. Mend them, or load with --on-error keep")
        if bad * 2 > read:
            raise FileRefused(f"{told}: {self._why(refused)}. The file is damaged or of another kind")

    def _why(self, refused: pl.DataFrame) -> str:
        """What is wrong with the refused rows. What stands in a person's row is not told."""
        about_persons = any(each.contract.level == PERSON for each in self.recognised[1].projections)
        return reasons_told(refused, private=about_persons)

    def _is_nowhere(self, each: Written) -> bool:
        """A dataset by month of which a file has nothing has no month either: two such files would stand in each other's place."""
        return each.contract.parts == "month" and self._period(each) is None

    def _refuse_other_month(self, written: Sequence[Written]) -> None:
        other = next(
            (
                each.period
                for each in written
                if self.month and each.period not in (None, self.month.replace(day=1))
            ),
            None,
        )
        if other:
            raise FileRefused(
                f"{self.path.name}: is of {spoken(other)} by its own content, not of {spoken(self.month)}; load it without --month"
            )

    def _refuse_taken(self, written: Sequence[Written], before: Version) -> None:
        """A period that is loaded with other content is only replaced when asked."""
        slots = {part.slot: part for part in before.parts}
        for each in written:
            old = slots.get(
                (each.contract.dataset, str(self._period(each) or ""), self._label(each.contract))
            )
            if old and not each.projection.distinct:
                raise FileRefused(self._taken(each, old))

    def _taken(self, each: Written, old: Part) -> str:
        what = f"{each.contract.title} for {spoken(old.period)}" if old.period else each.contract.title
        then, now = dict(old.totals), dict(each.totals)
        differ = [
            f"{name} {then[name]} there, {now[name]} here"
            for name in now
            if name in then and then[name] != now[name]
        ]
        totals = f"; totals: {', '.join(differ)}" if differ else "; the same totals" if then else ""
        return (
            f"{self.path.name}: {what} is loaded already from {old.file} ({old.rows:,} rows; this file has {each.rows:,}{totals}); "
            f"to replace it: 'opencommissioning load --replace {_typed(self.path)}'; 'opencommissioning undo' takes that back"
        )

    def _period(self, each: Written) -> date | None:
        return each.period or self._given_month()

    def _label(self, contract: Contract) -> str:
        return (self.label or self.path.name.split(".")[0]) if contract.parts == "collection" else ""

    def _loaded(
        self, each: Written, content: str, before: Version, refused: bool, doubts: tuple[str, ...]
    ) -> Loaded:
        contract, period, label = each.contract, self._period(each), self._label(each.contract)
        source, era, _ = self.recognised
        name = f"{period or label or 'all'}-{content[:12]}-{before.number + 1}.parquet"
        part = Part(
            dataset=contract.dataset,
            period=period,
            label=label,
            path=self.store.folder / "facts" / contract.dataset / name,
            checksum=_checksum(content, contract, period, label),
            rows=each.rows,
            source=source.id,
            era=era.name,
            file=self.path.name,
            file_checksum=content,
            loaded_at=datetime.now().astimezone(),
            refused=each.refused,
            refused_path=self._refused_path(content, before) if refused and each.refused else "",
            totals=each.totals,
            reasons=each.reasons,
            doubts=doubts,
        )
        return Loaded(part, each.read, each.left_out, each.reasons)

    def _refused_path(self, content: str, before: Version) -> str:
        return f"refused/{content[:16]}-{before.number + 1}.parquet"

    def _doubts(
        self,
        prepared: Prepared,
        written: list[Written],
        loaded: list[tuple[Loaded, Path]],
        before: Version,
    ) -> tuple[str, ...]:
        found = [f"{self.path.name}: {remark}" for remark in prepared.remarks]
        for each, (one, made) in zip(written, loaded, strict=True):
            if not each.projection.distinct:
                part = replace(one.part, path=made)
                found += [*jumps(part, before.parts), *strangers(part, each.contract, self.known)]
        kept = [doubt for one, _ in loaded for doubt in one.part.doubts]
        if (found or kept) and self.on_error == "stop":
            raise FileRefused(f"{(*found, *kept)[0]}. If it is right, load with --on-error keep")
        refused = [kept_apart(one.part) for one, _ in loaded if one.part.refused]
        return (*refused, *found, *map(with_undo, kept))


def _typed(path: Path) -> str:
    """A path as it can be typed: in quotation marks when it has blanks."""
    return f'"{path}"' if " " in str(path) else str(path)


def _checksum(content: str, contract: Contract, period: date | None, label: str) -> str:
    """Identifies what is stored: the file's bytes, and how they were taken in."""
    columns = [(column.name, sql_type(column)) for column in contract.columns]
    text = repr((LAYOUT, content, contract.dataset, period, label, columns, order(contract)))
    return hashlib.sha256(text.encode()).hexdigest()


def _others(parts: Sequence[Part], new: Sequence[Part]) -> list[Part]:
    """The parts that stay: not those in the same place, nor what came along with rows that are replaced. Rows stay when only what came
    along with them (names) is replaced."""
    slots = {part.slot for part in new}
    first: dict[tuple, Part] = {}  # of what a file gave to a month, the rows that it is about
    for part in parts:
        first.setdefault((part.file_checksum, part.period), part)
    gone = {came for came, part in first.items() if part.slot in slots and part.dataset == new[0].dataset}
    return [
        part for part in parts if part.slot not in slots and (part.file_checksum, part.period) not in gone
    ]
