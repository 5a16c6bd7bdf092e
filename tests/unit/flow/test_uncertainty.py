"""The fan holds the error of the rates: how wide it is against the closed form, and how often it holds what came next."""

from dataclasses import replace

import numpy as np
import pytest

from lived_lists import World, lived
from opencommissioning.flow.back_test import back_test
from opencommissioning.flow.calibration import FEW, MONTHLY, calibrate
from opencommissioning.flow.clearing import what_it_takes
from opencommissioning.flow.projection import project, simulate, simulate_each
from opencommissioning.flow.scenarios import Change, Scenario, apply, compare
from opencommissioning.flow.spreads import spreads
from opencommissioning.flow.uncertainty import drawn

WEEKS = 26
WORLD = World()


def a_history(months: int, seed: int = 1, world: World = WORLD):
    return lived(world, months, WEEKS, np.random.default_rng(seed))


def test_drawn_rates_scatter_as_the_closed_form_says():
    found = calibrate("x", a_history(3)[0])
    draws = drawn(found, 4000)
    starts = found.model.arrivals * found.weeks
    scatter = 1 + MONTHLY**2 * starts / 3  # of a month's count
    assert np.mean([each.arrivals for each in draws]) == pytest.approx(found.model.arrivals, rel=0.01)
    assert np.std([each.arrivals for each in draws]) == pytest.approx(np.sqrt(starts * scatter) / found.weeks, rel=0.05)  # fmt: skip
    assert min(each.leaving.min() for each in draws) >= 0
    assert min(each.transfers for each in draws) >= 0


def test_one_month_gives_a_wide_fan_and_a_year_a_narrow_one():
    months = a_history(24)[0]
    width = {}
    for count in (1, 12, 24):
        many = simulate_each(drawn(calibrate("x", months[-count:]), 300), WEEKS)
        width[count] = float(np.ptp(np.quantile(many.waiting[:, -1], (0.05, 0.95))))
    only_chance = simulate(calibrate("x", months).model, WEEKS, 300).waiting[:, -1]
    assert width[1] > 1.3 * width[12]
    assert width[12] > width[24]
    assert width[24] > np.ptp(np.quantile(only_chance, (0.05, 0.95)))


def test_a_year_of_estimated_scatter_is_drawn_as_students_t():
    found = calibrate("x", a_history(FEW)[0])
    arrivals = np.array([each.arrivals for each in drawn(found, 20_000)])
    error, freedom = found.evidence.errors[0], FEW - 1
    assert found.evidence.freedom == freedom
    assert arrivals.std() == pytest.approx(error * np.sqrt(freedom / (freedom - 2)), rel=0.15)


def test_months_that_do_not_follow_each_other_tell_nothing_of_removals():
    months = a_history(3)[0]
    gap = calibrate("x", [months[0], months[2]])
    grown = months[2].waiting.sum() - months[0].waiting.sum()
    assert gap.evidence.out - gap.evidence.inward == pytest.approx(gap.model.arrivals - gap.model.capacity)
    assert abs(grown) > 0


def held(worlds: int, months: int, runs: int = 100, world: World = WORLD) -> float:
    """The share of invented lists whose later course lies, half a year on, between the 5th and the 95th centile of its fan."""
    inside = 0
    for seed in range(worlds):
        history, course = a_history(months, seed, world)
        many = simulate_each(drawn(calibrate("x", history), runs, seed), WEEKS, seed + 1)
        low, high = np.quantile(many.waiting[:, -1], (0.05, 0.95))
        inside += low <= course[-1] <= high
    return inside / worlds


def test_the_fan_of_a_year_of_months_holds_nine_of_ten():
    """40 lists: 0.90 ± 0.095 by luck (two standard errors); the calibration draws more of them."""
    assert held(40, 12) >= 0.78


def test_what_it_takes_has_wider_limits_the_fewer_months_there_are():
    months = a_history(24)[0]
    few, many = (what_it_takes(calibrate("x", months[-count:]), WEEKS) for count in (1, 24))
    assert few.extra.lower <= few.extra.value <= few.extra.upper
    assert few.extra.upper - few.extra.lower > 1.5 * (many.extra.upper - many.extra.lower)
    assert few.chance > few.chance_as_is


