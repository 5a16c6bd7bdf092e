"""Amounts in the files: exact money, sums against the drawn items, patients that add up, the same bytes for the same seed."""

import hashlib
from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from opencommissioning.errors import OpenCommissioningError
from opencommissioning.synthetic import economy, prescribing, write, write_national_month
from opencommissioning.synthetic.population import spread


def exact(text: str) -> Decimal:
    return Decimal(text)


def test_actual_cost_is_an_exact_decimal_of_each_row(written):
    rows = written.prescribing().sample(4000, seed=1)
    for nic, actual, items, quantity, total in rows.select(
        "NIC", "ACTUAL_COST", "ITEMS", "QUANTITY", "TOTAL_QUANTITY"
    ).iter_rows():
        assert -exact(nic).as_tuple().exponent <= 2
        assert -exact(actual).as_tuple().exponent <= 5
        assert exact(actual) == exact(nic) * Decimal("0.93") + int(items) * Decimal("0.01204")
        assert exact(total) == exact(quantity) * int(items)
        assert exact(nic) > 0


def test_one_row_for_each_practice_product_and_quantity(written):
    rows = written.prescribing()
    assert rows.select("YEAR_MONTH", "PRACTICE_CODE", "BNF_CODE", "QUANTITY").is_unique().all()


def test_items_in_the_files_are_the_items_drawn(written):
    rows = written.prescribing().group_by("YEAR_MONTH").agg(pl.col("ITEMS").cast(pl.Int64).sum(), pl.len())
    found = {month: (items, count) for month, items, count in rows.iter_rows()}
    for index, month in enumerate(written.made.months):
        drawn = prescribing(written.made, index)
        assert found[f"{month:%Y%m}"] == (drawn.items.sum(), len(drawn.items))


def test_patients_add_up(written):
    frame = written.text("registrations/*quin-age_202412.csv").with_columns(
        pl.col("NUMBER_OF_PATIENTS").cast(int)
    )
    practices = frame.filter(ORG_TYPE="GP")
    total = practices.filter(SEX="ALL").sort("ORG_CODE")["NUMBER_OF_PATIENTS"]
    parts = (
        practices.filter(pl.col("AGE_GROUP_5") != "ALL")
        .group_by("ORG_CODE")
        .agg(pl.col("NUMBER_OF_PATIENTS").sum())
    )
    assert parts.sort("ORG_CODE")["NUMBER_OF_PATIENTS"].to_list() == total.to_list()
    assert frame.filter(ORG_TYPE="SUB_ICB_LOCATION", SEX="ALL")["NUMBER_OF_PATIENTS"].sum() == total.sum()


def test_list_sizes_are_plausible():
    made = economy(practices=400, products=50, months=2)
    people = made.organisations.prescribers
    ordinary = made.population.lists[(people["role"] == "ordinary").to_numpy(), 0].sum((1, 2))
    assert ordinary.min() >= 1450
    assert ordinary.max() <= 20100
    assert 7500 < np.median(ordinary) < 9500
    assert made.organisations.practices.filter(sub_icb=made.organisations.home).height == 55


def test_weighted_columns_sum_to_the_population(written):
    frame = pl.read_csv(written.folder / "population/practice_weighted_populations_2025_2026.csv")
    sums = frame.select("Population", "Prescr WP", "Mat WP", "Final WP").sum().row(0)
    assert sums == pytest.approx([sums[0]] * 4, rel=1e-9)


def test_same_seed_same_bytes(written, small, tmp_path):
    again = economy(practices=45, products=330, months=14, seed=7, end=date(2025, 8, 1))
    other = write(again, tmp_path)
    assert [p.relative_to(tmp_path) for p in other] == [p.relative_to(written.folder) for p in written.paths]
    for mine, first in zip(other, written.paths, strict=True):
        assert hashlib.sha256(mine.read_bytes()).digest() == hashlib.sha256(first.read_bytes()).digest(), (
            mine.name
        )


def test_another_seed_other_numbers(small):
    other = economy(practices=45, products=330, months=14, seed=8, end=date(2025, 8, 1))
    assert prescribing(other, 0).items.sum() != prescribing(small, 0).items.sum()


def test_too_small_a_nation_is_refused():
    with pytest.raises(OpenCommissioningError, match="at least 40 practices"):
        economy(practices=12)


def test_largest_remainder_keeps_the_total():
    assert spread(np.array([[0.5, 0.3], [0.15, 0.05]]), 7).sum() == 7


def test_national_month_has_about_the_rows_asked_for(tmp_path):
    path = write_national_month(tmp_path, date(2025, 6, 1), rows=60_000, practices=160, presentations=900)
    frame = pl.read_csv(path, infer_schema=False, encoding="latin1")
    assert frame.height == pytest.approx(60_000, rel=0.03)
    assert frame.select("PRACTICE_CODE", "BNF_PRESENTATION_CODE", "QUANTITY").is_unique().all()
    assert frame["BNF_PRESENTATION_CODE"].n_unique() > 850
    assert path.name == "EPD_202506.csv"
