"""Threads that prepare the files of a load while the one before them is put in its place, each with an engine of its own.

A small file keeps one processor busy: its rows are one row group, and much of the work is not the engine's. So as many are prepared at
once as there are processors; a large file is not, it has the engine and the memory to itself.
"""

import os
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import duckdb

from opencommissioning.warehouse.engine import connection
from opencommissioning.warehouse.folders import WORK, workshop
from opencommissioning.warehouse.staging import SMALL

MOST = 4  # files at once: beyond, the disk is what they wait for
QUEUED = 4  # files per thread that are begun or done before their turn, so that a slow one does not keep the other threads idle
PACKED, PACKING = (".gz", ".zip"), 8  # how many times larger a packed file may become
HELPER_MEMORY = "1GB"
Made = TypeVar("Made")


def is_large(path: Path) -> bool:
    """Whether a file is to have all processors and all memory."""
    size = path.stat().st_size
    return (size * PACKING if path.suffix.lower() in PACKED else size) > SMALL


class Helpers:
    """The engines and threads of one load of many files. Whoever opens it holds the store's lock."""

    def __init__(self, store: Path, threads: int | None, memory: str | None) -> None:
        self.store, self.threads, self.memory = store, threads, memory
        self._own = threading.local()
        self._main = threading.get_ident()
        self._open = ExitStack()
        self._pool: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> "Helpers":
        self._desk = self._open.enter_context(workshop(self.store))
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.shutdown(
                cancel_futures=True
            )  # waits for files that are under way: they write to the desk
        self._open.close()

    @property
    def many(self) -> int:
        """How many files are prepared at once."""
        return min(self.threads or os.cpu_count() or 1, MOST)

    def engine(self) -> duckdb.DuckDBPyConnection:
        """The engine of this thread, started when it is first asked for: the main thread's has all processors, a helper's its share."""
        if not hasattr(self._own, "engine"):
            main = threading.get_ident() == self._main
            share = max(1, (self.threads or os.cpu_count() or 1) // self.many)
            asked = (self.threads, self.memory) if main else (share, self.memory or HELPER_MEMORY)
            with self._lock:
                self._own.engine = self._open.enter_context(connection(self.store, *asked))
        return self._own.engine

    def scratch(self) -> Path:
        """A folder for one file, gone at the latest with the load."""
        return Path(tempfile.mkdtemp(dir=self._desk, prefix=WORK))

    def ahead(
        self, files: Iterable[Path], work: Callable[[Path], Made]
    ) -> Iterator[tuple[Path, Callable[[], Made]]]:
        """The files in their order, each with what waits for `work` of it; some are done before their turn."""
        self._pool = ThreadPoolExecutor(self.many, "load")
        begun: deque[tuple[Path, Future[Made]]] = deque()
        for file in files:
            begun.append((file, self._pool.submit(work, file)))
            if len(begun) > self.many * QUEUED:
                yield _waiting(begun.popleft())
        yield from map(_waiting, begun)


def _waiting(begun: tuple[Path, Future[Made]]) -> tuple[Path, Callable[[], Made]]:
    file, future = begun
    return file, future.result
