"""What the vault holds: one entry per file, without anything about a person."""

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from opencommissioning.errors import StoreError


@dataclass(frozen=True)
class Held:
    """One file's rows in the vault. `reasons`: why rows were refused, with counts; `basis`: whose opt-outs were in force;
    `first`, `last`: the months (2026-04) of its rows, empty where they tell none."""

    dataset: str
    label: str
    file: str
    checksum: str
    path: str
    rows: int
    refused: int
    reasons: tuple[tuple[str, int], ...]
    key_id: str
    basis: str
    loaded_at: str
    order: int
    first: str = ""
    last: str = ""


def read_manifest(path: Path) -> tuple[Held, ...]:
    """All entries; none before anything was loaded."""
    if not path.exists():
        return ()
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return tuple(
            Held(**each | {"reasons": tuple((reason, count) for reason, count in each["reasons"])})
            for each in data
        )
    except (OSError, ValueError, TypeError) as problem:
        raise StoreError(
            f"{path} cannot be read ({type(problem).__name__}); restore it from a backup"
        ) from None


def write_manifest(path: Path, held: tuple[Held, ...]) -> None:
    """Write the entries so that readers see the old or the new ones, never half."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".manifest.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump([asdict(each) for each in held], file, indent=1, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, path)
