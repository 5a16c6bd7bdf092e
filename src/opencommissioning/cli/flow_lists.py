"""flow list, follow-ups, beds: from people's rows in a file, or from a few numbers. Rows are counted and not kept."""

from collections.abc import Mapping
from datetime import date, datetime
from math import isinf, isnan
from pathlib import Path

import click

from opencommissioning.area.waiting import list_files
from opencommissioning.area.waiting.flowing import RTT
from opencommissioning.area.waiting.list_files import FEW, FollowUpAnswer, ListAnswer
from opencommissioning.catalogue.period import last_day
from opencommissioning.catalogue.shares import per_cent
from opencommissioning.cli.months import Month
from opencommissioning.cli.screen import heading, say, table
from opencommissioning.cli.shares import Share

A_FILE = click.Path(path_type=Path)
A_DAY = click.DateTime(["%Y-%m-%d"])
SHARE = Share()
CENSUS = click.option("--census", type=A_DAY, default=None, help="The day the list was taken, as 2024-11-30 (default: today).")  # fmt: skip
REFUSED = click.option("--refused", type=A_FILE, default=None, help="Write row, column, problem and next step of refused rows to this CSV.")  # fmt: skip


@click.command(
    "list", epilog="Example: opencommissioning flow list waiting-list.csv --census 2024-11-30 --refused refused.csv"
)  # fmt: skip
@click.argument("file", type=A_FILE)
@CENSUS
@click.option("--window", type=click.IntRange(2, 520), default=26, show_default=True, help="Weeks before the census whose arrivals and departures count.")  # fmt: skip
@click.option("--weeks", type=click.IntRange(1, 520), default=26, show_default=True, help="Weeks in which the list is to be back at its standard.")  # fmt: skip
@click.option("--within", type=click.FloatRange(0.1), default=RTT.weeks, show_default=True, help="The standard: so many weeks …")  # fmt: skip
@click.option("--share", type=Share(0.01, 0.999), default=RTT.share, show_default=True, help="… for this share of people.")  # fmt: skip
@click.option("--specialty", default="", help="One treatment function by code or name; its counts are rounded to 5.")  # fmt: skip
@REFUSED
def list_(
    file: Path,
    census: datetime | None,
    window: int,
    weeks: int,
    within: float,
    share: float,
    specialty: str,
    refused: Path | None,
) -> None:
    """A waiting list, a person a row: its size, flow, load and pressure, and what it takes.

    Columns: referral and removal (dates); as far as there are any priority, specialty, due date, reason. Others are not read: no name
    or number of a person is needed.
    """
    standard = type(RTT)(share, within)
    found = list_files.of_list(file, _day(census), window, standard, weeks, specialty)
    heading(f"{found.name}, {_long(_day(census))}")
    table(("", ""), _lines(found, weeks, within, share))
    say(found.needs.sentence)
    _broken_down("Departures by reason", found.reasons, found.found.reasons)
    for column, counts in found.waiting.items():
        _broken_down(f"Waiting by {column}", counts, counts)
    for remark in found.remarks:
        say(f"Note: {remark}.", "dim")
    _tell_refused(found.listed, refused)


def _lines(found: ListAnswer, weeks: int, within: float, share: float) -> list[tuple[str, str]]:
    of, flow, need = found.found, found.found.flow, found.needs
    lines = [
        ("Queue", f"{of.size:,} people; {of.opening:,} on {_long(of.start)}"),
        ("Arrivals", f"{flow.arrivals:,.1f} a week over {flow.observed:.0f} weeks (scatter {flow.arrivals_scatter:.1f}; 1 is chance)"),
        ("Departures", f"{flow.departures:,.1f} a week (scatter {flow.departures_scatter:.1f})"),
        ("Load", _load(flow.load)),
        ("Waits so far", f"mean {_number(of.mean_wait)}, median {_number(of.median_wait)} weeks; {_share(of.within)} within {within:g} weeks"),
        ("Pressure", f"{_number(of.pressure, 2)} (2 × mean wait ÷ {within:g} weeks; above 1 the standard is likely to be missed)"),
        ("Target list size", f"{_limits(need.target_size, 0)} people for {per_cent(share)} within {within:g} weeks" + ("; the list is more than twice that" if need.too_big else "")),
        ("Relief capacity", f"{_limits(need.relief)} departures a week for {weeks} weeks, until {_long(need.relief_until)}"),
        ("Target capacity", f"{_limits(need.target_capacity)} departures a week from then on"),
    ]  # fmt: skip
    if found.with_due:
        lines.append(("Past their due date", f"{_few(found.past_due)} of {_few(found.with_due)} waiting with one"))  # fmt: skip
    return lines


