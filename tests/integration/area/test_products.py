"""What products add to a measure adds up to the measure itself, at every practice."""

from dataclasses import replace

import polars as pl
import pytest

from opencommissioning.area import Build
from opencommissioning.area.comparison.judging import read_verdicts
from opencommissioning.area.money.products import breaks_down, contributions, product_lines

MEASURES = ["broad_spectrum_antibiotics", "opioid_ome", "all_items", "nitrofurantoin_course_length"]


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("side", ["numerator", "denominator"])
def test_products_add_up_to_the_side_of_every_practice(invented, measure, side):
    build = invented.current
    if not breaks_down(build, measure, side):
        assert measure in ("opioid_ome", "all_items")
        return
    rows = read_verdicts(build, "practice").filter(pl.col("measure") == measure)
    window = rows["window"][0]
    added = contributions(build, invented.store, measure, side, rows["month"].max(), window)
    whole = dict(added.group_by("practice").agg(pl.col("value").sum()).iter_rows())
    known = {row["organisation"]: row[side] for row in rows.iter_rows(named=True) if row["value"] is not None}
    assert known
    for practice, amount in known.items():
        assert whole.get(practice, 0.0) == pytest.approx(amount, rel=1e-9, abs=1e-9)


def test_shares_of_an_organisation_are_of_its_own_whole(invented):
    build = invented.current
    rows = read_verdicts(build, "practice").filter(pl.col("measure") == MEASURES[0])
    added = contributions(build, invented.store, MEASURES[0], "numerator", rows["month"].max(), 3)
    code = build.register.codes["sub_icb"][0]
    lines = product_lines(build, added, code)
    assert sum(line.own_share for line in lines) == pytest.approx(1)
    assert sum(line.all_share for line in lines) == pytest.approx(1)
    assert [line.own for line in lines] == sorted((line.own for line in lines), reverse=True)


def test_products_are_the_same_for_any_number_of_threads(invented):
    """Twice each, with one thread and with three: every value, name and line."""
    build = invented.current
    month = read_verdicts(build, "practice").filter(pl.col("measure") == "opioid_ome")["month"].max()
    told = []
    for threads in (1, 3, 1, 3):
        asked = Build(build.folder, build.library, replace(build.settings, threads=threads))
        added = contributions(asked, invented.store, "opioid_ome", "numerator", month, 12)
        told.append((added, product_lines(asked, added, build.register.codes["sub_icb"][0])))
    assert told[0][0].height > 100
    for added, lines in told[1:]:
        assert added.equals(told[0][0])
        assert lines == told[0][1]
