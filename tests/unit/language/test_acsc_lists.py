"""The lists of ambulatory-care-sensitive conditions differ where their publishers say that they do."""

import duckdb
import polars as pl
import pytest
from sqlglot import exp

from opencommissioning.area.library import Library
from opencommissioning.language.categories import is_in
from opencommissioning.sources.admitted_care import SPELLS
from opencommissioning.synthetic.conditions import REASONS

LIBRARY = Library()
CATEGORIES = {each.id: each for each in LIBRARY.categories["spells"]}
LISTS = ("acsc_nhs_institute", "acsc_iif_ac02", "acsc_nhsof_chronic", "acsc_nhsof_acute", "acsc_purdy_19", "acsc_purdy_36")  # fmt: skip
SHORT = dict(zip(("institute", "ac02", "chronic", "acute", "purdy", "wide"), LISTS, strict=True))


def taken(diagnoses, method="21", specialty="300", source="19", procedures=""):
    """The lists that take a stay, by their short names."""
    row = {
        "diagnosis": diagnoses.split()[0],
        "diagnoses": diagnoses,
        "procedure": procedures.split()[0] if procedures else None,
        "procedures": procedures,
        "method": method,
        "specialty": specialty,
        "source": source,
    }
    frame = pl.DataFrame([row], schema=dict.fromkeys(row, pl.String))
    out = set()
    with duckdb.connect() as engine:
        engine.register("facts", frame.to_arrow())
        for short, name in SHORT.items():
            query = exp.select(is_in(CATEGORIES[name], SPELLS, LIBRARY.codelists)).from_("facts")
            if engine.execute(query.sql(dialect="duckdb")).fetchone()[0]:
                out.add(short)
    return out


@pytest.mark.parametrize(
    ("stay", "lists"),
    [
        ({"diagnoses": "J459"}, {"institute", "ac02", "chronic", "purdy", "wide"}),
        ({"diagnoses": "J459", "method": "22"}, {"institute", "chronic", "purdy", "wide"}),  # AC-02 leaves 22 out
        ({"diagnoses": "J459", "specialty": "501"}, {"institute", "chronic", "purdy", "wide"}),
        ({"diagnoses": "J459", "source": "51"}, {"institute", "ac02", "purdy", "wide"}),  # a transfer in
        ({"diagnoses": "J441"}, {"institute", "ac02", "chronic"}),  # an additional code in Purdy's table
        ({"diagnoses": "J209"}, {"purdy", "wide"}),
        ({"diagnoses": "J209 J449"}, {"institute", "ac02", "chronic", "purdy", "wide"}),
        ({"diagnoses": "N390"}, {"acute"}),
        ({"diagnoses": "I480"}, {"chronic"}),
        ({"diagnoses": "I500"}, {"institute", "ac02", "chronic", "purdy", "wide"}),
        ({"diagnoses": "I500", "procedures": "K401"}, {"purdy", "wide"}),
        ({"diagnoses": "I500", "procedures": "Z941 K401"}, {"ac02", "purdy", "wide"}),  # AC-02: the main procedure only
        ({"diagnoses": "J189"}, set()),
        ({"diagnoses": "J181"}, {"institute", "ac02", "acute", "purdy", "wide"}),
        ({"diagnoses": "J181 D571"}, {"purdy", "wide"}),
        ({"diagnoses": "I639"}, {"wide"}),
        ({"diagnoses": "S720"}, {"wide"}),
    ],
)  # fmt: skip
def test_a_stay_is_in_the_lists_that_name_it(stay, lists):
    assert taken(**stay) == lists


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.name)
def test_the_invented_reasons_are_in_the_lists_that_would_take_them(reason):
    told = {short for short, name in SHORT.items() if name in reason.categories}
    assert told == (
        taken(f"{reason.diagnosis} {reason.also}".strip()) if reason.kind == "emergency" else set()
    )


def test_every_list_says_where_it_is_from():
    assert all(
        CATEGORIES[name].source and CATEGORIES[name].licence and CATEGORIES[name].note for name in LISTS
    )
