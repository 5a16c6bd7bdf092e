"""Possible savings, signed: by switching (quantity swap), and by spending per patient as a peer does. Possible is not achieved."""

from dataclasses import dataclass
from math import fsum

import numpy as np


@dataclass(frozen=True)
class Swap:
    """What a share of quantity costs, arrays of one level and period: quantity and cost (£) of the whole and of the narrowed part."""

    quantity: np.ndarray
    cost: np.ndarray
    part_quantity: np.ndarray
    part_cost: np.ndarray


def swap_saving(swap: Swap, target: float) -> np.ndarray:
    """£ saved if the part were `target` (a share, 0..1) of the quantity, at each organisation's own unit costs; negative = would cost more.

    saving = C − [P·Q·u_part + (1−P)·Q·u_other]; where an organisation has none of one side the national unit cost stands in
    (OpenPrescribing's quantity swap). nan stays nan.
    """
    rest_quantity, rest_cost = swap.quantity - swap.part_quantity, swap.cost - swap.part_cost
    part_unit = _unit(swap.part_cost, swap.part_quantity)
    rest_unit = _unit(rest_cost, rest_quantity)
    return swap.cost - swap.quantity * (target * part_unit + (1 - target) * rest_unit)


def _unit(cost: np.ndarray, quantity: np.ndarray) -> np.ndarray:
    """£ per unit, the national one where there is no quantity."""
    total = _added(quantity)
    national = _added(cost) / total if total else 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(quantity > 0, cost / quantity, np.where(np.isnan(quantity), np.nan, national))


def _added(values: np.ndarray) -> float:
    """The float next to the exact sum, whatever the order; nan is left out."""
    return fsum(values[~np.isnan(values)].tolist())


def rate_saving(cost: np.ndarray, denominator: np.ndarray, target: float) -> np.ndarray:
    """£ saved if cost per unit of denominator were `target`: cost − target · denominator, signed. Floors are somebody else's choice."""
    return cost - target * denominator


def price_saving(cost: np.ndarray, quantity: np.ndarray, target: float) -> np.ndarray:
    """£ saved if each unit cost `target`: max(0, cost − quantity · target), organisation by organisation (never negative by definition)."""
    return np.maximum(0, cost - quantity * target)
