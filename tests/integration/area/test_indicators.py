"""Any table of numerators and denominators is an indicator; values alone are shown but never judged."""

from datetime import date

import pytest

from opencommissioning.area import Area
from opencommissioning.area.comparison.indicators import indicator_report, indicator_series, known_indicators
from opencommissioning.errors import NotLoaded, UnknownName
from opencommissioning.measures.series import Missing

HEADING = "indicator,level,organisation,period,numerator,denominator"


@pytest.fixture
def area(tmp_path):
    """Thirty sub-ICB locations over three months, February absent; one place far from the others, one without a denominator."""
    rows = [
        f"readmissions,sub_icb,L{place:02d},2026-{month:02d},{400 if place == 7 else 100 + place % 5},1000"
        for place in range(30)
        for month in (1, 3)
    ]
    lonely = "readmissions,sub_icb,L99,2026-03,0,0"
    single = "beds,sub_icb,L01,2026-03,12.5,2"
    path = tmp_path / "own.csv"
    path.write_text("\n".join([HEADING, *rows, lonely, single]) + "\n", encoding="utf-8")
    area = Area.create(tmp_path / "area", "Indicators")
    area.load([path])
    return area


def test_gaps_are_told_apart(area):
    series = indicator_series(area.store, "readmissions", "sub_icb")
    assert series.months == (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
    assert (series.missing[:, 1] == Missing.MONTH_NOT_LOADED).all()
    row = series.row("L99")
    assert series.missing[row].tolist() == [
        Missing.NOT_IN_FILE,
        Missing.MONTH_NOT_LOADED,
        Missing.DENOMINATOR_ZERO,
    ]
    assert series.values[series.row("L07"), 2] == 40


def test_who_is_far_is_said_and_the_gap_too(area):
    report = indicator_report(area.store, "readmissions", "sub_icb")
    assert report.beyond["organisation"].to_list()[0] == "L07"
    assert "absent for everybody, so without a value: February 2026" in report.words


def test_what_is_loaded_is_listed(area):
    listed = {(each.id, each.level, each.organisations) for each in known_indicators(area.store)}
    assert listed == {("readmissions", "sub_icb", 31), ("beds", "sub_icb", 1)}


def test_more_than_the_denominator_is_a_ratio_not_a_share(area):
    series = indicator_series(area.store, "beds", "sub_icb")
    assert series.values[0, 0] == pytest.approx(6.25)
    assert not series.measure.narrowed


def test_names_and_levels_that_are_not_there(area, tmp_path):
    with pytest.raises(UnknownName, match="did you mean 'readmissions'"):
        indicator_series(area.store, "readmission", "sub_icb")
    with pytest.raises(NotLoaded, match=r"cannot be compared at level 'practice'; levels with .*: sub_icb"):
        indicator_series(area.store, "readmissions", "practice")
    assert known_indicators(Area.create(tmp_path / "other", "None").store) == []
