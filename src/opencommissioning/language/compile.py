"""Quantities to one SQL tree per group of row conditions: filter, join, group, sum. Nothing else ever runs on facts.

Codes are not compared in SQL: every code that some quantity counts belongs to one *bundle* (the codes that the same quantities count
with the same factors), and facts are summed by organisation and bundle. So a row is read and added once, however many measures count it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from sqlglot import exp

from opencommissioning.catalogue.condition import Condition
from opencommissioning.catalogue.contract import Contract, Kind
from opencommissioning.language.texts import holds, like

FACTS, BUNDLES = "facts", "bundles"


@dataclass(frozen=True)
class Bundles:
    """`code → bundle`, and per bundle what it gives to which quantity: (quantity's number, exact factor)."""

    bundle_of: Mapping[str, int]
    gives: tuple[tuple[tuple[int, Decimal], ...], ...]


def bundle(codes: Sequence[str], numbers: np.ndarray, factors: Sequence[Decimal]) -> Bundles:
    """Codes gathered by what they give. `numbers` (codes, quantities): the number of the factor in `factors`, 0 = not counted."""
    places: dict[bytes, int] = {}
    bundle_of, first = {}, []
    numbers = np.ascontiguousarray(numbers)
    for place in np.flatnonzero(numbers.any(axis=1)).tolist():
        row = numbers[place].tobytes()
        if row not in places:
            places[row] = len(places)
            first.append(place)
        bundle_of[codes[place]] = places[row]
    return Bundles(bundle_of, tuple(_gives(numbers[place], factors) for place in first))


def _gives(row: np.ndarray, factors: Sequence[Decimal]) -> tuple[tuple[int, Decimal], ...]:
    return tuple((int(quantity), factors[row[quantity]]) for quantity in np.flatnonzero(row))


def sums_by_bundle(contract: Contract, columns: Iterable[str], rows: Sequence[Condition]) -> exp.Select:
    """Sums of `columns` by organisation and bundle over the rows that pass; tables `facts` and `bundles(code, bundle)`."""
    query = _grouped(contract, columns, exp.column("bundle", BUNDLES))
    joined = exp.EQ(this=exp.column(contract.code, FACTS), expression=exp.column("code", BUNDLES))
    return _where(query.join(exp.to_table(BUNDLES), on=joined), contract, rows)


def sums(contract: Contract, columns: Iterable[str], rows: Sequence[Condition]) -> exp.Select:
    """Sums of `columns` by organisation for a dataset without codes (bundle 0), over the rows that pass."""
    return _where(_grouped(contract, columns, exp.cast(exp.Literal.number(0), "BIGINT")), contract, rows)


def organisations_present(contract: Contract) -> exp.Select:
    """Each organisation that has any row: present, so that no rows of a product mean 0."""
    return exp.select(exp.column(contract.organisation).as_("organisation")).from_(FACTS).distinct()


def _grouped(contract: Contract, columns: Iterable[str], bundle_column: exp.Expression) -> exp.Select:
    organisation = exp.column(contract.organisation, FACTS)
    summed = [exp.Sum(this=exp.column(name, FACTS)).as_(name) for name in columns]
    query = exp.select(organisation.as_("organisation"), bundle_column.as_("bundle"), *summed).from_(FACTS)
    grouped = (
        [organisation.copy()]
        if isinstance(bundle_column, exp.Cast)
        else [organisation.copy(), bundle_column.copy()]
    )
    return query.group_by(*grouped)


def _where(query: exp.Select, contract: Contract, rows: Sequence[Condition]) -> exp.Select:
    for condition in rows:
        for test in row_tests(contract, condition):
            query = query.where(test)
    return query


def row_tests(contract: Contract, condition: Condition) -> list[exp.Expression]:
    """The SQL tests of one condition on a column of facts."""
    column = exp.column(condition.column, FACTS)
    numeric = contract.column(condition.column).kind in (Kind.INTEGER, Kind.DECIMAL)
    tests: list[exp.Expression] = []
    if condition.any_of:
        tests.append(column.copy().isin(*(_literal(value, numeric) for value in condition.any_of)))
    if condition.none_of:
        tests.append(exp.not_(column.copy().isin(*(_literal(value, numeric) for value in condition.none_of))))
    if condition.under:
        tests.append(exp.or_(*(like(column, pattern) for pattern in condition.under)))
    tests += [exp.not_(like(column, pattern)) for pattern in condition.except_]
    if condition.contains:
        tests.append(exp.or_(*(holds(column, word) for word in condition.contains)))
    tests += [exp.not_(holds(column, word)) for word in condition.lacks]
    if condition.at_least is not None:
        tests.append(exp.GTE(this=column.copy(), expression=_exact(contract, condition, condition.at_least)))
    if condition.at_most is not None:
        tests.append(exp.LTE(this=column.copy(), expression=_exact(contract, condition, condition.at_most)))
    return tests


def _literal(value: str, numeric: bool) -> exp.Expression:
    return exp.Literal.number(value) if numeric else exp.Literal.string(value)


def _exact(contract: Contract, condition: Condition, bound: Decimal) -> exp.Expression:
    """The bound as an exact decimal: a bare 2.5 would be a float on some engines."""
    scale = contract.column(condition.column).scale
    return exp.cast(exp.Literal.string(str(bound)), f"DECIMAL(18, {max(scale, -bound.as_tuple().exponent)})")
