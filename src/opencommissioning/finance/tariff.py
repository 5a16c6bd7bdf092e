"""What the NHS pays of a list price: the discount of a Drug Tariff category, dated; and price concessions over it.

Sources: NHS (Pharmaceutical Services) Drug Tariff, Part V deductions by category from April 2024 (20 % generics, 9.85 % appliances,
5 % everything else); before, one average deduction (7.2 % stands for its scale).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from opencommissioning.catalogue.bnf import is_appliance

GENERIC, APPLIANCE, OTHER, AVERAGE = Decimal("0.80"), Decimal("0.9015"), Decimal("0.95"), Decimal("0.928")
GENERIC_CATEGORIES = frozenset({"A", "M"})
BY_CATEGORY_FROM = date(2024, 4, 1)
CONCESSIONS_WHOLE_FROM = date(2023, 4, 1)
PENCE = Decimal(100)


def paid_share(code: str, category: str) -> Decimal:
    """What is paid of £1 net ingredient cost by tariff category: 0.80 for A and M, 0.9015 for appliances, otherwise 0.95."""
    if is_appliance(code):
        return APPLIANCE
    return GENERIC if category in GENERIC_CATEGORIES else OTHER


@dataclass(frozen=True)
class Pack:
    """A pack in the tariff (basic price in pence) and, under a concession, its conceded price in pounds."""

    size: Decimal
    tariff_pence: int
    conceded: Decimal


def increase(code: str, category: str, month: date, packs: Sequence[Pack], counted_in_packs: bool) -> Decimal:
    """£ that a concession adds to one unit of quantity: (concession · k₂ − tariff · k₁) / pack; of several packs the largest, 0 when none.

    k₁ is 0.928 before April 2024, then the category's share; k₂ is 0.928 before April 2023, then 1. `counted_in_packs` when the
    recorded quantity means packs.
    """
    on_tariff = paid_share(code, category) if month >= BY_CATEGORY_FROM else AVERAGE
    on_concession = Decimal(1) if month >= CONCESSIONS_WHOLE_FROM else AVERAGE
    extra = [
        (pack.conceded * on_concession - pack.tariff_pence / PENCE * on_tariff)
        / (1 if counted_in_packs else pack.size)
        for pack in packs
    ]
    return max((*extra, Decimal(0)))


def is_counted_in_packs(unit_cost: float, price: float, size: float) -> bool:
    """Whether quantities mean packs: what one unit cost is nearer to the price of a pack than to that of a unit (nearer as a ratio)."""
    return size > 1 and unit_cost > 0 and unit_cost > price / size**0.5
