"""A small control chart for paper: months of one organisation with middle line and limits, as plain SVG in a millisecond.

The large chart of the same `Control` is `control.py`; what is marked there is marked here.
"""

from collections.abc import Iterator
from html import escape

import numpy as np

from opencommissioning.charts import theme
from opencommissioning.charts.control import Control
from opencommissioning.charts.scales import rounded_ends
from opencommissioning.charts.series import spoken_month
from opencommissioning.charts.small import (
    HEIGHT,
    LEFT,
    RIGHT,
    SIZE,
    WIDTH,
    Frame,
    grid,
    short,
    stretches,
    words_at,
)

SHAPES = {1: "M{x} {above}l3.2 5.6h-6.4z", -1: "M{x} {below}l3.2 -5.6h-6.4z"}


def small_control(told: Control, unit: str, font: str = "Libertinus Serif") -> str:
    """SVG of `WIDTH` × `HEIGHT`: values in blue, middle line, dashed limits (broken where new ones begin), ▲ and ▼ as on the page."""
    values = np.asarray(told.values, float)
    low, high = rounded_ends(values, np.asarray(told.lower, float), np.asarray(told.upper, float), ticks=3)
    frame = Frame(len(values), low, high)
    parts = [
        *grid(frame, unit),
        *_limits(told, frame),
        *_line(values, frame),
        *_signals(told, values, frame),
        *_ends(told, frame, unit),
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{escape(font)}" font-size="{SIZE}">'
    return head + "".join(parts) + "</svg>"


def _limits(told: Control, frame: Frame) -> Iterator[str]:
    """The three lines of each phase; they do not run from one phase into the next."""
    for line, dash in ((told.mean, ""), (told.lower, "4 3"), (told.upper, "4 3")):
        for phase in np.unique(told.phase):
            own = np.where(told.phase == phase, np.asarray(line, float), np.nan)
            for first, last in stretches(own):
                looks = f' stroke-dasharray="{dash}"' if dash else ""
                yield f'<polyline points="{frame.path(own, first, last)}" fill="none" stroke="{theme.QUIET}" stroke-width="1"{looks}/>'


def _line(values: np.ndarray, frame: Frame) -> Iterator[str]:
    for first, last in stretches(values):
        yield f'<polyline points="{frame.path(values, first, last)}" fill="none" stroke="{theme.BLUE}" stroke-width="1.4" stroke-linejoin="round"/>'
    for month in np.flatnonzero(np.isfinite(values)):
        yield f'<circle cx="{frame.x(int(month))}" cy="{frame.y(values[month])}" r="1.4" fill="{theme.BLUE}"/>'


def _signals(told: Control, values: np.ndarray, frame: Frame) -> Iterator[str]:
    for month in np.flatnonzero((np.asarray(told.direction) != 0) & np.isfinite(values)):
        x, y = frame.x(int(month)), frame.y(values[month])
        path = SHAPES[int(np.sign(told.direction[month]))].format(x=x, above=round(y - 3.4, 1), below=round(y + 3.4, 1))  # fmt: skip
        yield f'<path d="{path}" fill="{theme.INK}"/>'


def _ends(told: Control, frame: Frame, unit: str) -> Iterator[str]:
    """What the lines are, beside their ends; the first and the last month."""
    for words, line in (("limits", told.upper), ("mean", told.mean), ("", told.lower)):
        last = np.asarray(line, float)[-1]
        if np.isfinite(last):
            text = f"{short(last, unit, last)} {words}".rstrip()
            yield words_at(WIDTH - RIGHT + 5, frame.y(last) + 3, text, theme.QUIET, "start")
    yield words_at(LEFT, HEIGHT - 4, spoken_month(told.months[0]), theme.QUIET, "start")
    yield words_at(WIDTH - RIGHT, HEIGHT - 4, spoken_month(told.months[-1]), theme.QUIET, "end")
