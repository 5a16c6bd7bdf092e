"""Files about referrals, general practice, NHS 111, surveys, infections and other services: known by content, traps handled and told."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from opencommissioning.area import Area
from opencommissioning.errors import FileRefused
from opencommissioning.sources import (
    appointments,
    community,
    deaths,
    infections,
    referrals,
    surveys,
    urgent_calls,
    waiting_england,
)
from opencommissioning.sources.recognise import recognise
from opencommissioning.sources.specimens import write_specimen

SOURCES = (
    appointments.SOURCE,
    community.MENTAL_HEALTH_SOURCE,
    community.SOURCE,
    deaths.SOURCE,
    infections.SOURCE,
    referrals.RETURN_SOURCE,
    referrals.SOURCE,
    surveys.FRIENDS_SOURCE,
    surveys.SURVEY_SOURCE,
    urgent_calls.SOURCE,
    waiting_england.SOURCE,
)
ERAS = {era.name: era for source in SOURCES for era in source.eras}


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


@pytest.mark.parametrize("name", ERAS)
def test_each_layout_is_known_by_its_content_and_loads(name, area, tmp_path):
    path = write_specimen(ERAS[name], tmp_path)
    assert recognise(path)[1].name == name
    report = area.load([path])[0]
    assert [each.part.refused for each in report.loaded] == [0] * len(report.loaded)
    assert report.warnings == ()


def test_appointments_are_told_in_our_words(loaded):
    rows = loaded("GP appointments, practice level crosstab", "gp_appointments").sort("appointments")
    assert rows["appointments"].to_list() == [3, 10, 25, 40]
    assert rows["status"].to_list() == ["unknown", "did not attend", "attended", "attended"]
    assert rows["mode"].to_list() == ["unknown", "online", "telephone", "face to face"]
    assert rows["wait"].to_list() == ["unknown", "1 day", "same day", "8-14 days"], (
        "two blanks in '8  to 14 Days'"
    )
    assert rows["staff"].to_list() == ["unknown", "other", "GP", "GP"]
    assert rows["month"].unique().to_list() == [date(2025, 10, 1)]


def test_an_unknown_status_is_refused_not_guessed(area, tmp_path):
    path = write_specimen(ERAS["GP appointments, practice level crosstab"], tmp_path)
    path.write_text(path.read_text().replace(",DNA", ",Arrived"))
    report = area.load([path])[0]
    assert [each.part.refused for each in report.loaded] == [1]
    assert "'Arrived'" in area.store.refused("gp_appointments", None)["problem"][0]


def test_items_of_nhs_111_become_calls_and_how_they_ended(loaded):
    """Second witness: the specimen's own numbers. Two suppliers are added, the line without a contract is left out."""
    rows = loaded("IUC ADC, one item a row", "nhs_111_calls")
    told = {
        (stage, outcome): calls
        for stage, outcome, calls in rows.select("stage", "outcome", "calls").iter_rows()
    }
    assert (told["call", "answered"], told["call", "abandoned"]) == (9000, 600)
    assert sum(calls for (stage, _), calls in told.items() if stage == "call") == 10_000 + 1_000
    assert told["advised", "primary care"] == 1500 + 900 + 600 + 400
    assert sum(calls for (stage, _), calls in told.items() if stage == "advised") == 7000
    assert rows["area"].unique().to_list() == ["111ZZ1"]
    assert rows["month"].unique().to_list() == [date(2025, 4, 1)]


def test_parts_that_are_more_than_the_whole_are_refused(area, tmp_path):
    path = write_specimen(ERAS["IUC ADC, one item a row"], tmp_path)
    path.write_text(path.read_text().replace('E16,"900"', 'E16,"9,000"'))
    report = area.load([path])[0]
    assert [each.part.refused for each in report.loaded] == [1], "what is left over would be negative"


