"""Rows of a part with places of codes added up as arrays: a place says at once to which cell of a table a row belongs, so that a row is read
once and added once per column."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import reduce
from itertools import repeat
from operator import or_
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from opencommissioning.catalogue.condition import Condition
from opencommissioning.catalogue.contract import Contract
from opencommissioning.measures.asked import LARGEST, Asked, Tally, too_large
from opencommissioning.warehouse.places import Block, Placed

if TYPE_CHECKING:
    from scipy.sparse import csc_array

READERS = 2
ROOM = 1024  # kinds of rows
FEW_TESTS = 12  # of a row group, of which every set can be numbered


def by_arrays(part: Placed, contract: Contract, asked: Asked) -> Tally:
    """Workers that take one row group after the other, so that they end together; all add to one table."""
    spans = part.codes_of_groups(contract.code or contract.organisation)
    totals = _Totals(asked.columns, len(part.lists[contract.organisation]))
    workers = [_Adding(part, contract, asked, totals) for _ in spans[:READERS]]
    with ThreadPoolExecutor(READERS) as readers:
        list(readers.map(_Adding.run, workers, repeat(enumerate(spans))))
    for column in asked.columns:
        if sum(each.most[column] for each in workers) > LARGEST:
            raise too_large(contract, column)
    return totals.tally(part.lists[contract.organisation])


class _Totals:
    """The table that workers add to: column → int64 (kinds, organisations). A kind has a row from when it is first met.

    Room is made for many rows; the system gives memory to those that are written, which costs more than adding to them.
    """

    def __init__(self, columns: Sequence[str], organisations: int) -> None:
        self._row: dict[tuple[int, int], int] = {}
        self._sums = {column: np.zeros((ROOM, organisations), np.int64) for column in columns}
        self._lock = Lock()

    def add(self, kinds: Sequence[tuple[int, int]], sums: Mapping[str, Sequence[np.ndarray]]) -> None:
        """Add sums (kinds, organisations) of some different kinds."""
        with self._lock:
            rows = [self._row.setdefault(kind, len(self._row)) for kind in kinds]
            for column, table in self._sums.items():
                while len(self._row) > len(table):
                    table = self._sums[column] = np.concatenate([table, np.zeros_like(table)])
                for row, own in zip(rows, sums.get(column, ()), strict=False):
                    table[row] += own

    def tally(self, organisations: Sequence[str]) -> Tally:
        """What was added up."""
        sums = {column: table[: len(self._row)] for column, table in self._sums.items()}
        return Tally(tuple(organisations), tuple(self._row), sums)


class _Adding:
    """One worker, which adds rows of some row groups to `totals`. `most`: what no sum of its share of a column goes beyond."""

    def __init__(self, part: Placed, contract: Contract, asked: Asked, totals: _Totals) -> None:
        self.part, self.contract, self.asked = part, contract, asked
        self.totals, self.most = totals, dict.fromkeys(asked.columns, 0.0)
        self.width = len(part.lists[contract.organisation]) + 1  # the last cell is nobody's
        codes = part.lists[contract.code] if contract.code else []
        known = [(asked.bundle_of or {}).get(code, -1) for code in codes]
        self.bundle = np.array([*known, -1], np.int64)  # no code is place −1: the last

    def run(self, groups: Iterator[tuple[int, range]]) -> None:
        """Add row groups, each with the span of places of its codes, until there are no more."""
        coded = [each for each in (self.contract.organisation, self.contract.code) if each]
        with self.part.file() as file:
            for group, span in groups:
                added, tested = self._needed(span)
                scales = {name: self.contract.column(name).scale for name in sorted(added | tested)}
                self._add(Block.read(file, group, coded, scales), sorted(added))

    def _needed(self, span: range) -> tuple[set[str], set[str]]:
        """The columns that are added up of any of these codes, and those that tests ask for which matter to any of them."""
        bundles = set(self.bundle[np.arange(span.start, span.stop)].tolist()) if self.contract.code else {0}
        bundles -= {-1}
        mattering = reduce(or_, (self.asked.care[bundle] for bundle in bundles), 0)
        tests = (test for number, test in enumerate(self.asked.tests) if mattering >> number & 1)
        added = {column for bundle in bundles for column in self.asked.adds[bundle]}
        return added, {condition.column for test in tests for condition in test}

    def _add(self, block: Block, columns: Sequence[str]) -> None:
        organisation = block.places(self.contract.organisation)
        kind, kinds = self._kinds(block, len(organisation))
        cell = kind * np.int32(self.width)
        cell += organisation  # −1 is the last cell of the kind before, which is nobody's
        cell += 1
        into = _adding(cell, len(kinds) * self.width + 1)
        counted = [place for place, (bundle, _) in enumerate(kinds) if bundle >= 0]
        sums = {}
        for column in columns:
            values = block.whole(column)
            self._watch(column, values)
            table = (into @ values)[1:].reshape(len(kinds), self.width)
            sums[column] = [table[place, :-1] for place in counted]
        self.totals.add([kinds[place] for place in counted], sums)

    def _watch(self, column: str, values: np.ndarray) -> None:
        """Refuses a column whose sum might not fit, before it is added up."""
        most = max(abs(int(values.max(initial=0))), abs(int(values.min(initial=0)))) * len(values)
        self.most[column] += most if most < LARGEST >> 12 else float(np.abs(values.astype(float)).sum())
        if self.most[column] > LARGEST:
            raise too_large(self.contract, column)

    def _kinds(self, block: Block, rows: int) -> tuple[np.ndarray, list[tuple[int, int]]]:
        """int32 (rows,): the number of each row's kind among those of the block; and these kinds. Bundle −1 is what nobody counts."""
        if not self.contract.code:
            used, local = np.zeros(1, np.int64), np.zeros(rows, np.int32)
        else:
            codes = block.places(self.contract.code)
            first, last = int(codes.min()), int(codes.max())
            used, of_code = np.unique(self.bundle[np.arange(first, last + 1)], return_inverse=True)
            local = _given(of_code.astype(np.int32), codes, first)
        care = np.array([self.asked.care[bundle] if bundle >= 0 else 0 for bundle in used.tolist()], np.int64)
        kinds = [(bundle, 0) for bundle in used.tolist()]
        asking = np.flatnonzero((care != 0)[local]) if care.any() else care[:0]
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


def _adding(cell: np.ndarray, cells: int) -> "csc_array":
    """int64 (cells, rows): a 1 where a row belongs to a cell, so that its product with a column of values adds the values of each cell."""
    from scipy.sparse import csc_array  # here: it takes a fifth of a second, and only builds need it

    rows = len(cell)
    return csc_array((np.ones(rows, np.int64), cell, np.arange(rows + 1, dtype=np.int32)), (cells, rows))


def _given(of_code: np.ndarray, codes: np.ndarray, first: int) -> np.ndarray:
    """What each row's code is given, of those from the place `first` on: code by code where rows are in their order, which is quicker."""
    if not np.all(codes[1:] >= codes[:-1]):
        return of_code[codes - first]
    edges = np.searchsorted(codes, np.arange(first, first + len(of_code) + 1, dtype=codes.dtype))
    return np.repeat(of_code, np.diff(edges))


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
