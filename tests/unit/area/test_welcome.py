"""A change is welcome when a measure speaks of the product as a whole, and measures do not contradict each other."""

from types import SimpleNamespace

import polars as pl
import pytest

from opencommissioning.area.library import Library
from opencommissioning.area.money import welcome as module


def measures_with(library, rows):
    """Ids of prescribing measures that have a better way and look (or do not look) at single rows."""
    judged = (each for each in library.measures.values() if each.numerator.dataset == "prescribing")
    contract = library.contracts["prescribing"]
    return [each.id for each in judged if each.better != "neither" and bool(module.row_conditions(each.numerator, contract)) is rows]  # fmt: skip


@pytest.fixture
def library():
    return Library()


def told(library, monkeypatch, rows, moved):
    table = pl.DataFrame(rows, schema=["measure", "bnf_code", "better", "money"], orient="row")
    monkeypatch.setattr(module, "read_money", lambda build, name: table)
    return module.welcome(SimpleNamespace(measures=library.measures, library=library), moved)


def test_less_of_a_product_says_nothing_of_measures_that_look_at_the_length_of_a_supply(library, monkeypatch):
    supply, whole = measures_with(library, True)[0], measures_with(library, False)[0]
    rows = [(supply, "A", "lower", False), (whole, "B", "lower", False)]
    found = told(library, monkeypatch, rows, {"A": -5.0, "B": -5.0})
    assert found == {"B": f"less is better: {library.measures[whole].title}"}


def test_measures_that_contradict_each_other_say_nothing(library, monkeypatch):
    one, other = measures_with(library, False)[:2]
    rows = [(one, "A", "lower", False), (other, "A", "higher", False), (one, "B", "lower", False)]
    assert list(told(library, monkeypatch, rows, {"A": -5.0, "B": 5.0})) == []
