"""The roll-up of parts is the whole: through any level, any split of practices, any pattern of missing months."""

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from opencommissioning.measures.register import Register
from opencommissioning.measures.rollup import Membership, members_of
from opencommissioning.measures.series import Missing
from unit.measures.test_series import series

SHAPES = st.tuples(st.integers(1, 8), st.integers(1, 4))


@st.composite
def practices(draw):
    """A practice series, its parents (all known) and its patients."""
    shape = draw(SHAPES)
    whole = arrays(np.int64, shape, elements=st.integers(0, 10**12))
    missing = draw(
        arrays(np.uint8, shape, elements=st.sampled_from([Missing.NOTHING] * 3 + [Missing.NOT_IN_FILE]))
    )
    top, bottom = (np.where(missing == Missing.NOTHING, draw(whole), 0) for _ in range(2))
    missing = np.where((missing == Missing.NOTHING) & (bottom == 0), Missing.DENOMINATOR_ZERO, missing)
    parents = draw(arrays(np.int32, shape, elements=st.integers(0, 2)))
    patients = draw(arrays(np.int64, shape, elements=st.integers(1, 20_000))).astype(float)
    return series(top, bottom, missing), parents, patients


def add(given, codes, parents, level, coverage=0.0):
    part, _, patients = given
    return Membership(level, codes, parents, np.ones(parents.shape, bool), patients).roll_up(part, coverage)


def england(given, coverage=0.0):
    return add(given, ("ENGLAND",), np.zeros_like(given[1]), "england", coverage)


@settings(max_examples=150, deadline=None)
@given(practices())
def test_the_parts_add_up_to_the_whole(given):
    parts, whole = add(given, ("A", "B", "C"), given[1], "sub_icb"), england(given)
    for name in ("numerator", "denominator", "counted", "expected"):
        np.testing.assert_array_equal(getattr(parts, name).sum(axis=0), getattr(whole, name)[0])


@settings(max_examples=150, deadline=None)
@given(practices(), st.integers(0, 6))
def test_a_practice_alone_is_its_own_organisation(given, coverage):
    part, parents, _ = given
    each = np.arange(len(parents), dtype=np.int32)[:, None] * np.ones_like(parents)
    alone = add(given, tuple(f"O{n}" for n in range(len(parents))), each, "pcn", coverage / 10)
    known = np.isin(part.missing, [Missing.NOTHING, Missing.DENOMINATOR_ZERO])
    np.testing.assert_array_equal(alone.missing[known], part.missing[known])
    np.testing.assert_array_equal(alone.values[known], part.values[known])
    assert np.isnan(alone.values[~known]).all()


@settings(max_examples=150, deadline=None)
@given(practices(), st.sampled_from([0.5, 0.9, 1.0]))
def test_a_value_is_shown_exactly_when_enough_patients_are_counted(given, coverage):
    part, _, patients = given
    known = np.isin(part.missing, [Missing.NOTHING, Missing.DENOMINATOR_ZERO])
    share = (patients * known).sum(axis=0) / patients.sum(axis=0)
    shown = england(given, coverage).missing[0]
    covered = np.isin(shown, [Missing.NOTHING, Missing.DENOMINATOR_ZERO])
    np.testing.assert_array_equal(covered, (share >= coverage) & known.any(axis=0))


@settings(max_examples=100, deadline=None)
@given(practices(), st.integers(1, 4))
def test_windows_of_parts_add_up_to_windows_of_the_whole(given, window):
    """Windows are summed before dividing, so a level may be windowed after or before it is added up, where nothing is missing."""
    part, parents, patients = given
    whole = england((part, parents, patients)).windowed(window, (False, False))
    practice = part.windowed(window, (False, False))
    there = (practice.missing != Missing.NOTHING).sum(axis=0) == 0
    np.testing.assert_array_equal(practice.numerator.sum(axis=0)[there], whole.numerator[0][there])
    np.testing.assert_array_equal(practice.denominator.sum(axis=0)[there], whole.denominator[0][there])


@settings(max_examples=100, deadline=None)
@given(arrays(np.int32, st.tuples(st.integers(1, 8), st.integers(2, 4)), elements=st.integers(-1, 2)))
def test_current_membership_is_that_of_the_last_month(parents):
    register = Register(
        practices=tuple(f"P{row}" for row in range(len(parents))),
        months=tuple(date(2026, 1 + month, 1) for month in range(parents.shape[1])),
        names={},
        postcodes={},
        open=np.ones(parents.shape, bool),
        parents={"pcn": parents},
        codes={"pcn": ("A", "B", "C")},
        labels={"pcn": {}},
        registered=True,
        closed={},
    )
    _, then = members_of(register, "pcn", False, {})
    _, now = members_of(register, "pcn", True, {})
    np.testing.assert_array_equal(then, parents)
    np.testing.assert_array_equal(now, np.repeat(parents[:, -1:], parents.shape[1], axis=1))
