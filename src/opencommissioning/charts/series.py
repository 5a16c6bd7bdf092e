"""Small helps for series with gaps: a missing month is a gap in the line, never a zero and never bridged."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl


def runs(frame: pl.DataFrame, column: str) -> Iterator[pl.DataFrame]:
    """The stretches of rows in which a column has values; bands are drawn one by one so that gaps stay open."""
    there = np.isfinite(frame[column].to_numpy())
    edges = np.flatnonzero(np.diff(np.concatenate([[0], there.astype(int), [0]])))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        yield frame[int(start) : int(end)]


def lonely(values: np.ndarray) -> np.ndarray:
    """bool: a value without a neighbour before or after it, which a line alone would not show."""
    there = np.concatenate([[False], np.isfinite(values), [False]])
    return there[1:-1] & ~there[:-2] & ~there[2:]


def number(value: float) -> float | None:
    """A float, or None for nan: JSON has no nan."""
    return None if value != value else float(value)


def spoken_month(month: date) -> str:
    """`Sep 2026`."""
    return f"{month:%b %Y}"
