"""Why spend moved: from what it was to what it is, one step per cause."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import altair as alt
import polars as pl

from opencommissioning.charts import theme
from opencommissioning.charts.drawing import Drawing, Labels

AMOUNT = 120  # pixels for the words beside the furthest step


@dataclass(frozen=True)
class Steps:
    """£ before and after, their names, and the £ of each cause in the order in which they are drawn. They must add up."""

    before: float
    after: float
    before_name: str
    after_name: str
    causes: Mapping[str, float]


def decomposition(told: Steps, labels: Labels) -> Drawing:
    """A waterfall: a mark at both ends, between them ▲ dearer and ▼ cheaper steps with their amounts.

    The axis does not start at zero (the steps would be hairs), so both ends are marks, not bars.
    """
    frame = _frame(told, 18 if labels.narrow else 34)
    return Drawing(lambda: _chart(frame, labels), labels.title, _sentence(told), lambda: _table(frame))


def _chart(frame: pl.DataFrame, labels: Labels) -> alt.TopLevelMixin:
    width = labels.width - (170 if labels.narrow else 260)
    low, high = frame["low"].min(), frame["high"].max()
    span = high - low or 1.0
    ends = (low - span * 0.04, low + span * width / (width - AMOUNT))
    y = alt.Y("name:N").sort(frame["name"].to_list()).axis(alt.Axis(title=None, ticks=False, labelLimit=300))
    x = alt.X("from:Q").scale(domain=ends, nice=False, zero=False).axis(None)
    layers = [*_joints(frame, x, y), *_bars(frame, x, y), *_amounts(frame, x, y)]
    chart = alt.layer(*layers).properties(width=width, height=alt.Step(30))
    return theme.dressed(chart, labels)


def _frame(told: Steps, letters: int) -> pl.DataFrame:
    """name, from, to (where a step starts and ends), low, high, kind (whole, up, down), text; causes worth nothing left out."""
    if abs(told.before + sum(told.causes.values()) - told.after) > 0.005 * max(1.0, abs(told.after)):
        raise ValueError("the causes do not add up to the change")
    rows, at = (
        [
            _row(
                theme.shortened(told.before_name, letters),
                told.before,
                told.before,
                "whole",
                pounds(told.before),
            )
        ],
        told.before,
    )
    for cause, amount in told.causes.items():
        if abs(amount) >= 0.5:
            kind = "up" if amount > 0 else "down"
            text = f"{'▲' if amount > 0 else '▼'} {pounds(amount, sign=True)}"
            rows.append(_row(f"{cause[:1].upper()}{cause[1:]}", at, at + amount, kind, text))
            at += amount
    rows.append(
        _row(theme.shortened(told.after_name, letters), told.after, told.after, "whole", pounds(told.after))
    )
    return pl.DataFrame(rows)


def _row(name: str, start: float, end: float, kind: str, text: str) -> dict:
    return {
        "name": name,
        "from": start,
        "to": end,
        "low": min(start, end),
        "high": max(start, end),
        "kind": kind,
        "text": text,
    }


def pounds(amount: float, sign: bool = False) -> str:
    """`£1,234`, `+£12`, `−£3,400`."""
    before = "−" if amount < 0 else "+" if sign else ""
    return f"{before}£{abs(amount):,.0f}"


def _bars(frame: pl.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    out = []
    for kind, colour in (("up", theme.DARK), ("down", theme.BLUE)):
        part = frame.filter(pl.col("kind") == kind)
        if part.height:
            bars = alt.Chart(part.select("name", "from", "to")).mark_bar(color=colour, height=16)
            out.append(bars.encode(x, y, x2="to:Q"))
    whole = alt.Chart(frame.filter(pl.col("kind") == "whole").select("name", "from"))
    return [*out, whole.mark_tick(color=theme.INK, thickness=4, size=20).encode(x, y)]


def _joints(frame: pl.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Thin lines from the end of one step to the start of the next."""
    rows = frame.rows(named=True)
    lines = [
        {"name": name, "from": here["to"], "step": number}
        for number, (here, then) in enumerate(pairwise(rows))
        for name in (here["name"], then["name"])
    ]
    data = alt.Chart(pl.DataFrame(lines))
    return [data.mark_line(color=theme.GREY, strokeWidth=1).encode(x, y, detail="step:N")]


def _amounts(frame: pl.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    out = []
    for whole, weight in ((True, 600), (False, 400)):
        part = frame.filter((pl.col("kind") == "whole") == whole).select(
            "name", "text", pl.col("high").alias("from")
        )
        if part.height:
            out.append(alt.Chart(part).mark_text(dx=8, fontWeight=weight).encode(x, y, text="text:N"))
    return out


def _sentence(told: Steps) -> str:
    change = told.after - told.before
    parts = sorted(told.causes.items(), key=lambda each: -abs(each[1]))
    worth = ", ".join(f"{name} {pounds(amount, sign=True)}" for name, amount in parts if abs(amount) >= 0.5)
    return (
        f"Spend went from {pounds(told.before)} ({told.before_name}) to {pounds(told.after)} ({told.after_name}), "
        f"{pounds(change, sign=True)}: {worth or 'no cause worth naming'}."
    )


def _table(frame: pl.DataFrame) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    return ("Part", "Amount"), tuple(frame.select("name", "text").iter_rows())
