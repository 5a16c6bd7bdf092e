"""Laws that every series must obey: turning it upside down turns every mark, changing units changes nothing."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from opencommissioning.statistics.false_alarms import benjamini_hochberg
from opencommissioning.statistics.icons import VARIATION, summary_of
from opencommissioning.statistics.processes import process_limits
from opencommissioning.statistics.ranks import percent_rank
from opencommissioning.statistics.spc_rules import special_causes
from opencommissioning.statistics.xmr import xmr_limits

# Whole numbers keep sums, and so ties with the mean, exact when the sign or the unit changes.
VALUES = st.one_of(st.integers(-50, 50).map(float), st.just(np.nan))
SERIES = st.integers(1, 40).flatmap(lambda size: arrays(float, (2, size), elements=VALUES))


@settings(max_examples=150, deadline=None)
@given(SERIES)
def test_upside_down_turns_every_mark(series):
    up = special_causes(series, xmr_limits(series))
    down = special_causes(-series, xmr_limits(-series))
    np.testing.assert_array_equal(up.direction, -down.direction)
    np.testing.assert_array_equal(up.rule, down.rule)


@settings(max_examples=150, deadline=None)
@given(SERIES, st.sampled_from([0.25, 2.0, 1024.0]))
def test_units_change_nothing_but_the_limits(series, unit):
    one, other = (summary_of(process_limits("xmr", each), improvement=1) for each in (series, series * unit))
    np.testing.assert_array_equal(one.variation, other.variation)
    np.testing.assert_array_equal(one.since, other.since)
    np.testing.assert_allclose(one.upper * unit, other.upper)


@settings(max_examples=150, deadline=None)
@given(SERIES)
def test_a_summary_accounts_for_every_value(series):
    summary = summary_of(process_limits("xmr", series), improvement=-1, target=3.0)
    counted = summary.common_cause + summary.special_high + summary.special_low
    np.testing.assert_array_equal(counted, summary.points)
    np.testing.assert_array_equal(summary.points, np.sum(~np.isnan(series), axis=1))
    assert ((summary.variation == VARIATION.index("none")) == (summary.points == 0)).all()


@settings(max_examples=150, deadline=None)
@given(SERIES)
def test_missing_values_are_never_marked(series):
    marks = special_causes(series, xmr_limits(series))
    assert not marks.direction[np.isnan(series)].any()


@settings(max_examples=150, deadline=None)
@given(SERIES)
def test_percentiles_keep_the_order_and_only_the_order(series):
    ranks = percent_rank(series)
    np.testing.assert_array_equal(np.isnan(ranks), np.isnan(series))
    np.testing.assert_array_equal(ranks, percent_rank(series**3 + 5))
    assert np.nanmin(np.r_[ranks.ravel(), 0]) >= 0
    assert np.nanmax(np.r_[ranks.ravel(), 0]) <= 100


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_false_discovery_flags_are_the_smallest_p_values(p):
    found = benjamini_hochberg(p, 0.1)
    flagged, rest = np.array(p)[found.flagged], np.array(p)[~found.flagged]
    assert (found.q_value >= np.array(p) - 1e-12).all()
    assert not (len(flagged) and len(rest)) or flagged.max() <= rest.min()
