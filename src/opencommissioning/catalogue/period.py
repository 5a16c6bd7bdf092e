"""Months, the one period of the store. A month is the `date` of its first day."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

MONTH_NAMES = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_YEAR_MONTH = re.compile(r"^(\d{4})[-_/]?(\d{2})(?:[-_/]?\d{2})?$")
_NAMED = re.compile(r"^(?:\d{1,2}[\s-]*)?([A-Za-z]{3,9})[\s,_-]*(\d{4}|\d{2})$")


def parse_month(text: str) -> date:
    """The month in `2017-09`, `201709`, `2017_09`, `2017-09-01`, `September 2017`, `01SEP2017` or `1-Sep-17`; ValueError otherwise."""
    stripped = text.strip()
    if match := _YEAR_MONTH.match(stripped):
        return date(int(match[1]), int(match[2]), 1)
    if match := _NAMED.match(stripped):
        return date(_full_year(match[2]), _month_called(match[1]), 1)
    raise ValueError(f"'{text}' is not a month; write it as 2017-09")


def _full_year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _month_called(name: str) -> int:
    for number, known in enumerate(MONTH_NAMES, start=1):
        if known.startswith(name.lower()[:3]) and name.lower() == known[: len(name)]:
            return number
    raise ValueError(f"'{name}' is not the name of a month")


def shift(month: date, by: int) -> date:
    """The month `by` months later (earlier when negative)."""
    number = month.year * 12 + month.month - 1 + by
    return date(number // 12, number % 12 + 1, 1)


def months_between(first: date, last: date) -> tuple[date, ...]:
    """Every month from `first` to `last`, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return tuple(shift(first, step) for step in range(max(0, count)))


def months_around(stays: Iterable[tuple[date, int, int]]) -> tuple[date, ...]:
    """The months that arrays are wide, from the first to the last of `stays`: each a month, so many months before it, so many after it.

    What is further from all of them is left out: files of 2010 and 2026 need no columns for the years between.
    """
    stays = list(stays)
    first, last = (end(month for month, _, _ in stays) for end in (min, max))
    near = {shift(month, by) for month, before, after in set(stays) for by in range(-before, after + 1)}
    return tuple(sorted(month for month in near if first <= month <= last))


def last_months(months: Sequence[date], column: int, count: int) -> tuple[date, ...]:
    """The `count` months of the calendar up to that of a column, none before the first: `months` may leave some out."""
    return months_between(max(months[0], shift(months[column], 1 - count)), months[column])


def last_day(month: date) -> date:
    """The last day of the month."""
    return shift(month, 1) - timedelta(days=1)


def spoken(month: date) -> str:
    """`September 2017`."""
    return f"{MONTH_NAMES[month.month - 1].capitalize()} {month.year}"


def financial_year(month: date) -> str:
    """`2017/18` for any month from April 2017 to March 2018."""
    start = month.year if month.month >= 4 else month.year - 1
    return f"{start}/{(start + 1) % 100:02d}"