def test_the_backtest_says_how_many_months_its_fan_held():
    test = back_test("x", a_history(16)[0])
    assert test.inside == ((test.observed >= test.lower) & (test.observed <= test.upper)).sum()
    assert test.inside >= 5
    assert (test.lower < test.foretold).all()


def test_a_scenarios_difference_is_surer_than_either_of_its_courses():
    """Both courses share the draws of rates: the effect of 10 treatments more a week is 260 people, whatever the starts turn out to be."""
    found = calibrate("x", a_history(12)[0])
    scenario = Scenario({"x": Change(extra=10.0)})
    spread, together = spreads([found], scenario, WEEKS)
    (row,) = compare([found.model], scenario, WEEKS).rows
    assert spread.difference.value == pytest.approx(row.waiting_changed - row.waiting_as_is, abs=8)
    assert spread.difference.upper - spread.difference.lower < np.ptp(spread.as_is[[0, 4], -1]) / 5
    assert spread.as_is[0, -1] < row.waiting_as_is < spread.as_is[4, -1]
    assert (np.diff(spread.changed, axis=0) >= 0).all()
    assert (together.changed == spread.changed).all()  # one list is all lists


def test_who_comes_back_from_the_community_joins_after_all():
    """By hand: of 50 a week 30 % are tested directly, 10 % more are tested besides, half of all tested join: 50 × (0.7 + 0.3 × 1.1 × 0.5)."""
    found = calibrate("x", a_history(3)[0]).model.changed(arrivals=50.0)
    changed = Scenario({"x": Change(0.3, induced=0.1, back=0.5)})
    assert 50 * changed.of("x").stays == pytest.approx(43.25)
    path = compare([found], changed, 10)
    assert path.changed.arrived[0] == pytest.approx(np.full(10, 43.25))
    assert path.rows[0].in_community == pytest.approx(50 * 0.3 * 1.1 * 10)


def test_a_plan_is_what_is_given_week_by_week():
    model = calibrate("x", a_history(3)[0]).model
    plan = np.r_[np.full(4, 20.0), np.full(4, 80.0)]
    course = project([model.changed(planned=plan)], 12)
    assert course.treated[0] + course.unused[0] == pytest.approx([*plan, 80, 80, 80, 80])
    constant = project([model.changed(planned=np.full(12, model.capacity))], 12)
    assert constant.waiting == pytest.approx(project([model], 12).waiting)
    assert model.changed(planned=plan).more(-30).slots(8) == pytest.approx([0, 0, 0, 0, 50, 50, 50, 50])


def test_a_list_that_nobody_treats_follows_its_closed_form():
    """Q after w weeks = Q·(1 − θ)ʷ + λ·((1 − θ) + … + (1 − θ)ʷ): expected course, and the mean of courses of drawn rates."""
    found = calibrate("x", a_history(12)[0])
    model = found.model.changed(planned=np.zeros(WEEKS), transfers=0.0)
    stay = 1 - model.leaving[0]
    by_hand = model.waiting.sum() * stay**WEEKS + model.arrivals * sum(stay**w for w in range(1, WEEKS + 1))
    assert project([model], WEEKS).waiting[0, -1] == pytest.approx(by_hand)
    many = simulate_each(
        drawn(replace(found, model=found.model.changed(planned=np.zeros(WEEKS))), 400), WEEKS
    )
    error = 4 * many.waiting[:, -1].std() / 20
    assert many.waiting[:, -1].mean() == pytest.approx(by_hand, abs=error + found.evidence.inward * WEEKS)


def test_courses_of_drawn_rates_with_a_plan_and_a_scenario_balance():
    found = calibrate("x", a_history(3)[0])
    changed = [
        apply([each], Scenario({"x": Change(0.3, "closed", 0.2, 0.5)}))[0] for each in drawn(found, 30)
    ]
    path = simulate_each([each.changed(planned=np.linspace(60, 20, WEEKS)) for each in changed], WEEKS)
    came = path.waiting[:, 0] + path.arrived.sum(axis=1) + path.transferred.sum(axis=1)
    assert came == pytest.approx(path.treated.sum(axis=1) + path.left.sum(axis=1) + path.waiting[:, -1])
    assert (path.unused >= 0).all()
