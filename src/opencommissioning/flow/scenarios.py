"""What happens to the others: several lists of one organisation, a change to some of them, and both courses side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from opencommissioning.errors import UnknownName, did_you_mean
from opencommissioning.flow.capacity import RTT
from opencommissioning.flow.projection import ListModel, Projection, project

FREED = ("kept", "shared", "closed", "moved")
TOGETHER = "All lists together"
COMMUNITY, TESTED = "seen in the community", "tested by direct access"


@dataclass(frozen=True)
class Change:
    """What becomes of one list; shares between 0 and 1, slots in treatments a week.

    share    of its new people who are seen (or tested) in the community instead
    freed    what becomes of the hospital's treatments that moved people would have used: "kept" by the list, "shared" among the lists that
             move nobody in proportion to who waits past the standard, "closed", or "moved" with the people to the list they join
    induced  people who come beyond those moved, because it is nearer, as a share of them
    back     of all who are seen there the share who join the list after all (after a direct-access test, say)
    into     the list that those who move join; empty: a service without a list here
    extra    treatments a week more (or fewer); what is added goes to the longest waiters
    plan     (weeks,) treatments that can be given week by week, in place of the present ones
    where    what is told of those who move
    """

    share: float = 0.0
    freed: str = "kept"
    induced: float = 0.0
    back: float = 0.0
    into: str = ""
    extra: float = 0.0
    plan: np.ndarray | None = None
    where: str = COMMUNITY

    @property
    def is_none(self) -> bool:
        """Whether nothing changes."""
        return not self.share and not self.extra and self.plan is None

    @property
    def stays(self) -> float:
        """Who joins the list with the change, as a share of those who join now."""
        return 1 - self.share * (1 - self.back * (1 + self.induced))

    @property
    def there(self) -> float:
        """Who comes to where people move, as a share of those who join the list now."""
        return self.share * (1 + self.induced)


@dataclass(frozen=True)
class Scenario:
    """A change for each list that changes (by name); the others stay as they are, but for what they are given."""

    changes: Mapping[str, Change] = field(default_factory=dict)

    @property
    def changes_nothing(self) -> bool:
        """Whether the scenario is the present."""
        return all(each.is_none for each in self.changes.values())

    def of(self, name: str) -> Change:
        """What becomes of a list."""
        return self.changes.get(name, NOTHING)


NOTHING = Change()


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
    """Both courses of all lists, week by week, a row for each list, and one for all of them."""

    as_is: Projection
    changed: Projection
    rows: tuple[Row, ...]
    together: Row
    sentences: tuple[str, ...]


def compare(lists: Sequence[ListModel], scenario: Scenario, weeks: int) -> Comparison:
    """The lists carried `weeks` forward as they are and with the scenario; UnknownName for a list that is not there."""
    refuse_unknown(lists, scenario)
    standard = int(RTT.weeks)
    as_is = project(lists, weeks, standard_weeks=standard)
    changed = project(apply(lists, scenario), weeks, standard_weeks=standard)
    moved = [each.arrivals * scenario.of(each.name).there * weeks for each in lists]
    rows = tuple(_row(number, as_is, changed, moved[number]) for number in range(len(lists)))
    together = _added(rows)
    return Comparison(as_is, changed, rows, together, tuple(_sentences(rows, together, scenario, weeks)))


def apply(lists: Sequence[ListModel], scenario: Scenario) -> list[ListModel]:
    """The lists as the scenario leaves them: fewer or more arrivals, capacity freed and given to others, plans, and extra treatments."""
    joining, given = _joining(lists, scenario), _given(lists, scenario)
    out = []
    for each in lists:
        change = scenario.of(each.name)
        plan = each.planned if change.plan is None else change.plan
        out.append(
            each.changed(arrivals=joining[each.name], planned=plan).more(given[each.name] + change.extra)
        )
    return out


def _joining(lists: Sequence[ListModel], scenario: Scenario) -> dict[str, float]:
    """People who join each list a week."""
    out = {each.name: each.arrivals * scenario.of(each.name).stays for each in lists}
    for each in lists:
        change = scenario.of(each.name)
        if change.into:
            out[change.into] += each.arrivals * change.there
    return out


def _given(lists: Sequence[ListModel], scenario: Scenario) -> dict[str, float]:
    """Treatments a week that each list gets of others' freed ones, less those of its own that it gives away or that are closed."""
    out = {each.name: 0.0 for each in lists}
    pool = 0.0
    for each in lists:
        change, freed = scenario.of(each.name), _freed(each, scenario.of(each.name))
        out[each.name] -= 0.0 if change.freed == "kept" else freed
        pool += freed if change.freed == "shared" else 0.0
        if change.freed == "moved" and change.into:
            out[change.into] += freed
    needs = np.array([0.0 if scenario.of(each.name).share else _past_standard(each) for each in lists])
    shares = needs / needs.sum() if needs.sum() > 0 else np.full(len(lists), 1 / len(lists))
    for each, share in zip(lists, shares, strict=True):
        out[each.name] += pool * float(share)
    return out


