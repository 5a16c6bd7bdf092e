"""How often the verdict itself is wrong when nobody is an outlier and nobody moved. `python tests/calibration/test_verdict_calibration.py` prints it."""

from datetime import date

import numpy as np
import pytest

from opencommissioning.catalogue.measure import Shape
from opencommissioning.catalogue.period import shift
from opencommissioning.variation.movement import movements
from opencommissioning.variation.position import Z95, Z998, position

PRACTICES, MONTHS, ROUNDS = 500, 36, 8
MONTH_AXIS = tuple(shift(date(2024, 1, 1), step) for step in range(MONTHS))
KINDS = [(shape, between) for shape in (Shape.PROPORTION, Shape.RATE, Shape.RATIO) for between in (0.0, 0.2)]
SIZES = [(window, lumps) for window in (1, 3, 12) for lumps in (1, 3, 8)]  # fmt: skip


def economy(rng, shape, between):
    """numerators, denominators (P, M): practices that differ by a normal amount (on the log scale) and never change."""
    size = rng.lognormal(np.log(9000), 0.5, (PRACTICES, 1)) * np.ones((1, MONTHS))
    own = np.exp(rng.normal(0, between, (PRACTICES, 1)))
    season = 1 + 0.2 * np.sin(np.arange(MONTHS) / 6 * np.pi)
    if shape is Shape.PROPORTION:
        n = rng.poisson(size / 60)
        return rng.binomial(n, np.clip(0.25 * own * season, 0, 1)).astype(float), n.astype(float)
    events = rng.poisson(size / 100 * own * season).astype(float)
    if shape is Shape.RATE:
        return events, size
    return events * rng.gamma(20, 1 / 20, events.shape) * 8, size


def measured(shape, between):
    """Shares of practices beyond the 95 % and 99.8 % limits in the last month, and told to have moved."""
    counts = np.zeros(3)
    for seed in range(ROUNDS):
        x, n = economy(np.random.default_rng(seed), shape, between)
        judged = np.ones(x.shape, bool)
        z = position(x, n, 1, shape, judged).z[:, -1]
        centre = np.broadcast_to(x.sum(axis=0) / n.sum(axis=0), x.shape)
        moved = movements(x / np.where(n > 0, n, np.nan), centre, MONTH_AXIS).recent
        counts += [(np.abs(z) > Z95).mean(), (np.abs(z) > Z998).mean(), moved.mean()]
    return counts / ROUNDS


def verdict_table():
    """One row a kind: shape, spread between practices, and the three shares."""
    return [(str(shape), between, *measured(shape, between).round(4).tolist()) for shape, between in KINDS]


def by_size(window, lumps):
    """Shares beyond the 95 % and 99.8 % limits of the smallest and of the largest quarter of practices, each as (95 %, 99.8 %).

    Rates over windows of months whose items come in lumps (repeats of the same patients), so that they move `lumps` times as much as chance.
    """
    counts = np.zeros((2, 2))
    for seed in range(ROUNDS):
        rng = np.random.default_rng(seed)
        size = np.sort(rng.lognormal(np.log(9000), 0.7, PRACTICES))[:, None] * np.ones((1, MONTHS))
        own = np.exp(rng.normal(0, 0.2, (PRACTICES, 1)))
        months = rng.poisson(size / 50 * own / lumps) * float(lumps)
        x, n = rolled(months, window), size[:, window - 1 :]
        z = np.abs(position(x, n, 1, Shape.RATE, np.ones(x.shape, bool), window=window).z[:, -1])
        quarter = PRACTICES // 4
        for row, part in enumerate((z[:quarter], z[-quarter:])):
            counts[row] += [(part > Z95).mean(), (part > Z998).mean()]
    return counts / ROUNDS


def rolled(months, window):
    """Sums of each month with those before it, (P, M − window + 1)."""
    total = np.cumsum(np.pad(months, ((0, 0), (1, 0))), axis=1)
    return total[:, window:] - total[:, :-window]


@pytest.mark.calibration
@pytest.mark.parametrize(("window", "lumps"), SIZES)
def test_small_practices_are_called_out_no_more_often_than_large_ones(window, lumps):
    small, large = by_size(window, lumps)
    assert max(small[0], large[0]) < 0.085
    assert max(small[1], large[1]) < 0.01
    assert small[0] < 1.2 * large[0]


@pytest.mark.calibration
@pytest.mark.parametrize(("shape", "between"), KINDS)
def test_the_verdict_is_wrong_about_as_often_as_it_says(shape, between):
    beyond95, beyond998, moved = measured(shape, between)
    assert beyond95 < 0.065
    assert beyond998 < 0.006
    assert moved < 0.01


def main():
    """Print the tables."""
    print(
        "| measure | spread between practices | beyond 95 % | beyond 99.8 % | moved |\n|---|---|---|---|---|"
    )
    for row in verdict_table():
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print(
        "\n| window | moves by chance times | smallest quarter: 95 % | 99.8 % | largest quarter: 95 % | 99.8 % |"
    )
    print("|---|---|---|---|---|---|")
    for window, lumps in SIZES:
        print(
            f"| {window} | {lumps} | "
            + " | ".join(f"{share:.4f}" for share in by_size(window, lumps).ravel())
            + " |"
        )


if __name__ == "__main__":
    main()
