"""What the flow workbench asks: a scenario from the words of an address, its answer, and several side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

import numpy as np

from opencommissioning.area.waiting import moving
from opencommissioning.area.waiting.flowing import Lists
from opencommissioning.area.waiting.moving import KINDS, Answer, Asked, Contact
from opencommissioning.area.waiting.plans import steps_of
from opencommissioning.catalogue.shares import in_percent, percent_of
from opencommissioning.catalogue.waiting import TOTAL_FUNCTION, function_name
from opencommissioning.errors import OpenCommissioningError
from opencommissioning.web.questions import build, build_id
from opencommissioning.web.questions.flow import lists

WEEKS, LONGEST = 26, 156
FREED = {"kept": "stay with the same list", "shared": "go to the other lists", "closed": "are closed"}
DEFAULTS = {
    "list": "", "share": "0", "kind": "clinic", "induced": "0", "back": "0", "extra": "0", "plan": "", "freed": "shared",
    "weeks": str(WEEKS), "price": "", "cost": "", "contacts": "1", "stranded": "0",
}  # fmt: skip
NUMBERS = {
    "share": ("The share that moves", 0, 100),
    "induced": ("Further demand", 0, 300),
    "back": ("The share who join after all", 0, 100),
    "extra": ("Treatments a week more", -5000, 5000),
    "weeks": ("Weeks", 1, LONGEST),
    "stranded": ("The stranded share", 0, 100),
}
PERCENTS = ("share", "induced", "back", "stranded")
AMOUNTS = {
    "price": ("The price in hospital", 0, 100_000),
    "cost": ("The cost in the community", 0, 100_000),
    "contacts": ("Contacts of each person", 0, 1000),
}
LONGEST_WORD = 300
AS_IS = "as it is"


def typed(given: Mapping[str, str]) -> dict[str, str]:
    """The words of an address or a form, with what is usual where it says nothing."""
    words = {
        name: (given.get(name) or "").strip()[:LONGEST_WORD] or usual for name, usual in DEFAULTS.items()
    }
    return words | {name: in_percent(words[name]) for name in PERCENTS}


def query(words: Mapping[str, str]) -> str:
    """The shortest address of a scenario."""
    return urlencode({name: words[name] for name, usual in DEFAULTS.items() if words[name] != usual})


def words_of(query_text: str) -> dict[str, str]:
    """The words behind an address's query."""
    return typed(dict(parse_qsl(query_text)))


@dataclass(frozen=True)
class Read:
    """What the words come to: the list's code and the scenario, or (sentence, field) problems."""

    chosen: str
    asked: Asked | None
    problems: tuple[tuple[str, str], ...]


def read(found: Lists, codes: list[str], words: Mapping[str, str]) -> Read:
    """A scenario from words; every word that cannot be used is told at its field."""
    problems: list[tuple[str, str]] = []
    numbers = {
        name: _number(words[name], name, *NUMBERS[name], True, problems)
        for name in NUMBERS
        if name not in PERCENTS
    }
    numbers |= {name: _percent(words[name], name, *NUMBERS[name], problems) for name in PERCENTS}
    amounts = {name: _number(words[name], name, *AMOUNTS[name], False, problems) if words[name] else None for name in AMOUNTS}  # fmt: skip
    chosen, steps = codes[0], ()
    try:
        chosen = found.function(words["list"]) if words["list"] else codes[0]
        if chosen not in codes:
            chosen = codes[0]
            problems.append(("Choose one specialty, not all of them together", "list"))
    except OpenCommissioningError as wrong:
        problems.append((str(wrong), "list"))
    try:
        steps = steps_of(words["plan"].replace(",", " ").split())
        found.by_week(chosen, steps, int(numbers["weeks"] or WEEKS))
    except OpenCommissioningError as wrong:
        problems.append((str(wrong), "plan"))
    problems += _impossible(words, numbers, amounts)
    if problems:
        order = list(DEFAULTS)
        return Read(chosen, None, tuple(sorted(problems, key=lambda each: order.index(each[1]))))
    contact = Contact(amounts["contacts"], amounts["price"], amounts["cost"]) if amounts["price"] is not None else None  # fmt: skip
    asked = Asked(
        weeks=int(numbers["weeks"]),
        moves={chosen: numbers["share"] / 100},
        extra={chosen: numbers["extra"]},
        plans={chosen: steps} if steps else {},
        kind=words["kind"],
        freed=words["freed"],
        induced=numbers["induced"] / 100,
        back=numbers["back"] / 100,
        contacts={"contact": contact} if contact else {},
        stranded=numbers["stranded"] / 100,
    )
    return Read(chosen, asked, ())


def _number(
    text: str, field: str, name: str, low: float, high: float, whole: bool, problems: list
) -> float | None:
    kind = "a whole number" if whole else "a number"
    try:
        value = float(text.removeprefix("£")) if text.isascii() else float("nan")
    except ValueError:
        value = float("nan")
    if not low <= value <= high or (whole and value != int(value)):
        problems.append((f"{name} must be {kind} from {low:,} to {high:,}", field))
        return None
    return value


