"""The manifest: which part stands for which period of which dataset. Every change is a new version; old ones stay."""

import json
import os
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from opencommissioning.errors import StoreError
from opencommissioning.warehouse.folders import write_atomically


@dataclass(frozen=True)
class Part:
    """One stored Parquet file: a period (or label) of a dataset, and where it came from.

    `path` is absolute; `checksum` identifies the kept rows' origin (SHA-256 of the publisher's file, with the period).
    `refused` rows lie in `refused_path`, for `reasons` (with counts).
    """

    dataset: str
    period: date | None
    label: str
    path: Path
    checksum: str
    rows: int
    source: str
    era: str
    file: str
    file_checksum: str
    loaded_at: datetime
    refused: int = 0
    refused_path: str = ""
    totals: tuple[tuple[str, str], ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()

    @cached_property  # asked of every part of a store whenever a file is loaded
    def slot(self) -> tuple[str, str, str]:
        """What a part replaces: its dataset, period and label."""
        return self.dataset, str(self.period or ""), self.label

    @property
    def order(self) -> tuple[str, str]:
        """Sorting key: period, then label."""
        return str(self.period or ""), self.label


@dataclass(frozen=True)
class Version:
    """One state of the store: its number, what was done, and the parts."""

    number: int
    did: str
    at: datetime
    parts: tuple[Part, ...]
    undoes: int = 0


class Manifest:
    """Numbered JSON files in `<store>/manifest/`; the highest number is the state of the store."""

    def __init__(self, store: Path) -> None:
        self.store, self.folder = store, store / "manifest"
        self._read: dict[int, Version] = {}
        self._texts: dict[str, str] = {}

    def versions(self) -> list[int]:
        """Numbers of all versions, oldest first."""
        names = os.listdir(self.folder) if self.folder.exists() else []
        return sorted(int(name[:-5]) for name in names if name[0].isdigit() and name.endswith(".json"))

    def latest(self) -> Version:
        """The state of the store (empty version 0 before anything was loaded)."""
        numbers = self.versions()
        return self.read(numbers[-1]) if numbers else Version(0, "made", datetime.now().astimezone(), ())

    def read(self, number: int) -> Version:
        """One version (they never change, so each is read once)."""
        if number not in self._read:
            self._read[number] = self._parse(number)
        return self._read[number]

    def _parse(self, number: int) -> Version:
        path = self.folder / f"{number:06d}.json"
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, json.JSONDecodeError) as problem:
            raise StoreError(
                f"{path} cannot be read ({problem}); restore it from a backup, or remove it to go back one change"
            ) from None
        parts = tuple(self._part(part) for part in data["parts"])
        return Version(
            data["number"], data["did"], datetime.fromisoformat(data["at"]), parts, data.get("undoes", 0)
        )

    def write(self, before: Version, parts: tuple[Part, ...], did: str, undoes: int = 0) -> Version:
        """A new version after `before`."""
        version = Version(before.number + 1, did, datetime.now().astimezone(), parts, undoes)
        head = {"number": version.number, "did": did, "at": str(version.at), "undoes": undoes}
        listed = ",\n".join(self._text(part) for part in parts)
        text = f'{json.dumps(head)[:-1]}, "parts": [\n{listed}\n]}}\n'
        write_atomically(self.folder / f"{version.number:06d}.json", text)
        self._read[version.number] = version
        return version

    def _text(self, part: Part) -> str:
        """A part's line, made once: every version repeats the lines of the parts that stay."""
        path = str(part.path)
        if path not in self._texts:
            data = {each.name: getattr(part, each.name) for each in fields(part)}
            data["path"] = str(part.path.relative_to(self.store))
            self._texts[path] = json.dumps(data, default=str)
        return self._texts[path]

    def _part(self, data: dict) -> Part:
        period = date.fromisoformat(data["period"]) if data["period"] else None
        totals = tuple((name, amount) for name, amount in data["totals"])
        reasons = tuple((reason, count) for reason, count in data.get("reasons", ()))
        known = data | {
            "path": self.store / data["path"],
            "period": period,
            "totals": totals,
            "reasons": reasons,
        }
        return Part(**known | {"loaded_at": datetime.fromisoformat(data["loaded_at"])})
