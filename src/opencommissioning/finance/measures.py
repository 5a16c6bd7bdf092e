"""Which measures speak of money, which sums that needs, and what could be saved: possible savings, at actual cost.

Two kinds. *Rate*: cost per patient where lower is better; saving = cost − target × patients. *Swap*: a share of products that a cheaper
equivalent could replace (tag "switch"); saving by quantity at each organisation's own unit costs. Both are signed, and before
rebates and dispensing fees.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from opencommissioning.catalogue.condition import Condition
from opencommissioning.catalogue.measure import Better, Measure, Quantity
from opencommissioning.finance.savings import Swap, rate_saving, swap_saving

SWITCH, OMNIBUS = "switch", "omnibus"
MONTHS = 12


@dataclass(frozen=True)
class MoneyMeasure:
    """A measure with a saving. `spend` is the cost that it speaks of; `swap` its four quantities, None for a rate."""

    measure: Measure
    spend: Quantity
    swap: tuple[Quantity, Quantity, Quantity, Quantity] | None


def money_measures(measures: Iterable[Measure]) -> tuple[MoneyMeasure, ...]:
    """The measures that have a saving, in the order given. Omnibus measures repeat others and have none of their own."""
    return tuple(each for measure in measures if OMNIBUS not in measure.tags and (each := _money(measure)))


def _money(measure: Measure) -> MoneyMeasure | None:
    top, bottom = measure.numerator, measure.denominator
    if measure.better is not Better.LOWER or top.dataset != "prescribing":
        return None
    if measure.narrowed and SWITCH in measure.tags:
        four = tuple(
            replace(side, column=column, times="")
            for side in (bottom, top)
            for column in ("quantity", "actual_cost")
        )
        return MoneyMeasure(measure, four[3], four)
    is_cost = top.column == "actual_cost" and bottom.dataset != "prescribing" and top.where
    return MoneyMeasure(measure, top, None) if is_cost else None


def quantities(each: MoneyMeasure) -> tuple[Quantity, ...]:
    """The sums that its saving needs beyond the measure's own."""
    return each.swap or (each.spend,)


def shared_spend(one: MoneyMeasure, other: MoneyMeasure) -> Quantity:
    """The spend that two measures both speak of: the conditions of both."""
    conditions: tuple[Condition, ...] = tuple(dict.fromkeys((*one.spend.where, *other.spend.where)))
    return replace(one.spend, where=conditions)


def rate_savings(cost: np.ndarray, patients: np.ndarray, judged: np.ndarray, share: float) -> np.ndarray:
    """£ per organisation if each spent per patient what the organisation at `share` of the ranking spends. nan where unknown."""
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(judged, cost / patients, np.nan)
    if not np.isfinite(values).any():
        return np.full(cost.shape, np.nan)
    return rate_saving(cost, patients, float(np.nanquantile(values, share)))


def swap_savings(swap: Swap, judged: np.ndarray, share: float) -> np.ndarray:
    """£ per organisation if its share of the dearer products were that of the organisation at `share` of the ranking."""
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(judged & (swap.quantity > 0), swap.part_quantity / swap.quantity, np.nan)
    if not np.isfinite(values).any():
        return np.full(swap.cost.shape, np.nan)
    return swap_saving(swap, float(np.nanquantile(values, share)))


@dataclass(frozen=True)
class Saving:
    """A measure's possible saving for one organisation: signed £, and what of it the headline counts."""

    measure: str
    saving: float
    counted: float


def headline(
    savings: Mapping[str, float], spend: Mapping[str, float], shared: Mapping[frozenset[str], float]
) -> list[Saving]:
    """Savings, largest first, each counted only for spend that no larger one has claimed, so no presentation is counted twice.

    Where three measures share products the part may be counted less than once: never more. Negative savings count nothing.
    """
    out: list[Saving] = []
    for name in sorted(savings, key=lambda each: -savings[each]):
        if savings[name] <= 0 or spend.get(name, 0) <= 0:
            out.append(Saving(name, savings[name], 0.0))
            continue
        claimed = sum(
            shared.get(frozenset({name, earlier.measure}), 0.0) for earlier in out if earlier.counted > 0
        )
        out.append(Saving(name, savings[name], savings[name] * max(0.0, 1 - claimed / spend[name])))
    return out
