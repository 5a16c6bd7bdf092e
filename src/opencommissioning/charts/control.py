"""Process-control (XmR) chart of one series: mean, limits, and special points told apart by shape."""

from dataclasses import dataclass
from datetime import date

import altair as alt
import numpy as np
import polars as pl

from opencommissioning.charts import theme
from opencommissioning.charts.drawing import Drawing, Labels
from opencommissioning.charts.marking import Note, marks, said, under_axis
from opencommissioning.charts.scales import rounded_ends, spaced
from opencommissioning.charts.series import lonely, number, spoken_month

KINDS = (  # direction of a special cause, its shape, its words
    (1, "triangle-up", "unusually high or rising"),
    (-1, "triangle-down", "unusually low or falling"),
)


@dataclass(frozen=True)
class Control:
    """Arrays (M,): values (nan where missing), mean, lower, upper limits, direction of a special cause (+1, −1, 0) and its words.

    `notes` are what was said about months among `months`.
    """

    months: tuple[date, ...]
    values: np.ndarray
    mean: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    direction: np.ndarray
    causes: tuple[str, ...]
    name: str
    notes: tuple[Note, ...] = ()


def control(told: Control, labels: Labels) -> Drawing:
    """Line with points; mean solid, limits dashed; ▲ and ▼ where the rules see more than ordinary movement."""
    return Drawing(lambda: _chart(told, labels), labels.title, _sentence(told, labels), lambda: _table(told))


def _chart(told: Control, labels: Labels) -> alt.TopLevelMixin:
    ends = rounded_ends(told.values, told.lower, told.upper)
    x = (
        alt.X("month:T")
        .scale(type="utc")
        .axis(theme.month_axis(labels, len(told.months), **_key(told, labels)))
    )
    y = alt.Y("value:Q").scale(domain=ends, nice=False).axis(theme.number_axis(labels.unit))
    layers = [*_limits(told, x, y), *_line(told, x, y), *_special(told, x, y), _words(told, labels, ends, y)]
    layers += marks(told.notes, _heights(told), x)
    chart = alt.layer(*layers).properties(width=labels.width - 150, height=theme.HEIGHT)
    return theme.dressed(chart, labels)


def _series(told: Control, values: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame({"month": told.months, "value": [number(value) for value in values]})


def _limits(told: Control, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    looks = ((told.upper, [6, 4]), (told.lower, [6, 4]), (told.mean, [1, 0]))
    return [
        alt.Chart(_series(told, line))
        .mark_line(color=theme.QUIET, strokeWidth=1.2, strokeDash=dash, interpolate="step")
        .encode(x, y)
        for line, dash in looks
    ]


def _line(told: Control, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    frame = _series(told, told.values)
    ordinary = frame.filter(pl.Series((told.direction == 0) & np.isfinite(told.values) | lonely(told.values)))
    return [
        alt.Chart(frame).mark_line(color=theme.GREY, strokeWidth=1.8, strokeJoin="round").encode(x, y),
        alt.Chart(ordinary).mark_circle(color=theme.GREY, size=30, opacity=1).encode(x, y),
    ]


def _special(told: Control, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    out, frame = [], _series(told, told.values)
    for direction, shape, _ in KINDS:
        part = frame.filter(pl.Series(told.direction == direction))
        if part.height:
            marks = alt.Chart(part).mark_point(
                shape=shape, size=110, fill=theme.BLUE, stroke="#ffffff", strokeWidth=0.8, opacity=1
            )
            out.append(marks.encode(x, y))
    return out


def _words(told: Control, labels: Labels, ends: tuple[float, float], y: alt.Y) -> alt.Chart:
    lines = (("Upper limit", told.upper), ("Mean", told.mean), ("Lower limit", told.lower))
    lasting = [(word, float(line[np.isfinite(line)][-1])) for word, line in lines if np.isfinite(line).any()]
    places = spaced([at for _, at in lasting], *ends, theme.HEIGHT, theme.LABEL_GAP)
    frame = pl.DataFrame(
        {"value": places, "text": [word for word, _ in lasting]}, schema={"value": float, "text": str}
    )
    texts = alt.Chart(frame).mark_text(dx=8, color=theme.QUIET)
    return texts.encode(x=alt.value(labels.width - 150), y=y, text="text:N")


def _heights(told: Control) -> list[float]:
    """Of the notes: at the month's value; at the mean where it has none."""
    places = [told.months.index(note.month) for note in told.notes]
    return [float(told.values[at] if np.isfinite(told.values[at]) else told.mean[at]) for at in places]


def _key(told: Control, labels: Labels) -> dict:
    """What the shapes mean, and below it what was said."""
    shapes = {1: "▲", -1: "▼"}
    seen = [
        f"{shapes[direction]} {words}" for direction, _, words in KINDS if (told.direction == direction).any()
    ]
    key = ["   ".join(seen)] if seen else []
    return under_axis([*key, *said(told.notes, labels)]) if told.notes else _plain(key)


def _plain(key: list[str]) -> dict:
    return {"title": key[0], "titlePadding": 10} if key else {}


def _sentence(told: Control, labels: Labels) -> str:
    special = int((told.direction != 0).sum())
    first, last = spoken_month(told.months[0]), spoken_month(told.months[-1])
    text = f"Process-control chart of {labels.unit} for {told.name}, {first} to {last}. "
    if not np.isfinite(told.mean).any():
        return text + "There are no values."
    mean, lower, upper = (float(line[np.isfinite(line)][-1]) for line in (told.mean, told.lower, told.upper))
    text += f"Mean {mean:,.3g}, limits {lower:,.3g} to {upper:,.3g}. "
    text += f"{special} points are special." if special else "No point is special: ordinary movement only."
    return text + "".join(f" {spoken_month(note.month)}: {note.text}." for note in told.notes)


def _table(told: Control) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    words = {note.month: note.text for note in told.notes}
    rows = [
        (
            spoken_month(month),
            *("–" if part != part else f"{part:,.4g}" for part in parts),
            cause,
            *([words.get(month, "")] if words else ()),
        )
        for month, *parts, cause in zip(
            told.months, told.values, told.lower, told.mean, told.upper, told.causes, strict=True
        )
    ]
    heads = ("Month", "Value", "Lower limit", "Mean", "Upper limit", "Special because")
    return (*heads, "What was said") if words else heads, tuple(reversed(rows))
