"""A&E attendances and outpatient appointments of the invented people, as counts by practice and month, a file for each financial year."""

from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.catalogue.period import financial_year
from opencommissioning.synthetic.conditions import AGES, CARE_HOME, CHILDREN
from opencommissioning.synthetic.hospital import care_home_factor
from opencommissioning.synthetic.hospital_truths import holding, thinned
from opencommissioning.synthetic.model import Economy

HABIT_SD = 0.12
DEPRIVATION = 0.012  # slope of the logarithm of A&E attendances per point of deprivation
VISITS = np.array([650.0, 330, 360, 300, 330, 460, 700])[list(AGES)] / 12_000  # a month and person, by band
FIRSTS = np.array([180.0, 130, 250, 330, 450, 480, 380])[list(AGES)] / 12_000
FOLLOW_UPS = 1.9  # for each first
ADMITTED, AVOIDABLE, FREQUENT = 0.24, 0.13, 0.07
RESIDENTS_ADMITTED = 0.6
DEPARTMENTS = {"1": 0.68, "3": 0.27, "4": 0.05}
OUTCOMES = {"seen": 0.80, "did not attend": 0.07, "cancelled by patient": 0.07, "cancelled by provider": 0.06}
REMOTE = 0.2


def write_visits(made: Economy, folder: Path) -> list[Path]:
    """ae_visits_<year>.csv and outpatient_appointments_<year>.csv for every financial year of the period."""
    years: dict[str, list[int]] = {}
    for number, month in enumerate(made.months):
        years.setdefault(financial_year(month).replace("/", "-"), []).append(number)
    paths = []
    for year, numbers in years.items():
        for name, counted in (("ae_visits", attendances), ("outpatient_appointments", appointments)):
            paths.append(folder / f"{name}_{year}.csv")
            pl.concat([counted(made, number) for number in numbers]).write_csv(paths[-1])
    return paths


def attendances(made: Economy, month: int) -> pl.DataFrame:
    """Attendances of one month by practice, category, department and outcome."""
    rng = np.random.default_rng([made.seed, 7, month])
    lists = made.population.lists[:, month].sum(axis=1).astype(float)
    more = np.exp(DEPRIVATION * (made.population.imd - 22)) * _habit(made, 8)
    young = rng.poisson((lists[:, :CHILDREN] * VISITS[:CHILDREN]).sum(axis=1) * more)
    old = rng.poisson((lists[:, CHILDREN:] * VISITS[CHILDREN:]).sum(axis=1) * more)
    told = holding(made.organisations, list(made.months), "ae_attendances", month)
    fewer = np.random.default_rng([made.seed, 17, month])
    young, old = thinned(young, told, fewer), thinned(old, told, fewer)
    every = young + old
    shares = {"all": every, "children": young, "avoidable": rng.binomial(every, AVOIDABLE), "frequent": rng.binomial(every, FREQUENT)}  # fmt: skip
    frames = []
    for category, counts in shares.items():
        if category == "avoidable":  # major departments, nobody admitted: that is what makes it so
            frames.append(_frame(made, month, {"category": category, "department": "1", "outcome": "not admitted"}, "attendances", counts))  # fmt: skip
            continue
        for department, part in zip(
            DEPARTMENTS, rng.multinomial(counts, list(DEPARTMENTS.values())).T, strict=True
        ):
            admitted = rng.binomial(part, ADMITTED / DEPARTMENTS["1"]) if department == "1" else 0 * part
            for outcome, number in (("admitted", admitted), ("not admitted", part - admitted)):
                words = {"category": category, "department": department, "outcome": outcome}
                frames.append(_frame(made, month, words, "attendances", number))
    for outcome, number in _of_care_homes(made, month, old, lists).items():
        words = {"category": "care_home", "department": "1", "outcome": outcome}
        frames.append(_frame(made, month, words, "attendances", number))
    return pl.concat(frames)


def _of_care_homes(made: Economy, month: int, old: np.ndarray, lists: np.ndarray) -> dict[str, np.ndarray]:
    """Attendances of residents of care homes among the grown-up, by outcome: all in major departments."""
    rng = np.random.default_rng([made.seed, 18, month])
    visits = lists[:, CHILDREN:] * VISITS[CHILDREN:]
    residents = (visits * CARE_HOME[list(AGES)][CHILDREN:]).sum(axis=1) * care_home_factor(made)
    share = np.divide(residents, visits.sum(axis=1), out=np.zeros(len(lists)), where=visits.sum(axis=1) > 0)
    counts = rng.binomial(old, np.minimum(share, 1))
    counts = thinned(
        counts, holding(made.organisations, list(made.months), "care_home_attendances", month), rng
    )
    admitted = rng.binomial(counts, RESIDENTS_ADMITTED)
    return {"admitted": admitted, "not admitted": counts - admitted}


def appointments(made: Economy, month: int) -> pl.DataFrame:
    """Appointments of one month by practice, visit, outcome and whether at a distance."""
    rng = np.random.default_rng([made.seed, 9, month])
    lists = made.population.lists[:, month].sum(axis=1).astype(float)
    firsts = (lists * FIRSTS).sum(axis=1) * _habit(made, 10)
    frames = []
    for visit, mean in (("first", firsts), ("follow-up", firsts * FOLLOW_UPS * _habit(made, 11))):
        kept = rng.poisson(mean / OUTCOMES["seen"])
        for outcome, part in zip(OUTCOMES, rng.multinomial(kept, list(OUTCOMES.values())).T, strict=True):
            remote = rng.binomial(part, REMOTE)
            for word, number in (("yes", remote), ("no", part - remote)):
                words = {"category": "all", "visit": visit, "outcome": outcome, "remote": word}
                frames.append(_frame(made, month, words, "appointments", number))
    return pl.concat(frames)


def _habit(made: Economy, stream: int) -> np.ndarray:
    """How practices differ from others of their ages, for good."""
    number = len(made.organisations.prescribers)
    return np.exp(np.random.default_rng([made.seed, stream]).normal(0, HABIT_SD, number))


def _frame(made: Economy, month: int, words: dict[str, str], name: str, counts: np.ndarray) -> pl.DataFrame:
    """Rows of the practices that have any."""
    some = np.flatnonzero(counts)
    practice = made.organisations.prescribers["code"].gather(some).alias("practice")
    told = [pl.lit(value).alias(column) for column, value in words.items()]
    rows = pl.DataFrame({"practice": practice, name: counts[some]})
    return rows.select(pl.lit(made.months[month]).alias("month"), "practice", *told, name)
