"""Builds: made aside, checked, swapped in. Readers never see half of one; a kill leaves the old one serving."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from opencommissioning.errors import StoreError, did_you_mean
from opencommissioning.warehouse.folders import write_atomically

CURRENT = "current"
ASIDE = ".aside-"


@dataclass(frozen=True)
class Draft:
    """A build that nobody reads yet."""

    folder: Path
    builds: "Builds"

    def publish(self, name: str) -> Path:
        """Give the draft its name and make it current, in that order; the older builds stay."""
        target = self.builds.folder / name
        if target.exists():
            shutil.rmtree(target)
        _sync(self.folder)
        os.replace(self.folder, target)
        self.builds.use(name)
        return target


class Builds:
    """The folder of builds. `current` is a text file that names the one that serves (links are not everywhere to be had)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def aside(self) -> Iterator[Draft]:
        """A draft's folder; what is not published is gone afterwards."""
        self.folder.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=self.folder, prefix=ASIDE))
        try:
            yield Draft(made, self)
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def current(self) -> Path | None:
        """The build that serves; None when there is none."""
        pointer = self.folder / CURRENT
        if not pointer.exists():
            return None
        folder = self.folder / pointer.read_text(encoding="utf-8").strip()
        return folder if folder.is_dir() else None

    def names(self) -> list[str]:
        """Names of all finished builds, newest last."""
        if not self.folder.exists():
            return []
        done = [path for path in self.folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
        return [path.name for path in sorted(done, key=lambda path: path.stat().st_mtime)]

    def use(self, name: str) -> None:
        """Serve another finished build."""
        if not (self.folder / name).is_dir():
            raise StoreError(f"there is no build '{name}'{did_you_mean(name, self.names())}")
        write_atomically(self.folder / CURRENT, name)

    def prune(self, keep: int = 3) -> list[str]:
        """Remove all but the newest `keep` builds (never the current one); returns what was removed."""
        serving = self.current()
        old = [name for name in self.names()[:-keep] if serving is None or name != serving.name]
        for name in old:
            shutil.rmtree(self.folder / name)
        return old


def _sync(folder: Path) -> None:
    """Have the files on disk before the name: a power cut must not leave a named build with empty files."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
