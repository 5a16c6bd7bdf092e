"""Dates that only a file's name tells. Content decides the kind of a file; its name is the last resort for a month that stands nowhere inside."""

import re
from datetime import date
from pathlib import Path

from opencommissioning.errors import FileRefused

_MONTH = re.compile(r"(20\d{2})[-_](\d{2})(?!\d)")
_YEARS = re.compile(r"(20\d{2})[-_ ]?(?:to[-_ ]?)?(20\d{2}|\d{2})(?!\d)")


def month_in_name(path: Path) -> date:
    """The first month (`2015_10`) in a file's name; FileRefused when there is none."""
    for match in _MONTH.finditer(path.name):
        if 1 <= int(match[2]) <= 12:
            return date(int(match[1]), int(match[2]), 1)
    raise FileRefused(
        f"{path.name}: the file does not say its month inside; put it into the name, as in Patient_List_Size_2015_10-12.csv"
    )


def financial_year_in_name(path: Path) -> date:
    """1 April of `2024_2025` in a file's name; FileRefused when there is none."""
    for match in _YEARS.finditer(path.name):
        start, end = int(match[1]), int(match[2])
        if end in (start + 1, (start + 1) % 100):
            return date(start, 4, 1)
    raise FileRefused(
        f"{path.name}: the file does not say its financial year inside; put it into the name, as in practice_2024_2025.csv"
    )
