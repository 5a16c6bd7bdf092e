"""Files about urgent care, delays, stays and long-term conditions: each layout known by content, its traps handled and told."""

import polars as pl
import pytest

from opencommissioning.area import Area
from opencommissioning.sources import delays, long_waits, quality_outcomes, spells_by_icb, stays, urgent_care
from opencommissioning.sources.recognise import recognise
from opencommissioning.sources.specimens import write_specimen

SOURCES = (delays, long_waits, quality_outcomes, spells_by_icb, stays, urgent_care)
ERAS = {era.name: era for module in SOURCES for era in module.SOURCE.eras}


@pytest.fixture
def area(tmp_path):
    return Area.create(tmp_path / "area")


@pytest.fixture
def loaded(area, tmp_path):
    """loaded(name of an era, dataset) loads the era's specimen and gives the stored rows."""

    def load(name, dataset):
        area.load([write_specimen(ERAS[name], tmp_path)])
        return pl.concat([pl.read_parquet(part.path) for part in area.store.parts(dataset)])

    return load


# what specimens hold so that it is told
TOLD = ("missing, not 0", "left out", "left out, not 0", "left out of four-hour performance")


@pytest.mark.parametrize("name", ERAS)
def test_each_layout_is_known_by_its_content_and_loads(name, area, tmp_path):
    path = write_specimen(ERAS[name], tmp_path)
    assert recognise(path)[1].name == name
    report = area.load([path])[0]
    assert [each.part.refused for each in report.loaded] == [0] * len(report.loaded)
    assert tuple(each for each in report.warnings if not each.endswith(TOLD)) == ()


def test_more_late_than_attended_is_kept_apart_also_where_nobody_attended(area, tmp_path):
    """Ten over four hours of nobody: the row vanished with those that are all 0."""
    path = write_specimen(ERAS["A&E by organisation, types side by side"], tmp_path)
    path.write_text(path.read_text().replace("9000,0,3000,4000,0,30", "9000,0,3000,4000,10,30"))
    area.load([path])
    refused = area.store.refused("ae_attendances")
    assert refused["row"].to_list() == [2]
    assert urgent_care.MORE_THAN_ALL in refused["problem"][0] or "below 0" in refused["problem"][0]


def test_field_test_trusts_are_not_perfect_but_not_measured(loaded):
    rows = loaded("A&E by organisation, types side by side", "ae_attendances")
    tested = rows.filter(pl.col("provider") == "RX2")
    assert tested.select("attendances", "timed", "within_4_hours").row(0) == (8000, 0, 0)
    plain = rows.filter((pl.col("provider") == "RX1") & (pl.col("department") == "1"))
    assert plain.select("timed", "within_4_hours").row(0) == (9000, 5000)


def test_england_is_left_out_and_NA_is_missing(loaded):
    rows = loaded("delayed days by reason", "delayed_days_by_reason")
    assert rows["authority"].unique().to_list() == ["E99000001"]
    assert (rows["days"].sum(), rows.height) == (55, 10)


def test_reasons_that_do_not_give_their_total_are_told(area, tmp_path):
    path = write_specimen(ERAS["delayed days by reason"], tmp_path)
    path.write_text(path.read_text().replace('"55"', '"60"'))
    assert "do not add up to the total (first: Exampleshire)" in area.load([path])[0].warnings[0]


def test_days_without_a_value_or_a_return_are_not_0(loaded):
    assert loaded("criteria to reside by trust and day", "no_criteria_to_reside")["patients"].to_list() == [111]  # fmt: skip
    assert loaded("discharges by trust and day", "discharges_by_day")["discharged"].to_list() == [100]


def test_the_two_registers_of_heart_failure_are_told_apart(loaded):
    rows = loaded("QOF registers 2013/14 by CCG", "qof_prevalence_by_commissioner")
    assert dict(rows.select("group", "register").iter_rows()) == {"HF": 700, "HF_LVD": 400}
    assert str(rows["month"][0]) == "2014-03-01"


def test_a_total_among_specialties_is_left_out(loaded):
    rows = loaded("trust, month, treatment, waits over 18 and 52 weeks", "long_waits_by_provider")
    assert rows["specialty"].to_list() == ["Cardiology Service"]


def test_the_days_of_the_month_stand_once_for_each_authority(loaded):
    """`NA` under one reason must not take the month's length along: April has 30 days, and ten reasons have a figure."""
    rows = loaded("delayed days by reason", "delayed_days_by_reason")
    assert sorted(rows["authority_days"].to_list()) == [0] * 9 + [30]
    assert (
        loaded("delayed days by responsible organisation", "delayed_days_by_body")["authority_days"].sum()
        == 30
    )


def test_what_QOF_asks_for_is_met_not_met_or_excepted(area, tmp_path):
    path = tmp_path / "ACHIEVEMENT_EXAMPLE_2122.csv"
    lines = ["AF006,NUMERATOR,40", "AF006,DENOMINATOR,50", "AF006,PCAS,7", "AF001,REGISTER,90", "AF001,ACHIEVED_POINTS,5",
             "DM012,NUMERATOR,61", "DM012,DENOMINATOR,60", "HF003,DENOMINATOR,12", "HF003,NUMERATOR,0"]  # fmt: skip
    path.write_text(
        "PRACTICE_CODE,INDICATOR_CODE,MEASURE,VALUE\n" + "".join(f"z99001,{line}\n" for line in lines)
    )
    area.load([path])
    rows = pl.concat([pl.read_parquet(part.path) for part in area.store.parts("qof_achievement")])
    found = {(row[0], row[1]): row[2] for row in rows.select("indicator", "outcome", "patients").iter_rows()}
    assert found == {
        ("AF006", "met"): 40, ("AF006", "not met"): 10, ("AF006", "excepted"): 7, ("DM012", "met"): 61, ("DM012", "excepted"): 0,
        ("HF003", "met"): 0, ("HF003", "not met"): 12, ("HF003", "excepted"): 0,
    }  # fmt: skip
    assert rows["practice"].unique().to_list() == ["Z99001"]
    refused = area.store.refused("qof_achievement")
    assert refused.height == 1  # 61 of 60 people: the rest would be −1
    assert "below 0" in refused["problem"][0]
