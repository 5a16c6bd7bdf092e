"""A tile for every organisation, gathered by the organisation above it: a schematic picture, and no map."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import numpy as np
import polars as pl

from opencommissioning.charts import theme
from opencommissioning.charts.drawing import Drawing, Labels

SHADES = ("#eef1f3", "#ced6db", "#a9b5be", "#7d8b96", "#4f5c67")  # lowest fifth first
DARK_FROM = 3  # shades on which ink would not be read
RADIUS = 13.0
WIDE, HIGH = math.sqrt(3) * RADIUS, 1.5 * RADIUS
LABEL, GAP, NARROWEST = 22.0, 20.0, 150.0
HEXAGON = "M0,-1L0.866,-0.5L0.866,0.5L0,1L-0.866,0.5L-0.866,-0.5Z"


@dataclass(frozen=True)
class Tiles:
    """`frame`: name, value (null where missing), beyond (+1, −1, 0), chosen, group (name of the organisation above).

    `fifths` are the four values between the fifths of all organisations of the level.
    """

    frame: pl.DataFrame
    fifths: Sequence[float]
    groups: str  # what the groups are: "PCNs"


def tiles(told: Tiles, labels: Labels) -> Drawing:
    """Darker is higher, in fifths; ▲ and ▼ where more than chance; a dash where there is no value."""
    return Drawing(lambda: _chart(told, labels), labels.title, _sentence(told, labels), lambda: _table(told))


def shaded(values: pl.Series, fifths: Sequence[float]) -> list[int]:
    """The fifth of each value, 0 to 4, −1 where it is missing. A value on an edge belongs to the higher fifth."""
    numbers = values.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    places = np.searchsorted(np.asarray(fifths, float), numbers, side="right")
    return np.where(np.isnan(numbers), -1, places).tolist()


def _chart(told: Tiles, labels: Labels) -> alt.TopLevelMixin:
    frame, headings, height = _placed(told, labels.width - 20)
    frame = frame.with_columns(pl.Series("shade", shaded(frame["value"], told.fifths)))
    key = _key(told, labels)
    deep = height + 18 * len(key)
    x = alt.X("x:Q").scale(domain=(0, labels.width - 20), nice=False, zero=False).axis(None)
    y = alt.Y("y:Q").scale(domain=(deep, 0), nice=False, zero=False).axis(None)
    below = [{"x": 0.0, "y": height + 9 + 18 * line, "text": text} for line, text in enumerate(key)]
    heads = [
        alt.Chart(words).mark_text(color=colour).encode(x, y, text="text:N")
        for words, colour in ((headings, theme.TEXT), (pl.DataFrame(below), theme.QUIET))
    ]
    layers = [*heads, *_hexagons(frame, x, y), *_signs(frame, x, y)]
    chart = alt.layer(*layers).properties(width=labels.width - 20, height=deep)
    return theme.dressed(chart, labels)


def _placed(told: Tiles, width: float) -> tuple[pl.DataFrame, pl.DataFrame, float]:
    """Rows with x and y in pixels, headings, and the height: groups flow from left to right, each as square as may be."""
    left, top, tallest, rows, headings = 0.0, 0.0, 0.0, [], []
    for (group,), part in told.frame.sort("group", "name").group_by("group", maintain_order=True):
        across = math.ceil(math.sqrt(part.height * 1.6))
        deep = math.ceil(part.height / across)
        wide = max(NARROWEST, (across + 0.5) * WIDE)
        if left and left + wide > width:
            left, top, tallest = 0.0, top + tallest + GAP, 0.0
        headings.append({"x": left, "y": top + 8, "text": theme.shortened(group, int(wide / 7.2))})
        for place, row in enumerate(part.iter_rows(named=True)):
            line = place // across
            at = left + (place % across + 0.5 + (line % 2) / 2) * WIDE
            rows.append({**row, "x": at, "y": top + LABEL + RADIUS + line * HIGH})
        left, tallest = left + wide + GAP, max(tallest, LABEL + (deep + 0.4) * HIGH)
    return pl.DataFrame(rows, infer_schema_length=None), pl.DataFrame(headings), top + tallest + GAP / 2


def _hexagons(frame: pl.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    out = []
    for shade in sorted(set(frame["shade"].to_list())):
        for chosen in (False, True):
            part = frame.filter((pl.col("shade") == shade) & (pl.col("chosen") == chosen))
            if part.height:
                look = {"stroke": theme.BLUE if chosen else "#7d8b96", "strokeWidth": 3.5 if chosen else 0.7}
                fill = SHADES[shade] if shade >= 0 else "#ffffff"
                marks = alt.Chart(part.select("x", "y", "name", "value")).mark_point(
                    shape=HEXAGON, size=(2 * RADIUS) ** 2 * 0.92, fill=fill, opacity=1, **look
                )
                out.append(marks.encode(x, y))
    return out


def _signs(frame: pl.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """▲, ▼ and –, white on dark tiles."""
    sign = pl.when(pl.col("value").is_null()).then(pl.lit("–")).when(pl.col("beyond") > 0).then(pl.lit("▲"))
    frame = frame.with_columns(
        sign.when(pl.col("beyond") < 0).then(pl.lit("▼")).otherwise(pl.lit("")).alias("sign")
    )
    out = []
    for dark, colour in ((True, "#ffffff"), (False, theme.INK)):
        part = frame.filter(((pl.col("shade") >= DARK_FROM) == dark) & (pl.col("sign") != ""))
        if part.height:
            words = alt.Chart(part.select("x", "y", "sign")).mark_text(
                align="center", color=colour, fontSize=12
            )
            out.append(words.encode(x, y, text="sign:N"))
    return out


def _key(told: Tiles, labels: Labels) -> list[str]:
    words = (
        "Darker is higher, in fifths of all. ▲ above, ▼ below what is expected of its size. – no value. "
        f"This is no map: tiles stand with their {told.groups}, in the order of names."
    )
    return theme.wrapped(words, labels.width - 20, theme.SIZE)


def _sentence(told: Tiles, labels: Labels) -> str:
    values = told.frame["value"].drop_nulls()
    above, below = (told.frame.filter(pl.col("beyond") == way).height for way in (1, -1))
    groups = told.frame["group"].n_unique()
    text = f"Tiles of {labels.unit} for {told.frame.height:,} organisations in {groups:,} {told.groups}; no map. "
    if not len(values):
        return text + "None has a value."
    text += f"From {values.min():,.3g} to {values.max():,.3g}; {above:,} above and {below:,} below what is expected at their size."
    missing = told.frame.height - len(values)
    return text + (f" {missing:,} have no value." if missing else "")


def _table(told: Tiles) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    signs = {1: "above", -1: "below", 0: ""}
    rows = told.frame.sort("group", "name").select("name", "group", "value", "beyond").iter_rows()
    return ("Organisation", "Within", "Value", "Beyond expected"), tuple(
        (name, group, "–" if value is None else f"{value:,.4g}", signs[beyond])
        for name, group, value, beyond in rows
    )
