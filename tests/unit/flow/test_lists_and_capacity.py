"""Schedules against slow oracles; list statistics against counting by hand; what it takes in closed form."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencommissioning.errors import DefinitionError, NotLoaded
from opencommissioning.flow.beds import delayed_days_to_money, delays
from opencommissioning.flow.capacity import (  # fmt: skip
    Flow,
    Standard,
    needs,
    pressure,
    relief_capacity,
    target_capacity,
    target_size,
)
from opencommissioning.flow.closer_to_home import Shift, consequence
from opencommissioning.flow.follow_ups import FollowUps, course, due_a_week, overdue_of, slots_to_clear
from opencommissioning.flow.lists import list_statistics, queue_sizes
from opencommissioning.flow.prices import (  # fmt: skip
    Price,
    PriceList,
    Spell,
    Uplift,
    list_for,
    price_of,
    trim_point,
    uplifted,
)
from opencommissioning.flow.schedules import by_priority, in_turn

days = st.lists(st.integers(0, 40), min_size=0, max_size=40)


def slowly(referred, priority, slots, withdrawn):
    """Slot by slot: the most urgent, then longest waiting person referred before the slot's day and still there takes it."""
    places = [-1] * len(referred)
    order = sorted(range(len(referred)), key=lambda p: (referred[p], p))
    for place, day in enumerate(slots):
        there = [p for p in order if places[p] < 0 and referred[p] < day and withdrawn[p] > day]
        if there:
            places[min(there, key=lambda p: priority[p])] = place
    return places


@given(days, days, st.data())
def test_first_come_first_served_equals_slot_by_slot(referred, slots, data):
    slots = np.array(sorted(slots), int)
    withdrawn = data.draw(st.lists(st.sampled_from([10**6, 5, 12, 30]), min_size=len(referred), max_size=len(referred)))  # fmt: skip
    referred = np.array(referred, int)
    never = [10**6] * len(referred)
    assert in_turn(referred, slots).tolist() == slowly(referred, [0] * len(referred), slots, never)
    assert in_turn(referred, slots, np.array(withdrawn, int)).tolist() == slowly(referred, [0] * len(referred), slots, withdrawn)  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 4)), max_size=30), days)
def test_the_most_urgent_never_wait_for_others(people, slots):
    slots = np.array(sorted(slots), int)
    referred, priority = (np.array([person[n] for person in people], int) for n in (0, 1))
    places = by_priority(referred, priority, slots)
    urgent = priority == 1
    assert places[urgent].tolist() == in_turn(referred[urgent], slots).tolist()
    taken = places[places >= 0]
    assert len(set(taken.tolist())) == len(taken)
    assert (slots[taken] > referred[places >= 0]).all()


def test_52_000_people_are_scheduled_at_once():
    generator = np.random.default_rng(1)
    referred = np.sort(generator.integers(0, 3650, 52_000))
    places = in_turn(referred, np.sort(generator.integers(0, 3650, 50_000)))
    assert (places >= 0).sum() > 45_000


RECORDS = pl.DataFrame(
    {
        "referred": [date(2023, 12, 1), date(2024, 1, 3), date(2024, 1, 10), date(2024, 1, 12), date(2024, 2, 1), None, date(2024, 3, 1)],
        "removed": [date(2024, 1, 5), None, date(2024, 1, 10), date(2024, 1, 2), None, None, None],
        "reason": ["treated", None, "died", "treated", None, None, None],
    }
)  # fmt: skip


def test_a_list_counted_by_hand():
    found = list_statistics(RECORDS, date(2024, 1, 1), date(2024, 2, 12))
    assert (found.opening, found.size) == (1, 2)
    assert (found.flow.arrivals, found.flow.departures) == (3 / 6, 2 / 6)
    assert found.reasons == {"treated": 1, "died": 1}
    assert found.left_out == {"no date of referral": 1, "removed before it was referred": 1, "referred after the window": 1}  # fmt: skip
    assert found.mean_wait == pytest.approx((39 + 10) / 2 / 7)  # on 11 February, the last day


def test_the_size_by_day_is_stock_plus_starts_minus_stops():
    sizes = queue_sizes(RECORDS.filter(pl.col("referred").is_not_null()), date(2024, 1, 1), date(2024, 2, 2))
    assert sizes[0] == 1  # removed in the end counts until the day itself
    assert sizes[-1] == sizes[0] + 3 - 3 + 1


def test_a_window_of_less_than_two_weeks_is_refused():
    with pytest.raises(DefinitionError, match="two whole weeks"):
        list_statistics(RECORDS, date(2024, 1, 1), date(2024, 1, 9))


@pytest.mark.parametrize(("share", "factor"), [(0.92, 2.5257), (0.95, 2.9957), (0.99, 4.6052)])
def test_the_factor_is_the_standards_own(share, factor):
    assert Standard(share).factor == pytest.approx(factor, abs=1e-4)


