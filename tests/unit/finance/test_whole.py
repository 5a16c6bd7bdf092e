"""Whole numbers of money: the same sum in any order, equal to Decimals, and refused where they would not fit."""

from decimal import Decimal
from math import nan

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencommissioning.errors import StoreError
from opencommissioning.finance.prices import over_targets, set_prices, with_floors
from opencommissioning.finance.savings import Swap, swap_saving
from opencommissioning.finance.whole import LARGEST, total, unscaled, whole

CENTS = st.decimals(-(10**6), 10**6, places=5)


@given(st.lists(CENTS, min_size=1, max_size=50), st.randoms(use_true_random=False))
def test_sums_are_those_of_decimals_in_any_order(drawn, chance):
    shuffled = list(drawn)
    chance.shuffle(shuffled)
    for each in (drawn, shuffled):
        frame = whole(pl.DataFrame({"cost": each}, schema={"cost": pl.Decimal(38, 5)}), ("cost",))
        added = unscaled(frame.select(total("cost")), ("cost",))
        assert added["cost"][0] == float(sum(drawn))


def test_floats_are_rounded_to_a_billionth_and_null_stays_null():
    frame = pl.DataFrame({"cost": [0.1 + 0.2, None, -2e-10], "quantity": [1.0005, 0.0, None]})
    told = whole(frame, ("cost", "quantity"))
    assert told.rows() == [(300_000_000, 1000), (None, 0), (0, None)]
    assert unscaled(told, ("cost", "quantity"))["cost"].to_list() == [0.3, None, 0.0]


@pytest.mark.parametrize("value", [5e9, -5e9, 1e300, nan])
def test_what_does_not_fit_is_refused(value):
    with pytest.raises(StoreError, match=r"cost .* too large .* check the units"):
        whole(pl.DataFrame({"cost": [1.0, value]}), ("cost",))


def test_decimals_that_do_not_fit_are_refused():
    frame = pl.DataFrame({"nic": [Decimal(10) ** 14]}, schema={"nic": pl.Decimal(38, 5)})
    with pytest.raises(StoreError, match="nic"):
        whole(frame, ("nic",))


def test_sums_do_not_wrap_around():
    frame = pl.DataFrame({"cost": [LARGEST] * 4})
    assert frame.select(total("cost")).item() == 4 * LARGEST


def test_a_quantity_that_costs_too_much_at_the_target_is_refused():
    frame = pl.DataFrame(
        [("A", "c", "s", 1, 10**9), ("B", "d", "s", 10**12, 10**9)],
        schema=["practice", "bnf_code", "set", "quantity", "cost"],
        orient="row",
    )
    with pytest.raises(StoreError, match="over_50"):
        over_targets(frame, set_prices(frame, (50,)), (50,))


amounts = st.tuples(
    st.sampled_from("ABCDE"), st.sampled_from("pqr"), st.integers(0, 10**6), st.integers(1, 10**14)
)


@given(
    st.lists(amounts, min_size=2, max_size=15, unique_by=lambda row: row[:2]),
    st.randoms(use_true_random=False),
)
def test_prices_and_floors_do_not_depend_on_the_order_of_rows(drawn, chance):
    columns = ["practice", "bnf_code", "quantity", "cost"]
    shuffled = list(drawn)
    chance.shuffle(shuffled)
    told = []
    for rows in (drawn, shuffled):
        frame = pl.DataFrame(rows, schema=columns, orient="row").with_columns(set=pl.lit("s"))
        prices = set_prices(frame)
        told.append((prices, with_floors(over_targets(frame, prices)).sort("practice", "bnf_code")))
    assert told[0][0].equals(told[1][0])
    assert told[0][1].equals(told[1][1])


def test_floors_add_up_to_the_saving_of_the_set_to_the_last_digit():
    chance = np.random.default_rng(3)
    rows = [
        (f"P{place % 40}", f"c{place // 40}", f"s{place // 400}", *chance.integers(1, 10**6, 2).tolist())
        for place in range(1200)
    ]
    frame = pl.DataFrame(rows, schema=["practice", "bnf_code", "set", "quantity", "cost"], orient="row")
    told = with_floors(over_targets(frame, set_prices(frame)))
    sums = told.group_by("practice", "set").agg(total("over_10", "floor_10"))
    assert [max(0, over) for over in sums["over_10"]] == sums["floor_10"].to_list()
    assert (sums["floor_10"] > 0).any()


def test_the_national_price_of_a_swap_does_not_depend_on_the_order_of_practices():
    """The first practice buys nothing of either kind: both of its prices are the nation's."""
    chance = np.random.default_rng(5)
    quantity = np.r_[0.0, chance.uniform(1, 1e6, 2000).round(3)]
    cost = np.r_[0.0, chance.uniform(1, 1e6, 2000).round(5)]
    orders = [np.r_[0, 1 + chance.permutation(2000)] for _ in range(20)]
    prices = set()
    for order in orders:
        q, c = quantity[order], cost[order]
        swap = Swap(np.r_[1.0, q[1:] * 2], np.r_[0.0, c[1:] * 2], q, c)
        prices.add(float(swap_saving(swap, 0.5)[0]))
    assert len(prices) == 1
