"""Nothing is called "all" that is pooled over too few organisations."""

import polars as pl

from opencommissioning.variation.judging import without_pooled

ROWS = pl.DataFrame({
    "organisation": ["A", "B", "C"], "compared": [4, 5, 4], "against": ["", "", "England 2025"],
    "value": [8.0, 8.0, 8.0], "centre": [7.0, 7.0, 7.0], "lower95": [6.0, 6.0, 6.0], "upper95": [9.0, 9.0, 9.0], "z": [1.0, 1.0, 1.0],
})  # fmt: skip


def test_centre_and_limits_go_where_fewer_than_five_have_values():
    told = without_pooled(ROWS)
    for name in ("centre", "lower95", "upper95", "z"):
        assert told[name].is_null().to_list() == [True, False, False]
    assert told["value"].to_list() == ROWS["value"].to_list()


def test_verdicts_of_an_earlier_build_stay_as_they_are():
    earlier = ROWS.drop("compared")
    assert without_pooled(earlier).equals(earlier)
