"""Projections: nobody appears or vanishes; expected course against whole-person simulation; steady states; what it takes is enough."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opencommissioning.catalogue.period import shift
from opencommissioning.errors import DefinitionError, UnknownName
from opencommissioning.flow.back_test import back_test
from opencommissioning.flow.calibration import Calibrated, Evidence, Month, calibrate, weights_of
from opencommissioning.flow.clearing import Aim, what_it_takes
from opencommissioning.flow.projection import ListModel, project, simulate
from opencommissioning.flow.scenarios import Change, Scenario, apply, compare

BANDS = 105


def a_list(name="gynaecology", size=40.0, arrivals=40.0, capacity=38.0, leaving=0.003, **more) -> ListModel:
    waiting = np.maximum(0, size - np.arange(BANDS) * size / 60)
    return ListModel(name, waiting, arrivals, capacity, np.full(BANDS, leaving), np.linspace(0.5, 2, BANDS), **more)  # fmt: skip


def known(model: ListModel) -> Calibrated:
    """A list whose rates are known without error."""
    treated, listed = 1e9 * model.weights, np.full(len(model.waiting), 1e9)
    size = float(model.waiting.sum())
    evidence = Evidence(model.leaving[0] * size, 0.0, size, (0.0, 0.0, 0.0), None, treated, listed)
    return Calibrated(model.changed(weights=weights_of(treated, listed)), 1e9, (), evidence)


rates = st.floats(0, 200)


@settings(max_examples=40, deadline=None)
@given(rates, rates, st.floats(0, 1), rates, st.lists(st.floats(0, 300), min_size=6, max_size=6), st.booleans())  # fmt: skip
def test_mass_balances_whatever_the_rates(arrivals, capacity, leaving, transfers, waiting, treats_none_first):
    weights = np.zeros(6) if treats_none_first else np.arange(6.0)
    model = ListModel("x", np.array(waiting), arrivals, capacity, np.full(6, leaving), weights, transfers)
    path = project([model], 15, standard_weeks=2, long_weeks=4)
    came = path.waiting[0, 0] + path.arrived.sum() + path.transferred.sum()
    assert came == pytest.approx(path.treated.sum() + path.left.sum() + path.waiting[0, -1], rel=1e-6, abs=1e-4)  # fmt: skip
    assert (path.unused >= -1e-6).all()
    assert path.treated.sum() + path.unused.sum() == pytest.approx(capacity * 15, rel=1e-6, abs=1e-6)


def one_by_one(model: ListModel, weeks: int, generator) -> float:
    """The slow oracle: people as numbers of weeks in a Python list, each week drawn for treatment by weight, one after the other."""
    people = [k for k, n in enumerate(model.waiting) for _ in range(int(n))]
    for _ in range(weeks):
        people = [min(k + 1, BANDS - 1) for k in people] + [0] * generator.poisson(model.arrivals)
        people = [k for k in people if generator.random() >= model.leaving[k]]
        slots = min(generator.poisson(model.capacity), len(people))
        weights = np.array([model.weights[k] for k in people])
        seen = generator.choice(len(people), slots, replace=False, p=weights / weights.sum())
        people = [k for place, k in enumerate(people) if place not in set(seen.tolist())]
    return float(len(people))


def test_the_expected_course_is_the_mean_of_people_drawn_one_by_one():
    model = a_list(size=8.0, arrivals=12.0, capacity=11.0, leaving=0.01)
    model = model.changed(waiting=np.round(model.waiting))
    slow = [one_by_one(model, 20, np.random.default_rng(seed)) for seed in range(40)]
    fast = simulate(model, 20, runs=400).waiting[:, -1]
    expected = project([model], 20).waiting[0, -1]
    error = 4 * np.std(slow) / np.sqrt(len(slow))
    assert np.mean(slow) == pytest.approx(expected, abs=error)
    assert fast.mean() == pytest.approx(expected, abs=error)
    assert fast.std() == pytest.approx(np.std(slow), rel=0.5)


def test_a_simulation_is_of_whole_people_and_repeats_itself():
    model = a_list(arrivals_scatter=3.0, capacity_scatter=2.0)
    one, two = (simulate(model, 30, runs=50, seed=7) for _ in range(2))
    assert (one.waiting == two.waiting).all()
    assert (one.treated == np.round(one.treated)).all()
    assert one.arrived.var() / one.arrived.mean() == pytest.approx(3.0, rel=0.25)


def test_spare_capacity_is_unused_and_not_lost():
    path = project([a_list(arrivals=10, capacity=500, leaving=0)], 12)
    assert path.waiting[0, -1] == pytest.approx(0, abs=1e-6)
    assert path.unused[0, -1] == pytest.approx(490, abs=1e-6)


def test_the_longest_waiters_come_first_when_so_planned():
    model = a_list(arrivals=0, capacity=30, leaving=0).changed(longest_first=30.0)
    path = project([model], 5)
    aged = np.r_[np.zeros(5), model.waiting[:-5]]
    gone = np.cumsum(aged[::-1])[::-1] - aged  # people who wait longer than each band
    assert path.last[0] == pytest.approx(np.clip(aged - np.clip(150 - gone, 0, aged), 0, None))


def test_negative_rates_are_refused_with_what_to_do():
    with pytest.raises(DefinitionError, match="transfers in"):
        project([a_list(arrivals=-1)], 3)


def test_what_it_takes_is_enough_and_a_little_less_is_not():
    model = known(a_list()).model
    takes = what_it_takes(known(a_list()), 26)
    within = [
        project([model.changed(capacity=c, longest_first=c - model.capacity)], 26).within[0, -1]
        for c in (takes.capacity.value, takes.capacity.value * 0.98)
    ]
    assert within[0] >= 0.92 > within[1]
    assert takes.size_at_end > 300
    assert takes.capacity.lower <= takes.capacity.value <= takes.capacity.upper
    assert 0.1 < takes.chance < 0.9
    assert "26 weeks" in takes.sentence


def test_an_aim_that_no_capacity_reaches_is_refused():
    model = a_list(capacity=5)
    stuck = model.changed(weights=np.r_[np.ones(20), np.zeros(BANDS - 20)], waiting=np.full(BANDS, 500.0))
    with pytest.raises(DefinitionError, match="choose a later date"):
        what_it_takes(known(stuck), 1, Aim(nobody_over=52))


def history(model: ListModel, months: int) -> list[Month]:
    """Months as published from a known list, four weeks each taken as a month of the same rates."""
    out, state, day = [], model, date(2024, 1, 1)
    for _ in range(months):
        length = Month(day, state.waiting, state.waiting, 0).weeks
        scaled = length / 4
        month = state.changed(arrivals=state.arrivals * scaled, capacity=state.capacity * scaled)
        path = project([month], 4)
        treated = path.treated.sum() * _profile(state)
        out.append(Month(day, path.last[0], treated, float(path.arrived.sum())))
        state, day = state.changed(waiting=path.last[0]), shift(day, 1)
    return out


def _profile(model: ListModel) -> np.ndarray:
    shape = model.weights * model.waiting
    return shape / shape.sum()


def test_calibration_finds_the_rates_that_made_the_history():
    made = a_list(arrivals=50, capacity=45, leaving=0.004)
    found = calibrate("gynaecology", history(made, 12)).model
    assert found.arrivals == pytest.approx(50, rel=0.01)
    assert found.capacity == pytest.approx(45, rel=0.01)
    assert found.leaving[0] == pytest.approx(0.004, rel=0.1)
    assert found.transfers == 0


def test_people_who_join_without_a_start_are_transfers_not_negative_removals():
    months = history(a_list(leaving=0.0), 4)
    joined = [Month(m.month, m.waiting * (1 + 0.1 * n), m.treated, m.started) for n, m in enumerate(months)]
    found = calibrate("x", joined).model
    assert found.transfers > 0
    assert (found.leaving == 0).all()


def test_one_month_is_taken_for_steady_and_says_so():
    month = history(a_list(), 1)
    found = calibrate("x", month)
    path = project([found.model], 4)
    assert path.waiting[0, -1] == pytest.approx(path.waiting[0, 0], rel=0.02)
    assert "only one month" in found.remarks[0]


def test_a_back_test_of_a_steady_history_is_close():
    test = back_test("x", history(a_list(), 12))
    assert test.size_share < 0.02
    assert test.within_error < 5
    with pytest.raises(DefinitionError, match="at least four months"):
        back_test("x", history(a_list(), 3))


def test_moving_gynaecology_helps_the_others_only_when_the_freed_capacity_is_shared():
    lists = [a_list(), a_list("urology", size=30, arrivals=30, capacity=28)]
    kept, shared, closed = (compare(lists, Scenario({"gynaecology": Change(0.3, how)}), 52) for how in ("kept", "shared", "closed"))  # fmt: skip
    assert kept.rows[1].waiting_changed == kept.rows[1].waiting_as_is
    assert shared.rows[1].waiting_changed < shared.rows[1].waiting_as_is
    assert kept.rows[0].waiting_changed < closed.rows[0].waiting_changed
    before, after = (sum(each.capacity for each in group) for group in (lists, apply(lists, Scenario({"gynaecology": Change(0.3, "shared")}))))  # fmt: skip
    assert before == pytest.approx(after)
    assert kept.rows[0].in_community == pytest.approx(0.3 * 40 * 52)


def test_an_unknown_list_is_told_with_the_nearest():
    with pytest.raises(UnknownName, match="gynaecology"):
        compare([a_list()], Scenario({"gynecology": Change(0.3)}), 4)
