"""Hospital measures on the invented area: each has values, what was planted is found, a slow sum agrees, small counts are nowhere."""

import csv
import tomllib
from collections import Counter

import numpy as np
import polars as pl
import pytest

from opencommissioning.area.comparison.judging import read_verdicts
from opencommissioning.errors import NotLoaded
from opencommissioning.measures.series import Missing

HOSPITAL = ("admissions", "ae_visits", "outpatient_appointments")


def ours(build):
    return {name: each for name, each in build.measures.items() if each.numerator.dataset in HOSPITAL}


@pytest.fixture(scope="module")
def truths(invented_files):
    document = tomllib.loads((invented_files / "truth.toml").read_text(encoding="utf-8"))
    return {each["id"]: each for each in document["hospital_truth"]}


@pytest.fixture(scope="module")
def verdicts(invented):
    return read_verdicts(invented.current, "practice")


def test_every_hospital_measure_has_values(invented):
    measures = ours(invented.current)
    assert len(measures) >= 45
    empty = [
        name
        for name in measures
        if not (invented.current.series(name, "sub_icb").missing == Missing.NOTHING).any()
    ]
    assert empty == []


def test_planted_outliers_of_copd_are_found_where_age_is_taken_out(verdicts, truths):
    found = verdicts.filter(pl.col("measure") == "standardised_emergency_copd")
    stands = dict(found.select("organisation", "stand").iter_rows())
    for name, words in (
        ("copd_high", ("higher", "far_higher", "far higher")),
        ("copd_low", ("lower", "far_lower", "far lower")),
    ):
        judged = [
            stands[code]
            for code in truths[name]["organisations"]
            if stands[code].replace("_", " ") != "too small"
        ]
        assert judged
        assert any(word in stand for stand in judged for word in words), (name, judged)


def test_all_practices_together_are_as_expected(invented):
    series = invented.current.exact("standardised_emergency_all", "practice", 1)
    known = series.missing == Missing.NOTHING
    assert np.where(known, series.numerators, 0).sum() == pytest.approx(
        np.where(known, series.denominators, 0).sum(), rel=0.01
    )


def test_the_engine_sums_what_the_files_say(invented, invented_files):
    wanted: Counter = Counter()
    for path in (invented_files / "hospital").glob("admissions_*.csv"):
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if (row["category"], row["kind"]) == ("stroke", "emergency"):
                    wanted[row["practice"], row["month"][:7]] += int(row["bed_days"])
    series = invented.current.exact("length_of_stay_stroke", "practice", 1)
    for row, code in enumerate(series.organisations):
        for column, month in enumerate(series.months):
            if series.missing[row, column] == Missing.NOTHING:
                assert series.numerator[row, column] == wanted[code, f"{month:%Y-%m}"]


def test_the_stroke_pathway_shows_in_the_length_of_stay(invented, truths):
    found = truths["stroke_pathway"]
    series = invented.current.exact("length_of_stay_stroke", "sub_icb", 1)
    start = [f"{month:%Y-%m}" for month in series.months].index(found["month"])
    home = series.values[series.row(invented.settings.home)]
    assert np.nanmean(home[:start]) == pytest.approx(56, rel=0.12)
    assert np.nanmean(home[start:]) == pytest.approx(12, rel=0.12)


def test_no_small_count_stands_in_verdicts_or_series(invented, verdicts):
    mine = verdicts.filter(pl.col("measure").is_in(list(ours(invented.current))))
    told = mine["numerator"].drop_nulls()
    assert told.len()
    assert not told.is_between(0, 8, closed="none").any()
    for name in ("emergency_copd", "ae_frequent", "outpatient_missed"):
        shown = invented.current.series(name, "practice", 1).numerators
        assert not ((shown > 0) & (shown < 8)).any()


def test_a_chart_of_hidden_months_is_refused_with_another_way(invented, truths):
    code = truths["copd_low"]["organisations"][0]
    with pytest.raises(NotLoaded, match="not shown"):
        invented.chart("emergency_copd", "practice", code, "control", "svg")
