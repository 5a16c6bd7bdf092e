"""The layouts in which RTT waiting times are published, each read into one frame of text in our words.

Columns of the frame: _row, kind (`band` or `starts`), month, part, provider and commissioner with their names, function, weeks,
open_from, pathways,
adds_up (yes or no: whether the line's bands give its total), known, unknown, all.
"""

import re
from datetime import date
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.period import parse_month
from opencommissioning.catalogue.shares import per_cent
from opencommissioning.catalogue.source import Sniff
from opencommissioning.errors import FileRefused
from opencommissioning.sources.named import month_in_name
from opencommissioning.sources.week_bands import Bands, as_long, bands_of, read_wide
from opencommissioning.sources.workbooks import sheet_rows

EXTRACT_NAMES = {
    "Provider Org Code": "provider",
    "Provider Org Name": "provider_name",
    "Commissioner Org Code": "commissioner",
    "Commissioner Org Name": "commissioner_name",
    "Treatment Function Code": "function",
    "Treatment Function Name": "function_name",
    "RTT Part Type": "part",
    "Patients with unknown clock start date": "unknown",
    "Total": "known",
    "Total All": "all",
}
PREFIX = {"IP": "2", "AP": "1A", "NP": "1B", "DP": "2A"}
TOTALS = ("known", "unknown", "all", "within_18", "published_share", "published_median", "published_p92", "published_p95")  # fmt: skip
KEYS = ("month", "part", "provider", "provider_name", "commissioner", "commissioner_name", "function", "function_name")  # fmt: skip
_FUNCTION = re.compile(r"(?:C_|IP|AP|NP|DP)?([0-9]{3}|X[0-9]{2})")
_NAMED_MONTH = re.compile(r"(?<![A-Za-z])(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[-_ ]?(20)?(\d{2})(?!\d)")  # fmt: skip


def is_extract(sniff: Sniff) -> bool:
    """The full extract: all parts in one CSV."""
    return sniff.has("Period", "RTT Part Type", "Provider Org Code", "Commissioner Org Code")


def is_one_part(sniff: Sniff, part: str, side: str) -> bool:
    """A CSV, or a workbook without a title that one was saved as, of one part whose function codes carry the part as prefix."""
    code = {"commissioner": ("CCG Code", "Commissioner Code"), "provider": ("Provider Code",)}[side]
    if not (sniff.has("Treatment Function Code") and any(sniff.has(name) for name in code)):
        return False
    return len(sniff.cells) > 1 and any(PREFIX.get(cell[:2]) == part for cell in _codes(sniff.cells[1]))


def _codes(cells: tuple[str, ...]) -> list[str]:
    return [cell for cell in cells if re.fullmatch(r"(?:IP|AP|NP|DP)(?:\d{3}|X\d{2})", cell)]


def is_workbook(sniff: Sniff, part: str, side: str) -> bool:
    """A provider's or commissioner's workbook: some lines of title above the heading."""
    at = _heading_row(sniff.cells)
    if not at:
        return False
    heading = sniff.cells[at]
    wanted = {"provider": "Provider Code", "commissioner": "Commissioner Code"}[side]
    return wanted in heading and _part_in_title(sniff.cells) == part


def _heading_row(cells: tuple[tuple[str, ...], ...]) -> int | None:
    return next((row for row, line in enumerate(cells) if "Treatment Function Code" in line), None)


def _part_in_title(cells: tuple[tuple[str, ...], ...]) -> str:
    words = " ".join(
        cell for line in cells[: _heading_row(cells) or 0] for cell in line if cell.strip()
    ).lower()
    if "decision to admit" in words or "dta" in words:
        return "2A"
    if "incomplete" in words:
        return "2"
    return "1B" if "non-admitted" in words or "non admitted" in words else "1A" if "admitted" in words else ""


def month_of_file(sniff: Sniff) -> date:
    """The month that the file's name tells (`2015_03`, `Dec14`); FileRefused when it tells none."""
    if match := _NAMED_MONTH.search(sniff.path.name):
        return parse_month(f"{match[1]} 20{match[3]}")
    return month_in_name(sniff.path)


def extract_lines(path: Path) -> tuple[pl.DataFrame, Bands]:
    """The lines of a full extract in our names, bands as columns."""
    raw = read_wide(path)
    bands = _bands(raw, path)
    lines = raw.rename({old: new for old, new in EXTRACT_NAMES.items() if old in raw.columns})
    month = pl.col("Period").map_elements(lambda text: month_in_period(text, path), pl.String)
    part = pl.col("part").str.replace("Part_", "").str.strip_chars()
    return _in_our_words(lines.with_columns(month.alias("month"), part), bands), bands


def one_part_lines(path: Path, side: str) -> tuple[pl.DataFrame, Bands]:
    """The lines of a one-part CSV in our names, bands as columns; the month is the file's."""
    raw = read_wide(path)
    return _in_our_words(_renamed(raw, side), _bands(raw, path)), _bands(raw, path)


