"""The grid on disk: one memory-mapped array per quantity and dataset, hard-linked between builds where nothing changed."""

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np

from opencommissioning.measures.grid import Grid, Layer
from opencommissioning.measures.register import Register


def write_grid(folder: Path, grid: Grid, previous: Path | None = None) -> None:
    """Write the grid's arrays below `folder`; arrays equal to the previous build's are linked instead of copied."""
    for name, array in _arrays(grid):
        _write_array(folder, name, array, previous)
    (folder / "register.json").write_text(json.dumps(_register_text(grid)), encoding="utf-8")


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
    layers = {name: _read_layer(folder, name, loaded) for name, loaded in text["layers"].items()}
    values = {key: _read(folder, f"value-{key}") for key in text["keys"]}
    return Grid(register, layers, values, _read(folder, "patients"))


def _arrays(grid: Grid):
    yield "open", grid.register.open
    yield "patients", grid.patients
    for level, parents in grid.register.parents.items():
        yield f"parents-{level}", parents
    for name, over in grid.layers.items():
        yield f"taken-{name}", over.taken
        yield f"missing-{name}", over.missing
    for key, values in grid.values.items():
        yield f"value-{key}", values


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
        "keys": list(grid.values),
    }


def _write_array(folder: Path, name: str, array: np.ndarray, previous: Path | None) -> None:
    array = np.ascontiguousarray(array)
    digest = hashlib.sha256(array.tobytes() + str((array.shape, array.dtype)).encode()).hexdigest()
    target, note = folder / f"{name}.npy", folder / f"{name}.sha256"
    if previous and _same(previous / f"{name}.sha256", digest):
        try:
            os.link(previous / f"{name}.npy", target)
            note.write_text(digest)
            return
        except OSError:  # other file system, or one without hard links: write it again
            target.unlink(missing_ok=True)
    np.save(target, array)
    note.write_text(digest)


def _same(note: Path, digest: str) -> bool:
    return note.exists() and note.read_text() == digest


def _read(folder: Path, name: str) -> np.ndarray:
    return np.load(folder / f"{name}.npy", mmap_mode="r")


def _read_layer(folder: Path, name: str, loaded: list[str]) -> Layer:
    months = tuple(date.fromisoformat(month) for month in loaded)
    return Layer(months, _read(folder, f"taken-{name}"), _read(folder, f"missing-{name}"))
