"""What a browser is given to point at: figures where there are some, zoom once, and the picture's own specification left as it was."""

import json

import polars as pl
import pytest

from opencommissioning.charts.drawing import Labels
from opencommissioning.charts.funnel import Funnel, funnel
from opencommissioning.charts.hovering import with_hover
from opencommissioning.charts.render import to_json

LABELS = Labels("A share", "% of items")


@pytest.fixture
def drawn():
    sizes = [float(100 + 10 * number) for number in range(30)]
    frame = pl.DataFrame(
        {
            "name": [f"Practice {number}" for number in range(30)],
            "size": sizes,
            "value": [10 + (number % 5) for number in range(30)],
            "lower95": [5.0] * 30,
            "upper95": [18.0] * 30,
            "lower998": [2.0] * 30,
            "upper998": [22.0] * 30,
            "beyond": [0] * 30,
            "chosen": [number == 4 for number in range(30)],
        }
    )
    return funnel(Funnel(frame, 12.0), LABELS)


def test_every_point_says_its_name_and_value(drawn):
    layers = json.loads(to_json(drawn.chart))["layer"]
    points = [
        layer for layer in layers if isinstance(layer["mark"], dict) and layer["mark"]["type"] == "point"
    ]
    assert len(points) == 2  # the chosen one and the others
    for layer in points:
        assert [each["title"] for each in layer["encoding"]["tooltip"]][:2] == ["Organisation", "Value"]


def test_limits_say_nothing_and_one_layer_zooms(drawn):
    layers = json.loads(to_json(drawn.chart))["layer"]
    lines = [layer for layer in layers if isinstance(layer["mark"], dict) and layer["mark"]["type"] == "line"]
    assert not any("tooltip" in layer["encoding"] for layer in lines)
    assert [layer["params"][0]["bind"] for layer in layers if "params" in layer] == ["scales"]


def test_a_line_of_months_says_each_month():
    rows = [{"month": "2026-01-01", "value": 3.0}]
    line = {"mark": {"type": "line"}, "data": {"name": "d"}, "encoding": {}}
    told = with_hover({"datasets": {"d": rows}, "layer": [line]})["layer"][0]
    assert told["mark"]["point"]["opacity"] == 0
    assert [each["field"] for each in told["encoding"]["tooltip"]] == ["month", "value"]


def test_a_shape_says_its_properties():
    shape = {"mark": {"type": "geoshape"}, "data": {"values": [{"properties": {"name": "One", "value": 2}}]}}
    told = with_hover({"layer": [shape]})["layer"][0]
    assert [each["field"] for each in told["encoding"]["tooltip"]] == ["properties.name", "properties.value"]
