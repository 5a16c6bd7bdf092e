"""Prices of hospital activity by dated rules: the list of the day, the rules of a spell, uplifts by year. Amounts are exact decimals in £."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from opencommissioning.catalogue.prices import MarketForces, Price, PriceList, Uplift
from opencommissioning.errors import DefinitionError, NotLoaded, did_you_mean

POINTS = ("DC", "EL", "NEL", "OPPROC")
PENNY = Decimal("0.01")
YEAR_BEGINS = (4, 1)  # month and day of a financial year


@dataclass(frozen=True)
class Spell:
    """What a price depends on: point of delivery, nights, age, whether an emergency, the date of discharge."""

    hrg: str
    point: str
    nights: int
    age: int
    ended: date


def list_for(lists: Sequence[PriceList], day: date) -> PriceList:
    """The price list in force on a day, the first of several; NotLoaded when none is: a list of another year is not taken instead."""
    for each in lists:
        if each.covers(day):
            return each
    raise NotLoaded(f"no price list is in force on {day:%d %B %Y}; load that year's, or uplift one openly")


def line_of(prices: PriceList, hrg: str) -> Price:
    """The line of an HRG; NotLoaded when the list has none."""
    if hrg not in prices.prices:
        raise NotLoaded(
            f"HRG '{hrg}' has no price in the list from {prices.since:%d %B %Y} ({prices.source}){did_you_mean(hrg, prices.prices)}; "
            "load the list that holds it"
        )
    return prices.prices[hrg]


def factor_for(forces: Sequence[MarketForces], provider: str, day: date) -> tuple[Decimal, MarketForces]:
    """A provider's market forces factor on a day, and the rule that says so; NotLoaded when none does: 1 is nobody's factor by itself."""
    covering = [each for each in forces if each.covers(day)]
    for each in covering:
        if provider in each.factors:
            return each.factors[provider], each
    known = [code for each in covering for code in each.factors]
    raise NotLoaded(
        f"no market forces factor of '{provider}' is in force on {day:%d %B %Y}{did_you_mean(provider, known)}; put the published ones into "
        "definitions/rules as 'market_forces', or give the factor yourself"
    )


def price_of(spell: Spell, prices: PriceList, market_forces: Decimal = Decimal(1)) -> Decimal:
    """The price of a spell, £ to the penny: base (short-stay price for adults' emergencies under two nights where the list has one),
    plus a day rate beyond the trim point, times the provider's market forces factor.

    Best-practice, critical-care and unbundled amounts are lines of their own and not in it.
    """
    line = line_of(prices, spell.hrg)
    base = _base(spell, line, prices)
    return ((base + _long_stay(spell, line)) * market_forces).quantize(PENNY, ROUND_HALF_UP)


def _base(spell: Spell, line: Price, prices: PriceList) -> Decimal:
    if line.short_stay is not None and is_short_stay(spell, prices):
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


def is_short_stay(spell: Spell, prices: PriceList) -> bool:
    """Whether a spell is an adult's short emergency by the rules of the list."""
    return spell.point == "NEL" and spell.age >= prices.adult_from and spell.nights < prices.short_stay_below


def _long_stay(spell: Spell, line: Price) -> Decimal:
    trim = {"EL": line.elective_trim, "NEL": line.emergency_trim}.get(spell.point)
    if trim is None or spell.nights <= trim:
        return Decimal(0)
    if line.per_day is None:
        raise NotLoaded(
            f"HRG '{spell.hrg}' has no day rate beyond its trim point of {trim} nights; load the list of long-stay rates"
        )
    return line.per_day * (spell.nights - trim)


def uplifted(amount: Decimal, from_day: date, to_day: date, uplifts: Sequence[Uplift]) -> Decimal:
    """An amount of one day in the prices of a later one: × (1 + inflation)(1 − efficiency) of each uplift between (exact, not rounded).

    NotLoaded for a financial year that begins between them and has no uplift: a year that is not known is not a year without a rise.
    """
    if to_day < from_day:
        raise DefinitionError(f"prices of {from_day} cannot be uplifted back to {to_day}")
    between = [each for each in sorted(uplifts, key=lambda one: one.since) if from_day < each.since <= to_day]
    told = {_year_of(each.since) for each in between}
    for year in range(_year_of(from_day) + 1, _year_of(to_day) + 1):
        if year not in told:
            raise NotLoaded(
                f"no uplift of {year}/{(year + 1) % 100:02d} is known, so prices of {from_day:%d %B %Y} cannot be put at those of {to_day:%d %B %Y}; "
                "put the published one into definitions/rules as 'uplift'"
            )
    for each in between:
        amount *= (1 + each.inflation) * (1 - each.efficiency)
    return amount


def _year_of(day: date) -> int:
    """The calendar year in which the financial year of a day begins."""
    return day.year - ((day.month, day.day) < YEAR_BEGINS)


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
