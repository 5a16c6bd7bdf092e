"""Populations weighted by need: every published column sums to the population, so weights share out and add nobody."""

import polars as pl
import pytest

from opencommissioning.area import Area

FILES = {
    "allocations/aif_practice_2024_2025.csv": (62_154_630, 6_553),
    "allocations/icb_practice_2025_2026.csv": (63_849_324, 6_348),
}


@pytest.mark.parametrize("name", FILES)
def test_every_column_sums_to_the_published_population(name, shared_data, tmp_path):
    total, practices = FILES[name]
    area = Area.create(tmp_path / "area")
    (report,) = area.load([shared_data(name)])
    assert not [each for each in report.warnings if "sums to" in each]
    rows = pl.concat(pl.read_parquet(part.path) for part in area.store.parts("weighted_populations"))
    sums = dict(rows.group_by("need").agg(pl.col("patients").sum()).iter_rows())
    assert len(sums) >= 10
    assert {need: round(float(each)) for need, each in sums.items()} == pytest.approx(dict.fromkeys(sums, total), abs=1)  # fmt: skip
    assert rows["practice"].n_unique() == practices
