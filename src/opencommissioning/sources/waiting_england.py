"""England's RTT time series: one workbook with every month since April 2007.

Layout: NHS England, "RTT Overview Timeseries" (Full Time Series): two heading rows, `-` for missing, `52+` where a percentile lies beyond
the bands, figures as reported beside figures with estimates for trusts that sent nothing.
"""

from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Era, Projection, Sniff, Source, Table
from opencommissioning.errors import FileRefused
from opencommissioning.sources.words import OGL, number, text
from opencommissioning.sources.workbooks import sheet_rows

PARTS = {
    "Incomplete RTT pathways": "waiting",
    "Admitted (unadjusted) RTT pathways": "admitted",
    "Non-Admitted RTT pathways": "not admitted",
    "New RTT periods": "new",
}
STATISTICS = {
    "Median wait (weeks)": "median",
    "92nd percentile (weeks)": "p92",
    "95th percentile (weeks)": "p95",
}
EDGES = (18, 52, 65, 78, 104)
COMPLETED = {"No. of pathways (all)", "No. of new RTT periods"}
MONTH = Column("month", Kind.MONTH, "month", example="2023-08-01")
ENGLAND = Column("england", Kind.CODE, "always ENGLAND", pattern="ENGLAND", example="ENGLAND")


def _contract(dataset: str, title: str, unlocks: str, *columns: Column) -> Contract:
    keys = tuple(column.name for column in columns if column.kind is Kind.CODE)
    return Contract(
        dataset=dataset,
        title=title,
        publisher="NHS England",
        licence=OGL,
        level="england",
        every="month",
        organisation="england",
        key=("month", "england", *keys),
        sort=("england", *keys),
        unlocks=unlocks,
        columns=(MONTH, ENGLAND, *columns),
    )


LIST = _contract(
    "waiting_in_england",
    "RTT waiting list of England by weeks waited",
    "England's share within 18 weeks and over 52, 65, 78 and 104 weeks since 2007",
    Column("weeks", Kind.CODE, "weeks waited; the last band that a month tells is open (52+ to March 2021)",
           pattern="0-18|18-52|52[+]|52-65|65-78|78-104|104[+]", example="0-18"),
    Column("open_from", Kind.INTEGER, "weeks from which the month's bands are not told apart", "weeks", example="104"),
    Column("pathways", Kind.INTEGER, "people waiting at the end of the month", "pathways", Accumulation.STOCK, minimum=Decimal(0)),
)  # fmt: skip
COUNTS = _contract(
    "pathways_in_england",
    "RTT pathways of England: new, and completed",
    "new pathways for each one completed, in England",
    Column("part", Kind.CODE, "admitted, not admitted (both completed) or new", pattern="admitted|not admitted|new", example="new"),
    Column("pathways", Kind.INTEGER, "pathways of the month", "pathways", Accumulation.FLOW, minimum=Decimal(0)),
)  # fmt: skip
WAITS = _contract(
    "waits_in_england",
    "Median and percentile waits of England, as published",
    "England's median and 92nd percentile wait, as published",
    Column("part", Kind.CODE, "waiting, admitted or not admitted", pattern="waiting|admitted|not admitted", example="waiting"),
    Column("statistic", Kind.CODE, "median, p92 or p95", pattern="median|p92|p95", example="median"),
    Column("wait", Kind.DECIMAL, "the wait", "weeks", Accumulation.STOCK, scale=6, minimum=Decimal(0), example="14.2"),
    Column("told", Kind.INTEGER, "1: that it is told", "figures", Accumulation.STOCK, minimum=Decimal(1), maximum=Decimal(1), example="1"),
)  # fmt: skip


def _groups(cells: tuple[tuple[str, ...], ...]) -> int | None:
    """The row in which the groups of columns are named."""
    return next((row for row, line in enumerate(cells) if set(PARTS) <= set(line)), None)


def is_series(sniff: Sniff) -> bool:
    """Whether the sheet is England's time series."""
    return _groups(sniff.cells) is not None


def _columns(rows: list[list[str]], at: int) -> dict[tuple[str, str], int]:
    """(part, name of column) → place; groups stand above their first column only."""
    out, part = {}, ""
    for place, (group, name) in enumerate(zip(rows[at], rows[at + 1], strict=True)):
        part = (PARTS.get(group, "") if group else part) if group != "Month" else ""
        if part and name:
            out.setdefault((part, name), place)
    return out


