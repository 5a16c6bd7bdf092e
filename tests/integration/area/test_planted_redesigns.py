"""Every redesign and setting that is planted about hospitals is found again by the shipped measures, which know nothing of it."""

import tomllib

import numpy as np
import pytest

from opencommissioning.measures.series import known

SHIPPED = {  # what is planted → the measure that shows it, and of which organisations it is a series
    "stroke_pathway": ("length_of_stay_stroke", "sub_icb"),
    "care_home_team": ("emergency_care_home", "pcn"),
    "care_home_team_ae": ("ae_care_home", "pcn"),
    "hospital_at_home": ("emergency_lrti_under_19", "sub_icb"),
    "community_gynaecology": ("referrals_gynaecology", "sub_icb"),
    "nhs_111_information": ("ae_attendances", "sub_icb"),
    "nhs_111_directory": ("nhs_111_emergency_department", "contract_area"),
}
ELSEWHERE = {
    "copd_high",
    "copd_low",
    "stroke_before",
    "gynaecology_short",
    "follow_ups_late",
}  # by other tests: outliers and settings, not changes
FAR = 3.5  # standard errors, by the counts alone


@pytest.fixture(scope="module")
def truths(invented_files):
    document = tomllib.loads((invented_files / "truth.toml").read_text(encoding="utf-8"))
    return {each["id"]: each for each in document["hospital_truth"]}


def test_every_planted_fact_has_a_test(truths):
    assert set(truths) == set(SHIPPED) | ELSEWHERE
    assert {each["id"] for each in truths.values() if each["kind"] == "redesign"} == set(SHIPPED)


def touched(invented, found, level):
    """The organisation of the level that the practices of a truth belong to."""
    own = level if level != "contract_area" else "sub_icb"
    (parent,) = {invented.current.parent(code, own) for code in found["organisations"]} - {None}
    return f"111{parent}" if level == "contract_area" else parent


def before_and_after(invented, found, name, level):
    """Numerators and denominators (touched or not, before or after) of the months with a value, and the counts behind them."""
    series = invented.current.kept(name, level, 1)
    row = series.row(touched(invented, found, level))
    start = [f"{month:%Y-%m}" for month in series.months].index(found["month"])
    there = known(series.missing)
    top, bottom = (
        np.where(there, np.nan_to_num(part), 0) for part in (series.numerators, series.denominators)
    )
    late, mine = np.arange(len(series.months)) >= start, np.arange(len(series.organisations)) == row
    cells = [(own, now) for own in (mine, ~mine) for now in (~late, late)]
    return [np.array([part[np.ix_(own, now)].sum() for own, now in cells]) for part in (top, bottom)]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_redesign_is_recovered_by_a_shipped_measure(invented, truths, name):
    """What changed there over what changed elsewhere in the same months is the planted factor, to within chance."""
    measure, level = SHIPPED[name]
    top, bottom = before_and_after(invented, truths[name], measure, level)
    rate = top / bottom
    change = (rate[1] / rate[0]) / (rate[3] / rate[2])
    events = (
        bottom if name == "stroke_pathway" else top
    )  # nights are geometric: their spread is that of as many stays
    error = np.sqrt((1 / events).sum())
    assert np.log(change) == pytest.approx(np.log(truths[name]["factor"]), abs=FAR * error), (change, error)
    assert error < 0.3  # a test that could not tell the factor from 1 would be none
    assert abs(np.log(truths[name]["factor"])) > 1.5 * error


def test_the_location_that_is_short_of_gynaecology_waits_longest(invented, truths):
    home = touched(invented, truths["gynaecology_short"], "sub_icb")
    series = invented.current.series("gynaecology_median_wait_commissioner", "sub_icb")
    latest = series.values[:, -1]
    assert series.organisations[int(np.nanargmax(latest))] == home


def test_stroke_patients_stay_as_long_as_is_planted_before_the_pathway(invented, truths):
    top, bottom = before_and_after(invented, truths["stroke_pathway"], "length_of_stay_stroke", "sub_icb")
    stays = top / bottom
    assert stays[0] / stays[2] == pytest.approx(truths["stroke_before"]["factor"], rel=0.15)


def test_clinics_in_the_community_shorten_the_list_of_their_hospital(invented, truths):
    found = truths["community_gynaecology"]
    series = invented.current.kept("gynaecology_within_18_weeks_commissioner", "sub_icb", 1)
    start = [f"{month:%Y-%m}" for month in series.months].index(found["month"])
    waiting = series.denominators / series.denominators[:, start - 1, None]  # beside the month before
    row = series.row(touched(invented, found, "sub_icb"))
    others = np.delete(waiting[:, -1], row)
    assert waiting[row, -1] < np.nanmin(others)
