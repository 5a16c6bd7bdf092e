"""A small chart for paper: an organisation over the decile bands of its level, as plain SVG in a millisecond.

The large chart of the same numbers is `deciles.py`. Thousands of packs hold six of these each, which Vega would draw for an hour.
"""

from collections.abc import Iterator
from html import escape

import numpy as np

from opencommissioning.charts import theme
from opencommissioning.charts.deciles import PAIRS, Deciles
from opencommissioning.charts.scales import rounded_ends, spaced
from opencommissioning.charts.series import spoken_month

WIDTH, HEIGHT = 260, 118
LEFT, RIGHT, TOP, BOTTOM = 34, 62, 8, 16
SIZE = 9.5
GAP = 11  # between two labels


def small(told: Deciles, unit: str, font: str = "Libertinus Serif") -> str:
    """SVG of `WIDTH` × `HEIGHT`: bands, median dashed, the organisation in blue with its last value, numbered notes."""
    mine = np.full(len(told.months), np.nan) if told.values is None else np.asarray(told.values, float)
    low, high = rounded_ends(told.lines, mine, ticks=3)
    frame = Frame(len(told.months), low, high)
    parts = [
        *grid(frame, unit),
        *_bands(told, frame),
        *_lines(told, mine, frame),
        *_ends(told, mine, frame, unit),
        *_months(told, frame),
        *_notes(told, mine, frame),
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{escape(font)}" font-size="{SIZE}">'
    return head + "".join(parts) + "</svg>"


class Frame:
    """Where a month and a value lie on the paper."""

    def __init__(self, months: int, low: float, high: float) -> None:
        self.low, self.high = low, high
        self.step = (WIDTH - LEFT - RIGHT) / max(1, months - 1)
        self.tall = HEIGHT - TOP - BOTTOM

    def x(self, month: int) -> float:
        """Across, of the month with this number."""
        return round(LEFT + month * self.step, 1)

    def y(self, value: float) -> float:
        """Down, of a value."""
        return round(TOP + (self.high - value) / (self.high - self.low) * self.tall, 1)

    def path(self, values: np.ndarray, first: int, last: int) -> str:
        """The points of the months from `first` to before `last`."""
        return " ".join(f"{self.x(month)},{self.y(values[month])}" for month in range(first, last))


def stretches(values: np.ndarray) -> Iterator[tuple[int, int]]:
    """(first, one after the last) of each run of values that are there."""
    there = np.isfinite(values)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], there.astype(int), [0]])))
    yield from ((int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True))


def grid(frame: Frame, unit: str) -> Iterator[str]:
    """Three lines with their values."""
    for value in (frame.low, (frame.low + frame.high) / 2, frame.high):
        y = frame.y(value)
        yield f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="{theme.RULE}" stroke-width="0.6"/>'
        yield words_at(LEFT - 4, y + 3, short(value, unit, frame.high), theme.QUIET, "end")


def _bands(told: Deciles, frame: Frame) -> Iterator[str]:
    for (below, above), colour in zip(PAIRS, theme.BANDS, strict=True):
        for first, last in stretches(told.lines[below]):
            up = frame.path(told.lines[above], first, last).split()
            down = frame.path(told.lines[below], first, last).split()
            yield f'<polygon points="{" ".join(up + down[::-1])}" fill="{colour}"/>'


def _lines(told: Deciles, mine: np.ndarray, frame: Frame) -> Iterator[str]:
    for first, last in stretches(told.lines[4]):
        path = frame.path(told.lines[4], first, last)
        yield f'<polyline points="{path}" fill="none" stroke="{theme.DARK}" stroke-width="1" stroke-dasharray="3 2.5"/>'
    for first, last in stretches(mine):
        path = frame.path(mine, first, last)
        if last - first == 1:
            x, y = path.split(",")
            yield f'<circle cx="{x}" cy="{y}" r="2" fill="{theme.BLUE}"/>'
        yield f'<polyline points="{path}" fill="none" stroke="{theme.BLUE}" stroke-width="2.2" stroke-linejoin="round"/>'


def _ends(told: Deciles, mine: np.ndarray, frame: Frame, unit: str) -> Iterator[str]:
    """The last values of the organisation and of the middle, in words beside their lines."""
    known = [
        (words, line[np.isfinite(line)][-1], colour, weight)
        for words, line, colour, weight in (
            ("you", mine, theme.BLUE, "bold"),
            ("middle", told.lines[4], theme.DARK, "normal"),
        )
        if np.isfinite(line).any()
    ]
    places = spaced([value for _, value, _, _ in known], frame.low, frame.high, frame.tall, GAP)
    for (words, value, colour, weight), place in zip(known, places, strict=True):
        text = f"{short(value, unit, value)} {words}"
        yield words_at(WIDTH - RIGHT + 5, frame.y(place) + 3, text, colour, "start", weight)
    if np.isfinite(mine).any():
        last = int(np.flatnonzero(np.isfinite(mine))[-1])
        yield f'<circle cx="{frame.x(last)}" cy="{frame.y(mine[last])}" r="2.6" fill="{theme.BLUE}"/>'


def _months(told: Deciles, frame: Frame) -> Iterator[str]:
    yield words_at(LEFT, HEIGHT - 4, spoken_month(told.months[0]), theme.QUIET, "start")
    yield words_at(WIDTH - RIGHT, HEIGHT - 4, spoken_month(told.months[-1]), theme.QUIET, "end")


def _notes(told: Deciles, mine: np.ndarray, frame: Frame) -> Iterator[str]:
    for number, note in enumerate(told.notes, 1):
        month = told.months.index(note.month)
        value = mine[month] if np.isfinite(mine[month]) else told.lines[4, month]
        if np.isfinite(value):
            x, y = frame.x(month), frame.y(value)
            yield f'<circle cx="{x}" cy="{y}" r="6" fill="#ffffff" stroke="{theme.INK}" stroke-width="1"/>'
            yield words_at(x, y + 3.2, str(number), theme.INK, "middle", "bold")


def short(value: float, unit: str, largest: float) -> str:
    """`12 %`, `£1,200`, `3.5`: as few figures as an axis needs."""
    size = abs(largest)
    figures = f"{value:,.0f}" if size >= 20 else f"{value:,.1f}" if size >= 1 else f"{value:,.2g}"
    figures = figures.removesuffix(".0") if value != 0 else "0"
    return f"{figures} %" if unit.startswith("%") else f"£{figures}" if unit.startswith("£") else figures


def words_at(x: float, y: float, words: str, colour: str, anchor: str, weight: str = "normal") -> str:
    """A text whose `anchor` ("start", "middle", "end") lies at x, on the line y."""
    return (
        f'<text x="{x}" y="{round(y, 1)}" fill="{colour}" text-anchor="{anchor}" '
        f'font-weight="{weight}">{escape(words)}</text>'
    )
