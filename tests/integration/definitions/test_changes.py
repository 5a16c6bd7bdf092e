"""Definitions that change: what an author tells and what an area notices between builds are shown, newest first."""

from dataclasses import replace
from datetime import date

import pytest

from opencommissioning.area.defining.changes import SEEN, changes_of, look
from opencommissioning.area.library import Library
from opencommissioning.catalogue.measure import Change
from opencommissioning.errors import DefinitionError
from opencommissioning.language.definitions import World, measure_from
from opencommissioning.language.reading import Reader
from opencommissioning.language.writing import as_toml

NAME = "broad_spectrum_antibiotics"
FIRST, SECOND, THIRD = date(2026, 1, 5), date(2026, 2, 5), date(2026, 3, 5)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return Library(tmp_path_factory.mktemp("none"))


def test_an_area_notices_what_counts_and_nothing_else(tmp_path, library):
    measure = library.measures[NAME]
    assert len(look(tmp_path, "one", library, [measure], FIRST)) == 1
    assert changes_of(tmp_path, measure) == []
    reworded = replace(measure, why="Other words.", do="And others.")
    assert look(tmp_path, "two", library, [reworded], SECOND) == []
    wider = replace(measure, numerator=replace(measure.numerator, where=measure.numerator.where[:1]))
    assert len(look(tmp_path, "three", library, [wider], THIRD)) == 1
    (noticed,) = changes_of(tmp_path, wider)
    assert (noticed.on, noticed.by) == (THIRD, f"{SEEN}, build three")
    assert noticed.what.startswith("Before, it was: ")


def test_a_codelist_that_changed_is_told_though_the_sentence_is_the_same(tmp_path, library):
    measure = next(
        each
        for each in library.measures.values()
        if any(condition.codelists for condition in each.numerator.where)
    )
    name = next(name for condition in measure.numerator.where for name in condition.codelists)
    look(tmp_path, "one", library, [measure], FIRST)
    shorter = replace(library.codelists[name], entries=library.codelists[name].entries[1:])
    look(tmp_path, "two", library.with_codelists({name: shorter}), [measure], SECOND)
    (noticed,) = changes_of(tmp_path, measure)
    assert "counts other codes: a codelist changed" in noticed.what


def test_another_window_is_a_change(tmp_path, library):
    measure = library.measures[NAME]
    look(tmp_path, "one", library, [measure], FIRST)
    look(tmp_path, "two", library, [replace(measure, better=measure.better.NEITHER)], SECOND)
    assert len(changes_of(tmp_path, measure)) == 1


def test_an_authors_changes_stand_among_those_noticed(tmp_path, library):
    told = Change(SECOND, "Pivmecillinam is counted too.", "A. Name")
    measure = replace(library.measures[NAME], changes=(told,))
    look(tmp_path, "one", library, [measure], FIRST)
    look(tmp_path, "two", library, [replace(measure, window=measure.window + 1)], THIRD)
    found = changes_of(tmp_path, measure)
    assert [each.on for each in found] == [THIRD, SECOND]
    assert found[1] == told
    assert repr(told) not in repr(measure)  # what was makes no other build


def test_changes_are_read_and_written(library):
    import tomllib

    changes = (Change(FIRST, "First.", "A. Name"), Change(SECOND, "Then."))
    measure = replace(library.measures[NAME], changes=changes)
    world = World(library.contracts, library.codelists)
    again = measure_from(Reader(tomllib.loads(as_toml(measure)), "x.toml"), world, NAME, measure.topic)
    assert again.changes == changes


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"what": "x"}, "needs the day of the change"),
        ({"on": FIRST}, "'what' needs text"),
        ({"on": FIRST, "what": "x", "who": "y"}, "key 'who' is not known"),
    ],
)
def test_a_change_without_its_parts_is_refused(library, change, sentence):
    import tomllib

    data = {**tomllib.loads(as_toml(library.measures[NAME])), "changes": [change]}
    with pytest.raises(DefinitionError, match=sentence):
        measure_from(Reader(data, "x.toml"), World(library.contracts, library.codelists), NAME, "x")
