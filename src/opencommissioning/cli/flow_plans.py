"""flow schedule, discharge, price: who is seen when, what delayed discharges hold up, what a stay costs."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from math import isnan
from pathlib import Path

import click

from opencommissioning.area import Area
from opencommissioning.area.library import Library
from opencommissioning.area.waiting import discharging, prices, scheduling
from opencommissioning.catalogue.shares import per_cent
from opencommissioning.cli.screen import heading, say, table
from opencommissioning.cli.shares import Share

A_FILE = click.Path(path_type=Path)
A_DAY = click.DateTime(["%Y-%m-%d"])


class Exact(click.ParamType):
    """A number without a loss in the decimals."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """The exact number; a usage error for text that is none."""
        try:
            return Decimal(str(value))
        except InvalidOperation:
            self.fail(f"'{value}' is not a number such as 1.08", param, ctx)


@click.command(epilog="Example: opencommissioning flow schedule waiting-list.csv --slots 40 --weeks 26 --census 2024-11-30")  # fmt: skip
@click.argument("file", type=A_FILE)
@click.option("--slots", type=click.FloatRange(0.01), required=True, help="Slots a week, spread over weekdays.")  # fmt: skip
@click.option("--weeks", type=click.IntRange(1, 520), default=26, show_default=True, help="For so many weeks.")  # fmt: skip
@click.option("--joining", type=click.FloatRange(0), default=None, help="New people a week (default: as in the 13 weeks before the census).")  # fmt: skip
@click.option("--census", type=A_DAY, default=None, help="The day the list was taken, as 2024-11-30 (default: today).")  # fmt: skip
def schedule(file: Path, slots: float, weeks: int, joining: float | None, census: datetime | None) -> None:
    """Who would be seen when: first come first served, and by priority.

    Columns: referral and removal (dates), and priority. Others are not read; rows are counted and not kept.
    """
    day = census.date() if census else date.today()
    found = scheduling.of_schedule(file, day, slots, weeks, joining)
    heading(f"{slots:,.0f} slots a week from {day.day} {day:%B %Y}")
    say(found.sentence)
    rows = [
        (each.name, f"{each.people:,}", *(_both(each.seen, ",.0f")), *(_both(each.days, ",.0f")), *_shares(each.within))
        for each in found.classes
    ]  # fmt: skip
    columns = ("Priority", "People", "Seen, in turn", "by priority", "Days, in turn", "by priority ", "In target", "by priority  ")  # fmt: skip
    table(columns, rows, right=columns[1:])
    say("People: waiting now or joining. Targets: P1 7 days, P2 28, P3 84, others 365, from referral. To the nearest 5.", "dim")  # fmt: skip


def _shares(values: tuple[float, float]) -> tuple[str, str]:
    first, second = ("–" if isnan(each) else per_cent(each) for each in values)
    return first, second


def _both(values: tuple[float, float], form: str) -> tuple[str, str]:
    first, second = ("–" if isnan(each) else format(each, form) for each in values)
    return first, second


@click.command(epilog="Example: opencommissioning flow discharge --days 3000 --period 30 --avoidable 0.25 --cost 350")  # fmt: skip
@click.argument("file", type=A_FILE, required=False)
@click.option("--days", type=click.FloatRange(0), default=None, help="Delayed days, instead of a file …")
@click.option("--period", type=click.IntRange(1), default=None, help="… in a period of so many days.")
@click.option("--avoidable", type=Share(), default=1.0, show_default=True, help="Share of the delayed days that could go.")  # fmt: skip
@click.option("--cost", type=click.FloatRange(0), required=True, help="What a bed day costs, £.")
@click.option("--cost-kind", default="your own figure", show_default=True, help="Where that cost comes from; it is told beside the money.")  # fmt: skip
def discharge(
    file: Path | None, days: float | None, period: int | None, avoidable: float, cost: float, cost_kind: str
) -> None:
    """What delayed discharges hold up: days, beds, money.

    Columns of a file: ready date (when nothing kept the patient in hospital any more) and discharge date. Others are not read; rows are
    counted and not kept.
    """
    if (file is None) == (days is None):
        raise click.UsageError("give a file, or --days and --period")
    if file is None:
        if period is None:
            raise click.UsageError("--days also needs --period: of how many days they are")
        heading(f"{days:,.0f} delayed days in {period} days")
        say(discharging.of_days(days, period, avoidable, cost, cost_kind).sentence)
        return
    _tell_discharges(discharging.of_discharges(file, avoidable, cost, cost_kind))


def _tell_discharges(found: discharging.Delayed) -> None:
    told = found.found
    heading(f"Discharges of {found.period} days")
    say(
        f"{per_cent(told.no_delay)} of discharges with a ready date ({per_cent(told.coverage)} of all) were not delayed; the others by "
        f"{told.mean_of_delayed:,.1f} days on average, together {told.bed_days:,} bed-days: {told.beds:,.1f} beds."
    )
    rows = [(name, "1–7" if count is None else f"{count:,}") for name, count in found.bands]
    table(("Delay", "Discharges"), rows, right=("Discharges",))
    say(found.value.sentence)
    say(
        f"{found.listed.rows.height:,} rows counted, {found.listed.refused.height:,} refused. Nothing was kept."
    )
    for reason, count in found.listed.reasons.items():
        say(f"• {count:,} × {reason}")
    say("A missing ready date is not a missing delay: such stays are left out, not counted as 0.", "dim")


@click.command(epilog="Example: opencommissioning flow price --hrg DZ65F --point NEL --nights 20 --age 70 --ended 2026-05-02 --invented")  # fmt: skip
@click.option("--hrg", required=True, help="Healthcare resource group.")
@click.option("--point", type=click.Choice(prices.POINTS), required=True, help="Day case, elective, non-elective, outpatient procedure.")  # fmt: skip
@click.option("--nights", type=click.IntRange(0), required=True, help="Length of stay.")
@click.option("--age", type=click.IntRange(0, 130), required=True, help="Years.")
@click.option("--ended", type=A_DAY, required=True, help="Day of discharge: the rules of that day are used.")
@click.option("--provider", default="", help="Whose market forces factor to look up.")
@click.option("--factor", type=Exact(), default=None, help="The market forces factor itself.")
@click.option("--at", type=A_DAY, default=None, help="Uplift to the prices of this later day.")
@click.option("--invented", is_flag=True, help="Allow the invented rules that come with the software.")
@click.pass_obj
def price(
    folder: str,
    hrg: str,
    point: str,
    nights: int,
    age: int,
    ended: datetime,
    provider: str,
    factor: Decimal | None,
    at: datetime | None,
    invented: bool,
) -> None:
    """What a stay costs by the rules of its day: price list, trim point, short stay, market forces, uplift.

    Lists that are loaded come first, then the area's own definitions/rules, then those that come with the software.
    """
    area = Area.open(folder) if (Path(folder) / "area.toml").exists() else None
    rules = prices.rules_of(area.store if area else None, area.library if area else Library(), invented)
    spell = prices.Spell(hrg.upper(), point, nights, age, ended.date())
    found = prices.price(spell, rules, provider, factor, at.date() if at else None)
    say(found.sentence)
    say(f"At the list, before market forces: £{found.at_list:,.2f}.", "dim")
    say("Best-practice, critical-care and unbundled amounts are lines of their own and not in it.", "dim")


COMMANDS = (schedule, discharge, price)
