"""Plans of capacity over time, from text (`2025-01=110`) or from a file: list, from, treatments."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from opencommissioning.area.waiting.flowing import Lists
from opencommissioning.catalogue.period import parse_month
from opencommissioning.errors import FileRefused, UnknownName
from opencommissioning.flow.plans import MOST, Step

COLUMNS = ("list", "from", "treatments")
Plans = Mapping[str, tuple[Step, ...]]


def steps_of(texts: Iterable[str]) -> tuple[Step, ...]:
    """Steps from `2025-01=110` or `2025-01-13=110`: from that month or day on so many treatments a week. UnknownName for what is none."""
    return tuple(_step(*text.partition("=")[::2], f"'{text}'") for text in texts)


def _step(since: str, treatments: str, where: str) -> Step:
    try:
        day, number = _day(since), float(treatments)
    except ValueError:
        raise UnknownName(
            f"{where} is no step of a plan; write FROM=NUMBER, such as 2025-01=110 or 2025-01-13=110 (treatments a week from then on)"
        ) from None
    if not 0 <= number <= MOST:
        raise UnknownName(f"{where}: the number of treatments a week must be from 0 to {MOST:,}")
    return Step(day, number)


def _day(text: str) -> date:
    text = text.strip()
    return date.fromisoformat(text) if len(text) == len("2025-01-13") and text[4] == "-" else parse_month(text)  # fmt: skip


def plans_of_file(path: Path, lists: Lists) -> Plans:
    """Code of the list → its steps, from a CSV with the columns list (name or code), from (month or day), treatments (a week)."""
    out: dict[str, list[Step]] = {}
    for number, row in enumerate(_rows(path), start=2):
        try:
            step = _step(row["from"], row["treatments"], f"'{row['from']}={row['treatments']}'")
            code = lists.function(row["list"].strip())
        except UnknownName as wrong:
            raise FileRefused(f"{path.name}: row {number}: {wrong}") from None
        out.setdefault(code, []).append(step)
    return {code: tuple(steps) for code, steps in out.items()}


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            found = [name.strip().lower() for name in reader.fieldnames or ()]
            missing = [name for name in COLUMNS if name not in found]
            if missing:
                raise FileRefused(
                    f"{path.name}: there is no column '{missing[0]}'; a plan has the columns {', '.join(COLUMNS)}, one step a row"
                )
            reader.fieldnames = found
            return [{name: row[name] or "" for name in COLUMNS} for row in reader]
    except FileNotFoundError:
        raise FileRefused(f"{path}: there is no such file; check the name") from None
    except (OSError, UnicodeDecodeError, csv.Error) as cannot:
        raise FileRefused(f"{path.name}: cannot be read as a table ({cannot}); save it as CSV (UTF-8)") from None  # fmt: skip