def _percent(text: str, field: str, name: str, low: int, high: int, problems: list) -> float | None:
    percent = percent_of(text)
    if percent is None or not low <= percent <= high:
        problems.append((f"{name} must be from {low} to {high} %, written as 30 %, 30 or 0.3", field))
        return None
    return float(percent)


def _impossible(words: Mapping[str, str], numbers: Mapping, amounts: Mapping) -> list[tuple[str, str]]:
    out = []
    for field, known in (("freed", FREED), ("kind", KINDS)):
        if words[field] not in known:
            out.append((f"'{field}' must be one of {', '.join(known)}", field))
    if words["kind"] == moving.TESTS and numbers["share"] and not numbers["back"]:
        out.append(("Give the share of those tested who join the hospital's list after all: direct-access tests find people who need it", "back"))  # fmt: skip
    for field, other in (("price", "cost"), ("cost", "price")):
        if words[other] and not words[field]:
            out.append(("Give both: what a contact costs in hospital and in the community", field))
    return out


def codes_of(found: Lists) -> list[str]:
    """The lists that can be chosen, the longest first."""
    now = [code for code, months in found.months.items() if code != TOTAL_FUNCTION and months[-1].month == found.latest]  # fmt: skip
    return sorted(now, key=lambda code: -found.months[code][-1].waiting.sum())


def answered(code: str, words: Mapping[str, str]) -> Answer:
    """The answer to words that have no problem."""
    return _answered(build_id(), code, query(words))


@lru_cache(maxsize=100)
def _answered(of_build: str, code: str, text: str) -> Answer:
    found = lists(code)
    return moving.answer(found, read(found, codes_of(found), words_of(text)).asked)


def drawn(code: str, words: Mapping[str, str], narrow: bool):
    """The chart of the chosen list of a scenario, as it is and changed."""
    found = lists(code)
    chosen = read(found, codes_of(found), words).chosen
    spread = _of(answered(code, words), function_name(chosen))
    return _draw(code, chosen, {AS_IS: spread.as_is, "changed": spread.changed}, narrow)


def _of(told: Answer, name: str):
    return next(each for each in told.spreads if each.name == name)


def _draw(code: str, chosen: str, several: Mapping[str, np.ndarray], narrow: bool):
    from opencommissioning.area.waiting.flow_charts import draw_courses  # the libraries cost half a second

    return draw_courses(f"{function_name(chosen)}, {build().organisation(code).name}", several, narrow)


@dataclass(frozen=True)
class Side:
    """One scenario of several side by side: its name, its words, and its answer (None with a reason where it no longer can be asked)."""

    name: str
    words: Mapping[str, str]
    told: Answer | None
    reason: str
    saved: int


@dataclass(frozen=True)
class Beside:
    """Scenarios side by side, all carried the same `weeks` forward; `chosen` is the list that the chart shows."""

    sides: tuple[Side, ...]
    weeks: int
    chosen: str
    codes: tuple[str, ...]

    @property
    def working(self) -> list[Side]:
        """Those that have an answer."""
        return [each for each in self.sides if each.told]


def beside(code: str, saved: list[tuple[int, str, str]], asked_list: str = "") -> Beside:
    """Scenarios (id, name, query) side by side, carried as far as the longest of them looks."""
    found = lists(code)
    codes = codes_of(found)
    words = [words_of(text) for _, _, text in saved]
    looked = [read(found, codes, each) for each in words]
    weeks = max((each.asked.weeks for each in looked if each.asked), default=WEEKS)
    sides = tuple(
        _side(code, number, name, {**each, "weeks": str(weeks)}, told)
        for (number, name, _), each, told in zip(saved, words, looked, strict=True)
    )
    chosen = next((each.chosen for each in looked if each.asked), codes[0])
    return Beside(sides, weeks, found.function(asked_list) if asked_list else chosen, tuple(codes))


def _side(code: str, number: int, name: str, words: dict[str, str], told: Read) -> Side:
    if told.asked is None:
        return Side(name, words, None, told.problems[0][0], number)
    return Side(name, words, answered(code, words), "", number)


def drawn_beside(code: str, several: Beside, narrow: bool):
    """The chart of one list in all scenarios, and as it is."""
    name = function_name(several.chosen)
    sides = several.working
    courses = {AS_IS: _of(sides[0].told, name).as_is}
    return _draw(code, several.chosen, courses | {each.name: _of(each.told, name).changed for each in sides}, narrow)  # fmt: skip


def in_words(words: Mapping[str, str]) -> str:
    """What a scenario changes, in a line."""
    name = function_name(words["list"]) if words["list"] else "the longest list"
    where = "tested by direct access" if words["kind"] == moving.TESTS else "seen in the community"
    parts = []
    if words["share"] != "0":
        parts.append(f"{words['share'].removesuffix(' %')} % of new people {where}, freed treatments {FREED.get(words['freed'], '')}")  # fmt: skip
    if words["extra"] != "0":
        parts.append(f"{int(words['extra']):+,} treatments a week")
    if words["plan"]:
        parts.append(f"plan {words['plan']}")
    return f"{name}: {'; '.join(parts) or 'nothing changed'}"
