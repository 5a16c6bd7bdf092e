"""Bounds read as a person would say them, and mean what the definition says."""

from decimal import Decimal

import pytest

from opencommissioning.area.library import Library
from opencommissioning.language.bounds import bounds_in_words
from opencommissioning.language.words import readable_sql, sentence


@pytest.mark.parametrize(
    ("at_least", "at_most", "words"),
    [
        ("56", None, "is at least 56"),
        ("15.001", None, "is more than 15"),
        (None, "18", "is at most 18"),
        (None, "6.999", "is less than 7"),
        ("2", "19", "is between 2 and 19"),
        ("7", "7", "is 7"),
        ("15.001", "30", "is more than 15 and at most 30"),
        ("0.25", None, "is at least 0.25"),
        ("15.01", None, "is at least 15.01"),
        ("1500", None, "is at least 1,500"),
        ("10.50", None, "is at least 10.5"),
        (None, None, ""),
    ],
)
def test_bounds_in_words(at_least, at_most, words):
    assert (
        bounds_in_words(*(None if each is None else Decimal(each) for each in (at_least, at_most))) == words
    )


def test_no_shipped_definition_says_a_thousandth():
    library = Library()
    for measure in library.measures.values():
        assert ".001" not in sentence(measure, library.codelists), measure.id


def test_the_sql_keeps_the_exact_bound():
    library = Library()
    measure = library.measures["triptan_large_quantity"]
    assert "more than" in sentence(measure, library.codelists)
    assert "12.001" in readable_sql(measure, library.contracts, library.codelists)
