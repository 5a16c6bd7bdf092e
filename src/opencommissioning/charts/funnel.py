"""Funnel: every organisation's value by its size, with limits that allow for how much organisations ordinarily differ."""

from dataclasses import dataclass

import altair as alt
import numpy as np
import polars as pl

from opencommissioning.charts import theme
from opencommissioning.charts.drawing import Drawing, Labels
from opencommissioning.charts.scales import hexagons, rounded_ends

MANY, MOST_MARKS, CURVE, RADIUS, TINY = 500, 300, 120, 5.0, 10


@dataclass(frozen=True)
class Funnel:
    """`frame`: name, value, size (the denominator, above 0), lower95, upper95, lower998, upper998, beyond (+1, −1, 0), chosen.

    Rows without a value must be left out. `size_words` names the denominator ("antibacterial items"), `limits_words` what the
    limits are.
    """

    frame: pl.DataFrame
    centre: float
    size_words: str = "size"
    limits_words: str = "which allow for over-dispersion"


def funnel(told: Funnel, labels: Labels) -> Drawing:
    """Points (hexagons over 500, with only the far ones as points) between the 95 % (dashed) and 99.8 % (dotted) limits."""
    frame = _drawn(told.frame)
    return Drawing(
        lambda: _chart(told, frame.sort("size"), labels),
        labels.title,
        _sentence(told, frame, labels),
        lambda: _table(frame),
    )


def _chart(told: Funnel, frame: pl.DataFrame, labels: Labels) -> alt.TopLevelMixin:
    plot = (labels.width - 130, theme.HEIGHT + 40)
    sizes = _size_ends(frame)
    limits = frame.filter(pl.col("size") >= frame["size"].quantile(0.1)).select("lower998", "upper998")
    ends = rounded_ends(frame["value"].to_numpy(), limits.to_numpy())
    x = alt.X("size:Q").scale(type="log", domain=sizes, nice=False).axis(_size_axis(told, sizes))
    y = alt.Y("value:Q").scale(domain=ends, nice=False).axis(theme.number_axis(labels.unit))
    far = _furthest(frame) if frame.height > MANY else frame
    behind = [_gathered(frame, x, y, sizes, ends, plot)] if frame.height > MANY else []
    layers = [
        *behind,
        *_curves(frame, x, y),
        _level(told, y),
        *_points(far, x, y),
        *_names(told, frame, labels, x, y, sizes),
    ]
    chart = alt.layer(*layers).properties(width=plot[0], height=plot[1])
    return theme.dressed(chart, labels)


def _drawn(frame: pl.DataFrame) -> pl.DataFrame:
    """Without those far smaller than the middle one, which would squeeze everybody else; the chosen ones always."""
    return frame.filter((pl.col("size") >= pl.col("size").median() / TINY) | pl.col("chosen"))


def _size_ends(frame: pl.DataFrame) -> tuple[float, float]:
    return frame["size"].min() / 1.15, frame["size"].max() * 1.15


def _size_axis(told: Funnel, sizes: tuple[float, float]) -> alt.Axis:
    ticks = [step * 10.0**power for power in range(-3, 12) for step in (1, 2, 5)]
    inside = [tick for tick in ticks if sizes[0] <= tick <= sizes[1]]
    words = f"{told.size_words[:1].upper()}{told.size_words[1:]} (logarithmic)"
    return alt.Axis(
        title=words, titlePadding=8, labelExpr="format(datum.value, ',~r')", values=inside, grid=False
    )


