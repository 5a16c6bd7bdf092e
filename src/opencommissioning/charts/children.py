"""The members of one organisation: a bar from zero for each, with the range expected of one of its size."""

from dataclasses import dataclass

import altair as alt
import numpy as np
import polars as pl

from opencommissioning.charts import theme
from opencommissioning.charts.drawing import Drawing, Labels
from opencommissioning.charts.scales import rounded_ends

MOST = 40  # more than these bars nobody reads


@dataclass(frozen=True)
class Children:
    """`frame`: name, value (null where missing), lower, upper (expected at its size), beyond (+1, −1, 0). `centre`: all of the level."""

    frame: pl.DataFrame
    centre: float
    parent: str


def children(told: Children, labels: Labels) -> Drawing:
    """Highest first; the 40 furthest from the centre when there are more. A member without a value says so instead of a bar."""
    return Drawing(lambda: _chart(told, labels), labels.title, _sentence(told, labels), lambda: _table(told))


def _chart(told: Children, labels: Labels) -> alt.TopLevelMixin:
    frame = _shown(told)
    letters = 22 if labels.narrow else 40
    frame = frame.with_columns(
        pl.Series(
            "key", [f"{row}|{theme.shortened(name, letters)}" for row, name in enumerate(frame["name"])]
        )
    )
    ends = _ends(frame, told.centre)
    y = alt.Y("key:N").sort(frame["key"].to_list()).axis(_name_axis())
    x = (
        alt.X("value:Q")
        .scale(domain=ends, nice=False)
        .axis(theme.number_axis(labels.unit, tickCount=3 if labels.narrow else 5, **_key(labels)))
    )
    layers = [*_bars(frame, x, y), *_ranges(frame, y, ends), _centre(told, x), *_missing(frame, y)]
    width = labels.width - (180 if labels.narrow else 290)
    chart = alt.layer(*layers).properties(width=width, height=alt.Step(24))
    return theme.dressed(chart, labels)


def _ends(frame: pl.DataFrame, centre: float) -> tuple[float, float]:
    """From zero to the largest value or limit; a tiny member's huge limit runs out of the picture instead of squeezing the rest."""
    values, limits = (frame[column].drop_nulls().to_numpy() for column in ("value", "upper"))
    most = 2 * max([centre, *values])
    return rounded_ends(values, np.minimum(limits, most), np.array([centre]), zero=True)


def _shown(told: Children) -> pl.DataFrame:
    frame = told.frame
    if frame.height > MOST:
        frame = frame.sort((pl.col("value") - told.centre).abs(), descending=True, nulls_last=True).head(MOST)
    return frame.sort("value", descending=True, nulls_last=True)


def _name_axis() -> alt.Axis:
    name = "slice(datum.value, indexof(datum.value, '|') + 1)"
    return alt.Axis(labelExpr=name, title=None, ticks=False, labelLimit=400, grid=False)


def _key(labels: Labels) -> dict:
    words = "Whisker: expected for its size. Dark bar: beyond it. Dashed: all together."
    return {
        "title": theme.wrapped(words, labels.width - 150, theme.SIZE),
        "titlePadding": 8,
        "titleLineHeight": 18,
    }


def _bars(frame: pl.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    out = []
    for beyond, colour in ((False, theme.BANDS[3]), (True, theme.BLUE)):
        part = frame.filter(((pl.col("beyond") != 0) == beyond) & pl.col("value").is_not_null())
        if part.height:
            out.append(
                alt.Chart(part.select("key", "name", "value", "lower", "upper"))
                .mark_bar(color=colour, height=14)
                .encode(x, y)
            )
    return out


def _ranges(frame: pl.DataFrame, y: alt.Y, ends: tuple[float, float]) -> list[alt.Chart]:
    known = frame.filter(pl.col("value").is_not_null()).drop_nulls(["lower", "upper"])
    if not known.height:
        return []
    base = alt.Chart(known.select("key", "lower", "upper"))
    low = alt.X("lower:Q").scale(domain=ends, nice=False)
    line = base.mark_rule(color=theme.INK, strokeWidth=1.3, clip=True).encode(low, y, x2="upper:Q")
    caps = [
        base.mark_tick(color=theme.INK, size=8, thickness=1.3, clip=True).encode(alt.X(f"{side}:Q"), y)
        for side in ("lower", "upper")
    ]
    return [line, *caps]


def _centre(told: Children, x: alt.X) -> alt.Chart:
    return (
        alt.Chart(pl.DataFrame({"value": [told.centre]}))
        .mark_rule(color=theme.DARK, strokeDash=[5, 4])
        .encode(x)
    )


def _missing(frame: pl.DataFrame, y: alt.Y) -> list[alt.Chart]:
    none = frame.filter(pl.col("value").is_null())
    if not none.height:
        return []
    text = alt.Chart(none.select("key")).mark_text(
        text="no value", dx=6, color=theme.QUIET, fontStyle="italic"
    )
    return [text.encode(x=alt.value(0), y=y)]


def _sentence(told: Children, labels: Labels) -> str:
    values = told.frame["value"].drop_nulls()
    beyond = told.frame.filter(pl.col("beyond") != 0).height
    missing = told.frame.height - len(values)
    text = f"Bars of {labels.unit} for {told.frame.height:,} members of {told.parent}; all together {told.centre:,.3g}. "
    if len(values):
        text += f"From {values.min():,.3g} to {values.max():,.3g}; {beyond:,} beyond the range expected at their size."
    if told.frame.height > MOST:
        text += f" Drawn are the {MOST} furthest from all together."
    return text + (f" {missing:,} have no value." if missing else "")


def _table(told: Children) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    rows = told.frame.sort("value", descending=True, nulls_last=True).select(
        "name", "value", "lower", "upper"
    )
    texts = (
        (name, *("–" if part is None else f"{part:,.4g}" for part in parts))
        for name, *parts in rows.iter_rows()
    )
    return ("Organisation", "Value", "Expected from", "to"), tuple(texts)
