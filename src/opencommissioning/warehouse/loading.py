"""One staged file as typed, checked and sorted Parquet files, one per dataset and period, in a scratch folder."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
from sqlglot import exp

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.source import Projection
from opencommissioning.warehouse.heading import parsed
from opencommissioning.warehouse.places import NONE as NO_PLACE
from opencommissioning.warehouse.places import place_of
from opencommissioning.warehouse.places import told as told_places
from opencommissioning.warehouse.quoting import literal
from opencommissioning.warehouse.staging import ROW, STAGED, Staged, Stager
from opencommissioning.warehouse.typing import (
    FINE,
    LEFT_OUT,
    MONTH,
    PROBLEM,
    TYPED,
    decimals,
    order,
    reason_named,
    rules_of,
    told,
    typed,
)

CHECKED, REPEATS = "checked", "repeats"
ROW_GROUP = 122_880
REFUSED_SCHEMA = {
    "dataset": pl.String,
    "row": pl.Int64,
    "reason": pl.String,
    "problem": pl.String,
    "text": pl.String,
}


@dataclass(frozen=True)
class Written:
    """A Parquet file that is not yet in the manifest, and its share of the file's rows: read = rows + left_out + refused."""

    projection: Projection
    period: date | None
    path: Path
    rows: int
    read: int
    left_out: int
    reasons: tuple[tuple[str, int], ...]
    totals: tuple[tuple[str, str], ...]

    @property
    def contract(self) -> Contract:
        """What the rows are."""
        return self.projection.contract

    @property
    def refused(self) -> int:
        """Rows that were refused."""
        return sum(count for _, count in self.reasons)


def _rounded(column: Column, count: int) -> str:
    """That values were rounded, and what it may mean: amounts are published with so many places, ratios with any number of them."""
    values, were = ("1 value", "it was") if count == 1 else (f"{count:,} values", "they were")
    has = "has" if count == 1 else "have"
    doubt = (
        " A publisher's file has no more; was it exported from a spreadsheet?" if column.accumulates else ""
    )
    return (
        f"{values} of '{column.name}' {has} more than {column.scale} decimal places: {were} rounded.{doubt}"
    )


