"""The small chart of a pack: what it draws, where, and how it leaves gaps open."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from opencommissioning.catalogue.period import months_between, parse_month
from opencommissioning.charts.deciles import Deciles
from opencommissioning.charts.marking import Note
from opencommissioning.charts.small import HEIGHT, WIDTH, short, small

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = months_between(parse_month("2025-01"), parse_month("2025-12"))


def drawn(values, notes=()):
    lines = np.linspace(10, 50, 9)[:, None] + np.zeros(12)
    return ElementTree.fromstring(
        small(Deciles(MONTHS, lines, np.asarray(values, float), "you", notes), "% of items")
    )


def texts(root):
    return [each.text for each in root.iter(f"{SVG}text")]


def test_it_says_the_last_values_and_the_months():
    assert {"55 % you", "30 % middle", "Jan 2025", "Dec 2025"} <= set(texts(drawn(np.linspace(20, 55, 12))))


def test_a_higher_value_lies_higher_on_the_paper():
    line = next(
        each
        for each in drawn(np.linspace(20, 55, 12)).iter(f"{SVG}polyline")
        if each.get("stroke") == "#005eb8"
    )
    places = [tuple(map(float, point.split(","))) for point in line.get("points").split()]
    assert [y for _, y in places] == sorted((y for _, y in places), reverse=True)
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in places)


def test_a_missing_month_is_a_gap():
    values = np.linspace(20, 55, 12)
    values[5] = np.nan
    own = [each for each in drawn(values).iter(f"{SVG}polyline") if each.get("stroke") == "#005eb8"]
    assert [len(each.get("points").split()) for each in own] == [5, 6]


def test_notes_are_numbered_and_words_cannot_break_out():
    root = drawn(np.linspace(20, 55, 12), (Note(MONTHS[3], "<b>home</b>"), Note(MONTHS[8], "two")))
    assert {"1", "2"} <= set(texts(root))
    assert not list(root.iter(f"{SVG}b"))


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0, "% of items", "0 %"),
        (12.04, "% of items", "12 %"),
        (1200, "£ per patient", "£1,200"),
        (0.052, "items", "0.052"),
    ],
)
def test_figures_are_as_short_as_an_axis_needs(value, unit, expected):
    assert short(value, unit, value) == expected
