"""What the people's records hold, told without anybody in it: periods, rows, refusals, opt-outs, purposes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from opencommissioning.area.data.counting import rows_used
from opencommissioning.area.data.people_in import opt_outs_of, vault_of
from opencommissioning.area.library import Library
from opencommissioning.area.settings import Settings
from opencommissioning.catalogue.period import spoken
from opencommissioning.disclosure.rules import HES
from opencommissioning.errors import DefinitionError
from opencommissioning.records.manifest import Held
from opencommissioning.records.vault import Vault


@dataclass(frozen=True)
class HeldRecords:
    """One kind of record, in words. `not_used`: rows of people who opted out, or held twice; empty before they are counted.

    `purposes`: what they were read for, and how often.
    """

    dataset: str
    title: str
    period: str
    files: str
    rows: str
    refused: str
    not_used: str
    purposes: str

    columns = ("Records", "Period", "Files", "Rows", "Refused", "Not used", "Read for")

    @property
    def cells(self) -> tuple[str, ...]:
        """As `columns`."""
        return (self.title, self.period, self.files, self.rows, self.refused, self.not_used, self.purposes)


def records_held(folder: Path, settings: Settings, library: Library) -> list[HeldRecords]:
    """Each kind of record that an area holds; nothing when it holds none. Nothing of a person is read."""
    vault = vault_of(folder, settings)
    used, looks = rows_used(vault), _looks(vault)
    out = []
    for dataset in vault.datasets():
        mine = [each for each in vault.held if each.dataset == dataset]
        rows = sum(each.rows for each in mine)
        out.append(
            HeldRecords(
                dataset,
                library.contracts[dataset].title,
                _period(mine),
                f"{len(mine):,}",
                few(rows),
                few(sum(each.refused for each in mine)),
                few(rows - used[dataset]) if dataset in used else "not counted yet",
                looks.get(dataset, "nothing yet"),
            )
        )
    return out


def opt_outs_told(folder: Path, settings: Settings) -> str:
    """Whose opt-outs are in force, and how many the list names; why none is, where area.toml does not say it clearly."""
    try:
        found = opt_outs_of(folder, settings)
    except DefinitionError as problem:
        return str(problem)
    return f"{found.basis} ({few(len(found.people))} named)" if found.people else found.basis


def few(count: int) -> str:
    """A number of rows or people as it may be said: 1 to 7 is not told, others to the nearest 5."""
    return "1 to 7" if HES.small(np.array(count)) else f"{int(HES.rounded(np.array(count))):,}"


def _period(held: Sequence[Held]) -> str:
    known = [each for each in held if each.first]
    if not known:
        return "not told by the files"
    first, last = min(each.first for each in known), max(each.last for each in known)
    words = [spoken(date.fromisoformat(f"{month}-01")) for month in (first, last)]
    return words[0] if first == last else f"{words[0]} to {words[1]}"


def _looks(vault: Vault) -> dict[str, str]:
    """dataset → `commissioning (12 times)`; loading is no reading."""
    counts = Counter(
        (entry["dataset"], entry["purpose"]) for entry in vault.log.entries() if entry["did"] == "read"
    )
    out: dict[str, list[str]] = {}
    for (dataset, purpose), times in sorted(counts.items()):
        words = purpose.replace("_", " ")
        out.setdefault(dataset, []).append(f"{words} (once)" if times == 1 else f"{words} ({times:,} times)")
    return {dataset: ", ".join(told) for dataset, told in out.items()}
