"""Dated rules of hospital prices: price lists, uplifts, market forces. Amounts are exact decimals in £; each says its source and licence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Price:
    """One line of a price list. None: the list shows `-`, which is not 0 and not guessed.

    `combined` is one price for day case and elective; trims are the nights that the price includes, `per_day` what each further one costs.
    """

    hrg: str
    day_case: Decimal | None = None
    elective: Decimal | None = None
    combined: Decimal | None = None
    emergency: Decimal | None = None
    procedure: Decimal | None = None
    elective_trim: int | None = None
    emergency_trim: int | None = None
    per_day: Decimal | None = None
    short_stay: Decimal | None = None


@dataclass(frozen=True)
class PriceList:
    """Prices in force from `since` until the day before `until` (missing: still), with their source.

    An emergency of fewer than `short_stay_below` nights, of somebody aged `adult_from` or more, has the short-stay price where the line
    has one. `invented`: nobody's prices, for trials.
    """

    since: date
    until: date | None
    source: str
    prices: Mapping[str, Price]
    short_stay_below: int = 2
    adult_from: int = 19
    licence: str = ""
    invented: bool = False

    def covers(self, day: date) -> bool:
        """Whether the list is in force on a day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Uplift:
    """From `since` on, prices rise by cost inflation and fall by the efficiency asked for (shares)."""

    since: date
    inflation: Decimal
    efficiency: Decimal
    source: str
    licence: str = ""
    invented: bool = False


@dataclass(frozen=True)
class MarketForces:
    """Provider → factor by which prices are multiplied, in force from `since` until the day before `until` (missing: still)."""

    since: date
    until: date | None
    factors: Mapping[str, Decimal]
    source: str
    licence: str = ""
    invented: bool = False

    def covers(self, day: date) -> bool:
        """Whether the factors are in force on a day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class PriceRules:
    """Everything dated that a price needs. The first list that covers a day is taken, so lists of the user's own stand first."""

    lists: tuple[PriceList, ...] = ()
    uplifts: tuple[Uplift, ...] = ()
    forces: tuple[MarketForces, ...] = ()
