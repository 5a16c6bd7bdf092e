"""Why spend moved, in words: the change, its causes, the products that moved most, and which of the rises are good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import polars as pl

from opencommissioning.catalogue.period import spoken
from opencommissioning.finance.decomposition import CAUSES, Decomposition
from opencommissioning.reports.numbers import pounds

MEANINGS = {
    "days": "more or fewer dispensing days in the period",
    "list size": "more or fewer registered patients",
    "items per patient": "more or fewer items for each patient and dispensing day",
    "mix": "other products, or other shares of the same products",
    "quantity per item": "longer or shorter supplies",
    "price": "what a unit of the same product cost, price concessions included",
    "newly prescribed": "products that were not prescribed in the earlier period",
    "no longer prescribed": "products that were prescribed in the earlier period only",
}

SAID = {  # of one product: when its cost rose, when it fell
    "mix": ("more of it than before", "less of it than before"),
    "items per patient": ("more items for each patient", "fewer items for each patient"),
    "price": ("dearer", "cheaper"),
    "quantity per item": ("longer supplies", "shorter supplies"),
    "list size": ("more patients", "fewer patients"),
    "days": ("more dispensing days", "fewer dispensing days"),
}


class Mover(NamedTuple):
    """A product whose cost moved: £ change, its main cause, and in `good` why the change is welcome ("" when nothing says so)."""

    name: str
    amount: float
    cause: str
    code: str = ""
    good: str = ""

    @property
    def mostly(self) -> str:
        """The main cause in words that fit one product."""
        return SAID.get(self.cause, (self.cause, self.cause))[self.amount < 0]


class Step(NamedTuple):
    """A row of the table of causes."""

    name: str
    meaning: str
    amount: float


class Conceded(NamedTuple):
    """Cost of price concessions in both periods (£, over what the tariff would have paid)."""

    before: float
    after: float

    @property
    def change(self) -> float:
        """£ after minus £ before."""
        return self.after - self.before


class Dispensed(NamedTuple):
    """Items of a period and the days on which pharmacies dispensed (Mondays to Saturdays without England's bank holidays)."""

    items: float
    days: int


@dataclass(frozen=True)
class Explanation:
    """Spend of an organisation in two periods of the same length, the change by cause, and the products that moved most.

    `practices` of `expected` have data in every month of both periods and are compared; `conceded` None when no concessions or no
    tariff is loaded.
    """

    name: str
    before: tuple[date, date]
    after: tuple[date, date]
    decomposition: Decomposition
    movers: tuple[Mover, ...]
    practices: int
    expected: int
    conceded: Conceded | None = None
    dispensed: tuple[Dispensed, ...] = ()

    @property
    def per_day(self) -> str:
        """Items for each dispensing day in both periods, beside the items themselves; "" when not counted."""
        if not self.dispensed:
            return ""
        before, after = self.dispensed
        then, now = before.items / before.days, after.items / after.days
        return (
            f"Items: {before.items:,.0f} on {before.days} dispensing days, then {after.items:,.0f} on {after.days}: "
            f"{then:,.1f} and {now:,.1f} a day ({_moved(now, then)}; by the calendar {_moved(after.items, before.items)})."
        )

    @property
    def sentence(self) -> str:
        """The change and its largest cause, in words. Actual cost, before rebates and dispensing fees."""
        parts = self.decomposition
        cause = max(CAUSES, key=lambda name: abs(parts.causes[name]))
        way = "rose" if parts.change >= 0 else "fell"
        share = f", {_moved(parts.after, parts.before)}" if parts.before else ""
        return (
            f"Actual cost of {self.name} {way} from {pounds(parts.before)} ({_period(self.before)}) to {pounds(parts.after)} "
            f"({_period(self.after)}){share}. The largest part is {cause}: {_signed(parts.causes[cause])}. "
            "Before rebates and dispensing fees."
        )

    @property
    def coverage(self) -> str:
        """Which practices are compared."""
        return (
            f"{self.practices} of {self.expected} practices have data in every month of both periods; these are compared."
            if self.expected > 1
            else "The practice has data in every month of both periods."
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader should know before blaming or praising anybody: concessions, and rises that are good."""
        return tuple(each for each in (self._concessions(), self._good()) if each)

    def _concessions(self) -> str:
        if self.conceded is None:
            return ""
        price, moved = self.decomposition.causes["price"], self.conceded.change
        told = (
            f"Price concessions cost {pounds(self.conceded.after)} in the later period and {pounds(self.conceded.before)} in the "
            f"earlier one (over the tariff, net of its discount): {_signed(moved)}"
        )
        if not price or moved * price <= 0:
            return f"{told}, against {_signed(price)} for price altogether. Prices are set nationally; no practice chose them."
        return f"{told}, {100 * moved / price:.0f} % of the price effect of {_signed(price)}. Prices are set nationally; no practice chose them."

    def _good(self) -> str:
        good = [each for each in self.movers if each.good]
        if not good:
            return ""
        rises, falls = ([each for each in good if (each.amount > 0) is up] for up in (True, False))
        told = [_welcome(some, word) for some, word in ((rises, "more"), (falls, "less")) if some]
        opening = "Not every rise is bad. " if rises and self.decomposition.change > 0 else ""
        return opening + " ".join(told)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Before, every cause, after: before + causes = after."""
        parts = self.decomposition
        causes = [Step(name, MEANINGS[name], amount) for name, amount in parts.causes.items()]
        first = Step(_period(self.before), "actual cost", parts.before)
        return (first, *causes, Step(_period(self.after), "actual cost", parts.after))

    def frame(self) -> pl.DataFrame:
        """The movers, for downloads: £ actual cost, unrounded."""
        rows = [
            {
                "bnf_code": each.code,
                "product": each.name,
                "change_actual_cost": each.amount,
                "mostly": each.cause,
                "usually_better": each.good,
            }
            for each in self.movers
        ]
        schema = dict.fromkeys(("bnf_code", "product", "mostly", "usually_better"), pl.String)
        return pl.DataFrame(rows, schema={**schema, "change_actual_cost": pl.Float64}).select(
            "bnf_code", "product", "change_actual_cost", "mostly", "usually_better"
        )


def _welcome(movers: Sequence[Mover], word: str) -> str:
    """`Of 2 of these products more was prescribed (+£1,202), which is usually better: Apixaban 5mg tablets (more is better: …).`"""
    worth = _signed(sum(each.amount for each in movers))
    named = "; ".join(f"{each.name} ({each.good})" for each in movers[:3])
    return f"Of {len(movers)} of these products {word} was prescribed ({worth}), which is usually better: {named}."


def _period(months: tuple[date, date]) -> str:
    return spoken(months[0]) if months[0] == months[1] else f"{spoken(months[0])} to {spoken(months[1])}"


def _moved(now: float, then: float) -> str:
    """`+4.6 %` or `−4.6 %`, with the minus sign that the pounds have."""
    return f"{100 * (now / then - 1):+.1f} %".replace("-", "−")


def _signed(amount: float) -> str:
    return f"+{pounds(amount)}" if amount > 0 else pounds(amount)
