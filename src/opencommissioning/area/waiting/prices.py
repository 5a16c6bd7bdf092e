"""What a stay costs: the rules in force on its day, out of the store's price lists, the area's own rules, and those that are shipped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from opencommissioning.area.library import Library
from opencommissioning.catalogue.period import spoken
from opencommissioning.catalogue.prices import Price, PriceList, PriceRules, Uplift
from opencommissioning.flow.prices import (
    POINTS,
    Spell,
    factor_for,
    is_short_stay,
    list_for,
    price_of,
    uplifted,
)
from opencommissioning.sources.hospital_prices import PRICES
from opencommissioning.warehouse.store import Store

__all__ = ["POINTS", "Priced", "Spell", "price", "rules_of"]
INVENTED = "Invented prices, nobody's: load your own list (opencommissioning sources says how)."


@dataclass(frozen=True)
class Priced:
    """A price with everything it was made of; amounts in £."""

    spell: Spell
    amount: Decimal
    at_list: Decimal
    factor: Decimal
    short_stay: bool
    prices: PriceList
    factor_source: str
    uplifts: tuple[Uplift, ...]
    at: date
    invented: bool

    @property
    def sentence(self) -> str:
        """The price and its rules in words."""
        how = "short-stay emergency price" if self.short_stay else f"price of {self.spell.point}"
        times = (
            f", times {self.factor:f} for market forces ({self.factor_source})" if self.factor != 1 else ""
        )
        years = (
            f", uplifted to {self.at:%d %B %Y} by {len(self.uplifts)} year{'s' * (len(self.uplifts) != 1)}"
            if self.uplifts
            else ""
        )
        told = f"{self.spell.hrg}, {self.spell.nights} nights, ended {self.spell.ended:%d %B %Y}: £{self.amount:,.2f} ({how}{times}{years})."
        return f"{told} {INVENTED}" if self.invented else f"{told} List: {self.prices.source}."


def rules_of(store: Store | None, library: Library, invented: bool = False) -> PriceRules:
    """Rules in the order in which they are asked: lists of the store, the area's own rules, shipped ones; invented ones only when wanted."""
    shipped = library.price_rules
    keep = PriceRules(*(tuple(each for each in group if invented or not each.invented) for group in (shipped.lists, shipped.uplifts, shipped.forces)))  # fmt: skip
    return PriceRules((*_loaded(store), *keep.lists), keep.uplifts, keep.forces)


def _loaded(store: Store | None) -> list[PriceList]:
    """The store's lists, each in force until the next one or the end of its financial year."""
    parts = sorted(store.parts(PRICES.dataset), key=lambda part: part.period) if store else []
    months = [part.period for part in parts]
    ends = [
        min(after, _year_end(month)) for month, after in zip(months, [*months[1:], date.max], strict=False)
    ]
    return [
        PriceList(
            part.period, end, f"{part.file}, from {spoken(part.period)}", _lines(pl.read_parquet(part.path))
        )
        for part, end in zip(parts, ends, strict=True)
    ]


def _year_end(month: date) -> date:
    """The first day of the next financial year."""
    return date(month.year + (month.month >= 4), 4, 1)


def _lines(rows: pl.DataFrame) -> dict[str, Price]:
    return {row["hrg"]: Price(**row) for row in rows.drop("month").iter_rows(named=True)}


def price(
    spell: Spell, rules: PriceRules, provider: str = "", factor: Decimal | None = None, at: date | None = None
) -> Priced:
    """A spell's price by the rules of the day on which it ended.

    `factor`: the market forces factor, or of which `provider` to look it up (neither: 1); `at`: a later day to whose prices it is
    uplifted. NotLoaded, with the day, where a rule is missing.
    """
    prices = list_for(rules.lists, spell.ended)
    times, said, forced = (factor or Decimal(1)), "given", False
    if factor is None and provider:
        times, rule = factor_for(rules.forces, provider, spell.ended)
        said, forced = rule.source, rule.invented
    at_list = price_of(spell, prices)
    amount = (
        uplifted(price_of(spell, prices, times), spell.ended, at, rules.uplifts)
        if at
        else price_of(spell, prices, times)
    )
    used = _used(rules.uplifts, spell.ended, at)
    invented = prices.invented or forced or any(each.invented for each in used)
    return Priced(
        spell, amount, at_list, times, is_short_stay(spell, prices), prices, said, tuple(used), at or spell.ended, invented
    )  # fmt: skip


def _used(uplifts: Sequence[Uplift], ended: date, at: date | None) -> list[Uplift]:
    return [each for each in uplifts if at and ended < each.since <= at]
