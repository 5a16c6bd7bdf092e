"""Annotations: what a practice or pharmacist says about a point. Kept in the area, append-only, travelling with the series.

Nothing is ever changed or removed: a note that is taken back stays in the history with who took it back, when and why.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path

import polars as pl
from filelock import FileLock

from opencommissioning.catalogue.period import spoken
from opencommissioning.errors import OpenCommissioningError, StoreError, UnknownName, WrongField

LONGEST = 500
FILE = "annotations.jsonl"


@dataclass(frozen=True)
class Withdrawal:
    """That a note was taken back: by whom, when, why."""

    by: str
    at: datetime
    why: str

    @property
    def sentence(self) -> str:
        """`Taken back by A. Pharmacist on 3 July 2026: wrong month`."""
        return f"Taken back by {self.by} on {_day(self.at)}: {self.why}"


@dataclass(frozen=True)
class Annotation:
    """A word on a point: organisation, month, text, who, when; on one measure, or on all when `measure` is empty."""

    organisation: str
    month: date
    text: str
    by: str
    at: datetime
    measure: str = ""
    withdrawn: Withdrawal | None = None

    @property
    def sentence(self) -> str:
        """`June 2026: new care home opened (A. Pharmacist, 2 July 2026)`."""
        return f"{spoken(self.month)}: {self.text} ({self.by}, {_day(self.at)})"

    @property
    def id(self) -> str:
        """What the note is called when it is taken back."""
        said = (
            self.organisation,
            self.month.isoformat(),
            self.at.isoformat(),
            self.by,
            self.text,
            self.measure,
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"


def annotate(
    folder: Path, organisation: str, month: date, text: str, by: str, measure: str = ""
) -> Annotation:
    """Add an annotation; refuses an empty or overlong text, a nameless author, and what has been said already."""
    text, by = _words(text, "text", "write what happened"), _name(by)
    note = Annotation(organisation, month, text, by, datetime.now().astimezone(), measure)
    with _locked(folder):
        if any(_same(note, other) for other in annotations(folder, organisation)):
            raise OpenCommissioningError("this note is there already; nothing was added")
        _append(folder, {key: value for key, value in asdict(note).items() if key != "withdrawn"})
    return note


def check_month(month: date, latest: date) -> None:
    """Refuses a month that the figures do not reach: a note is about a point of theirs."""
    if month > latest:
        raise WrongField(
            "month",
            f"the figures end in {spoken(latest)}, so there is nothing to explain in {spoken(month)}; "
            "choose a month that they reach, or load and build that month first",
        )


def withdraw(folder: Path, organisation: str, note: str, by: str, why: str) -> Annotation:
    """Take back a note by its id; UnknownName when the organisation has none of that id, or it was taken back before."""
    why, by = _words(why, "why", "write why the note is taken back"), _name(by)
    with _locked(folder):
        found = [each for each in annotations(folder, organisation) if each.id == note]
        if not found:
            raise UnknownName(
                f"{organisation} has no note '{note}' that still stands; look at its notes again before taking one back"
            )
        taken = Withdrawal(by, datetime.now().astimezone(), why)
        _append(folder, {"withdraws": note, **asdict(taken)})
    return replace(found[0], withdrawn=taken)


def _words(text: str, field: str, wanted: str) -> str:
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if not text:
        raise WrongField(field, wanted)
    if len(text) > LONGEST:
        raise WrongField(field, f"{wanted} in at most {LONGEST} characters; this has {len(text)}")
    return text


def _name(by: str) -> str:
    by = " ".join(by.split())
    if not by:
        raise OpenCommissioningError("a note needs the name of who says so")
    return by


def _same(one: Annotation, other: Annotation) -> bool:
    parts = ("organisation", "month", "text", "by", "measure")
    return all(getattr(one, part) == getattr(other, part) for part in parts)


def _locked(folder: Path) -> FileLock:
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / "lock", timeout=30)


def _append(folder: Path, line: dict[str, object]) -> None:
    with (folder / FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, default=str) + "\n")


def annotations(folder: Path, organisation: str = "") -> list[Annotation]:
    """All annotations (of an organisation) that stand, oldest month first."""
    return [note for note in history(folder, organisation) if note.withdrawn is None]


def history(folder: Path, organisation: str = "") -> list[Annotation]:
    """All annotations ever made (of an organisation), those taken back included, oldest month first."""
    notes: dict[str, Annotation] = {}
    for line in _lines(folder / FILE):
        if "withdraws" in line:
            taken = Withdrawal(line["by"], datetime.fromisoformat(line["at"]), line["why"])
            notes[line["withdraws"]] = replace(notes[line["withdraws"]], withdrawn=taken)
        else:
            note = _read(line)
            notes[note.id] = note
    return sorted(
        (note for note in notes.values() if organisation in ("", note.organisation)),
        key=lambda note: (note.month, note.at),
    )


def stamp(folder: Path) -> str:
    """Changes whenever something is said or taken back: part of the key of whatever shows notes."""
    path = folder / FILE
    if not path.exists():
        return ""
    state = path.stat()
    return f"{state.st_size}-{state.st_mtime_ns}"


def as_frame(notes: Sequence[Annotation]) -> pl.DataFrame:
    """Notes as a table for exports: organisation, month, measure (empty: all), text, by, at."""
    columns = ("organisation", "month", "measure", "text", "by", "at")
    schema = {name: pl.Date if name == "month" else pl.String for name in columns}
    rows = [
        [each.at.isoformat() if name == "at" else getattr(each, name) for name in columns] for each in notes
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _lines(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    out = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            out.append(json.loads(line)) if line.strip() else None
        except json.JSONDecodeError as wrong:
            raise StoreError(
                f"{path}, line {number} is not JSON ({wrong}); mend or remove that line, nothing else is lost"
            ) from wrong
    return out


def _read(data: dict[str, str]) -> Annotation:
    month, at = date.fromisoformat(data["month"]), datetime.fromisoformat(data["at"])
    return Annotation(data["organisation"], month, data["text"], data["by"], at, data["measure"])


def with_notes(frame: pl.DataFrame, notes: Sequence[Annotation]) -> pl.DataFrame:
    """A table of values with `note` beside each (organisation, measure, month): what was said, several parted by "; "; else empty.

    The table has the columns organisation, measure and month; a note on all measures stands beside each of them.
    """
    parts = [(each.organisation, each.month, each.measure, f"{each.text} ({each.by})") for each in notes]
    schema = {"organisation": pl.String, "month": pl.Date, "about": pl.String, "note": pl.String}
    said = pl.DataFrame(parts, schema=schema, orient="row")
    keys = ["organisation", "month", "measure"]
    here = frame.select(keys).unique().join(said, on=keys[:2])
    mine = here.filter((pl.col("about") == "") | (pl.col("about") == pl.col("measure")))
    joined = mine.group_by(keys, maintain_order=True).agg(pl.col("note").str.join("; "))
    return frame.join(joined, on=keys, how="left", maintain_order="left").with_columns(
        pl.col("note").fill_null("")
    )
