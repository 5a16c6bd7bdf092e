"""Money: formulas against figures worked by hand, parts that add up, nothing counted twice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencommissioning.finance.decomposition import CAUSES, Period, Products, decompose, top_movers
from opencommissioning.finance.measures import possible, savings, target
from opencommissioning.finance.savings import Swap, price_saving, rate_saving, swap_saving


def arrays(*rows):
    return tuple(np.array(row, float) for row in rows)


def test_swap_saving_equals_the_short_form():
    """With both unit costs local: Q(r − P)(u_part − u_other)."""
    swap = Swap(*arrays([1000], [500], [600], [420]))
    part_unit, other_unit = 420 / 600, 80 / 400
    assert swap_saving(swap, 0.2)[0] == pytest.approx(1000 * (0.6 - 0.2) * (part_unit - other_unit))


def test_swap_saving_is_negative_below_the_target():
    assert swap_saving(Swap(*arrays([1000], [500], [100], [70])), 0.5)[0] < 0


def test_swap_saving_takes_the_national_price_where_an_organisation_has_none():
    swap = Swap(*arrays([100, 100], [50, 20], [50, 0], [40, 0]))
    # the second bought nothing of the dear part: the national 40/50 stands in
    assert swap_saving(swap, 0.5)[1] == pytest.approx(20 - 100 * (0.5 * 0.8 + 0.5 * 0.2))


def test_rate_saving_is_signed():
    assert rate_saving(np.array([120.0, 80.0]), np.array([10.0, 10.0]), 10.0).tolist() == [20.0, -20.0]


def test_price_saving_is_never_negative():
    assert price_saving(np.array([10.0, 5.0]), np.array([100.0, 100.0]), 0.07) == pytest.approx([3.0, 0.0])


def test_the_target_comes_from_those_that_are_judged():
    parts = (np.array([10.0, 20.0, 30.0, 900.0]), np.full(4, 10.0))
    judged = np.array([True, True, True, False])
    assert target(parts, judged, 0.5) == 2.0
    assert savings(parts, 2.0).tolist() == [-10.0, 0.0, 10.0, 880.0]
    assert np.isnan(target(parts, np.zeros(4, bool), 0.5))


def test_savings_are_linear_in_the_target():
    """What lets a target be changed without the four sums of a swap."""
    swap = Swap(*arrays([1000, 500], [500, 90], [600, 0], [420, 0]))
    slope = savings(swap, 1.0) - savings(swap, 0.0)
    assert savings(swap, 0.3) == pytest.approx(savings(swap, 0.1) + slope * 0.2)


def test_nothing_is_possible_by_going_the_worse_way():
    """The dear share is below the target already; that its products are the cheaper ones is no reason to prescribe more of them."""
    cheaper = Swap(*arrays([1000, 1000], [500, 500], [100, 600], [20, 240]))
    signed = savings(cheaper, 0.5)
    assert signed[0] > 0  # the signed formula says so …
    assert possible(cheaper, 0.5).tolist() == [
        0,
        0,
    ]  # … and nobody is told: one is below, the other would pay more
    dearer = Swap(*arrays([1000, 1000, np.nan], [500, 500, 1], [600, 100, 1], [420, 70, 1]))
    assert possible(dearer, 0.2)[:2] == pytest.approx([savings(dearer, 0.2)[0], 0])
    assert np.isnan(possible(dearer, 0.2)[2])


def test_a_pure_price_rise_is_price():
    old = Products(*arrays([10, 20], [100, 400], [5, 8]))
    new = Products(*arrays([10, 20], [100, 400], [10, 8]))
    parts = decompose(Period(old, 1000, 25), Period(new, 1000, 25))
    assert parts.causes["price"] == pytest.approx(5)
    assert sum(abs(parts.causes[cause]) for cause in CAUSES if cause != "price") == pytest.approx(0, abs=1e-9)


def test_a_longer_list_alone_is_list_size():
    old = Products(*arrays([10], [100], [5]))
    new = Products(*arrays([20], [200], [10]))
    parts = decompose(Period(old, 1000, 25), Period(new, 2000, 25))
    assert parts.causes["list size"] == pytest.approx(5)


def test_new_and_dropped_products_are_lines_of_their_own():
    parts = decompose(
        Period(Products(*arrays([1, 0], [1, 0], [7, 0])), 1, 1),
        Period(Products(*arrays([0, 1], [0, 1], [0, 9])), 1, 1),
    )
    assert parts.causes["newly prescribed"] == 9
    assert parts.causes["no longer prescribed"] == -7


amounts = st.lists(st.floats(0.01, 1e6), min_size=6, max_size=6).map(np.array)


@given(
    amounts,
    amounts,
    amounts,
    amounts,
    amounts,
    amounts,
    st.floats(1, 1e6),
    st.floats(1, 1e6),
    st.integers(1, 27),
    st.integers(1, 27),
)
def test_the_causes_add_up_to_the_change(i0, q0, c0, i1, q1, c1, l0, l1, d0, d1):
    parts = decompose(Period(Products(i0, q0, c0), l0, d0), Period(Products(i1, q1, c1), l1, d1))
    assert sum(parts.causes.values()) == pytest.approx(
        parts.change, rel=1e-6, abs=1e-4 * (c0.sum() + c1.sum())
    )


def test_refuses_a_period_without_patients():
    nothing = Products(*arrays([1], [1], [1]))
    with pytest.raises(ValueError, match="patients"):
        decompose(Period(nothing, 0, 1), Period(nothing, 1, 1))


def test_top_movers_name_their_main_cause():
    old, new = (
        Products(*arrays([10, 20], [100, 400], [5, 8])),
        Products(*arrays([10, 20], [100, 400], [50, 9])),
    )
    movers = top_movers(decompose(Period(old, 1, 1), Period(new, 1, 1)).by_product, ["dear", "cheap"])
    assert movers[0][0] == "dear"
    assert movers[0][2] == "price"
