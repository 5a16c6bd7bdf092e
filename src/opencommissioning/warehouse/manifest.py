"""The manifest: which part stands for which period of which dataset. Every change is a new version; old ones stay."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from opencommissioning.errors import StoreError
from opencommissioning.warehouse.folders import write_atomically

COUNTED = "counted-from-records-"  # begins the names of files that were counted out of people's records


@dataclass(frozen=True)
class Part:
    """One stored Parquet file: a period (or label) of a dataset, and where it came from.

    `path` is absolute; `checksum` identifies the kept rows' origin (SHA-256 of the publisher's file, with the period).
    `refused` rows lie in `refused_path`, for `reasons` (with counts). `doubts`: what looks wrong about rows that are kept, as sentences.
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
    doubts: tuple[str, ...] = ()

    @cached_property  # asked of every part of a store whenever a file is loaded
    def slot(self) -> tuple[str, str, str]:
        """What a part replaces: its dataset, period and label."""
        return self.dataset, str(self.period or ""), self.label

    @property
    def is_counted(self) -> bool:
        """Whether it follows from people's records: such a part goes and comes with them, not with what is taken back."""
        return self.file.startswith(COUNTED)

    @property
    def order(self) -> tuple[str, str]:
        """Sorting key: period, then label."""
        return str(self.period or ""), self.label


@dataclass(frozen=True)
class Version:
    """One state of the store: its number, what was done, and the parts.

    `change`: the number of the first version that the same command made; what one command did is taken back as a whole.
    `shows`: the version whose parts these are (its own number, unless something was taken back or brought forward).
    `undone`: the versions that can be brought forward again, the next one last.
    """

    number: int
    did: str
    at: datetime
    parts: tuple[Part, ...]
    change: int = 0
    shows: int = 0
    undone: tuple[int, ...] = ()


class Manifest:
    """Numbered JSON files in `<store>/manifest/`; the highest number is the state of the store."""

    def __init__(self, store: Path) -> None:
        self.store, self.folder = store, store / "manifest"
        self._read: dict[int, Version] = {}
        self._texts: dict[str, str] = {}
        self._change = 0

    def versions(self) -> list[int]:
        """Numbers of all versions, oldest first."""
        names = os.listdir(self.folder) if self.folder.exists() else []
        return sorted(int(name[:-5]) for name in names if name[0].isdigit() and name.endswith(".json"))

    def latest(self) -> Version:
        """The state of the store (empty version 0 before anything was loaded)."""
        numbers = self.versions()
        return self.read(numbers[-1] if numbers else 0)

    @contextmanager
    def one_change(self) -> Iterator[None]:
        """All versions written inside are one change. Whoever opens it holds the store's lock, so that they follow each other."""
        self._change = self.latest().number + 1
        try:
            yield
        finally:
            self._change = 0

    def read(self, number: int) -> Version:
        """One version (they never change, so each is read once); 0 is the empty one before anything was loaded."""
        if number == 0:
            return Version(0, "made", datetime.now().astimezone(), ())
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
        return Version(
            number,
            data["did"],
            datetime.fromisoformat(data["at"]),
            tuple(self._part(part) for part in data["parts"]),
            data.get("change", number),
            data.get("shows", number),
            tuple(data.get("undone", ())),
        )

    def write(self, before: Version, parts: tuple[Part, ...], did: str) -> Version:
        """A new version after `before`. One that changes nothing but counts out of the records is no change to take back."""
        number = before.number + 1
        if _given(parts) == _given(before.parts):
            return self._write(replace(before, number=number, did=did, parts=parts))
        return self._write(Version(number, did, before.at, parts, self._change or number, number))

    def show(self, before: Version, number: int, did: str, undone: tuple[int, ...]) -> Version:
        """A new version after `before` with the parts of an earlier one; counts out of the records stay as they are."""
        shown = [part for part in self.read(number).parts if not part.is_counted]
        taken = {part.slot for part in shown}
        counted = [part for part in before.parts if part.is_counted and part.slot not in taken]
        return self._write(
            replace(
                before,
                number=before.number + 1,
                did=did,
                parts=(*shown, *counted),
                shows=number,
                undone=undone,
            )
        )

    def _write(self, asked: Version) -> Version:
        version = replace(asked, at=datetime.now().astimezone())
        head = {each.name: getattr(version, each.name) for each in fields(version) if each.name != "parts"}
        listed = ",\n".join(self._text(part) for part in version.parts)
        text = f'{json.dumps(head, default=str)[:-1]}, "parts": [\n{listed}\n]}}\n'
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
            "doubts": tuple(data.get("doubts", ())),
        }
        return Part(**known | {"loaded_at": datetime.fromisoformat(data["loaded_at"])})


def _given(parts: Iterable[Part]) -> set[Path]:
    """The files of the parts that somebody loaded."""
    return {part.path for part in parts if not part.is_counted}
