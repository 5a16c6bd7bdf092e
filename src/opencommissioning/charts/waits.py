"""Waiting lists: how long people have waited by week, and the fan of where the list may go."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import altair as alt
import numpy as np
import polars as pl

from opencommissioning.charts import theme
from opencommissioning.charts.drawing import Drawing, Labels

STANDARD = 18
HEIGHT = 240


def by_week(waiting: Sequence[float], labels: Labels) -> Drawing:
    """People by weeks waited, those past the standard darker, with the standard's line. `waiting` (bands,), the last band open."""
    counts = np.asarray(waiting, float)
    frame = pl.DataFrame(
        {"week": np.arange(1, len(counts) + 1), "people": counts, "late": np.arange(len(counts)) >= STANDARD}
    )
    inside = counts[:STANDARD].sum() / counts.sum() if counts.sum() else 1.0
    sentence = f"{counts.sum():,.0f} people wait, {100 * inside:.1f} % of them up to {STANDARD} weeks; {counts[52:].sum():,.0f} over 52 weeks."
    return Drawing(lambda: _weeks(frame, labels), labels.title, sentence, lambda: _by_quarter(counts))


def _weeks(frame: pl.DataFrame, labels: Labels) -> alt.TopLevelMixin:
    last = int(frame.filter(pl.col("people") > 0)["week"].max() or STANDARD)
    shown = frame.filter(pl.col("week") <= max(last, 2 * STANDARD)).with_columns(
        (pl.col("week") - 1).alias("from")
    )
    x = alt.X("from:Q").axis(alt.Axis(title="weeks waited", grid=False, ticks=True, tickCount=8)).scale(nice=False)  # fmt: skip
    y = alt.Y("people:Q").axis(theme.number_axis("people"))
    bars = [
        alt.Chart(part.select("from", "week", "people"))
        .mark_rect(color=colour)
        .encode(x, y, x2="week:Q", y2=alt.datum(0))
        for late, colour in ((False, theme.GREY), (True, theme.BLUE))
        if (part := shown.filter(pl.col("late") == late)).height
    ]
    rule = alt.Chart(pl.DataFrame({"from": [float(STANDARD)]})).mark_rule(color=theme.INK, strokeDash=[4, 3]).encode(x)  # fmt: skip
    return theme.dressed(alt.layer(*bars, rule).properties(width=labels.width - 70, height=HEIGHT), labels)


def _by_quarter(counts: np.ndarray) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    edges = [(0, 6), (6, 12), (12, 18), (18, 26), (26, 39), (39, 52), (52, len(counts))]
    rows = [
        (f"over {low} to {high} weeks" if low else f"up to {high} weeks", f"{counts[low:high].sum():,.0f}")
        for low, high in edges[:-1]
    ]
    return ("Waited", "People"), (*rows, ("over 52 weeks", f"{counts[52:].sum():,.0f}"))


@dataclass(frozen=True)
class Course:
    """Centiles 5 and 25, what is expected, centiles 75 and 95 (rows) of people waiting at the end of each week (columns), now first."""

    centiles: np.ndarray