class Loading:
    """The projections of one file, written one after the other; refused rows and remarks are gathered on the way."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, stager: Stager, scratch: Path) -> None:
        self.connection, self.stager, self.scratch = connection, stager, scratch
        self.staged: Staged = stager.stage()
        self.small = self.staged.numbered  # then its checked rows fit in memory, and are made once
        self.refused: list[pl.DataFrame] = [_broken(self.staged)]
        self.remarks: list[str] = list(self.staged.doubts)
        self.trapped: list[str] = self._trapped(stager.era.traps)

    def write(self, projections: Sequence[Projection]) -> list[Written]:
        """Every projection, a Parquet file per period. The first stands for the file: rows that are no rows are counted with it."""
        out = []
        for number, projection in enumerate(projections):
            self._check(projection)
            name = f"{number}-{projection.contract.dataset}"
            if projection.distinct:
                out += self._dimension(projection, name)
            else:
                out += self._facts(
                    projection, name, Counter(self.staged.broken["reason"]) if number == 0 else Counter()
                )
        return out

    def _trapped(self, traps: Mapping[str, str]) -> list[str]:
        """For each known trap that the file has: how many of its rows, and what it means."""
        if not traps:
            return []
        counts = (exp.func("count_if", parsed(condition).copy()) for condition in traps.values())
        (found,) = self._rows(exp.select("count(*)", *counts).from_(STAGED))
        return [f"{n:,} of {found[0]:,} rows {what}" for what, n in zip(traps, found[1:], strict=True) if n]

    def _check(self, projection: Projection) -> None:
        """The view `typed` of the staged texts, and `checked` of what is asked for more than once: a table when the file is small."""
        sql = typed(projection, self.staged.numbered)
        kind = "TABLE" if self.small else "VIEW"
        self.stager.show(projection)
        self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {TYPED} AS {sql.rows}")
        self.connection.execute(f"CREATE OR REPLACE TEMP {kind} {CHECKED} AS {sql.checked}")

    def _facts(self, projection: Projection, name: str, broken: Counter) -> list[Written]:
        contract = projection.contract
        counts = self._count(projection)
        bad = sum(count for (_, problem), count in counts.items() if problem not in (None, LEFT_OUT))
        repeats = self._find_repeats(projection) if contract.key else 0
        if bad or repeats:
            self._set_apart(projection, repeats)
        reasons = broken + Counter({_repeated(contract): repeats} if repeats else {})
        clean = not repeats and all(problem is None for _, problem in counts)
        shares = _by_period(counts, contract)
        out = []
        for place, (period, share) in enumerate(shares):
            kept = self._kept(projection, period, bool(repeats), clean and len(shares) == 1)
            path = self.scratch / f"{name}-{place}.parquet"
            coded = [] if self.small else self._enumerated(kept, contract)
            rows, totals = self._copy(kept, contract, path, coded)
            named = _named(share, projection) + (reasons if place == 0 else Counter())
            left_out = share[LEFT_OUT]
            out.append(
                Written(
                    projection,
                    period,
                    path,
                    rows,
                    rows + left_out + named.total(),
                    left_out,
                    tuple(named.most_common()),
                    totals,
                )
            )
        return out

    def _count(self, projection: Projection) -> Counter:
        """(month, number of the problem) → rows. Values that have more decimal places than we keep are remarked on."""
        rounding = decimals(projection.contract)
        fine = (f"coalesce(count_if({FINE}{place}), 0)" for place in range(len(rounding)))
        query = exp.select(_month(projection.contract), PROBLEM, "count(*)", *fine)
        counts: Counter = Counter()
        rounded: Counter = Counter()
        for month, problem, rows, *finer in self._rows(query.from_(CHECKED).group_by("1", "2")):
            counts[month, problem] += rows
            rounded += Counter(dict(zip((column.name for column in rounding), finer, strict=True)))
        for column in rounding:
            if rounded[column.name]:
                self.remarks.append(_rounded(column, rounded[column.name]))
        return counts

    def _find_repeats(self, projection: Projection) -> int:
        """Rows after the first of the same key, in the table `repeats` by their numbers; returns how many."""
        key = [exp.column(name, quoted=True) for name in projection.contract.key]
        good = exp.select("count(*) - 1 AS more").from_(CHECKED).where(f"{PROBLEM} IS NULL")
        twice = good.group_by(*key).having("count(*) > 1")
        (more,) = self._rows(exp.select("coalesce(sum(more), 0)").from_(twice.subquery("twice")))[0]
        if more:
            self._number(projection)
            place = exp.Window(
                this=exp.func("row_number"), partition_by=key, order=exp.Order(expressions=[exp.column(ROW)])
            )
            places = exp.select(ROW, place.as_("place")).from_(CHECKED).where(f"{PROBLEM} IS NULL")
            later = exp.select(ROW).from_(places.subquery("places")).where("place > 1")
            self.connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {REPEATS} AS {later.sql(dialect='duckdb')}"
            )
        return int(more)

    def _set_apart(self, projection: Projection, repeats: int) -> None:
        """The refused rows with their numbers, what is wrong, and the texts that were found."""
        self._number(projection)
        rules = rules_of(projection)
        found = (exp.column(f"t_{column.name}") for column in projection.contract.columns)
        # anonymous: of the engine's own kind, which passes over what is not there
        texts = exp.Anonymous(this="concat_ws", expressions=[exp.Literal.string(","), *found])
        bad = exp.select(ROW, reason_named(rules), told(rules), texts).from_(TYPED)
        self._refuse(projection, self._rows(bad.where(f"{PROBLEM} > {LEFT_OUT}").order_by(ROW)))
        if repeats:
            reason = exp.Literal.string(_repeated(projection.contract))
            again = exp.select(ROW, reason, reason.copy(), texts.copy()).from_(TYPED)
            again = again.where(f"{ROW} IN (SELECT {ROW} FROM {REPEATS})")
            self._refuse(projection, self._rows(again.order_by(ROW)))

    def _refuse(self, projection: Projection, rows: list[tuple]) -> None:
        named = [(projection.contract.dataset, *row) for row in rows]
        self.refused.append(pl.DataFrame(named, schema=REFUSED_SCHEMA, orient="row"))

    def _number(self, projection: Projection) -> None:
        """A second pass over the file with row numbers, made only when something is refused."""
        if not self.staged.numbered:
            self.staged = self.stager.stage(numbered=True)
            self._check(projection)

    def _kept(
        self, projection: Projection, period: date | None, repeats: bool, all_of_it: bool
    ) -> exp.Select:
        contract = projection.contract
        kept = exp.select(*(exp.column(column.name, quoted=True) for column in contract.columns))
        kept = kept.from_(CHECKED)
        if not all_of_it:
            kept = kept.where(f"{PROBLEM} IS NULL")
        if repeats:
            kept = kept.where(f"{ROW} NOT IN (SELECT {ROW} FROM {REPEATS})")
        if period and contract.parts == "month" and not all_of_it:
            kept = kept.where(exp.column(MONTH).eq(exp.cast(exp.Literal.string(str(period)), "DATE")))
        return kept

    def _dimension(self, projection: Projection, name: str) -> list[Written]:
        """One row per key, a dimension that a fact file carries along. The least of several names stands, whatever the order of rows."""
        contract = projection.contract
        key = [exp.column(name, quoted=True) for name in contract.key]
        rest = [column.name for column in contract.columns if column.name not in contract.key]
        least = (exp.func("min", exp.column(column, quoted=True)).as_(column, quoted=True) for column in rest)
        query = exp.select(*key, *least).from_(CHECKED).where(f"{PROBLEM} IS NULL").group_by(*key)
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE dimension AS {query.sql(dialect='duckdb')}")
        out = []
        for place, (period,) in enumerate(
            self._rows(exp.select(_month(contract)).distinct().from_("dimension").order_by("1"))
        ):
            columns = (exp.column(column.name, quoted=True) for column in contract.columns)
            kept = exp.select(*columns).from_("dimension")
            if period:
                kept = kept.where(exp.column(MONTH).eq(exp.cast(exp.Literal.string(str(period)), "DATE")))
            path = self.scratch / f"{name}-{place}.parquet"
            count, totals = self._copy(kept, contract, path, [])
            out.append(Written(projection, period, path, count, count, 0, (), totals))
        return out

    def _copy(
        self, query: exp.Select, contract: Contract, path: Path, coded: Sequence[str]
    ) -> tuple[int, tuple[tuple[str, str], ...]]:
        """Write the rows in the dataset's order, with places of the codes of `coded`; how many there are, and the exact totals of what may
        be summed."""
        ordered = self._ordered(query, contract, coded).sql(dialect="duckdb")
        self.connection.execute("SET preserve_insertion_order = true")
        options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}"
        if coded:
            options += f", KV_METADATA {literal(told_places(self._lists(coded)))}"
        self.connection.execute(f"COPY ({ordered}) TO {literal(str(path))} ({options})")
        names = [column.name for column in contract.summable]
        sums = "".join(f', sum("{name}")' for name in names)
        rows, *totals = self.connection.execute(
            f"SELECT count(*){sums} FROM read_parquet({literal(str(path))})"
        ).fetchall()[0]
        return rows, tuple(
            (name, str(total)) for name, total in zip(names, totals, strict=True) if total is not None
        )

    def _ordered(self, query: exp.Select, contract: Contract, coded: Sequence[str]) -> exp.Select:
        """The rows sorted. Columns of `coded` are sorted as the places of an enumeration in their order: two bytes, not the text.

        Parquet keeps them as text all the same, and their places beside it.
        """
        columns = [_written(column.name, column.name in coded) for column in contract.columns]
        ordered = exp.select(*columns, *map(_place, coded)).from_(query.subquery("kept"))
        names = [column.name for column in contract.columns]
        places = [
            exp.Literal.number(names.index(name) + 1) for name in order(contract)
        ]  # of the output: not of the text
        return ordered.order_by(*places) if places else ordered

    def _enumerated(self, query: exp.Select, contract: Contract) -> list[str]:
        """The columns of codes that rows are sorted by and that have any code: each has its type `code_<column>` now."""
        codes = [
            each.name for each in contract.columns if each.name in order(contract) and each.kind is Kind.CODE
        ]
        return [name for name in codes if self._enumerate(query, name)]

    def _enumerate(self, query: exp.Select, name: str) -> bool:
        """Make the type of all codes of a column; False when there is none."""
        value = exp.column(name, quoted=True)
        present = exp.not_(exp.Is(this=value, expression=exp.null()))
        codes = exp.select(value.copy()).distinct().from_(query.subquery("kept")).where(present)
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE codes AS {codes.sql(dialect='duckdb')}")
        if not self._rows(exp.select("1").from_("codes").limit(1)):
            return False
        self.connection.execute(f"DROP TYPE IF EXISTS {_type(name)}")
        self.connection.execute(f"CREATE TEMP TYPE {_type(name)} AS ENUM (SELECT * FROM codes ORDER BY 1)")
        return True

    def _lists(self, coded: Sequence[str]) -> dict[str, list[str]]:
        """Column → all its codes in order."""
        found = {name: f"SELECT unnest(enum_range(NULL::{_type(name)}))" for name in coded}
        return {
            name: [code for (code,) in self.connection.execute(sql).fetchall()] for name, sql in found.items()
        }

    def _rows(self, query: exp.Expression) -> list[tuple]:
        return self.connection.execute(query.sql(dialect="duckdb")).fetchall()


def _type(name: str) -> str:
    """The engine's type of the codes of a column."""
    return f"code_{name}"


