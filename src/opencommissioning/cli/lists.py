"""lists: an organisation's own waiting lists and follow-ups by specialty."""

from pathlib import Path

import click
import polars as pl

from opencommissioning.area import Area
from opencommissioning.area.waiting.own_lists import OwnCounts, needed, own_lists
from opencommissioning.cli.screen import heading, say, table


@click.command("lists", epilog="Example: opencommissioning --area my-area lists X81001 --csv lists.csv")
@click.argument("organisation")
@click.option("--csv", "target", type=click.Path(path_type=Path), help="Write the rows to this CSV.")
@click.pass_obj
def lists_(folder: str, organisation: str, target: Path | None) -> None:
    """Own waiting lists and follow-ups of an organisation by specialty: long waits, past due, overdue.

    Load lists first, a person a row or counted: 'opencommissioning sources waiting_list', 'follow_up_list'.
    """
    area = Area.open(folder)
    found = needed(own_lists(area.current, area.store, area.folder, organisation), organisation)
    for each in found:
        heading(f"{each.title}, {each.month:%B %Y}")
        rows = [(name, *("–" if count is None else f"{count:,}" for count in counts)) for name, counts in each.rows]  # fmt: skip
        table(("Specialty", *each.columns), rows, right=each.columns)
        say(f"{each.sentence}.", "dim")
    if target:
        _long(found).write_csv(target)
        say(f"These rows are in {target}.")


def _long(found: list[OwnCounts]) -> pl.DataFrame:
    rows = [(each.title, each.month, name, what, count) for each in found for name, counts in each.rows for what, count in zip(each.columns, counts, strict=True)]  # fmt: skip
    return pl.DataFrame(rows, schema=["list", "month", "specialty", "what", "people"], orient="row")


COMMANDS = (lists_,)
