"""Tiles and boundaries: everybody has a place of their own, shades are fifths, and what has no value says so."""

import json
import math
import xml.etree.ElementTree as ElementTree

import polars as pl
import pytest

from opencommissioning.area.drawing.mapping import fifths, shapes
from opencommissioning.charts.boundaries import Boundaries, boundaries
from opencommissioning.charts.drawing import Labels
from opencommissioning.charts.render import to_svg
from opencommissioning.charts.tiles import RADIUS, Tiles, _placed, shaded, tiles
from opencommissioning.errors import FileRefused, NotLoaded

LABELS = Labels("A share", "% of items", "September 2026")


def many(count):
    return pl.DataFrame(
        {
            "name": [f"Practice {number}" for number in range(count)],
            "value": [None if number % 11 == 0 else float(number) for number in range(count)],
            "beyond": [1 if number == 7 else 0 for number in range(count)],
            "chosen": [number == 3 for number in range(count)],
            "group": [f"Network {number % 7}" for number in range(count)],
        }
    )


def test_no_two_tiles_lie_on_each_other():
    placed, headings, height = _placed(Tiles(many(90), (10, 20, 30, 40), "PCNs"), 700)
    points = placed.select("x", "y").rows()
    nearest = min(math.dist(one, other) for one in points for other in points if one is not other)
    assert nearest >= math.sqrt(3) * RADIUS - 1e-9
    assert max(y for _, y in points) < height
    assert headings.height == 7


def test_a_fifth_holds_a_fifth():
    values = pl.Series([float(number) for number in range(100)])
    marks = fifths(values)
    assert [shaded(values, marks).count(shade) for shade in range(5)] == [20] * 5
    assert shaded(pl.Series([None, 1.0]), marks) == [-1, 0]


def test_fewer_than_five_values_have_no_fifths():
    with pytest.raises(NotLoaded, match="fewer than five"):
        fifths(pl.Series([1.0, 2.0, None, 3.0]))


def test_tiles_say_that_they_are_no_map_and_who_has_no_value():
    drawn = tiles(Tiles(many(40), (10, 20, 30, 40), "PCNs"), LABELS)
    assert "no map" in drawn.description
    assert "4 have no value" in drawn.description
    assert len(drawn.rows) == 40
    svg = to_svg(drawn.chart, drawn.title, drawn.description)
    assert "This is no map" in " ".join(ElementTree.fromstring(svg).itertext())
    assert svg.count("▲") == 2  # the mark, and the key


def square(left, bottom, side=1.0):
    return [
        [left, bottom],
        [left + side, bottom],
        [left + side, bottom + side],
        [left, bottom + side],
        [left, bottom],
    ]


@pytest.fixture
def folder(tmp_path):
    one = {"type": "Polygon", "coordinates": [square(0, 50)]}
    two = {"type": "MultiPolygon", "coordinates": [[square(2, 50)], [square(4, 50)]]}
    features = [
        {"type": "Feature", "properties": {"icb": "QAA", "n": 3}, "geometry": one},
        {"type": "Feature", "properties": {"code": "QBB"}, "geometry": two},
        {"type": "Feature", "properties": None, "geometry": one},
    ]
    (tmp_path / "icb.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return tmp_path


def test_a_feature_is_known_by_any_property_that_is_a_code(folder):
    found = shapes(folder, ["QAA", "QBB", "QCC"])
    assert {code: len(polygons) for code, polygons in found.items()} == {"QAA": 1, "QBB": 2}


def test_a_file_that_is_no_geojson_is_refused_by_name(folder):
    (folder / "zzz.geojson").write_text("{}")
    with pytest.raises(FileRefused, match=r"zzz\.geojson"):
        shapes(folder, ["QAA"])


def test_a_map_draws_the_shapes_and_counts_those_without(folder):
    frame = pl.DataFrame(
        {
            "code": ["QAA", "QBB", "QCC"],
            "name": ["One", "Two", "Three"],
            "value": [1.0, None, 3.0],
            "beyond": [0, 0, 1],
            "chosen": [True, False, False],
        }
    )
    drawn = boundaries(Boundaries(shapes(folder, frame["code"]), frame, (1, 2, 3, 4), 1), LABELS)
    assert "1 have no boundary" in drawn.description
    assert [row[1] for row in drawn.rows] == ["3", "1", "–"]
    assert to_svg(drawn.chart, drawn.title, drawn.description).count('aria-roledescription="geoshape"') in (
        0,
        2,
    )


def test_published_boundaries_are_drawn_small(shared_data):
    file = shared_data("geography/icb_boundaries.geojson")
    codes = ["QYG", "QNC", "QOC", "QJM"]
    found = shapes(file.parent, codes)
    assert sorted(found) == sorted(codes)
    frame = pl.DataFrame(
        {
            "code": codes,
            "name": codes,
            "value": [1.0, 2.0, 3.0, 4.0],
            "beyond": [0] * 4,
            "chosen": [False] * 4,
        }
    )
    drawn = boundaries(Boundaries(found, frame, (1, 2, 3, 4)), LABELS)
    assert len(to_svg(drawn.chart, drawn.title, drawn.description)) < 60_000
