"""From conditions on coded columns to plain tables of codes: what a quantity counts, and with which factor."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from opencommissioning.catalogue.codelist import Codelist
from opencommissioning.catalogue.condition import Condition
from opencommissioning.catalogue.measure import Quantity
from opencommissioning.language.coded import Coded, Product
from opencommissioning.language.matching import factor_of, matcher, passes_text

__all__ = ["CodeSet", "code_conditions", "factor_of", "matcher", "passes_text", "resolve"]


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
    products: Iterable[Product],
    codelists: Mapping[str, Codelist],
    system: str,
) -> CodeSet:
    """The codes of `products` (published code, product under its current code) that pass every condition, with their factors."""
    coded = Coded(list(products), codelists, system)
    numbers = coded.counted(quantity.times, conditions).tolist()
    values = coded.factors.values
    return CodeSet(
        {code: values[number] for (code, _), number in zip(coded.products, numbers, strict=True) if number}
    )
