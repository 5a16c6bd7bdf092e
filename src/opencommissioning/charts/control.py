"""Control chart of one series, of any kind: middle line, limits, and special points told apart by shape."""

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

    `notes` are what was said about months among `months`. `what`: the kind of chart in words; `middle`: what the line in the middle is;
    `phases`: months with which new limits begin, where the lines break off;
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
    what: str = "Process-control chart"
    middle: str = "Mean"
    phases: tuple[date, ...] = ()

    @property
    def phase(self) -> np.ndarray:
        """int (M,): the phase of each point."""
        starts = np.array(self.phases, "datetime64[D]")
        return np.searchsorted(starts, np.array(self.months, "datetime64[D]"), side="right")


def control(told: Control, labels: Labels) -> Drawing:
    """Line with points; mean solid, limits dashed; ▲ and ▼ where the rules see more than ordinary movement."""
    return Drawing(lambda: _chart(told, labels), labels.title, _sentence(told, labels), lambda: _table(told))


def _chart(told: Control, labels: Labels) -> alt.TopLevelMixin:
    ends = rounded_ends(told.values, told.lower, told.upper)
    x = (
        alt.X("month:T")
        .scale(type="utc")
        .axis(theme.month_axis(labels, _length(told.months), **_key(told, labels)))
    )
    y = alt.Y("value:Q").scale(domain=ends, nice=False).axis(theme.number_axis(labels.unit))
    layers = [*_limits(told, x, y), *_line(told, x, y), *_special(told, x, y), _words(told, labels, ends, y)]
    layers += marks(told.notes, _heights(told), x)
    chart = alt.layer(*layers).properties(width=labels.width - 150, height=theme.HEIGHT)
    return theme.dressed(chart, labels)


def _series(told: Control, values: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame({"month": told.months, "value": [number(value) for value in values]})


def _length(months: tuple[date, ...]) -> int:
    """Months from the first to the last: events may lie far apart."""
    return (months[-1].year - months[0].year) * 12 + months[-1].month - months[0].month + 1


def _limits(told: Control, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    looks = ((told.upper, [6, 4]), (told.lower, [6, 4]), (told.mean, [1, 0]))
    phase = pl.Series("phase", told.phase)
    return [
        alt.Chart(_series(told, line).with_columns(phase))
        .mark_line(color=theme.QUIET, strokeWidth=1.2, strokeDash=dash, interpolate="step")
        .encode(x, y, detail="phase:N")
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
    lines = (("Upper limit", told.upper), (told.middle, told.mean), ("Lower limit", told.lower))
    lasting = [(word, float(line[np.isfinite(line)][-1])) for word, line in lines if np.isfinite(line).any()]
    places = spaced([at for _, at in lasting], *ends, theme.HEIGHT, theme.LABEL_GAP)
    frame = pl.DataFrame(
        {"value": places, "text": [word for word, _ in lasting]}, schema={"value": float, "text": str}
    )
    texts = alt.Chart(frame).mark_text(dx=8, color=theme.QUIET)
    return texts.encode(x=alt.value(labels.width - 150), y=y, text="text:N")


def _heights(told: Control) -> list[float]:
    """Of the notes: at the month's value (that of the nearest event); at the mean where it has none."""
    places = [_nearest(told.months, note.month) for note in told.notes]
    return [float(told.values[at] if np.isfinite(told.values[at]) else told.mean[at]) for at in places]


def _nearest(months: tuple[date, ...], month: date) -> int:
    return min(range(len(months)), key=lambda at: abs((months[at] - month).days))


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
    text = f"{told.what} of {labels.unit} for {told.name}, {first} to {last}. "
    if not np.isfinite(told.mean).any():
        return text + "There are no values."
    mean, lower, upper = (_latest(line) for line in (told.mean, told.lower, told.upper))
    text += f"{told.middle} {mean}, limits {lower} to {upper}. "
    text += "".join(f"New limits from {spoken_month(each)}. " for each in told.phases)
    text += _signals(special)
    return text + "".join(f" {spoken_month(note.month)}: {note.text}." for note in told.notes)


def _signals(special: int) -> str:
    if not special:
        return "No point is special: ordinary movement only."
    return f"{special} points are special." if special > 1 else "One point is special."


def _latest(line: np.ndarray) -> str:
    known = line[np.isfinite(line)]
    return f"{float(known[-1]):,.3g}" if len(known) else "not known"


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
    heads = ("Month", "Value", "Lower limit", told.middle, "Upper limit", "Special because")
    return (*heads, "What was said") if words else heads, tuple(reversed(rows))
