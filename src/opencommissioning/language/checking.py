"""What a condition must be to run: the right tests for the kind of column, words and codes that can occur, lists of the column's own codes."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from opencommissioning.catalogue.codelist import Codelist
from opencommissioning.catalogue.condition import TESTS, Condition
from opencommissioning.catalogue.contract import Contract, Kind
from opencommissioning.catalogue.forms import FORM_WORDS, ROUTE_WORDS
from opencommissioning.errors import did_you_mean
from opencommissioning.language.reading import Reader

# What code and name of a product tell besides the code itself (catalogue/presentation.py).
ATTRIBUTES = {"bnf_code": ("name", "route", "form", "brand", "strength")}
WORDS = {"route": ROUTE_WORDS, "form": FORM_WORDS, "brand": ("generic", "brand")}
CODE_SYSTEM = {"bnf_code": "bnf"}  # other coded columns are named as their system
BNF_PATTERN = re.compile(r"[0-9][0-9A-Z%]{0,14}")
NUMERIC = (Kind.INTEGER, Kind.DECIMAL)
VALUES, PATTERNS, TEXTS, BOUNDS = (
    ("any_of", "none_of"),
    ("under", "except_"),
    ("contains", "lacks"),
    ("at_least", "at_most"),
)


def code_system(contract: Contract) -> str:
    """Which system the codes of a dataset's coded column belong to."""
    return CODE_SYSTEM.get(contract.code, contract.code)


def check_condition(
    reader: Reader, codelists: Mapping[str, Codelist], contract: Contract, condition: Condition
) -> None:
    """DefinitionError with file, key and nearest valid word when a condition could not run, or could never hold."""
    given = _given(condition)
    if not given:
        raise reader.refuse(f"tests nothing; give one of {', '.join(TESTS)}")
    allowed, kind = _allowed(contract, condition.column)
    for test in given:
        if test not in allowed:
            raise reader.refuse(
                f"'{test.rstrip('_')}' does not go with '{condition.column}', which is {kind}; use {', '.join(t.rstrip('_') for t in allowed)}"
            )
    _check_lists(reader, codelists, contract, condition)
    _check_values(reader, contract, condition)
    _check_patterns(reader, contract, condition)


def _given(condition: Condition) -> list[str]:
    names = ("any_of", "none_of", "under", "except_", "codelists", "contains", "lacks")
    given = [name for name in names if getattr(condition, name)]
    return [{"codelists": "codelist"}.get(name, name) for name in given] + [
        name for name in BOUNDS if getattr(condition, name) is not None
    ]


def _allowed(contract: Contract, column: str) -> tuple[tuple[str, ...], str]:
    """The tests that a column takes, and what it is, in words."""
    if column == "strength" and _is_attribute(contract, column):
        return BOUNDS, "a strength in mg"
    if _is_attribute(contract, column):
        return (*VALUES, *TEXTS), "a word told by the product's name"
    kind = contract.column(column).kind
    if kind is Kind.CODES:
        return (*PATTERNS, "codelist"), "several codes"
    if kind in NUMERIC:
        return (*VALUES, *BOUNDS), "a number"
    if kind in (Kind.DATE, Kind.FLAG):
        return VALUES, "a date" if kind is Kind.DATE else "true or false"
    if kind is Kind.MONTH:
        return (), "the month: a measure is of every month"
    if column == contract.code or contract.column(column).system:
        return (*VALUES, *PATTERNS, "codelist", *TEXTS), "a code"
    return (*VALUES, *PATTERNS, *TEXTS), "text"


def _is_attribute(contract: Contract, column: str) -> bool:
    return column in ATTRIBUTES.get(contract.code, ())


def _check_lists(
    reader: Reader, codelists: Mapping[str, Codelist], contract: Contract, condition: Condition
) -> None:
    for name in condition.codelists:
        if name not in codelists:
            raise reader.refuse(f"codelist '{name}' is not known{did_you_mean(name, codelists)}")
        check_system(reader, codelists[name], contract, _system(contract, condition.column))


def _system(contract: Contract, column: str) -> str:
    return contract.column(column).system or code_system(contract)


def check_system(reader: Reader, codelist: Codelist, contract: Contract, system: str = "") -> None:
    """DefinitionError when a list holds codes of another system than the dataset's (or its column's): nothing would ever match."""
    system = system or code_system(contract)
    if codelist.system != system:
        raise reader.refuse(
            f"codelist '{codelist.id}' holds {codelist.system} codes, but {contract.dataset} has {system} codes"
        )


def _check_values(reader: Reader, contract: Contract, condition: Condition) -> None:
    values = (*condition.any_of, *condition.none_of)
    known = WORDS.get(condition.column, ()) if _is_attribute(contract, condition.column) else ()
    if known:
        _refuse_unknown(reader, condition.column, values, known)
    elif not _is_attribute(contract, condition.column):
        kind = contract.column(condition.column).kind
        for value in values:
            if not _readable(value, kind):
                raise reader.refuse(
                    f"'{condition.column}' is compared with '{value}', which is not {_a(kind)}"
                )


def _refuse_unknown(reader: Reader, column: str, values: Iterable[str], known: Iterable[str]) -> None:
    for value in values:
        if value not in known:
            raise reader.refuse(f"there is no {column} '{value}'{did_you_mean(value, known)}")


def _readable(value: str, kind: Kind) -> bool:
    try:
        if kind in NUMERIC:
            return Decimal(value).is_finite()
        if kind is Kind.DATE:
            date.fromisoformat(value)
    except (InvalidOperation, ValueError):
        return False
    return kind is not Kind.FLAG or value in ("true", "false")


def _a(kind: Kind) -> str:
    return {Kind.DATE: "a date such as 2026-03-23", Kind.FLAG: "true or false"}.get(kind, "a number")


def _check_patterns(reader: Reader, contract: Contract, condition: Condition) -> None:
    if condition.column == contract.code and code_system(contract) == "bnf":
        check_bnf(reader, (*condition.under, *condition.except_))


def check_bnf(reader: Reader, patterns: Iterable[str]) -> None:
    """DefinitionError for a pattern that no BNF code can match: the letter O for a zero, small letters, too many characters."""
    for pattern in patterns:
        if not BNF_PATTERN.fullmatch(pattern):
            raise reader.refuse(
                f"'{pattern}' is not the beginning of a BNF code: at most 15 digits and capital letters, a digit first, % for anything"
            )
