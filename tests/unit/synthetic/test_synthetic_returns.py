"""Invented returns load as the publishers' without a refused row, and hold the same people as the counts by practice."""

from collections import Counter

import polars as pl
import pytest

from opencommissioning.area import Area
from opencommissioning.synthetic.model import economy
from opencommissioning.synthetic.returns import ASKED, GROUPS, write_returns
from opencommissioning.synthetic.visit_counts import attendances
from opencommissioning.synthetic.waits import hospital_of


@pytest.fixture(scope="module")
def made():
    return economy(practices=40, products=20, months=8, seed=1)


@pytest.fixture(scope="module")
def files(made, tmp_path_factory):
    return {path.name: path for path in write_returns(made, tmp_path_factory.mktemp("returns"))}


def test_every_file_is_known_and_loads_whole(files, tmp_path):
    area = Area.create(tmp_path / "area")
    datasets = set()
    for path in files.values():
        report = area.load([path])[0]
        assert report.warnings == ()
        assert all(each.part.rows and not each.part.refused for each in report.loaded)
        datasets |= {each.part.dataset for each in report.loaded}
    assert datasets == {
        "ae_attendances", "beds_by_provider", "no_criteria_to_reside", "qof_prevalence_by_practice", "qof_prevalence_by_commissioner",
        "qof_achievement",
    }  # fmt: skip


def test_departments_see_whom_practices_send(made, files):
    """Second witness: a loop over the rows of the counts by practice."""
    told = pl.read_csv(files["ae_attendances_by_type.csv"])
    place = dict(made.organisations.prescribers.select("code", "sub_icb").iter_rows())
    seen = Counter()
    for row in attendances(made, 7).filter(category="all").iter_rows(named=True):
        seen[place[row["practice"]]] += row["attendances"]
    for number, code in enumerate(made.organisations.sub_icbs["code"].head(8)):
        mine = told.filter(pl.col("org_code") == hospital_of(number)[0], pl.col("period") == str(made.months[7]))  # fmt: skip
        assert mine["attendances"].sum() == seen[code]
        assert (mine["breaches"] <= mine["attendances"]).all()


def test_registers_of_locations_are_those_of_their_practices(made, files):
    name = next(each for each in files if each.startswith("PREVALENCE"))
    place = dict(made.organisations.prescribers.select("code", "sub_icb").iter_rows())
    sums = Counter()
    for row in pl.read_csv(files[name]).iter_rows(named=True):
        sums[place[row["PRACTICE_CODE"]], row["GROUP_CODE"]] += row["REGISTER"]
    told = pl.read_csv(files["qof_prevalence_by_sub_icb.csv"])
    assert {(row["ccg_code"], row["qof_group"]): row["register"] for row in told.iter_rows(named=True)} == sums  # fmt: skip
    assert {group for _, group in sums} == set(GROUPS)


def test_nobody_is_done_more_for_than_asked_about(files):
    name = next(each for each in files if each.startswith("ACHIEVEMENT"))
    wide = pl.read_csv(files[name]).pivot("MEASURE", index=["PRACTICE_CODE", "INDICATOR_CODE"], values="VALUE")  # fmt: skip
    assert (wide["NUMERATOR"] <= wide["DENOMINATOR"]).all()
    assert 0.5 < wide["NUMERATOR"].sum() / wide["DENOMINATOR"].sum() < 0.95
    assert set(wide["INDICATOR_CODE"]) == set(ASKED)


def test_a_short_economy_without_a_march_has_no_qof(tmp_path):
    paths = write_returns(economy(practices=40, products=20, months=3, seed=1), tmp_path)
    assert [path.name for path in paths] == ["ae_attendances_by_type.csv", "beds_by_trust.csv", "criteria_to_reside_daily.csv"]  # fmt: skip
