"""A letter says how often luck does what it tells: a place far out and a move have their own odds."""

from types import SimpleNamespace

import pytest

from opencommissioning.area.library import Library
from opencommissioning.reports.letter import Luck, _rests_on
from opencommissioning.variation.verdict import Stand


def line(stand):
    return SimpleNamespace(verdict=SimpleNamespace(stand=stand))


@pytest.mark.parametrize(
    ("luck", "stand", "words"),
    [
        (Luck(0.02), Stand.FAR_HIGHER, "puts a practice this far out about 1 in 50 times"),
        (Luck(0.6, 0.004), Stand.MOVED, "moves a series this much about 1 in 250 times"),
        (Luck(0.02, 1e-9), Stand.HIGHER, "puts a practice this far out about 1 in 50 times, and moves a series this much fewer than 1 in 10,000 times"),
    ],
)  # fmt: skip
def test_the_odds_are_those_of_what_is_said(luck, stand, words):
    assert luck.words(line(stand), "practice") == f"Luck alone {words}."


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        ("trimethoprim_share", "It rests on 912 of 14,587 items."),
        ("statin_items", "It rests on 912 items for 14,587 patients."),
        ("special_infant_formula_cost", "It is £912 for 14,587 patients."),
        ("cgm_sensors", "It rests on a quantity of 912 for 14,587 patients."),
        ("amino_acid_formula_share", "It rests on 912 of the whole quantity, 14,587."),
        ("antibiotics_per_star_pu", "It rests on 912 items for 14,587 weighted patients."),
        ("hypertension_found", "It rests on 912 people on the register beside 14,587 that ages let expect."),
        ("prevalence_stia_practice", "It rests on 912 people on the register for 14,587 people on the list."),
        ("anxiolytics_hypnotics", "It rests on a weighted quantity of 912 for 14,587 patients."),
    ],
)
def test_what_it_rests_on_has_its_unit(measure, words):
    row = {"numerator": 912.0, "denominator": 14587.0}
    assert _rests_on(Library().measures[measure], row) == words
