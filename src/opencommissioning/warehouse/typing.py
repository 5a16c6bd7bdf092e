"""From text columns to typed ones, and what is wrong with a row. All of it is one SQL query per projection."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from sqlglot import exp

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.source import Projection
from opencommissioning.warehouse.heading import parsed
from opencommissioning.warehouse.staging import ROW, STAGED

PROBLEM, MONTH = "_problem", "month"
TYPED, FINE = "typed", "fine_"
TODAY = "today"  # a variable of the engine: what lies after it has not happened. Unset, nothing is refused
PLANNED = 2  # years by which yearly files (allocations) may be ahead of their time
LEFT_OUT = 0  # the problem's number when a row is not meant: counted apart, not refused
WIDTH, NARROW = 18, 9  # digits of a decimal that 64 and 32 bits hold, so that sums stay quick
WHOLE = 12  # digits before the point that any decimal holds, however many come after it
FINER = 9  # decimal places beyond those kept, by which a rounded number is told from an exact one


@dataclass(frozen=True)
class Rule:
    """`reason`: what is wrong when `broken` holds; `text`: the column of text that is cited, if one; `unless_number`: the reason
    when that text is a number all the same."""

    reason: str
    broken: exp.Expression
    text: str = ""
    unless_number: str = ""

    @property
    def counted_as(self) -> str:
        """The reason of many rows together, whose texts are not looked at one by one."""
        return f"{self.reason}, or one too large to be kept" if self.unless_number else self.reason


def sql_type(column: Column) -> str:
    """The stored type of a column: the narrowest whole-number type that holds it."""
    if column.kind is Kind.DECIMAL:
        is_small = column.maximum is not None and _digits(column) <= NARROW
        width = (
            NARROW if is_small else WIDTH if column.maximum is not None else max(WIDTH, WHOLE + column.scale)
        )
        return f"DECIMAL({width}, {column.scale})"
    types = {Kind.INTEGER: "INTEGER", Kind.DATE: "DATE", Kind.MONTH: "DATE", Kind.FLAG: "BOOLEAN"}
    return types.get(column.kind, "VARCHAR")


def _digits(column: Column) -> int:
    return len(f"{int(column.maximum or 0)}") + column.scale


@dataclass(frozen=True)
class Typed:
    """The SQL of a projection's rows, made once in a process (it costs more than loading a small file) and kept by `typed`.

    `rows`: t_<text>…, the typed columns, `_problem`, over the staged texts. `checked`: of these what is asked for more than once,
    and per decimal column whether its text has more places than are kept (`fine_<n>`).
    """

    rows: str
    checked: str


def typed(projection: Projection, numbered: bool = False) -> Typed:
    """The projection's rows as SQL, with the row's number when `numbered`. A column without an expression is NULL."""
    what = (tuple(projection.columns.items()), projection.keep, tuple(projection.checks.items()))
    return _typed(projection.contract, *what, numbered)


@lru_cache(maxsize=256)
def _typed(
    contract: Contract,
    columns: tuple[tuple[str, str], ...],
    keep: str,
    checks: tuple[tuple[str, str], ...],
    numbered: bool,
) -> Typed:
    projection = Projection(contract, dict(columns), keep, False, dict(checks))
    inner = exp.select(*(_expression(projection, c).as_(f"t_{c.name}") for c in contract.columns))
    inner.select(*(_flag(text).as_(f"ok_{n}") for n, text in enumerate(_conditions(projection))), copy=False)
    inner.select(*_number(numbered), copy=False).from_(STAGED, copy=False)
    casts = (_cast(column).as_(column.name, quoted=True) for column in contract.columns)
    middle = exp.select("*", *casts).from_(inner.subquery("texts", copy=False), copy=False)
    rows = exp.select("*", _numbered(rules_of(projection)).as_(PROBLEM))
    rows.from_(middle.subquery("converted", copy=False), copy=False)
    kept = (exp.column(column.name, quoted=True) for column in contract.columns)
    fine = (too_fine(column).as_(f"{FINE}{place}") for place, column in enumerate(decimals(contract)))
    checked = exp.select(*kept, exp.column(PROBLEM), *_number(numbered), *fine).from_(TYPED, copy=False)
    return Typed(rows.sql(dialect="duckdb", copy=False), checked.sql(dialect="duckdb", copy=False))


def _number(numbered: bool) -> list[exp.Column]:
    return [exp.column(ROW)] if numbered else []


def decimals(contract: Contract) -> list[Column]:
    """The columns that are rounded when their text is finer than they are."""
    return [column for column in contract.columns if column.kind is Kind.DECIMAL]


def _expression(projection: Projection, column: Column) -> exp.Expression:
    return parsed(projection.columns.get(column.name, "NULL"))


def _conditions(projection: Projection) -> tuple[str, ...]:
    return (projection.keep or "TRUE", *projection.checks.values())


def _flag(condition: str) -> exp.Expression:
    return exp.func("coalesce", parsed(condition).copy(), exp.false())


def _cast(column: Column) -> exp.Expression:
    return exp.TryCast(
        this=exp.column(f"t_{column.name}"), to=exp.DataType.build(sql_type(column), dialect="duckdb")
    )


def _numbered(rules: Iterable[Rule]) -> exp.Expression:
    """The number of the first rule that a row breaks; NULL when it breaks none."""
    case = exp.Case()
    for number, rule in enumerate(rules):
        case = case.when(rule.broken.copy(), exp.cast(exp.Literal.number(number), "SMALLINT"))
    return case


def rules_of(projection: Projection) -> tuple[Rule, ...]:
    """All rules of a projection, in the order in which they are told. The first is: left out."""
    rules = [Rule("left out", exp.not_(exp.column("ok_0")))]
    for column in projection.contract.columns:
        name = spoken_of(projection, column)
        rules += [*_rules(column, name), *_future(projection.contract, column, name)]
    for number, sentence in enumerate(projection.checks, start=1):
        rules.append(Rule(f"expected: {sentence}", exp.not_(exp.column(f"ok_{number}"))))
    return tuple(rules)


def spoken_of(projection: Projection, column: Column) -> str:
    """The file's own name of the column where one stands behind it, else ours."""
    names = {each.name for each in _expression(projection, column).find_all(exp.Column)}
    return names.pop() if len(names) == 1 else column.name