def _load(load: float) -> str:
    if isinf(load):
        return "nobody left: the list grows by all who join"
    return f"{load:.2f} (arrivals ÷ departures; " + ("the list grows)" if load > 1 else "the list does not grow)")  # fmt: skip


def _broken_down(title: str, counts: Mapping[str, int], had: Mapping[str, int]) -> None:
    if counts:
        table((title, "People"), [(name, f"{count:,}") for name, count in counts.items()], right=("People",))
        say(f"To the nearest 5; fewer than {FEW} are put together with others.", "dim")
    elif had:
        say(f"{title}: fewer than {FEW} people, so not shown.")


def _tell_refused(listed, path: Path | None) -> None:
    say(f"{listed.rows.height:,} rows counted, {listed.refused.height:,} refused. Nothing was kept.")
    for reason, count in listed.reasons.items():
        say(f"• {count:,} × {reason}")
    if listed.refused.height:
        row, column, problem, step = listed.refused.row(0)
        say(f"First: row {row}, column '{column}': {problem}; {step}.")
    if path is not None:
        list_files.write_refused(listed, path)
        say(f"Row, column, problem and next step of each are in {path}.")
    elif listed.refused.height:
        say("All of them by row: --refused refused.csv.", "dim")


@click.command(
    epilog="Example: opencommissioning flow follow-ups follow-ups.csv --slots 1600 --dna 0.077 --by 2025-08 --census 2024-11-30"
)
@click.argument("file", type=A_FILE, required=False)
@click.option("--slots", type=click.FloatRange(0), required=True, help="Follow-up slots a week.")
@click.option("--dna", type=Share(0, 0.99), default=0.0, show_default=True, help="Share of slots that nobody attends; those people stay overdue.")  # fmt: skip
@click.option("--by", type=Month(), default=None, help="Clear by the end of this month.")
@click.option("--weeks", type=click.IntRange(1, 520), default=39, show_default=True, help="Or in so many weeks.")  # fmt: skip
@click.option("--due", type=click.FloatRange(0), default=None, help="Falling due a week (default with a file: the mean of the last 13 weeks).")  # fmt: skip
@click.option("--overdue", type=click.FloatRange(0), default=None, help="Overdue now, instead of a file.")
@click.option("--initiated", type=SHARE, default=0.0, show_default=True, help="Share moved to patient-initiated follow-up …")  # fmt: skip
@click.option("--longer", type=Share(0, None), default=0.6, show_default=True, help="… whose interval is longer by this share.")  # fmt: skip
@CENSUS
@REFUSED
def follow_ups(
    file: Path | None,
    slots: float,
    dna: float,
    by: date | None,
    weeks: int,
    due: float | None,
    overdue: float | None,
    initiated: float,
    longer: float,
    census: datetime | None,
    refused: Path | None,
) -> None:
    """Follow-ups overdue now, weeks to clear them with the slots there are, and the slots that clear them by a date.

    Columns: due date, seen date; discharged where there is one. Others are not read: no name or number of a person is needed.
    """
    if (file is None) == (overdue is None):
        raise click.UsageError("give a file, or --overdue and --due")
    if file is None and due is None:
        raise click.UsageError("--overdue also needs --due: how many fall due each week")
    if file is None and refused is not None:
        raise click.UsageError("--refused needs a file")
    day = _day(census)
    length = _weeks_to(by, day) if by else weeks
    clinic = None if file else list_files.FollowUps(overdue, due, dna, initiated, longer)
    found = list_files.of_follow_ups(file, day, slots, length, clinic, due, dna, initiated, longer)
    _tell_follow_ups(found, day)
    if found.listed:
        _tell_refused(found.listed, refused)


