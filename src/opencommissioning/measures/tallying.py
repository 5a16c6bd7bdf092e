"""Rows of a part added up by kind of row and organisation: by a query of any engine, or, where a part has places of codes, as arrays.

Both give the same. The query has to compare every row's organisation and bundle with those it has met; a place says at once to which cell
of a table a row belongs, so that a row is read once and added once per column.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import reduce
from operator import or_
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.catalogue.condition import Condition
from opencommissioning.catalogue.contract import Contract, Kind
from opencommissioning.errors import StoreError
from opencommissioning.language import compile as sql
from opencommissioning.warehouse.places import Block, Placed

LARGEST = 2**62
EXACT = 2**53  # below it a float is every whole number
READERS = 2
FEW_TESTS = 12  # of a row group, of which every set can be numbered

Frame = Callable[..., pl.DataFrame]  # engine.frame(expression, tables)
Kinds = tuple[tuple[int, int], ...]  # (bundle, which tests a row passed of those that matter to the bundle)


@dataclass(frozen=True)
class Asked:
    """What rows are told apart by.

    `bundle_of`: code → bundle; None where a dataset has no codes and everything is bundle 0. `tests`: what only a row can decide;
    `care`: per bundle the bits of those tests that matter to it.
    """

    bundle_of: Mapping[str, int] | None
    tests: tuple[tuple[Condition, ...], ...]
    care: Sequence[int]


@dataclass(frozen=True)
class Tally:
    """`sums`: column → int64 (kinds, organisations)."""

    organisations: tuple[str, ...]
    kinds: Kinds
    sums: Mapping[str, np.ndarray]


def tally(frame: Frame, path: Path, contract: Contract, columns: Sequence[str], asked: Asked) -> Tally:
    """The sums of some columns of a part. StoreError when one might not fit 64 bits."""
    part = Placed(path)
    numeric = all(_is_numeric(contract, condition) for test in asked.tests for condition in test)
    if numeric and {contract.organisation, contract.code} - {""} <= part.lists.keys():
        return _by_arrays(part, contract, columns, asked)
    return _by_query(frame, path, contract, columns, asked)


def _by_query(frame: Frame, path: Path, contract: Contract, columns: Sequence[str], asked: Asked) -> Tally:
    tables: dict[str, object] = {sql.FACTS: [path]}
    if asked.bundle_of is not None:
        tables[sql.BUNDLES] = _table(asked)
    sums = frame(sql.sums(contract, tuple(columns), asked.tests), tables).drop_nulls("organisation")
    organisations = sums["organisation"].unique().sort()
    row = sums["organisation"].cast(pl.Enum(organisations)).to_physical().to_numpy()
    kinds = sums.select("bundle", "passed").unique().sort("bundle", "passed").with_row_index("kind")
    kind = sums.join(kinds, on=["bundle", "passed"], how="left", maintain_order="left")["kind"].to_numpy()
    tables_ = {}
    for column in columns:
        tables_[column] = np.zeros((len(kinds), len(organisations)), np.int64)
        tables_[column][kind, row] = _whole(sums, column, contract)  # each pair is one row: they were grouped
    return Tally(tuple(organisations), tuple(kinds.select("bundle", "passed").rows()), tables_)


def _table(asked: Asked) -> pl.DataFrame:
    bundle_of = asked.bundle_of or {}
    places = list(bundle_of.values())
    columns = {"code": list(bundle_of), "bundle": places, "care": [asked.care[place] for place in places]}
    return pl.DataFrame(columns, schema={"code": pl.String, "bundle": pl.Int64, "care": pl.Int64})


def _whole(sums: pl.DataFrame, column: str, contract: Contract) -> np.ndarray:
    """The exact decimals of a column as int64 whole numbers; refuses what would not fit. NULL (no value in any row) counts as 0."""
    wide = pl.Decimal(38, contract.column(column).scale)
    values = sums[column].fill_null(0).cast(wide).to_physical().cast(pl.Int64, strict=False)
    if values.null_count() or (values.len() and values.abs().max() > LARGEST):
        raise too_large(contract, column)
    return values.to_numpy()


def too_large(contract: Contract, column: str) -> StoreError:
    """The refusal of a sum that could not be kept exactly."""
    return StoreError(
        f"the sum of {contract.dataset}.{column} is too large to be kept exactly; check the file's units"
    )


def _by_arrays(part: Placed, contract: Contract, columns: Sequence[str], asked: Asked) -> Tally:
    """A worker for each share of the part's row groups; their tables are added up."""
    spans = part.codes_of_groups(contract.code or contract.organisation)
    share = max(1, -(-len(spans) // READERS))
    shares = [list(enumerate(spans))[first : first + share] for first in range(0, len(spans), share)]
    workers = [_Adding(part, contract, columns, asked) for _ in shares]
    with ThreadPoolExecutor(READERS) as readers:
        found = list(readers.map(_Adding.run, workers, shares))
    kinds = tuple(sorted({kind for each in found for kind in each}))
    sums: dict[str, np.ndarray] = {}
    for column in columns:
        table = sums[column] = np.zeros((len(kinds), len(part.lists[contract.organisation])), np.int64)
        for each in found:
            for row, kind in zip(table, kinds, strict=True):
                if kind in each:
                    row += each[kind][column]
        if sum(each.most[column] for each in workers) > LARGEST:
            raise too_large(contract, column)
    return Tally(tuple(part.lists[contract.organisation]), kinds, sums)


class _Adding:
    """One worker: kind of row → column → int64 (organisations,), of some row groups. `most`: what no sum of a column goes beyond."""

    def __init__(self, part: Placed, contract: Contract, columns: Sequence[str], asked: Asked) -> None:
        self.part, self.contract, self.columns, self.asked = part, contract, columns, asked
        self.most = dict.fromkeys(columns, 0.0)
        self.width = len(part.lists[contract.organisation]) + 1  # the last cell is nobody's
        codes = part.lists[contract.code] if contract.code else []
        known = [(asked.bundle_of or {}).get(code, -1) for code in codes]
        self.bundle = np.array([*known, -1], np.int64)  # no code is place −1: the last
        self.sums: dict[tuple[int, int], dict[str, np.ndarray]] = {}

    def run(self, groups: Sequence[tuple[int, range]]) -> dict[tuple[int, int], dict[str, np.ndarray]]:
        """The sums of some row groups, each with the span of places of its codes."""
        coded = [each for each in (self.contract.organisation, self.contract.code) if each]
        with self.part.file() as file:
            for group, span in groups:
                names = sorted({*self.columns, *self._tested(span)})
                scales = {name: self.contract.column(name).scale for name in names}
                self._add(Block.read(file, group, coded, scales))
        return self.sums

    def _tested(self, span: range) -> set[str]:
        """The columns that tests ask for which matter to any of these codes."""
        bundles = np.unique(self.bundle[np.arange(span.start, span.stop)]) if self.contract.code else [0]
        mattering = reduce(or_, (self.asked.care[bundle] for bundle in bundles if bundle >= 0), 0)
        tests = (test for number, test in enumerate(self.asked.tests) if mattering >> number & 1)
        return {condition.column for test in tests for condition in test}

    def _add(self, block: Block) -> None:
        organisation = block.places(self.contract.organisation)
        kind, kinds = self._kinds(block, len(organisation))
        cell = kind * self.width
        cell += organisation  # −1 is the last cell of the kind before, which is nobody's
        cell += 1
        cells = len(kinds) * self.width + 1
        for column in self.columns:
            table = self._added(column, cell, block.whole(column), cells)[1:].reshape(len(kinds), self.width)
            for row, pair in zip(table[:, :-1], kinds, strict=True):
                if pair[0] >= 0:
                    mine = self.sums.setdefault(pair, {})
                    mine[column] = mine[column] + row if column in mine else row.copy()

    def _added(self, column: str, cell: np.ndarray, values: np.ndarray, cells: int) -> np.ndarray:
        """int64 (cells,): the values of each cell, exactly: as floats where they hold all sums, which is quick, else one by one."""
        most = max(abs(int(values.max(initial=0))), abs(int(values.min(initial=0)))) * len(values)
        self.most[column] += most if most < LARGEST >> 12 else float(np.abs(values.astype(float)).sum())
        if self.most[column] > LARGEST:
            raise too_large(self.contract, column)
        if most < EXACT:
            return np.bincount(cell, values, cells).astype(np.int64)
        table = np.zeros(cells, np.int64)
        np.add.at(table, cell, values)
        return table

    def _kinds(self, block: Block, rows: int) -> tuple[np.ndarray, list[tuple[int, int]]]:
        """int64 (rows,): the number of each row's kind among those of the block; and these kinds. Bundle −1 is what nobody counts."""
        if not self.contract.code:
            used, local = np.zeros(1, np.int64), np.zeros(rows, np.int64)
        else:
            codes = block.places(self.contract.code)
            first, last = int(codes.min()), int(codes.max())
            used, of_code = np.unique(self.bundle[np.arange(first, last + 1)], return_inverse=True)
            local = of_code[codes - first]
        care = np.array([self.asked.care[bundle] if bundle >= 0 else 0 for bundle in used.tolist()], np.int64)
        kinds = [(bundle, 0) for bundle in used.tolist()]
        asking = np.flatnonzero(care[local]) if care.any() else care[:0]
        if len(asking):
            local[asking] = self._split(block, asking, local[asking], care, kinds)
        return local, kinds

    def _split(
        self,
        block: Block,
        asking: np.ndarray,
        local: np.ndarray,
        care: np.ndarray,
        kinds: list[tuple[int, int]],
    ) -> np.ndarray:
        """Rows of some kinds told apart by the tests that matter to them: the numbers of their kinds, of which new ones are added."""
        mattering = [number for number in range(len(self.asked.tests)) if np.any(care >> number & 1)]
        passed = np.zeros(len(asking), np.int64)  # its bits are those of `mattering`, in their order
        for bit, number in enumerate(mattering):
            passed |= passes(block, self.asked.tests[number], asking).astype(np.int64) << bit
        cared = _bits(care, mattering)
        sets, which = _sets(passed & cared[local], len(mattering))
        pair = local * len(sets) + which
        number_of = np.zeros(len(care) * len(sets), np.int64)
        for each in _different(pair, len(number_of)):
            place, mine = divmod(each, len(sets))
            passing = int(sets[mine])
            number_of[each] = len(kinds) if passing else place
            if passing:
                told = sum(1 << number for bit, number in enumerate(mattering) if passing >> bit & 1)
                kinds.append((kinds[place][0], told))
        return number_of[pair]


def _sets(passed: np.ndarray, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Sets of tests as bits, and which of them each row passed: every set of few tests, which needs no sorting; else those that occur."""
    if bits <= FEW_TESTS:
        return np.arange(1 << bits), passed
    return np.unique(passed, return_inverse=True)


def _bits(care: np.ndarray, mattering: Sequence[int]) -> np.ndarray:
    """The bits of some tests, side by side."""
    out = np.zeros(len(care), np.int64)
    for bit, number in enumerate(mattering):
        out |= (care >> number & 1) << bit
    return out


def _different(numbers: np.ndarray, size: int) -> list[int]:
    """The different ones among whole numbers below a size."""
    there = np.zeros(size, bool)
    there[numbers] = True
    return np.flatnonzero(there).tolist()


def _is_numeric(contract: Contract, condition: Condition) -> bool:
    words = condition.under or condition.except_ or condition.contains or condition.lacks
    return not words and contract.column(condition.column).kind in (Kind.INTEGER, Kind.DECIMAL)


def passes(block: Block, test: Sequence[Condition], rows: np.ndarray) -> np.ndarray:
    """bool (rows,): which of some rows pass all conditions on numbers. A row without the number passes none, as in SQL."""
    out = np.ones(len(rows), bool)
    for condition in test:
        scale = block.scales[condition.column]
        values = block.whole(condition.column)[rows]
        if condition.any_of:
            out &= np.isin(values, _listed(condition.any_of, scale))
        if condition.none_of:
            out &= ~np.isin(values, _listed(condition.none_of, scale))
        if condition.at_least is not None:
            out &= values >= int(condition.at_least.scaleb(scale).to_integral_value(ROUND_CEILING))
        if condition.at_most is not None:
            out &= values <= int(condition.at_most.scaleb(scale).to_integral_value(ROUND_FLOOR))
        given = block.given(condition.column)
        out &= True if given is None else given[rows]
    return out


def _listed(texts: Sequence[str], scale: int) -> np.ndarray:
    """int64: the numbers as whole ones; those with more decimal places equal no value of the column."""
    exact = (Decimal(text).scaleb(scale) for text in texts)
    return np.array([int(each) for each in exact if each == each.to_integral_value()], np.int64)
