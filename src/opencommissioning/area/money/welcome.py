"""Which changes are welcome: more of what a measure wants more of, less of what it wants less of."""

from collections.abc import Mapping

import polars as pl

from opencommissioning.area.build import Build
from opencommissioning.area.money.switching import read_money
from opencommissioning.measures.quantities import row_conditions


def welcome(build: Build, moved: Mapping[str, float]) -> dict[str, str]:
    """code → why its change is good, for products of which more (`moved` > 0) or less (< 0) was prescribed for each patient.

    A product that some measures want more of and others less is left without a word. Measures that look at single rows (how long a supply
    is) say nothing of the product as a whole.
    """
    codes = read_money(build, "codes")
    if codes is None:
        return {}
    whole = [name for name in codes["measure"].unique() if not _looks_at_rows(build, name)]
    size = pl.len().over("measure").alias("size")  # the measure of the fewest products says it best
    asked = codes.filter(pl.col("measure").is_in(whole)).with_columns(size)
    asked = asked.filter(pl.col("bnf_code").is_in(list(moved))).sort("size", "measure")
    out = {}
    for (code,), rows in asked.group_by("bnf_code", maintain_order=True):
        wanted = "higher" if moved[code] > 0 else "lower"
        if set(rows["better"].to_list()) == {wanted}:
            title = build.measures[rows["measure"][0]].title
            out[code] = f"{'more' if wanted == 'higher' else 'less'} is better: {title}"
    return out


def _looks_at_rows(build: Build, name: str) -> bool:
    quantity = build.measures[name].numerator
    return bool(row_conditions(quantity, build.library.contracts[quantity.dataset]))
