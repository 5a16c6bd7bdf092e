"""How sure a scenario is: both courses of every list, and of all together, for many draws of the rates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from opencommissioning.flow.calibration import Calibrated
from opencommissioning.flow.capacity import RTT, Estimate
from opencommissioning.flow.projection import ListModel, project, simulate_each
from opencommissioning.flow.scenarios import TOGETHER, Scenario, apply, refuse_unknown
from opencommissioning.flow.uncertainty import drawn

CENTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
SPREAD_RUNS = 100


@dataclass(frozen=True)
class Spread:
    """One list in both courses with their uncertainty. Centiles 5, 25, 50, 75, 95 (rows) of people waiting at the end of each week, now
    first; `within` the same of the share in time; `difference` of the lists at the end: limits from the error of the rates alone (chance
    falls alike on both); chances to meet the standard at the end.
    """

    name: str
    as_is: np.ndarray
    changed: np.ndarray
    within_as_is: np.ndarray
    within_changed: np.ndarray
    difference: Estimate
    chance_as_is: float
    chance_changed: float


def spreads(
    found: Sequence[Calibrated], scenario: Scenario, weeks: int, runs: int = SPREAD_RUNS, seed: int = 1
) -> tuple[Spread, ...]:
    """Both courses of all lists for `runs` draws of their rates, the same draws for both; all lists together last."""
    lists = [each.model for each in found]
    refuse_unknown(lists, scenario)
    draws = [drawn(each, runs, seed + number) for number, each in enumerate(found)]
    changed = [apply([one[run] for one in draws], scenario) for run in range(runs)]
    others = [[run[number] for run in changed] for number in range(len(lists))]
    pairs = [
        _Courses.of(before, after, weeks, seed + number)
        for number, (before, after) in enumerate(zip(draws, others, strict=True))
    ]
    return (*(each.spread for each in pairs), _Courses.added(pairs).spread)


@dataclass(frozen=True)
class _Courses:
    """Random courses of one list, as it is and changed: people waiting and those of them in time (2, runs, weeks + 1), expected ends (2, runs)."""

    name: str
    waiting: np.ndarray
    in_time: np.ndarray
    ends: np.ndarray

    @classmethod
    def of(cls, before: Sequence[ListModel], after: Sequence[ListModel], weeks: int, seed: int) -> "_Courses":
        standard = int(RTT.weeks)
        courses = [simulate_each(each, weeks, seed, standard) for each in (before, after)]
        ends = [project(each, weeks, standard).waiting[:, -1] for each in (before, after)]
        return cls(
            before[0].name,
            np.array([each.waiting for each in courses]),
            np.array([each.waiting * each.within for each in courses]),
            np.array(ends),
        )

    @classmethod
    def added(cls, several: Sequence["_Courses"]) -> "_Courses":
        """Course by course: lists are drawn independently of each other."""
        return cls(TOGETHER, *(sum(getattr(each, name) for each in several) for name in ("waiting", "in_time", "ends")))  # fmt: skip

    @property
    def spread(self) -> Spread:
        within = np.where(self.waiting > 0, self.in_time / np.maximum(self.waiting, 1), 1.0)
        low, middle, high = np.quantile(self.ends[1] - self.ends[0], (0.025, 0.5, 0.975))
        before, after = np.quantile(self.waiting, CENTILES, axis=1).swapaxes(0, 1)
        within_before, within_after = np.quantile(within, CENTILES, axis=1).swapaxes(0, 1)
        chances = (within[:, :, -1] >= RTT.share).mean(axis=1)
        return Spread(
            self.name, before, after, within_before, within_after,
            Estimate(float(middle), float(low), float(high)), float(chances[0]), float(chances[1]),
        )  # fmt: skip
