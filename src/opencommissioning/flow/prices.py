"""Prices of hospital activity: a dated price list, the rules of a spell, uplifts by year. Amounts are exact decimals in £."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from opencommissioning.errors import DefinitionError, NotLoaded

POINTS = ("DC", "EL", "NEL", "OPPROC")
SHORT_STAY = 2  # nights: below it the short-stay price applies
ADULT = 19
PENNY = Decimal("0.01")


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
    """Prices in force from `since` until the day before `until` (missing: still), with their source."""

    since: date
    until: date | None
    source: str
    prices: Mapping[str, Price]

    def price(self, hrg: str) -> Price:
        """The line of an HRG; NotLoaded when the list has none."""
        if hrg not in self.prices:
            raise NotLoaded(
                f"HRG '{hrg}' has no price in the list from {self.since:%d %B %Y} ({self.source}); load the list that holds it"
            )
        return self.prices[hrg]


@dataclass(frozen=True)
class Spell:
    """What a price depends on: point of delivery, nights, age, whether an emergency, the date of discharge."""

    hrg: str
    point: str
    nights: int
    age: int
    ended: date


def list_for(lists: Sequence[PriceList], day: date) -> PriceList:
    """The price list in force on a day; NotLoaded when none is: a list of another year is not taken instead."""
    for each in lists:
        if each.since <= day and (each.until is None or day < each.until):
            return each
    raise NotLoaded(f"no price list is in force on {day:%d %B %Y}; load that year's, or uplift one openly")


def price_of(spell: Spell, prices: PriceList, market_forces: Decimal = Decimal(1)) -> Decimal:
    """The price of a spell, £ to the penny: base (short-stay price for adults' emergencies under two nights where the list has one),
    plus a day rate beyond the trim point, times the provider's market forces factor.

    Best-practice, critical-care and unbundled amounts are lines of their own and not in it.
    """
    line = prices.price(spell.hrg)
    base = _base(spell, line)
    return ((base + _long_stay(spell, line)) * market_forces).quantize(PENNY, ROUND_HALF_UP)


def _base(spell: Spell, line: Price) -> Decimal:
    if _is_short_stay(spell, line):
        return line.short_stay
    found = {
        "DC": line.day_case or line.combined,
        "EL": line.elective or line.combined,
        "NEL": line.emergency,
        "OPPROC": line.procedure,
    }
    if spell.point not in found:
        raise DefinitionError(f"point of delivery '{spell.point}' is not one of {', '.join(POINTS)}")
    if found[spell.point] is None:
        raise NotLoaded(
            f"HRG '{spell.hrg}' shows '-' for {spell.point}: it has no price there, which is not a price of 0; "
            "look at the notes of the list"
        )
    return found[spell.point]


def _is_short_stay(spell: Spell, line: Price) -> bool:
    adult = spell.age >= ADULT
    return spell.point == "NEL" and line.short_stay is not None and adult and spell.nights < SHORT_STAY


def _long_stay(spell: Spell, line: Price) -> Decimal:
    trim = {"EL": line.elective_trim, "NEL": line.emergency_trim}.get(spell.point)
    if trim is None or spell.nights <= trim:
        return Decimal(0)
    if line.per_day is None:
        raise NotLoaded(
            f"HRG '{spell.hrg}' has no day rate beyond its trim point of {trim} nights; load the list of long-stay rates"
        )
    return line.per_day * (spell.nights - trim)


@dataclass(frozen=True)
class Uplift:
    """From `since` on, prices rise by cost inflation and fall by the efficiency asked for (shares)."""

    since: date
    inflation: Decimal
    efficiency: Decimal
    source: str


def uplifted(amount: Decimal, from_day: date, to_day: date, uplifts: Sequence[Uplift]) -> Decimal:
    """An amount of one day in the prices of a later one: × (1 + inflation)(1 − efficiency) of each uplift between (exact, not rounded)."""
    if to_day < from_day:
        raise DefinitionError(f"prices of {from_day} cannot be uplifted back to {to_day}")
    for each in sorted(uplifts, key=lambda one: one.since):
        if from_day < each.since <= to_day:
            amount *= (1 + each.inflation) * (1 - each.efficiency)
    return amount


def trim_point(nights: Sequence[float]) -> float:
    """Upper quartile + 1.5 × interquartile range of stays, the publisher's rule."""
    ordered = sorted(nights)
    if len(ordered) < 4:
        raise DefinitionError(
            f"a trim point needs at least four stays, {len(ordered)} are there; use the published one"
        )
    low, high = (_quartile(ordered, share) for share in (0.25, 0.75))
    return high + 1.5 * (high - low)


def _quartile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
