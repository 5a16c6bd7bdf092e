"""What the flow commands that carry lists forward have in common: files or an area, how far, a plan of capacity."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from pathlib import Path

import click
from click.core import ParameterSource

from opencommissioning.area import Area
from opencommissioning.area.waiting import flowing
from opencommissioning.area.waiting.bucketed import lists_from_any, organisations_with_buckets, stored_lists
from opencommissioning.area.waiting.flowing import Lists
from opencommissioning.area.waiting.plans import Plans, plans_of_file, steps_of
from opencommissioning.area.waiting.standing_for import lists_for
from opencommissioning.cli.months import Month
from opencommissioning.cli.screen import say
from opencommissioning.errors import UnknownName

LATER = "A plan is a number of clock stops a week; most appointments stop no clock."


def of_lists(command: Callable) -> Callable:
    """Options for files or an area's organisation, how far ahead, and capacity over time; the command is handed the lists and the weeks."""

    @wraps(command)
    def asked(
        folder: str,
        files: tuple[Path, ...],
        organisation: str,
        own: bool,
        by: date | None,
        weeks: int,
        **others,
    ):
        lists = lists_asked(folder, files, organisation, own)
        return command(lists, lists.weeks_to(by) if by else weeks, **others)

    for decorate in _OPTIONS:
        asked = decorate(asked)
    return asked


_OPTIONS = (
    click.option("--plan", type=click.Path(path_type=Path), default=None, help="Treatments over time from a CSV: list, from, treatments."),
    click.option("--capacity", multiple=True, metavar="FROM=NUMBER", help="Treatments a week from a month (2025-01=110) or day on; again for each change. Of the one list that --list names."),
    click.option("--weeks", type=click.IntRange(1, 520), default=26, show_default=True, help="Or for so many weeks."),
    click.option("--by", type=Month(), default=None, help="Until the end of this month."),
    click.option("--organisation", default="", help="Provider, commissioner, or (of an area) what they stand for: practice, ICB, region, ENGLAND (needed without files)."),
    click.option("--own", is_flag=True, help="The organisation's lists in buckets of its own, where the area has those of RTT returns too."),
    click.argument("files", nargs=-1, type=click.Path(path_type=Path)),
    click.pass_obj,
)  # fmt: skip


def told_how_far() -> bool:
    """Whether somebody wrote how far ahead, so that a scenario's own length gives way."""
    source = click.get_current_context().get_parameter_source
    return any(source(name) is ParameterSource.COMMANDLINE for name in ("by", "weeks"))


def lists_asked(folder: str, files: tuple[Path, ...], organisation: str, own: bool = False) -> Lists:
    """The lists of the files, or of what the area has loaded."""
    if files:
        return lists_from_any(files, organisation)
    if not organisation:
        raise click.UsageError("give RTT extracts, or --organisation CODE for what the area has loaded")
    area = Area.open(folder)
    return stored_lists(area.store, organisation) if own else _stored(area, organisation)


def _stored(area: Area, organisation: str) -> Lists:
    """Of the organisation itself where a file holds it; otherwise those that stand for it, which is said."""
    own = organisation.upper() in flowing.organisations_with_lists(area.store)
    if not own and organisation.upper() in organisations_with_buckets(area.store):
        return stored_lists(area.store, organisation)
    if own or area.builds.current() is None:
        return flowing.lists_of(area.store, organisation)
    try:
        found = lists_for(area.current, area.store, organisation)
    except UnknownName:
        return flowing.lists_of(area.store, organisation)
    if found.sentence:
        say(f"Note: {found.sentence}.", "dim")
    return found.lists


def plans_asked(lists: Lists, names: tuple[str, ...], capacity: tuple[str, ...], plan: Path | None) -> Plans:
    """List → steps, of --capacity and --plan."""
    plans = dict(plans_of_file(plan, lists)) if plan else {}
    if not capacity:
        return plans
    if len(names) != 1:
        raise click.UsageError("--capacity is the plan of one list: name it with --list, or give several lists' plans with --plan FILE")  # fmt: skip
    code = lists.function(names[0])
    if code in plans:
        raise click.UsageError(f"'{names[0]}' has a plan in {plan} and one of --capacity; give one of them")
    return plans | {code: steps_of(capacity)}


def tell_remarks(remarks: tuple[str, ...] | list[str], plans: Mapping) -> None:
    """What had to be assumed."""
    for remark in remarks:
        say(f"Note: {remark}.", "dim")
    if plans:
        say(LATER, "dim")
