"""Files with one column for each week waited: which columns are bands, and the file as a frame in our words.

A band is numbered by its upper edge, as published: `>17-18` is week 18, the open band after 52 closed ones is week 53.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from opencommissioning.errors import FileRefused
from opencommissioning.sources.workbooks import sheet

_CLOSED = re.compile(r"(?:>|gt\s+)?\s*(\d+)\s*(?:-|to)\s*(\d+)\s*(?:weeks?)?(?:\s+sum 1)?", re.IGNORECASE)
_OPEN = re.compile(
    r"(?:(?:>|gt\s+)\s*(\d+)\s*(?:weeks?)?(?:\s+sum 1)?|(\d+)\s*(?:\+|plus)(?:\s*weeks?)?)", re.IGNORECASE
)
FEWEST = 5  # columns of bands that make a file one of bands


@dataclass(frozen=True)
class Bands:
    """The band columns of a heading in their order; the last is open when `open_from` (weeks) says so, 0 when every band is closed."""

    columns: tuple[str, ...]
    open_from: int


def bands_of(heading: Iterable[str], file: str = "the file") -> Bands | None:
    """The weekly bands of a heading, None when it has none; FileRefused when one is missing among them."""
    closed, opened = {}, {}
    for name in heading:
        plain = name.strip()
        if (match := _CLOSED.fullmatch(plain)) and int(match[2]) == int(match[1]) + 1:
            closed[int(match[2])] = name
        elif match := _OPEN.fullmatch(plain):
            opened[int(match[1] or match[2])] = name
    if len(closed) < FEWEST:
        return None
    last = max(closed)
    gaps = [week for week in range(1, last + 1) if week not in closed]
    if gaps:
        raise FileRefused(
            f"{file}: the band over {gaps[0] - 1} to {gaps[0]} weeks is missing among the others; download it again"
        )
    columns = tuple(closed[week] for week in range(1, last + 1))
    return Bands((*columns, opened[last]), last) if last in opened else Bands(columns, 0)


def week_of_day(days: int, open_from: int = 104) -> int:
    """The band (upper edge in weeks) of a wait in days: days 0–7 are week 1, then seven days each; the open band is `open_from` + 1."""
    return min(open_from + 1, max(1, -(-days // 7)))


def read_wide(path: Path, skip: int = 0) -> pl.DataFrame:
    """A CSV file, or the first sheet of a workbook that one was saved as, as text with stripped names.

    The nameless first column of some years is called `_line`.
    """
    frame = sheet(path, 1, skip, "utf8-lossy")
    return frame.rename({name: name.lstrip("\ufeff").strip() or "_line" for name in frame.columns})


def as_long(wide: pl.DataFrame, bands: Bands, value: str = "pathways") -> pl.DataFrame:
    """One row for each line and band that is not 0: the other columns, `weeks` (upper edge), `open_from`, and the count, all text.

    A count of 0 is not kept: the line's organisation is present by its other bands. A blank or `-` is missing and not kept either.
    """
    keys = [name for name in wide.columns if name not in bands.columns]
    weeks = {name: str(number) for number, name in enumerate(bands.columns, start=1)}
    long = wide.lazy().unpivot(list(bands.columns), index=keys, variable_name="weeks", value_name=value)
    text = pl.col(value).str.strip_chars()
    counted = long.filter(text.is_not_null() & ~text.is_in(["", "0", "-", "0.0"]))
    named = pl.col("weeks").replace_strict(weeks, return_dtype=pl.String)
    return counted.with_columns(named, pl.lit(str(bands.open_from)).alias("open_from")).collect()
