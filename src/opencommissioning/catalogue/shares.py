"""Shares as people write them: 92 %, 92% or 92 per cent, and 0.92, read exactly; and as we write them."""

import re
from decimal import Decimal

_WRITTEN = re.compile(r"([0-9]{1,9}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})\s*(%|per ?cent)?", re.IGNORECASE)


def per_cent(share: float | Decimal, decimals: int = 0) -> str:
    """`92 %` of 0.92, everywhere in this one way; `52.5 %` with one decimal."""
    return f"{share:.{decimals}%}".replace("%", " %")


def share_of(text: str) -> Decimal | None:
    """0.92 of `92 %` and of `0.92`: a number is per cent only where it says so. None for other text."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        return None
    return Decimal(found[1]) / 100 if found[2] else Decimal(found[1])


def percent_of(text: str) -> Decimal | None:
    """92 of `92 %`, `92` and `0.92`, where per cent is asked for: a decimal of at most 1 without a sign is a share. None for other text."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        return None
    number = Decimal(found[1])
    is_share = not found[2] and "." in found[1] and number <= 1
    return number * 100 if is_share else number


def in_percent(text: str) -> str:
    """The same per cent in one way of writing, so that it can stand in a form and an address: `92`; `0.5 %` keeps its sign, since `0.5`
    means half. Other text as it is."""
    percent = percent_of(text)
    if percent is None:
        return text
    number = f"{percent.normalize():f}"
    return f"{number} %" if "." in number and percent <= 1 else number
