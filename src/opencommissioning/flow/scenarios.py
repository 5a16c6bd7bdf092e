"""What happens to the others: several lists of one organisation, a change to some of them, and both courses side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from opencommissioning.errors import UnknownName, did_you_mean
from opencommissioning.flow.capacity import RTT
from opencommissioning.flow.projection import ListModel, Projection, project

FREED = ("kept", "shared", "closed")


@dataclass(frozen=True)
class Scenario:
    """A change, all shares between 0 and 1, slots in treatments per week.

    moves    list → share of its new people who are seen in the community instead
    extra    list → treatments a week more (or fewer); what is added goes to the longest waiters
    freed    what becomes of the hospital's treatments that moved people would have used: "kept" by the same list, "shared" among the
             other lists in proportion to who waits past the standard, or "closed"
    induced  people seen in the community beyond those moved, as a share of them (they use no hospital slot)
    """

    moves: Mapping[str, float] = field(default_factory=dict)
    extra: Mapping[str, float] = field(default_factory=dict)
    freed: str = "kept"
    induced: float = 0.0

    @property
    def changes_nothing(self) -> bool:
        """Whether the scenario is the present."""
        return not any(self.moves.values()) and not any(self.extra.values())


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
    """The lists as the scenario leaves them: fewer arrivals, capacity freed, shared or closed, and extra treatments."""
    freed = {each.name: _freed(each, scenario) for each in lists}
    pool = sum(freed.values()) if scenario.freed == "shared" else 0.0
    needs = np.array([0.0 if scenario.moves.get(each.name) else _past_standard(each) for each in lists])
    shares = needs / needs.sum() if needs.sum() > 0 else np.full(len(lists), 1 / len(lists))
    out = []
    for each, share in zip(lists, shares, strict=True):
        given_up = 0.0 if scenario.freed == "kept" else freed[each.name]
        capacity = each.capacity - given_up + pool * float(share) + scenario.extra.get(each.name, 0.0)
        stays = 1 - scenario.moves.get(each.name, 0.0)
        capacity = max(0.0, capacity)
        added = max(0.0, capacity - each.capacity)
        out.append(each.changed(arrivals=each.arrivals * stays, capacity=capacity, longest_first=added))
    return out


def _freed(each: ListModel, scenario: Scenario) -> float:
    """Treatments a week that the moved people would have used: as much as is moved, of what is treated now."""
    return scenario.moves.get(each.name, 0.0) * min(each.capacity, each.arrivals)


def _past_standard(each: ListModel) -> float:
    return float(each.waiting[int(RTT.weeks) :].sum())


def _known(lists: Sequence[ListModel], scenario: Scenario) -> None:
    names = [each.name for each in lists]
    for name in (*scenario.moves, *scenario.extra):
        if name not in names:
            raise UnknownName(f"there is no list '{name}' here{did_you_mean(name, names)}")
    if scenario.freed not in FREED:
        raise UnknownName(f"freed capacity cannot be '{scenario.freed}'{did_you_mean(scenario.freed, FREED)}")
    for name, share in scenario.moves.items():
        if not 0 <= share <= 1:
            raise UnknownName(f"the share of '{name}' that moves is {share:g}; give a share from 0 to 1")


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
        out.append(
            f"The hospital {word} the freed treatments: the other lists would be {after:,.0f} instead of {before:,.0f} people together."
        )
    idle = [row for row in rows if row.unused_changed > 0.5]
    out += [f"{row.name}: {row.unused_changed:,.0f} treatments would find nobody waiting; they are unused, not saved." for row in idle]  # fmt: skip
    return out
