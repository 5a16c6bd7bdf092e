"""Parts are added, then divided; below 90 % of the patients nothing is shown."""

from datetime import date

import numpy as np
import pytest

from opencommissioning.measures.register import Register
from opencommissioning.measures.rollup import Membership, expected_practices, members_of
from opencommissioning.measures.series import Missing
from unit.measures.test_series import series


def register(parents, months=1, opened=None):
    count = len(parents)
    array = np.array(parents, np.int32)[:, None].repeat(months, axis=1)
    return Register(
        practices=tuple(f"P{row}" for row in range(count)),
        months=tuple(date(2026, 1 + month, 1) for month in range(months)),
        names={},
        postcodes={},
        open=np.ones((count, months), bool) if opened is None else opened,
        parents={"pcn": array},
        codes={"pcn": ("U1", "U2")},
        labels={"pcn": {}},
        registered=True,
        closed={},
    )


def rolled(practices, parents, patients, coverage=0.9):
    reg = register(parents, practices.numerator.shape[1])
    codes, at = members_of(reg, "pcn", False, {})
    patients = np.array(patients, float)
    return Membership("pcn", codes, at, expected_practices(reg, patients), patients).roll_up(
        practices, coverage
    )


def test_sums_of_parts_then_division():
    out = rolled(series([[1], [2], [30]], [[10], [40], [100]]), [0, 0, 1], [[1000], [1000], [1000]])
    assert out.values[:, 0] == pytest.approx([3 / 50 * 1000, 300])


def test_practices_without_a_network_form_no_network():
    out = rolled(series([[1], [2], [999]], [[10], [40], [1]]), [0, 0, -1], [[1000], [1000], [1000]])
    assert out.organisations == ("U1", "U2")
    assert out.numerator[:, 0].tolist() == [3, 0]
    assert out.missing[1, 0] == Missing.NO_MEMBERS


def test_below_the_coverage_no_value_is_shown_but_the_count_is():
    missing = [[Missing.NOTHING], [Missing.NOT_IN_FILE]]
    out = rolled(series([[1], [0]], [[10], [0]], missing), [0, 0], [[8000], [2000]])
    assert np.isnan(out.values[0, 0])
    assert out.missing[0, 0] == Missing.COVERAGE
    assert (out.counted[0, 0], out.expected[0, 0], out.share[0, 0]) == (1, 2, pytest.approx(0.8))


def test_at_ninety_per_cent_of_the_patients_it_is():
    missing = [[Missing.NOTHING], [Missing.NOT_IN_FILE]]
    out = rolled(series([[1], [0]], [[10], [0]], missing), [0, 0], [[9000], [1000]])
    assert out.values[0, 0] == 100


def test_a_zero_denominator_is_not_infinity():
    out = rolled(series([[5]], [[0]], [[Missing.DENOMINATOR_ZERO]]), [0], [[1000]])
    assert np.isnan(out.values[0, 0])
    assert out.missing[0, 0] == Missing.DENOMINATOR_ZERO


def test_practices_without_patients_are_not_expected_when_lists_are_filled():
    reg = register([0, 0, 0])
    patients = np.array([[1000.0], [900.0], [np.nan]])
    assert expected_practices(reg, patients)[:, 0].tolist() == [True, True, False]


def test_four_practices_are_never_england():
    count = 20
    reg = register([0] * count)
    missing = [[Missing.NOTHING]] * 4 + [[Missing.NOT_IN_FILE]] * (count - 4)
    practices = series([[1]] * count, [[10]] * count, missing)
    patients = np.full((count, 1), np.nan)
    codes, at = members_of(reg, "england", False, {})
    out = Membership("england", codes, at, expected_practices(reg, patients), patients).roll_up(practices)
    assert np.isnan(out.values[0, 0])
    assert (out.counted[0, 0], out.expected[0, 0]) == (4, count)


def test_custom_groups():
    codes, at = members_of(register([0, 0, 1]), "group", False, {"Forest": ("P0", "P2", "gone")})
    assert codes == ("Forest",)
    assert at[:, 0].tolist() == [0, -1, 0]
