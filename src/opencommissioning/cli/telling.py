"""why, export, reconcile, classify."""

from datetime import date
from pathlib import Path

import click

from opencommissioning.area import Area
from opencommissioning.area.comparison.comparators import LEVELS as COMPARED
from opencommissioning.area.comparison.comparators import write_comparators
from opencommissioning.area.data.reconciling import own_totals
from opencommissioning.area.exporting import not_written
from opencommissioning.cli.membership import LEVEL, MEMBERSHIP
from opencommissioning.cli.months import Month
from opencommissioning.cli.screen import heading, progress, say, table
from opencommissioning.reports.numbers import pounds


@click.command(epilog="Example: opencommissioning --area my-area why 9A1 --from 2026-04 --to 2026-09")
@click.argument("organisation")
@click.option(
    "--from",
    "first",
    type=Month(),
    default=None,
    help="First month; compared with the same months a year before.",
)
@click.option("--to", "last", type=Month(), default=None, help="Last month.")
@click.pass_obj
def why(folder: str, organisation: str, first: date | None, last: date | None) -> None:
    """Spend explained: days, list size, items, mix, quantity, price; the 20 products that moved most."""
    told = Area.open(folder).why(organisation, first, last)
    heading(f"Why did spend move: {told.name}")
    say(told.sentence)
    say(told.per_day)
    say(told.coverage, "dim")
    for each in told.remarks:
        say(each)
    heading("By cause")
    parts = told.decomposition
    table(
        ("Cause", "£"),
        [*((cause, pounds(amount)) for cause, amount in parts.causes.items()), ("All", pounds(parts.change))],
        right=("£",),
    )
    heading("What moved most")
    table(
        ("Product", "£", "Mostly"),
        [(each.name, pounds(each.amount), each.mostly) for each in told.movers],
        right=("£",),
    )


@click.command(epilog="Example: opencommissioning --area my-area export out --format xlsx --level practice")
@click.argument("target", type=click.Path(path_type=Path), required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "parquet", "xlsx"]),
    default="csv",
    show_default=True,
    help="Text, columns with types, or a workbook.",
)
@click.option(
    "--level",
    "levels",
    multiple=True,
    type=LEVEL,
    help="practice, pcn, sub_icb, icb, region, england, group … (default: practice, sub_icb, icb, england).",
)
@click.option("--measure", "measures", multiple=True, help="Only these measures (default: all).")
@click.option(
    "--organisation", default="", help="Only this organisation, its practices and what they belong to."
)
@click.option(
    "--comparators",
    "comparators",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write centiles and funnel parameters instead, for areas without these organisations to compare with.",
)
@MEMBERSHIP
@click.pass_obj
def export(
    folder: str,
    target: Path | None,
    form: str,
    levels: tuple[str, ...],
    measures: tuple[str, ...],
    organisation: str,
    comparators: Path | None,
    membership: str | None,
) -> None:
    """Every value with its numerator, denominator and reason when missing, one file per level, and the verdicts.

    Organisations of which no practice is in any file are left out.
    """
    if (target is None) == (comparators is None):
        raise click.UsageError("name a folder to export to, or a file with --comparators, one of the two")
    area = Area.open(folder)
    if comparators is not None:
        with progress("Comparators") as step:
            say(
                f"{write_comparators(area.current, comparators, _comparable(levels), step)}: load it in another area, then build there."
            )
        return
    with progress("Exporting") as step:
        files = area.export(target, form, levels, measures, step, membership, organisation)
    for file in files:
        say(str(file))
    if not levels and (left := not_written(area.current, levels)):
        say(f"Not written: {', '.join(left)}. Name each with --level.")


def _comparable(levels: tuple[str, ...]) -> list[str]:
    """England is one: nobody can be compared with it."""
    return [level for level in levels or COMPARED if level != "england"]


@click.command(epilog="Example: opencommissioning --area my-area reconcile --against mine.xlsx")
@click.option(
    "--against",
    default=None,
    type=click.Path(path_type=Path),
    help="Your sheet: practice, month, items, NIC, actual cost. Without one: our own totals.",
)
@click.option(
    "--months",
    default=12,
    show_default=True,
    type=click.IntRange(1),
    help="Without a sheet: how many months, the last ones.",
)
@click.option(
    "--out",
    default=None,
    type=click.Path(path_type=Path),
    help="Write the whole comparison to this xlsx or csv file.",
)
@click.pass_obj
def reconcile(folder: str, against: Path | None, months: int, out: Path | None) -> None:
    """Our items, NIC and actual cost per practice and month beside yours; what is outside the measures' population.

    Without --against: our totals by month, of every prescriber in the files, and how much of them no measure counts.
    """
    area = Area.open(folder)
    if against is None:
        result = own_totals(area.current, area.store, months)
        heading("Our totals")
        table(result.columns, result.rows, right=result.columns[1:], label=1)
    else:
        result = area.reconcile(against)
        heading("Reconciliation")
        say(result.sentence)
        if rows := result.rows(25):
            table(result.columns, rows, right=result.columns[2:], label=2)
        for sentence in result.sides:
            say(f"• {sentence}")
    for sentence in result.notes:
        say(f"• {sentence}")
    if out:
        say(f"Written to {result.write(out)}.")


@click.command(epilog="Example: opencommissioning --area my-area classify")
@click.option(
    "--months", default=12, show_default=True, help="What counts as new: first seen in so many months."
)
@click.pass_obj
def classify(folder: str, months: int) -> None:
    """New products in the paragraphs of our codelists that no codelist claims: lists under-count when nobody looks."""
    area = Area.open(folder)
    frame = area.classify(months)
    if not frame.height and len(area.months("prescribing")) < 2:
        say("One month of prescribing is loaded: nothing can be told to be new yet.")
        return
    if not frame.height:
        say("Every new product in these paragraphs is claimed by a codelist.")
        return
    heading(f"{frame.height} new products that no codelist claims")
    rows = (
        (row["bnf_code"], row["name"], f"{row['first_seen']:%B %Y}", row["near"])
        for row in frame.iter_rows(named=True)
    )
    table(("BNF code", "Product", "First seen", "Beside the lists"), rows)


COMMANDS = (why, export, reconcile, classify)
