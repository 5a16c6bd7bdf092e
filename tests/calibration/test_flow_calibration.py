"""How often the fan of a waiting list holds what came next: invented lists lived by a simulation of their own, half a year ahead."""

import numpy as np
import pytest

from lived_lists import World, lived
from opencommissioning.flow.calibration import calibrate
from opencommissioning.flow.projection import simulate, simulate_each
from opencommissioning.flow.uncertainty import drawn

WEEKS, WORLDS, RUNS = 26, 150, 100
MONTHS = (1, 3, 6, 12, 24)
pytestmark = pytest.mark.calibration


def coverage(months: int, world: World, worlds: int = WORLDS) -> tuple[float, float, float]:
    """The share of lists whose later size lies between the 5th and 95th centile of the fan, the same of a fan of chance alone (rates as
    if known), and the mean width of the fan as a share of the list."""
    held, chance_only, width = 0, 0, 0.0
    for seed in range(worlds):
        history, course = lived(world, months, WEEKS, np.random.default_rng([seed, months]))
        found = calibrate("x", history)
        fans = (
            simulate_each(drawn(found, RUNS, seed), WEEKS, seed),
            simulate(found.model, WEEKS, RUNS, seed),
        )
        limits = [np.quantile(each.waiting[:, -1], (0.05, 0.95)) for each in fans]
        held += limits[0][0] <= course[-1] <= limits[0][1]
        chance_only += limits[1][0] <= course[-1] <= limits[1][1]
        width += float(np.ptp(limits[0])) / course[0]
    return held / worlds, chance_only / worlds, width / worlds


@pytest.mark.parametrize("months", MONTHS)
def test_nine_of_ten_lists_stay_in_their_fan(months):
    held, chance_only, _ = coverage(months, World())
    assert held >= 0.84  # 0.90 less two and a half standard errors of 150
    assert chance_only < held


if __name__ == "__main__":
    print("| months | scatter | in the fan | in a fan of chance alone | width of the fan |")
    print("|---|---|---|---|---|")
    for scatter in (1.0, 2.0, 4.0):
        for months in MONTHS:
            held, chance_only, width = coverage(months, World(scatter=scatter), 100)
            print(f"| {months} | {scatter:g} | {held:.2f} | {chance_only:.2f} | {width:.0%} |", flush=True)