def workbook_lines(path: Path, side: str) -> tuple[pl.DataFrame, Bands]:
    """The lines of a workbook's first sheet in our names, bands as columns; part and month stand above the heading."""
    rows = sheet_rows(path)
    cells = tuple(map(tuple, rows[:30]))
    at = _heading_row(cells) or 0
    places = [place for place, name in enumerate(rows[at]) if name]
    names = [rows[at][place] for place in places]
    frame = pl.DataFrame(
        [[row[place] for place in places] for row in rows[at + 1 :]], schema=names, orient="row"
    )
    numbered = frame.with_row_index("_row", offset=at + 2).filter(
        pl.col("Treatment Function Code").str.len_chars() > 0
    )
    month = month_in_period(" ".join(" ".join(line) for line in cells[:at]), path)
    told = numbered.with_columns(pl.lit(month).alias("month"), pl.lit(_part_in_title(cells)).alias("part"))
    return _in_our_words(_renamed(told, side), _bands(frame, path)), _bands(frame, path)


def month_in_period(text: str, path: Path) -> str:
    """The month in `RTT-November-2024` or `Period: March 2015`; FileRefused when there is none."""
    match = _NAMED_MONTH.search(text.replace("-", " ").replace("RTT", ""))
    if match is None:
        raise FileRefused(
            f"{path.name}: 'Period' is '{text[:60]}', expected a month such as RTT-November-2024"
        )
    return parse_month(f"{match[1]} 20{match[3]}").isoformat()


def _bands(raw: pl.DataFrame, path: Path) -> Bands:
    bands = bands_of(raw.columns, path.name)
    if bands is None:
        raise FileRefused(
            f"{path.name}: has no columns of weekly bands (such as '>17-18'); download it again"
        )
    return bands


def _renamed(raw: pl.DataFrame, side: str) -> pl.DataFrame:
    """Names of one-part files and workbooks in our words; the part from the prefix of the function where no title told it."""
    found = {"Treatment Function Code": "function", "Treatment Function": "function_name", "Treatment Function Name": "function_name",
             "CCG Code": "commissioner", "Commissioner Code": "commissioner", "Provider Code": "provider",
             "CCG Name": "commissioner_name", "Commissioner Name": "commissioner_name", "Provider Name": "provider_name",
             "Patients with unknown clock start date": "unknown", "% within 18 weeks": "published_share"}  # fmt: skip
    for name in raw.columns:
        lower = name.lower()
        for words, ours in (
            ("median", "published_median"),
            ("92nd percentile", "published_p92"),
            ("95th percentile", "published_p95"),
        ):
            if words in lower:
                found[name] = ours
        if lower.startswith("total number of"):
            found[name] = "all" if "(all)" in lower else "known"
        elif lower.startswith("total") and "within 18" in lower:
            found[name] = "within_18"
    lines = raw.rename({old: new for old, new in found.items() if old in raw.columns})
    other = "provider" if side == "commissioner" else "commissioner"
    if other not in lines.columns:
        lines = lines.with_columns(pl.lit(None, pl.String).alias(other))
    if "part" not in lines.columns:
        prefix = pl.col("function").str.slice(0, 2).replace_strict(PREFIX, default=None)
        lines = lines.with_columns(prefix.alias("part"))
    return lines


def _in_our_words(lines: pl.DataFrame, bands: Bands) -> pl.DataFrame:
    """Function codes without their prefix (swapped back when code and name changed places), `_row`, `adds_up`, missing totals filled."""
    if "_row" not in lines.columns:
        lines = lines.with_row_index("_row", offset=2)
    swapped = ~_is_code("function") & _is_code("function_name")
    code, name = pl.col("function"), pl.col("function_name")
    lines = lines.with_columns(
        pl.when(swapped).then(name).otherwise(code).alias("function"),
        pl.when(swapped).then(code).otherwise(name).alias("function_name"),
    )
    bare = pl.col("function").str.strip_chars().str.replace(r"^(C_|IP|AP|NP|DP)", "")
    nothing = [pl.lit(None, pl.String).alias(each) for each in (*TOTALS, *KEYS) if each not in lines.columns]
    lines = lines.with_columns(bare.alias("function"), *nothing)
    if lines["all"].null_count() == lines.height:
        lines = lines.with_columns(pl.col("known").alias("all"))
    total = pl.sum_horizontal(counts(name) for name in bands.columns)
    sound = total_of_bands().is_null() | (total == total_of_bands())
    return lines.with_columns(pl.when(sound).then(pl.lit("yes")).otherwise(pl.lit("no")).alias("adds_up"))


def total_of_bands() -> pl.Expr:
    """What a line's bands must give: `Total`, and where that is blank (part 2) all pathways less those of unknown start; part 3 has no bands."""
    less = counts("all") - counts("unknown").fill_null(0)
    given = pl.coalesce(counts("known"), less)
    return pl.when(pl.col("part").is_null() | (pl.col("part") != "3")).then(given)


