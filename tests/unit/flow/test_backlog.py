"""The backlog beyond a standard: by hand, and by treating people until the standard is met."""

import numpy as np
import pytest

from opencommissioning.errors import DefinitionError
from opencommissioning.flow.backlog import backlog
from opencommissioning.flow.capacity import Standard


def test_by_hand():
    found = backlog(np.r_[np.full(18, 50.0), np.full(35, 4.0)])  # 900 within, 140 over: 86.5 %
    assert (found.waiting, found.over) == (1040, 140)
    assert found.beyond == pytest.approx(140 - 0.08 * 1040)
    assert found.stops == pytest.approx((140 - 0.08 * 1040) / 0.92)


@pytest.mark.parametrize("seed", range(5))
def test_treating_so_many_meets_the_standard_and_one_fewer_does_not(seed):
    waiting = np.random.default_rng(seed).integers(1, 80, 105).astype(float)
    found = backlog(waiting)
    treated = 0
    while (found.over - treated) > 0.08 * (found.waiting - treated):
        treated += 1
    assert treated == int(np.ceil(found.stops))


def test_a_list_in_time_has_people_over_and_none_beyond():
    found = backlog(np.r_[np.full(18, 50.0), np.full(35, 1.0)])
    assert (found.over, found.beyond, found.stops) == (35, 0, 0)
    nobody = backlog(np.zeros(53))
    assert (nobody.over, nobody.beyond) == (0, 0)


@pytest.mark.parametrize("standard", [Standard(0.92, 18.5), Standard(0.92, 53)])
def test_who_is_over_must_be_told_by_the_bands(standard):
    with pytest.raises(DefinitionError, match="cannot be told from bands"):
        backlog(np.ones(53), standard)