def test_a_target_list_holds_the_standard_when_waits_are_exponential():
    """Second witness: people who wait exponentially with the mean that Little's law gives are in time in 92 of 100 cases."""
    flow = Flow(arrivals=40, departures=40, observed=52)
    mean = target_size(flow).value / flow.arrivals
    waits = np.random.default_rng(1).exponential(mean, 200_000)
    assert (waits <= 18).mean() == pytest.approx(0.92, abs=0.003)


def test_relief_brings_the_list_to_its_target():
    flow = Flow(40, 38, 52, 2.0)
    relief, goal = relief_capacity(flow, 900).value, target_size(flow).value
    assert 900 + 26 * (flow.arrivals - relief) == pytest.approx(goal)
    told = needs(flow, 900, date(2026, 1, 5))
    assert told.too_big
    assert told.relief_until == date(2026, 1, 5) + timedelta(weeks=26)
    assert told.target_size.lower < goal < told.target_size.upper
    assert "To be there by 6 July 2026" in told.sentence


def test_spare_capacity_follows_scatter_and_standard():
    calm, wild = (target_capacity(Flow(40, 40, 52, s, s)).value - 40 for s in (1.0, 4.0))
    assert calm == pytest.approx(Standard().factor / 18)
    assert wild == pytest.approx(4 * calm)
    assert pressure(9) == 1


def test_nobody_leaving_is_said_not_nan():
    told = needs(Flow(5, 0, 20), 100, date(2026, 1, 1))
    assert "Nobody left" in told.sentence
    assert Flow(5, 0, 20).load == float("inf")


def test_44_000_overdue_in_nine_months():
    """The worked example of docs/how-to/waits.md."""
    clinic = FollowUps(overdue=44_000, due=2_000, missed=0.077, initiated=0.2, longer=0.6)
    plan = slots_to_clear(clinic, 39)
    assert clinic.demand == pytest.approx(2_000 * 0.925)
    assert plan.slots.value == pytest.approx((1_850 + 44_000 / 39) / 0.923)
    assert course(clinic, np.full(39, plan.slots.value))[-1] == pytest.approx(0, abs=1e-6)
    assert course(clinic, np.full(39, plan.slots.value - 10))[-1] == pytest.approx(39 * 10 * 0.923)
    assert course(clinic, np.full(20, plan.to_hold))[-1] == pytest.approx(44_000)


def test_follow_ups_fall_due_from_firsts():
    assert due_a_week(10, 0.35, 52, 19.5) == pytest.approx(10 * 0.65 * 52 / 19.5)


def test_a_future_booking_does_not_cure_an_overdue_follow_up():
    records = pl.DataFrame(
        {
            "due": [date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 1), None],
            "seen": [date(2026, 2, 20), date(2026, 1, 20), None, None],
            "discharged": [None, None, None, None],
        },
        schema={"due": pl.Date, "seen": pl.Date, "discharged": pl.Date},
    )
    found = overdue_of(records, date(2026, 2, 1))
    assert (found.listed, found.overdue, found.no_date, found.seen_before_census) == (3, 1, 1, 1)
    assert found.median_weeks == pytest.approx(31 / 7)


def test_a_missing_ready_date_is_not_no_delay():
    found = delays([0, 3, None, -1], 30)
    assert (found.known, found.unknown, found.coverage) == (2, 2, 0.5)
    assert found.no_delay == 0.5


def test_delayed_days_to_beds_to_money():
    found = delayed_days_to_money(3_000, 30, 0.25, 350, "own estimate")
    assert (found.beds, found.released) == (25, 262_500)
    assert "keep 100.0 beds" in found.sentence


PRICES = PriceList(date(2025, 4, 1), date(2026, 4, 1), "invented", {"AA01A": Price("AA01A", combined=Decimal(700))})  # fmt: skip


def test_a_combined_price_serves_day_cases_and_electives_and_a_dash_is_refused():
    spell = Spell("AA01A", "DC", 0, 40, date(2025, 5, 1))
    assert price_of(spell, list_for([PRICES], spell.ended)) == 700
    with pytest.raises(NotLoaded, match="not a price of 0"):
        price_of(Spell("AA01A", "NEL", 1, 40, date(2025, 5, 1)), PRICES)
    with pytest.raises(NotLoaded, match="no price list is in force"):
        list_for([PRICES], date(2026, 4, 1))


def test_uplifts_multiply_between_the_dates():
    uplifts = [Uplift(date(2026, 4, 1), Decimal("0.04"), Decimal("0.02"), "invented")]
    assert uplifted(Decimal(100), date(2025, 5, 1), date(2026, 4, 1), uplifts) == Decimal("101.92")
    assert uplifted(Decimal(100), date(2025, 5, 1), date(2026, 3, 31), uplifts) == 100


def test_a_trim_point():
    assert trim_point([1, 2, 3, 4, 5]) == 4 + 1.5 * 2


def test_a_share_above_1_is_refused():
    with pytest.raises(DefinitionError, match="'share'"):
        consequence({}, Shift(1.2, 0, 0))
