"""A definition written and read again is the same definition; built in Python it is the same object as from its file."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generative import invented_definitions as invented
from opencommissioning.area.library import Library
from opencommissioning.catalogue.condition import Condition
from opencommissioning.catalogue.measure import Better, Measure, Quantity, Review
from opencommissioning.errors import DefinitionError
from opencommissioning.language.definitions import World, measure_from, read_measure
from opencommissioning.language.reading import Reader
from opencommissioning.language.writing import as_toml
from opencommissioning.sources.prescribing import PRESCRIBING

WORLD = World({"prescribing": PRESCRIBING}, {})
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1).map(str.strip)
PARAGRAPHS = st.lists(TEXT.filter(bool), min_size=1, max_size=3).map("\n".join)
TEXTS = st.lists(TEXT.filter(bool), min_size=1, max_size=3)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
EXTRAS = st.fixed_dictionaries(
    {},
    optional={
        "per": st.integers(1, 10**6),
        "window": st.integers(1, 24),
        "unit": TEXT.filter(bool),
        "tags": TEXTS,
        "why": PARAGRAPHS,
        "do": PARAGRAPHS,
        "guidance": TEXTS,
        "search_terms": TEXTS,
        "approximates": TEXT,
        "source": TEXT,
        "author": TEXT,
        "standard": st.lists(
            st.fixed_dictionaries(
                {"value": st.integers(0, 10**6), "since": DAYS, "source": TEXT},
                optional={"until": st.just(date(2101, 1, 1))},
            ),
            max_size=2,
        ),
        "review": st.fixed_dictionaries({}, optional={"by": TEXT, "checked": DAYS, "due": DAYS}),
    },
)


@settings(max_examples=200, deadline=None)
@given(raw=invented.definitions(), extras=EXTRAS)
def test_written_and_read_again_it_is_the_same(tmp_path_factory, raw, extras):
    if raw["better"] == "neither":
        extras = {key: value for key, value in extras.items() if key != "standard"}
    measure = measure_from(Reader(raw | extras, "a.toml"), WORLD, "a", "own")
    path = tmp_path_factory.mktemp("round") / "own" / "a.toml"
    path.parent.mkdir()
    path.write_text(as_toml(measure), encoding="utf-8", newline="")
    assert read_measure(path, WORLD) == measure


def test_every_shipped_definition_survives_the_round(tmp_path):
    library = Library()
    world = World(library.contracts, library.codelists)
    for name, measure in library.measures.items():
        path = tmp_path / measure.topic / f"{name}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(as_toml(measure), encoding="utf-8")
        assert read_measure(path, world) == measure


TRIMETHOPRIM = """
title  = "Trimethoprim share of trimethoprim and nitrofurantoin items"
better = "lower"
window = 3
[denominator]
sum = "prescribing.items"
where.bnf_code = { under = ["0501080W0", "0501130R0"] }
[numerator]
where.bnf_code = { under = "0501080W0" }
where.strength = { at_least = 100 }
[review]
by = "A. Pharmacist"
checked = 2026-03-23
"""


def test_built_in_python_it_is_the_same_object(tmp_path):
    both = Condition("bnf_code", under=("0501080W0", "0501130R0"))
    only = (Condition("bnf_code", under=("0501080W0",)), Condition("strength", at_least=Decimal(100)))
    built = Measure(
        id="trimethoprim",
        title="Trimethoprim share of trimethoprim and nitrofurantoin items",
        better=Better.LOWER,
        numerator=Quantity("prescribing", "items", (both, *only)),
        denominator=Quantity("prescribing", "items", (both,)),
        narrowed=True,
        per=100,
        unit="% of items",
        window=3,
        topic="own",
        review=Review("A. Pharmacist", date(2026, 3, 23)),
    )
    path = tmp_path / "own" / "trimethoprim.toml"
    path.parent.mkdir()
    path.write_text(TRIMETHOPRIM)
    assert read_measure(path, WORLD) == built
    assert hash(read_measure(path, WORLD)) == hash(built)


def test_what_a_file_cannot_say_is_refused_not_lost():
    twice = (Condition("name", contains=("a",)), Condition("name", lacks=("b",)))
    items = Quantity("prescribing", "items")
    measure = Measure(
        "x", "X", Better.LOWER, Quantity("prescribing", "items", twice), items, False, 1, "items per item"
    )
    with pytest.raises(DefinitionError, match="two conditions on 'name' cannot be written"):
        as_toml(measure)
