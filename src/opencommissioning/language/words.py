"""A definition in an English sentence, and as SQL that a person can read."""

from collections.abc import Iterable, Mapping

from sqlglot import exp

from opencommissioning.catalogue.codelist import Codelist, like_pattern
from opencommissioning.catalogue.condition import Condition
from opencommissioning.catalogue.contract import Contract
from opencommissioning.catalogue.measure import Measure, Quantity
from opencommissioning.language.bounds import bounds_in_words
from opencommissioning.language.checking import code_system
from opencommissioning.language.texts import holds, like

DIRECTION = {"lower": "lower is better", "higher": "higher is better", "neither": "no direction is better"}


def sentence(measure: Measure, codelists: Mapping[str, Codelist]) -> str:
    """`items in prescribing where route is oral and BNF code is under 0501, per 1,000 patients in registrations (rate; lower is better)`."""
    top, bottom = _side(measure.numerator, codelists), _side(measure.denominator, codelists)
    if measure.percentile is not None:
        share = f"{float(100 * measure.percentile):g} %"
        return f"the wait in weeks below which {share} of {top} lie (percentile; {DIRECTION[measure.better]})"
    if measure.narrowed:
        only = measure.numerator.where[len(measure.denominator.where) :]
        top = f"of {bottom}, the share where {_all(only, codelists)}"
        bottom = ""
    if measure.standardised:
        top, bottom = f"{top}, as % of {codelists[measure.denominator.times].title}", ""
    per = (
        f", per {measure.per:,} {bottom}"
        if bottom and measure.per != 1
        else f", divided by {bottom}"
        if bottom
        else ""
    )
    window = f", over {measure.window} months" if measure.window > 1 else ""
    return f"{top}{per}{window} ({measure.shape()}; {DIRECTION[measure.better]})"


def _side(quantity: Quantity, codelists: Mapping[str, Codelist]) -> str:
    name = quantity.column.replace("_", " ")
    weighted = f" weighted by {codelists[quantity.times].title}" if quantity.times else ""
    where = f" where {_all(quantity.where, codelists)}" if quantity.where else ""
    return f"{name}{weighted} in {quantity.dataset.replace('_', ' ')}{where}"


def _all(conditions: tuple[Condition, ...], codelists: Mapping[str, Codelist]) -> str:
    return " and ".join(_condition(condition, codelists) for condition in conditions)


def conditions_in_words(conditions: Iterable[Condition], codelists: Mapping[str, Codelist]) -> str:
    """`kind is emergency and age is at least 65`."""
    return _all(tuple(conditions), codelists)


def _condition(condition: Condition, codelists: Mapping[str, Codelist]) -> str:
    name = condition.column.replace("_", " ").replace("bnf", "BNF")
    lists = " or ".join(f"“{codelists[each].title}”" for each in condition.codelists)
    bounds = bounds_in_words(condition.at_least, condition.at_most)
    parts = [
        (condition.any_of, f"is {_or(condition.any_of)}"),
        (condition.none_of, f"is not {_or(condition.none_of)}"),
        (condition.under, f"is under {_or(condition.under)}"),
        (condition.except_, f"is not under {_or(condition.except_)}"),
        (condition.codelists, f"is in the list {lists}"),
        (condition.contains, f"contains {_or(condition.contains)}"),
        (condition.lacks, f"does not contain {_or(condition.lacks)}"),
        (bounds, bounds),
    ]
    return f"{name} " + " and ".join(words for given, words in parts if given)


def _or(values: tuple[str, ...]) -> str:
    return "".join(values) if len(values) < 2 else ", ".join(values[:-1]) + " or " + values[-1]


def readable_sql(
    measure: Measure, contracts: Mapping[str, Contract], codelists: Mapping[str, Codelist]
) -> str:
    """One query per side, as a person would write it; what the engine runs sums all measures at once but means the same."""
    if measure.percentile is not None:
        return _by_weeks(measure.denominator, contracts[measure.denominator.dataset], codelists)
    sides = (("numerator", measure.numerator), ("denominator", measure.denominator))
    return "\n\n".join(
        f"-- {name}\n{_query(side, contracts[side.dataset], codelists)}" for name, side in sides
    )


