"""Medians of a build against those that the publisher printed, and the 92nd percentile against the file-by-file way."""

from datetime import date

import polars as pl
import pytest

from opencommissioning.area import Area
from opencommissioning.area.waiting.waits import waits_of
from opencommissioning.measures.series import Missing

MARCH = "rtt/commissioner_2015_03_Incomplete.csv"
FILES = {
    "rtt/commissioner_incomplete_Dec14.csv": date(2014, 12, 1),
    "rtt/commissioner_incomplete_Jan15.csv": date(2015, 1, 1),
    "rtt/commissioner_incomplete_Feb15.csv": date(2015, 2, 1),
    MARCH: date(2015, 3, 1),
}
OFF = "09L"  # its published figures do not follow from its own bands


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("waits") / "area"


@pytest.fixture
def area(folder, shared_data):
    """Built by the first test of the module that asks."""
    if folder.exists():
        return Area.open(folder)
    files = [shared_data(name) for name in FILES]  # skips before anything is made
    made = Area.create(folder)
    made.load(files)
    made.build()
    return made


@pytest.mark.parametrize("name", FILES)
def test_medians_of_all_specialties_are_the_published_ones(area, shared_data, name):
    frame = waits_of(shared_data(name)).frame.filter(
        (pl.col("function") == "999") & (pl.col("commissioner") != OFF)
    )
    series = area.current.series("median_wait_commissioner", "sub_icb")
    column = series.months.index(FILES[name])
    compared = 0
    for code, published in frame.select("commissioner", "published_median").drop_nulls().iter_rows():
        if code in series.organisations:
            assert series.values[series.row(code), column] == pytest.approx(published, abs=1e-6), code
            compared += 1
    assert compared > 190


def test_the_92nd_percentile_is_that_of_the_file(area, shared_data):
    frame = waits_of(shared_data(MARCH)).frame
    for function, name in (("999", "p92_wait_commissioner"), ("502", "gynaecology_p92_wait_commissioner")):
        series = area.current.series(name, "sub_icb")
        column = series.months.index(FILES[MARCH])
        known = dict(
            frame.filter(pl.col("function") == function)
            .select("commissioner", "p92")
            .drop_nulls()
            .iter_rows()
        )
        assert len(known) > 100
        for code, p92 in known.items():
            assert series.values[series.row(code), column] == pytest.approx(p92, abs=1e-6), code


def test_lists_of_fewer_than_fifty_have_no_median_as_published(area):
    series = area.current.series("gynaecology_median_wait_commissioner", "sub_icb")
    few = series.missing == Missing.FEW
    assert (series.denominator[few] < 50).all()
    assert (series.denominator[series.missing == Missing.NOTHING] >= 50).all()
