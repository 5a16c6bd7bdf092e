"""`--membership`: whose practices are added up, those of each month or today's."""

import click

MEMBERSHIP = click.option(
    "--membership",
    type=click.Choice(["as_was", "current"]),
    default=None,
    help="Practices belong where they belonged in each month (as_was), or where they belong today (current). Default: area.toml's.",
)
