"""flow move: what happens to the others, and to the money, when care moves closer to home."""

from datetime import date
from pathlib import Path

import click
import numpy as np

from opencommissioning.area.waiting.moving import CLINIC, KINDS, Answer, Asked, Contact, Money, answer
from opencommissioning.cli.flow_asking import (
    common,
    lists_asked,
    planning,
    plans_asked,
    tell_remarks,
    weeks_asked,
)
from opencommissioning.cli.screen import heading, say, table
from opencommissioning.cli.shares import Share

WAITING = ("Now", "As it is", "Changed", "Difference", "95% limits")
COURSES = ("As it is", "Changed", "in time, as it is", "changed")
ANY = "contact"  # the kind of a number that names none
SHARE = Share()


@click.command(
    epilog="Example: opencommissioning flow move RTT-extract.csv --list gynaecology=0.3 --freed closed --price 180 --cost 110 --stranded 0.4 --by 2025-03"
)
@common
@planning
@click.option("--list", "moves", multiple=True, required=True, metavar="NAME=SHARE", help="Share of a list's new people who are seen in the community; again for more lists.")  # fmt: skip
@click.option("--kind", type=click.Choice(list(KINDS)), default=CLINIC, show_default=True, help="A community clinic, or direct-access tests.")  # fmt: skip
@click.option("--back", type=SHARE, default=0.0, show_default=True, help="Of those seen or tested there the share who join the hospital's list after all (needed with --kind tests).")  # fmt: skip
@click.option("--induced", type=Share(0, None), default=0.0, show_default=True, help="Further people there because it is nearer, as a share of those moved.")  # fmt: skip
@click.option("--extra", multiple=True, metavar="NAME=TREATMENTS", help="Treatments a week more (or fewer, with a minus).")  # fmt: skip
@click.option("--freed", type=click.Choice(["kept", "shared", "closed"]), default="kept", show_default=True, help="What becomes of the treatments that are freed: kept by the list, shared with the others, or closed.")  # fmt: skip
@click.option("--price", multiple=True, metavar="[KIND=]£", help="What the commissioner pays the hospital for a contact; with a kind (first=180) once for each kind.")  # fmt: skip
@click.option("--cost", multiple=True, metavar="[KIND=]£", help="What one costs in the community.")
@click.option("--contacts", multiple=True, metavar="[KIND=]NUMBER", help="Contacts of each person (default 1): most people have more than one.")  # fmt: skip
@click.option("--stranded", type=SHARE, default=0.0, show_default=True, help="Of the hospital's income for what moves the share that stays as cost there (buildings, rotas).")  # fmt: skip
def move(
    folder: str,
    files: tuple[Path, ...],
    organisation: str,
    by: date | None,
    weeks: int,
    capacity: tuple[str, ...],
    plan: Path | None,
    moves: tuple[str, ...],
    kind: str,
    back: float,
    induced: float,
    extra: tuple[str, ...],
    freed: str,
    price: tuple[str, ...],
    cost: tuple[str, ...],
    contacts: tuple[str, ...],
    stranded: float,
) -> None:
    """What happens to the others, and to the money, if part of a list moves closer to home.

    Two courses of every list, as it is and changed, with limits that hold the error of the rates. With --price and --cost the money a year:
    as the commissioner sees it, and as the whole system does, which keeps the hospital's stranded cost.
    """
    lists = lists_asked(folder, files, organisation)
    length = weeks_asked(lists, by, weeks)
    shares = _pairs(moves)
    plans = plans_asked(lists, tuple(shares), capacity, plan)
    asked = Asked(
        length,
        shares,
        _pairs(extra),
        plans,
        kind,
        freed,
        induced,
        back,
        _contacts(price, cost, contacts),
        stranded,
    )
    found = answer(lists, asked)
    heading(f"{lists.organisation}: {KINDS[kind]}, {length} weeks from the end of {lists.latest:%B %Y}")
    _tell_lists(found)
    if found.money:
        _tell_money(found.money)
    tell_remarks(found.remarks, plans)


