"""One headline in which each product's saving is counted once, though it stands in several lists.

Lists are taken from the largest saving to the smallest. A list counts the savings of those of its products that no larger list has
counted; if what is left is a loss, it counts nothing. No product is counted twice, and none is lost because two smaller lists shared it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Opportunity:
    """One way to save. `by_product`: code → £ that its saving comes from (they add up to the saving; single ones may be negative)."""

    id: str
    by_product: Mapping[str, float]

    @property
    def saving(self) -> float:
        """£ in all."""
        return sum(self.by_product.values())


@dataclass(frozen=True)
class Counted:
    """An opportunity, what the headline counts of it, and which of its products an earlier one had."""

    id: str
    saving: float
    counted: float
    elsewhere: tuple[str, ...]


def count_once(opportunities: Iterable[Opportunity]) -> list[Counted]:
    """The opportunities, largest first, each with what it adds. Savings of 0 or less add and claim nothing."""
    claimed: set[str] = set()
    out = []
    for each in sorted(opportunities, key=lambda each: (-each.saving, each.id)):
        taken = tuple(sorted(code for code in each.by_product if code in claimed))
        left = sum(amount for code, amount in each.by_product.items() if code not in claimed)
        counted = max(0.0, left) if each.saving > 0 else 0.0
        out.append(Counted(each.id, each.saving, counted, taken))
        if counted > 0:
            claimed |= set(each.by_product)
    return out


def spread(saving: float, spend: Mapping[str, float]) -> dict[str, float]:
    """A saving over the products that it speaks of, by what each cost. Empty when they cost nothing."""
    total = sum(amount for amount in spend.values() if amount > 0)
    return {code: saving * amount / total for code, amount in spend.items() if amount > 0} if total else {}
