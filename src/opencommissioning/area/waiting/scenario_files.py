"""Scenarios in files: TOML with `weeks` (or `by`) and a table [[change]] for each list that changes; read, and written from words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import tomli

from opencommissioning.area.waiting.flowing import Lists
from opencommissioning.area.waiting.moving import Asked
from opencommissioning.area.waiting.scenario_words import (
    MOST,
    USUAL,
    at,
    codes_of,
    numbers,
    read,
    shortest,
    typed,
)
from opencommissioning.catalogue.period import parse_month
from opencommissioning.catalogue.waiting import function_name
from opencommissioning.errors import DefinitionError, FileRefused, UnknownName, did_you_mean

TOP = ("name", "weeks", "by", "change")


@dataclass(frozen=True)
class Scenario:
    """A scenario of a file: its name (the file's, when it has none) and what it asks."""

    name: str
    asked: Asked


def scenario_of_file(path: Path, lists: Lists, weeks: int | None = None) -> Scenario:
    """The scenario of a TOML file, carried as far as it says or `weeks`; DefinitionError with file, change, key and the nearest valid word."""
    told = _parsed(path)
    _known(path.name, "", told, TOP)
    changes = told.get("change", [])
    if isinstance(changes, dict):
        changes = [changes]
    if not isinstance(changes, list) or not changes or not all(isinstance(each, dict) for each in changes):
        raise DefinitionError(f"{path.name}: has no [[change]]; give one for each list that changes, with list = \"gynaecology\" and what becomes of it")  # fmt: skip
    if len(changes) > MOST:
        raise DefinitionError(f"{path.name}: changes {len(changes)} lists; one scenario changes at most {MOST}")  # fmt: skip
    words = {"weeks": str(weeks or _weeks(path.name, told, lists))}
    for number, change in enumerate(changes, start=1):
        _known(path.name, f"change {number}: ", change, tuple(USUAL))
        words |= {at(name, number): _word(value) for name, value in change.items()}
    found = read(lists, codes_of(lists), typed(words))
    if found.asked is None:
        sentence, word = found.problems[0]
        name, _, number = word.partition("-")
        where = "" if name == "weeks" else f"change {number or 1}, "
        raise DefinitionError(f"{path.name}: {where}'{name}': {sentence}")
    return Scenario(str(told.get("name") or path.stem), found.asked)


def _parsed(path: Path) -> dict:
    try:
        return tomli.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise FileRefused(f"{path}: there is no such file; check the name") from None
    except (OSError, UnicodeDecodeError) as cannot:
        raise FileRefused(f"{path.name}: cannot be read ({cannot}); save it as text (UTF-8)") from None
    except tomli.TOMLDecodeError as wrong:
        raise DefinitionError(f"{path.name}: is no TOML: {wrong}. Mend that place and try again") from None


def _known(file: str, where: str, table: Mapping, known: tuple[str, ...]) -> None:
    for name in table:
        if name not in known:
            raise DefinitionError(f"{file}: {where}'{name}' is none of the keys {', '.join(known)}{did_you_mean(name, known)}")  # fmt: skip


def _weeks(file: str, told: Mapping, lists: Lists) -> str:
    if "by" not in told:
        return str(told.get("weeks", ""))
    if "weeks" in told:
        raise DefinitionError(f"{file}: tells both 'weeks' and 'by'; give one of them")
    try:
        by = told["by"]
        return str(lists.weeks_to(by if isinstance(by, date) else parse_month(str(by))))
    except (ValueError, UnknownName) as wrong:
        raise DefinitionError(f"{file}: 'by': {wrong}") from None


def _word(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}={number}" for name, number in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def as_toml(name: str, words: Mapping[str, str], lists: Lists) -> str:
    """The file of a scenario that words have no problem with; `scenario_of_file` reads the same from it."""
    told = read(lists, codes_of(lists), words)
    said = shortest(words)
    lines = [f"name = {_quoted(name)}", f"weeks = {words['weeks']}"]
    for number in numbers(words):
        mine = {key: said[at(key, number)] for key in USUAL if at(key, number) in said}
        mine["list"] = mine.get("list") or told.chosen
        lines += ["", f"[[change]]  # {_comment(mine['list'])}", *(f"{key} = {_quoted(mine[key])}" for key in USUAL if key in mine)]  # fmt: skip
    return "\n".join(lines) + "\n"


def _comment(code: str) -> str:
    return " ".join(function_name(code).split())


def _quoted(text: str) -> str:
    kept = "".join(each if each.isprintable() else " " for each in text)
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"') + '"'
