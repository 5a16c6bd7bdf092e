"""variation, drift, inequality: every measure of an organisation as a process; who drifts on one; a measure along deprivation."""

from pathlib import Path

import click

from opencommissioning.area import Area
from opencommissioning.area.comparison.cusum import COLUMNS as DRIFT
from opencommissioning.area.comparison.cusum import drift_of
from opencommissioning.area.comparison.inequality import GROUPS, inequality_of
from opencommissioning.area.comparison.processes import MONTHS, variation_summary
from opencommissioning.cli.membership import OF_LEVEL
from opencommissioning.cli.process_options import choice_of, process_options
from opencommissioning.cli.screen import filled, heading, say, table


@click.command(
    epilog="Example: opencommissioning --area my-area variation 9A1 --months 24 --csv variation.csv"
)
@click.argument("organisation")
@click.option("--months", default=MONTHS, show_default=True, help="How far back the process is looked at.")
@process_options
@click.option(
    "--csv", "out", type=click.Path(path_type=Path), help="Write all lines, unrounded, to this file."
)
@click.pass_obj
def variation(folder: str, organisation: str, months: int, out: Path | None, **process) -> None:
    """Every measure against its own past: process limits, what changed and since when, whether targets will be met."""
    told = variation_summary(Area.open(folder).current, organisation, months, choice_of(**process))
    heading(f"Summary of variation: {told.name} ({told.code})")
    say(told.sentence)
    say(told.luck)
    table(*filled(told.columns, [line.cells for line in told.lines]), right=told.columns[1:3])
    say(told.rules, "dim")
    if out:
        told.frame().write_csv(out)
        say(f"Written to {out}.")


@click.command(
    epilog="Example: opencommissioning --area my-area drift broad_spectrum_antibiotics --level pcn"
)
@click.argument("measure")
@OF_LEVEL
@click.pass_obj
def drift(folder: str, measure: str, level: str) -> None:
    """Who drifts on a measure: small lasting changes, added up month by month (CUSUM), at a stated rate of false alarms."""
    build = Area.open(folder).current
    told = drift_of(build, measure, level)
    heading(f"Drift: {build.measure(measure).title}")
    say(told.words)
    if told.cells:
        table(DRIFT, told.cells, right=DRIFT[4:])


@click.command(
    epilog="Example: opencommissioning --area my-area inequality quinolone_items --organisation ENGLAND"
)
@click.argument("measure")
@click.option("--organisation", default="ENGLAND", show_default=True, help="Whose practices.")
@click.option("--groups", default=GROUPS, show_default=True, help="Groups by deprivation, 5 to 100.")
@click.pass_obj
def inequality(folder: str, measure: str, organisation: str, groups: int) -> None:
    """A measure along deprivation: groups of practices, slope and relative index of inequality with intervals."""
    area = Area.open(folder)
    told = inequality_of(area.current, area.store, measure, organisation, groups)
    heading(f"{told.measure.title}: {told.name}, by deprivation of practices' patients")
    table(told.columns, told.rows(), right=told.columns[1:])
    say(told.sentence)
    say("Practices are compared, not patients; intervals let practices differ as they do.", "dim")


COMMANDS = (variation, drift, inequality)
