"""CUSUM: OpenPrescribing's against a loop written straight from its description; ours against published run lengths."""

import numpy as np
import pytest

from opencommissioning.statistics.cusum import (
    ar1_series,
    openprescribing_cusum,
    standardised_cusum,
    threshold_for_false_alarms,
)

nan = np.nan


def plain_cusum(data, window=12, sensitivity=5):
    """One series, one month after another; None for what has not been decided."""
    known = [not np.isnan(v) for v in data]
    start = next((i for i in range(len(data)) if any(known[i : i + window])), 0)
    mean = np.nanmean

    def limit_of(part):
        return sensitivity * np.nanstd(part)

    up = down = 0.0
    target = limit = nan
    alerts, targets = [], []
    for i, value in enumerate(data):
        ahead, past = data[i : i + window], data[max(i - window, 0) : i]
        if i <= start:
            if any(known[i : i + window]):
                target, limit = mean(ahead), limit_of(ahead)
            up = down = 0.0
        elif up > limit or down < -limit:
            target = mean(past)
            next_up = round(max(0, up + value - target - limit / 10), 2)
            next_down = round(min(0, down + value - target + limit / 10), 2)
            if not ((next_up > up > limit) or (next_down < down < -limit)):
                limit, up, down = limit_of(past), 0.0, 0.0
        if not np.isnan(value):
            up = round(max(0, up + value - target - limit / 10), 2)
            down = round(min(0, down + value - target + limit / 10), 2)
        alerts.append(1 if up > limit else -1 if down < -limit else 0)
        targets.append(target)
    return alerts, targets


def reported(data, alerts, targets):
    if not alerts[-1]:
        return nan, nan, 0
    period = 1
    while period < len(alerts) and alerts[-1 - period] == alerts[-1]:
        period += 1
    return targets[len(alerts) - period - 1], data[-1], period


def test_openprescribing_alerts_agree_with_the_loop():
    rng = np.random.default_rng(9)
    table = np.clip(np.cumsum(rng.normal(0, 6, (300, 18)), axis=1) + 50, 0, 100)
    table[::7, :4] = nan
    result = openprescribing_cusum(table)
    assert (result.period > 0).sum() > 20
    for row in range(len(table)):
        alerts, targets = plain_cusum(table[row].tolist())
        assert result.alert[row].tolist() == alerts
        got = (result.change_from[row], result.change_to[row], result.period[row])
        assert got == pytest.approx(reported(table[row], alerts, targets), nan_ok=True)


def test_a_clear_fall_is_reported_with_its_origin():
    table = np.r_[np.tile([60.0, 62, 58, 61], 3), 40.0, 35, 30, 25, 20, 15]
    result = openprescribing_cusum(table)
    assert result.alert[0, -1] == -1
    assert result.change_to[0] == 15
    assert result.change_from[0] == pytest.approx(60.25)


def test_series_all_missing_or_constant_does_not_alert():
    assert not openprescribing_cusum([[nan] * 18, [50.0] * 18]).alert.any()


def test_simulated_threshold_keeps_its_promise_on_other_series():
    threshold = threshold_for_false_alarms(0.05, baseline=24, months=12)
    series = ar1_series(np.random.default_rng(10), 20_000, 36)
    early = series[:, :24]
    found = standardised_cusum(
        series, mean=early.mean(axis=1), sd=early.std(axis=1, ddof=1), threshold=threshold, start=24
    )
    assert np.mean(found.first_alarm >= 0) == pytest.approx(0.05, abs=0.006)


def test_estimating_mean_and_sd_costs_a_higher_threshold():
    assert threshold_for_false_alarms(0.05, baseline=24) > threshold_for_false_alarms(0.05, baseline=200)


def test_standard_sums_by_hand():
    result = standardised_cusum([12.0, nan, 13, 7], mean=10.0, sd=1.0, threshold=4.0)
    assert result.upper.tolist() == [1.5, 1.5, 4.0, 0.5]
    assert result.lower.tolist() == [0, 0, 0, 2.5]
    assert result.first_alarm == -1
    drop = standardised_cusum([7.0, 7, 7], mean=10.0, sd=1.0, threshold=4.0)
    assert drop.alarm.tolist() == [0, -1, -1]
    assert drop.first_alarm == 1


def test_a_series_that_never_moves_never_alarms():
    result = standardised_cusum(np.ones((1, 20)), mean=[1.0], sd=[0.0], threshold=3.0)
    assert not result.alarm.any()
