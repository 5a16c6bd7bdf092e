"""What pages ask about one measure of one organisation as a process: which control chart, and where new limits could begin."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from opencommissioning.area.comparison.control import fitting, process_of, settled
from opencommissioning.catalogue.period import spoken
from opencommissioning.catalogue.process import AUTO, CHARTS, SHIFTS, TRENDS, ProcessChoice
from opencommissioning.errors import NotLoaded
from opencommissioning.reports.process import Process
from opencommissioning.web import questions
from opencommissioning.web.plainly import for_readers
from opencommissioning.web.questions.charts import asked_of
from opencommissioning.web.questions.saying import notes_of

MOST_OFFERED = 6


@dataclass(frozen=True)
class Offer:
    """A month with which new limits could begin (or do): why, and the parameters of the address that does it (or undoes it)."""

    month: date
    why: str
    begins: bool
    asked: dict[str, str]


def process(name: str, code: str, choice: ProcessChoice, membership: str) -> Process | str:
    """The process, or the sentence that says why there is none; DefinitionError for a choice that does not fit."""
    return _process(questions.build_id(), name, code, choice, membership)


@lru_cache(maxsize=500)
def _process(of_build: str, name: str, code: str, choice: ProcessChoice, membership: str) -> Process | str:
    try:
        return process_of(questions.build(), name, code, choice, membership or None)
    except NotLoaded as why:
        return for_readers(why)


def as_set(choice: ProcessChoice, name: str = "") -> ProcessChoice:
    """The choice with the area's and the house's own where it leaves something open, as a form shows it; without a name, for all measures."""
    return settled(questions.build(), name, choice)


def choices(name: str = "") -> dict[str, list[tuple[str, str]]]:
    """Of each list of the form, what can be chosen: (value, words); without a name, what fits all measures."""
    fits = [(kind, CHARTS[kind]) for kind in (fitting(questions.build(), name) if name else ["xmr"])]
    return {
        "spc": [(AUTO, "By the measure’s shape"), *fits],
        "shift": [(str(each), f"{each} in a row") for each in SHIFTS],
        "trend": [(str(each), f"{each} in a row") for each in TRENDS],
    }


def offers(told: Process, choice: ProcessChoice, moved: date | None) -> list[Offer]:
    """Where new limits could begin or do: at notes about the organisation, at the month in which the verdict saw it move."""
    reasons: dict[date, str] = dict.fromkeys(told.phases, "")
    for month, why in _reasons(told, moved):
        if told.dates[0] < month <= told.dates[-1] and not reasons.get(month):
            reasons[month] = why
    current = told.choice.rebase
    return [_offer(month, why, choice, current) for month, why in sorted(reasons.items())][-MOST_OFFERED:]


def _reasons(told: Process, moved: date | None) -> Iterable[tuple[date, str]]:
    for note in notes_of(told.code, told.measure.id):
        yield note.month, note.text
    if moved:
        yield moved, "the measure moved"


def _offer(month: date, why: str, choice: ProcessChoice, current: tuple[date, ...]) -> Offer:
    begins = month not in current
    months = tuple(sorted({*current, month})) if begins else tuple(each for each in current if each != month)
    words = f"{spoken(month)} ({why})" if why else spoken(month)
    return Offer(month, words, begins, asked_of(replace(choice, rebase=months)))
