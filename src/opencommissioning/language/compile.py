"""Quantities to one SQL tree: filter, join, group, sum. Nothing else ever runs on facts.

Codes are not compared in SQL: every code that some quantity counts belongs to one *bundle* (the codes that the same quantities count
with the same factors), and facts are summed by organisation and bundle. Conditions that only the row can decide (quantity per item)
become bits of one number, `passed`, by which rows are told apart where the bundle cares. So a row is read and added once, however
many measures count it.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache, reduce

from sqlglot import exp

from opencommissioning.catalogue.condition import Condition
from opencommissioning.catalogue.contract import Contract, Kind
from opencommissioning.language.texts import holds, like

FACTS, BUNDLES = "facts", "bundles"
MOST_TESTS = 62  # bits of a whole number of 64, its sign aside


@lru_cache(
    maxsize=64
)  # the same for every part of a dataset: making it costs more than running it on a small one
def sums(
    contract: Contract, columns: tuple[str, ...], tests: tuple[tuple[Condition, ...], ...]
) -> exp.Select:
    """Sums of `columns` by organisation, bundle and `passed`, whose n-th bit says that a row passes the n-th of `tests`.

    Tables `facts` and, for a dataset with codes, `bundles(code, bundle, care)`: `care` has the bits that any quantity of the bundle asks
    for. Without codes everything is bundle 0. At most `MOST_TESTS` tests.
    """
    coded = bool(contract.code)
    place = exp.column("bundle", BUNDLES) if coded else _whole(0)
    by = [exp.column(contract.organisation, FACTS).as_("organisation"), place.as_("bundle")]
    by.append(_passed(contract, tests, coded).as_("passed"))
    summed = [exp.Sum(this=exp.column(name, FACTS)).as_(name) for name in columns]
    query = exp.select(*by, *summed).from_(FACTS)
    if coded:
        code = exp.EQ(this=exp.column(contract.code, FACTS), expression=exp.column("code", BUNDLES))
        query = query.join(exp.to_table(BUNDLES), on=code)
    return query.group_by(*(exp.Literal.number(number + 1) for number in range(len(by))))


def _passed(contract: Contract, tests: Sequence[Sequence[Condition]], coded: bool) -> exp.Expression:
    bits = [_bit(contract, test, number) for number, test in enumerate(tests)]
    if not bits:
        return _whole(0)
    passed = reduce(lambda one, other: exp.Add(this=one, expression=other), bits)
    if not coded:
        return passed
    care = exp.column("care", BUNDLES)  # most bundles care for nothing: of their rows no test is made
    asked = exp.BitwiseAnd(this=exp.paren(passed), expression=care)
    return exp.Case().when(exp.EQ(this=care.copy(), expression=_whole(0)), _whole(0)).else_(asked)


def _bit(contract: Contract, test: Sequence[Condition], number: int) -> exp.Expression:
    holds = exp.and_(*(each for condition in test for each in row_tests(contract, condition)))
    return exp.Case().when(holds, _whole(2**number)).else_(_whole(0))


def _whole(number: int) -> exp.Expression:
    return exp.cast(exp.Literal.number(number), "BIGINT")


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
        tests.append(exp.or_(*(like(column, pattern) for pattern in condition.under), copy=False))
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
