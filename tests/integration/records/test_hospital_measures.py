"""Hospital measures on the invented area: each has values, what was planted is found, a slow sum agrees, small counts are nowhere."""

import csv
import tomllib
from collections import Counter
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from opencommissioning.area.comparison.judging import read_verdicts
from opencommissioning.catalogue.condition import Condition
from opencommissioning.disclosure.rules import HES
from opencommissioning.errors import NotLoaded
from opencommissioning.measures.series import Missing, known

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
    rows = {row["organisation"]: row for row in found.iter_rows(named=True)}
    for name, word in (("copd_high", "higher"), ("copd_low", "lower")):
        mine = [rows[code] for code in truths[name]["organisations"]]
        told = [row for row in mine if row["stand"] not in ("too small to judge", "no value")]
        hidden = [row for row in mine if "not shown" in (row["missing"] or "")]
        assert any(word in row["stand"] for row in told) or (word == "lower" and hidden), (name, mine)


def test_all_practices_together_are_as_expected(invented):
    series = invented.current.kept("standardised_emergency_all", "practice", 1)
    known = series.missing == Missing.NOTHING
    assert np.where(known, series.numerators, 0).sum() == pytest.approx(
        np.where(known, series.denominators, 0).sum(), rel=0.01
    )


def test_the_engine_sums_what_the_files_say_to_within_what_is_rounded(invented, invented_files):
    wanted: Counter = Counter()
    for path in (invented_files / "hospital").glob("admissions_*.csv"):
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if (row["category"], row["kind"]) == ("stroke", "emergency"):
                    wanted[row["practice"], row["month"][:7]] += int(row["bed_days"])
    series = invented.current.kept("length_of_stay_stroke", "practice", 1)
    there = known(series.missing)
    exact = np.array(
        [[wanted[code, f"{month:%Y-%m}"] for month in series.months] for code in series.organisations]
    )
    off = np.where(there, series.numerator - exact, 0)
    assert there.any()
    assert np.abs(off).max() <= HES.off
    assert np.abs(off.cumsum(axis=1)).max() <= HES.off  # a year is off by no more than a month
    # nor is England, but for practices that are not there in each month: they take along what the months before were off by
    gone = int((~there & exact.any(axis=1)[:, None]).any(axis=1).sum())
    assert np.abs(off.sum(axis=0).cumsum()).max() <= HES.off * (1 + gone)
    assert (series.numerator % HES.rounding == 0).all()


def test_the_stroke_pathway_shows_in_the_length_of_stay(invented, truths):
    found = truths["stroke_pathway"]
    series = invented.current.kept("length_of_stay_stroke", "sub_icb", 1)
    start = [f"{month:%Y-%m}" for month in series.months].index(found["month"])
    home = series.values[series.row(invented.settings.home)]
    assert np.nanmean(home[:start]) == pytest.approx(56, rel=0.12)
    assert np.nanmean(home[start:]) == pytest.approx(12, rel=0.12)


def test_no_small_count_stands_in_verdicts_or_series(invented, verdicts):
    mine = verdicts.filter(pl.col("measure").is_in(list(ours(invented.current))))
    told = mine["numerator"].drop_nulls()
    assert told.len()
    assert told.min() >= 15
    for name in ("emergency_copd", "ae_frequent", "outpatient_missed"):
        shown = invented.current.series(name, "practice", 1).numerators
        assert not (shown < 15).any()


def test_nothing_in_the_build_holds_a_count_as_it_is(invented):
    """Whoever reads the build's arrays, by whichever way, reads multiples: exact counts lie in the store and its sums alone."""
    build = invented.current
    keys = {build._scaled(each, "numerator").key for each in ours(build).values()}
    assert all((np.asarray(build.grid.values[key]) % HES.rounding == 0).all() for key in keys)


def test_a_measure_of_people_that_the_build_lacks_is_refused(invented):
    own = replace(invented.library.measures["emergency_copd"], id="own", numerator=replace(
        invented.library.measures["emergency_copd"].numerator, where=(Condition("stay", any_of=("0",)), Condition("category", any_of=("copd",)))))  # fmt: skip
    with pytest.raises(NotLoaded, match="measures of the build only"):
        invented.analyse(own)


def test_a_chart_of_hidden_months_is_refused_with_another_way(invented, truths):
    code = truths["copd_low"]["organisations"][0]
    with pytest.raises(NotLoaded, match="not shown"):
        invented.chart("emergency_copd", "practice", code, "control", "svg")
