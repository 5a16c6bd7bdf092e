"""What somebody said about months of a series: numbered marks in a chart, and their words below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import altair as alt
import polars as pl

from opencommissioning.charts import theme
from opencommissioning.charts.drawing import Labels
from opencommissioning.charts.series import number, spoken_month


@dataclass(frozen=True)
class Note:
    """What somebody said about a month; marked in the chart by its number."""

    month: date
    text: str


def marks(notes: Sequence[Note], heights: Sequence[float], x: alt.X) -> list[alt.Chart]:
    """Numbered circles at the notes' months, each at its height (in the value's unit)."""
    if not notes:
        return []
    rows = [
        {"month": note.month, "value": number(height), "text": str(place)}
        for place, (note, height) in enumerate(zip(notes, heights, strict=True), 1)
    ]
    base = alt.Chart(pl.DataFrame(rows)).encode(x, alt.Y("value:Q"))
    circle = base.mark_point(
        shape="circle", size=270, fill="#ffffff", stroke=theme.INK, strokeWidth=1.4, opacity=1
    )
    words = base.mark_text(align="center", fontWeight=600, color=theme.INK, fontSize=12)
    return [circle, words.encode(text="text:N")]


def said(notes: Sequence[Note], labels: Labels) -> list[str]:
    """The notes' words as lines for below the axis, numbered as in the chart."""
    lines = []
    for place, note in enumerate(notes, 1):
        text = f"{place}  {spoken_month(note.month)}: {note.text}"
        lines += theme.wrapped(text, labels.width - 40, theme.SIZE)
    return lines


def under_axis(lines: Sequence[str]) -> dict:
    """Lines as the title of the axis of months; nothing when there are none."""
    if not lines:
        return {}
    look = {"titleAlign": "left", "titleAnchor": "start", "titlePadding": 12, "titleLineHeight": 18}
    return {"title": list(lines), **look}
