"""The small control chart of a pack: limits where the page has them, signals in the same shapes, lines broken where new limits begin."""

import xml.etree.ElementTree as ElementTree

import numpy as np

from opencommissioning.catalogue.period import months_between, parse_month
from opencommissioning.charts.control import Control
from opencommissioning.charts.small import HEIGHT, WIDTH
from opencommissioning.charts.small_control import small_control

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = months_between(parse_month("2025-01"), parse_month("2025-12"))
VALUES = np.array([10, 12, 11, 13, np.nan, 11, 12, 10, 11, 19, 12, 3], float)


def drawn(phases=()):
    direction = np.zeros(12, int)
    direction[9], direction[11] = 1, -1
    flat = np.ones(12)
    told = Control(MONTHS, VALUES, 11.5 * flat, 6 * flat, 17 * flat, direction, ("",) * 12, "Surgery", phases=phases)  # fmt: skip
    return ElementTree.fromstring(small_control(told, "% of items"))


def lines(root, dashed):
    return [
        each for each in root.iter(f"{SVG}polyline") if (each.get("stroke-dasharray") is not None) == dashed
    ]


def places(line):
    return [tuple(map(float, point.split(","))) for point in line.get("points").split()]


def test_limits_are_two_dashed_lines_with_their_values_beside_them():
    root = drawn()
    upper, lower = sorted(places(each)[0][1] for each in lines(root, dashed=True))
    mean = next(each for each in lines(root, dashed=False) if len(places(each)) == 12)
    assert upper < places(mean)[0][1] < lower
    texts = {each.text for each in root.iter(f"{SVG}text")}
    assert {"17 % limits", "11.5 % mean", "6 %", "Jan 2025", "Dec 2025"} <= texts


def test_signals_are_triangles_beyond_their_points_and_gaps_stay_open():
    root = drawn()
    marked = [each.get("d") for each in root.iter(f"{SVG}path") if each.get("d").endswith("z")]
    assert len(marked) == 2
    assert "l3.2 5.6" in marked[0]
    assert "l3.2 -5.6" in marked[1]
    assert len(list(root.iter(f"{SVG}circle"))) == 11
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for each in lines(root, False) for x, y in places(each))


def test_lines_break_off_where_new_limits_begin():
    whole, parted = (lines(drawn(phases), dashed=True) for phases in ((), (MONTHS[6],)))
    assert (len(whole), len(parted)) == (2, 4)
