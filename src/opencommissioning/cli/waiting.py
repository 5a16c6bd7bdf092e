"""waits: medians and percentiles of any weekly-band file."""

from datetime import date
from pathlib import Path

import click
import polars as pl

from opencommissioning.area.waiting.waits import waits_of
from opencommissioning.catalogue.shares import per_cent
from opencommissioning.cli.months import Month
from opencommissioning.cli.screen import heading, say, table

ROWS, TOTAL = 20, "999"
SIDES = ("provider", "commissioner")
SHORT = {"provider": "Prov.", "commissioner": "Comm."}
OURS = ("waiting", "within_18", "median", "p92", "p95")
NUMBERS = {
    "waiting": "Number",
    "within_18": "≤ 18",
    "median": "Median",
    "published_median": "(pub.)",
    "p92": "p92",
    "published_p92": "(pub. p92)",
    "p95": "p95",
    "published_p95": "(pub. p95)",
}


@click.command(epilog="Example: opencommissioning waits commissioner_2015_03_Incomplete.csv --csv waits.csv")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--csv", "target", type=click.Path(path_type=Path), help="Write every list of the file to this CSV."
)
@click.option("--month", type=Month(), default=None, help="The month, where the file does not say it.")
@click.option("--organisation", default="", help="Only this provider or commissioner.")
@click.option("--function", default="", help="Only this treatment function (100, 502 …; 999 is the total).")
@click.option(
    "--part",
    default="2",
    show_default=True,
    help="Which part to list, where a file holds several: 2 waiting, 2A with a decision to admit, 1A and 1B completed.",
)
def waits(
    file: Path, target: Path | None, month: date | None, organisation: str, function: str, part: str
) -> None:
    """Waits of any file with weekly bands: % within 18 weeks, median, 92nd and 95th percentile, published figures beside ours.

    No area is needed. Percentiles are taken as the publisher took them at the file's date, and hidden where the publisher hides them.
    """
    found = waits_of(file, month)
    heading(f"Waits in {found.file}")
    for sentence in found.sentences:
        say(sentence)
    _table(_chosen(found.frame, organisation, function, part))
    if target:
        found.frame.write_csv(target)
        say(f"\nEvery list, {found.frame.height:,} of them, is in {target}.")


def _chosen(frame: pl.DataFrame, organisation: str, function: str, part: str) -> pl.DataFrame:
    """The chosen lists, largest first; without a choice the totals over treatment functions."""
    if organisation:
        sides = [name for name in SIDES if name in frame.columns]
        frame = frame.filter(pl.any_horizontal(pl.col(name) == organisation.upper() for name in sides))
    if "part" in frame.columns and frame["part"].n_unique() > 1:
        frame = frame.filter(pl.col("part") == part.upper())
    wanted = function.upper() or ("" if organisation else TOTAL)
    if wanted and "function" in frame.columns:
        frame = frame.filter(pl.col("function") == wanted)
    return frame.sort("waiting", descending=True, nulls_last=True)


def _table(frame: pl.DataFrame) -> None:
    heading(f"{min(ROWS, frame.height)} of {frame.height:,} lists, the largest")
    keys = [name for name in (*SIDES, *_own(frame)) if name in frame.columns and frame[name].drop_nulls().len()]  # fmt: skip
    shown = [name for name in NUMBERS if name in frame.columns and (name in OURS or frame[name].drop_nulls().len())]  # fmt: skip
    functions = ["Function"] if "function" in frame.columns else []
    columns = [*(SHORT.get(name, name) for name in keys), *functions, *(NUMBERS[name] for name in shown)]  # fmt: skip
    table(columns, [_line(row, keys, shown) for row in frame.head(ROWS).iter_rows(named=True)], right=tuple(NUMBERS.values()))  # fmt: skip


def _own(frame: pl.DataFrame) -> list[str]:
    """The columns that name a list in a file of nobody's layout."""
    return [] if "function" in frame.columns else [n for n in frame.columns if frame[n].dtype == pl.String and n != "part"]  # fmt: skip


def _line(row: dict, keys: list[str], shown: list[str]) -> list[str]:
    function = [f"{row['function']} {row.get('function_name') or ''}".strip()] if "function" in row else []
    return [*(row[key] or "" for key in keys), *function, *(_cell(name, row[name]) for name in shown)]


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    if name == "waiting":
        return f"{value:,.0f}"
    return per_cent(value, 1) if "within" in name else f"{value:.2f}"


COMMANDS = (waits,)
