"""Months far from any file have no column; what lies next to each other in arrays and has values lies next to each other in time."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from tests.unit.measures.test_series import series

from opencommissioning.catalogue.period import months_between, shift
from opencommissioning.measures.grid import LEAD, columns_for, layer
from opencommissioning.measures.register import plain_register, read_register
from opencommissioning.measures.series import Missing, in_months
from opencommissioning.sources.registry import contracts

EVERY = contracts()
OLD, MIDDLE, NEW = date(2010, 8, 1), date(2017, 9, 1), date(2025, 6, 1)


def test_months_that_follow_each_other_are_all_there():
    run = months_between(date(2024, 1, 1), date(2026, 3, 1))
    holes = [month for month in run if month.month != 7]
    assert columns_for({"prescribing": run}, EVERY) == run
    assert columns_for({"prescribing": holes}, EVERY) == run


def test_files_of_three_vintages_have_a_year_of_nothing_before_each():
    months = columns_for({"prescribing": [NEW, OLD, MIDDLE]}, EVERY)
    expected = [OLD, *(shift(each, -back) for each in (MIDDLE, NEW) for back in range(LEAD, -1, -1))]
    assert list(months) == expected


def test_where_a_figure_still_stands_there_is_a_column():
    carry = EVERY["registrations"].carry
    assert carry > 0
    alone = columns_for({"prescribing": [OLD, NEW]}, EVERY)
    listed = columns_for({"prescribing": [OLD, NEW]}, EVERY, {"registrations": [MIDDLE, date(2026, 1, 1)]})
    assert sorted(set(listed) - set(alone)) == [shift(MIDDLE, by) for by in range(carry + 1)]


def test_a_layer_says_of_the_months_between_that_they_are_not_loaded():
    months = columns_for({"prescribing": [OLD, MIDDLE, NEW]}, EVERY)
    register = plain_register(["A", "B"], months, {})
    over = layer(register, EVERY["prescribing"], {OLD: ["A"], MIDDLE: ["A", "B"], NEW: ["B"]})
    there = [step for step, month in enumerate(months) if month in (OLD, MIDDLE, NEW)]
    assert over.missing[:, there].tolist() == [
        [Missing.NOTHING, Missing.NOTHING, Missing.NOT_IN_FILE],
        [Missing.NOT_IN_FILE, Missing.NOTHING, Missing.NOTHING],
    ]
    between = np.setdiff1d(np.arange(len(months)), there)
    assert (over.missing[:, between] == Missing.MONTH_NOT_LOADED).all()


def jumping(window=1):
    """Three months, a jump over years with one month of nothing before the next three."""
    months = (*months_between(OLD, shift(OLD, 2)), *months_between(shift(NEW, -1), shift(NEW, 2)))
    nothing = [0, 0, 0, Missing.MONTH_NOT_LOADED, 0, 0, 0]
    made = series([[1, 2, 3, 0, 4, 5, 6]], [[10] * 7], [nothing])
    return replace(made, months=months).windowed(window, (False, False))


def test_no_window_reaches_over_a_jump():
    values = jumping(3).values[0]
    assert np.isfinite(values).tolist() == [False, False, True, False, False, False, True]
    assert values[6] == pytest.approx(15 / 30 * 1000)


def test_the_last_months_are_those_of_the_calendar():
    last = jumping().last(6, 36)
    assert last.months == months_between(shift(NEW, 2 - 35), shift(NEW, 2))
    assert last.numerator[0, -3:].tolist() == [4, 5, 6]
    assert (last.missing[0, :-3] == Missing.MONTH_NOT_LOADED).all()
    assert jumping().last(6, 3).numerator.tolist() == [[4, 5, 6]]


def test_an_array_is_placed_by_its_months():
    part = np.arange(6.0).reshape(2, 3)
    own, wanted = (OLD, MIDDLE, NEW), (MIDDLE, shift(MIDDLE, 1), NEW)
    assert np.array_equal(
        in_months(part, own, wanted, np.nan), [[1, np.nan, 2], [4, np.nan, 5]], equal_nan=True
    )
    assert in_months(part, own, own[1:], 0).tolist() == [[1, 2], [4, 5]]


def test_a_network_left_in_a_month_without_a_column_is_left():
    members = pl.DataFrame(
        {
            "practice": ["A"],
            "pcn": ["U1"],
            "pcn_name": ["One"],
            "start": [date(2009, 1, 1)],
            "end": [date(2013, 5, 31)],
        }
    )
    months = columns_for({"prescribing": [OLD, MIDDLE]}, EVERY)
    register = read_register({"pcn_members": members}.get, months, ["A"])
    assert register.parents["pcn"][0].tolist() == [0] + [-1] * (len(months) - 1)


def test_of_several_vintages_the_latest_that_has_a_practice_tells_its_networks():
    earlier, later = date(2009, 1, 1), date(2009, 6, 1)
    links = [
        (earlier, "A", "U1", date(2009, 1, 1), None),
        (later, "A", "U2", date(2009, 1, 1), None),  # the earlier file was wrong of A
        (earlier, "B", "U1", date(2009, 1, 1), None),
    ]
    members = pl.DataFrame(links, ["month", "practice", "pcn", "start", "end"], orient="row")
    members = members.with_columns(pcn_name=pl.lit("A network"), end=pl.col("end").cast(pl.Date))
    for rows in (members, members.reverse()):
        register = read_register({"pcn_members": rows}.get, (later,), ["A", "B"])
        assert register.codes["pcn"] == ("U1", "U2")
        assert register.parents["pcn"][:, 0].tolist() == [1, 0]