def _written(name: str, coded: bool) -> exp.Expression:
    value = exp.column(name, quoted=True)
    return _coded(name).as_(name, quoted=True) if coded else value


def _coded(name: str) -> exp.Cast:
    return exp.Cast(this=exp.column(name, quoted=True), to=exp.DataType.build(_type(name), udt=True))


def _place(name: str) -> exp.Expression:
    number = exp.cast(exp.Anonymous(this="enum_code", expressions=[_coded(name)]), "INTEGER")
    return exp.func("coalesce", number, exp.Literal.number(NO_PLACE)).as_(place_of(name), quoted=True)


def _month(contract: Contract) -> exp.Expression:
    """The month of a row, NULL for undated datasets."""
    return exp.column(MONTH) if contract.columns[0].name == MONTH else exp.null()


def _by_period(counts: Counter, contract: Contract) -> list[tuple[date | None, Counter]]:
    """Per stored period: number of the problem → rows. Rows of unreadable month go with the first; a snapshot's all with the last."""
    months = sorted({month for (month, problem), count in counts.items() if problem is None and month})
    if contract.parts != "month":
        months = months[-1:]
    shares: dict[date | None, Counter] = {month: Counter() for month in months or [None]}
    first = next(iter(shares))
    for (month, problem), count in counts.items():
        shares[month if month in shares else first][problem] += count
    return list(shares.items())


def _named(share: Counter, projection: Projection) -> Counter:
    """Reason → rows; two rules may have the same reason."""
    rules, out = rules_of(projection), Counter()
    for problem, count in share.items():
        if problem:
            out[rules[problem].counted_as] += count
    return out


def _repeated(contract: Contract) -> str:
    return f"the row repeats an earlier one of the same {', '.join(contract.key)}"


def _broken(staged: Staged) -> pl.DataFrame:
    """The reader's broken rows in the shape of the refused ones."""
    named = staged.broken.with_columns(dataset=pl.lit("", pl.String), problem=pl.col("reason"))
    return named.select(REFUSED_SCHEMA.keys())