def test_good_answers_of_the_survey_are_shares_of_their_bases(loaded):
    rows = loaded("GP Patient Survey from 2024", "gp_patient_survey")
    told = {(q, a): n for q, a, n in rows.select("question", "answer", "answers").iter_rows()}
    assert told["overall", "good"] == Decimal("75.300")
    assert told["overall", "good"] + told["overall", "other"] == Decimal("100.400")
    assert rows["practice"].unique().to_list() == ["Z99001"], "−97 stands for too few answers"
    assert rows["month"].unique().to_list() == [date(2024, 3, 1)]


def test_counts_of_the_older_survey_are_taken_as_they_are(loaded):
    rows = loaded("GP Patient Survey to 2023", "gp_patient_survey")
    told = {(q, a): int(n) for q, a, n in rows.select("question", "answer", "answers").iter_rows()}
    assert told == {
        ("overall", "good"): 96,
        ("overall", "other"): 24,
        ("contact", "good"): 66,
        ("contact", "other"): 44,
    }


def test_a_survey_file_without_its_year_says_so(area, tmp_path):
    path = write_specimen(ERAS["GP Patient Survey from 2024"], tmp_path)
    path = path.rename(tmp_path / "survey.csv")
    with pytest.raises(FileRefused, match="put it into the name, as in GPPS_2024"):
        area.load([path])


def test_the_referral_return_leaves_totals_and_dashes_out(loaded):
    rows = loaded("monthly referral return by provider", "referrals_by_provider")
    told = {(scope, who): n for scope, who, n in rows.select("scope", "referrer", "referrals").iter_rows()}
    assert told == {
        ("all", "GP"): 5000,
        ("all", "other"): 3000,
        ("specific acute", "GP"): 4000,
        ("specific acute", "other"): 2000,
    }
    assert rows["provider"].unique().to_list() == ["RX1"]
    assert rows["month"].unique().to_list() == [date(2021, 5, 1)]


def test_a_star_of_mental_health_is_missing_and_england_is_left_out(loaded):
    rows = loaded(
        "Mental Health Services Monthly Statistics, one measure a row", "mental_health_by_commissioner"
    )
    told = dict(rows.select("kind", "contacts").iter_rows())
    assert told == {"contacts": 8000, "contacts attended": 6800, "people in contact": 3500}
    assert rows["commissioner"].unique().to_list() == ["99Z"]


def test_answers_side_by_side_become_rows(loaded):
    rows = loaded("Friends and Family by practice, answers side by side", "friends_and_family")
    assert rows["responses"].sum() == 100
    assert dict(rows.select("answer", "responses").iter_rows())["very good"] == 70


def test_england_is_kept_in_bands_that_do_not_overlap(loaded):
    rows = loaded("England's RTT time series", "waiting_in_england")
    told = {
        (f"{month:%Y-%m}", weeks): n
        for month, weeks, n in rows.select("month", "weeks", "pathways").iter_rows()
    }
    assert told == {
        ("2019-04", "0-18"): 3600, ("2019-04", "18-52"): 370, ("2019-04", "52+"): 30,
        ("2023-08", "0-18"): 4500, ("2023-08", "18-52"): 2810, ("2023-08", "52-65"): 295,
        ("2023-08", "65-78"): 70, ("2023-08", "78-104"): 24, ("2023-08", "104+"): 1,
    }  # fmt: skip


def test_a_capped_percentile_is_none_and_estimates_are_not_read(area, tmp_path):
    area.load([write_specimen(ERAS["England's RTT time series"], tmp_path)])
    waits, counts = (
        pl.concat([pl.read_parquet(part.path) for part in area.store.parts(name)])
        for name in ("waits_in_england", "pathways_in_england")
    )
    april = waits.filter((pl.col("month") == date(2019, 4, 1)) & (pl.col("part") == "waiting"))
    assert april["statistic"].to_list() == ["median"], "52+ is no number"
    new = counts.filter((pl.col("part") == "new") & (pl.col("month") == date(2019, 4, 1)))
    assert new["pathways"].to_list() == [1500], "not 1510, which has estimates in it"