def _weeks_to(by: date, census: date) -> float:
    weeks = (last_day(by) - census).days / 7
    if weeks <= 0:
        raise click.UsageError(f"the end of {by:%B %Y} is not after {_long(census)}; give a later month")
    return weeks


def _tell_follow_ups(found: FollowUpAnswer, census: date) -> None:
    heading(f"Follow-ups, {_long(census)}")
    late, clinic = found.overdue, found.clinic
    if late:
        waits = f", median {_number(late.median_weeks)} weeks, longest {_number(late.longest_weeks)}" if late.overdue >= FEW else ""  # fmt: skip
        say(f"{late.listed:,} are to be followed up: {late.overdue:,} overdue{waits}; {late.no_date:,} have no due date.")  # fmt: skip
        say("A booking to come does not cure an overdue follow-up.", "dim")
    used = found.slots * (1 - clinic.missed)
    say(f"• {found.slots:,.0f} slots a week, of which {used:,.0f} are attended, against {clinic.demand:,.0f} falling due a week: {_cleared(found)}")  # fmt: skip
    say(f"• {found.plan.sentence}")


def _cleared(found: FollowUpAnswer) -> str:
    if isinf(found.weeks):
        return "the backlog is never cleared, it grows or stays."
    upper = "never" if isinf(found.upper) else f"{found.upper:,.0f}"
    return f"cleared in {found.weeks:,.0f} weeks ({found.lower:,.0f} to {upper})."


@click.command(epilog="Example: opencommissioning flow beds --admissions 300 --stay 56 --new-stay 12")
@click.option("--admissions", type=click.FloatRange(0), required=True, help="Admissions a year.")
@click.option("--stay", type=click.FloatRange(0), required=True, help="Mean stay now, in days (midnights).")
@click.option("--new-stay", type=click.FloatRange(0), required=True, help="Mean stay then, in days.")
@click.option("--delayed", type=Share(0.001, 0.999), default=0.05, show_default=True, help="Share of admissions that may find all beds taken.")  # fmt: skip
def beds(admissions: float, stay: float, new_stay: float, delayed: float) -> None:
    """Beds that a change in length of stay needs or frees."""
    now, then = list_files.beds(admissions, stay, new_stay, delayed)
    heading(f"{admissions:,.0f} admissions a year, stay from {stay:g} to {new_stay:g} days")
    rows = [
        ("Bed-days a year (midnights)", now.bed_days, then.bed_days, 0),
        ("Mean beds in use", now.load, then.load, 1),
        ("Beds at 85 % occupancy", now.at_occupancy, then.at_occupancy, 1),
        (f"Beds so that fewer than {per_cent(delayed)} wait for one", now.few_delayed, then.few_delayed, 0),
        ("Beds enough 99 % of the time", now.nearly_always, then.nearly_always, 0),
    ]
    shown = [(name, f"{old:,.{places}f}", f"{new:,.{places}f}", f"{new - old:+,.{places}f}") for name, old, new, places in rows]  # fmt: skip
    table(("", "Now", "Then", "Change"), shown, right=("Now", "Then", "Change"))
    say("Beds freed are money only if they are closed; otherwise others use them.", "dim")


def _day(given: datetime | None) -> date:
    return given.date() if given else date.today()


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _number(value: float, places: int = 1) -> str:
    return "–" if isnan(value) else f"{value:,.{places}f}"


def _share(value: float) -> str:
    return "–" if isnan(value) else per_cent(value, 1)


def _few(count: int) -> str:
    return f"fewer than {FEW}" if count < 0 else f"{count:,}"


def _limits(of, places: int = 1) -> str:
    return f"{of.value:,.{places}f} ({of.lower:,.{places}f} to {of.upper:,.{places}f})"


COMMANDS = (list_, follow_ups, beds)
