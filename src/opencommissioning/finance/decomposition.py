"""Why spend moved: days, list size, items per patient, mix, quantity per item, price. The parts add up to the change exactly.

Cost of product p = D · L · (I / (D·L)) · (i_p / I) · (q_p / i_p) · (c_p / q_p), with D dispensing days, L patients, I all items,
i_p items, q_p quantity, c_p cost. Each factor's part is Σ_p w_p · ln(factor₁ / factor₀) with the logarithmic mean
w_p = (c₁ − c₀) / ln(c₁ / c₀): the additive logarithmic mean Divisia index (Ang 2004, Energy Policy 32: 1131–1139), which leaves no
residual. Products that were prescribed in one period only have no price to compare: they are lines of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Products:
    """One period's sums by product (arrays of length N, in the same product order for both periods): items, quantity, cost in £."""

    items: np.ndarray
    quantity: np.ndarray
    cost: np.ndarray


@dataclass(frozen=True)
class Period:
    """What the whole organisation had in a period: products, mean registered patients, dispensing days."""

    products: Products
    patients: float
    days: int


@dataclass(frozen=True)
class Decomposition:
    """£ per cause; `by_product` (N, causes) in the order of `CAUSES`. Sum of all = cost after − cost before."""

    before: float
    after: float
    causes: dict[str, float]
    by_product: np.ndarray

    @property
    def change(self) -> float:
        """£ after minus £ before."""
        return self.after - self.before


CAUSES = (
    "days",
    "list size",
    "items per patient",
    "mix",
    "quantity per item",
    "price",
    "newly prescribed",
    "no longer prescribed",
)


def decompose(before: Period, after: Period) -> Decomposition:
    """The change of cost between two periods by cause, for any organisation. Raises ValueError without patients or days."""
    if min(before.patients, after.patients) <= 0 or min(before.days, after.days) <= 0:
        raise ValueError("both periods need registered patients and dispensing days")
    old, new = before.products, after.products
    both = (
        (old.cost > 0)
        & (new.cost > 0)
        & (old.items > 0)
        & (new.items > 0)
        & (old.quantity > 0)
        & (new.quantity > 0)
    )
    parts = np.zeros((len(old.cost), len(CAUSES)))
    if both.any():
        parts[both, :6] = _weights(old.cost[both], new.cost[both])[:, None] * _log_ratios(before, after, both)
    only = new.cost - old.cost
    parts[~both, 6] = np.where(only > 0, only, 0)[~both]
    parts[~both, 7] = np.where(only < 0, only, 0)[~both]
    causes = dict(zip(CAUSES, parts.sum(axis=0).tolist(), strict=True))
    return Decomposition(float(old.cost.sum()), float(new.cost.sum()), causes, parts)


def _weights(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Logarithmic means; of two equal costs, that cost."""
    ratio = np.log(new / old)
    same = np.abs(ratio) < 1e-12
    return np.where(same, old, (new - old) / np.where(same, 1, ratio))


def _log_ratios(before: Period, after: Period, both: np.ndarray) -> np.ndarray:
    """ln(after / before) of each factor, shape (products in both, 6). Items of products in both periods stand for all items."""
    old, new = before.products, after.products
    totals = np.array([part.items[both].sum() for part in (old, new)])
    per_patient = totals / np.array([before.patients * before.days, after.patients * after.days])
    common = [
        np.log(after.days / before.days),
        np.log(after.patients / before.patients),
        np.log(per_patient[1] / per_patient[0]),
    ]
    mix = np.log((new.items[both] / totals[1]) / (old.items[both] / totals[0]))
    size = np.log((new.quantity[both] / new.items[both]) / (old.quantity[both] / old.items[both]))
    price = np.log((new.cost[both] / new.quantity[both]) / (old.cost[both] / old.quantity[both]))
    return np.column_stack([np.broadcast_to(part, mix.shape) for part in (*common, mix, size, price)])


def top_movers(by_product: np.ndarray, names: Sequence[str], most: int = 20) -> list[tuple[str, float, str]]:
    """The products whose cost moved most, up or down: name, £ change, and the cause that made most of it."""
    change = by_product.sum(axis=1)
    order = np.argsort(-np.abs(change), kind="stable")[:most]
    main = np.abs(by_product).argmax(axis=1)
    return [(names[row], float(change[row]), CAUSES[main[row]]) for row in order if change[row] != 0]
