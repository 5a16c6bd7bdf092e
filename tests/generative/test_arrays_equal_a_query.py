"""Rows added up as arrays by the places of their codes are what a grouping query over the same file gives, whatever the row groups."""

from dataclasses import replace
from decimal import Decimal

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opencommissioning.catalogue.condition import Condition
from opencommissioning.errors import StoreError
from opencommissioning.measures import adding
from opencommissioning.measures.asked import Asked
from opencommissioning.measures.tallying import tally
from opencommissioning.sources.prescribing import PRESCRIBING
from opencommissioning.warehouse.engine import DuckDB
from opencommissioning.warehouse.places import place_of, told

SCHEMA = {
    "practice": pl.String,
    "bnf_code": pl.String,
    "quantity_per_item": pl.Decimal(18, 3),
    "items": pl.Int32,
    "actual_cost": pl.Decimal(18, 5),
}
CODED = ("practice", "bnf_code")
TESTS = (
    (Condition("quantity_per_item", at_least=Decimal("7.5")),),
    (Condition("quantity_per_item", any_of=("14", "28", "0.0001")), Condition("items", at_most=Decimal(5))),
    (Condition("quantity_per_item", none_of=("28",)),),
)
ADDED = frozenset({"items", "actual_cost"})
ASKED = Asked(
    {"A": 0, "B": 1, "C": 1, "D": 2}, TESTS, [0b001, 0b111, 0], [ADDED, ADDED, {"items"}]
)  # nobody counts E, nor D's cost
COSTS = replace(ASKED, adds=[frozenset({"actual_cost"})] * 3)
ROW = st.fixed_dictionaries(
    {
        "practice": st.none() | st.sampled_from(["P1", "P2", "P30"]),
        "bnf_code": st.none() | st.sampled_from("ABCDE"),
        "quantity_per_item": st.none()
        | st.sampled_from([Decimal(7), Decimal("7.5"), Decimal(14), Decimal(28)]),
        "items": st.none() | st.integers(-2, 9),
        "actual_cost": st.none() | st.decimals(-(10**6), 10**8, places=5),
    }
)


def written(frame, path, places, group=3):
    """The rows in row groups of a size, with or without places of codes."""
    lists = {name: frame[name].drop_nulls().unique().sort().to_list() for name in CODED} if places else {}
    for name, codes in lists.items():
        number = {code: place for place, code in enumerate(codes)}
        place = pl.Series([number.get(code, -1) for code in frame[name]], dtype=pl.Int32)
        frame = frame.with_columns(place.alias(place_of(name)))
    table = frame.to_arrow()
    pq.write_table(table.replace_schema_metadata(told(lists)), path, row_group_size=group)
    return path


def cells(found):
    """(organisation, bundle, passed, column) → sum, what is 0 and what nobody adds up left out."""
    return {
        (organisation, *kind, column): int(table[row, place])
        for column, table in found.sums.items()
        for row, kind in enumerate(found.kinds)
        for place, organisation in enumerate(found.organisations)
        if table[row, place] and column in ASKED.adds[kind[0]]
    }


@pytest.mark.parametrize("few", [0, adding.FEW_TESTS])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, min_size=1, max_size=40), group=st.sampled_from([1, 3, 100]), tidy=st.booleans())
def test_arrays_add_up_to_what_a_query_groups(tmp_path, monkeypatch, few, rows, group, tidy):
    monkeypatch.setattr(adding, "FEW_TESTS", few)
    monkeypatch.setattr(adding, "ROOM", 1 + few)  # of which there may be too little
    frame = pl.DataFrame(rows, schema=SCHEMA)
    frame = frame.sort("bnf_code", "practice") if tidy else frame
    with DuckDB(tmp_path, threads=1) as engine:
        by_arrays, by_query = (
            tally(
                engine.frame,
                written(frame, tmp_path / f"{places}.parquet", places, group),
                PRESCRIBING,
                ASKED,
            )
            for places in (True, False)
        )
    assert cells(by_arrays) == cells(by_query)
    assert list(by_arrays.organisations) == sorted({row["practice"] for row in rows} - {None})


def large(count, cost):
    """As many rows of one cell."""
    row = {"practice": "P1", "bnf_code": "A", "quantity_per_item": None, "items": 1, "actual_cost": cost}
    return pl.DataFrame([row] * count, schema=SCHEMA)


def test_sums_beyond_what_a_float_holds_are_exact(tmp_path):
    path = written(large(5, Decimal("812345678901.23457")), tmp_path / "part.parquet", True)
    with DuckDB(tmp_path) as engine:
        found = tally(engine.frame, path, PRESCRIBING, COSTS)
    assert cells(found) == {("P1", 0, 0, "actual_cost"): 5 * 81234567890123457}


def test_a_sum_that_might_not_fit_is_refused(tmp_path):
    path = written(large(60, Decimal(9 * 10**12)), tmp_path / "part.parquet", True)
    with (
        DuckDB(tmp_path) as engine,
        pytest.raises(StoreError, match=r"prescribing\.actual_cost is too large"),
    ):
        tally(engine.frame, path, PRESCRIBING, COSTS)
