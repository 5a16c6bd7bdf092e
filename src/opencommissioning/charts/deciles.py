"""An organisation's line over the decile bands of its level, month by month."""

from dataclasses import dataclass
from datetime import date

import altair as alt
import numpy as np
import polars as pl

from opencommissioning.charts import theme
from opencommissioning.charts.drawing import Drawing, Labels
from opencommissioning.charts.marking import Note, marks, said, under_axis
from opencommissioning.charts.scales import rounded_ends, spaced
from opencommissioning.charts.series import lonely, runs, spoken_month


@dataclass(frozen=True)
class Deciles:
    """`lines` float (9, M): 10th to 90th percentile; `values` (M,) of the organisation, nan where missing, None for bands alone."""

    months: tuple[date, ...]
    lines: np.ndarray
    values: np.ndarray | None = None
    name: str = ""
    notes: tuple[Note, ...] = ()


PAIRS = ((0, 8), (1, 7), (2, 6), (3, 5))  # deciles that bound the bands, the outermost first


def deciles(told: Deciles, labels: Labels) -> Drawing:
    """Bands from the 10th to the 90th percentile, the median dashed, the organisation in blue; a gap where it has no value."""
    mine = np.full(len(told.months), np.nan) if told.values is None else np.asarray(told.values, float)
    return Drawing(
        lambda: _chart(told, mine, labels),
        labels.title,
        _sentence(told, mine, labels),
        lambda: _table(told, mine),
    )


def _chart(told: Deciles, mine: np.ndarray, labels: Labels) -> alt.TopLevelMixin:
    ends = rounded_ends(told.lines, mine)
    x = (
        alt.X("month:T")
        .scale(type="utc")
        .axis(theme.month_axis(labels, len(told.months), **under_axis(said(told.notes, labels))))
    )
    y = alt.Y("low:Q").scale(domain=ends, nice=False).axis(theme.number_axis(labels.unit))
    layers = [*_bands(told, x, y), _median(told, x), *_mine(told, mine, x), *_words(told, mine, labels, ends)]
    chart = alt.layer(*layers, *marks(told.notes, _heights(told, mine), x)).properties(
        width=labels.width - 170, height=theme.HEIGHT
    )
    return theme.dressed(chart, labels)


def _bands(told: Deciles, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    out = []
    for (below, above), colour in zip(PAIRS, theme.BANDS, strict=True):
        frame = pl.DataFrame({"month": told.months, "low": told.lines[below], "high": told.lines[above]})
        for part in runs(frame, "low"):
            out.append(alt.Chart(part).mark_area(color=colour).encode(x, y, alt.Y2("high:Q")))
    return out


def _median(told: Deciles, x: alt.X) -> alt.Chart:
    frame = pl.DataFrame({"month": told.months, "value": told.lines[4]}).fill_nan(None)
    return (
        alt.Chart(frame)
        .mark_line(color=theme.DARK, strokeDash=[5, 4], strokeWidth=1.4)
        .encode(x, alt.Y("value:Q"))
    )


def _mine(told: Deciles, mine: np.ndarray, x: alt.X) -> list[alt.Chart]:
    if not np.isfinite(mine).any():
        return []
    frame = pl.DataFrame({"month": told.months, "value": mine}).fill_nan(None)
    line = (
        alt.Chart(frame)
        .mark_line(color=theme.BLUE, strokeWidth=2.6, strokeJoin="round")
        .encode(x, alt.Y("value:Q"))
    )
    alone = frame.filter(pl.Series(lonely(mine)))  # a month between two gaps has no line to show it
    points = alt.Chart(alone).mark_circle(color=theme.BLUE, size=36, opacity=1).encode(x, alt.Y("value:Q"))
    return [line, points] if alone.height else [line]


def _words(told: Deciles, mine: np.ndarray, labels: Labels, ends: tuple[float, float]) -> list[alt.Chart]:
    """Labels at the lines' right ends, moved apart where they would meet."""
    texts = [("90th percentile", told.lines[8], False), ("Median", told.lines[4], False)]
    texts += [("10th percentile", told.lines[0], False)]
    if np.isfinite(mine).any():
        texts.append((theme.cut(told.name, 22), mine, True))
    lasting = [(text, _last(line), own) for text, line, own in texts if np.isfinite(line).any()]
    places = spaced([place for _, place, _ in lasting], *ends, theme.HEIGHT, theme.LABEL_GAP)
    frame = pl.DataFrame(
        [{"text": text, "at": at, "own": own} for (text, _, own), at in zip(lasting, places, strict=True)]
    )
    return [_texts(frame, own, labels) for own in (False, True) if frame.filter(pl.col("own") == own).height]


def _texts(frame: pl.DataFrame, own: bool, labels: Labels) -> alt.Chart:
    look = {"color": theme.BLUE, "fontWeight": 600} if own else {"color": theme.QUIET}
    chart = alt.Chart(frame.filter(pl.col("own") == own)).mark_text(dx=8, **look)
    return chart.encode(x=alt.value(labels.width - 170), y=alt.Y("at:Q"), text="text:N")


def _heights(told: Deciles, mine: np.ndarray) -> list[float]:
    """Of the notes: on the organisation's line; on the median where it has no value."""
    places = [told.months.index(note.month) for note in told.notes]
    return [float(mine[at] if np.isfinite(mine[at]) else told.lines[4, at]) for at in places]


def _last(line: np.ndarray) -> float:
    return float(line[np.flatnonzero(np.isfinite(line))[-1]])


def _sentence(told: Deciles, mine: np.ndarray, labels: Labels) -> str:
    first, last = spoken_month(told.months[0]), spoken_month(told.months[-1])
    start = (
        f"Line chart of {labels.unit}, {first} to {last}, with the 10th to 90th percentile of all as bands. "
    )
    if not np.isfinite(told.lines[4]).any():
        return start + "There are no values."
    text = start + f"The median ends at {_last(told.lines[4]):,.3g}."
    if not np.isfinite(mine).any():
        return text
    gaps = int((~np.isfinite(mine)).sum())
    missing = f" {gaps} months have no value and are left open." if gaps else ""
    return f"{text} {told.name} ends at {_last(mine):,.3g}.{missing}"


def _table(told: Deciles, mine: np.ndarray) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    columns = ("Month", told.name, "10th percentile", "Median", "90th percentile")
    parts = (mine, told.lines[0], told.lines[4], told.lines[8])
    keep = [0, 1, 2, 3, 4] if told.name else [0, 2, 3, 4]
    rows = [
        (spoken_month(month), *("–" if value != value else f"{value:,.4g}" for value in values))
        for month, *values in zip(told.months, *parts, strict=True)
    ]
    return tuple(columns[i] for i in keep), tuple(tuple(row[i] for i in keep) for row in reversed(rows))