def _curves(frame: pl.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """The four limits as curves over size; they depend on size alone, so some of the organisations are enough."""
    logs = np.log(frame["size"].to_numpy())
    keep = np.unique(np.searchsorted(logs, np.linspace(logs[0], logs[-1], CURVE)))
    thin = frame[keep.tolist()]
    out = []
    for column, dash in (
        ("lower95", [6, 4]),
        ("upper95", [6, 4]),
        ("lower998", [2, 3]),
        ("upper998", [2, 3]),
    ):
        data = thin.select("size", pl.col(column).alias("value"))
        line = alt.Chart(data).mark_line(color=theme.QUIET, strokeDash=dash, strokeWidth=1.2, clip=True)
        out.append(line.encode(x, y))
    return out


def _level(told: Funnel, y: alt.Y) -> alt.Chart:
    return (
        alt.Chart(pl.DataFrame({"value": [told.centre]})).mark_rule(color=theme.DARK, strokeWidth=1).encode(y)
    )


def _points(frame: pl.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    out = []
    for beyond, shape in ((0, "circle"), (1, "triangle-up"), (-1, "triangle-down")):
        for chosen in (False, True):
            part = frame.filter((pl.col("beyond") == beyond) & (pl.col("chosen") == chosen))
            if part.height:
                colour = theme.BLUE if chosen else theme.DARK if beyond else theme.GREY
                size = 130 if chosen else 46 if beyond else 26
                marks = alt.Chart(part.select("name", "size", "value", "lower95", "upper95")).mark_point(
                    shape=shape, size=size, fill=colour, stroke="#ffffff", strokeWidth=0.6, opacity=1
                )
                out.append(marks.encode(x, y))
    return out


def _furthest(frame: pl.DataFrame) -> pl.DataFrame:
    outside = pl.max_horizontal(pl.col("value") - pl.col("upper95"), pl.col("lower95") - pl.col("value"))
    far = frame.filter((pl.col("beyond") != 0) & ~pl.col("chosen"))
    far = far.sort(outside / (pl.col("upper95") - pl.col("lower95")), descending=True, nulls_last=True)
    return pl.concat([far.head(MOST_MARKS), frame.filter("chosen")])


def _gathered(frame: pl.DataFrame, x: alt.X, y: alt.Y, sizes, ends, plot) -> alt.Chart:
    """Hexagons, darker where more organisations lie."""
    logs = np.log(np.array(sizes))
    across = (np.log(frame["size"].to_numpy()) - logs[0]) / (logs[1] - logs[0]) * plot[0]
    up = (frame["value"].to_numpy() - ends[0]) / (ends[1] - ends[0]) * plot[1]
    middle_x, middle_y, counts = hexagons(across, up, RADIUS)
    cells = pl.DataFrame(
        {
            "size": np.exp(logs[0] + middle_x / plot[0] * (logs[1] - logs[0])),
            "value": ends[0] + middle_y / plot[1] * (ends[1] - ends[0]),
            "shade": np.minimum(3, 4 * np.log(counts) / np.log(max(2, counts.max()))).astype(int),
        }
    )
    shape = "M0,-1L0.866,-0.5L0.866,0.5L0,1L-0.866,0.5L-0.866,-0.5Z"
    shade = alt.Color("shade:O").scale(domain=[0, 1, 2, 3], range=[*theme.BANDS[1:], theme.GREY]).legend(None)
    marks = alt.Chart(cells).mark_point(
        shape=shape, size=(2 * RADIUS) ** 2, filled=True, opacity=1, clip=True
    )
    return marks.encode(x, y, shade)


def _names(told: Funnel, frame: pl.DataFrame, labels: Labels, x: alt.X, y: alt.Y, sizes) -> list[alt.Chart]:
    """The chosen ones' names, and at the right end what the lines are."""
    out = []
    for row in frame.filter("chosen").iter_rows(named=True):
        left = np.log(row["size"] / sizes[0]) > 0.55 * np.log(sizes[1] / sizes[0])
        place = {"size": row["size"], "value": row["value"]}
        out += theme.named(row["name"], place, x, y, bool(left))
    last = frame[-1]
    for word, value in (("99.8 %", last["upper998"][0]), ("95 %", last["upper95"][0]), ("All", told.centre)):
        if value is not None:
            data = pl.DataFrame({"value": [value]})
            text = alt.Chart(data).mark_text(text=word, dx=6, color=theme.QUIET, fontSize=12)
            out.append(text.encode(x=alt.value(labels.width - 130), y=y))
    return out


def _sentence(told: Funnel, frame: pl.DataFrame, labels: Labels) -> str:
    beyond = int((frame["beyond"] != 0).sum())
    text = (
        f"Funnel plot of {labels.unit} against {told.size_words} for {frame.height:,} organisations; all together {told.centre:,.3g}. "
        f"{beyond:,} lie beyond the 95 % limits, {told.limits_words}."
    )
    if small := told.frame.height - frame.height:
        text += f" {small:,} far smaller than the others are not drawn."
    places = {1: "above", -1: "below", 0: "within"}
    for row in frame.filter("chosen").iter_rows(named=True):
        text += f" {row['name']} has {row['value']:,.3g}, {places[row['beyond']]} the limits of its size."
    return text


def _table(frame: pl.DataFrame) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    columns = ("Organisation", "Size", "Value", "95 % limits from", "to")
    rows = (
        frame.sort("value", descending=True).select("name", "size", "value", "lower95", "upper95").iter_rows()
    )
    return columns, tuple(
        (name, *("–" if part is None else f"{part:,.4g}" for part in parts)) for name, *parts in rows
    )
