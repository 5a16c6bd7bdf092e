"""Why people's records are read: a closed list, and a log of every look to which lines are only added."""

import getpass
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from filelock import FileLock

from opencommissioning.errors import OpenCommissioningError

START = "0" * 64


class Purpose(StrEnum):
    """What a look is for. There is no other."""

    COMMISSIONING = "commissioning"  # pseudonyms, opt-outs left out
    RESEARCH = "research"  # the same, under a named approval
    DIRECT_CARE = "direct_care"  # the patients of one practice, for that practice


@dataclass(frozen=True)
class Look:
    """One reading (or loading) of people's records, before it happens. `because` names what it is for, in words.

    `practice` whose patients are looked at for direct care; `approval` under which research is done.
    """

    purpose: Purpose
    because: str
    who: str = ""
    practice: str = ""
    approval: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.purpose, Purpose):
            raise OpenCommissioningError(f"'{self.purpose}' is no purpose; choose from {', '.join(Purpose)}")
        if not self.because.strip():
            raise OpenCommissioningError("people's records are not read without a reason in words; give one")
        if self.purpose is Purpose.DIRECT_CARE and not self.practice:
            raise OpenCommissioningError("direct care is for the patients of one practice; name the practice")
        if self.purpose is Purpose.RESEARCH and not self.approval.strip():
            raise OpenCommissioningError("research needs a named approval; give its reference")


class Log:
    """Lines of JSON, each with the fingerprint of the line before: a line taken out or changed is noticed. Holds no identifier."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, look: Look, did: str, dataset: str, rows: int) -> None:
        """Write down one look, in time order."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        entry = {
            **asdict(look),
            "who": look.who or getpass.getuser(),
            "did": did,
            "dataset": dataset,
            "rows": rows,
        }
        with FileLock(f"{self.path}.lock"):
            lines = self.lines()
            entry["at"] = datetime.now().astimezone().isoformat(timespec="seconds")
            entry["after"] = _fingerprint(lines[-1]) if lines else START
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "a", encoding="utf-8") as file:
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def lines(self) -> list[str]:
        """All lines, oldest first."""
        return self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []

    def entries(self) -> list[dict]:
        """All entries, oldest first."""
        return [json.loads(line) for line in self.lines()]

    def broken_at(self) -> int | None:
        """The number of the first line (from 1) that does not follow from the line before; None when all do."""
        before = START
        for number, line in enumerate(self.lines(), 1):
            if json.loads(line)["after"] != before:
                return number
            before = _fingerprint(line)
        return None


def _fingerprint(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()
