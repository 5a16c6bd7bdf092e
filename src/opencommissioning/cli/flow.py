"""flow: what it takes to clear a list, what happens to the others, lists and follow-ups from records, beds."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import click

from opencommissioning.area import Area
from opencommissioning.area.waiting import flowing
from opencommissioning.area.waiting.flowing import Lists
from opencommissioning.cli import flow_avoidable, flow_lists, flow_plans
from opencommissioning.cli.months import Month
from opencommissioning.cli.screen import heading, say, table

RIGHT = ("Now", "In time", "At the end", "in time", "Changed", "in time then", "Change", "Unused")


@click.group(epilog="Example: opencommissioning flow clear RTT-extract.csv --list gynaecology --by 2025-03")
def flow() -> None:
    """How patients move: waiting lists projected week by week, what it takes, what happens to the others."""


def _common(command: Callable) -> Callable:
    for decorate in (
        click.argument("files", nargs=-1, type=click.Path(path_type=Path)),
        click.option("--organisation", default="", help="Provider or commissioner (needed without files)."),
        click.option("--by", type=Month(), default=None, help="Until the end of this month."),
        click.option("--weeks", type=click.IntRange(1, 520), default=26, show_default=True, help="Or for so many weeks."),
    ):  # fmt: skip
        command = decorate(command)
    return click.pass_obj(command)


def _lists(folder: str, files: tuple[Path, ...], organisation: str) -> Lists:
    if files:
        return flowing.lists_from_files(files, organisation)
    if not organisation:
        raise click.UsageError("give RTT extracts, or --organisation CODE for what the area has loaded")
    return flowing.lists_of(Area.open(folder).store, organisation)


def _weeks(lists: Lists, by: date | None, weeks: int) -> int:
    return lists.weeks_to(by) if by else weeks


@flow.command(
    epilog="Example: opencommissioning flow project RTT-extract.csv --organisation RBD --by 2025-03"
)
@_common
def project(folder: str, files: tuple[Path, ...], organisation: str, by: date | None, weeks: int) -> None:
    """All lists of an organisation carried forward as they are."""
    lists = _lists(folder, files, organisation)
    length = _weeks(lists, by, weeks)
    found = flowing.scenario(lists, length, {}, {})
    heading(f"{lists.organisation}: lists of {lists.latest:%B %Y}, {length} weeks on")
    rows = [
        (row.name, f"{row.waiting_now:,.0f}", f"{row.within_now:.1%}", f"{row.waiting_as_is:,.0f}", f"{row.within_as_is:.1%}")
        for row in found.rows
    ]  # fmt: skip
    table(("List", "Now", "In time", "At the end", "in time"), rows, right=RIGHT)
    _remarks(lists)


@flow.command(epilog="Example: opencommissioning flow clear RTT-extract.csv --list gynaecology --by 2025-03")
@_common
@click.option(
    "--list", "names", multiple=True, help="Specialty by name or code; again for more (default: all)."
)
@click.option(
    "--nobody-over", default=0, help="Clear means: nobody over so many weeks (default: 92% within 18 weeks)."
)
def clear(
    folder: str,
    files: tuple[Path, ...],
    organisation: str,
    by: date | None,
    weeks: int,
    names: tuple[str, ...],
    nobody_over: int,
) -> None:
    """What would it take to clear a list by a date: treatments a week, limits, and the chance."""
    lists = _lists(folder, files, organisation)
    length = _weeks(lists, by, weeks)
    codes = [lists.function(name) for name in names] or [code for code in lists.months if code != "999"]
    heading(f"{lists.organisation}: what it takes, {length} weeks from the end of {lists.latest:%B %Y}")
    for code in codes:
        say(f"• {_takes(lists, code, length, nobody_over)}")
    _remarks(lists)
    say("Treatments are clock stops; most appointments stop no clock.", "dim")


def _takes(lists: Lists, code: str, weeks: int, nobody_over: int) -> str:
    from opencommissioning.errors import DefinitionError

    try:
        return flowing.takes(lists, code, weeks, nobody_over).sentence
    except DefinitionError as cannot:
        return str(cannot)


@flow.command(
    epilog="Example: opencommissioning flow move RTT-extract.csv --list gynaecology=0.3 --freed shared --by 2025-03"
)
@_common
@click.option("--list", "moves", multiple=True, required=True, help="NAME=SHARE that is seen in the community; again for more.")  # fmt: skip
@click.option("--extra", multiple=True, help="NAME=TREATMENTS a week more (or fewer, with a minus).")
@click.option("--freed", type=click.Choice(["kept", "shared", "closed"]), default="kept", show_default=True, help="What becomes of the treatments that are freed.")  # fmt: skip
@click.option("--induced", default=0.0, show_default=True, help="Further demand in the community, as a share of those moved.")  # fmt: skip
def move(
    folder: str,
    files: tuple[Path, ...],
    organisation: str,
    by: date | None,
    weeks: int,
    moves: tuple[str, ...],
    extra: tuple[str, ...],
    freed: str,
    induced: float,
) -> None:
    """What happens to the others if part of a list moves into the community."""
    lists = _lists(folder, files, organisation)
    length = _weeks(lists, by, weeks)
    found = flowing.scenario(lists, length, _pairs(moves), _pairs(extra), freed, induced)
    heading(f"{lists.organisation}: {length} weeks from the end of {lists.latest:%B %Y}")
    for sentence in found.sentences:
        say(f"• {sentence}")
    rows = [
        (row.name, f"{row.waiting_now:,.0f}", f"{row.waiting_as_is:,.0f}", f"{row.within_as_is:.1%}", f"{row.waiting_changed:,.0f}", f"{row.within_changed:.1%}", f"{row.waiting_changed - row.waiting_as_is:+,.0f}")
        for row in found.rows
    ]  # fmt: skip
    table(("List", "Now", "At the end", "in time", "Changed", "in time then", "Change"), rows, right=RIGHT)
    _remarks(lists)


def _pairs(texts: tuple[str, ...]) -> dict[str, float]:
    out = {}
    for text in texts:
        name, _, value = text.partition("=")
        try:
            out[name] = float(value.removesuffix("%")) / (100 if value.endswith("%") else 1)
        except ValueError:
            raise click.UsageError(f"'{text}' is not NAME=NUMBER, such as gynaecology=0.3 or gynaecology=30%") from None  # fmt: skip
    return out


def _remarks(lists: Lists) -> None:
    for remark in flowing.remarks(lists.every):
        say(f"Note: {remark}.", "dim")


for each in (*flow_lists.COMMANDS, *flow_plans.COMMANDS, *flow_avoidable.COMMANDS):
    flow.add_command(each)

COMMANDS = (flow,)
