"""England's time series: every month's figures are the workbook's own, read a second way."""

from datetime import date

import openpyxl
import pytest

from opencommissioning.area import Area
from opencommissioning.measures.series import Missing

FILE = "rtt/england_rtt_full_time_series_2007_2023.xlsx"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("england") / "area"


@pytest.fixture
def area(folder, shared_data):
    """Built by the first test of the module that asks."""
    if not folder.exists():
        made = Area.create(folder)
        report = made.load([shared_data(FILE)])[0]
        assert report.warnings == ()
        assert sum(each.part.refused for each in report.loaded) == 0
        made.build()
    return Area.open(folder)


@pytest.fixture
def published(shared_data):
    """month → the cells of its row, by their place in the sheet."""
    book = openpyxl.load_workbook(shared_data(FILE), read_only=True, data_only=True)
    rows = [row for row in book.worksheets[0].iter_rows(values_only=True) if hasattr(row[2], "year")]
    book.close()
    return {row[2].date(): row for row in rows}


OFF = date(
    2021, 9, 1
)  # its published share within 18 weeks (66.50 %) does not follow from its own counts (66.49 %)
COLUMNS = {  # measure → place of the published figure, its unit
    "within_18_weeks_england": (7, 100),
    "over_52_weeks_england": (12, 100),
    "median_wait_england": (3, 1),
    "p92_wait_england": (4, 1),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_every_months_value_is_the_published_one(area, published, name):
    place, unit = COLUMNS[name]
    series = area.current.series(name, "england", 1)
    compared = 0
    for month, row in published.items():
        if isinstance(row[place], float | int) and (name, month) != ("within_18_weeks_england", OFF):
            value = series.values[0, series.months.index(month)]
            assert value == pytest.approx(unit * row[place], rel=1e-5), month
            compared += 1
    assert compared > 150


def test_what_lies_beyond_the_bands_is_missing_not_nought(area, published):
    series = area.current.series("p92_wait_england", "england", 1)
    capped = [month for month, row in published.items() if row[4] == "52+"]
    assert capped
    for month in capped:
        assert series.missing[0, series.months.index(month)] == Missing.DENOMINATOR_ZERO


def test_what_a_month_cannot_tell_apart_is_missing_not_nought(area, published):
    """Until March 2021 the return ended at 52 weeks."""
    for weeks, place in ((65, 13), (78, 15), (104, 17)):
        series = area.current.series(f"over_{weeks}_weeks_england", "england", 1)
        for month, row in published.items():
            at = series.months.index(month) if month in series.months else None
            if isinstance(row[place], float | int):
                assert series.numerators[0, at] == pytest.approx(row[place]), (weeks, month)
            elif at is not None:
                assert series.missing[0, at] != Missing.NOTHING, (weeks, month)
