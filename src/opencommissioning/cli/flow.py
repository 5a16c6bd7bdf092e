"""flow: lists carried forward, what it takes to clear them; the other commands of the group are in modules beside this one."""

from pathlib import Path

import click

from opencommissioning.area.waiting import flowing
from opencommissioning.area.waiting.flowing import Fan, Lists
from opencommissioning.area.waiting.plans import Plans
from opencommissioning.catalogue.shares import per_cent
from opencommissioning.catalogue.waiting import TOTAL_FUNCTION, function_name
from opencommissioning.cli import flow_avoidable, flow_lists, flow_moves, flow_plans
from opencommissioning.cli.flow_asking import of_lists, plans_asked, tell_remarks
from opencommissioning.cli.helping import Told
from opencommissioning.cli.screen import heading, say, table
from opencommissioning.errors import DefinitionError

RIGHT = ("Now", "In time", "Then", "Nine in ten", "in time", "nine in ten", "Missed by", "Months in the fan")
LISTED = click.option(
    "--list", "names", multiple=True, help="Specialty by name or code; again for more (default: all)."
)


@click.group(
    cls=Told, epilog="Example: opencommissioning flow clear RTT-extract.csv --list gynaecology --by 2025-03"
)
def flow() -> None:
    """How patients move: waiting lists projected week by week, what it takes, what happens to the others."""


def _codes(lists: Lists, names: tuple[str, ...]) -> list[str]:
    asked = [lists.function(name) for name in names]
    return asked or [*(lists.function(each.model.name) for each in lists.every), TOTAL_FUNCTION]


@flow.command(
    epilog="Example: opencommissioning flow project RTT-extract.csv --organisation RBD --by 2025-03"
)
@of_lists
@LISTED
def project(
    lists: Lists, weeks: int, capacity: tuple[str, ...], plan: Path | None, names: tuple[str, ...]
) -> None:
    """Lists carried forward as they are or with a plan, in fans that hold chance and the error of the rates; tried on their own past."""
    plans = plans_asked(lists, names, capacity, plan)
    codes = _codes(lists, names)
    heading(f"{lists.organisation}: lists of {lists.latest:%B %Y}, {weeks} weeks on")
    fans = {code: flowing.fan(lists, code, weeks, plan=plans.get(code, ())) for code in codes}
    table(("List", *RIGHT[:-2]), [_row(fan) for fan in fans.values()], right=RIGHT)
    late = flowing.backlog_of(lists)
    say(
        f"18-week backlog now: {late.over:,.0f} people, {late.beyond:,.0f} of them beyond the 8 % that the standard allows."
    )
    say("Then: expected, and where nine in ten of 100 courses end. Rates are taken to stay as they are.", "dim")  # fmt: skip
    _tell_past(lists, codes)
    tell_remarks(list(dict.fromkeys(each for fan in fans.values() for each in fan.remarks)), plans)


def _row(fan: Fan) -> tuple[str, ...]:
    waiting, within = fan.waiting[:, -1], fan.within[:, -1]
    return (
        fan.name,
        f"{fan.waiting[2, 0]:,.0f}",
        per_cent(fan.within[2, 0]),
        f"{waiting[2]:,.0f}",
        f"{waiting[0]:,.0f}–{waiting[4]:,.0f}",
        per_cent(within[2]),
        f"{per_cent(within[0])}–{per_cent(within[4])}",
    )


def _tell_past(lists: Lists, codes: list[str]) -> None:
    rows, unknown = [], ""
    for code in codes:
        try:
            test = flowing.tested(lists, code)
        except DefinitionError as cannot:
            unknown = str(cannot)
        else:
            rows.append(
                (function_name(code), per_cent(test.size_share, 1), f"{test.inside} of {len(test.months)}")
            )
    if rows:
        say("Tried on their own past: the second half of the months, foretold from the first.")
        table(("List", *RIGHT[-2:]), rows, right=RIGHT)
    else:
        say(f"Not tried on their own past: {unknown}.", "dim")


@flow.command(
    epilog="Example: opencommissioning flow clear RTT-extract.csv --list gynaecology --by 2025-03 --capacity 2025-01=110"
)
@of_lists
@LISTED
@click.option(
    "--nobody-over", default=0, help="Clear means: nobody over so many weeks (default: 92 % within 18 weeks)."
)
def clear(
    lists: Lists,
    weeks: int,
    capacity: tuple[str, ...],
    plan: Path | None,
    names: tuple[str, ...],
    nobody_over: int,
) -> None:
    """What would it take to clear a list by a date: treatments a week with limits, and the chance; with a plan, what is lacking beyond it."""
    plans = plans_asked(lists, names, capacity, plan)
    codes = [lists.function(name) for name in names] or [code for code in lists.months if code != TOTAL_FUNCTION]  # fmt: skip
    heading(f"{lists.organisation}: what it takes, {weeks} weeks from the end of {lists.latest:%B %Y}")
    for code in codes:
        say(f"• {_takes(lists, code, weeks, nobody_over, plans)}")
    say("In brackets 95 % limits: they hold the error of the rates, which are those of the months given.", "dim")  # fmt: skip
    tell_remarks(flowing.remarks([lists.calibrated(code) for code in codes]), {})
    say("Treatments are clock stops; most appointments stop no clock.", "dim")


def _takes(lists: Lists, code: str, weeks: int, nobody_over: int, plans: Plans) -> str:
    try:
        return flowing.takes(lists, code, weeks, nobody_over, plan=plans.get(code, ())).sentence
    except DefinitionError as cannot:
        return f"{function_name(code)}: {cannot}"


for each in (*flow_moves.COMMANDS, *flow_lists.COMMANDS, *flow_plans.COMMANDS, *flow_avoidable.COMMANDS):
    flow.add_command(each)

COMMANDS = (flow,)