def _rules(column: Column, name: str) -> list[Rule]:
    text, value, cited = (
        exp.column(f"t_{column.name}"),
        exp.column(column.name, quoted=True),
        f"t_{column.name}",
    )
    given, missing = _not_null(text), exp.Is(this=value, expression=exp.null())
    rules = []
    if column.kind not in (Kind.CODE, Kind.CODES, Kind.TEXT):
        is_number = column.kind in (Kind.INTEGER, Kind.DECIMAL)
        large = f"column '{name}' is larger than can be kept" if is_number else ""
        reason = f"column '{name}' is not {_expected(column)}"
        rules.append(Rule(reason, exp.and_(missing.copy(), given), cited, large))
    if column.kind is Kind.INTEGER:
        rules.append(
            Rule(
                f"column '{name}' is not a whole number",
                exp.NEQ(this=_compared(text, FINER), expression=value.copy()),
                cited,
            )
        )
    if column.required:
        rules.append(
            Rule(f"column '{name}' is empty or unreadable; expected {_expected(column)}", missing.copy(), "")
        )
    if column.minimum is not None:
        rules.append(
            Rule(
                f"column '{name}' is below {column.minimum:f}",
                exp.LT(this=value.copy(), expression=_bound(column, column.minimum)),
                cited,
            )
        )
    if column.maximum is not None:
        above = exp.GT(this=value.copy(), expression=_bound(column, column.maximum))
        rules.append(Rule(f"column '{name}' is above {column.maximum:,f}, which is absurd", above, cited))
    if column.pattern:
        example = f", such as {column.example}" if column.example else ""
        rules.append(
            Rule(
                f"column '{name}' is not a {column.meaning}{example}",
                exp.not_(_matches(value, column.pattern)),
                cited,
            )
        )
    return rules


