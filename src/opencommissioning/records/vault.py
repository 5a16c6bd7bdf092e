"""The vault: people's facts in a folder that only its owner may enter, under pseudonyms, read for a named purpose or not at all.

<records>/facts/<dataset>/…parquet   what is kept     <records>/manifest.json   where from, never about whom
<records>/looks.jsonl                every look       <records>/staging/        files on their way in, empty otherwise
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import polars as pl
from filelock import FileLock
from sqlglot import exp

from opencommissioning.catalogue.contract import Kind as Stored
from opencommissioning.errors import FileRefused, NotLoaded, StoreError
from opencommissioning.records.engine import MEMORY, run
from opencommissioning.records.manifest import Held, read_manifest, write_manifest
from opencommissioning.records.opt_outs import Kind, OptOuts
from opencommissioning.records.pseudonyms import VAULT, Keys
from opencommissioning.records.purposes import Log, Look, Purpose
from opencommissioning.sources.registry import contracts

PERSON = "person"
DAYS = ("day", "ended", "discharged")
NHS_NUMBER = r"^\d{10}$"
TYPES = {Stored.INTEGER: "INTEGER", Stored.DATE: "DATE", Stored.FLAG: "BOOLEAN"}


class Vault:
    """People's facts of one area. `secret` is the file of the area's secret, made with the first file that is kept."""

    def __init__(self, folder: Path, secret: Path, threads: int = 2, memory: str = MEMORY) -> None:
        self.folder, self.secret = Path(folder).resolve(), secret
        self.threads, self.memory = threads, memory
        self.log = Log(self.folder / "looks.jsonl")

    @property
    def held(self) -> tuple[Held, ...]:
        """What was kept, in order."""
        return read_manifest(self.folder / "manifest.json")

    def datasets(self) -> list[str]:
        """The datasets that have rows here."""
        return sorted({each.dataset for each in self.held})

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """A folder inside the vault for a file on its way in; gone afterwards, whatever happens."""
        self._make()
        (self.folder / "staging").mkdir(exist_ok=True, mode=0o700)
        name = tempfile.mkdtemp(dir=self.folder / "staging")
        try:
            yield Path(name)
        finally:
            shutil.rmtree(name, ignore_errors=True)

    def _make(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)

    def keep(
        self,
        rows: Path,
        *,
        dataset: str,
        label: str,
        file: str,
        checksum: str,
        refused: tuple[tuple[str, int], ...],
        opt_outs: OptOuts,
        look: Look,
        replace: bool = False,
    ) -> Held:
        """Take in the rows of one file (Parquet with a column `person`); identifiers become pseudonyms on the way.

        FileRefused when the label holds other content already (unless `replace`), or when the opt-outs name people in another
        way than the file does: such a list would protect nobody.
        """  # fmt: skip
        self._make()
        with FileLock(self.folder / "lock"):
            before = self.held
            _refuse_taken(before, dataset, label, checksum, replace, file)
            frame = pl.read_parquet(rows)
            _refuse_unlike(frame[PERSON], opt_outs, file)
            keys = self._keys(make=not before)
            order = max((each.order for each in before), default=0) + 1
            frame = frame.with_columns(keys.pseudonyms(VAULT, frame[PERSON]), pl.lit(order).alias("part"))
            path = self.folder / "facts" / dataset / f"{order:06d}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.log.add(look, "kept", dataset, frame.height)
            frame.sort(PERSON).write_parquet(path)
            path.chmod(0o600)
            held = Held(
                dataset, label, file, checksum, str(path.relative_to(self.folder)), frame.height,
                sum(count for _, count in refused), refused, keys.key_id(), opt_outs.basis,
                datetime.now().astimezone().isoformat(timespec="seconds"), order, *_span(frame),
            )  # fmt: skip
            others = [each for each in before if (each.dataset, each.label) != (dataset, label)]
            write_manifest(self.folder / "manifest.json", (*others, held))
            for old in set(before) - set(others):
                (self.folder / old.path).unlink(missing_ok=True)
        return held

    def _keys(self, make: bool = False) -> Keys:
        keys = Keys.open(self.secret, make)
        if any(each.key_id != keys.key_id() for each in self.held):
            raise StoreError(
                f"{self.secret} is not the secret with which these records were made; bring the former one back"
            )
        return keys

    def read(
        self,
        query: exp.Select,
        dataset: str,
        look: Look,
        opt_outs: OptOuts,
        weights: Mapping[str, pl.DataFrame] | None = None,
    ) -> pl.DataFrame:
        """The rows of a query over the table named after the dataset, and over tables of published weights, for one purpose.

        Who may not be used for the purpose is left out before the query sees a row; a result column `person` holds pseudonyms of
        the purpose. The look is written down first.
        """
        paths = [self.folder / each.path for each in self.held if each.dataset == dataset]
        if not paths:
            raise NotLoaded(
                f"the records hold no {dataset}; 'opencommissioning sources' says which file provides them"
            )
        keys = self._keys()
        self.log.add(look, "read", dataset, sum(each.rows for each in self.held if each.dataset == dataset))
        listed = pl.Series(PERSON, sorted(opt_outs.people), dtype=pl.String)
        tables = dict(weights or {}) | {
            "held": paths,
            "listed": pl.DataFrame({PERSON: keys.pseudonyms(VAULT, listed)}),
        }
        allowed = _allowed(look, opt_outs, len(paths) > 1, _blank(dataset, paths))
        guarded = query.with_(dataset, as_=allowed)
        frame = run(guarded, tables, self.folder, self.threads, self.memory)
        if PERSON in frame.columns:
            frame = frame.with_columns(
                keys.pseudonyms(f"{look.purpose} {look.approval}".strip(), frame[PERSON])
            )
        return frame


def _span(rows: pl.DataFrame) -> tuple[str, str]:
    """The first and the last month of the rows, by the day on which something ended or was; empty when no row tells one."""
    for name in DAYS:
        if name in rows.columns and (days := rows[name].drop_nulls()).len():
            return f"{days.min():%Y-%m}", f"{days.max():%Y-%m}"
    return "", ""


def _blank(dataset: str, paths: list[Path]) -> list[exp.Expression]:
    """The contract's columns that none of the files has, because they were kept before there were such columns."""
    contract = contracts().get(dataset)
    present = {name for path in paths for name in pl.read_parquet_schema(path)}
    return [
        exp.cast(exp.null(), TYPES.get(column.kind, "VARCHAR")).as_(column.name)
        for column in (contract.columns if contract else ())
        if column.name not in present
    ]


