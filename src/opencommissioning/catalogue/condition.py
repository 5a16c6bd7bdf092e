"""A condition on one column: a closed grammar of tests, all of which must hold. `Or` is a codelist."""

from dataclasses import dataclass
from decimal import Decimal

TESTS = ("any_of", "none_of", "under", "except", "codelist", "contains", "lacks", "at_least", "at_most")


@dataclass(frozen=True)
class Condition:
    """`column` passes every test that is given.

    any_of, none_of  the value is (is not) one of these
    under, except_   code patterns: a full-length code matches itself, a shorter one is a prefix, `%` stands for anything
    codelists        the value is in one of these codelists
    contains, lacks  the text holds (does not hold) one of these words, case ignored
    at_least, at_most  bounds, both inclusive
    """

    column: str
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    except_: tuple[str, ...] = ()
    codelists: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    at_least: Decimal | None = None
    at_most: Decimal | None = None
