"""Public-health statistics against figures worked by hand and slow oracles; tests/real runs other packages' own answers."""

import numpy as np
import pytest

from opencommissioning.errors import DefinitionError
from opencommissioning.statistics import benchmarks, dispersion, funnels
from opencommissioning.statistics.averages import group_average
from opencommissioning.statistics.inequality import inequality, inequality_transformed
from opencommissioning.statistics.life_expectancy import AGES, life_expectancy
from opencommissioning.statistics.quantiles import quantile_groups
from opencommissioning.statistics.standardisation import (
    ESP2013,
    direct,
    direct_with_repeats,
    expected_events,
    indirect,
)
from opencommissioning.statistics.trends import proportion_trend, recent_trend


def test_direct_standardisation_of_the_worked_example():
    told = direct([4, 10, 26], [2000, 2500, 1300], [40, 35, 25]).interval
    assert told.value == pytest.approx(720.0, abs=0.05)
    assert told.lower == pytest.approx(512.6, abs=0.05)
    assert told.upper == pytest.approx(982.6, abs=0.05)


def test_fewer_than_ten_events_give_no_direct_rate():
    told = direct([[1, 2, 6], [1, 2, 7]], [1000, 1000, 1000], [1, 1, 1]).interval
    assert np.isnan(told.value[0])
    assert np.isfinite(told.lower[1])


def test_repeats_of_one_each_are_no_repeats_and_more_widen_the_interval():
    n, w = [2000, 2500, 1300], [40, 35, 25]
    plain = direct([4, 10, 26], n, w).interval
    once = direct_with_repeats([[4, 10, 26], [0, 0, 0]], [1, 2], n, w).interval
    assert once.upper == pytest.approx(plain.upper)
    twice = direct_with_repeats(
        [[0, 0, 0], [2, 5, 13]], [1, 2], n, w
    ).interval  # the same events of half the people
    assert twice.value == pytest.approx(plain.value)
    assert twice.upper - twice.lower == pytest.approx(np.sqrt(2) * (plain.upper - plain.lower))


def test_the_standard_population_is_100_000_people():
    assert sum(ESP2013) == 100_000
    assert len(ESP2013) == 19


def test_indirect_standardisation_of_the_worked_example():
    expected = expected_events([800, 1000], [50, 200], [10_000, 20_000])
    assert expected == pytest.approx(14)
    told = indirect(18, expected).interval
    assert (float(told.value), float(told.lower), float(told.upper)) == pytest.approx(
        (1.286, 0.762, 2.032), abs=5e-4
    )


def test_a_population_of_nobody_is_refused():
    with pytest.raises(DefinitionError, match="population is 0"):
        direct([1, 2], [0, 10], [1, 1])


def test_thirds_of_seven_are_not_those_of_a_cut():
    assert quantile_groups(np.arange(1.0, 8), 3).tolist() == [3, 3, 2, 2, 1, 1, 1]
    assert np.isnan(quantile_groups([1.0, 2.0], 3)).all()


def test_funnel_of_the_worked_example():
    limits = funnels.proportion_limits(0.1, [200])
    assert (limits.lower95[0], limits.upper95[0]) == pytest.approx((5.84, 14.16), abs=0.005)
    assert (limits.lower998[0], limits.upper998[0]) == pytest.approx((3.44, 16.56), abs=0.01)


@pytest.mark.parametrize(("kind", "average", "size"), [("proportion", 0.1, 50), ("rate", 0.01, 700)])
def test_prediction_limits_leave_out_no_more_than_they_say(kind, average, size):
    rng = np.random.default_rng(4)
    events = (
        rng.binomial(size, average, 200_000) if kind == "proportion" else rng.poisson(size * average, 200_000)
    )
    limits = funnels.prediction_limits(average, [size], kind)
    for low, high, tail in (
        (limits.lower95, limits.upper95, 0.025),
        (limits.lower998, limits.upper998, 0.001),
    ):
        assert np.mean(events / size < low[0]) <= tail + 0.001
        assert np.mean(events / size > high[0]) <= tail + 0.001


def test_over_dispersed_limits_of_the_worked_example():
    over = dispersion.adjusted_limits([100], "SHMI", 0.0042)
    assert (over.lower95[0], over.upper95[0]) == pytest.approx((0.792, 1.263), abs=5e-4)
    plain = dispersion.unadjusted_limits([100], "SHMI")
    assert (plain.lower95[0], plain.upper95[0]) == pytest.approx((0.814, 1.216), abs=5e-4)


