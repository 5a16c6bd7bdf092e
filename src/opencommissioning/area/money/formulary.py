"""The local formulary: a status and a note by BNF code, from `formulary.csv` in the area, shown wherever products are listed.

code,status,note
0501080W0,amber,second line after nitrofurantoin
0212000B0AA,green,
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from opencommissioning.errors import DefinitionError, did_you_mean
from opencommissioning.language.resolve import matcher

FILE = "formulary.csv"
COLUMNS = ("code", "status", "note")
STATUSES = (
    "green",
    "green specialist",
    "amber",
    "amber shared care",
    "red",
    "double red",
    "grey",
    "black",
    "formulary",
    "not formulary",
)
LONGEST_NOTE = 200


@dataclass(frozen=True)
class Status:
    """The status of a code: one of `STATUSES`, a note, and the entry it comes from."""

    code: str
    status: str
    note: str = ""

    @property
    def words(self) -> str:
        """`Amber: second line after nitrofurantoin`."""
        return self.status.capitalize() + (f": {self.note}" if self.note else "")


@dataclass(frozen=True)
class Formulary:
    """Entries by code pattern; the most specific one speaks for a product."""

    entries: tuple[Status, ...] = ()

    def status(self, code: str) -> Status | None:
        """The status of a BNF code (of a product, or of a group whose products share it); None when the list is silent."""
        hits = [each for each in self.entries if matcher(each.code, "bnf")(code)]
        return max(hits, key=lambda each: len(each.code.replace("%", ""))) if hits else None


def formulary(area: Path) -> Formulary:
    """The area's formulary, empty without the file; DefinitionError with file and row when it is wrong. Read again when it changes."""
    path = area / FILE
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else Formulary()


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Formulary:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        heading = [name.strip().lower() for name in rows.fieldnames or ()]
        if not {"code", "status"} <= set(heading) or not set(heading) <= set(COLUMNS):
            raise DefinitionError(
                f"{FILE}: the first row must be {','.join(COLUMNS)}; it is {','.join(heading)[:80] or 'empty'}"
            )
        rows.fieldnames = heading
        entries = [_entry(row, number) for number, row in enumerate(rows, start=2)]
    seen: dict[str, int] = {}
    for number, each in enumerate(entries, start=2):
        if each.code in seen:
            raise DefinitionError(
                f"{FILE} row {number}: code '{each.code}' stands in row {seen[each.code]} already"
            )
        seen[each.code] = number
    return Formulary(tuple(entries))


def _entry(row: dict[str, str | None], number: int) -> Status:
    code, status, note = ((row.get(name) or "").strip() for name in COLUMNS)
    if not (2 <= len(code) <= 15 and code[:2].isdigit() and code.replace("%", "").isalnum()) or None in row:
        raise DefinitionError(
            f"{FILE} row {number}: '{code}' is no BNF code (keep leading zeros: format the column as text), or the row has too many cells"
        )
    if status.lower() not in STATUSES:
        raise DefinitionError(
            f"{FILE} row {number}: status '{status}' is not known{did_you_mean(status.lower(), STATUSES)}"
        )
    if len(note) > LONGEST_NOTE:
        raise DefinitionError(
            f"{FILE} row {number}: the note has {len(note)} characters, more than {LONGEST_NOTE}"
        )
    return Status(code.upper(), status.lower(), note)
