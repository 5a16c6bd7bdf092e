"""Limits of any chart in phases and on a baseline, and gaps between rare events, each beside a slow loop."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opencommissioning.errors import DefinitionError
from opencommissioning.statistics import spc
from opencommissioning.statistics.icons import ASSURANCE, VARIATION, summary_of
from opencommissioning.statistics.processes import between, process_limits
from opencommissioning.statistics.spc_rules import special_causes

nan = np.nan
X = np.array([12.0, 9, 14, 11, 10, 13, 30, 33, 29, 31, 35, 28])
N = np.array([80.0, 75, 90, 85, 80, 95, 88, 92, 84, 90, 97, 83])
COUNTS = st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=1, max_size=30)


@pytest.mark.parametrize("kind", ["p", "pp", "u", "up"])
def test_each_phase_is_a_chart_of_its_own(kind):
    group = np.repeat([0, 1], 6)
    found = process_limits(kind, X, N, multiplier=100, group=group)
    chart = spc.p_chart if kind[0] == "p" else spc.u_chart
    for phase in (slice(0, 6), slice(6, 12)):
        alone = spc.scaled(chart(X[phase], N[phase], laney=len(kind) == 2), 100)
        for ours, theirs in (
            ("mean", "targets"),
            ("lower", "ll99"),
            ("upper", "ul99"),
            ("near_upper", "ul95"),
        ):
            assert getattr(found, ours)[phase] == pytest.approx(getattr(alone, theirs))
    assert found.points.tolist() == [6] * 12
    assert found.trial.all()


def test_a_baseline_holds_its_first_points_and_later_ones_are_judged_by_it():
    x, n = np.r_[np.full(12, 10.0), np.full(8, 40.0)], np.full(20, 100.0)
    found = process_limits("p", x, n, fix_after_n_points=12)
    assert found.mean[-1] == pytest.approx(0.1)
    assert found.upper[-1] == pytest.approx(0.1 + 3 * np.sqrt(0.1 * 0.9 / 100))
    causes = special_causes(found.values, found)
    assert (causes.direction[12:] == 1).all()
    assert (causes.direction[:12] == 0).all()


def test_nothing_and_all_have_limits_too():
    for x in (np.zeros(5), np.full(5, 20.0)):
        found = process_limits("pp", x, np.full(5, 20.0))
        assert (found.lower == found.mean).all()
        assert (found.upper == found.mean).all()
        assert (special_causes(found.values, found).direction == 0).all()


def test_a_ratio_needs_a_denominator():
    with pytest.raises(DefinitionError, match="needs denominators"):
        process_limits("p", X)


def test_dispersion_is_the_factor_between_plain_and_widened_limits():
    plain, wide = spc.u_chart(X, N), spc.u_chart(X, N, laney=True)
    factor = (wide.ul68[0] - wide.targets[0]) / (plain.ul68[0] - plain.targets[0])
    assert spc.dispersion(X, N, "u") == pytest.approx(factor)
    assert np.isnan(spc.dispersion([0.0, 0, 0], [5.0, 5, 5], "p"))
    steady = np.random.default_rng(3).binomial(100, 0.3, (400, 60)).astype(float)
    assert spc.dispersion(steady, np.full(60, 100.0), "p").mean() == pytest.approx(1, abs=0.03)


def slowly(counts, exposure):
    """Walk through the periods event by event."""
    gaps, last, gone, broken = [], None, 0.0, False
    for count, length in zip(counts, exposure, strict=True):
        if count is None:
            broken = True
            continue
        for event in range(count):
            now = gone + (event + 0.5) / count * length
            if last is not None:
                gaps.append(nan if broken else now - last)
            last, broken = now, False
        gone += length
    since = nan if last is None or broken else gone - last
    return gaps, since


@settings(max_examples=200, deadline=None)
@given(COUNTS)
def test_gaps_between_events_as_a_walk_through_the_months_finds_them(counts):
    exposure = [28.0 + place % 4 for place in range(len(counts))]
    found = between([nan if each is None else each for each in counts], exposure)
    gaps, since = slowly(counts, exposure)
    assert found.gap.tolist() == pytest.approx(gaps, nan_ok=True)
    assert found.since == pytest.approx(since, nan_ok=True)
    assert [int(each) for each in found.at] == [
        place for place, each in enumerate(counts) for _ in range(each or 0)
    ][1:]


def test_parts_of_events_are_refused():
    with pytest.raises(DefinitionError, match="whole numbers"):
        between([1, 0.5], [30, 30])


def test_a_steady_rate_of_rare_events_is_seldom_called_out():
    """One event in five months: the last gap lies beyond the limits of a T chart about once in a hundred times, while an XmR chart of the
    same months, whose ranges are mostly 0, calls out nearly half of its points."""
    rng = np.random.default_rng(11)
    last, every = [], []
    for _ in range(400):
        counts = rng.poisson(0.2, 60)
        gap = between(counts, np.full(60, 30.4)).gap
        if len(gap) >= 6:
            limits = process_limits("t", gap)
            last.append(limits.values[-1] > limits.upper[-1] or limits.values[-1] < limits.lower[-1])
        months = process_limits("xmr", counts)
        every.append(np.mean((counts > months.upper) | (counts < months.lower)))
    assert np.mean(last) < 0.03
    assert np.mean(every) > 0.3


def test_icons_of_a_share_by_its_last_limits():
    steady = np.array([388.0, 392, 384, 388, 392, 388, 384, 392, 388, 388, 392, 384, 388])
    x, n = np.array([[50.0] * 12 + [90], steady]), np.array([np.full(13, 100.0), np.full(13, 400.0)])
    limits = process_limits("p", x, n, multiplier=100)
    share = steady.sum() / (400 * 13)
    assert limits.lower[1, -1] == pytest.approx(100 * share - 300 * np.sqrt(share * (1 - share) / 400))
    found = summary_of(limits, improvement=1, target=[95.0, 92.0])
    assert [VARIATION[each] for each in found.variation] == ["improvement_high", "common_cause"]
    assert [ASSURANCE[each] for each in found.assurance] == ["fail", "pass"]
