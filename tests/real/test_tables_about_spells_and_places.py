"""Published tables without months: each loads whole, its traps are told, and its sums are the file's own."""

from decimal import Decimal

import polars as pl
import pytest

from opencommissioning.area import Area

SPELLS = {"amb_acute": 167, "amb_chronic": 93, "amb_vacc_prev": 49, "falls": 185, "frail": 1013}
OTHERS = {
    "acsc/avg_los_icb_cohort.csv": "mean_stays_by_icb",
    "deprivation/imd2019_england_lsoa11.csv": "deprivation_by_small_area",
    "deprivation/imd2025_england_icb24.csv": "deprivation_by_icb",
    "qof/INDICATOR_MAPPINGS_2017_18.csv": "qof_indicators",
}


@pytest.fixture
def area(tmp_path):
    return Area.create(tmp_path / "area")


def stored(area, dataset):
    return pl.concat(pl.read_parquet(part.path) for part in area.store.parts(dataset))


@pytest.mark.parametrize("name", SPELLS)
def test_spells_by_diagnosis(name, area, shared_data):
    path = shared_data(f"acsc/top_diagnoses_{name}.csv")
    (report,) = area.load([path])
    raw = pl.read_csv(path, infer_schema=False, encoding="utf8-lossy")
    rows = stored(area, "spells_by_diagnosis")
    assert (rows.height, report.loaded[0].part.refused) == (SPELLS[name], 0)
    assert rows["spells"].sum() == raw[raw.columns[1]].cast(pl.Int64).sum()
    cut = [each for each in report.warnings if "cut short" in each]
    assert bool(cut) == (name == "falls")
    assert not cut or "1,048,568" in cut[0]


def test_the_five_stand_side_by_side(area, shared_data):
    area.load([shared_data(f"acsc/top_diagnoses_{name}.csv") for name in SPELLS])
    assert stored(area, "spells_by_diagnosis").height == sum(SPELLS.values())


@pytest.mark.parametrize("name", OTHERS)
def test_others_load_whole(name, area, shared_data):
    (report,) = area.load([shared_data(name)])
    assert report.loaded[0].part.refused == 0
    assert stored(area, OTHERS[name]).height == report.loaded[0].part.rows


def test_tenths_of_small_areas_are_tenths(area, shared_data):
    area.load([shared_data("deprivation/imd2019_england_lsoa11.csv")])
    rows = stored(area, "deprivation_by_small_area")
    assert rows.height == 32_844
    assert (rows["rank"].min(), rows["rank"].max()) == (1, 32_844)
    assert rows.group_by("decile").agg(pl.col("rank").max()).sort("decile")["rank"].is_sorted()
    assert rows.group_by("decile").len()["len"].is_between(3283, 3286).all()


def test_boards_of_2025(area, shared_data):
    area.load([shared_data("deprivation/imd2025_england_icb24.csv")])
    rows = stored(area, "deprivation_by_icb")
    assert rows.height == 42
    assert rows.filter(pl.col("icb") == "E54000008").select("score", "most_deprived").row(0) == (Decimal("25.531"), Decimal("0.2011"))  # fmt: skip