def _tell_lists(found: Answer) -> None:
    for sentence in found.sentences:
        say(f"• {sentence}")
    rows = [
        (
            spread.name,
            f"{row.waiting_now:,.0f}",
            f"{row.waiting_as_is:,.0f}",
            f"{row.waiting_changed:,.0f}",
            _signed(row.waiting_changed - row.waiting_as_is),
            f"{_signed(spread.difference.lower)} to {_signed(spread.difference.upper)}",
        )
        for row, spread in _changing(found)
    ]
    table(("People waiting", *WAITING), rows, right=WAITING)
    rows = [(each.name, _people(each.as_is), _people(each.changed), _shares(each.within_as_is), _shares(each.within_changed)) for _, each in _changing(found)]  # fmt: skip
    table(("Nine in ten courses", *COURSES), rows, right=COURSES)
    same = len(found.spreads) - len(rows)
    same_words = f" {same} other list{'s do' if same != 1 else ' does'} not change." if same else ""
    say(f"In time: within 18 weeks. The limits of the difference hold the error of the rates; chance falls on both alike.{same_words}", "dim")  # fmt: skip


def _changing(found: Answer) -> list:
    pairs = zip(found.comparison.rows, found.spreads, strict=True)
    return [pair for pair in pairs if (pair[1].as_is != pair[1].changed).any()]


def _people(centiles: np.ndarray) -> str:
    return f"{centiles[0, -1]:,.0f}–{centiles[4, -1]:,.0f}"


def _shares(centiles: np.ndarray) -> str:
    return f"{centiles[0, -1]:.0%}–{centiles[4, -1]:.0%}"


def _signed(value: float) -> str:
    return f"{round(value) or 0:+,}"


def _tell_money(money: Money) -> None:
    found = money.found
    heading("Money, £ a year")
    say(f"• {found.sentence}")
    lines = (
        ("Hospital: price of what it no longer does", found.hospital_saving),
        ("Community: cost of contacts there", -found.community_cost),
        ("Commissioner's view", found.net_commissioner),
        ("Hospital: cost that stays (stranded)", -found.stranded_cost),
        ("System's view", found.net_system),
    )
    rows = [(name, f"{value:+,.0f}", "{:+,.0f} to {:+,.0f}".format(*money.limits(value))) for name, value in lines]  # fmt: skip
    table(("", "£ a year", "If more or fewer join (95%)"), rows, right=("£ a year", "If more or fewer join (95%)"))  # fmt: skip
    for name, moved in found.moved.items():
        say(
            f"• {name}: {moved:,.0f} a year are moved, {found.in_community[name]:,.0f} are in the community, {found.avoided[name]:,.0f} fewer "
            "in hospital."
        )
    for remark in money.remarks:
        say(f"Note: {remark}.", "dim")


def _contacts(price: tuple[str, ...], cost: tuple[str, ...], contacts: tuple[str, ...]) -> dict[str, Contact]:
    prices, costs, numbers = _kinds(price), _kinds(cost), _kinds(contacts)
    if prices.keys() != costs.keys():
        odd = sorted(prices.keys() ^ costs.keys())[0]
        raise click.UsageError(f"'{odd}' needs both --price and --cost: what it costs in hospital and in the community")  # fmt: skip
    if unknown := sorted(numbers.keys() - prices.keys()):
        raise click.UsageError(f"--contacts names '{unknown[0]}', which has no --price and --cost")
    return {name: Contact(numbers.get(name, 1.0), prices[name], costs[name]) for name in prices}


def _kinds(texts: tuple[str, ...]) -> dict[str, float]:
    found = _pairs(tuple(text if "=" in text else f"{ANY}={text}" for text in texts))
    if low := next((name for name, value in found.items() if value < 0), None):
        raise click.UsageError(f"'{low}' is below 0; give 0 or more")
    return found


def _pairs(texts: tuple[str, ...]) -> dict[str, float]:
    out = {}
    for text in texts:
        name, _, value = text.partition("=")
        try:
            number = float(value.removesuffix("%").removeprefix("£")) / (100 if value.endswith("%") else 1)
        except ValueError:
            raise click.UsageError(f"'{text}' is not NAME=NUMBER, such as gynaecology=0.3 or gynaecology=30%") from None  # fmt: skip
        if number != number or abs(number) == float("inf"):
            raise click.UsageError(f"'{text}' is not a number that can be worked with")
        if name in out:
            raise click.UsageError(f"'{name}' is given twice; give it once")
        out[name] = number
    return out


COMMANDS = (move,)
