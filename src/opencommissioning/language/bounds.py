"""Bounds of a condition in English: `more than 15` for what a definition must write as at least 15.001."""

from decimal import Decimal

CLOSE = Decimal(
    "0.001"
)  # the step beyond a whole number that definitions write where the number itself is not meant


def bounds_in_words(at_least: Decimal | None, at_most: Decimal | None) -> str:
    """`is at least 56`, `is more than 15`, `is between 2 and 19`, `is 7`; empty without bounds."""
    if at_least is None and at_most is None:
        return ""
    if at_least == at_most:
        return f"is {_plain(at_least)}"
    above = None if at_least is None else _above(at_least)
    below = None if at_most is None else _below(at_most)
    if above and below and above.startswith("at least") and below.startswith("at most"):
        return f"is between {_plain(at_least)} and {_plain(at_most)}"
    return "is " + " and ".join(each for each in (above, below) if each)


def _above(bound: Decimal) -> str:
    return f"more than {_plain(bound - CLOSE)}" if bound % 1 == CLOSE else f"at least {_plain(bound)}"


def _below(bound: Decimal) -> str:
    return f"less than {_plain(bound + CLOSE)}" if bound % 1 == 1 - CLOSE else f"at most {_plain(bound)}"


def _plain(number: Decimal) -> str:
    """Without noughts at the end, thousands apart: `1,500`, `0.25`."""
    whole = number.to_integral_value()
    return f"{int(whole):,}" if number == whole else f"{number.normalize():f}"