def read_series(path: Path) -> pl.DataFrame:
    """A row for each figure: kind (list, count or wait), month, and what it is; `part` of a list is where its last band begins.

    Columns with estimates are not read.
    """
    rows = sheet_rows(path)
    at = _groups(tuple(map(tuple, rows)))
    if at is None:
        raise FileRefused(f"{path.name}: has no line that names incomplete, admitted, non-admitted and new pathways; save the sheet as it comes")  # fmt: skip
    columns, month = _columns(rows, at), rows[at].index("Month")
    found = []
    for line_number, line in enumerate(rows[at + 2 :], at + 3):
        if line[month][:4].isdigit():  # notes stand below the months
            cells = {key: _number(line[place]) for key, place in columns.items()}
            found += [(line_number, line[month][:10], *each) for each in _figures(cells)]
    names = ("_row", "month", "kind", "part", "what", "value")
    return pl.DataFrame(found, schema=dict.fromkeys(names, pl.String) | {"_row": pl.Int64}, orient="row")


def _number(cell: str) -> float | None:
    """A figure; `-` and `52+` are none."""
    try:
        return float(cell.replace(",", ""))
    except ValueError:
        return None


def _figures(cells: dict[tuple[str, str], float | None]) -> list[tuple[str, str, str, str]]:
    out = [
        ("wait", part, STATISTICS[name], f"{value:.6f}")
        for (part, name), value in cells.items()
        if name in STATISTICS and value is not None
    ]
    out += [("count", part, "", f"{value:.0f}") for (part, name), value in cells.items() if name in COMPLETED and value is not None]  # fmt: skip
    bands = _bands(cells)
    return out + [("list", bands[-1][0].rstrip("+"), band, f"{value:.0f}") for band, value in bands]


def _bands(cells: dict[tuple[str, str], float | None]) -> list[tuple[str, float]]:
    """People in bands that do not overlap, as far as the month tells them apart; none without both sides of 18 weeks."""
    inside = cells.get(("waiting", "No. within 18 weeks"))
    beyond = [cells.get(("waiting", f"No. > {edge} weeks")) for edge in EDGES]
    told = [(edge, value) for edge, value in zip(EDGES, beyond, strict=True) if value is not None]
    if inside is None or not told or told[0][0] != EDGES[0]:
        return []
    closed = [(f"{low}-{high}", more - fewer) for (low, more), (high, fewer) in pairwise(told)]
    last, value = told[-1]
    return [("0-18", inside), *closed, (f"{last}+", value)]


def doubts(frame: pl.DataFrame) -> list[str]:
    """Months whose bands go the wrong way: more people over a longer wait than over a shorter one."""
    off = frame.filter((pl.col("kind") == "list") & pl.col("value").str.starts_with("-"))
    return [f"{off.height} bands are negative (first: {off['month'][0]}): more people over the longer wait than over the shorter"] if off.height else []  # fmt: skip


_HERE = {"month": f"try_cast({text('month')} AS DATE)", "england": "'ENGLAND'"}
ERA = Era(
    "England's RTT time series",
    is_series,
    Table(read_series, doubts),
    (
        Projection(LIST, {**_HERE, "weeks": text("what"), "open_from": text("part"), "pathways": number("value")}, keep="\"kind\" = 'list'"),
        Projection(COUNTS, {**_HERE, "part": text("part"), "pathways": number("value")}, keep="\"kind\" = 'count'"),
        Projection(
            WAITS,
            {**_HERE, "part": text("part"), "statistic": text("what"), "wait": text("value"), "told": "'1'"},
            keep="\"kind\" = 'wait'",
        ),
    ),
)  # fmt: skip
SOURCE = Source(
    "waiting_in_england",
    "RTT waiting times of England, time series",
    "NHS England",
    OGL,
    "NHS England: RTT Overview Timeseries (xlsx), each month, every month since April 2007 in one sheet",
    (ERA,),
    traps=(
        "figures with estimates for trusts that sent nothing stand beside those reported: the reported ones are taken",
        "until March 2021 the list ends at 52 weeks: the band 52+ is open, and 65, 78 and 104 weeks are missing, not 0",
        "'52+' in a column of percentiles is no number: such a month has none",
        "from October 2022 the published median is at N/2, before at (N + 1)/2",
        "the second sheet holds 24 numbers without a heading: not read",
        "a new file holds every month again: load it with --replace",
    ),
)
