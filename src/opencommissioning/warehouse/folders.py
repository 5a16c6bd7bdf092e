"""Where things lie in a store, and writing them so that a kill leaves the old state."""

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

SPILL, WORK = "spill", ".work-"
AT_ONCE = 8  # files that wait for the disk together
STALE = 86_400  # seconds after which what nobody cleared away is nobody's


def spill_folder(store: Path) -> Path:
    """Where one engine may spill: a folder of its own, which the engine makes when it needs it and removes. It makes no other above it."""
    with suppress(OSError):  # a store that may only be read is one that nothing is sorted for
        (store / SPILL).mkdir(parents=True, exist_ok=True)
    return store / SPILL / f"{os.getpid()}-{secrets.token_hex(4)}"


def write_atomically(path: Path, text: str) -> None:
    """Write a small text file so that readers see the old or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, path)
    sync_folder(path.parent)


def move(moves: Mapping[Path, Path]) -> None:
    """Put finished files in their places (from → to): on disk first, all at once since disks write together what waits together, then
    under their names."""
    folders = {target.parent for target in moves.values()}
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(sync_file, moves))
        for source, target in moves.items():
            os.replace(source, target)
        list(pool.map(sync_folder, folders))


def sync_file(path: Path) -> None:
    """Have a file's content on disk: a power cut must not leave a name without it."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Have a folder's names on disk (where the system lets folders be opened)."""
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def link_or_copy(source: Path, target: Path) -> None:
    """A hard link where the file system has them, else a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@contextmanager
def workshop(parent: Path) -> Iterator[Path]:
    """A scratch folder below `parent`, gone afterwards."""
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, prefix=WORK) as name:
        yield Path(name)


def clear_workshops(parent: Path) -> None:
    """Remove scratch folders that a killed process left behind. Only the holder of the store's lock may call this."""
    for path in parent.glob(f"{WORK}*"):
        shutil.rmtree(path, ignore_errors=True)
    clear_stale(parent / SPILL, "*")


def clear_stale(parent: Path, pattern: str) -> None:
    """Remove folders that nobody has touched for a day."""
    for path in parent.glob(pattern):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > STALE:
                shutil.rmtree(path, ignore_errors=True)