def fan(course: Course, labels: Labels) -> Drawing:
    """Where the list may go: a line for what is expected, a dark band for half of all courses, a light one for nine of ten."""
    low, quarter, middle, three, high = course.centiles
    weeks = np.arange(course.centiles.shape[1])
    frame = pl.DataFrame({"week": weeks, "p5": low, "p25": quarter, "p50": middle, "p75": three, "p95": high})
    sentence = (
        f"From {middle[0]:,.0f} people now to about {middle[-1]:,.0f} in {weeks[-1]} weeks; "
        f"nine of ten courses end between {low[-1]:,.0f} and {high[-1]:,.0f}."
    )
    chosen = sorted({0, *range(0, len(weeks), max(1, len(weeks) // 6)), len(weeks) - 1})
    rows = tuple((f"week {w}", f"{middle[w]:,.0f}", f"{low[w]:,.0f} to {high[w]:,.0f}") for w in chosen)
    return Drawing(lambda: _fan(frame, labels), labels.title, sentence, lambda: (("When", "Expected", "Nine of ten"), rows))  # fmt: skip


def _fan(frame: pl.DataFrame, labels: Labels) -> alt.TopLevelMixin:
    base = alt.Chart(frame)
    x = alt.X("week:Q").axis(alt.Axis(title="weeks from now", grid=False, ticks=True, tickCount=8)).scale(nice=False)  # fmt: skip
    bands = [
        base.mark_area(color=colour).encode(
            x, alt.Y(f"{low}:Q").axis(theme.number_axis("people")), y2=f"{high}:Q"
        )
        for low, high, colour in (("p5", "p95", theme.BANDS[1]), ("p25", "p75", theme.BANDS[3]))
    ]
    line = base.mark_line(color=theme.BLUE, strokeWidth=2.5).encode(
        x, alt.Y("p50:Q").axis(theme.number_axis("people"))
    )
    return theme.dressed(alt.layer(*bands, line).properties(width=labels.width - 70, height=HEIGHT), labels)


@dataclass(frozen=True)
class Named:
    """One of several courses: its name, and centiles 5 and 25, what is expected, centiles 75 and 95 × weeks."""

    name: str
    centiles: np.ndarray


# Lightness, hue and dashes tell lines apart, so that no one of them is needed.
LINES = (("#5d6b75", (1, 0)), ("#005eb8", (1, 0)), ("#b3540c", (7, 3)), ("#7c2855", (2, 3)), ("#00703c", (10, 3, 2, 3)), ("#212b32", (4, 2)))  # fmt: skip


def courses(several: Sequence[Named], labels: Labels) -> Drawing:
    """Several courses of one list: what is expected of each as a line from 0 up, and at its end a bar over nine in ten."""
    shown = [replace(each, name=f"{chr(ord('A') + place)}, {each.name}") for place, each in enumerate(several)]  # fmt: skip
    ends = [(each.name, *each.centiles[[2, 0, 4], -1]) for each in shown]
    weeks = several[0].centiles.shape[1] - 1
    sentence = f"In {weeks} weeks about " + "; ".join(f"{middle:,.0f} ({low:,.0f} to {high:,.0f}) in {name}" for name, middle, low, high in ends) + "."  # fmt: skip
    chosen = sorted({0, *range(0, weeks + 1, max(1, weeks // 6)), weeks})
    rows = tuple(
        (f"week {w}", *(f"{each.centiles[2, w]:,.0f} ({each.centiles[0, w]:,.0f} to {each.centiles[4, w]:,.0f})" for each in shown))
        for w in chosen
    )  # fmt: skip
    columns = ("When", *(each.name for each in shown))
    return Drawing(lambda: _courses(shown, labels), labels.title, sentence, lambda: (columns, rows))


def _courses(shown: Sequence[Named], labels: Labels) -> alt.TopLevelMixin:
    names = [each.name for each in shown]
    weeks = shown[0].centiles.shape[1]
    lines = pl.concat([pl.DataFrame({"week": np.arange(weeks, dtype=float), "people": each.centiles[2], "of": each.name}) for each in shown])  # fmt: skip
    gap = weeks / 60
    bars = pl.DataFrame({"week": [weeks - 1 + gap * (place + 1) for place in range(len(shown))], "low": [each.centiles[0, -1] for each in shown], "high": [each.centiles[4, -1] for each in shown], "of": names})  # fmt: skip
    legend = alt.Legend(title=None, orient="top", columns=1, labelLimit=labels.width - 90, symbolStrokeWidth=3, symbolSize=500, labelFontSize=theme.SIZE)  # fmt: skip
    colour = alt.Color("of:N").scale(domain=names, range=[colour for colour, _ in LINES]).legend(legend)
    dash = alt.StrokeDash("of:N").scale(domain=names, range=[list(dash) for _, dash in LINES]).legend(legend)
    x = alt.X("week:Q").axis(alt.Axis(title="weeks from now", grid=False, ticks=True, tickCount=8)).scale(nice=False)  # fmt: skip
    drawn = alt.Chart(lines).mark_line(strokeWidth=2.5).encode(x, alt.Y("people:Q").axis(theme.number_axis("people")).scale(zero=True), colour, dash)  # fmt: skip
    ranges = alt.Chart(bars).mark_rule(strokeWidth=3).encode(x, alt.Y("low:Q"), alt.Y2("high:Q"), colour)
    return theme.dressed(alt.layer(drawn, ranges).properties(width=labels.width - 70, height=HEIGHT), labels)
