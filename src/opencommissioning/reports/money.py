"""What it could be worth: possible savings in words. Possible is not achievable, and neither is achieved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from opencommissioning.catalogue.organisation import level_name
from opencommissioning.catalogue.period import spoken
from opencommissioning.reports.numbers import pounds

WORTH_SAYING = 100  # £; less is nobody's minute
SWITCH, SPEND, PRICE = "switch", "spend", "price"
ACTUAL, DISCOUNTED = "actual cost", "net ingredient cost less tariff discount"
BASIS = {SWITCH: ACTUAL, SPEND: ACTUAL, PRICE: DISCOUNTED}
AGAINST = {
    "usual": "the middle practice, and in price per unit as the best tenth",
    "10": "the practice at the best tenth",
    "20": "the practice at the best fifth",
    "50": "the middle practice",
    "peers": "its peers together",
}
WHY_USUAL = (
    "What patients need differs between practices, so switching and spending per patient are compared with the middle practice. What a "
    "tablet costs does not depend on who needs it, so prices per unit are compared with the best tenth."
)
HOW = (
    "A product can stand in more than one list: a dear brand is in its switch and in its price per unit. Lists are taken from the "
    "largest saving to the smallest, and a product's saving is counted only in the first list that it stands in."
)
SIGNS = (
    "“Above and below the target together” adds up every practice, those that spend less than the target included. “Possible” counts only the practices that "
    "spend more: nobody is asked to spend more to be average."
)
AVERAGED = (
    "Price paid and target are averages over the whole period: each month has its own target, weighted by what was bought in it. What the "
    "middle practice did is told by the first and the last month alone, so where a price fell in between, both averages lie above what is paid now."
)


@dataclass(frozen=True)
class MoneyLine:
    """One way to save. £ over the window; `mine`, `aim`, `middle`, `before` are texts in the line's own unit.

    `signed` adds up all practices, `possible` those above the target, `counted` what of it the headline counts; `before` is what the
    middle practice had a year (for prices: at the start of the window) before.
    """

    id: str
    title: str
    kind: str
    spend: float
    signed: float
    possible: float
    counted: float
    mine: str = "–"
    aim: str = "–"
    middle: str = "–"
    before: str = "–"
    practices: int = 0
    counted_elsewhere: int = 0

    @property
    def called(self) -> str:
        """The title as it is said outside its own list."""
        return f"Price per unit: {self.title}" if self.kind == PRICE else self.title

    @property
    def code(self) -> str:
        """The BNF code of a line of prices; empty for a measure."""
        return self.id.removeprefix(f"{PRICE}:") if self.kind == PRICE else ""

    @property
    def basis(self) -> str:
        """Which £ these are."""
        return BASIS[self.kind]

    @property
    def peers_moved(self) -> str:
        """What others have already done, in words; empty when it is not known or nothing moved."""
        known = self.middle not in ("–", self.before) and self.before != "–"
        if not known:
            return ""
        if self.kind == PRICE:
            return f"the middle practice paid {self.before} in the first month and {self.middle} in the last"
        return f"the middle practice went from {self.before} to {self.middle}"

    @property
    def headings(self) -> tuple[str, str]:
        """What stands above `mine` and `aim`: prices are averages over the period, other figures are of the period as a whole."""
        return (
            ("Paid a unit, on average", "Target a unit, on average")
            if self.kind == PRICE
            else ("Now", "Target")
        )


@dataclass(frozen=True)
class MoneyReport:
    """Possible savings of one organisation over the last `months` months, largest first.

    `against` is a key of `AGAINST`; `others` the headline at the other centiles; `unshown` says why nothing is shown (coverage).
    """

    code: str
    name: str
    level: str
    month: date
    months: int
    against: str
    lines: tuple[MoneyLine, ...]
    others: Mapping[str, float]
    practices: int
    expected: int
    patients_share: float
    peers: tuple[str, ...] = ()
    unshown: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def headline(self) -> float:
        """£ in all, each product counted once; spending less than the target is not set against it."""
        return sum(line.counted for line in self.lines)

    def part(self, *kinds: str) -> float:
        """£ of the headline that come from lines of these kinds."""
        return sum(line.counted for line in self.lines if line.kind in kinds)

    @property
    def worth_a_look(self) -> tuple[MoneyLine, ...]:
        """The lines that make the headline."""
        return tuple(line for line in self.lines if line.counted >= WORTH_SAYING)

    def of(self, *kinds: str) -> tuple[MoneyLine, ...]:
        """Lines of these kinds with something to save, largest first."""
        found = [line for line in self.lines if line.kind in kinds and line.possible >= 1]
        return tuple(sorted(found, key=lambda line: -line.possible))

    @property
    def already_there(self) -> tuple[MoneyLine, ...]:
        """Measures on which the organisation already spends less than the target, the furthest first: worth saying too."""
        below = [line for line in self.lines if line.kind != PRICE and line.signed <= -WORTH_SAYING]
        return tuple(sorted(below, key=lambda line: line.signed))

    @property
    def period(self) -> str:
        """`12 months to September 2026`."""
        return f"{self.months} month{'s' if self.months > 1 else ''} to {spoken(self.month)}"

    @property
    def sentence(self) -> str:
        """The headline in words, with what it is compared with and what it leaves out."""
        if self.unshown:
            return self.unshown
        who = AGAINST[self.against]
        if not self.worth_a_look:
            return f"No possible saving of £{WORTH_SAYING} or more against {who} ({self.period})."
        every = "" if self.level == "practice" or self.against == "peers" else "every practice of "
        return (
            f"Possible saving {pounds(self.headline)} ({self.period}) if {every}{self.name} did as {who}: "
            f"{pounds(self.part(SWITCH, SPEND))} by switching and spending less per patient ({ACTUAL}), {pounds(self.part(PRICE))} by "
            f"price per unit ({DISCOUNTED}). Each product is counted once. Before rebates and dispensing fees; possible is not achieved."
        )

    @property
    def range_sentence(self) -> str:
        """The headline at the other centiles."""
        told = [
            f"{pounds(amount)} as {AGAINST[key]}"
            for key, amount in self.others.items()
            if key != self.against
        ]
        return f"For comparison: {', '.join(told)}." if told and not self.unshown else ""

    @property
    def coverage(self) -> str:
        """How many practices the sums are made of."""
        if self.level == "practice":
            return ""
        share = (
            ""
            if self.patients_share != self.patients_share
            else f", {100 * self.patients_share:.1f} % of patients"
        )
        return f"Sums over {self.practices} of {self.expected} practices{share}."

    def frame(self) -> pl.DataFrame:
        """Every line, for downloads: figures unrounded, what they are beside them."""
        rows = [
            {
                "organisation": self.code,
                "against": AGAINST[self.against],
                "to_month": self.month,
                "months": self.months,
                "kind": line.kind,
                "id": line.id,
                "title": line.title,
                "basis": line.basis,
                "spend": line.spend,
                "with_its_sign": line.signed,
                "possible_saving": line.possible,
                "counted_in_headline": line.counted,
                "own_value": line.mine,
                "target": line.aim,
                "middle": line.middle,
                "middle_before": line.before,
            }
            for line in sorted(self.lines, key=lambda line: -line.possible)
        ]
        return pl.DataFrame(rows, schema=_SCHEMA)


_SCHEMA = {
    "organisation": pl.String,
    "against": pl.String,
    "to_month": pl.Date,
    "months": pl.Int64,
    **dict.fromkeys(("kind", "id", "title", "basis"), pl.String),
    **dict.fromkeys(("spend", "with_its_sign", "possible_saving", "counted_in_headline"), pl.Float64),
    **dict.fromkeys(("own_value", "target", "middle", "middle_before"), pl.String),
}


def peers_words(level: str, month: date) -> str:
    """What an organisation that is no practice is compared with when it is compared with peers."""
    return f"the other {level_name(level, month, plural=True)}"
