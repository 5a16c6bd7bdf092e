"""A definition is told whole: nobody has to open a file to know what is counted and who looked at it."""

import pytest

from opencommissioning.area.defining.describing import describe
from opencommissioning.area.library import Library
from opencommissioning.errors import UnknownName


@pytest.fixture(scope="module")
def library():
    return Library()


def test_a_definition_is_told_with_its_lists_and_its_sql(tmp_path, library):
    told = describe(tmp_path, library, "broad_spectrum_antibiotics")
    assert {id_ for id_, *_ in told.lists} == {"oral_antibacterials", "broad_spectrum_antibacterials"}
    assert told.review == "not clinically reviewed"
    assert "050112%" in told.sql
    assert {"Why it matters", "What to do", "Source"} <= set(told.paragraphs)
    assert "\n" not in told.paragraphs["Why it matters"]


def test_lists_inside_lists_are_told_once(tmp_path, library):
    names = [id_ for id_, *_ in describe(tmp_path, library, "low_priority_omnibus").lists]
    assert len(names) == len(set(names))
    assert {"lp_co_proxamol", "lp_omega3"} <= set(names)


def test_every_definition_can_be_described(tmp_path, library):
    for name in library.measures:
        told = describe(tmp_path, library, name)
        assert "FROM" in told.sql
        assert told.paragraphs


def test_a_definition_that_does_not_exist(tmp_path, library):
    with pytest.raises(UnknownName, match="broad_spectrum_items"):
        describe(tmp_path, library, "broad_spectrum")


def test_a_measure_is_known_by_its_title_too(tmp_path, library):
    measure = library.measures["broad_spectrum_antibiotics"]
    assert describe(tmp_path, library, measure.title.upper()).measure is measure
