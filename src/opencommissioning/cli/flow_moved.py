"""What flow move prints: both courses of every list, money as the commissioner and the system see it, scenarios side by side."""

from collections.abc import Mapping

import numpy as np

from opencommissioning.area.waiting.moving import Answer, Money
from opencommissioning.catalogue.shares import per_cent
from opencommissioning.cli.flow_asking import tell_remarks
from opencommissioning.cli.screen import heading, say, table

WAITING = ("Now", "As it is", "Changed", "Difference", "95 % limits")
COURSES = ("As it is", "Changed", "in time, as it is", "changed")


def tell(found: Answer) -> None:
    """One scenario: its sentences, every list in both courses, the money, what was assumed."""
    _tell_lists(found)
    if found.money:
        _tell_money(found.money)
    tell_remarks(found.remarks, {})


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
    same = len(found.lines) - len(rows)
    same_words = f" {same} other list{'s do' if same != 1 else ' does'} not change." if same else ""
    say(f"In time: within 18 weeks. The limits of the difference hold the error of the rates; chance falls on both alike. All together: lists are taken to vary apart from each other.{same_words}", "dim")  # fmt: skip


def _changing(found: Answer) -> list:
    return [pair for pair in found.lines if (pair[1].as_is != pair[1].changed).any()]


def _people(centiles: np.ndarray) -> str:
    return f"{centiles[0, -1]:,.0f}–{centiles[4, -1]:,.0f}"


def _shares(centiles: np.ndarray) -> str:
    return f"{per_cent(centiles[0, -1])}–{per_cent(centiles[4, -1])}"


def _signed(value: float) -> str:
    return f"{round(value) or 0:+,}"


def _tell_money(money: Money) -> None:
    found = money.found
    heading("Money, £ a year")
    say(f"• {found.sentence}")
    rows = [
        (name, f"{value:+,.0f}", f"{low:+,.0f} to {high:+,.0f}") for name, value, low, high in money.lines
    ]
    table(("", "£ a year", "If more or fewer join (95 %)"), rows, right=("£ a year", "If more or fewer join (95 %)"))  # fmt: skip
    for name, moved in found.moved.items():
        say(
            f"• {name}: {moved:,.0f} a year are moved, {found.in_community[name]:,.0f} are in the community, {found.avoided[name]:,.0f} fewer "
            "in hospital."
        )
    for remark in money.remarks:
        say(f"Note: {remark}.", "dim")


def tell_beside(several: Mapping[str, Answer]) -> None:
    """Scenarios (name → answer) side by side: every list at the end, and the money of each."""
    first = next(iter(several.values()))
    columns = ("As it is", *several)
    rows = [
        (row.name, f"{row.waiting_now:,.0f}", f"{row.waiting_as_is:,.0f}", *(f"{each.lines[number][0].waiting_changed:,.0f}" for each in several.values()))
        for number, (row, _) in enumerate(first.lines)
    ]  # fmt: skip
    table(("People waiting", "Now", *columns), rows, right=("Now", *columns))
    for name, found in several.items():
        say(f"{name}:")
        for sentence in found.sentences:
            say(f"• {sentence}")
        if found.money:
            say(f"• {found.money.found.sentence}")
    tell_remarks(first.remarks, {})
