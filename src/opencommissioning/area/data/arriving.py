"""Files that are loaded while later ones are still being written."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import Full, Queue
from threading import Event

AHEAD = 4  # files that may lie ready: the loading is what takes long, and gets the processors
PATIENCE = 0.2  # seconds between two looks whether anybody still wants files


class Arriving:
    """Files in their order, each given as soon as it is there; its length is how many have come so far."""

    def __init__(self) -> None:
        self._ready: Queue[Path | None] = Queue(AHEAD)
        self._enough = Event()
        self._come = 0

    def __len__(self) -> int:
        return self._come

    def __iter__(self) -> Iterator[Path]:
        while (file := self._ready.get()) is not None:
            self._come += 1
            yield file

    def stop(self) -> None:
        """No more files are wanted."""
        self._enough.set()

    def take(self, files: Iterable[Path]) -> None:
        """Hand on what `files` writes and gives, until it ends or nobody wants more."""
        try:
            for file in files:
                if not self._put(file):
                    return
        finally:
            self._put(None)

    def _put(self, file: Path | None) -> bool:
        while not self._enough.is_set():
            try:
                self._ready.put(file, timeout=PATIENCE)
                return True
            except Full:
                continue
        return False


@contextmanager
def arriving(files: Iterable[Path]) -> Iterator[Arriving]:
    """The same files to be loaded while a thread of its own goes through `files`, whose every step writes the next; what goes wrong there
    is raised when the loading is over."""
    out = Arriving()
    with ThreadPoolExecutor(1, "write") as pool:
        writing = pool.submit(out.take, files)
        try:
            yield out
            writing.result()
        finally:
            out.stop()
