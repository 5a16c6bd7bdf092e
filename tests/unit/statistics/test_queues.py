"""Closed forms of queues against direct sums, known values and simulation."""

from math import factorial

import numpy as np
import pytest

from opencommissioning.errors import DefinitionError
from opencommissioning.statistics import queues


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (5, 4.0), (12, 9.856), (30, 35.0)])
def test_erlang_b_is_its_sum(servers, load):
    terms = [load**n / factorial(n) for n in range(servers + 1)]
    assert queues.erlang_b(servers, load) == pytest.approx(terms[-1] / sum(terms))


def test_the_fewest_servers_are_the_fewest():
    for load in (0.5, 9.86, 46):
        number = queues.servers_for_blocking(load, 0.05)
        assert queues.erlang_b(number, load) < 0.05 <= queues.erlang_b(number - 1, load)


def test_scatter_of_poisson_counts_is_1_though_gaps_by_day_look_wild():
    counts = np.random.default_rng(1).poisson(20, 5000)
    assert queues.dispersion(counts) == pytest.approx(1, abs=0.1)


def test_impossible_shares_are_refused():
    with pytest.raises(DefinitionError, match="between 0 and 1"):
        queues.factor_for_share(1.0)
