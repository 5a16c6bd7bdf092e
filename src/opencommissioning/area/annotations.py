"""Annotations: what a practice or pharmacist says about a point. Kept in the area, append-only, travelling with the series."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from opencommissioning.catalogue.period import spoken
from opencommissioning.errors import OpenCommissioningError

LONGEST = 500
FILE = "annotations.jsonl"


@dataclass(frozen=True)
class Annotation:
    """A word on a point: organisation, month, text, who, when; on one measure, or on all when `measure` is empty."""

    organisation: str
    month: date
    text: str
    by: str
    at: datetime
    measure: str = ""

    @property
    def sentence(self) -> str:
        """`June 2026: new care home opened (A. Pharmacist, 2 July 2026)`."""
        return f"{spoken(self.month)}: {self.text} ({self.by}, {self.at.day} {self.at:%B %Y})"


def annotate(
    folder: Path, organisation: str, month: date, text: str, by: str, measure: str = ""
) -> Annotation:
    """Add an annotation; refuses an empty or overlong text and a nameless author."""
    text, by = " ".join(text.split()), " ".join(by.split())
    if not text or len(text) > LONGEST:
        raise OpenCommissioningError(
            f"an annotation needs between 1 and {LONGEST} characters, got {len(text)}"
        )
    if not by:
        raise OpenCommissioningError("an annotation needs the name of who says so")
    note = Annotation(organisation, month, text, by, datetime.now().astimezone(), measure)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(note), default=str) + "\n")
    return note


def annotations(folder: Path, organisation: str = "") -> list[Annotation]:
    """All annotations (of an organisation), oldest month first."""
    path = folder / FILE
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    notes = [_read(json.loads(line)) for line in lines if line.strip()]
    return sorted(
        (note for note in notes if organisation in ("", note.organisation)),
        key=lambda note: (note.month, note.at),
    )


def _read(data: dict[str, str]) -> Annotation:
    month, at = date.fromisoformat(data["month"]), datetime.fromisoformat(data["at"])
    return Annotation(data["organisation"], month, data["text"], data["by"], at, data["measure"])
