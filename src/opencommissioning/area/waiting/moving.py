"""A scenario and its answer: activity, waiting of every list with its uncertainty, and money as the commissioner and the system see it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

from opencommissioning.area.waiting.flowing import Lists, remarks
from opencommissioning.catalogue.waiting import function_name
from opencommissioning.errors import DefinitionError
from opencommissioning.flow.calibration import Calibrated
from opencommissioning.flow.closer_to_home import Consequence, Service, Shift, consequence, together
from opencommissioning.flow.plans import Step
from opencommissioning.flow.scenarios import COMMUNITY, TESTED, Change, Comparison, Row, Scenario, compare
from opencommissioning.flow.spreads import Spread, spreads

YEAR = 365.25 / 7  # weeks
CLINIC, TESTS = "clinic", "tests"
KINDS = {CLINIC: "a community clinic", TESTS: "direct-access diagnostics"}
TWO_SIDED = 1.96
PLANNED = "a plan is a number of clock stops a week; most appointments stop no clock"


@dataclass(frozen=True)
class Contact:
    """One kind of contact of those who move: how many each of them has, the hospital's price and the community's cost of one, £."""

    per_person: float
    price: float
    cost: float


@dataclass(frozen=True)
class ListChange:
    """What becomes of one list, as asked for: as `flow.scenarios.Change`, with `into` a list's code, `steps` a plan of treatments, and
    `contacts` by kind with their prices (empty: no money is told) and the `stranded` share of the lost income."""

    share: float = 0.0
    kind: str = CLINIC
    freed: str = "kept"
    induced: float = 0.0
    back: float = 0.0
    into: str = ""
    extra: float = 0.0
    steps: tuple[Step, ...] = ()
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    stranded: float = 0.0


@dataclass(frozen=True)
class Asked:
    """A scenario as asked for: how far ahead, and the change of each list (by code) that changes."""

    weeks: int
    changes: Mapping[str, ListChange] = field(default_factory=dict)


@dataclass(frozen=True)
class Money:
    """Both views, £ a year, of all lists that move people; `parts`: of each of them (by name), with the share by which the number of people
    who join may be off (95 %)."""

    found: Consequence
    parts: Mapping[str, tuple[Consequence, float]]
    remarks: tuple[str, ...]

    @property
    def lines(self) -> list[tuple[str, float, float, float]]:
        """(what, £ a year, limits), plus is money saved; lists are joined independently of each other."""
        return [(name, *self._line(part, sign)) for name, part, sign in LINES]

    def _line(self, part: str, sign: int) -> tuple[float, float, float]:
        value = sign * getattr(self.found, part) or 0.0  # no −0
        off = sqrt(sum((getattr(each, part) * share) ** 2 for each, share in self.parts.values()))
        return value, value - off, value + off


LINES = (
    ("Hospital: price of what it no longer does", "hospital_saving", 1),
    ("Community: cost of contacts there", "community_cost", -1),
    ("The commissioner’s view", "net_commissioner", 1),
    ("Hospital: cost that stays (stranded)", "stranded_cost", -1),
    ("The whole system’s view", "net_system", 1),
)


@dataclass(frozen=True)
class Answer:
    """Both courses of all lists, their spreads (same order as the rows, all together last), the money if prices were given, and what had
    to be assumed."""

    comparison: Comparison
    spreads: tuple[Spread, ...]
    money: Money | None
    sentences: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def lines(self) -> list[tuple[Row, Spread]]:
        """Every list in both courses with its spread; all together last, where there are several."""
        pairs = list(zip((*self.comparison.rows, self.comparison.together), self.spreads, strict=True))
        return pairs if len(pairs) > 2 else pairs[:1]


def answer(lists: Lists, asked: Asked) -> Answer:
    """What a scenario comes to; DefinitionError for direct-access tests that nobody comes back from."""
    for code, change in asked.changes.items():
        if change.kind == TESTS and change.share and not change.back:
            raise DefinitionError(
                f"{_named(lists, code)}: direct-access tests find people who need the hospital: give the share of those tested who join the list "
                "after all (--back 0.3)"
            )
    found = lists.every
    scenario = Scenario({_named(lists, code): _change(lists, code, each, asked.weeks) for code, each in asked.changes.items()})  # fmt: skip
    compared = compare([each.model for each in found], scenario, asked.weeks)
    return Answer(
        compared,
        spreads(found, scenario, asked.weeks),
        _money(found, lists, asked),
        compared.sentences,
        (*remarks(found), *([PLANNED] if any(each.steps for each in asked.changes.values()) else [])),
    )


def _change(lists: Lists, code: str, asked: ListChange, weeks: int) -> Change:
    return Change(
        asked.share,
        asked.freed,
        asked.induced,
        asked.back,
        _named(lists, asked.into) if asked.into else "",
        asked.extra,
        lists.by_week(lists.function(code), asked.steps, weeks) if asked.steps else None,
        TESTED if asked.kind == TESTS else COMMUNITY,
    )


def _named(lists: Lists, asked: str) -> str:
    return function_name(lists.function(asked))


def _money(found: Sequence[Calibrated], lists: Lists, asked: Asked) -> Money | None:
    rates = {each.model.name: each for each in found}
    priced = {_named(lists, code): each for code, each in asked.changes.items() if each.contacts and each.share}  # fmt: skip
    if not priced:
        return None
    parts = {name: _of_list(rates[name], each) for name, each in priced.items()}
    told = together([each for each, _ in parts.values()])
    return Money(told, parts, tuple(_money_remarks(priced.values())))


def _of_list(found: Calibrated, change: ListChange) -> tuple[Consequence, float]:
    people = found.model.arrivals * change.share * YEAR
    services = {name: Service(people * each.per_person, each.price, each.cost) for name, each in change.contacts.items()}  # fmt: skip
    told = consequence(services, Shift(1.0, change.induced, change.stranded, change.back))
    return told, min(1.0, TWO_SIDED * found.evidence.errors[0] / max(found.model.arrivals, 1e-9))


def _money_remarks(changes: Iterable[ListChange]) -> list[str]:
    changes = list(changes)
    out = ["£ are of your own price and cost figures, a year at the present number of people joining"]
    ways = [how for how in HOW if how in {each.freed for each in changes}]
    if ways:
        out.append(
            f"freed treatments are used {' or '.join(HOW[how] for how in ways)}: where the hospital is paid by activity, the commissioner pays "
            "for those instead, and the saving is not released; close them (freed: closed) to release it"
        )
    if not all(each.stranded for each in changes):
        out.append("no cost was taken to stay in hospital (stranded 0), which is seldom so within a year")
    return out


HOW = {"kept": "by the same list", "shared": "by the other lists", "moved": "by the list that people join"}
