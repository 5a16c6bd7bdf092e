"""What a list's rates may as well have been: drawn around those that were read from its months, so that a fan holds their error too.

A parametric bootstrap. Starts and treatments of the months are counts with a scatter, so their means a week have a standard error;
removals are a balance of counts, and who is treated first is counted by weeks waited. Where the scatter itself was read from a few
months, its error is drawn as well (a chi-squared of its degrees of freedom, which makes the draws those of Student's t).
"""

from zlib import crc32

import numpy as np

from opencommissioning.flow.calibration import Calibrated, Evidence, weights_of
from opencommissioning.flow.projection import ListModel

RUNS = 100


def drawn(found: Calibrated, runs: int = RUNS, seed: int = 1) -> list[ListModel]:
    """`runs` lists with rates drawn around the calibrated ones; a plan (`planned`) is kept as it is. The same seed gives the same lists."""
    generator = np.random.default_rng([seed, 7])
    model, evidence = found.model, found.evidence
    wider = _wider(generator, evidence.freedom, (2, runs))
    of_arrivals, of_capacity, of_removals = evidence.errors
    arrivals = _positive(generator, model.arrivals, of_arrivals * np.sqrt(wider[0]))
    capacity = _positive(generator, model.capacity, of_capacity * np.sqrt(wider[1]))
    leaving, transfers = _removals(generator, evidence, of_removals, runs)
    weights = weights_of(generator.poisson(evidence.treated, (runs, len(evidence.treated))).astype(float), np.broadcast_to(evidence.listed, (runs, len(evidence.listed))))  # fmt: skip
    return [
        model.changed(
            arrivals=arrivals[run],
            capacity=capacity[run],
            leaving=np.full(len(model.leaving), leaving[run]),
            transfers=transfers[run],
            weights=weights[run],
            arrivals_scatter=max(1.0, model.arrivals_scatter * wider[0, run]),
            capacity_scatter=max(1.0, model.capacity_scatter * wider[1, run]),
        )
        for run in range(runs)
    ]


def around(courses: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Centiles 5 and 25 of the courses (runs, weeks), what is expected (weeks,), centiles 75 and 95: five rows."""
    low, lower, upper, high = np.quantile(courses, (0.05, 0.25, 0.75, 0.95), axis=0)
    return np.array([low, lower, expected, upper, high])


def seed_of(name: str, seed: int = 1) -> int:
    """The seed of a list's courses: the same list has the same courses wherever it is asked, and lists have different ones."""
    return seed + crc32(name.encode())


def _wider(generator: np.random.Generator, freedom: int | None, shape: tuple[int, int]) -> np.ndarray:
    """What the scatter may as well be, as a multiple of what was estimated."""
    return freedom / generator.chisquare(freedom, shape) if freedom else np.ones(shape)


def _positive(generator: np.random.Generator, mean: float, errors: np.ndarray) -> np.ndarray:
    """Rates with a mean and standard errors (runs,) that are never negative."""
    if mean <= 0:
        return np.zeros(len(errors))
    spread = np.maximum(errors, 1e-9) ** 2 / mean
    return generator.gamma(mean / spread, spread)


def _removals(
    generator: np.random.Generator, evidence: Evidence, error: float, runs: int
) -> tuple[np.ndarray, np.ndarray]:
    """Chance to leave in a week, and transfers in a week: their difference is drawn, and neither is negative."""
    both = min(evidence.out, evidence.inward)
    net = evidence.out - evidence.inward + error * generator.standard_normal(runs)
    out, inward = both + np.maximum(0, net), both + np.maximum(0, -net)
    return np.minimum(1.0, out / evidence.exposed if evidence.exposed else 0 * out), inward
