"""count, looks: people's records in and out."""

import click

from opencommissioning.area import Area
from opencommissioning.cli.screen import progress, say, table


@click.command(
    epilog='Example: opencommissioning --area my-area count --because "monthly activity by practice"'
)
@click.option("--because", default="", help="What the counts are for; stands in the log of looks.")
@click.pass_obj
def count(folder: str, because: str) -> None:
    """Count people's records by practice, month and category into the store ('build' does it when they changed)."""
    area = Area.open(folder)
    with progress("Counting") as step:
        counts = area.count(step, because)
    rows = (
        (
            each.dataset,
            f"{each.months[0]:%B %Y} to {each.months[-1]:%B %Y}",
            f"{each.rows:,}",
            f"{each.total:,}",
        )
        for each in counts
    )
    table(("What", "Months", "Rows of counts", "Counted"), rows, right=("Rows of counts", "Counted"))
    say("These counts stay in the store: 'build' rounds them together, and none below 15 is shown.")


@click.command(epilog="Example: opencommissioning --area my-area looks")
@click.pass_obj
def looks(folder: str) -> None:
    """Every look at people's records: when, who, for what purpose; says when a line of the log was changed or taken out."""
    log = Area.open(folder).vault.log
    entries = log.entries()
    if not entries:
        say("Nobody has loaded or read a person's record here.")
        return
    rows = ((each["at"][:16], each["who"], each["purpose"], each["because"], each["did"], each["dataset"], f"{each['rows']:,}") for each in entries)  # fmt: skip
    table(("When", "Who", "Purpose", "Because", "Did", "What", "Rows"), rows, right=("Rows",))
    broken = log.broken_at()
    say(
        "The log is whole."
        if broken is None
        else f"The log is NOT whole: line {broken} does not follow from the line before it."
    )


COMMANDS = (count, looks)