def _future(contract: Contract, column: Column, name: str) -> list[Rule]:
    """A month or day of what has happened is not after today."""
    if not contract.happened or column.ahead or column.kind not in (Kind.MONTH, Kind.DATE):
        return []
    today = exp.Anonymous(this="getvariable", expressions=[exp.Literal.string(TODAY)])
    years = PLANNED if contract.every == "year" else 0
    latest = exp.cast(today, "DATE") + parsed(f"INTERVAL {years} YEAR") if years else exp.cast(today, "DATE")
    after = exp.GT(this=exp.column(column.name, quoted=True), expression=latest)
    return [Rule(f"column '{name}' lies in the future", after, f"t_{column.name}")]


def _not_null(value: exp.Expression) -> exp.Expression:
    return exp.not_(exp.Is(this=value.copy(), expression=exp.null()))


def _matches(value: exp.Expression, pattern: str) -> exp.Expression:
    """Whether a text is all of what the pattern finds in it: so the engine asks each different text once, which it does not to match."""
    whole = exp.Literal.string(f"^(?:{pattern})$")
    found = exp.Anonymous(this="regexp_extract", expressions=[value.copy(), whole])
    given = exp.NEQ(
        this=value.copy(), expression=exp.Literal.string("")
    )  # of nothing, nothing is found either
    return exp.and_(exp.EQ(this=found, expression=value.copy()), given)


def _bound(column: Column, bound: Decimal) -> exp.Expression:
    """The bound in the narrowest type; a bound beyond the column's own type is compared in a wider one."""
    return exp.cast(
        exp.Literal.string(f"{bound:f}"),
        f"DECIMAL(38, {column.scale})" if column.kind is Kind.DECIMAL else "BIGINT",
    )


def _expected(column: Column) -> str:
    words = {
        Kind.INTEGER: "a whole number",
        Kind.DECIMAL: "a number",
        Kind.DATE: "a date",
        Kind.MONTH: "a month",
        Kind.FLAG: "true or false",
    }
    return words.get(column.kind, column.meaning)


def told(rules: Iterable[Rule]) -> exp.Expression:
    """The sentence for a refused row: the reason, and the text that was found."""
    return _by_number(_sentence(rule) for rule in rules)


def _sentence(rule: Rule) -> exp.Expression:
    if not rule.text:
        return _reason(rule)
    cited = (exp.Literal.string(": '"), exp.column(rule.text), exp.Literal.string("'"))
    return exp.func("concat", _reason(rule), *cited)


def reason_named(rules: Iterable[Rule]) -> exp.Expression:
    """The reason by itself, for counting."""
    return _by_number(_reason(rule) for rule in rules)


def _by_number(words: Iterable[exp.Expression]) -> exp.Expression:
    case = exp.Case(this=exp.column(PROBLEM))
    for number, each in enumerate(words):
        case = case.when(exp.Literal.number(number), each)
    return case


def _reason(rule: Rule) -> exp.Expression:
    reason = exp.Literal.string(rule.reason)
    if not rule.unless_number:
        return reason
    number = _not_null(_compared(exp.column(rule.text), 0))
    return exp.Case().when(number, exp.Literal.string(rule.unless_number)).else_(reason)


def too_fine(column: Column) -> exp.Expression:
    """Whether a text has more decimal places than the column keeps: it is rounded, and that is told."""
    finer = _compared(exp.column(f"t_{column.name}"), column.scale + FINER)
    return exp.NEQ(this=finer, expression=exp.column(column.name, quoted=True))


def _compared(text: exp.Expression, scale: int) -> exp.Expression:
    """The text as a number with more places than are kept: unequal to what is kept when that was rounded."""
    return exp.TryCast(this=text.copy(), to=exp.DataType.build(f"DECIMAL(38, {scale})"))


def order(contract: Contract) -> list[str]:
    """The columns by which rows lie on disk."""
    return list(contract.sort or contract.key)
