"""How prescribers differ when nothing is wrong: stable habits, trends, seasons, deprivation.

Variation is over-dispersed because each practice has its own lasting factor for each BNF section and product, on top of chance.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from opencommissioning.catalogue.calendar import dispensing_days
from opencommissioning.synthetic.organisations import HOSPICE, OUT_OF_HOURS, PRISON, Organisations
from opencommissioning.synthetic.population import FEMALE, PATTERN, Population
from opencommissioning.synthetic.products import Products, age_factor

USUAL_DAYS = 25.3  # Mondays to Saturdays in a month, bank holidays apart
NEVER = 0.7  # the share of practices that never prescribe the rarest products
SECTION_SD, PRODUCT_SD, QUANTITY_SD, MONTH_SD = 0.15, 0.30, 1.0, 0.03
# Peak month and size of the yearly wave by prefix (longest first); influenza vaccine is given in autumn only.
SEASONS = {
    "050108": (1, 0.0),
    "050113": (1, 0.0),
    "0501": (1, 0.28),
    "0301": (1, 0.10),
    "0304": (6, 0.55),
    "0307": (1, 0.15),
    "0906040G0": (2, 0.08),
}
AUTUMN_ONLY = "1404000H0"
# Yearly change by prefix, for everybody (growth of DOACs and SGLT2 inhibitors, decline of warfarin and ranitidine).
TRENDS = {"0208020Z0": 0.10, "0208020V0": -0.18, "0601023AG": 0.18, "0601023AN": 0.12, "0103010T0": -0.3, "0601023AW": 0.1, "21480000100": 0.2, "0403030Q0": 0.05, "0407": -0.02, "0401": -0.04}  # fmt: skip
# How much more (per 20 points of IMD score) is prescribed in deprived places.
DEPRIVATION = {"0407": 0.22, "0401": 0.12, "0408010": 0.25, "0301": 0.15, "0302": 0.1, "0403": 0.12, "0601": 0.15, "0501": 0.04, "1404": -0.1, "0704050": -0.1}  # fmt: skip
# What other settings prescribe, by prefix, relative to a practice.
SETTING_HABITS = {
    OUT_OF_HOURS: ("0501", "0407", "0301011", "0603", "0401020"),
    HOSPICE: ("0407", "0401", "0106"),
    PRISON: ("0407", "0403", "0402", "0408"),
}


@dataclass(frozen=True)
class Habits:
    """Factors on the national rate: base [prescriber, product], time [product, month], share [prescriber, line]."""

    base: np.ndarray
    time: np.ndarray
    share: np.ndarray


def habits(
    orgs: Organisations, people: Population, goods: Products, months: list[date], rng: np.random.Generator
) -> Habits:
    """Draw every lasting habit of the economy."""
    codes = goods.frame["bnf_code"].to_list()
    own = lasting(len(orgs.prescribers), codes, rng) * formulary(len(orgs.prescribers), goods, rng)
    roles = orgs.prescribers["role"]
    # What is planted must be the whole of how these practices differ, so they have no other habits.
    own[(roles.str.starts_with("habit_") | roles.is_in(["step", "brand_switch"])).to_numpy()] = 1
    base = own * need(people, codes) * scope(orgs, codes)
    return Habits(base, over_time(codes, months, rng), quantity_shares(len(base), goods, rng))


def scope(orgs: Organisations, codes: list[str]) -> np.ndarray:
    """0 for what a setting other than general practice does not prescribe [prescriber, product]."""
    found = np.ones((len(orgs.prescribers), len(codes)))
    for i, setting in enumerate(orgs.prescribers["setting"]):
        if setting in SETTING_HABITS:
            found[i] = [code.startswith(SETTING_HABITS[setting]) for code in codes]
    return found


def lasting(prescribers: int, codes: list[str], rng: np.random.Generator) -> np.ndarray:
    """Log-normal factors per section and per product with mean 1."""
    sections, index = np.unique([c[:4] for c in codes], return_inverse=True)
    section = rng.normal(-(SECTION_SD**2) / 2, SECTION_SD, (prescribers, len(sections)))
    product = rng.normal(-(PRODUCT_SD**2) / 2, PRODUCT_SD, (prescribers, len(codes)))
    return np.exp(section[:, index] + product)


def formulary(prescribers: int, goods: Products, rng: np.random.Generator) -> np.ndarray:
    """0 where a practice never prescribes a (mostly rare) product; the others make up for it [prescriber, product]."""
    rate = goods.frame["items_per_1000"].to_numpy()
    rare = np.where(goods.matching(("0501",)), 0.4, 2.0)  # antibiotics are left out only when very rare
    kept = 1 - NEVER * np.exp(-rate / rare)
    return (rng.random((prescribers, len(rate))) < kept) / kept


def need(people: Population, codes: list[str]) -> np.ndarray:
    """The effect of deprivation on each product [prescriber, product]."""
    slope = np.array([longest(DEPRIVATION, c, 0.0) for c in codes])
    return np.exp(((people.imd - 22) / 20)[:, None] * slope)


def longest(table: dict, code: str, otherwise):
    """The entry whose key is the longest prefix of a code."""
    keys = [k for k in table if code.startswith(k)]
    return table[max(keys, key=len)] if keys else otherwise


def over_time(codes: list[str], months: list[date], rng: np.random.Generator) -> np.ndarray:
    """Trend × season × dispensing days [product, month]."""
    years = np.arange(len(months)) / 12
    slope = np.array([longest(TRENDS, c, 0.0) for c in codes]) + rng.normal(0, 0.015, len(codes))
    return np.exp(slope[:, None] * years) * np.array([season(c, months) for c in codes]) * day_factor(months)


def day_factor(months: list[date]) -> np.ndarray:
    """Dispensing days of each month over their usual number."""
    return np.array([dispensing_days(month) for month in months]) / USUAL_DAYS


def season(code: str, months: list[date]) -> np.ndarray:
    """The yearly wave of one product."""
    month = np.array([m.month for m in months])
    if code.startswith(AUTUMN_ONLY):
        return np.select([month == 10, month == 11, month == 9], [6.0, 3.5, 1.5], 0.03)
    peak, size = longest(SEASONS, code, (1, 0.0))
    return 1 + size * np.cos((month - peak) / 12 * 2 * np.pi)


def quantity_shares(prescribers: int, goods: Products, rng: np.random.Generator) -> np.ndarray:
    """How each prescriber divides a product over quantities per item [prescriber, line]."""
    own = goods.line_share * np.exp(rng.normal(0, QUANTITY_SD, (prescribers, len(goods.line_share))))
    starts = np.flatnonzero(np.diff(goods.line_product, prepend=-1))
    return own / np.add.reduceat(own, starts, axis=1)[:, goods.line_product]


def age_need(people: Population, goods: Products) -> tuple[np.ndarray, np.ndarray]:
    """Need from age and sex against the nation: factors [prescriber, month, kind] and the kind of each product."""
    kinds, index = np.unique(goods.frame["age"].to_numpy(), return_inverse=True)
    use = np.array([age_factor(k) for k in kinds])
    nation = np.stack([PATTERN * (1 - FEMALE), PATTERN * FEMALE])
    use /= (use * nation).sum((1, 2), keepdims=True) / nation.sum()
    total = np.maximum(people.lists.sum((2, 3)), 1)[:, :, None]
    found = np.einsum("pmsb,ksb->pmk", people.lists, use, optimize=True) / total
    found[people.lists.sum((1, 2, 3)) == 0] = 1.0
    return found, index
