"""What people have written into an area since its build: it changes what pages say, so it is part of how long they are kept."""

import hashlib
from pathlib import Path

PLACES = ("sign-offs/*.jsonl", "seen-definitions/*.jsonl", "formulary.csv", "schemes/*.toml")


def written(area: Path) -> str:
    """A short text that changes whenever one of these files does; empty when there is none."""
    files = sorted(path for place in PLACES for path in area.glob(place))
    text = " ".join(f"{path.name}:{path.stat().st_mtime_ns}:{path.stat().st_size}" for path in files)
    return hashlib.sha256(text.encode()).hexdigest()[:10] if text else ""
