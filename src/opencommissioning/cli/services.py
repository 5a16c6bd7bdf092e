"""services: what became of those referred to local services."""

from pathlib import Path

import click
import polars as pl

from opencommissioning.area import Area
from opencommissioning.area.data.services import BY, STEPS, services
from opencommissioning.catalogue.shares import per_cent
from opencommissioning.cli.screen import heading, say, table


@click.command("services", epilog="Example: opencommissioning --area my-area services 'falls prevention' --by practice --csv falls.csv")  # fmt: skip
@click.argument("name", default="")
@click.option("--by", type=click.Choice(BY), default="service", show_default=True, help="One row for each service, or besides for each month or practice.")  # fmt: skip
@click.option("--csv", "target", type=click.Path(path_type=Path), help="Write the rows to this CSV.")
@click.pass_obj
def services_(folder: str, name: str, by: str, target: Path | None) -> None:
    """Local services: referred, offered, attended, completed, uptake, and the change in what was measured.

    Load a log of a referral a row, or counts: 'opencommissioning sources service_log'.
    """
    found = services(Area.open(folder), name, by)
    heading("Local services")
    keys = list(dict.fromkeys(("service", by)))
    rows = [(*(_key(row[key]) for key in keys), *(_count(row[step]) for step in STEPS), _share(row["uptake"]), _share(row["completion"])) for row in found.frame.iter_rows(named=True)]  # fmt: skip
    titles = (*map(str.capitalize, STEPS), "Uptake", "Completion")
    table((*map(str.capitalize, keys), *titles), rows, right=titles)
    _tell_changes(found.changes)
    for sentence in found.sentences:
        say(sentence, "dim")
    if target:
        found.frame.write_csv(target)
        say(f"These rows are in {target}.")


def _tell_changes(changes: pl.DataFrame) -> None:
    if changes.height:
        rows = [(row["service"], row["measure"], f"{row['measured']:,}", f"{row['start']:,.1f}", f"{row['end']:,.1f}", f"{row['change']:+,.1f}") for row in changes.iter_rows(named=True)]  # fmt: skip
        titles = ("People", "Start", "End", "Mean change")
        table(("Service", "Measured", *titles), rows, right=titles)
        say("Change is of those measured twice: who left is not among them, so it flatters.", "dim")


def _key(value: object) -> str:
    return f"{value:%B %Y}" if hasattr(value, "year") else str(value)


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _share(value: float | None) -> str:
    return "–" if value is None else per_cent(value)


COMMANDS = (services_,)
