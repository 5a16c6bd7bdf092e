"""Dates that only a file's name tells. Content decides the kind of a file; its name is the last resort for a month that stands nowhere inside."""

import re
from datetime import date
from pathlib import Path

from opencommissioning.catalogue.source import Sniff
from opencommissioning.errors import FileRefused

_MONTH = re.compile(r"(20\d{2})[-_](\d{2})(?!\d)")
_YEARS = re.compile(r"(20\d{2})[-_ ]?(?:to[-_ ]?)?(20\d{2}|\d{2})(?!\d)")
_SHORT_YEARS = re.compile(r"(?<!\d)(\d{2})[-_]?(\d{2})(?!\d)")


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


def year_end_in_name(sniff: Sniff) -> date:
    """March at the end of the financial year in a name (`1314`, `2021-22`); FileRefused when it tells none."""
    path = sniff.path
    for match in _SHORT_YEARS.finditer(re.sub(r"20(\d{2})", r"\1", path.name)):
        if int(match[2]) == int(match[1]) + 1:
            return date(2000 + int(match[2]), 3, 1)
    raise FileRefused(
        f"{path.name}: does not say its year inside; put it into the name, as in {path.stem}_2122{path.suffix}, "
        f"or give its last month, as in 'opencommissioning load --month 2022-03 {path.name}'"
    )
