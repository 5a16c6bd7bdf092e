"""A store, files to load into it, and the loading."""

from collections.abc import Callable
from pathlib import Path

import pytest

from opencommissioning.catalogue.source import Source
from opencommissioning.warehouse.store import LoadReport, Store
from warehouse_files import HEADING, sniffed, source


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store with one thread."""
    return Store(tmp_path / "store", threads=1, memory="500MB")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """write(*rows, heading=…, name=…) makes a CSV file."""

    def make(
        *rows: str, heading: str = HEADING, name: str = "file.csv", end: str = "\n", encoding: str = "utf-8"
    ) -> Path:
        path = tmp_path / name
        path.write_bytes((end.join([heading, *rows]) + end).encode(encoding))
        return path

    return make


@pytest.fixture
def load(store: Store) -> Callable[..., LoadReport]:
    """load(path, **options of Store.load, of=source)"""

    def run(path: Path, of: Source | None = None, **options: object) -> LoadReport:
        one = of or source()
        return store.load(path, recognised=(one, one.eras[0], sniffed(path)), **options)

    return run
