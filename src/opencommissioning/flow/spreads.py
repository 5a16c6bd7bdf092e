"""How sure a scenario is: both courses of every list, and of all together, for many draws of the rates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from opencommissioning.flow.calibration import Calibrated
from opencommissioning.flow.capacity import RTT, Estimate
from opencommissioning.flow.projection import ListModel, project, simulate_each
from opencommissioning.flow.scenarios import TOGETHER, Scenario, apply, refuse_unknown
from opencommissioning.flow.uncertainty import RUNS, around, drawn, seed_of


@dataclass(frozen=True)
class Spread:
    """One list in both courses with their uncertainty. Centiles 5 and 25, what is expected, centiles 75 and 95 (rows) of people waiting at the end of
    each week, now first; `within` the same of the share in time; `difference` of the lists at the end: limits from the error of the rates alone (chance
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
    found: Sequence[Calibrated], scenario: Scenario, weeks: int, runs: int = RUNS, seed: int = 1
) -> tuple[Spread, ...]:
    """Both courses of all lists for `runs` draws of their rates, the same draws for both; all lists together last."""
    lists = [each.model for each in found]
    refuse_unknown(lists, scenario)
    seeds = [seed_of(each.name, seed) for each in lists]
    draws = [drawn(each, runs, own) for each, own in zip(found, seeds, strict=True)]
    changed = [apply([one[run] for one in draws], scenario) for run in range(runs)]
    others = [[run[number] for run in changed] for number in range(len(lists))]
    expected = [project(each, weeks, int(RTT.weeks)) for each in (lists, apply(lists, scenario))]
    every = [
        _Courses.of(before, after, [(each.waiting[number], each.within[number]) for each in expected], own)
        for number, (before, after, own) in enumerate(zip(draws, others, seeds, strict=True))
    ]
    return (*(each.spread for each in every), _Courses.added(every).spread)


@dataclass(frozen=True)
class _Courses:
    """Courses of one list, as it is and changed: people waiting, and those of them in time, of random courses (2, runs, weeks + 1) and
    expected (2, weeks + 1); ends of the courses without chance (2, runs)."""

    name: str
    waiting: np.ndarray
    in_time: np.ndarray
    expected: np.ndarray
    expected_in_time: np.ndarray
    ends: np.ndarray

    @classmethod
    def of(
        cls,
        before: Sequence[ListModel],
        after: Sequence[ListModel],
        expected: Sequence[tuple[np.ndarray, np.ndarray]],
        seed: int,
    ) -> "_Courses":
        standard, weeks = int(RTT.weeks), len(expected[0][0]) - 1
        courses = [simulate_each(each, weeks, seed, standard) for each in (before, after)]
        ends = [project(each, weeks, standard).waiting[:, -1] for each in (before, after)]
        return cls(
            before[0].name,
            np.array([each.waiting for each in courses]),
            np.array([each.waiting * each.within for each in courses]),
            np.array([waiting for waiting, _ in expected]),
            np.array([waiting * within for waiting, within in expected]),
            np.array(ends),
        )

    @classmethod
    def added(cls, several: Sequence["_Courses"]) -> "_Courses":
        """Course by course: lists are drawn independently of each other."""
        parts = ("waiting", "in_time", "expected", "expected_in_time", "ends")
        return cls(TOGETHER, *(sum(getattr(each, name) for each in several) for name in parts))

    @property
    def spread(self) -> Spread:
        within, expected = _share(self.in_time, self.waiting), _share(self.expected_in_time, self.expected)
        low, middle, high = np.quantile(self.ends[1] - self.ends[0], (0.025, 0.5, 0.975))
        chances = (within[:, :, -1] >= RTT.share).mean(axis=1)
        return Spread(
            self.name,
            *map(around, self.waiting, self.expected),
            *map(around, within, expected),
            Estimate(float(middle), float(low), float(high)),
            float(chances[0]),
            float(chances[1]),
        )


def _share(in_time: np.ndarray, waiting: np.ndarray) -> np.ndarray:
    return np.where(waiting > 0, in_time / np.maximum(waiting, 1e-9), 1.0)
