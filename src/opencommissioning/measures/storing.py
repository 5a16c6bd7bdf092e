"""The grid on disk: one memory-mapped array per quantity and dataset, hard-linked between builds where nothing changed."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap

from opencommissioning.measures.grid import Grid, Layer, blocks_of
from opencommissioning.measures.register import Register

DIGESTS = "digests.json"


def write_grid(folder: Path, grid: Grid, previous: Path | None = None) -> None:
    """Write the grid's arrays below `folder`; arrays equal to the previous build's are linked instead of copied.

    A quantity that is 0 for everybody is a name without a file.
    """
    store, keys, zeros = _Arrays(folder, previous), [], {}
    for name, array in _arrays(grid):
        store.write(name, array)
    for key, array in (each for block in blocks_of(grid.values) for each in block.items()):
        if array.any():
            keys.append(key)
            store.write(f"value-{key}", array)
        else:
            zeros[key] = array.shape[1]
    text = {**_register_text(grid), "keys": keys, "zeros": zeros}
    (folder / "register.json").write_text(json.dumps(text), encoding="utf-8")
    (folder / DIGESTS).write_text(json.dumps(store.digests), encoding="utf-8")


class Values(Mapping[str, np.ndarray]):
    """Quantity → int64 (P, W): memory maps, opened when they are asked for. `zeros`: quantity → how many months wide its zeros are."""

    def __init__(self, folder: Path, keys: Sequence[str], zeros: Mapping[str, int], rows: int) -> None:
        self.folder, self.keys_with_file = folder, frozenset(keys)
        self._all = (*keys, *zeros)
        self._zeros, self._rows = zeros, rows
        self._open: dict[str, np.ndarray] = {}

    def __getitem__(self, key: str) -> np.ndarray:
        if key in self._zeros:
            return np.broadcast_to(np.int64(0), (self._rows, self._zeros[key]))
        if key not in self.keys_with_file:
            raise KeyError(key)
        if key not in self._open:
            self._open[key] = _read(self.folder, f"value-{key}")
        return self._open[key]

    def __contains__(self, key: object) -> bool:
        return key in self.keys_with_file or key in self._zeros

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


def read_grid(folder: Path) -> Grid:
    """The grid of a build; arrays are memory maps, opened once."""
    text = json.loads((folder / "register.json").read_text(encoding="utf-8"))
    register = Register(
        practices=tuple(text["practices"]),
        months=tuple(date.fromisoformat(month) for month in text["months"]),
        names=text["names"],
        postcodes=text["postcodes"],
        open=_read(folder, "open"),
        parents={level: _read(folder, f"parents-{level}") for level in text["codes"]},
        codes={level: tuple(codes) for level, codes in text["codes"].items()},
        labels=text["labels"],
        registered=text["registered"],
        closed={code: date.fromisoformat(day) for code, day in text["closed"].items()},
    )
    layers = {
        name: _read_layer(folder, name, loaded, text.get("first", {}).get(name, 0))
        for name, loaded in text["layers"].items()
    }
    values = Values(folder, text["keys"], _zeros(text), len(register.practices))
    return Grid(register, layers, values, _read(folder, "patients"))


def _zeros(text: Mapping[str, object]) -> Mapping[str, int]:
    """How wide the quantities are that are 0 for everybody; builds made before datasets had months of their own only name them."""
    zeros = text.get("zeros", {})
    return zeros if isinstance(zeros, dict) else dict.fromkeys(zeros, len(text["months"]))


def _arrays(grid: Grid):
    yield "open", grid.register.open
    yield "patients", grid.patients
    for level, parents in grid.register.parents.items():
        yield f"parents-{level}", parents
    for name, over in grid.layers.items():
        yield f"taken-{name}", over.taken
        yield f"missing-{name}", over.missing


def _register_text(grid: Grid) -> Mapping[str, object]:
    register = grid.register
    return {
        "practices": register.practices,
        "months": [month.isoformat() for month in register.months],
        "names": dict(register.names),
        "postcodes": dict(register.postcodes),
        "codes": {level: list(codes) for level, codes in register.codes.items()},
        "labels": {level: dict(labels) for level, labels in register.labels.items()},
        "registered": register.registered,
        "closed": {code: day.isoformat() for code, day in register.closed.items()},
        "layers": {name: [month.isoformat() for month in over.loaded] for name, over in grid.layers.items()},
        "first": {name: over.first for name, over in grid.layers.items()},
    }


class _Arrays:
    """The arrays of a build folder, with a digest of each, so that the next build can tell what stayed the same."""

    def __init__(self, folder: Path, previous: Path | None) -> None:
        self.folder, self.previous = folder, previous
        note = previous / DIGESTS if previous else None
        self._before = json.loads(note.read_text()) if note and note.exists() else {}
        self.digests: dict[str, str] = {}

    def write(self, name: str, array: np.ndarray) -> None:
        """Link the previous build's file when it holds the same, else write one."""
        rows = np.flatnonzero(array.any(axis=1))
        held = np.ascontiguousarray(array if len(rows) == len(array) else array[rows])
        digest = hashlib.blake2b(held.view(np.uint8).data, digest_size=16)
        digest.update(rows.tobytes())
        digest.update(str((array.shape, array.dtype)).encode())
        self.digests[name] = digest.hexdigest()
        if self.previous is None or self._before.get(name) != self.digests[name] or not self._linked(name):
            _save(self.folder / f"{name}.npy", array, rows, held)

    def _linked(self, name: str) -> bool:
        try:
            os.link(self.previous / f"{name}.npy", self.folder / f"{name}.npy")
        except OSError:  # other file system, or one without hard links: it is written again
            return False
        return True


def _save(path: Path, array: np.ndarray, rows: np.ndarray, held: np.ndarray) -> None:
    """The array as numpy's own file. Where few of a register's practices are in the files, only theirs is written: the rest is a hole."""
    if len(rows) > len(array) // 2:
        np.save(path, array)
        return
    file = open_memmap(path, mode="w+", dtype=array.dtype, shape=array.shape)
    file[rows] = held
    file.flush()


def _read(folder: Path, name: str) -> np.ndarray:
    """A plain array over the memory map: numpy's own kind of map costs at every slice."""
    return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))


def _read_layer(folder: Path, name: str, loaded: list[str], first: int) -> Layer:
    months = tuple(date.fromisoformat(month) for month in loaded)
    return Layer(months, _read(folder, f"taken-{name}"), _read(folder, f"missing-{name}"), first)
