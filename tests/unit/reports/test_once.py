"""What is counted twice stands once in a pack's table."""

from datetime import date

import pytest

from opencommissioning.area.library import Library
from opencommissioning.reports.letter import once
from opencommissioning.reports.organisation import Line
from opencommissioning.variation.verdict import Stand, Verdict


@pytest.fixture(scope="module")
def measures():
    return Library().measures


@pytest.fixture
def line(measures):
    def made(name, judgement="", stand=Stand.USUAL):
        verdict = Verdict(
            name, "X1", "practice", date(2026, 9, 1), stand, 1.0, 2.0, 0.5, 3.0, 0, None, None, None, ""
        )
        return Line(measures[name], verdict, judgement, "1", "2", "0.5 and 3", "", None, -1.0)

    return made


def names(lines):
    return [each.measure.id for each in lines]


def test_several_lists_of_the_same_conditions_stand_once(line, measures):
    lists = [name for name in measures if name.startswith("emergency_acsc_")]
    assert len(lists) > 5
    lines = [line(each, "better", Stand.LOWER) for each in lists]
    assert names(once(lines)) == lists[:1]
    ratio = line("standardised_emergency_acsc_nhs_institute", "better", Stand.LOWER)
    assert names(once([ratio, *lines])) == ["standardised_emergency_acsc_nhs_institute"]


def test_one_marked_the_other_way_is_no_repetition(line):
    good = line("emergency_acsc_purdy_36", "better", Stand.LOWER)
    bad = line("emergency_acsc_nhsof_acute", "worse", Stand.HIGHER)
    plain = line("emergency_acsc_nhsof_chronic")
    assert names(once([good, bad, plain])) == ["emergency_acsc_purdy_36", "emergency_acsc_nhsof_acute"]


def test_a_share_and_a_rate_of_the_same_drugs_stand_once(line):
    lines = [line("quinolone_share", "better", Stand.LOWER), line("quinolone_items", "better", Stand.LOWER)]
    assert names(once(lines)) == ["quinolone_share"]


def test_different_drugs_amounts_and_conditions_stay(line):
    asked = [
        "quinolone_share",
        "trimethoprim_share",
        "cost_per_patient",
        "all_items",
        "emergency_copd",
        "emergency_asthma",
    ]
    assert names(once(map(line, asked))) == asked
