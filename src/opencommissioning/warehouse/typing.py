"""From text columns to typed ones, and the sentence for what does not fit. All of it is one SQL query per projection."""

from sqlglot import exp, parse_one

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.source import Projection

PROBLEM, LEFT_OUT = "_problem", "left out"
WIDTH = 18  # digits of a decimal: 64 bits hold them, so sums stay quick


def sql_type(column: Column) -> str:
    """The stored type of a column."""
    if column.kind is Kind.DECIMAL:
        return f"DECIMAL({WIDTH}, {column.scale})"
    types = {Kind.INTEGER: "INTEGER", Kind.DATE: "DATE", Kind.MONTH: "DATE", Kind.FLAG: "BOOLEAN"}
    return types.get(column.kind, "VARCHAR")


def typed(projection: Projection, raw: str) -> exp.Select:
    """`SELECT <typed columns>, _problem` over the table `raw` of text columns. A projection without a column's expression gives NULL."""
    columns = projection.contract.columns
    inner = exp.select(*(parse_one(projection.columns.get(c.name, "NULL"), dialect="duckdb").as_(f"t_{c.name}") for c in columns))
    inner = inner.select(*(_flag(text).as_(f"ok_{n}") for n, text in enumerate(_rules(projection))))
    middle = exp.select("*").from_(inner.from_(raw).subquery("texts"))
    middle = middle.select(*(_cast(column).as_(column.name) for column in columns))
    return exp.select(*(exp.column(c.name) for c in columns), _problem(projection).as_(PROBLEM)).from_(middle.subquery("typed"))


def _rules(projection: Projection) -> tuple[str, ...]:
    return ((projection.keep,) if projection.keep else ()) + tuple(projection.checks.values())


def _flag(condition: str) -> exp.Expression:
    return exp.func("coalesce", parse_one(condition, dialect="duckdb"), exp.false())


def _cast(column: Column) -> exp.Expression:
    text = exp.column(f"t_{column.name}")
    if column.kind in (Kind.CODE, Kind.TEXT):
        return exp.cast(text, "VARCHAR")
    if column.kind is Kind.INTEGER:  # '12.0' is whole, '12.5' is not
        return exp.TryCast(this=exp.TryCast(this=text, to=exp.DataType.build("DECIMAL(18, 0)")), to=exp.DataType.build("INTEGER"))
    return exp.TryCast(this=text, to=exp.DataType.build(sql_type(column)))


def _problem(projection: Projection) -> exp.Case:
    """The first thing wrong with a row, as a sentence; NULL when nothing is; `left out` when the row is not meant."""
    case = exp.Case()
    rules = _rules(projection)
    if projection.keep:
        case = case.when(exp.not_(exp.column("ok_0")), exp.Literal.string(LEFT_OUT))
    for column in projection.contract.columns:
        for test, sentence in _tests(column):
            case = case.when(test, sentence)
    first = len(rules) - len(projection.checks)
    for number, sentence in enumerate(projection.checks, start=first):
        case = case.when(exp.not_(exp.column(f"ok_{number}")), exp.Literal.string(f"expected: {sentence}"))
    return case.else_(exp.null())


def _tests(column: Column) -> list[tuple[exp.Expression, exp.Expression]]:
    text, value = exp.column(f"t_{column.name}"), exp.column(column.name)
    missing = exp.Is(this=value.copy(), expression=exp.null())
    tests = []
    if column.kind in (Kind.INTEGER, Kind.DECIMAL, Kind.DATE, Kind.MONTH, Kind.FLAG):
        unread = exp.and_(missing.copy(), exp.not_(exp.Is(this=text.copy(), expression=exp.null())))
        tests.append((unread, _sentence(column, text, f"is not {_expected(column)}")))
    if column.kind is Kind.INTEGER:
        exact = exp.TryCast(this=text.copy(), to=exp.DataType.build("DECIMAL(38, 9)"))
        tests.append((exp.NEQ(this=exact, expression=value.copy()), _sentence(column, text, "is not a whole number")))
    if column.required:
        tests.append((missing.copy(), exp.Literal.string(f"column '{column.name}' is missing or unreadable; expected {_expected(column)}")))
    if column.minimum is not None:
        tests.append((exp.LT(this=value.copy(), expression=_bound(column, column.minimum)), _sentence(column, text, f"is below {column.minimum}")))
    if column.maximum is not None:
        above = exp.GT(this=value.copy(), expression=_bound(column, column.maximum))
        tests.append((above, _sentence(column, text, f"is above {column.maximum:,f}, which is absurd")))
    if column.pattern:
        fits = exp.func("regexp_full_match", value.copy(), exp.Literal.string(column.pattern))
        tests.append((exp.not_(fits), _sentence(column, text, f"is not {column.meaning} such as {column.example}")))
    return tests


def _bound(column: Column, bound: object) -> exp.Expression:
    return exp.cast(exp.Literal.string(f"{bound:f}"), sql_type(column))


def _sentence(column: Column, text: exp.Expression, rest: str) -> exp.Expression:
    value = exp.cast(text.copy(), "VARCHAR")
    return exp.func("concat", exp.Literal.string(f"column '{column.name}': '"), value, exp.Literal.string(f"' {rest}"))


def _expected(column: Column) -> str:
    words = {Kind.INTEGER: "a whole number", Kind.DECIMAL: "a number", Kind.DATE: "a date", Kind.MONTH: "a month", Kind.FLAG: "yes or no"}
    return words.get(column.kind, column.meaning)


def order(contract: Contract) -> list[str]:
    """The columns by which rows lie on disk."""
    return list(contract.sort or contract.key)
