"""A scenario and its answer: activity, waiting of every list with its uncertainty, and money as the commissioner and the system see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from opencommissioning.area.waiting.flowing import Lists, remarks
from opencommissioning.area.waiting.plans import Plans
from opencommissioning.catalogue.waiting import function_name
from opencommissioning.errors import DefinitionError
from opencommissioning.flow.calibration import Calibrated
from opencommissioning.flow.closer_to_home import Consequence, Service, Shift, consequence
from opencommissioning.flow.scenarios import Comparison, Scenario, Spread, compare, spreads

YEAR = 365.25 / 7  # weeks
CLINIC, TESTS = "clinic", "tests"
KINDS = {CLINIC: "a community clinic", TESTS: "direct-access diagnostics"}
TWO_SIDED = 1.96


@dataclass(frozen=True)
class Contact:
    """One kind of contact of those who move: how many each of them has, the hospital's price and the community's cost of one, £."""

    per_person: float
    price: float
    cost: float


@dataclass(frozen=True)
class Asked:
    """A scenario as asked for. Lists by code; shares from 0 to 1; `contacts` empty: no money is told."""

    weeks: int
    moves: Mapping[str, float] = field(default_factory=dict)
    extra: Mapping[str, float] = field(default_factory=dict)
    plans: Plans = field(default_factory=dict)
    kind: str = CLINIC
    freed: str = "kept"
    induced: float = 0.0
    back: float = 0.0
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    stranded: float = 0.0


@dataclass(frozen=True)
class Money:
    """Both views, £ a year, with the factors (lower, upper) by which the number of people who join may be off (95 %)."""

    found: Consequence
    factors: tuple[float, float]
    remarks: tuple[str, ...]

    def limits(self, value: float) -> tuple[float, float]:
        """The limits of an amount."""
        low, high = sorted(value * each for each in self.factors)
        return low, high


@dataclass(frozen=True)
class Answer:
    """Both courses of all lists, their spreads (same order as the rows), the money if prices were given, and what had to be assumed."""

    comparison: Comparison
    spreads: tuple[Spread, ...]
    money: Money | None
    sentences: tuple[str, ...]
    remarks: tuple[str, ...]


def answer(lists: Lists, asked: Asked) -> Answer:
    """What a scenario comes to; DefinitionError for direct-access tests that nobody comes back from."""
    if asked.kind == TESTS and asked.moves and not asked.back:
        raise DefinitionError(
            "direct-access tests find people who need the hospital: give the share of those tested who join the list after all (--back 0.3)"
        )
    found = lists.every
    scenario = Scenario(
        {_named(lists, code): share for code, share in asked.moves.items()},
        {_named(lists, code): more for code, more in asked.extra.items()},
        asked.freed,
        asked.induced,
        asked.back,
        {_named(lists, code): lists.by_week(code, steps, asked.weeks) for code, steps in asked.plans.items()},
    )
    compared = compare([each.model for each in found], scenario, asked.weeks)
    money = _money(found, scenario, asked) if asked.contacts and any(asked.moves.values()) else None
    return Answer(
        compared,
        spreads(found, scenario, asked.weeks),
        money,
        tuple(_sentences(compared, asked)),
        tuple(remarks(found)),
    )


def _named(lists: Lists, asked: str) -> str:
    return function_name(lists.function(asked))


def _sentences(compared: Comparison, asked: Asked) -> list[str]:
    if asked.kind != TESTS:
        return list(compared.sentences)
    return [each.replace("would be seen in the community", "would be tested by direct access") for each in compared.sentences]  # fmt: skip


def _money(found: Sequence[Calibrated], scenario: Scenario, asked: Asked) -> Money:
    shares = np.array([scenario.moves.get(each.model.name, 0.0) for each in found])
    people = np.array([each.model.arrivals for each in found]) * shares
    errors = np.array([each.evidence.errors[0] for each in found]) * shares
    services = {
        name: Service(people.sum() * YEAR * each.per_person, each.price, each.cost)
        for name, each in asked.contacts.items()
    }
    told = consequence(services, Shift(1.0, asked.induced, asked.stranded, asked.back))
    off = min(1.0, TWO_SIDED * float(np.sqrt((errors**2).sum())) / max(people.sum(), 1e-9))
    return Money(told, (1 - off, 1 + off), tuple(_money_remarks(asked)))


def _money_remarks(asked: Asked) -> list[str]:
    out = ["£ are of your own price and cost figures, a year at the present number of people joining"]
    if asked.freed != "closed":
        word = "by the same list" if asked.freed == "kept" else "by the other lists"
        out.append(
            f"the freed treatments are used {word}: where the hospital is paid by activity, the commissioner pays for those instead, and the "
            "saving is not released; close them (freed: closed) to release it"
        )
    if not asked.stranded:
        out.append("no cost was taken to stay in hospital (stranded 0), which is seldom so within a year")
    return out
