"""The area's own measures: analyses that somebody saved, as definition files that the next build computes."""

import os
import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from opencommissioning.area.library import Library
from opencommissioning.catalogue.measure import Measure
from opencommissioning.errors import DefinitionError
from opencommissioning.language.reading import read_toml
from opencommissioning.language.writing import as_toml

FOLDER = ("definitions", "measures", "own")
MADE = "# Made on the analyse page, {day}. Not clinically reviewed.\n# {address}\n\n"
ADDRESS = re.compile(r"^# (/analyse/\?\S+)$", re.MULTILINE)
LONGEST_ID = 60


@dataclass(frozen=True)
class SavedMeasure:
    """One of the area's own measures: its id, its title, who wrote it, and the address that shows it on the analyse page."""

    id: str
    title: str
    author: str
    address: str
    path: Path


def id_of(title: str) -> str:
    """`trimethoprim_per_1_000_patients` of a title; DefinitionError when no letter or figure is left."""
    found = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:LONGEST_ID].strip("_")
    if not found:
        raise DefinitionError("a title needs letters or figures; they become the name of the file")
    return found


def toml_of(measure: Measure, address: str = "") -> str:
    """The text of the definition file, with the address that made it."""
    heading = MADE.format(
        day=f"{date.today():%-d %B %Y}" if os.name == "posix" else str(date.today()), address=address
    )
    return (heading if address else "") + as_toml(measure)


def write_measure(area: Path, measure: Measure, address: str = "") -> SavedMeasure:
    """Keep a measure in `definitions/measures/own/<id>.toml`; DefinitionError when a measure has that name already."""
    measure = replace(measure, id=id_of(measure.title), topic="own")
    known = Library(area / "definitions").measures
    folder = area.joinpath(*FOLDER)
    path = folder / f"{measure.id}.toml"
    if measure.id in known or path.exists():
        raise DefinitionError(
            f"there is a measure called '{measure.id}' already; give this one another title"
        )
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(toml_of(measure, address))
    return _saved(path)


def saved_measures(area: Path) -> list[SavedMeasure]:
    """Every measure in the area's own folder, newest first."""
    found = area.joinpath(*FOLDER).glob("*.toml")
    return [_saved(path) for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)]


def _saved(path: Path) -> SavedMeasure:
    reader = read_toml(path)
    address = ADDRESS.search(path.read_text(encoding="utf-8"))
    author = reader.text("author", "")
    return SavedMeasure(path.stem, reader.text("title"), author, address[1] if address else "", path)
