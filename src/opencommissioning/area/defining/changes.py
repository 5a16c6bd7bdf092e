"""Changes of definitions over time: those that a definition's author tells, and those that the area has seen between its builds.

<area>/seen-definitions/seen.jsonl    a line for each measure and definition that a build was made with, appended when it differs

Figures are always today's definition applied to all months; what is kept here is words, never other numbers.
"""

import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from opencommissioning.area.library import Library
from opencommissioning.catalogue.measure import Change, Measure
from opencommissioning.language.words import sentence
from opencommissioning.measures.quantities import scaled

FOLDER, FILE = "seen-definitions", "seen.jsonl"
RECOMPUTED = "Values of earlier months are recomputed with today's definition."
SEEN = "seen by this area"


@dataclass(frozen=True)
class Seen:
    """A definition as a build was made with it: keys of what both sides count, codelists included, and its sentence."""

    measure: str
    numerator: str
    denominator: str
    shape: str
    says: str
    on: str
    build: str


def look(
    area: Path, build: str, library: Library, measures: Iterable[Measure], today: date | None = None
) -> list[Seen]:
    """Keep the definitions of a build that differ from those of the build before; returns what was kept."""
    known = {each.measure: each for each in _read(area)}
    now = [_seen(measure, library, build, today or date.today()) for measure in measures]
    new = [each for each in now if _counts(known.get(each.measure)) != _counts(each)]
    if new:
        (area / FOLDER).mkdir(exist_ok=True)
        with (area / FOLDER / FILE).open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(each), ensure_ascii=False) + "\n" for each in new)
    return new


def _seen(measure: Measure, library: Library, build: str, today: date) -> Seen:
    sides = (measure.numerator, measure.denominator)
    keys = [scaled(side, library.contracts[side.dataset], library.codelists).key for side in sides]
    shape = f"{measure.per} {measure.window} {measure.better} {measure.unit} {measure.percentile or measure.narrowed}"
    return Seen(measure.id, *keys, shape, sentence(measure, library.codelists), today.isoformat(), build)


def _counts(seen: Seen | None) -> tuple[str, ...]:
    return (seen.numerator, seen.denominator, seen.shape) if seen else ()


def _read(area: Path) -> list[Seen]:
    path = area / FOLDER / FILE
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [Seen(**json.loads(line)) for line in lines if line.strip()]


def changes_of(area: Path, measure: Measure) -> list[Change]:
    """All changes of a measure's definition that are known, the newest first."""
    seen = [each for each in _read(area) if each.measure == measure.id]
    noticed = [
        Change(date.fromisoformat(after.on), _what(before, after), f"{SEEN}, build {after.build}")
        for before, after in itertools.pairwise(seen)
    ]
    return sorted((*measure.changes, *noticed), key=lambda change: change.on, reverse=True)


def _what(before: Seen, after: Seen) -> str:
    """`The numerator counts other codes`, or what the definition said before."""
    if before.says != after.says:
        return f"Before, it was: {before.says}"
    sides: Mapping[str, bool] = {
        "numerator": before.numerator != after.numerator,
        "denominator": before.denominator != after.denominator,
    }
    changed = " and ".join(f"the {side}" for side, differs in sides.items() if differs)
    if changed:
        return f"{changed[:1].upper()}{changed[1:]} counts other codes: a codelist changed"
    return "How the value is worked out or judged changed (window, unit or direction)"
