"""The usual laws from special functions are those of scipy.stats, which the program does not import for them."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from opencommissioning.statistics import laws
from opencommissioning.statistics.ranks import least_ranks, mean_ranks

SHARES = np.array([1e-9, 0.001, 0.025, 0.3, 0.5, 0.9, 0.999, 1 - 1e-9])
VALUES = np.array([-40.0, -3.0, -0.1, 0.0, 0.4, 2.0, 9.0, 37.0])
SIZES = np.array([0.4, 1.0, 2.5, 30.0, 4000.0])[:, None]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (laws.normal_quantile(SHARES), stats.norm.ppf(SHARES)),
        (laws.normal_below(VALUES), stats.norm.cdf(VALUES)),
        (laws.normal_beyond(VALUES), stats.norm.sf(VALUES)),
        (laws.normal_density(VALUES), stats.norm.pdf(VALUES)),
        (laws.chi_square_quantile(SHARES, SIZES), stats.chi2.ppf(SHARES, SIZES)),
        (laws.student_quantile(SHARES, SIZES), stats.t.ppf(SHARES, SIZES)),
        (laws.student_beyond(VALUES, SIZES), stats.t.sf(VALUES, SIZES)),
    ],
)
def test_laws_are_those_of_scipy(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize("mean", [0.2, 1.0, 7.3, 900.0])
@pytest.mark.parametrize("share", [0.01, 0.5, 0.95, 0.999])
def test_a_poisson_quantile_is_the_least_count_that_covers(share, mean):
    assert laws.poisson_quantile(share, mean) == int(stats.poisson.ppf(share, mean))


def test_what_no_law_has_is_missing():
    assert np.isnan(laws.chi_square_quantile(0.5, 0))


def test_ranks_of_ties():
    values = np.array([3.0, 1.0, 3.0, -2.0, 1.0, 1.0])
    assert least_ranks(values).tolist() == stats.rankdata(values, method="min").tolist()
    assert mean_ranks(values).tolist() == stats.rankdata(values).tolist()


def test_a_command_starts_without_the_slow_libraries():
    script = "import sys, opencommissioning.cli.main; print(sorted({'scipy.stats', 'scipy.optimize', 'altair'} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, check=True).stdout
    assert out.strip() == "[]"
