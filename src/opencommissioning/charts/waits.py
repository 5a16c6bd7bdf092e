"""Waiting lists: how long people have waited by week, and the fan of where the list may go."""

from collections.abc import Sequence
from dataclasses import dataclass

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
    """Centiles 5, 25, 50, 75, 95 (rows) of people waiting at the end of each week (columns), now first."""

    centiles: np.ndarray


def fan(course: Course, labels: Labels) -> Drawing:
    """Where the list may go: a line for the middle, a dark band for half of all courses, a light one for nine of ten."""
    low, quarter, middle, three, high = course.centiles
    weeks = np.arange(course.centiles.shape[1])
    frame = pl.DataFrame({"week": weeks, "p5": low, "p25": quarter, "p50": middle, "p75": three, "p95": high})
    sentence = (
        f"From {middle[0]:,.0f} people now to about {middle[-1]:,.0f} in {weeks[-1]} weeks; "
        f"nine of ten courses end between {low[-1]:,.0f} and {high[-1]:,.0f}."
    )
    chosen = sorted({0, *range(0, len(weeks), max(1, len(weeks) // 6)), len(weeks) - 1})
    rows = tuple((f"week {w}", f"{middle[w]:,.0f}", f"{low[w]:,.0f} to {high[w]:,.0f}") for w in chosen)
    return Drawing(lambda: _fan(frame, labels), labels.title, sentence, lambda: (("When", "Middle", "Nine of ten"), rows))  # fmt: skip


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
