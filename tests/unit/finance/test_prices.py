"""Price per unit, ghost generics, concessions, counting once: against slow, obvious second implementations."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencommissioning.finance.ghosts import ghosts
from opencommissioning.finance.once import Opportunity, count_once, spread
from opencommissioning.finance.prices import compatible, over_targets, set_prices, with_floors
from opencommissioning.finance.sets import substitution_set, substitution_sets
from opencommissioning.finance.tariff import Pack, increase, is_counted_in_packs, paid_share
from opencommissioning.finance.whole import unscaled, whole

SCHEMA = {
    "practice": pl.String,
    "bnf_code": pl.String,
    "set": pl.String,
    "quantity": pl.Float64,
    "cost": pl.Float64,
}


def frame_of(rows) -> pl.DataFrame:
    """Rows of quantities and £, in whole numbers."""
    return whole(pl.DataFrame(rows, schema=SCHEMA, orient="row"), ("quantity", "cost"))


def type_7(values, share):
    """Hyndman–Fan type 7, written out."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    if below + 1 == len(ordered):
        return ordered[below]
    return ordered[below] + (place - below) * (ordered[below + 1] - ordered[below])


def slow_savings(rows, share):
    """practice, set → max(0, cost − quantity × target), by loops."""
    cost, quantity = defaultdict(float), defaultdict(float)
    for practice, _code, name, q, c in rows:
        cost[name, practice] += c
        quantity[name, practice] += q
    out = {}
    for name in {name for name, _ in cost}:
        units = [cost[key] / quantity[key] for key in cost if key[0] == name and quantity[key] > 0]
        if units:
            target = type_7(units, share)
            out |= {
                (key[1], name): max(0, cost[key] - quantity[key] * target) for key in cost if key[0] == name
            }
    return out


rows = st.lists(
    st.tuples(
        st.sampled_from("ABCDE"),
        st.sampled_from(["p1", "p2", "p3", "q1", "q2"]),
        st.integers(0, 500),
        st.integers(1, 5000),
    ),
    min_size=1,
    max_size=40,
    unique_by=lambda row: row[:2],
).map(lambda rows: [(p, code, code[0], float(q), c / 7) for p, code, q, c in rows])


@given(rows, st.sampled_from([10, 20, 50]))
def test_savings_equal_the_slow_ones(drawn, centile):
    frame = frame_of(drawn)
    told = unscaled(with_floors(over_targets(frame, set_prices(frame))), (f"floor_{centile}",))
    fast = told.group_by("practice", "set").agg(pl.col(f"floor_{centile}").sum())
    slow = slow_savings(drawn, centile / 100)
    for practice, name, saving in fast.iter_rows():
        assert saving == pytest.approx(slow.get((practice, name), 0), abs=1e-6)


@given(rows)
def test_the_products_of_a_set_add_up_to_its_saving(drawn):
    frame = frame_of(drawn)
    prices = set_prices(frame)
    told = unscaled(over_targets(frame, prices), ("over_10", "cost", "quantity")).join(prices, on="set")
    whole = told.group_by("practice", "set").agg(
        pl.col("over_10").sum(), pl.col("cost", "quantity").sum(), pl.col("price_10").first()
    )
    for row in whole.iter_rows(named=True):
        assert row["over_10"] == pytest.approx(row["cost"] - row["quantity"] * row["price_10"], abs=1e-6)


def test_a_target_worked_by_hand():
    """Eleven practices pay 1, 2 … 11 a unit: the 10th percentile is 2, the 20th 3, the middle 6."""
    frame = frame_of([(f"P{n}", "c", "s", 10.0, 10.0 * n) for n in range(1, 12)])
    prices = set_prices(frame).row(0, named=True)
    assert (prices["price_10"], prices["price_20"], prices["price_50"]) == (2, 3, 6)
    told = unscaled(with_floors(over_targets(frame, set_prices(frame))), ("over_10", "floor_10"))
    assert told["over_10"].sum() == pytest.approx(10 * (66 - 22))
    assert told["floor_10"].sum() == pytest.approx(
        10 * (66 - 22) + 10
    )  # the first pays 10 less, which is not set off


@pytest.mark.parametrize(("level", "shown"), [("practice", 1), ("sub_icb", 0), ("pcn", 1)])
def test_compatible_thresholds(level, shown):
    frame = frame_of([("A", "c", "s", 100.0, 100.0), ("B", "c", "s", 100.0, 150.0)])
    told = over_targets(frame, set_prices(frame))
    assert compatible(told, level).height == shown  # the saving is 45 + nothing


def test_sets_by_bnf_equivalent():
    codes = [
        "0501013B0AAABAB",
        "0501013B0BBAAAB",
        "0501013B0AAACAC",
        "0913270A0BBAAA0",
        "0913270A0BCAAA0",
        "20031600069",
    ]
    assert substitution_sets(codes) == dict.fromkeys(codes[:2], "0501013B0AAABAB")


def test_foods_without_a_generic_are_never_one_medicine():
    assert substitution_set("0913270A0BBAAA0", {}) is None


def test_all_strips_are_one_set():
    assert (
        substitution_set("0601060D0CCAAA0", {})
        == substitution_set("0601060D0DGAAA0", {})
        == "0601060D0AAAAA0"
    )


