"""An amount rests on events: few items behind the pounds are too few to judge, however much they cost."""

from dataclasses import replace
from datetime import date

import numpy as np

from opencommissioning.area.library import Library
from opencommissioning.measures.series import Series
from opencommissioning.variation.judging import verdicts
from opencommissioning.variation.verdict import Stand

COST = Library().measures["oral_nutritional_supplements"]
PATIENTS = np.array([500_000] * 6 + [40_000, 40_000], float)


def series_of(measure, numerators, denominators):
    """One month of invented organisations."""
    top, bottom = (part.astype(np.int64)[:, None] for part in (numerators, denominators))
    ones = np.ones(top.shape)
    codes = tuple(f"X{number}" for number in range(len(top)))
    missing = np.zeros(top.shape, np.uint8)
    return Series(
        measure, "sub_icb", codes, (date(2026, 9, 1),), top, bottom, 0, 0, missing, ones, ones, ones
    )


def stands(items):
    """The verdicts of eight organisations, two of them small, whose last spends fifty times as much per patient as the others."""
    pounds = PATIENTS * np.array([1, 1.1, 0.9, 1, 1.05, 0.95, 1, 50])
    series = series_of(COST, pounds, PATIENTS)
    behind = None if items is None else series_of(replace(COST, numerator=COST.behind()), items, PATIENTS)
    return verdicts(series, series, None, 0, behind)["stand"].to_list()


def test_the_items_behind_an_amount_are_its_own_conditions():
    assert COST.behind() == replace(COST.numerator, column="items", times="")
    assert Library().measures["broad_spectrum_antibiotics"].behind() is None


def test_few_items_are_too_few_to_judge():
    few = np.array([40.0] * 6 + [3, 4])  # at the rate of all: 40 in the large ones, 3.2 in the small ones
    assert stands(few)[-2:] == [Stand.TOO_SMALL] * 2
    assert Stand.TOO_SMALL not in stands(few)[:6]


def test_many_items_are_judged():
    assert stands(np.full(8, 1000.0))[-1] == Stand.FAR_HIGHER


def test_without_events_the_amount_is_judged_by_size_alone():
    assert stands(None)[-1] == Stand.FAR_HIGHER
