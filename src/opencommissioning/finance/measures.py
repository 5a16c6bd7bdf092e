"""Which measures speak of money, which sums that needs, and what could be saved: possible savings, at actual cost.

Two kinds. *Rate*: cost per patient where lower is better; saving = cost − target × patients. *Swap*: a share of products that a cheaper
equivalent could replace (tag "switch"); saving by quantity at each organisation's own unit costs. Both are signed, and before
rebates and dispensing fees.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

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


def money_quantities(measures: Iterable[Measure]) -> tuple[Quantity, ...]:
    """What the savings of all measures need beyond the measures themselves, once each."""
    return tuple(dict.fromkeys(each for money in money_measures(measures) for each in quantities(money)))


def values(parts: "Swap | tuple[np.ndarray, np.ndarray]") -> np.ndarray:
    """What is compared: the dearer products' share of quantity, or cost per patient. nan where there is none."""
    top, bottom = (parts.part_quantity, parts.quantity) if isinstance(parts, Swap) else parts
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom > 0, top / bottom, np.nan)


def target(parts: "Swap | tuple[np.ndarray, np.ndarray]", judged: np.ndarray, share: float) -> float:
    """The value at `share` of the ranking of those that are judged (type 7); nan when nobody has one."""
    known = np.where(judged, values(parts), np.nan)
    return float(np.nanquantile(known, share)) if np.isfinite(known).any() else float("nan")


def savings(parts: "Swap | tuple[np.ndarray, np.ndarray]", aim: float) -> np.ndarray:
    """£ per organisation, signed, if its value were `aim`. `parts`: a Swap, or (cost, patients). nan where unknown."""
    return swap_saving(parts, aim) if isinstance(parts, Swap) else rate_saving(*parts, aim)


def possible(parts: "Swap | tuple[np.ndarray, np.ndarray]", aim: float) -> np.ndarray:
    """£ per organisation that could be saved by coming down to `aim`: 0 for those that are there already. nan where unknown.

    Where the products that ought to be fewer happen to be the cheaper ones, more of them would save money; that is no saving that
    anybody should be shown (it was a defect of older tools).
    """
    signed = savings(parts, aim)
    return np.where(np.isnan(signed), np.nan, np.where(values(parts) > aim, np.maximum(signed, 0), 0.0))
