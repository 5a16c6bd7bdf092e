"""Where things go: rounded ends of an axis, labels that do not lie on each other, and points gathered in hexagons."""

import math
from collections.abc import Sequence

import numpy as np


def rounded_ends(*arrays: np.ndarray, zero: bool = False, ticks: int = 5) -> tuple[float, float]:
    """(low, high) of an axis that holds every finite value, at round numbers.

    From 0 when `zero`, or when the lowest value is positive and less than half the highest.
    """
    parts = [np.asarray(each, float).ravel() for each in arrays]
    values = np.concatenate(parts) if parts else np.array([])
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    if low > 0 and (zero or low < high / 2):
        low = 0.0
    if high <= low:
        high = low + (abs(low) or 1.0)
    step = _round_step((high - low) / ticks)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(each * power for each in (1, 2, 2.5, 5, 10) if each * power >= rough * 0.999)


def spaced(places: Sequence[float], low: float, high: float, height: float, gap: float) -> list[float]:
    """The places (in the axis's unit), moved as little as needed to be `gap` pixels apart on an axis `height` pixels high.

    Their order stays, and none leaves the axis as long as there is room.
    """
    if not places:
        return []
    room = gap * (high - low) / height
    order = np.argsort(places, kind="stable")
    out = np.asarray(places, float)[order]
    for number in range(1, len(out)):
        out[number] = max(out[number], out[number - 1] + room)
    out[-1] = min(out[-1], high)
    for number in range(len(out) - 2, -1, -1):
        out[number] = min(out[number], out[number + 1] - room)
    back = np.empty(len(out))
    back[order] = out
    return back.tolist()


def hexagons(x: np.ndarray, y: np.ndarray, radius: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points in pixels gathered in hexagons (point up) of a radius: centres x, y and how many lie in each, empty ones left out."""
    wide, high = math.sqrt(3) * radius, 1.5 * radius
    row = np.rint(y / high)
    column = np.rint(x / wide - (row % 2) / 2)
    other = np.where(y / high >= row, row + 1, row - 1)  # the corner of a cell belongs to the next row
    other_column = np.rint(x / wide - (other % 2) / 2)
    nearer = _far(x, y, other_column, other, wide, high) < _far(x, y, column, row, wide, high)
    row, column = np.where(nearer, other, row), np.where(nearer, other_column, column)
    cells, counts = np.unique(np.column_stack([column, row]), axis=0, return_counts=True)
    return (cells[:, 0] + (cells[:, 1] % 2) / 2) * wide, cells[:, 1] * high, counts


def _far(x, y, column, row, wide: float, high: float) -> np.ndarray:
    return (x - (column + (row % 2) / 2) * wide) ** 2 + (y - row * high) ** 2
