"""What the flow workbench asks: a scenario from the words of an address, its answer, and several side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

import numpy as np

from opencommissioning.area.waiting import moving
from opencommissioning.area.waiting.flowing import Lists
from opencommissioning.area.waiting.moving import Answer
from opencommissioning.area.waiting.scenario_words import (
    USUAL,
    WEEKS,
    Read,
    at,
    codes_of,
    numbers,
    read,
    shortest,
    typed,
)
from opencommissioning.catalogue.waiting import TOTAL_FUNCTION, function_name
from opencommissioning.web.questions import build, build_id
from opencommissioning.web.questions.flow import lists

FREED = {
    "kept": "stay with the same list",
    "shared": "go to the other lists",
    "closed": "are closed",
    "moved": "move to the list that people join",
}
AS_IS = "as it is"
SHOWN = "show"  # the word of an address that names the list of the chart


def named(code: str) -> str:
    """A list as people call it; all together have a name of their own."""
    return "All lists together" if code == TOTAL_FUNCTION else function_name(code)


def query(words: Mapping[str, str]) -> str:
    """The shortest address of a scenario."""
    return urlencode(shortest(words))


def words_of(query_text: str) -> dict[str, str]:
    """The words behind an address's query."""
    return typed(dict(parse_qsl(query_text)))


def answered(code: str, words: Mapping[str, str]) -> Answer:
    """The answer to words that have no problem."""
    return _answered(build_id(), code, query(words))


@lru_cache(maxsize=100)
def _answered(of_build: str, code: str, text: str) -> Answer:
    found = lists(code)
    return moving.answer(found, read(found, codes_of(found), words_of(text)).asked)


def shown(found: Lists, asked: str, told: Read) -> str:
    """The code of the list whose chart is shown: the one asked for, else the one that changes, or all together where several do."""
    if asked:
        return found.function(asked)
    return TOTAL_FUNCTION if told.asked and len(told.asked.changes) > 1 else told.chosen


def drawn(code: str, chosen: str, words: Mapping[str, str], narrow: bool):
    """The chart of one list of a scenario, as it is and changed."""
    spread = _of(answered(code, words), chosen)
    courses = {AS_IS: spread.as_is}
    if (spread.as_is != spread.changed).any():  # one line over another tells nothing
        courses["changed"] = spread.changed
    return _draw(code, chosen, courses, narrow)


def _of(told: Answer, chosen: str):
    if chosen == TOTAL_FUNCTION:
        return told.spreads[-1]
    return next(each for each in told.spreads if each.name == function_name(chosen))


def _draw(code: str, chosen: str, several: Mapping[str, np.ndarray], narrow: bool):
    from opencommissioning.area.waiting.flow_charts import draw_courses  # the libraries cost half a second

    return draw_courses(f"{named(chosen)}, {build().organisation(code).name}", several, narrow)


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
    first = next((each for each in looked if each.asked), None)
    chosen = shown(found, asked_list, first) if first or asked_list else codes[0]
    return Beside(sides, weeks, chosen, (*codes, TOTAL_FUNCTION))


def _side(code: str, number: int, name: str, words: dict[str, str], told: Read) -> Side:
    if told.asked is None:
        return Side(name, words, None, told.problems[0][0], number)
    return Side(name, words, answered(code, words), "", number)


def drawn_beside(code: str, several: Beside, narrow: bool):
    """The chart of one list in all scenarios, and as it is."""
    sides, chosen = several.working, several.chosen
    courses = {AS_IS: _of(sides[0].told, chosen).as_is}
    return _draw(
        code, chosen, courses | {each.name: _of(each.told, chosen).changed for each in sides}, narrow
    )


def in_words(words: Mapping[str, str]) -> str:
    """What a scenario changes, in a line."""
    return "; ".join(_of_list(words, number) for number in numbers(words))


def _of_list(words: Mapping[str, str], number: int) -> str:
    mine = {name: words[at(name, number)] for name in USUAL}
    name = function_name(mine["list"]) if mine["list"] else "the longest list"
    where = "tested by direct access" if mine["kind"] == moving.TESTS else "seen in the community"
    if mine["into"]:
        where = f"joining {function_name(mine['into'])}"
    parts = []
    if mine["share"] != "0":
        parts.append(f"{mine['share'].removesuffix(' %')} % of new people {where}, freed treatments {FREED.get(mine['freed'], '')}")  # fmt: skip
    if mine["extra"] != "0":
        parts.append(f"{mine['extra'].removeprefix('+')} treatments a week more")
    if mine["plan"]:
        parts.append(f"plan {mine['plan']}")
    return f"{name}: {', '.join(parts) or 'nothing changed'}"
