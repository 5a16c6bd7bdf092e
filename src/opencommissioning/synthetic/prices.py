"""Unit prices by product and month: a slow walk for generics, a planted fall, and price concessions."""

from datetime import date

import numpy as np

from opencommissioning.synthetic.products import Products
from opencommissioning.synthetic.truths import Truth, growth_in

QUARTERLY_SD = {"M": 0.04, "A": 0.03}  # log change of the tariff price at each quarter, by category


def unit_prices(
    goods: Products, months: list[date], found: tuple[Truth, ...], rng: np.random.Generator
) -> np.ndarray:
    """Basic price in pounds per unit of quantity [product, month], without concessions."""
    sd = np.array([QUARTERLY_SD.get(c, 0.0) for c in goods.frame["category"]])
    steps = rng.normal(0, 1, (len(sd), len(months))) * sd[:, None]
    steps[:, [m.month not in (1, 4, 7, 10) for m in months]] = 0
    steps[:, 0] = 0
    walk = np.exp(np.clip(np.cumsum(steps, axis=1), -0.5, 0.5))
    price = goods.frame["unit_price"].to_numpy()[:, None] * walk
    for truth in found:
        if truth.kind == "price_change":
            price[goods.matching(truth.bnf_prefixes)] *= truth.factor ** growth_in(truth, months)
    return price


def concession_factor(goods: Products, months: list[date], found: tuple[Truth, ...]) -> np.ndarray:
    """What is paid over the basic price [product, month]; 1 without a concession."""
    factor = np.ones((len(goods.frame), len(months)))
    for truth in found:
        if truth.kind == "concession":
            factor[goods.matching(truth.bnf_prefixes)] *= truth.factor ** growth_in(truth, months)
    return factor
