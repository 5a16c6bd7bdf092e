"""Custom groups are a level like any other; membership as it was or as it is; values for each dispensing day."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from opencommissioning.area.build import Build
from opencommissioning.area.building import check
from opencommissioning.area.comparison import asking
from opencommissioning.area.comparison.asking import report_organisation
from opencommissioning.area.comparison.comparing import counts_of, middle_of
from opencommissioning.area.comparison.judging import read_verdicts, verdicts_at
from opencommissioning.area.data.standing import notes
from opencommissioning.area.exporting import values
from opencommissioning.errors import DefinitionError, NotLoaded, UnknownName
from opencommissioning.measures.series import Missing

GROUPS = {"Forest locality": ("X81001", "X81002", "X99999"), "Coast": ("X81003", "X81004")}


@pytest.fixture(scope="module")
def grouped(invented):
    """The invented build, read with two groups in its settings."""
    settings = replace(invented.settings, groups=GROUPS)
    return Build(invented.current.folder, invented.library, settings)


def test_a_group_is_the_sum_of_its_practices(grouped):
    group = grouped.series("trimethoprim_share", "group", 1)
    practices = grouped.series("trimethoprim_share", "practice", 1)
    rows = [practices.row(code) for code in GROUPS["Coast"]]
    shown = group.missing[group.row("Coast")] == Missing.NOTHING
    assert shown.any()
    for name in ("numerator", "denominator"):
        whole, parts = getattr(group, name)[group.row("Coast")], getattr(practices, name)[rows].sum(axis=0)
        np.testing.assert_array_equal(whole[shown], parts[shown])


def test_a_group_is_found_by_name_whatever_the_case(grouped):
    assert grouped.organisation("forest LOCALITY").level == "group"
    assert grouped.children("Coast") == ("practice", ["X81003", "X81004"])


def test_a_practice_that_a_group_names_and_nobody_knows_is_told(grouped, invented):
    told = notes(invented.store, grouped)["Groups"]
    assert (
        "Forest locality: 2 of 3 practices are in this build; not known: X99999 (area.toml, [groups])."
        in told
    )
    assert asking.flags(grouped, "Forest locality") == ("Not in this build, so not counted: X99999.",)


def test_a_group_may_not_hide_an_organisation(invented):
    with pytest.raises(
        DefinitionError, match=r"area\.toml \[groups\]: 'X81001' is the code of an organisation"
    ):
        check(invented.current.folder, {"X81001": ("X81002",)})


def test_groups_are_exported_and_their_absence_is_told(grouped, invented):
    frame = values(grouped, ["trimethoprim_share"], "group")
    assert set(frame["name"]) == set(GROUPS)
    with pytest.raises(
        NotLoaded, match=r"no organisation of level 'group'; name groups of practices in area\.toml"
    ):
        values(invented.current, ["trimethoprim_share"], "group")


def added(build, parents):
    """numerators of every PCN and month, added up slowly from practices."""
    practices = build.series("all_items", "practice", 1)
    known = np.isin(practices.missing, [Missing.NOTHING, Missing.DENOMINATOR_ZERO])
    out = np.zeros((len(build.register.codes["pcn"]), len(build.months)), np.int64)
    for row, month in zip(*np.nonzero(known), strict=True):
        if parents[row, month] >= 0:
            out[parents[row, month], month] += practices.numerator[row, month]
    return out


def test_membership_as_it_was_and_as_it_is(invented):
    build = invented.current
    then = np.asarray(build.register.parents["pcn"])
    now = np.repeat(then[:, -1:], then.shape[1], axis=1)
    assert (then != now).any(), "nobody moved: this test would not see the difference"
    for membership, parents in (("as_was", then), ("current", now)):
        series = build.series("all_items", "pcn", 1, membership)
        np.testing.assert_array_equal(series.numerator, added(build, parents))


def test_verdicts_of_another_membership_are_of_its_members(invented):
    build = invented.current
    kept = read_verdicts(build, "pcn").filter(pl.col("measure") == "all_items")
    same = verdicts_at(build, "pcn", "as_was", ["all_items"])
    assert same.equals(kept)
    other = verdicts_at(build, "pcn", "current", ["all_items"])
    assert other["organisation"].to_list() == kept["organisation"].to_list()
    series = build.series("all_items", "pcn", int(other["window"][0]), "current")
    column = series.months.index(other["month"][0])
    got = dict(zip(other["organisation"], other["numerator"], strict=True))
    want = dict(zip(series.organisations, series.numerators[:, column].tolist(), strict=True))
    assert {code: value for code, value in got.items() if value is not None} == {
        code: pytest.approx(want[code]) for code, value in got.items() if value is not None
    }


def test_peers_middles_and_counts_follow_the_membership(invented):
    """The middle by hand from the series; the counts as each organisation's own report counts them."""
    build = invented.current
    codes = build.register.codes["pcn"]
    middles = {way: middle_of(build, "pcn", codes, way)["all_items"] for way in ("as_was", "current")}
    for way, middle in middles.items():
        frame = verdicts_at(build, "pcn", way, ["all_items"])
        series = build.series("all_items", "pcn", int(frame["window"][0]), way)
        column = series.months.index(frame["month"][0])
        assert middle == pytest.approx(np.nanmedian(series.values[:, column]))
    assert middle_of(build, "pcn", codes) == middle_of(build, "pcn", codes, "as_was")
    for way in ("as_was", "current"):
        counts = counts_of(build, "pcn", codes, way)
        told = {code: report_organisation(build, code, way) for code in counts}
        got = {
            code: (each["worse"], each["better"], each["moved"], each["judged"])
            for code, each in counts.items()
        }
        assert got == {code: (len(each.worse), len(each.better), len(each.moved), each.judged) for code, each in told.items()}  # fmt: skip
    rows = [
        verdicts_at(build, "pcn", way).select("organisation", "measure", "value")
        for way in ("as_was", "current")
    ]
    assert not rows[0].equals(rows[1]), "nobody moved: this test would not see the difference"


def test_an_unknown_membership_is_refused(invented):
    with pytest.raises(UnknownName, match="there is no membership 'curent'; did you mean 'current'"):
        invented.current.series("all_items", "pcn", 1, "curent")


def test_values_for_each_dispensing_day(invented):
    build = invented.current
    plain, a_day = (build.series("all_items", "england", 1, None, per_day) for per_day in (False, True))
    days = build.days(1)
    assert {24, 25, 26, 27} & set(days.tolist())
    np.testing.assert_allclose(a_day.values * days, plain.values)
    np.testing.assert_array_equal(a_day.numerators, plain.numerators)
    with pytest.raises(DefinitionError, match="dispensing days cancel out"):
        build.series("trimethoprim_share", "england", 1, None, True)


def test_dispensing_days_leave_out_sundays_and_bank_holidays():
    from opencommissioning.catalogue.calendar import dispensing_days

    published = {  # Mondays to Saturdays less England's bank holidays, counted by hand on a calendar
        date(2017, 9, 1): 26,
        date(2022, 6, 1): 24,  # two jubilee days
        date(2023, 5, 1): 24,  # three bank holidays, the coronation among them
        date(2024, 2, 1): 25,
        date(2024, 12, 1): 24,
    }
    assert {month: dispensing_days(month) for month in published} == published


def test_why_tells_items_a_day(invented):
    told = invented.why("9A1")
    before, after = told.dispensed
    assert f"{after.items / after.days:,.1f} a day" in told.per_day
    assert before.days > 0
