"""From conditions on coded columns to plain tables of codes: what a quantity counts, and with which factor."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from opencommissioning.catalogue.codelist import Codelist, like_pattern
from opencommissioning.catalogue.condition import Condition
from opencommissioning.catalogue.measure import Quantity
from opencommissioning.catalogue.presentation import Presentation


@cache
def matcher(pattern: str, system: str) -> Callable[[str], object]:
    """A test for one code pattern (full-length = itself, shorter = prefix, `%` = anything)."""
    parts = [re.escape(part) for part in like_pattern(pattern, system).split("%")]
    return re.compile(".*".join(parts), re.DOTALL).fullmatch


def factor_of(code: str, name: str, codelist: Codelist) -> Decimal | None:
    """The factor that `codelist` gives to a code: that of the longest matching entry; None when the code is not in the list."""
    if not _admits(code, name, codelist):
        return None
    hits = [entry for entry in codelist.entries if matcher(entry.pattern, codelist.system)(code)]
    if hits:
        return max(hits, key=lambda entry: len(entry.pattern.replace("%", ""))).factor
    found = (factor_of(code, name, part) for part in codelist.parts)
    return next((factor for factor in found if factor is not None), None)


def _admits(code: str, name: str, codelist: Codelist) -> bool:
    if any(matcher(pattern, codelist.system)(code) for pattern in codelist.exclude):
        return False
    return _words(name, codelist.names_with, codelist.names_without)


def _words(name: str, wanted: tuple[str, ...], unwanted: tuple[str, ...]) -> bool:
    lowered = name.lower()
    holds = not wanted or any(word.lower() in lowered for word in wanted)
    return holds and not any(word.lower() in lowered for word in unwanted)


@dataclass(frozen=True)
class CodeSet:
    """The codes that a quantity counts, each with its exact factor."""

    factors: Mapping[str, Decimal]


def code_conditions(quantity: Quantity, code: str, attributes: Iterable[str]) -> tuple[Condition, ...]:
    """The conditions that a code and its product's attributes decide; the rest must be tested row by row."""
    decided = {code, *attributes}
    return tuple(condition for condition in quantity.where if condition.column in decided)


def resolve(
    quantity: Quantity,
    conditions: Iterable[Condition],
    products: Iterable[tuple[str, Presentation | None]],
    codelists: Mapping[str, Codelist],
    system: str,
) -> CodeSet:
    """The codes of `products` (published code, product under its current code) that pass every condition, with their factors."""
    weights = codelists[quantity.times] if quantity.times else None
    chosen: dict[str, Decimal] = {}
    conditions = tuple(conditions)
    for code, product in products:
        current, name = (product.bnf_code, product.name) if product else (code, "")
        if all(_passes(condition, current, product, codelists, system) for condition in conditions):
            factor = factor_of(current, name, weights) if weights else Decimal(1)
            if factor is not None and factor != 0:
                chosen[code] = factor
    return CodeSet(chosen)


def _passes(
    condition: Condition,
    code: str,
    product: Presentation | None,
    codelists: Mapping[str, Codelist],
    system: str,
) -> bool:
    value = _value(condition.column, code, product)
    if value is None:
        return False
    if isinstance(value, Decimal):
        return _within(condition, value)
    return passes_text(condition, value, product.name if product else "", codelists, system)


def _value(column: str, code: str, product: Presentation | None) -> str | Decimal | None:
    if product is None:
        return code
    known = {"bnf_code": code, "name": product.name, "route": product.route, "form": product.form}
    if column == "strength":
        return product.strength_mg
    return product.brand if column == "brand" else known.get(column, code)


def _within(condition: Condition, value: Decimal) -> bool:
    above = condition.at_least is None or value >= condition.at_least
    return above and (condition.at_most is None or value <= condition.at_most)


def passes_text(
    condition: Condition, value: str, name: str, codelists: Mapping[str, Codelist], system: str
) -> bool:
    """Whether a text value passes every test of a condition (bounds aside)."""
    lists = [codelists[codelist] for codelist in condition.codelists]
    tests = (
        not condition.any_of or value in condition.any_of,
        value not in condition.none_of,
        not condition.under or any(matcher(pattern, system)(value) for pattern in condition.under),
        not any(matcher(pattern, system)(value) for pattern in condition.except_),
        not lists or any(factor_of(value, name, codelist) is not None for codelist in lists),
        _words(value, condition.contains, condition.lacks),
    )
    return all(tests)
