"""What happens to the others: several lists of one organisation, a change to some of them, and both courses side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from opencommissioning.errors import UnknownName, did_you_mean
from opencommissioning.flow.calibration import Calibrated
from opencommissioning.flow.capacity import RTT, Estimate
from opencommissioning.flow.projection import ListModel, Projection, project, simulate_each
from opencommissioning.flow.uncertainty import drawn

FREED = ("kept", "shared", "closed")
CENTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
SPREAD_RUNS = 100


@dataclass(frozen=True)
class Scenario:
    """A change, all shares between 0 and 1, slots in treatments per week.

    moves    list → share of its new people who are seen (or tested) in the community instead
    extra    list → treatments a week more (or fewer); what is added goes to the longest waiters
    plans    list → (weeks,) treatments that can be given week by week, in place of the present ones
    freed    what becomes of the hospital's treatments that moved people would have used: "kept" by the same list, "shared" among the
             other lists in proportion to who waits past the standard, or "closed"
    induced  people seen in the community beyond those moved, as a share of them
    back     of all who are seen in the community the share who join the hospital's list after all (after a direct-access test, say)
    """

    moves: Mapping[str, float] = field(default_factory=dict)
    extra: Mapping[str, float] = field(default_factory=dict)
    freed: str = "kept"
    induced: float = 0.0
    back: float = 0.0
    plans: Mapping[str, np.ndarray] = field(default_factory=dict)

    @property
    def changes_nothing(self) -> bool:
        """Whether the scenario is the present."""
        return not any(self.moves.values()) and not any(self.extra.values()) and not self.plans

    def stays(self, name: str) -> float:
        """Who joins the list with the change, as a share of those who join now."""
        return 1 - self.moves.get(name, 0.0) * (1 - self.back * (1 + self.induced))


@dataclass(frozen=True)
class Row:
    """One list in both courses: people waiting and share within the standard now, and at the end as it is and with the change."""

    name: str
    waiting_now: float
    within_now: float
    waiting_as_is: float
    within_as_is: float
    waiting_changed: float
    within_changed: float
    unused_changed: float
    in_community: float


@dataclass(frozen=True)
class Comparison:
    """Both courses of all lists, week by week, and a row for each list."""

    as_is: Projection
    changed: Projection
    rows: tuple[Row, ...]
    sentences: tuple[str, ...]


def compare(lists: Sequence[ListModel], scenario: Scenario, weeks: int) -> Comparison:
    """The lists carried `weeks` forward as they are and with the scenario; UnknownName for a list that is not there."""
    _known(lists, scenario)
    standard = int(RTT.weeks)
    as_is = project(lists, weeks, standard_weeks=standard)
    changed_lists = apply(lists, scenario)
    changed = project(changed_lists, weeks, standard_weeks=standard)
    moved = [
        each.arrivals * scenario.moves.get(each.name, 0.0) * (1 + scenario.induced) * weeks for each in lists
    ]
    rows = tuple(_row(number, as_is, changed, moved[number]) for number in range(len(lists)))
    return Comparison(as_is, changed, rows, tuple(_sentences(rows, scenario, weeks)))


def apply(lists: Sequence[ListModel], scenario: Scenario) -> list[ListModel]:
    """The lists as the scenario leaves them: fewer arrivals, capacity freed, shared or closed, plans, and extra treatments."""
    freed = {each.name: _freed(each, scenario) for each in lists}
    pool = sum(freed.values()) if scenario.freed == "shared" else 0.0
    needs = np.array([0.0 if scenario.moves.get(each.name) else _past_standard(each) for each in lists])
    shares = needs / needs.sum() if needs.sum() > 0 else np.full(len(lists), 1 / len(lists))
    out = []
    for each, share in zip(lists, shares, strict=True):
        given_up = 0.0 if scenario.freed == "kept" else freed[each.name]
        joining = each.arrivals * scenario.stays(each.name)
        planned = each.changed(arrivals=joining, planned=scenario.plans.get(each.name, each.planned))
        out.append(planned.more(pool * float(share) - given_up + scenario.extra.get(each.name, 0.0)))
    return out


def _freed(each: ListModel, scenario: Scenario) -> float:
    """Treatments a week that those who no longer join would have used, of what is treated now."""
    return max(0.0, 1 - scenario.stays(each.name)) * min(each.capacity, each.arrivals)


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
    """Both courses of all lists for `runs` draws of their rates; the same draws for both."""
    lists = [each.model for each in found]
    _known(lists, scenario)
    draws = [drawn(each, runs, seed + number) for number, each in enumerate(found)]
    changed = [apply([one[run] for one in draws], scenario) for run in range(runs)]
    others = [[run[number] for run in changed] for number in range(len(lists))]
    return tuple(_spread(before, after, weeks, seed) for before, after in zip(draws, others, strict=True))


def _spread(before: Sequence[ListModel], after: Sequence[ListModel], weeks: int, seed: int) -> Spread:
    standard = int(RTT.weeks)
    courses = [simulate_each(each, weeks, seed, standard) for each in (before, after)]
    waiting = [np.quantile(each.waiting, CENTILES, axis=0) for each in courses]
    within = [np.quantile(each.within, CENTILES, axis=0) for each in courses]
    ends = [project(each, weeks, standard).waiting[:, -1] for each in (before, after)]
    low, middle, high = np.quantile(ends[1] - ends[0], (0.025, 0.5, 0.975))
    chances = [float((each.within[:, -1] >= RTT.share).mean()) for each in courses]
    return Spread(
        before[0].name, *waiting, *within, Estimate(float(middle), float(low), float(high)), *chances
    )


def _past_standard(each: ListModel) -> float:
    return float(each.waiting[int(RTT.weeks) :].sum())


def _known(lists: Sequence[ListModel], scenario: Scenario) -> None:
    names = [each.name for each in lists]
    for name in (*scenario.moves, *scenario.extra, *scenario.plans):
        if name not in names:
            raise UnknownName(f"there is no list '{name}' here{did_you_mean(name, names)}")
    if scenario.freed not in FREED:
        raise UnknownName(f"freed capacity cannot be '{scenario.freed}'{did_you_mean(scenario.freed, FREED)}")
    for name, share in scenario.moves.items():
        if not 0 <= share <= 1:
            raise UnknownName(f"the share of '{name}' that moves is {share:g}; give a share from 0 to 1")
    if not 0 <= scenario.back <= 1 or scenario.induced < 0:
        raise UnknownName(
            "who joins the list after all is a share from 0 to 1, and further demand is 0 or more"
        )


def _row(number: int, as_is: Projection, changed: Projection, moved: float) -> Row:
    return Row(
        as_is.names[number],
        float(as_is.waiting[number, 0]),
        float(as_is.within[number, 0]),
        float(as_is.waiting[number, -1]),
        float(as_is.within[number, -1]),
        float(changed.waiting[number, -1]),
        float(changed.within[number, -1]),
        float(changed.unused[number].sum()),
        float(moved),
    )


def _sentences(rows: Sequence[Row], scenario: Scenario, weeks: int) -> list[str]:
    if scenario.changes_nothing:
        return [f"Nothing is changed: the lists are carried {weeks} weeks forward as they are."]
    out = []
    for row in rows:
        if scenario.moves.get(row.name):
            out.append(
                f"{row.name}: {row.in_community:,.0f} people would be seen in the community in {weeks} weeks; "
                f"its hospital list would be {row.waiting_changed:,.0f} instead of {row.waiting_as_is:,.0f}."
            )
    others = [row for row in rows if not scenario.moves.get(row.name)]
    before, after = (sum(getattr(row, name) for row in others) for name in ("waiting_as_is", "waiting_changed"))  # fmt: skip
    word = {"kept": "keeps", "shared": "shares with the others", "closed": "closes"}[scenario.freed]
    if scenario.moves:
        others_words = f"would be {after:,.0f} instead of {before:,.0f} people together"
        same = round(after) == round(before)
        out.append(f"The hospital {word} the freed treatments: the other lists {'do not change' if same else others_words}.")  # fmt: skip
    idle = [row for row in rows if row.unused_changed > 0.5]
    out += [f"{row.name}: {row.unused_changed:,.0f} treatments would find nobody waiting; they are unused, not saved." for row in idle]  # fmt: skip
    return out
