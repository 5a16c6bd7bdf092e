"""What it could be worth: possible savings in words. Possible is not achievable, and neither is achieved."""

from dataclasses import dataclass
from datetime import date

from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.organisation import level_name
from opencommissioning.catalogue.period import spoken
from opencommissioning.reports.numbers import pounds

WORTH_SAYING = 100  # £; less is nobody's minute


@dataclass(frozen=True)
class MoneyLine:
    """One measure: spend, signed saving against the middle and the best tenth, and what of it the headline counts. £ actual cost."""

    measure: Measure
    spend: float | None
    middle: float
    best: float | None
    counted: float


@dataclass(frozen=True)
class MoneyReport:
    """Possible savings of one organisation over the last `months` months, largest first."""

    name: str
    level: str
    month: date
    months: int
    lines: tuple[MoneyLine, ...]

    @property
    def headline(self) -> float:
        """£ in all, each presentation counted once; costs below the middle are not set against it."""
        return sum(line.counted for line in self.lines)

    @property
    def worth_a_look(self) -> tuple[MoneyLine, ...]:
        """The lines that make the headline."""
        return tuple(line for line in self.lines if line.counted >= WORTH_SAYING)

    @property
    def sentence(self) -> str:
        """The headline in words, with what it is compared with and what it leaves out."""
        peers = level_name(self.level, self.month)
        if not self.worth_a_look:
            return f"No possible saving of £{WORTH_SAYING} or more against the middle {peers}."
        return (
            f"Possible saving {pounds(self.headline)} (actual cost, {self.months} months to {spoken(self.month)}) if spend were that of the "
            f"middle {peers}; each presentation is counted once. Before rebates and dispensing fees; possible is not achieved."
        )
