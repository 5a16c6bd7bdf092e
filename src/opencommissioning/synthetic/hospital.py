"""Admissions of the invented people: one row per spell, drawn from who is registered, then counted or written as episodes."""

import numpy as np
import polars as pl

from opencommissioning.synthetic.conditions import (
    AGES,
    CARE_HOME,
    LAST_DAYS,
    NAMES,
    REASONS,
    RETURN,
    monthly_rates,
)
from opencommissioning.synthetic.hospital_truths import HospitalTruth, hospital_truths
from opencommissioning.synthetic.model import Economy

HABIT_SD, MONTH_SD = 0.10, 0.03  # of a practice's admissions: lasting, and from month to month
DEPRIVATION = 0.008  # slope of the logarithm of emergency admissions per point of deprivation
CARE_HOME_PRACTICE = 3.0


def spells(made: Economy, month: int) -> pl.DataFrame:
    """One row per admission of a month: prescriber, reason (numbers), sex (0 male, 1 female), band, nights, returned, died, care_home."""
    rng = np.random.default_rng([made.seed, 5, month])
    truths = hospital_truths(made.organisations, list(made.months))
    where, reason, sex, band = _drawn(made, month, truths, rng)
    group = np.array(AGES)[band]
    emergency = np.array([each.kind == "emergency" for each in REASONS])[reason]
    care = CARE_HOME[group] * care_home_factor(made)[where]
    frame = pl.DataFrame(
        {
            "prescriber": where.astype(np.int32),
            "reason": reason.astype(np.int8),
            "sex": sex.astype(np.int8),
            "band": band.astype(np.int8),
            "nights": _nights(made, month, truths, where, reason, rng).astype(np.int32),
            "returned": emergency & (rng.random(len(where)) < RETURN[group]),
            "died": emergency & (rng.random(len(where)) < LAST_DAYS[group]),
            "care_home": emergency & (rng.random(len(where)) < care),
        }
    )
    return frame.filter(_kept(made, month, truths, frame, rng))


def _drawn(
    made: Economy, month: int, truths: tuple[HospitalTruth, ...], rng: np.random.Generator
) -> tuple[np.ndarray, ...]:
    """prescriber, reason, sex, band of every admission, before anything that a redesign prevents."""
    lists = made.population.lists[:, month].astype(float)  # prescriber, sex, band
    mean = lists[:, None] * monthly_rates()[None] * _habit(made, month, rng)[:, None, None, None]
    emergency = [number for number, each in enumerate(REASONS) if each.kind == "emergency"]
    mean[:, emergency] *= np.exp(DEPRIVATION * (made.population.imd - 22))[:, None, None, None]
    for truth in _of(truths, "admissions", made, month):
        mean[_rows(made, truth), NAMES.index(truth.reason)] *= truth.factor
    counts = rng.poisson(mean)
    cells = np.nonzero(counts)
    return tuple(np.repeat(axis, counts[cells]) for axis in cells)


def _habit(made: Economy, month: int, rng: np.random.Generator) -> np.ndarray:
    """How a practice differs from others of its ages, for good and this month; practices with a planted habit only by that."""
    lasting = np.random.default_rng([made.seed, 6])
    planted = {code for truth in hospital_truths(made.organisations, list(made.months)) if truth.kind == "outlier" for code in truth.organisations}  # fmt: skip
    usual = np.array([code in planted for code in made.organisations.prescribers["code"]])
    number = len(usual)
    log = np.where(usual, 0, lasting.normal(0, HABIT_SD, number)) + rng.normal(0, MONTH_SD, number)
    return np.exp(log)


def _nights(
    made: Economy,
    month: int,
    truths: tuple[HospitalTruth, ...],
    where: np.ndarray,
    reason: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Nights, geometric around the mean of the reason."""
    mean = np.array([each.nights for each in REASONS])[reason]
    for truth in _of(truths, "nights", made, month):
        mean[np.isin(where, _rows(made, truth)) & (reason == NAMES.index(truth.reason))] *= truth.factor
    return rng.geometric(1 / (1 + mean)) - 1


def _kept(
    made: Economy,
    month: int,
    truths: tuple[HospitalTruth, ...],
    frame: pl.DataFrame,
    rng: np.random.Generator,
) -> np.ndarray:
    """bool: admissions of care-home residents that a team did not prevent, and all others."""
    kept = np.ones(frame.height, bool)
    for truth in _of(truths, "care_home_admissions", made, month):
        touched = np.isin(frame["prescriber"], _rows(made, truth)) & frame["care_home"].to_numpy()
        kept &= ~(touched & (rng.random(frame.height) > truth.factor))
    return kept


def care_home_factor(made: Economy) -> np.ndarray:
    """How many times as many residents of care homes a practice has as others of its ages."""
    roles = made.organisations.prescribers["role"].to_list()
    return np.array([CARE_HOME_PRACTICE if role == "care_home" else 1.0 for role in roles])


def _of(truths: tuple[HospitalTruth, ...], what: str, made: Economy, month: int) -> list[HospitalTruth]:
    """The truths of a kind that hold in a month."""
    return [each for each in truths if each.what == what and each.month <= made.months[month]]


def _rows(made: Economy, truth: HospitalTruth) -> np.ndarray:
    codes = made.organisations.prescribers["code"].to_list()
    return np.array([number for number, code in enumerate(codes) if code in truth.organisations])