def _by_weeks(quantity: Quantity, contract: Contract, codelists: Mapping[str, Codelist]) -> str:
    """The counts that a percentile is taken of."""
    counted = _query(quantity, contract, codelists)
    by_weeks = counted.replace("month,", "month,\n  weeks,", 1)
    return f"-- people by weeks waited\n{by_weeks},\n  weeks"


def _query(quantity: Quantity, contract: Contract, codelists: Mapping[str, Codelist]) -> str:
    summed: exp.Expression = exp.column(quantity.column)
    if quantity.times:
        summed = exp.Mul(
            this=summed, expression=exp.column("factor", table=exp.to_identifier(quantity.times, quoted=True))
        )
    query = exp.select(
        exp.column(contract.organisation), exp.column("month"), exp.Sum(this=summed).as_(quantity.column)
    )
    query = query.from_(contract.dataset, copy=False)
    if quantity.times:
        query = query.join(exp.to_table(f'"{quantity.times}"'), using=[contract.code])
    for condition in quantity.where:
        for test in _tests(condition, contract, codelists):
            query = query.where(test, copy=False)
    query = query.group_by(exp.column(contract.organisation), exp.column("month"), copy=False)
    return query.sql(dialect="duckdb", pretty=True, copy=False)


def _tests(
    condition: Condition, contract: Contract, codelists: Mapping[str, Codelist]
) -> list[exp.Expression]:
    column = exp.column(condition.column)
    system = code_system(contract) if condition.column == contract.code else "text"
    tests: list[exp.Expression] = []
    if condition.any_of:
        tests.append(column.copy().isin(*condition.any_of))
    if condition.none_of:
        tests.append(exp.not_(column.copy().isin(*condition.none_of)))
    if condition.under:
        tests.append(_any_like(column, condition.under, system))
    if condition.except_:
        tests.append(exp.not_(_any_like(column, condition.except_, system)))
    if condition.codelists:
        tests.append(
            exp.or_(*(_in_list(column, codelists[each]) for each in condition.codelists), copy=False)
        )
    if condition.contains:
        tests.append(exp.or_(*(holds(column, word) for word in condition.contains), copy=False))
    tests += [exp.not_(holds(column, word)) for word in condition.lacks]
    if condition.at_least is not None:
        tests.append(exp.GTE(this=column.copy(), expression=exp.Literal.number(str(condition.at_least))))
    if condition.at_most is not None:
        tests.append(exp.LTE(this=column.copy(), expression=exp.Literal.number(str(condition.at_most))))
    return tests


def _in_list(column: exp.Expression, codelist: Codelist) -> exp.Expression:
    patterns = [entry.pattern for entry in codelist.entries]
    included = [_in_list(column, part) for part in codelist.parts]
    test = exp.or_(
        *([_any_like(column, patterns, codelist.system)] if patterns else []), *included, copy=False
    )
    if codelist.exclude:
        test = exp.and_(test, exp.not_(_any_like(column, codelist.exclude, codelist.system)))
    name = exp.column("name")
    if codelist.names_with:
        test = exp.and_(test, exp.or_(*(holds(name, word) for word in codelist.names_with)))
    for word in codelist.names_without:
        test = exp.and_(test, exp.not_(holds(name, word)))
    return test


def _any_like(column: exp.Expression, patterns: Iterable[str], system: str) -> exp.Expression:
    return exp.or_(*(_matches(column, pattern, system) for pattern in patterns), copy=False)


def _matches(column: exp.Expression, pattern: str, system: str) -> exp.Expression:
    whole = "%" not in pattern and like_pattern(pattern, system) == pattern
    return (
        exp.EQ(this=column.copy(), expression=exp.Literal.string(pattern)) if whole else like(column, pattern)
    )
