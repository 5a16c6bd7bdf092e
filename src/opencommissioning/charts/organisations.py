"""All organisations of a level in the order of their values, each with the range expected of one of its size; one picked out."""

from dataclasses import dataclass

import altair as alt
import numpy as np
import polars as pl

from opencommissioning.charts import theme
from opencommissioning.charts.drawing import Drawing, Labels
from opencommissioning.charts.scales import rounded_ends

FEW = 40  # up to here every organisation has its name
MANY = 500  # from here on lines instead of points
MOST_MARKS = 300  # organisations beyond chance that are marked one by one


@dataclass(frozen=True)
class Organisations:
    """`frame`: name, value, lower, upper (expected range at its size), beyond (+1 above it, −1 below, 0 within), chosen (bool).

    Rows without a value must be left out; `missing` says how many there are. `centre` is the value of all together.
    """

    frame: pl.DataFrame
    centre: float
    missing: int = 0


def organisations(told: Organisations, labels: Labels) -> Drawing:
    """Up to 40 by name, one under the other; more by rank from left to right; over 500 as lines with only the far ones marked."""
    return Drawing(
        lambda: _chart(told, _in_order(told), labels),
        labels.title,
        _sentence(told, labels),
        lambda: _table(told.frame),
    )


def _in_order(told: Organisations) -> pl.DataFrame:
    """The lowest first, with `rank`."""
    return told.frame.sort("value", "name").with_row_index("rank", offset=1)


def _chart(told: Organisations, frame: pl.DataFrame, labels: Labels) -> alt.TopLevelMixin:
    ends = rounded_ends(frame["value"].to_numpy(), *_inner(frame))
    chart = (_named if frame.height <= FEW else _ranked)(told, frame, labels, ends)
    return theme.dressed(chart, labels)


def _inner(frame: pl.DataFrame) -> list[np.ndarray]:
    """The limits that the axis must show: those of a few tiny organisations must not squeeze everybody else."""
    limits = frame.select("lower", "upper").drop_nulls()
    if frame.height <= FEW or not limits.height:
        return [limits.to_numpy()]
    return [np.array([limits["lower"].quantile(0.02), limits["upper"].quantile(0.98)])]


def _named(
    told: Organisations, frame: pl.DataFrame, labels: Labels, ends: tuple[float, float]
) -> alt.LayerChart:
    letters = 24 if labels.narrow else 40
    names = [
        f"{rank}|{theme.shortened(name, letters)}" for rank, name in frame.select("rank", "name").iter_rows()
    ]
    frame = frame.with_columns(pl.Series("key", names))
    y = alt.Y("key:N").sort(names[::-1]).axis(_name_axis(frame))
    x = (
        alt.X("value:Q")
        .scale(domain=ends, nice=False)
        .axis(theme.number_axis(labels.unit, tickCount=3 if labels.narrow else 5, **_key(labels, "")))
    )
    base = alt.Chart(frame)
    ranges = base.mark_bar(color=theme.BANDS[1], height=9, cornerRadius=3, clip=True).encode(
        alt.X("lower:Q").scale(domain=ends, nice=False), y, x2="upper:Q"
    )
    layers = [ranges, _centre(told, "x"), *_points(frame, x, y)]
    width = labels.width - (170 if labels.narrow else 290)
    return alt.layer(*layers).properties(width=width, height=alt.Step(22))


def _name_axis(frame: pl.DataFrame) -> alt.Axis:
    """Names without the rank that keeps two of the same name apart; the chosen one in bold."""
    ranks = [str(rank) for rank in frame.filter("chosen")["rank"].to_list()]
    bold = {"test": f"indexof({ranks}, split(datum.value, '|')[0]) >= 0", "value": 600}
    weight = {"condition": bold, "value": "normal"}
    name = "slice(datum.value, indexof(datum.value, '|') + 1)"
    return alt.Axis(
        labelExpr=name, title=None, ticks=False, labelLimit=400, labelFontWeight=weight, grid=False
    )


def _key(labels: Labels, first: str) -> dict:
    """What the marks mean, in words under the chart."""
    means = "Grey: expected for its size. ▲ ▼ beyond it. Dashed: all together."
    lines = [first, *theme.wrapped(means, labels.width - 90, theme.SIZE)] if first else None
    lines = lines or theme.wrapped(means, labels.width - 150, theme.SIZE)
    return {"title": lines, "titlePadding": 8, "titleLineHeight": 18}