def _freed(each: ListModel, change: Change) -> float:
    """Treatments a week that those who no longer join would have used, of what is treated now."""
    return max(0.0, 1 - change.stays) * min(each.capacity, each.arrivals)


def _past_standard(each: ListModel) -> float:
    return float(each.waiting[int(RTT.weeks) :].sum())


def refuse_unknown(lists: Sequence[ListModel], scenario: Scenario) -> None:
    """UnknownName for a list that is not there, or a change that cannot be."""
    names = [each.name for each in lists]
    for name, change in scenario.changes.items():
        for each in (name, *((change.into,) if change.into else ())):
            if each not in names:
                raise UnknownName(f"there is no list '{each}' here{did_you_mean(each, names)}")
        _possible(name, change)


def _possible(name: str, change: Change) -> None:
    if change.freed not in FREED:
        raise UnknownName(f"freed capacity cannot be '{change.freed}'{did_you_mean(change.freed, FREED)}")
    if not 0 <= change.share <= 1:
        raise UnknownName(f"the share of '{name}' that moves is {change.share:g}; give a share from 0 to 1")
    if not 0 <= change.back <= 1 or change.induced < 0:
        raise UnknownName(
            "who joins the list after all is a share from 0 to 1, and further demand is 0 or more"
        )
    if change.into == name:
        raise UnknownName(f"'{name}' cannot move into itself; name another list, or none")
    if change.freed == "moved" and not change.into:
        raise UnknownName(
            f"'{name}': treatments can move with the people only into a list that is named; name it (into), or let them be kept, shared or "
            "closed"
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


def _added(rows: Sequence[Row]) -> Row:
    """All lists as one: people added up, shares of them."""
    parts: dict[str, float] = {}
    for when in ("now", "as_is", "changed"):
        people = [getattr(row, f"waiting_{when}") for row in rows]
        in_time = sum(many * getattr(row, f"within_{when}") for many, row in zip(people, rows, strict=True))
        parts |= {f"waiting_{when}": sum(people), f"within_{when}": in_time / sum(people) if sum(people) else 1.0}  # fmt: skip
    rest = {name: sum(getattr(row, name) for row in rows) for name in ("unused_changed", "in_community")}
    return Row(name=TOGETHER, **parts, **rest)


def _sentences(rows: Sequence[Row], together: Row, scenario: Scenario, weeks: int) -> list[str]:
    if scenario.changes_nothing:
        return [f"Nothing is changed: the lists are carried {weeks} weeks forward as they are."]
    changing = {name for name, change in scenario.changes.items() if not change.is_none}
    out = [_of_changed(row, scenario.of(row.name), weeks) for row in rows if row.name in changing]
    others = [row for row in rows if row.name not in changing]
    before, after = (sum(getattr(row, name) for row in others) for name in ("waiting_as_is", "waiting_changed"))  # fmt: skip
    if others:
        told = "no change" if round(after) == round(before) else f"{after:,.0f} instead of {before:,.0f} people waiting"  # fmt: skip
        out.append(f"The other lists ({len(others)}): {told}.")
    out.append(
        f"All lists together: {together.waiting_changed:,.0f} instead of {together.waiting_as_is:,.0f} people waiting in {weeks} weeks "
        f"({together.waiting_now:,.0f} now)."
    )
    idle = [row for row in rows if row.unused_changed > 0.5]
    out += [f"{row.name}: {row.unused_changed:,.0f} treatments would find nobody waiting; they are unused, not saved." for row in idle]  # fmt: skip
    return out


def _of_changed(row: Row, change: Change, weeks: int) -> str:
    parts = []
    if change.share:
        where = f"join the list {change.into}" if change.into else f"be {change.where}"
        parts += [f"{row.in_community:,.0f} people would {where} in {weeks} weeks", _FREED_WORDS[change.freed].format(change.into)]  # fmt: skip
    if change.extra:
        parts.append(f"{change.extra:+,.4g} treatments a week")
    if change.plan is not None:
        parts.append("treatments as planned")
    return f"{row.name}: {', '.join(parts)}; its list would be {row.waiting_changed:,.0f} instead of {row.waiting_as_is:,.0f}."


_FREED_WORDS = {
    "kept": "the freed treatments are kept for the list",
    "shared": "the freed treatments are shared with the other lists",
    "closed": "the freed treatments are closed",
    "moved": "the freed treatments move with them to {}",
}