def _allowed(look: Look, opt_outs: OptOuts, several: bool, blank: list[exp.Expression]) -> exp.Select:
    """The rows that the purpose may see. The same episode in two files counts once, as in the later one."""
    rows = exp.select(exp.Star(except_=[exp.column("part")]), *blank).from_("held")
    if several:
        rows = rows.qualify("row_number() OVER (PARTITION BY person, episode ORDER BY part DESC) = 1")
    if look.purpose is Purpose.DIRECT_CARE:
        return rows.where(exp.column("practice").eq(exp.Literal.string(look.practice)))
    if opt_outs.kind is Kind.DISSENT:
        return rows.where("person NOT IN (SELECT person FROM listed)")
    if opt_outs.kind is Kind.ALLOWED:
        return rows.where("person IN (SELECT person FROM listed)")
    return rows


def _refuse_taken(
    before: tuple[Held, ...], dataset: str, label: str, checksum: str, replace: bool, file: str
) -> None:
    for old in before:
        if (old.dataset, old.label) == (dataset, label) and not replace and old.checksum != checksum:
            raise FileRefused(
                f"{file}: a file of this name with other content is in the records ({old.rows:,} rows); "
                f"to replace it: 'opencommissioning load --replace {file}'"
            )


def _refuse_unlike(people: pl.Series, opt_outs: OptOuts, file: str) -> None:
    """NHS numbers on one side and other identifiers on the other can never match."""
    if not opt_outs.people or not len(people):
        return
    numbers = people.str.replace_all(r"[ -]", "").str.contains(NHS_NUMBER).mean() > 0.5
    listed = pl.Series(sorted(opt_outs.people)).str.contains(NHS_NUMBER).mean() > 0.5
    if numbers != listed:
        words = {True: "NHS numbers", False: "other identifiers"}
        raise FileRefused(
            f"{file}: names people by {words[numbers]}, the opt-outs by {words[listed]}: nobody could be left out. "
            "Give opt-outs with the identifiers of the file"
        )