def test_own_sets_replace_the_approximation_for_brands_of_their_generics_too():
    own = {"0501013B0AAABAB": "amoxicillin 500 solid"}
    assert substitution_set("0501013B0BBAAAB", own) == "amoxicillin 500 solid"


def test_ghosts_worked_by_hand():
    """Prices 1, 1, 1.5, 9: the lower median is 1."""
    month = pl.DataFrame(
        {
            "practice": list("ABCD"),
            "bnf_code": ["g"] * 4,
            "quantity": [10.0, 20.0, 10.0, 10.0],
            "nic": [10.0, 20.0, 15.0, 90.0],
        }
    )
    told = ghosts(whole(month, ("quantity", "nic")), {"g"})
    assert dict(told.select("practice", "excess").iter_rows()) == {"C": 5.0, "D": 80.0}
    assert told["price"].unique().to_list() == [1.0]


def test_ghosts_leave_out_what_cannot_be_trusted():
    month = pl.DataFrame(
        {
            "practice": list("ABAB"),
            "bnf_code": ["g", "g", "1106000L0AAAAAA", "1106000L0AAAAAA"],
            "quantity": [10.0, 0.0, 1.0, 1.0],
            "nic": [10.0, 5.0, 1.0, 50.0],
        }
    )
    month = whole(month, ("quantity", "nic"))
    assert ghosts(month, {"g", "1106000L0AAAAAA"}).is_empty()
    assert ghosts(month, set()).is_empty()


@pytest.mark.parametrize(
    ("month", "category", "expected"),
    [
        (
            date(2023, 3, 1),
            "M",
            (Decimal("5.00") * Decimal("0.928") - Decimal("2.00") * Decimal("0.928")) / 28,
        ),
        (date(2023, 4, 1), "M", (Decimal("5.00") - Decimal("2.00") * Decimal("0.928")) / 28),
        (date(2024, 4, 1), "M", (Decimal("5.00") - Decimal("2.00") * Decimal("0.80")) / 28),
        (date(2024, 4, 1), "C", (Decimal("5.00") - Decimal("2.00") * Decimal("0.95")) / 28),
    ],
)
def test_what_a_concession_adds(month, category, expected):
    packs = [Pack(Decimal(28), 200, Decimal("5.00"))]
    assert increase("0403040X0AAANAN", category, month, packs, False) == expected
    assert float(increase("0403040X0AAANAN", category, month, packs, True)) == pytest.approx(
        float(expected * 28)
    )


def test_of_several_packs_the_largest_increase_and_never_a_fall():
    packs = [Pack(Decimal(28), 200, Decimal("5.00")), Pack(Decimal(56), 400, Decimal("4.50"))]
    assert increase("0403040X0AAANAN", "M", date(2025, 1, 1), packs, False) == Decimal("3.40") / 28
    assert (
        increase("0403040X0AAANAN", "M", date(2025, 1, 1), [Pack(Decimal(28), 900, Decimal(1))], False) == 0
    )


def test_paid_shares():
    assert [paid_share("0501013B0AAABAB", each) for each in ("A", "M", "C", "")] == [
        Decimal("0.80"),
        Decimal("0.80"),
        Decimal("0.95"),
        Decimal("0.95"),
    ]
    assert paid_share("20031600069", "C") == Decimal("0.9015")


def test_quantities_in_packs_are_recognised():
    assert is_counted_in_packs(unit_cost=6.1, price=6.0, size=28)
    assert not is_counted_in_packs(unit_cost=0.2, price=6.0, size=28)


parts = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(-20, 100).map(float), min_size=1, max_size=5)


@given(st.lists(parts, max_size=6))
def test_no_product_is_counted_twice(drawn):
    given_ = [Opportunity(str(n), each) for n, each in enumerate(drawn)]
    told = count_once(given_)
    by_id = {each.id: each for each in given_}
    counting = [each for each in told if each.counted > 0]
    claims = [set(by_id[each.id].by_product) - set(each.elsewhere) for each in counting]
    assert sum(len(claim) for claim in claims) == len(set().union(*claims))
    for each, claim in zip(counting, claims, strict=True):
        assert each.counted == pytest.approx(sum(by_id[each.id].by_product[code] for code in claim))


def test_a_brand_in_two_lists_is_counted_in_the_larger():
    switch = Opportunity("switch", {"brand": 90.0})
    price = Opportunity("price", {"brand": 80.0, "generic": -5.0, "other brand": 10.0})
    assert {each.id: each.counted for each in count_once([price, switch])} == {"switch": 90.0, "price": 5.0}


def test_a_list_inside_another_adds_nothing():
    told = count_once([Opportunity("all", {"a": 60.0, "b": 40.0}), Opportunity("part", {"a": 50.0})])
    assert sum(each.counted for each in told) == 100


def test_losses_count_and_claim_nothing():
    told = count_once([Opportunity("loss", {"a": -5.0}), Opportunity("gain", {"a": 4.0})])
    assert {each.id: each.counted for each in told} == {"gain": 4.0, "loss": 0.0}


def test_a_saving_is_spread_by_what_products_cost():
    assert spread(30.0, {"a": 100.0, "b": 50.0, "c": 0.0}) == {"a": 20.0, "b": 10.0}
    assert spread(30.0, {"a": 0.0}) == {}


def test_type_7_is_numpys_default():
    values = [3.0, 1.0, 4.0, 1.0, 5.0]
    assert type_7(values, 0.1) == pytest.approx(np.quantile(values, 0.1))
