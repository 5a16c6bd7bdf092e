"""A map of boundaries that the area brought, shaded in fifths, simplified so that a page stays light."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import altair as alt
import polars as pl

from opencommissioning.charts import theme
from opencommissioning.charts.drawing import Drawing, Labels
from opencommissioning.charts.tiles import SHADES, shaded

FINENESS = 700  # a step smaller than the picture's width divided by this is not seen
Ring = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Boundaries:
    """`shapes`: code → polygons, each a list of rings of (x, y), in degrees or metres. `frame`: code, name, value, beyond, chosen.

    `fifths` are the four values between the fifths of all organisations of the level; `missing` counts those without a shape.
    """

    shapes: Mapping[str, Sequence[Sequence[Ring]]]
    frame: pl.DataFrame
    fifths: Sequence[float]
    missing: int = 0


def boundaries(told: Boundaries, labels: Labels) -> Drawing:
    """Darker is higher; names stand in the table, since most maps have no room for them."""
    return Drawing(lambda: _chart(told, labels), labels.title, _sentence(told, labels), lambda: _table(told))


def _chart(told: Boundaries, labels: Labels) -> alt.TopLevelMixin:
    frame = told.frame.with_columns(pl.Series("shade", shaded(told.frame["value"], told.fifths)))
    frame = frame.filter(pl.col("code").is_in(list(told.shapes)))
    flat = _flat(told.shapes)
    layers = []
    for (shade, chosen), part in frame.sort("chosen", "shade").group_by(
        "shade", "chosen", maintain_order=True
    ):
        features = [_feature(row, flat[row["code"]]) for row in part.iter_rows(named=True)]
        look = {"stroke": theme.BLUE if chosen else "#5d6b75", "strokeWidth": 3 if chosen else 0.6}
        fill = SHADES[shade] if shade >= 0 else "#ffffff"
        layers.append(alt.Chart(alt.Data(values=features)).mark_geoshape(fill=fill, **look))
    width = labels.width - 20
    chart = (
        alt.layer(*layers)
        .project(type="identity", reflectY=True)
        .properties(width=width, height=min(width, 560))
    )
    return theme.dressed(chart, Labels(labels.title, labels.unit, _subtitle(labels), labels.width))


def _subtitle(labels: Labels) -> str:
    return f"{labels.subtitle}. Darker is higher, in fifths of all; white has no value"


def _flat(shapes: Mapping[str, Sequence[Sequence[Ring]]]) -> dict[str, list[list[list[list[float]]]]]:
    """Degrees become distances (a degree east is shorter than one north), and steps too small to be seen are left out."""
    points = [point for polygons in shapes.values() for ring in _rings(polygons) for point in ring]
    degrees = all(abs(x) <= 180 and abs(y) <= 90 for x, y, *_ in points)
    middle = sum(point[1] for point in points) / len(points)
    stretch = math.cos(math.radians(middle)) if degrees else 1.0
    step = (max(point[0] for point in points) - min(point[0] for point in points)) * stretch / FINENESS
    return {
        code: [
            [_thin([(x * stretch, y) for x, y, *_ in ring], step) for ring in polygon] for polygon in polygons
        ]
        for code, polygons in shapes.items()
    }


def _rings(polygons: Sequence[Sequence[Ring]]) -> Iterator[Ring]:
    for polygon in polygons:
        yield from polygon


def _thin(ring: Sequence[tuple[float, float]], step: float) -> list[list[float]]:
    kept = [ring[0]]
    for point in ring[1:-1]:
        if math.dist(point, kept[-1]) >= step:
            kept.append(point)
    kept.append(ring[-1])
    return [[round(x, 5), round(y, 5)] for x, y in (kept if len(kept) > 3 else ring)]


def _feature(row: Mapping[str, object], polygons: list) -> dict:
    said = {"name": row["name"], "value": row["value"]}
    return {
        "type": "Feature",
        "properties": said,
        "geometry": {"type": "MultiPolygon", "coordinates": polygons},
    }


def _sentence(told: Boundaries, labels: Labels) -> str:
    values = told.frame["value"].drop_nulls()
    text = f"Map of {labels.unit} for {len(told.shapes):,} organisations. "
    if len(values):
        text += f"From {values.min():,.3g} to {values.max():,.3g}."
    return text + (f" {told.missing:,} have no boundary and are not drawn." if told.missing else "")


def _table(told: Boundaries) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    signs = {1: "above", -1: "below", 0: ""}
    rows = (
        told.frame.sort("value", descending=True, nulls_last=True)
        .select("name", "value", "beyond")
        .iter_rows()
    )
    return ("Organisation", "Value", "Beyond expected"), tuple(
        (name, "–" if value is None else f"{value:,.4g}", signs[beyond]) for name, value, beyond in rows
    )
