"""Mapped tables: rows of one key are those that a filter finds."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from opencommissioning.warehouse.mapped import Mapped, write_mapped

KEYS = st.lists(st.sampled_from(["A1", "B2", "C3", "a key that is longer than twelve letters"]), max_size=30)


@given(keys=KEYS, wanted=KEYS)
def test_a_slice_is_what_a_filter_finds(tmp_path_factory, keys, wanted):
    path = tmp_path_factory.mktemp("mapped") / "table"
    frame = pl.DataFrame(
        {"number": range(len(keys)), "key": keys}, schema={"number": pl.Int64, "key": pl.String}
    )
    frame = frame.sort("key", "number")
    write_mapped(frame, path, "key")
    found = Mapped(path.with_name("table.arrow")).of(wanted)
    assert found.equals(frame.filter(pl.col("key").is_in(wanted)).select("key", "number"))


def test_rows_come_from_every_batch_of_a_long_table(tmp_path):
    keys = [f"P{number:05}" for number in range(6_000) for _ in range(60)]
    frame = pl.DataFrame({"key": keys, "place": range(len(keys))})
    write_mapped(frame, tmp_path / "long", "key")
    table = Mapped(tmp_path / "long.arrow")
    assert table.of(["P05999", "P00000"])["place"].to_list() == [*range(60), *range(359_940, 360_000)]
    assert table.of(["P03333"])["place"].to_list() == list(range(199_980, 200_040))
