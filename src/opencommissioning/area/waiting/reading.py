"""Files with weekly bands, of whichever layout, as lines in our words: without an area, refused in a sentence where they cannot be used."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.period import parse_month, spoken
from opencommissioning.catalogue.waiting import PARTS
from opencommissioning.errors import FileRefused
from opencommissioning.sources import waiting_layouts as layouts
from opencommissioning.sources import week_bands
from opencommissioning.sources.sniffing import sniff

SIDES = ("commissioner", "provider")
LONG = ("part", "provider", "commissioner", "function", "weeks", "open_from", "month")


@dataclass(frozen=True)
class Read:
    """A file's lines with its bands as columns, and the month that decides how percentiles are taken."""

    path: Path
    lines: pl.DataFrame
    bands: week_bands.Bands
    month: date

    @property
    def counts(self) -> pl.DataFrame:
        """The bands of each line as numbers, missing where the file has none."""
        return self.lines.select(*(layouts.counts(name) for name in self.bands.columns))


def read_known(path: Path, month: date | None = None) -> Read | None:
    """A file of one of the publisher's layouts, None when it is of none; `month` stands in for one that the file does not tell."""
    sniffed = sniff(path)
    if layouts.is_extract(sniffed):
        return _dated(path, *layouts.extract_lines(path), month)
    for side in SIDES:
        for part in PARTS:
            if layouts.is_one_part(sniffed, part, side):
                when = month or layouts.month_of_file(sniffed)
                lines, bands = layouts.one_part_lines(path, side)
                return Read(path, lines.with_columns(pl.lit(when.isoformat()).alias("month")), bands, when)
            if layouts.is_workbook(sniffed, part, side):
                return _dated(path, *layouts.workbook_lines(path, side), month)
    return None


def _dated(path: Path, lines: pl.DataFrame, bands: week_bands.Bands, month: date | None) -> Read:
    if month:
        return Read(path, lines.with_columns(pl.lit(month.isoformat()).alias("month")), bands, month)
    unknown = lines.filter(pl.col("month").is_null())
    if unknown.height or not lines.height:
        where = f"row {unknown['_row'][0]}, column 'Period' is empty" if unknown.height else "has no rows"
        raise FileRefused(
            f"{path.name}: {where}; expected a month such as RTT-November-2024. Mend it, or give the month with --month 2024-11"
        )
    return Read(path, lines, bands, parse_month(lines["month"][0]))


def read_any(path: Path, month: date | None = None) -> Read:
    """A file of a known layout, else any table with weekly bands; FileRefused when it has none or does not tell its month."""
    if known := read_known(path, month):
        return known
    raw = week_bands.read_wide(path)
    bands = week_bands.bands_of(raw.columns, path.name)
    if bands is None:
        raise FileRefused(
            f"{path.name}: has no columns of weekly bands; expected headings such as '>0-1', '>1-2' … '52 plus'. "
            "Any list works, with its own columns beside the bands"
        )
    if month is None:
        raise FileRefused(
            f"{path.name}: does not say its month, which decides how percentiles are taken; give it with --month 2024-11"
        )
    missing = [pl.lit(None, pl.String).alias(name) for name in (*layouts.TOTALS, "part") if name not in raw.columns]  # fmt: skip
    told = pl.lit(month.isoformat()).alias("month")
    lines = raw.with_columns(*missing, told).with_row_index("_row", offset=2)
    return Read(path, lines, bands, month)


def refuse_bad(read: Read) -> None:
    """FileRefused with row and band for a negative count or one that is no whole number, and for bands unlike their line's total."""
    counts, lines, file = read.counts, read.lines, read.path.name
    for name in counts.columns:
        bad = (counts[name] < 0) | (counts[name] != counts[name].floor())
        if bad.fill_null(False).any():
            row = int(bad.fill_null(False).arg_max() or 0)
            raise FileRefused(
                f"{file}: row {lines['_row'][row]}, column '{name}' is {counts[name][row]:g}; "
                "expected a whole number of people, 0 or more. Mend the row, or ask who made the file"
            )
    if "adds_up" in lines.columns:
        _refuse_unlike_total(read)


def _refuse_unlike_total(read: Read) -> None:
    off = read.lines.with_row_index("_place").filter(pl.col("adds_up") == "no")
    if not off.height:
        return
    place, row, total = off.select("_place", "_row", layouts.total_of_bands()).row(0)
    more = f" (and {off.height - 1:,} more rows)" if off.height > 1 else ""
    raise FileRefused(
        f"{read.path.name}: row {row}{more}: the bands add up to {sum(filter(None, read.counts.row(place))):,.0f}, the row's total is "
        f"{total:,.0f}; expected the same number. Download it again, or ask who made the file"
    )


def rows_of_files(files: Iterable[Path]) -> pl.DataFrame:
    """part, provider, commissioner, function, month, weeks, open_from, pathways of RTT files of any layout, one row a band that is not 0.

    FileRefused for a file that is none, and for one whose month and part another file holds too: its people would count twice.
    """
    parts, seen = [], {}
    for path in map(Path, files):
        read = read_known(path)
        if read is None:
            raise FileRefused(
                f"{path.name}: is no RTT file with weekly bands; give full extracts, provider or commissioner files, or workbooks"
            )
        refuse_bad(read)
        _refuse_twice(read, seen)
        long = layouts.long_of(read.lines, read.bands)
        numbers = [layouts.counts(name).alias(name) for name in ("pathways", "weeks")]
        parts.append(long.with_columns(*numbers).select(*LONG, "pathways"))
    if not parts:
        raise FileRefused(
            "no file was given; give RTT extracts, or --organisation CODE for what the area has loaded"
        )
    return pl.concat(parts).with_columns(pl.col("month").str.to_date())


def _refuse_twice(read: Read, seen: dict[tuple, str]) -> None:
    """By provider and commissioner where a file tells both: extracts of two hospitals share commissioners and may stand together."""
    sides = [name for name in SIDES if read.lines[name].drop_nulls().len()]
    keys = read.lines.select("month", "part", *sides).unique().iter_rows()
    for month, part, *codes in keys:
        key = (month, part, *zip(sides, codes, strict=True))
        if key in seen:
            raise FileRefused(
                f"{read.path.name}: holds '{PARTS.get(part, part)}' of {spoken(parse_month(month))}, as {seen[key]} does; give each month once"
            )
        seen[key] = read.path.name
