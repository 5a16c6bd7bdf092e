"""Options of control charts: which chart, on what its limits rest, how long a run is a signal."""

from collections.abc import Callable

import click

from opencommissioning.area import Area
from opencommissioning.area.comparison.control import process_of
from opencommissioning.catalogue.process import AUTO, CHARTS, SHIFTS, TRENDS, ProcessChoice
from opencommissioning.cli.months import Month
from opencommissioning.cli.screen import heading, say, table

NEWEST = 24  # points that a screen holds
_OPTIONS = (
    click.option(
        "--spc",
        "chart",
        type=click.Choice([AUTO, *CHARTS]),
        help="The control chart: auto (by the measure's shape), xmr, p or pp (P′) of a share, u or up (U′) of a rate, c of counts, "
        "t (days) or g (opportunities) between rare events. Default: area.toml's, else auto.",
    ),
    click.option(
        "--baseline", type=int, help="Limits rest on the first so many months (12 or more; 0: all)."
    ),
    click.option(
        "--rebase", type=Month(), multiple=True, help="New limits begin with this month; repeat it for more."
    ),
    click.option(
        "--shift",
        type=click.Choice([str(each) for each in SHIFTS]),
        help="Months in a row on one side that are a signal (7).",
    ),
    click.option(
        "--trend",
        type=click.Choice([str(each) for each in TRENDS]),
        help="Months in a row rising or falling that are a signal (7).",
    ),
)


def process_options(command: Callable) -> Callable:
    """The command with these options, which reach it as `chart`, `baseline`, `rebase`, `shift` and `trend`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def choice_of(
    chart: str | None, baseline: int | None, rebase: tuple, shift: str | None, trend: str | None
) -> ProcessChoice:
    """What the options say; what was not given stays open."""
    numbers = (None if each is None else int(each) for each in (shift, trend))
    return ProcessChoice(chart, baseline, rebase or None, *numbers)


def tell_process(area: Area, name: str, code: str, choice: ProcessChoice, membership: str | None) -> None:
    """A measure of one organisation as a process: which chart and why, what it says, and its newest points."""
    told = process_of(area.current, name, code, choice, membership)
    heading(f"{told.measure.title}: {told.name} ({told.code}), {told.unit}")
    say(told.why, "italic")
    say(told.sentence)
    table(told.columns, told.rows(NEWEST), right=told.columns[1:5])
    say(told.rests_on, "dim")
    if len(told.dates) > NEWEST:
        say(
            f"The newest {NEWEST} of {len(told.dates)} points; --chart control --png chart.png draws all.",
            "dim",
        )
