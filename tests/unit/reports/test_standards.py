"""Standards: the one of the month is told, and whether it is met; a measure cannot be held to what it does not say."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from opencommissioning.area.library import Library
from opencommissioning.catalogue.standard import Standard, standard_on
from opencommissioning.errors import DefinitionError
from opencommissioning.language.definitions import World, measure_from
from opencommissioning.language.reading import Reader
from opencommissioning.reports.organisation import held_against
from opencommissioning.variation.verdict import Stand, Verdict

LIBRARY = Library()
WITHIN_18 = LIBRARY.measures["within_18_weeks_commissioner"]
EARLIER = Standard(Decimal(98), date(2004, 4, 1), "earlier", date(2010, 5, 31))
LATER = Standard(Decimal(95), date(2010, 6, 1), "later")


def verdict(value, month=date(2026, 9, 1)):
    return Verdict(WITHIN_18.id, "9A1", "sub_icb", month, Stand.USUAL, value, *[None] * 3, 0, *[None] * 3, "")


@pytest.mark.parametrize(
    ("day", "standard"),
    [
        (date(2004, 3, 31), None),
        (date(2004, 4, 1), EARLIER),
        (date(2010, 5, 31), EARLIER),
        (date(2010, 6, 1), LATER),
        (date(2030, 1, 1), LATER),
    ],
)
def test_a_standard_holds_in_its_months(day, standard):
    assert standard_on((LATER, EARLIER), day) is standard


def test_the_newest_of_two_that_hold_counts():
    assert standard_on((replace(EARLIER, until=None), LATER), date(2020, 1, 1)) is LATER


def test_met_and_not_met_are_told():
    assert held_against(WITHIN_18, verdict(77.5)) == "The standard is at least 92.0 %: not met."
    assert held_against(WITHIN_18, verdict(92.0)) == "The standard is at least 92.0 %: met."
    lower = replace(WITHIN_18, better=type(WITHIN_18.better).LOWER)
    assert held_against(lower, verdict(92.1)) == "The standard is at most 92.0 %: not met."


def test_without_a_value_or_a_standard_of_the_month_nothing_is_told():
    assert held_against(WITHIN_18, verdict(None)) == ""
    assert held_against(WITHIN_18, verdict(77.5, date(2012, 3, 1))) == ""


TABLE = {
    "title": "A",
    "better": "higher",
    "numerator": {"sum": "prescribing.items"},
    "denominator": {"sum": "registrations.patients"},
}


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"better": "neither"}, 'needs better = "higher" or "lower"'),
        ({"standard": [{"value": "92", "source": "x"}]}, r"\[\[standard\]\] 1: needs a 'value' .* 'since'"),
        (
            {
                "standard": [
                    {"value": "92", "since": date(2026, 1, 1), "until": date(2025, 1, 1), "source": "x"}
                ]
            },
            "ends .* before it begins",
        ),
        ({"standard": [{"value": "92", "since": date(2026, 1, 1), "sorce": "x"}]}, "source"),
    ],
)
def test_a_standard_that_cannot_be_held_is_refused(more, sentence):
    standard = {"standard": [{"value": "92", "since": date(2026, 1, 1), "source": "x"}]}
    world = World(LIBRARY.contracts, LIBRARY.codelists)
    with pytest.raises(DefinitionError, match=sentence):
        measure_from(Reader(TABLE | standard | more, "own.toml"), world, "own", "own")


def test_a_measure_per_1000_says_so_in_its_title():
    short = [
        each.title for each in LIBRARY.measures.values() if each.per == 1000 and "1,000" not in each.title
    ]
    assert short == []