def test_planted_dispersion_is_found_and_none_is_found_where_there_is_none():
    rng = np.random.default_rng(5)
    expected = rng.uniform(50, 400, 4000)
    differing = rng.poisson(expected * np.exp(rng.normal(0, 0.2, 4000)))
    alike = rng.poisson(expected)
    tau = [
        np.sqrt(dispersion.dispersion(dispersion.scores(x, expected, "SHMI"), truncate=False, trim=0.0).tau2)
        for x in (differing, alike)
    ]
    assert tau[0] == pytest.approx(0.2, abs=0.01)
    assert tau[1] < 0.03


def test_inequality_of_the_worked_example():
    told = inequality(np.ones(5), [12, 10, 9, 8, 6], np.full(5, 0.5))
    assert told.slope == pytest.approx(-7.0)
    assert (float(told.slope_lower), float(told.slope_upper)) == pytest.approx((-8.55, -5.45), abs=0.005)
    assert told.intercept == pytest.approx(12.5)
    assert told.relative == pytest.approx(0.44)


def test_inequality_is_weighted_least_squares_on_the_middles():
    people, values = np.array([30.0, 10, 25, 20, 15]), np.array([9.0, 7, 8, 5, 4])
    share = people / people.sum()
    middle = np.cumsum(share) - share / 2
    slope, start = np.polyfit(middle, values, 1, w=np.sqrt(share))
    told = inequality(people, values, np.ones(5))
    assert (float(told.slope), float(told.intercept)) == pytest.approx((slope, start))


def test_inequality_through_logs_stays_positive():
    values = np.array([20.0, 12, 7, 4, 2])
    told = inequality_transformed(np.ones(5), values, values * 0.8, values * 1.25, "rate")
    assert told.relative > 0
    assert told.slope_lower < told.slope < told.slope_upper < 0


def test_too_few_groups_are_refused():
    with pytest.raises(DefinitionError, match="5 to 100 groups"):
        inequality([1, 1], [2, 1], [0.1, 0.1])


def test_life_expectancy_is_a_walk_through_the_table():
    deaths, people = np.array([5.0, *(3.0 * at**2 for at in range(1, 20))]), np.full(20, 4000.0)
    told = life_expectancy(deaths, people)
    alive, lived = 100_000.0, []
    for at, start in enumerate(AGES):
        rate, width, a = (
            deaths[at] / people[at],
            (AGES[at + 1] - start if at < 19 else 0),
            (0.1 if at == 0 else 0.5),
        )
        dying = 1.0 if at == 19 else rate * width / (1 + rate * width * (1 - a))
        lived.append(alive / rate if at == 19 else width * (alive * (1 - dying) + a * alive * dying))
        alive *= 1 - dying
    assert told.value[0] == pytest.approx(sum(lived) / 100_000)
    assert told.value[19] == pytest.approx(people[19] / deaths[19])


def test_life_expectancy_says_why_it_is_not_told():
    people = np.full((3, 20), 4000.0)
    deaths = np.full((3, 20), 10.0)
    deaths[:, -1] = 0, 10, 600
    people[1] = 100
    told = life_expectancy(deaths, people)
    assert told.why.tolist() == ["no death at 90 and over", "5,000 people or fewer", ""]
    assert np.isnan(told.value[:2]).all()
    assert np.isfinite(told.value[2]).all()


def test_a_steady_rise_is_a_trend_and_noise_is_none():
    v = np.array([10, 10.5, 11.2, 11.6, 12.3])
    assert recent_trend(v, v - 0.4, v + 0.4) == "Increasing"
    assert recent_trend(v, v - 3, v + 3) == "NoChange"
    assert recent_trend(v[:4], v[:4] - 1, v[:4] + 1) == "CannotBeCalculated"
    assert proportion_trend([100, 130, 160, 190, 230], [1000] * 5) == "Increasing"


def test_an_area_beside_a_benchmark_is_judged_by_the_measures_direction():
    sides = benchmarks.against_interval([10.0, 1.0, 2.0], [12.0, 1.5, 4.0], [9.0, 3.0, 3.0])
    assert benchmarks.named(sides, "low_is_good").tolist() == ["Worse", "Better", "Same"]
    assert benchmarks.named(sides, "no_judgement").tolist() == ["Higher", "Lower", "Same"]
    assert benchmarks.named(benchmarks.against_interval([np.nan], [1], [1]), "high_is_good").tolist() == [""]


def test_an_average_needs_nine_tenths_of_the_people():
    assert group_average([1, 16], [np.nan, 4], [1, 10], 11) == 4
    assert np.isnan(group_average([1, 16], [np.nan, 4], [3, 8], 11))
