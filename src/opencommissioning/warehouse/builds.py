"""Builds: made aside, checked, swapped in. Readers never see half of one; a kill leaves the old one serving."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from opencommissioning.errors import StoreError, did_you_mean
from opencommissioning.warehouse.folders import clear_stale, sync_file, sync_folder, write_atomically

CURRENT = "current"
SYNCING = 16
ASIDE, GONE = ".aside-", ".gone-"


@dataclass(frozen=True)
class Draft:
    """A build that nobody reads yet."""

    folder: Path
    builds: "Builds"

    def publish(self, name: str) -> Path:
        """Give the draft its name and make it current, in that order; the older builds stay.

        A name stands for what the build is made of. When a build of that name is there already (another process was quicker,
        or it is served again) it is the same, so it is made current and the draft is dropped: nothing that is read is replaced.
        """
        target = self.builds.folder / name
        if not target.is_dir():
            self._sync()
            try:
                os.replace(self.folder, target)
            except OSError:
                if not target.is_dir():
                    raise
            sync_folder(self.builds.folder)
        self.builds.use(name)
        return target

    def _sync(self) -> None:
        with ThreadPoolExecutor(
            SYNCING
        ) as together:  # the disk takes many at once in little more time than one
            list(together.map(_sync, self.folder.rglob("*")))


def _sync(path: Path) -> None:
    (sync_file if path.is_file() else sync_folder)(path)


class Builds:
    """The folder of builds. `current` is a text file that names the one that serves (links are not everywhere to be had)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def aside(self) -> Iterator[Draft]:
        """A draft's folder; what is not published is gone afterwards."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for left in (ASIDE, GONE):
            clear_stale(self.folder, f"{left}*")
        made = Path(tempfile.mkdtemp(dir=self.folder, prefix=ASIDE))
        made.chmod(0o755)  # the server may run as somebody else
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
        return [path.name for path in sorted(done, key=lambda path: (path.stat().st_mtime_ns, path.name))]

    def use(self, name: str) -> None:
        """Serve another finished build."""
        if name not in self.names():
            raise StoreError(f"there is no build '{name}'{did_you_mean(name, self.names())}")
        write_atomically(self.folder / CURRENT, name)

    def prune(self, keep: int = 3) -> list[str]:
        """Remove all but the newest `keep` builds (never the current one); returns what was removed."""
        serving = self.current()
        names = self.names()
        old = [name for name in names[: max(0, len(names) - keep)] if serving is None or name != serving.name]
        for name in old:
            hidden = self.folder / f"{GONE}{secrets.token_hex(4)}"
            os.replace(self.folder / name, hidden)  # out of the list at once: nobody opens half of it
            shutil.rmtree(hidden, ignore_errors=True)
        return old
