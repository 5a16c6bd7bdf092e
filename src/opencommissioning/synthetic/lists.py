"""Lists of the invented people, a person a row: a therapy waiting list and an eye clinic's follow-ups of the home area's hospital, at the end of
each of the last months."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.catalogue.period import last_day
from opencommissioning.synthetic.hospital_truths import HospitalTruth
from opencommissioning.synthetic.model import Economy
from opencommissioning.synthetic.waits import hospital_of

MONTHS = 6
JOINING = 0.6  # people a week for 1,000 registered
MEAN_WAIT = 14.0  # weeks
GONE = 26 * 7  # days for which the last list keeps those removed
DUE = {1: (0.05, 14), 2: (0.15, 28), 3: (0.4, 84), 4: (0.4, 365)}  # priority → share, days to the due date
FOLLOWED = 10.0  # people to be followed up for 1,000 registered
OVERDUE, LATE_DAYS, AHEAD, UNDATED = 0.2, 60.0, 365, 0.05
NEAR_THE_CLOSED_CLINIC = 2.2  # planted: how many times as many of a network's follow-ups are overdue


def list_truths(made: Economy) -> tuple[HospitalTruth, ...]:
    """What is planted in lists: the network whose follow-ups are late."""
    late = tuple(_practices(made).filter(late=True)["code"])
    return (
        HospitalTruth("follow_ups_late", "setting", "pcn", late, "the eye clinic near them closed: more of their follow-ups are overdue", "follow_ups_overdue", "130", made.months[0], NEAR_THE_CLOSED_CLINIC),
    )  # fmt: skip


def write_lists(made: Economy, folder: Path) -> list[Path]:
    """waiting-list.csv and follow-ups.csv, each with the day of the list in `census`."""
    folder.mkdir(parents=True, exist_ok=True)
    days = [last_day(month) for month in made.months[-MONTHS:]]
    written = []
    for name, frame in (("waiting-list", waiting_list(made, days)), ("follow-ups", follow_ups(made, days))):
        written.append(folder / f"{name}.csv")
        frame.write_csv(written[-1])
    return written


def waiting_list(made: Economy, days: list[date]) -> pl.DataFrame:
    """Everybody on the list on each of the days; on the last also those removed in the half-year before."""
    people = _joined(made, days[-1])
    frames = []
    for day in days:
        waits = (pl.col("referral") <= day) & (pl.col("removal").is_null() | (pl.col("removal") > day))
        lately = (pl.col("removal") <= day) & (pl.col("removal") > day - timedelta(GONE))
        here = people.filter(waits | lately if day == days[-1] else waits)
        removed = pl.when(pl.col("removal") <= day).then(pl.col("removal"))
        gone = removed.is_not_null()
        frames.append(here.with_columns(removed.alias("removal"), pl.when(gone).then("reason").alias("reason"), pl.lit(day).alias("census")))  # fmt: skip
    return pl.concat(frames)


def _joined(made: Economy, end: date) -> pl.DataFrame:
    """Everybody who joined in the three years before `end`, with the day on which each leaves."""
    rng, practices = np.random.default_rng([made.seed, 91]), _practices(made)
    joined = rng.poisson(practices["people"].to_numpy() / 1000 * JOINING * 156)
    where = np.repeat(np.arange(len(practices)), joined)
    number = len(where)
    since = rng.integers(0, 156 * 7, number)
    waited = np.rint(rng.exponential(MEAN_WAIT * 7, number)).astype(int)
    priority = rng.choice(list(DUE), number, p=[share for share, _ in DUE.values()])
    within = np.array([DUE[each][1] for each in priority])
    referral = pl.Series(np.datetime64(end) - since.astype("timedelta64[D]"), dtype=pl.Date)
    return pl.DataFrame(
        {
            "person": [f"INVENTED{each:07d}" for each in range(number)],
            "practice": practices["code"].gather(where),
            "provider": hospital_of(0)[0],
            "list": "physiotherapy",
            "specialty": "110",
            "referral": referral,
            "removal": referral + pl.Series(waited) * timedelta(1),
            "due date": referral + pl.Series(within) * timedelta(1),
            "priority": priority,
            "reason": rng.choice(["treated", "declined"], number, p=[0.9, 0.1]),
        }
    )


def follow_ups(made: Economy, days: list[date]) -> pl.DataFrame:
    """Everybody to be followed up on each of the days: overdue, due later, or without a date."""
    return pl.concat([_followed(made, day, number) for number, day in enumerate(days)])


def _followed(made: Economy, day: date, number: int) -> pl.DataFrame:
    rng, practices = np.random.default_rng([made.seed, 92, number]), _practices(made)
    people = rng.poisson(practices["people"].to_numpy() / 1000 * FOLLOWED)
    where = np.repeat(np.arange(len(practices)), people)
    share = np.where(practices["late"].to_numpy(), OVERDUE * NEAR_THE_CLOSED_CLINIC, OVERDUE)[where]
    overdue = rng.random(len(where)) < share
    days_late = 1 + np.floor(rng.exponential(LATE_DAYS, len(where))).astype(int)
    shift = np.where(overdue, -days_late, rng.integers(0, AHEAD, len(where)))
    due = pl.Series(np.datetime64(day) + shift.astype("timedelta64[D]"), dtype=pl.Date)
    told = pl.Series(rng.random(len(where)) >= UNDATED)
    return pl.DataFrame(
        {
            "person": [f"FOLLOWED{number}{each:06d}" for each in range(len(where))],
            "practice": practices["code"].gather(where),
            "provider": hospital_of(0)[0],
            "list": "eye clinic",
            "specialty": "130",
            "due date": due.zip_with(told, pl.Series([None], dtype=pl.Date)),
            "seen date": pl.Series([None] * len(where), dtype=pl.Date),
            "census": day,
        }
    )


def _practices(made: Economy) -> pl.DataFrame:
    """The home location's practices: code, people (of the last month), late (of its first network)."""
    prescribers = made.organisations.prescribers.with_row_index("row")
    sizes = made.population.lists[:, -1].sum(axis=(1, 2))
    home = prescribers.join(made.organisations.practices.select("code"), on="code", how="semi").filter(
        pl.col("sub_icb") == made.organisations.home
    )
    first = home["pcn"].drop_nulls().min()
    people = pl.Series("people", sizes[home["row"].to_numpy()])
    return home.select("code", (pl.col("pcn") == first).fill_null(False).alias("late"), people)
