"""Breaks: the scan against ordinary least squares tried at every month, and what must not count as a break."""

import numpy as np
import pytest

from opencommissioning.errors import DefinitionError
from opencommissioning.statistics import breaks
from opencommissioning.statistics.breaks import find_break

nan = np.nan


def design(months, place, change, trend, phi):
    clock = np.arange(months, dtype=float)
    columns = [np.ones(months)] + ([clock] if trend else [])
    columns.append((clock >= place).astype(float) if change == "level" else np.maximum(clock - place, 0))
    return np.stack(columns, axis=1)


def slow_scan(values, phi, change, trend, shortest):
    """Generalised least squares with the AR(1) covariance matrix written out, for every month in turn."""
    months = len(values)
    known = ~np.isnan(values)
    lag = np.abs(np.subtract.outer(np.arange(months), np.arange(months)))
    root = np.linalg.inv(np.linalg.cholesky(phi**lag if phi else np.eye(months)))
    best = (-1.0, None, None)
    for place in range(months):
        if known[:place].sum() < shortest or known[place:].sum() < shortest or not known[place]:
            continue
        x = root @ design(months, place, change, trend, phi)
        y = root @ values
        beta, *_ = np.linalg.lstsq(x, y, rcond=None)
        noise = np.sum((y - x @ beta) ** 2) / (months - x.shape[1])
        t = abs(beta[-1]) / np.sqrt(noise * np.linalg.inv(x.T @ x)[-1, -1])
        if t > best[0]:
            best = (t, place, beta)
    return best


@pytest.mark.parametrize(("change", "trend"), [("level", False), ("level", True), ("slope", True)])
@pytest.mark.parametrize("phi", [0.0, 0.5])
def test_scan_is_generalised_least_squares_at_every_month(change, trend, phi):
    rng = np.random.default_rng(11)
    table = rng.normal(5, 1, (12, 30))
    table[:, 17:] += np.linspace(-3, 3, 12)[:, np.newaxis]
    fit = breaks._scan(table, np.full(12, phi), change, trend, 5)
    for row in range(12):
        t, place, beta = slow_scan(table[row], phi, change, trend, 5)
        assert fit["statistic"][row] == pytest.approx(t, rel=1e-6)
        assert fit["position"][row] == place
        before = beta[1] if change == "slope" else beta[0] + (beta[1] * place if trend else 0.0)
        assert fit["before"][row] == pytest.approx(before, rel=1e-6, abs=1e-9)
        assert fit["after"][row] == pytest.approx(before + beta[-1], rel=1e-6, abs=1e-9)


def test_a_step_is_found_with_its_levels():
    values = np.tile([10.0, 11, 9], 12)
    values[20:] += 5
    found = find_break(values)
    assert found.position[0] == 20
    assert found.before[0] == pytest.approx(10, abs=0.1)
    assert found.after[0] == pytest.approx(15, abs=0.1)
    assert found.p_value[0] < 1e-6


def test_a_perfect_step_has_a_finite_statistic():
    found = find_break(np.repeat([1.0, 2.0], 12))
    assert np.isfinite(found.statistic[0])
    assert (found.position[0], found.before[0], found.after[0]) == (12, pytest.approx(1), pytest.approx(2))


def test_scale_and_level_do_not_matter():
    values = np.random.default_rng(12).normal(size=(5, 40))
    plain, small = find_break(values), find_break(values * 1e-6 + 3e-5)
    np.testing.assert_allclose(plain.p_value, small.p_value, rtol=1e-6)
    np.testing.assert_array_equal(plain.position, small.position)


def test_constant_missing_and_short_series_have_no_break():
    table = np.full((3, 30), 0.1)
    table[1] = nan
    table[2, 8:] = nan
    table[2, :8] = np.arange(8)
    found = find_break(table)
    assert found.position.tolist() == [-1, -1, -1]
    assert np.isnan(found.p_value).all()


def test_missing_months_are_left_out():
    rng = np.random.default_rng(13)
    values = rng.normal(0, 1, 48)
    values[24:] += 6
    values[[3, 10, 30, 31]] = nan
    found = find_break(values)
    assert found.position[0] == 24
    assert found.before[0] == pytest.approx(np.nanmean(values[:24]), abs=0.15)


def test_no_series_gives_no_breaks():
    assert find_break(np.empty((0, 24))).p_value.shape == (0,)


def test_a_series_with_few_of_its_months_is_not_flagged_more_often():
    series = np.random.default_rng(24).normal(size=(4_000, 60))
    series[:, :46] = nan
    p = find_break(series, shortest=4).p_value
    assert np.mean(p < 0.05) < 0.05
    assert np.mean(p < 0.01) < 0.012


def test_a_steady_trend_is_no_break_when_a_trend_is_allowed():
    values = np.arange(48.0) + np.random.default_rng(14).normal(0, 1, 48)
    assert find_break(values, with_trend=True).p_value[0] > 0.05
    values[30:] += 8
    stepped = find_break(values, with_trend=True)
    assert stepped.position[0] == 30
    assert stepped.after[0] - stepped.before[0] == pytest.approx(8, abs=1)
    assert stepped.p_value[0] < 0.01


def test_change_of_slope():
    clock = np.arange(60.0)
    values = 0.1 * clock + 0.9 * np.maximum(clock - 30, 0) + np.random.default_rng(15).normal(0, 0.5, 60)
    found = find_break(values, change="slope")
    assert abs(found.position[0] - 30) <= 2
    assert (found.before[0], found.after[0]) == pytest.approx((0.1, 1.0), abs=0.1)


def test_false_alarms_stay_below_what_is_promised():
    series = np.random.default_rng(16).normal(size=(2_000, 36))
    assert np.mean(find_break(series).p_value < 0.05) < 0.05


def test_too_few_months_are_refused():
    with pytest.raises(DefinitionError, match="12 months in all"):
        find_break(np.arange(10.0))
