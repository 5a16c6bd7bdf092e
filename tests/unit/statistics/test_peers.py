"""Neighbours against a double loop; the published opportunity's worked example; what shrinking first repairs."""

import numpy as np
import pytest

from opencommissioning.errors import DefinitionError
from opencommissioning.statistics.peers import (
    nearest_neighbours,
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