def _is_code(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().str.contains(rf"^{_FUNCTION.pattern}$")


def counts(column: str) -> pl.Expr:
    """A column of text as whole numbers, missing where it is blank or `-`."""
    return pl.col(column).str.strip_chars().str.replace_all(",", "").cast(pl.Float64, strict=False)


def long_of(lines: pl.DataFrame, bands: Bands) -> pl.DataFrame:
    """Lines with bands as columns as the frame of the module's heading."""
    wanted = ["_row", *KEYS, *TOTALS, "adds_up"]
    long = as_long(lines.select(*wanted, *bands.columns), bands)
    started = lines.filter(pl.col("part") == "3").select(
        *wanted,
        pl.lit(None, pl.String).alias("weeks"),
        pl.lit(str(bands.open_from)).alias("open_from"),
        pl.col("all").alias("pathways"),
    )
    parts = [
        long.with_columns(pl.lit("band").alias("kind")),
        started.with_columns(pl.lit("starts").alias("kind")),
    ]
    return pl.concat([part.select(*wanted, "kind", "weeks", "open_from", "pathways") for part in parts])


def read_extract(path: Path) -> pl.DataFrame:
    """A full extract as the frame of the module's heading."""
    return long_of(*extract_lines(path))


def read_one_part(path: Path, side: str) -> pl.DataFrame:
    """A one-part CSV as the frame of the module's heading, without a month (its name tells)."""
    return long_of(*one_part_lines(path, side)).drop("month")


def read_workbook(path: Path, side: str) -> pl.DataFrame:
    """A workbook as the frame of the module's heading."""
    return long_of(*workbook_lines(path, side))


def doubts(frame: pl.DataFrame) -> list[str]:
    """What the publisher's own validation would ask about a file: totals over functions, subsets, unknown starts, recent weeks."""
    return [*_functions_add_up(frame), *_subset(frame), *_recent(frame), *_unknown(frame)]


def _sums(frame: pl.DataFrame, *by: str) -> pl.DataFrame:
    return frame.group_by(*by).agg(counts("pathways").sum().alias("n"))


def _functions_add_up(frame: pl.DataFrame) -> list[str]:
    """C_999 is the sum of the functions, line by line of organisation and part."""
    keys = [name for name in ("part", "kind", "provider", "commissioner", "weeks") if name in frame.columns]
    whole = _sums(frame.filter(pl.col("function") == "999"), *keys)
    parts = _sums(frame.filter(pl.col("function") != "999"), *keys)
    if not whole.height or not parts.height:
        return []
    both = whole.join(parts, on=keys, how="full", coalesce=True, nulls_equal=True, suffix="_parts")
    off = both.filter(pl.col("n").fill_null(0) != pl.col("n_parts").fill_null(0))
    if not off.height:
        return []
    return [
        f"in {off.height:,} places the total over treatment functions is not their sum; the functions were kept, the totals are not used"
    ]


def _subset(frame: pl.DataFrame) -> list[str]:
    keys = ["provider", "commissioner", "function"]
    listed = _sums(frame.filter(pl.col("part") == "2"), *keys)
    decided = _sums(frame.filter(pl.col("part") == "2A"), *keys)
    both = decided.join(listed, on=keys, how="left", nulls_equal=True, suffix="_all")
    more = both.filter(pl.col("n") > pl.col("n_all").fill_null(0)).height
    return (
        [
            f"{more:,} lists have more people with a decision to admit (part 2A) than waiting at all (part 2): ask the provider"
        ]
        if more
        else []
    )


def _recent(frame: pl.DataFrame) -> list[str]:
    """People waiting up to four weeks must have started this month or the last days of the month before."""
    started = _sums(frame.filter((pl.col("part") == "3") & (pl.col("function") == "999")), "provider")
    listed = frame.filter((pl.col("part") == "2") & (pl.col("function") == "999") & (counts("weeks") <= 4))
    both = started.join(_sums(listed, "provider"), on="provider", nulls_equal=True, suffix="_listed")
    few = both.filter(pl.col("n") < pl.col("n_listed"))["provider"].to_list()
    return (
        [
            f"{len(few):,} providers have fewer new pathways than people waiting up to four weeks (first: {few[0]}): starts were not all recorded"
        ]
        if few
        else []
    )


def _unknown(frame: pl.DataFrame) -> list[str]:
    lines = frame.unique("_row").filter(pl.col("function") != "999")
    sums = lines.select(counts("unknown").sum().alias("u"), counts("all").sum().alias("n")).row(0)
    if sums[0] and sums[1] and sums[0] > 0.05 * sums[1]:
        return [
            f"{per_cent(sums[0] / sums[1])} of pathways have no known start: they are in no band and no median"
        ]
    return []
