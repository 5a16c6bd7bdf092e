"""Registered patients: list sizes, age structures, deprivation.

Sizes are log-normal with a median of 8,500 and lie between 1,500 and 20,000 (special practices apart). Age structures are a
national pattern tilted for each practice; deprived areas are younger.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from opencommissioning.synthetic.organisations import Organisations

BANDS = [f"{a}_{a + 4}" for a in range(0, 95, 5)] + ["95+"]
MIDDLE = np.arange(20) * 5 + 2.5
# Shares of patients by five-year band, roughly those of a registered population; women live longer.
PATTERN = np.array(
    [5.3, 5.8, 5.9, 5.6, 6.2, 7.1, 7.4, 7.2, 6.9, 6.3, 6.7, 6.7, 5.9, 5.0, 4.6, 3.4, 2.3, 1.3, 0.4, 0.1]
)
FEMALE = np.array([0.49] * 13 + [0.51, 0.52, 0.53, 0.56, 0.62, 0.69, 0.75])
NOTIONAL = {
    2: 9000,
    13: 900,
    25: 700,
    0: 350,
}  # patients that other prescribers would have, to size their prescribing


@dataclass(frozen=True)
class Population:
    """lists: patients [prescriber, month, sex (male, female), band]; 0 where there is none. imd: score [prescriber].

    weight: what prescribing is proportional to [prescriber, month]: the list, or a notional one for other settings.
    """

    lists: np.ndarray
    imd: np.ndarray
    weight: np.ndarray


def population(orgs: Organisations, months: list[date], rng: np.random.Generator) -> Population:
    """Patients of every prescriber and month, after mergers, closures and openings."""
    people = orgs.prescribers
    imd = deprivation(orgs, rng)
    sizes = list_sizes(people["role"].to_list(), rng)
    growth = (1 + rng.normal(0.005, 0.015, len(people)))[:, None] ** (np.arange(len(months)) / 12)
    shares = age_shares(people["role"].to_list(), imd, rng)
    lists = np.rint(sizes[:, None, None, None] * growth[:, :, None, None] * shares[:, None]).astype(np.int32)
    tiny = people["role"].to_list().index("tiny")
    lists[tiny] = spread(shares[tiny], 40)
    lists *= open_months(people, months)[:, :, None, None]
    move_patients(lists, orgs)
    weight = lists.sum((2, 3)).astype(float)
    for i, (role, setting, wales, status) in enumerate(
        people.select("role", "setting", "wales", "status").iter_rows()
    ):
        if role == "other" and not wales and status != "D":
            weight[i] = NOTIONAL.get(setting, 0)
    return Population(lists, imd, weight)


def deprivation(orgs: Organisations, rng: np.random.Generator) -> np.ndarray:
    """IMD-like scores: a mean for each sub-ICB location and a spread inside it."""
    means = dict(zip(orgs.sub_icbs["code"], rng.normal(22, 5, len(orgs.sub_icbs)), strict=True))
    centre = np.array([means.get(c, 22.0) for c in orgs.prescribers["sub_icb"]])
    return np.clip(centre + rng.normal(0, 8, len(centre)), 3, 70).round(3)


def list_sizes(roles: list[str], rng: np.random.Generator) -> np.ndarray:
    """Patients in the first month."""
    sizes = np.clip(rng.lognormal(np.log(8500), 0.5, len(roles)), 1500, 20000)
    special = {"tiny": 40, "homeless": 1100, "university": 14000, "opening": 2600, "other": 0}
    return np.array([special.get(role, size) for role, size in zip(roles, sizes, strict=True)])


def age_shares(roles: list[str], imd: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Shares of patients [prescriber, sex, band], adding up to 1 for each prescriber."""
    tilt = rng.normal(0, 0.3, len(roles)) - (imd - 22) / 100
    # Practices with a planted habit have a list of the usual ages: else age would hide or make the difference.
    tilt[[role.startswith("habit_") for role in roles]] = 0
    shares = PATTERN * np.exp(tilt[:, None] * (MIDDLE - 40) / 40)
    for i, role in enumerate(roles):
        shares[i] *= {"university": np.where((MIDDLE > 17) & (MIDDLE < 30), 9, 0.35)}.get(role, 1)
        shares[i] *= {"homeless": np.where((MIDDLE > 22) & (MIDDLE < 60), 4, 0.1)}.get(role, 1)
        shares[i] *= {"care_home": np.where(MIDDLE > 80, 2.5, 1)}.get(role, 1)
    female = np.where(np.array(roles)[:, None] == "homeless", 0.2, FEMALE)
    both = np.stack([shares * (1 - female), shares * female], axis=1)
    return both / both.sum((1, 2), keepdims=True)


def spread(shares: np.ndarray, total: int) -> np.ndarray:
    """Whole patients by largest remainder, adding up to the total."""
    exact = shares.ravel() * total
    whole = np.floor(exact).astype(np.int32)
    whole[np.argsort(whole - exact, kind="stable")[: total - whole.sum()]] += 1
    return whole.reshape(shares.shape)


def open_months(people: pl.DataFrame, months: list[date]) -> np.ndarray:
    """1 where a prescriber is open on the first of the month [prescriber, month]."""
    opened, closed = people["opened"].to_list(), people["closed"].to_list()
    return np.array(
        [[o <= m and (c is None or c >= m) for m in months] for o, c in zip(opened, closed, strict=True)],
        np.int32,
    )


def move_patients(lists: np.ndarray, orgs: Organisations) -> None:
    """Patients of a merged practice go to its successor; those of the closed one to the rest of its PCN (in place)."""
    people = orgs.prescribers
    roles = people["role"].to_list()
    for role in ("merged", "closing"):
        gone = roles.index(role)
        shut = np.flatnonzero(lists[gone].sum((1, 2)) == 0)
        if not len(shut) or not shut[0]:
            continue
        heirs = [roles.index("successor")] if role == "merged" else same_pcn(people, gone)
        for heir in heirs:
            lists[heir, shut] += lists[gone, shut[0] - 1] // len(heirs)


def same_pcn(people: pl.DataFrame, index: int) -> list[int]:
    """Other practices of the PCN of this one."""
    pcn = people["pcn"].to_list()
    return [i for i, code in enumerate(pcn) if code == pcn[index] and i != index]
