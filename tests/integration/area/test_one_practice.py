"""The short way to one organisation's values, verdicts, money and peers gives what the long way gives."""

import numpy as np
import polars as pl
import pytest

from opencommissioning.area.comparison.asking import report_organisation
from opencommissioning.area.comparison.comparing import counts_of
from opencommissioning.area.comparison.judging import (
    kept_as,
    memberships_of,
    read_verdicts,
    verdicts_at,
    verdicts_on,
)
from opencommissioning.area.comparison.lines import read_lines
from opencommissioning.area.comparison.trend import _computed, small_lines, trend
from opencommissioning.area.keeping import read_kept


def test_one_organisations_series_is_its_row_of_the_whole(invented):
    build = invented.current
    others = build.register.codes["pcn"][:1]
    for code in (*build.register.practices[::40], *others):
        level = build.organisation(code).level
        for name in build.measures:
            short, whole = build.series_of_one(name, code), build.series(name, level)
            row = whole.row(code)
            np.testing.assert_array_equal(short.values[0], whole.values[row], err_msg=f"{code} {name}")
            np.testing.assert_array_equal(short.missing[0], whole.missing[row], err_msg=f"{code} {name}")


@pytest.mark.parametrize("level", ["practice", "pcn", "sub_icb", "england"])
def test_small_lines_are_the_last_months_of_the_series(invented, level):
    build = invented.current
    code = build.organisations_of(level)[0].code
    for membership in ("as_was", "current"):
        found = small_lines(build, code, 12, membership)
        assert set(found) == set(build.measures)
        for name, values in found.items():
            row = read_verdicts(build, level, [code], [name])
            window = row["window"][0] if row is not None and row.height else None
            series = build.series(name, level, window, membership)
            np.testing.assert_array_equal(values, series.values[series.row(code), -12:], err_msg=name)


@pytest.mark.parametrize("level", ["practice", "pcn"])
def test_a_kept_trend_is_the_one_computed_from_the_series(invented, level):
    build = invented.current
    code = build.organisations_of(level)[1].code
    for name in list(build.measures)[::9]:
        rows = read_verdicts(build, level, names=[name])
        if not rows.height:
            continue
        kept = trend(build, name, level, rows["window"][0], code)
        made = _computed(build, name, level, rows["window"][0], code, None)
        both = [month for month in made.months if month in kept.months]
        here, there = (
            slice(each.months.index(both[0]), each.months.index(both[-1]) + 1) for each in (kept, made)
        )
        np.testing.assert_array_equal(kept.deciles[:, here], made.deciles[:, there], err_msg=name)
        np.testing.assert_array_equal(kept.mine[here], made.mine[there], err_msg=name)


def test_verdicts_of_some_are_those_of_all_narrowed(invented):
    build = invented.current
    whole = read_verdicts(build, "practice")
    codes, names = list(build.register.practices[3:6]), ["trimethoprim_share", "broad_spectrum_antibiotics"]
    for wanted in (codes, codes[:1]):
        here = pl.col("organisation").is_in(wanted)
        assert read_verdicts(build, "practice", wanted).equals(whole.filter(here))
        both = here & pl.col("measure").is_in(names)
        assert read_verdicts(build, "practice", wanted, names).equals(whole.filter(both))
    one = whole.filter(pl.col("measure") == names[0])
    assert read_verdicts(build, "practice", names=names[:1]).equals(one)


def test_verdicts_that_are_mapped_are_those_of_the_table(invented):
    build = invented.current
    table = pl.read_parquet(build.folder / "verdicts" / "practice.parquet")
    assert table.height == read_verdicts(build, "practice").height > 0
    assert table.equals(read_verdicts(build, "practice"))


def test_the_other_membership_is_kept_where_it_gives_other_members(invented):
    build = invented.current
    assert memberships_of(build, "practice") == memberships_of(build, "england") == (None,)
    assert memberships_of(build, "pcn") == (None, "current")
    assert kept_as(build, "pcn", "current") == "pcn-current"
    assert kept_as(build, "pcn", "as_was") == kept_as(build, "pcn", None) == "pcn"
    kept = verdicts_at(build, "pcn", "current", ["all_items"])
    made = verdicts_on(build, "all_items", "pcn", "current").sort("organisation")
    assert kept.select("organisation", "value", "stand").equals(made.select("organisation", "value", "stand"))


def test_members_are_counted_as_their_own_reports_count(invented):
    build = invented.current
    codes = list(build.register.practices[:30])
    counts = counts_of(build, "practice", [*codes, "nobody"])
    assert "nobody" not in counts
    for code, counted in counts.items():
        told = report_organisation(build, code)
        found = (len(told.worse), len(told.better), len(told.moved), len(told.lasting), told.judged)
        assert tuple(counted.values()) == found, code


def test_rows_of_money_of_one_organisation_are_those_of_the_table(invented):
    build = invented.current
    path = build.folder / "prices" / "practice"
    code = build.register.practices[4]
    whole = read_kept(build, path)
    assert read_kept(build, path, [code]).equals(whole.filter(pl.col("organisation") == code))
    assert read_kept(build, path, ["nobody"]).height == 0
    assert read_kept(build, path.with_name("absent")) is None


def test_lines_of_who_is_in_no_file_are_empty(invented):
    lines = read_lines(invented.current, "practice").of("nobody", 12)
    assert lines.keys() == invented.current.measures.keys()
    assert all(len(each) == 12 and np.isnan(each).all() for each in lines.values())
    assert read_lines(invented.current, "absent") is None
