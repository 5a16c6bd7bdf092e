"""What patients' age and sex let expect, estimated: prescribing files carry no age, so it is read from how practices' lists differ."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from opencommissioning.errors import NotLoaded
from opencommissioning.statistics.ridge import StratumRates, bounded_rates, stratum_rates

FEWEST_PRACTICES = 1000  # fewer, and the differences between bands are noise
MOST_BANDS = 18  # two sexes by nine ages; finer bands always occur together and cannot be told apart
FEWEST_COMMISSIONERS = 100  # of many people each, so that fewer are enough; but no more than BROAD bands
BROAD = ("0–14", "15–44", "45–64", "65–74", "75 and over")
OF_BROAD = (0, 0, 1, 1, 1, 2, 2, 3, 4) * 2  # the broad band of each of the eighteen
EDGES = (0, 5, 15, 25, 35, 45, 55, 65, 75)


def band_of(age_sex: str) -> int | None:
    """0 to 8 for men, 9 to 17 for women, by the first age of a band such as `F25_29`; None for totals."""
    if age_sex[:1] not in ("M", "F") or not age_sex[1:3].isdigit():
        return None
    place = sum(int(age_sex[1:3]) >= edge for edge in EDGES) - 1
    return place + (len(EDGES) if age_sex[0] == "F" else 0)


def broad(bands: np.ndarray) -> np.ndarray:
    """Patients (O, 18) put together to the five ages of BROAD: commissioners are too alike for more to be told apart."""
    return bands @ np.eye(len(BROAD))[list(OF_BROAD)]


def age_sex_rates(
    bands: np.ndarray,
    totals: np.ndarray,
    patients: np.ndarray,
    fewest: int = FEWEST_PRACTICES,
    who: str = "practices",
) -> StratumRates:
    """Rates by age and sex. bands (P, B) patients; totals, patients (P,), nan where not known; `who` they are.

    NotLoaded below `fewest` of them, ValueError above 18 bands.
    """
    if bands.shape[1] > MOST_BANDS:
        raise ValueError(f"{bands.shape[1]} bands; at most {MOST_BANDS} can be told apart")
    sums = bands.sum(axis=1)
    usable = np.isfinite(totals) & (patients > 0) & (sums > 0)
    if usable.sum() < fewest:
        raise NotLoaded(
            f"'expected from age and sex' is estimated from national data and needs at least {fewest:,} {who} with lists by age; "
            f"there are {int(usable.sum()):,}: load national files, or compare per prescribing-weighted patient"
        )
    shares = bands[usable] / sums[usable, None]
    fit = bounded_rates if bands.shape[1] == len(BROAD) else stratum_rates
    return fit(shares, totals[usable] / patients[usable], patients[usable])


def band_names() -> Sequence[str]:
    """`men 0–4` … `women 75 and over`, in the order of `band_of`."""
    ages = [f"{low}–{high - 1}" for low, high in pairwise(EDGES)] + ["75 and over"]
    return [f"{sex} {age}" for sex in ("men", "women") for age in ages]
