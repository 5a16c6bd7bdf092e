"""The economy: what exists, and how many items each prescriber issues in a month.

`economy` draws everything that lasts; the items of a month are drawn on demand by `prescribing`, so that sixty months never
lie in memory at once. The same seed gives the same economy and the same files, byte for byte.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from opencommissioning.catalogue.period import months_between, shift
from opencommissioning.synthetic.habits import MONTH_SD, Habits, age_need, habits
from opencommissioning.synthetic.organisations import Organisations, organisations
from opencommissioning.synthetic.population import Population, population
from opencommissioning.synthetic.prices import concession_factor, unit_prices
from opencommissioning.synthetic.products import Products
from opencommissioning.synthetic.products import products as product_list
from opencommissioning.synthetic.truths import Truth, planted, truths


@dataclass(frozen=True)
class Economy:
    """An invented health economy. Array axes follow `organisations.prescribers`, `products.frame` and `months`.

    age_need [prescriber, month, kind] and product_kind [product]: need from age and sex.
    price [product, month]: pounds per unit; concession [product, month]: factor paid over it.
    """

    seed: int
    months: tuple[date, ...]
    organisations: Organisations
    population: Population
    products: Products
    habits: Habits
    age_need: np.ndarray
    product_kind: np.ndarray
    price: np.ndarray
    concession: np.ndarray
    truths: tuple[Truth, ...]


@dataclass(frozen=True)
class Prescribing:
    """The rows of one month: index of the prescriber, index of the line, number of items (≥ 1), in that order of sorting."""

    prescriber: np.ndarray
    line: np.ndarray
    items: np.ndarray


def economy(
    practices: int = 400, products: int = 300, months: int = 60, seed: int = 1, end: date = date(2026, 9, 1)
) -> Economy:
    """Invent an economy of so many practices (≥ 40) and products, over the months that finish with `end`."""
    rng = np.random.default_rng([seed, 0])
    last = end.replace(day=1)
    period = list(months_between(shift(last, 1 - months), last))
    orgs = organisations(practices, period, rng)
    people = population(orgs, period, rng)
    goods = product_list(products)
    found = truths(orgs, period)
    ways = habits(orgs, people, goods, period, rng)
    need, kind = age_need(people, goods)
    price = unit_prices(goods, period, found, rng)
    return Economy(
        seed,
        tuple(period),
        orgs,
        people,
        goods,
        ways,
        need,
        kind,
        price,
        concession_factor(goods, period, found),
        found,
    )


def expected(made: Economy, month: int) -> np.ndarray:
    """Expected items [prescriber, product] in one month, planted truths included."""
    rate = made.products.frame["items_per_1000"].to_numpy() / 1000
    mean = made.population.weight[:, month, None] * rate * made.habits.base * made.habits.time[:, month]
    mean *= made.age_need[:, month][:, made.product_kind]
    return mean * planted(made.truths, made.organisations, made.products, list(made.months), month)


def prescribing(made: Economy, month: int) -> Prescribing:
    """Draw the items of one month (Poisson around the expectation and a small shock of each practice)."""
    rng = np.random.default_rng([made.seed, 1, month])
    mean = expected(made, month)
    mean *= np.exp(rng.normal(-(MONTH_SD**2) / 2, MONTH_SD, len(mean)))[:, None]
    mean[absent(made, month)] = 0
    items = rng.poisson(mean[:, made.products.line_product] * made.habits.share)
    prescriber, line = np.nonzero(items)
    return Prescribing(prescriber, line, items[prescriber, line])


def absent(made: Economy, month: int) -> list[int]:
    """Prescribers whose rows of this month are missing from the file."""
    gone = {
        c
        for t in made.truths
        if t.kind == "missing_month" and t.month == made.months[month]
        for c in t.organisations
    }
    return [i for i, code in enumerate(made.organisations.prescribers["code"]) if code in gone]
