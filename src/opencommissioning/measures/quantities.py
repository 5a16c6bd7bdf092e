"""Sums of quantities on one stored part: facts in, (quantity, organisation, exact whole number) out."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from opencommissioning.catalogue.codelist import Codelist
from opencommissioning.catalogue.condition import Condition
from opencommissioning.catalogue.contract import Contract
from opencommissioning.catalogue.measure import Measure, Quantity
from opencommissioning.language import compile as sql
from opencommissioning.language.checking import ATTRIBUTES
from opencommissioning.measures.asked import LARGEST, Asked, Tally, too_large
from opencommissioning.measures.resolving import Bundles, Products, Resolver
from opencommissioning.measures.summed import EMPTY, Summed, joined
from opencommissioning.measures.tallying import Frame, tally

if TYPE_CHECKING:
    from scipy.sparse import csr_array

COMPUTATION = 2  # raise by hand when the same definitions on the same facts would give other numbers


@dataclass(frozen=True)
class Scaled:
    """A quantity and the power of ten of its whole numbers: 12.34 at scale 2 is kept as 1234."""

    quantity: Quantity
    scale: int
    key: str


def scaled(quantity: Quantity, contract: Contract, codelists: Mapping[str, Codelist]) -> Scaled:
    """The quantity with its scale (decimals of the column and of the weights) and its key: the same key means the same numbers."""
    weights = codelists[quantity.times] if quantity.times else None
    scale = contract.column(quantity.column).scale + (_decimals(weights) if weights else 0)
    return Scaled(quantity, scale, _key(quantity, codelists))


def _decimals(codelist: Codelist) -> int:
    own = (max(0, -entry.factor.normalize().as_tuple().exponent) for entry in codelist.entries)
    return max((*own, *(_decimals(part) for part in codelist.parts)), default=0)


def _key(quantity: Quantity, codelists: Mapping[str, Codelist]) -> str:
    named = {name for condition in quantity.where for name in condition.codelists} | ({quantity.times} - {""})
    lists = [
        (each.system, each.entries, each.exclude, each.names_with, each.names_without, each.parts)
        for each in (codelists[name] for name in sorted(named))
    ]
    text = repr((COMPUTATION, quantity, lists))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def quantities_of(measures: Iterable[Measure]) -> tuple[Quantity, ...]:
    """Every quantity that the measures need, once each."""
    return tuple(
        dict.fromkeys(side for measure in measures for side in (measure.numerator, measure.denominator))
    )


def row_conditions(quantity: Quantity, contract: Contract) -> tuple[Condition, ...]:
    """The conditions that only the row itself can decide (quantity per item, admission method)."""
    decided = {contract.code, *ATTRIBUTES.get(contract.code, ())} if contract.code else set()
    return tuple(condition for condition in quantity.where if condition.column not in decided)


def sum_part(
    frame: Frame,
    path: Path,
    contract: Contract,
    wanted: Sequence[Scaled],
    products: Products,
    resolver: Resolver,
) -> Summed:
    """Every wanted quantity of every organisation of a part, in one pass over its rows."""
    of_rows = {each: row_conditions(each.quantity, contract) for each in wanted}
    tests = list(dict.fromkeys(test for test in of_rows.values() if test))
    passes = [tests[first : first + sql.MOST_TESTS] for first in range(0, len(tests), sql.MOST_TESTS)] or [[]]
    out = []
    for number, chosen in enumerate(passes):
        group = [each for each in wanted if of_rows[each] in chosen or (number == 0 and not of_rows[each])]
        bits = [chosen.index(of_rows[each]) if of_rows[each] else None for each in group]
        out.append(_sum_group(frame, path, contract, group, _Pass(chosen, bits), products, resolver))
    return joined(out)


@dataclass(frozen=True)
class _Pass:
    """What only rows can decide: the tests of a pass, and per quantity which of them it asks for (None: none)."""

    tests: Sequence[tuple[Condition, ...]]
    bits: Sequence[int | None]

    def care(self, given: Sequence[tuple[int, Decimal]]) -> int:
        """The bits that the quantities of a bundle ask for."""
        asked = {self.bits[number] for number, _ in given} - {None}
        return sum(1 << bit for bit in asked if bit is not None)

    def counts(self, number: int, passed: int) -> bool:
        """Whether a quantity counts rows that passed these tests."""
        bit = self.bits[number]
        return bit is None or bool(passed >> bit & 1)


def _sum_group(
    frame: Frame,
    path: Path,
    contract: Contract,
    group: Sequence[Scaled],
    tests: _Pass,
    products: Products,
    resolver: Resolver,
) -> Summed:
    bundles = Bundles({}, (tuple((number, Decimal(1)) for number in range(len(group))),))
    if contract.code:
        bundles = resolver.bundles(products, [each.quantity for each in group])
        if not bundles.bundle_of:
            return EMPTY
    care = [tests.care(given) for given in bundles.gives]
    adds = [frozenset(group[number].quantity.column for number, _ in given) for given in bundles.gives]
    asked = Asked(bundles.bundle_of if contract.code else None, tuple(tests.tests), care, adds)
    return _spread(tally(frame, path, contract, asked), contract, group, bundles, tests)


def _spread(
    found: Tally, contract: Contract, group: Sequence[Scaled], bundles: Bundles, tests: _Pass
) -> Summed:
    """Sums of kinds of rows handed out to the quantities that count them, as exact whole numbers: a sparse table times a full one."""
    values: dict[str, np.ndarray] = {}
    for column, of_kind in found.sums.items():
        mine = [number for number, each in enumerate(group) if each.quantity.column == column]
        gives = _handed_out(bundles, group, mine, contract, tests, found.kinds)
        _refuse_too_large(gives, of_kind, contract, column)
        for number, total in zip(mine, gives @ of_kind, strict=True):
            if total.any():
                values[group[number].key] = total
    return Summed(found.organisations, values)


def _handed_out(
    bundles: Bundles,
    group: Sequence[Scaled],
    mine: Sequence[int],
    contract: Contract,
    tests: _Pass,
    kinds: Sequence[tuple[int, int]],
) -> "csr_array":
    """int64 (quantities of `mine`, kinds of rows): the whole-number factor with which each quantity counts each (bundle, passed)."""
    line = {number: place for place, number in enumerate(mine)}
    links = [
        (line[number], place, _factor(factor, group[number], contract))
        for place, (bundle, passed) in enumerate(kinds)
        for number, factor in bundles.gives[bundle]
        if number in line and tests.counts(number, passed)
    ]
    rows, columns, factors = (list(part) for part in zip(*links, strict=True)) if links else ([], [], [])
    shape = (len(mine), len(kinds))
    from scipy.sparse import csr_array  # here: it takes a fifth of a second, and only builds need it

    return csr_array((np.array(factors, np.int64), (rows, columns)), shape=shape, dtype=np.int64)


def _refuse_too_large(gives: "csr_array", of_bundle: np.ndarray, contract: Contract, column: str) -> None:
    """StoreError when a sum might not fit 64 bits: the largest sum of a bundle times all factors of a quantity."""
    largest = float(max(of_bundle.max(initial=0), -of_bundle.min(initial=0)))
    if gives.nnz and largest * float(abs(gives).astype(float).sum(axis=1).max()) > LARGEST:
        raise too_large(contract, column)


def _factor(factor: Decimal, scaled_: Scaled, contract: Contract) -> int:
    power = scaled_.scale - contract.column(scaled_.quantity.column).scale
    return int(factor * 10**power)
