"""Neighbours against a double loop; the published opportunity's worked example; what shrinking first repairs."""

import numpy as np
import pytest

from opencommissioning.errors import DefinitionError
from opencommissioning.statistics.peers import (
    nearest_neighbours,
    published_opportunity,
    shrunk_opportunity,
    standardise_features,
)

nan = np.nan
NAMES = ("deprivation", "age 75+", "rural")


def slow_neighbours(scores, weights, k):
    answer = []
    for i, own in enumerate(scores):
        distances = []
        for j, other in enumerate(scores):
            both = [c for c in range(len(own)) if not np.isnan(own[c] + other[c])]
            if i != j and both:
                total = sum(weights[c] * (own[c] - other[c]) ** 2 for c in both)
                distances.append((total * sum(weights) / sum(weights[c] for c in both), j))
        answer.append([j for _, j in sorted(distances)[:k]])
    return answer


@pytest.mark.parametrize("share_missing", [0.0, 0.2])
@pytest.mark.parametrize("scaling", ["rightcare", "mhs"])
def test_neighbours_agree_with_the_double_loop(share_missing, scaling):
    rng = np.random.default_rng(20)
    features = rng.gamma(2, 3, (40, 3))
    features[rng.random(features.shape) < share_missing] = nan
    found = nearest_neighbours(features, NAMES, k=4, scaling=scaling, weights=[1, 2, 0.5])
    slow = slow_neighbours(standardise_features(features, scaling), [1, 2, 0.5], 4)
    for row, expected in enumerate(slow):
        assert found.index[row].tolist() == expected + [-1] * (4 - len(expected))
        assert row not in found.index[row]


def test_missing_characteristics_are_named():
    found = nearest_neighbours([[1.0, nan, 3], [2, 2, nan], [3, 1, 1], [4, 4, 4]], NAMES, k=2)
    assert found.missing == (("age 75+",), ("rural",), (), ())
    average = nearest_neighbours([[1.0, nan, 3], [2, 2, nan], [3, 1, 1]], NAMES, k=1, missing="average")
    assert average.missing[0] == ("age 75+",)
    assert np.isfinite(average.distance).all()


def test_ties_fall_in_input_order_and_few_units_leave_places_empty():
    found = nearest_neighbours([[0.0], [1.0], [-1.0], [1.0]], ["x"], k=5)
    assert found.index[0].tolist() == [1, 2, 3, -1, -1]
    assert nearest_neighbours([[0.0]], ["x"], k=2).index.tolist() == [[-1, -1]]


def test_model_health_system_scaling_caps_then_takes_the_root():
    column = np.r_[np.ones(99), 10_000.0]
    cap = column.mean() + 5 * column.std()
    root = np.sqrt(np.minimum(column, cap))
    expected = (root - root.mean()) / root.std()
    np.testing.assert_allclose(standardise_features(column[:, np.newaxis], "mhs")[:, 0], expected)
    assert standardise_features([[2.0], [2.0]]).tolist() == [[0.0], [0.0]]


def test_weights_must_fit():
    with pytest.raises(DefinitionError, match="3 characteristics"):
        nearest_neighbours(np.ones((4, 3)), NAMES, weights=[1, 2])
    with pytest.raises(DefinitionError, match="0 or more"):
        nearest_neighbours(np.ones((4, 3)), NAMES, weights=[1, -2, 1])


def test_published_example():
    shares = [0.12, 0.19, 0.17, 0.15, 0.13, 0.11, 0.10, 0.09, 0.08, 0.07, 0.06]
    totals = np.full(11, 4_000)
    peers = np.array([[j for j in range(11) if j != i] for i in range(11)])
    found = published_opportunity(np.array(shares) * totals, totals, peers, high_is_good=True)
    assert (found.lower[0], found.upper[0]) == pytest.approx((0.110, 0.130), abs=0.0005)
    assert found.best[0].tolist() == [1, 2, 3, 4, 5]
    assert found.best_mean[0] == pytest.approx(0.15)
    assert found.opportunity[0] == pytest.approx(120)
    assert found.shown[0]
    assert found.opportunity[1] == 0
    low = published_opportunity(np.array(shares) * totals, totals, peers, high_is_good=False)
    assert low.best_mean[0] == pytest.approx(0.08)


def test_missing_values_have_no_opportunity_and_are_nobodys_best():
    found = published_opportunity(
        [5, nan, 3, 2], [10, 10, 10, 0], [[1, 2, 3]] * 4, high_is_good=False, best=2
    )
    assert np.isnan(found.opportunity[[1, 3]]).all()
    assert found.best[0].tolist() == [2, -1]
    assert found.best_mean[0] == pytest.approx(0.3)


def test_luck_alone_is_opportunity_to_the_published_rule_but_not_after_shrinking():
    rng = np.random.default_rng(21)
    totals = rng.integers(100, 1_000, 300)
    events = rng.binomial(totals, 0.2)  # nobody differs
    peers = nearest_neighbours(rng.normal(size=(300, 3)), NAMES, k=10).index
    published = published_opportunity(events, totals, peers, high_is_good=True)
    honest = shrunk_opportunity(events, totals, peers, high_is_good=True, samples=400)
    assert published.shown.mean() > 0.1
    assert honest.shown.mean() < 0.01
    assert honest.opportunity.sum() < 0.3 * published.opportunity.sum()


def test_real_differences_survive_shrinking_with_an_honest_interval():
    rng = np.random.default_rng(22)
    totals = rng.integers(500, 3_000, 400)
    truth = rng.beta(8, 32, 400)
    peers = nearest_neighbours(rng.normal(size=(400, 3)), NAMES, k=10).index
    found = shrunk_opportunity(rng.binomial(totals, truth), totals, peers, high_is_good=True, samples=1_000)
    real = np.maximum(truth[found.best].mean(axis=1) - truth, 0) * totals
    assert np.mean((found.lower <= real + 1e-9) & (real <= found.upper + 1e-9)) == pytest.approx(
        0.95, abs=0.03
    )
    rates = shrunk_opportunity(
        rng.poisson(totals * truth), totals, peers, high_is_good=False, kind="rate", samples=200
    )
    assert rates.shown.any()
