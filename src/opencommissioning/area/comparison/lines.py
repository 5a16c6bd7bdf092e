"""Values month by month as pages draw them: small lines, and the decile bands of a level; mapped arrays, sliced by organisation.

<build>/lines/<level>.json          organisations and measures in the arrays' order, and each measure's months
<build>/lines/<level>.npy           float64 (organisations, measures, months), nan where nothing may be shown
<build>/lines/<level>-deciles.npy   float64 (measures, 9, months)

Datasets have months of their own: a measure's last `MONTHS` end in the last column. <level>-<membership> is of the membership that is
not the area's own.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap

from opencommissioning.area.build import Build
from opencommissioning.area.levels import PRACTICE
from opencommissioning.catalogue.period import months_between
from opencommissioning.measures.series import Series

FOLDER = "lines"
MONTHS = 60
DECILES = 9


class LinesWriter:
    """The arrays of one level of a build that nobody reads yet, filled measure by measure and closed by `close`.

    Processes may fill them side by side: one makes them, the others find them `ready`.
    """

    def __init__(self, build: Build, level: str, name: str, ready: bool = False) -> None:
        self.path, self.measures = build.folder / FOLDER / name, list(build.measures)
        self.path.parent.mkdir(exist_ok=True)
        self._rows = {code: row for row, code in enumerate(_with_figures(build, level))}
        self.months: dict[str, list[str]] = {}
        lengths = [len(_whole(build.months_of(each.numerator.dataset))) for each in build.measures.values()]
        self.width = min(MONTHS, max(lengths))
        array = self._ready if ready else self._array
        self._values = array("", (len(self._rows), len(self.measures), self.width))
        self._deciles = array("-deciles", (len(self.measures), DECILES, self.width))

    def _ready(self, end: str, _shape: tuple[int, ...]) -> np.ndarray:
        return np.load(f"{self.path}{end}.npy", mmap_mode="r+")

    def _array(self, end: str, shape: tuple[int, ...]) -> np.ndarray:
        array = open_memmap(f"{self.path}{end}.npy", mode="w+", dtype=np.float64, shape=shape)
        array[:] = np.nan
        return array

    def add(self, name: str, shown: Series, deciles: np.ndarray) -> None:
        """One measure's values that may be shown, and its decile lines (9, months of the series)."""
        at, width = self.measures.index(name), min(self.width, len(shown.months))
        mine = [row for row, code in enumerate(shown.organisations) if code in self._rows]
        rows = [self._rows[shown.organisations[row]] for row in mine]
        self._values[rows, at, self.width - width :] = shown.values[mine, -width:]
        self._deciles[at, :, self.width - width :] = deciles[:, -width:]
        self.months[name] = [month.isoformat() for month in shown.months[-width:]]

    def add_nothing(self, name: str, months: Sequence[date]) -> None:
        """A measure on which nobody of the level may have a value."""
        self.months[name] = [month.isoformat() for month in _whole(months)[-self.width :]]

    def close(self, months: Mapping[str, Sequence[str]]) -> None:
        """Write what is not an array, the `months` of every measure among it; without it nobody reads the arrays."""
        text = {"organisations": list(self._rows), "measures": self.measures, "months": dict(months)}
        self.path.with_name(f"{self.path.name}.json").write_text(json.dumps(text), encoding="utf-8")
        self._values.flush()
        self._deciles.flush()


@lru_cache
def _whole(months: Sequence[date]) -> tuple[date, ...]:
    """The months from a dataset's first to its last, with those that have no column: lines are drawn month by month."""
    return months_between(months[0], months[-1]) if months else ()


def _with_figures(build: Build, level: str) -> list[str]:
    """The organisations of a level; of practices those that are in any file of what measures count: a register may hold thousands more."""
    codes = [each.code for each in build.organisations_of(level)]
    if level != PRACTICE:
        return codes
    counted = {each.numerator.dataset for each in build.measures.values()} & set(build.grid.layers)
    there = np.zeros(len(build.register.practices), bool)
    for name in counted:
        there |= (np.asarray(build.grid.layers[name].taken) >= 0).any(axis=1)
    seen = {code for code, is_there in zip(build.register.practices, there, strict=True) if is_there}
    return [code for code in codes if code in seen]


@dataclass(frozen=True)
class Lines:
    """The arrays of one level, mapped. `path` is that of the arrays without their endings."""

    path: str

    @cached_property
    def _text(self) -> dict:
        return json.loads(Path(f"{self.path}.json").read_text(encoding="utf-8"))

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {code: row for row, code in enumerate(self._text["organisations"])}

    @cached_property
    def measures(self) -> dict[str, int]:
        """Measure → its place in the arrays."""
        return {name: place for place, name in enumerate(self._text["measures"])}

    @cached_property
    def _values(self) -> np.ndarray:
        return np.load(f"{self.path}.npy", mmap_mode="r")

    @cached_property
    def _deciles(self) -> np.ndarray:
        return np.load(f"{self.path}-deciles.npy", mmap_mode="r")

    def months(self, measure: str) -> tuple[date, ...]:
        """The last `MONTHS` months of a measure."""
        return tuple(date.fromisoformat(month) for month in self._text["months"][measure])

    def of(self, organisation: str, months: int = MONTHS) -> dict[str, np.ndarray]:
        """Measure → the organisation's last `months` values, nan where there is none."""
        if organisation not in self._rows:
            return {name: np.full(min(months, self._values.shape[-1]), np.nan) for name in self.measures}
        mine = np.array(self._values[self._rows[organisation]])
        return {name: mine[place, -months:] for name, place in self.measures.items()}

    def deciles(self, measure: str) -> np.ndarray:
        """float (9, months of the measure): its decile lines among those that can be compared."""
        width = len(self._text["months"][measure])
        return np.array(self._deciles[self.measures[measure]])[:, -width:]


def read_lines(build: Build, name: str) -> Lines | None:
    """The lines that the build keeps under a name; None when it keeps none."""
    path = build.folder / FOLDER / name
    if not path.with_name(f"{name}.json").exists():
        return None
    return build.remember(("lines", name), lambda: Lines(str(path)))