def _points(frame: pl.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Circles within the expected range, triangles pointing the way beyond it, a filled blue mark for the chosen one."""
    out = []
    for beyond, shape in ((0, "circle"), (1, "triangle-up"), (-1, "triangle-down")):
        for chosen in (False, True):
            part = frame.filter((pl.col("beyond") == beyond) & (pl.col("chosen") == chosen))
            if part.height:
                edge = "#ffffff" if chosen or frame.height <= 150 else None
                colour = theme.BLUE if chosen else theme.DARK if beyond else theme.GREY
                size = 130 if chosen else 60 if beyond else 34 if frame.height <= 150 else 16
                marks = alt.Chart(part).mark_point(
                    shape=shape, size=size, fill=colour, stroke=edge, strokeWidth=0.8, opacity=1, clip=False
                )
                out.append(marks.encode(x, y))
    return out


def _centre(told: Organisations, along: str) -> alt.Chart:
    rule = alt.Chart(pl.DataFrame({"value": [told.centre]})).mark_rule(color=theme.DARK, strokeDash=[5, 4])
    return rule.encode(**{along: alt.X("value:Q") if along == "x" else alt.Y("value:Q")})


def _ranked(
    told: Organisations, frame: pl.DataFrame, labels: Labels, ends: tuple[float, float]
) -> alt.LayerChart:
    width = labels.width - 90
    words = f"{frame.height:,} organisations, lowest to highest"
    x = alt.X("rank:Q").scale(domain=(0, frame.height + 1), nice=False, zero=False)
    x = x.axis(alt.Axis(labels=False, ticks=False, grid=False, **_key(labels, words)))
    y = alt.Y("value:Q").scale(domain=ends, nice=False).axis(theme.number_axis(labels.unit))
    many = frame.height > MANY
    thin = _thinned(frame) if many else frame
    band = alt.Chart(thin.drop_nulls(["lower", "upper"]))
    band = band.mark_area(color=theme.BANDS[0], clip=True).encode(
        x, alt.Y("lower:Q").scale(domain=ends, nice=False), alt.Y2("upper:Q")
    )
    shown = _furthest(frame) if many else frame
    line = [alt.Chart(thin).mark_line(color=theme.GREY, strokeWidth=2.5).encode(x, y)] if many else []
    layers = [band, _centre(told, "y"), *line, *_points(shown, x, y), *_labels(frame, x, labels, ends)]
    return alt.layer(*layers).properties(width=width, height=theme.HEIGHT)


def _thinned(frame: pl.DataFrame, parts: int = 240) -> pl.DataFrame:
    """Neighbours in rank together: the middle value and the middle limits of each of `parts` stretches."""
    stretch = (pl.col("rank") * parts // (frame.height + 1)).alias("stretch")
    return frame.group_by(stretch, maintain_order=True).agg(
        pl.col("rank").mean(), pl.col("value", "lower", "upper").median()
    )


def _furthest(frame: pl.DataFrame) -> pl.DataFrame:
    """The chosen ones, and those beyond chance that lie furthest outside, as many as can be told apart."""
    outside = pl.max_horizontal(pl.col("value") - pl.col("upper"), pl.col("lower") - pl.col("value"))
    far = frame.filter((pl.col("beyond") != 0) & ~pl.col("chosen"))
    return pl.concat(
        [far.sort(outside, descending=True, nulls_last=True).head(MOST_MARKS), frame.filter("chosen")]
    )


def _labels(frame: pl.DataFrame, x: alt.X, labels: Labels, ends: tuple[float, float]) -> list[alt.Chart]:
    """The chosen one's name beside its mark, on the side where there is room, and above or below the rising line."""
    out = []
    for row in frame.filter("chosen").iter_rows(named=True):
        left = row["rank"] > frame.height / 2
        share = (row["value"] - ends[0]) / (ends[1] - ends[0])
        dy = 0 if share > 0.85 or share < 0.1 else -16 if left else 18
        place = {"rank": row["rank"], "value": row["value"]}
        out += theme.named(row["name"], place, x, alt.Y("value:Q"), left, dy)
    return out


def _sentence(told: Organisations, labels: Labels) -> str:
    frame = told.frame
    above, below = ((frame["beyond"] == side).sum() for side in (1, -1))
    text = (
        f"{frame.height:,} organisations by {labels.unit}, from {frame['value'].min():,.3g} to {frame['value'].max():,.3g}; "
        f"all together {told.centre:,.3g}. {above:,} lie above the range expected at their size, {below:,} below it."
    )
    for row in _in_order(told).filter("chosen").iter_rows(named=True) if frame["chosen"].any() else ():
        text += f" {row['name']} has {row['value']:,.3g}, rank {row['rank']:,} from the lowest."
    return text + (f" {told.missing:,} have no value and are not drawn." if told.missing else "")


def _table(frame: pl.DataFrame) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    columns = ("Organisation", "Value", "Expected from", "to")
    rows = (
        frame.sort("value", "name", descending=(True, False))
        .select("name", "value", "lower", "upper")
        .iter_rows()
    )
    return columns, tuple(
        (name, *("–" if part is None else f"{part:,.4g}" for part in parts)) for name, *parts in rows
    )
