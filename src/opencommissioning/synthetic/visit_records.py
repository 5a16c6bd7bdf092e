"""A&E attendances and outpatient appointments of the invented people one by one, in HES field names: as many as are counted elsewhere."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.catalogue.period import last_day
from opencommissioning.synthetic.model import Economy
from opencommissioning.synthetic.visit_counts import appointments, attendances

OFTEN, REGULARS = (
    0.12,
    40,
)  # share of attendances by people who come often, and how many such people a practice has
AMBULANCE, FOLLOW_UP_VISIT = 0.25, 0.05
HOMES = {
    "01": 0.0,
    "02": 0.30,
    "03": 0.55,
    "06": 0.06,
    "12": 0.06,
    "13": 0.03,
}  # disposals of those not admitted
CHEAP = ("VB06Z", "VB09Z", "VB10Z", "VB11Z", "VB04Z", "VB07Z")
SPECIALTIES = ("110", "100", "120", "180", "300", "320", "330", "430", "502")
REFERRED = {"03": 0.55, "05": 0.20, "11": 0.10, "01": 0.15}
PROCEDURE = 0.15
ATTENDED = {
    "seen": "5",
    "did not attend": "3",
    "cancelled by patient": "2",
    "cancelled by provider": "4",
    "other": "9",
}
VISITS = {("first", "no"): "1", ("follow-up", "no"): "2", ("first", "yes"): "3", ("follow-up", "yes"): "4"}
BLANK = [f"INVEST2_{n:02d}" for n in range(2, 13)] + [f"TREAT3_{n:02d}" for n in range(2, 13)]


def write_attendances(made: Economy, practices: Sequence[str], months: Sequence[int], folder: Path) -> Path:
    """hes_ae.csv: every A&E attendance of these practices' patients in these months (numbers)."""
    rng = np.random.default_rng([made.seed, 13])
    frames = []
    for month in months:
        counts = attendances(made, month).filter(pl.col("practice").is_in(list(practices)), pl.col("category").is_in(["all", "children"]))  # fmt: skip
        frames.append(
            _attendances(
                _one_by_one(counts.filter(category="all"), counts, "attendances"), made.months[month], rng
            )
        )
    return _write(pl.concat(frames), folder / "hes_ae.csv", "AEKEY", 2_000_000_000)


def write_appointments(made: Economy, practices: Sequence[str], months: Sequence[int], folder: Path) -> Path:
    """hes_outpatients.csv: every appointment of these practices' patients in these months (numbers)."""
    rng = np.random.default_rng([made.seed, 14])
    frames = []
    for month in months:
        counts = appointments(made, month).filter(pl.col("practice").is_in(list(practices)))
        rows = counts.select(pl.all().exclude("appointments").repeat_by("appointments")).explode(pl.all())
        frames.append(_appointments(rows, made.months[month], rng))
    return _write(pl.concat(frames), folder / "hes_outpatients.csv", "ATTENDKEY", 7_000_000_000)


def _write(rows: pl.DataFrame, path: Path, key: str, first: int) -> Path:
    keyed = rows.with_columns((pl.int_range(pl.len()) + first).cast(pl.String).alias(key))
    keyed.write_csv(path)
    return path


def _one_by_one(counts: pl.DataFrame, both: pl.DataFrame, name: str) -> pl.DataFrame:
    """A row for each attendance, with `child` for as many of a cell as are counted under 20."""
    by = ["practice", "department", "outcome"]
    young = both.filter(category="children").select(*by, pl.col(name).alias("young"))
    cells = counts.join(young, on=by, how="left").with_columns(pl.col("young").fill_null(0))
    rows = cells.with_columns(pl.int_ranges(0, pl.col(name)).alias("place")).explode("place")
    return rows.select(*by, (pl.col("place") < pl.col("young")).alias("child"))


def _days(month, number: int, rng: np.random.Generator) -> list[str]:
    days = [str(month + timedelta(day)) for day in range(last_day(month).day)]
    return np.array(days)[rng.integers(0, len(days), number)].tolist()


def _attendances(rows: pl.DataFrame, month, rng: np.random.Generator) -> pl.DataFrame:
    number = rows.height
    codes, shares = list(HOMES), np.array(list(HOMES.values()))
    home = rng.choice(codes, number, p=shares / shares.sum())
    admitted = (rows["outcome"] == "admitted").to_numpy()
    nothing = rng.random(number) < 0.15
    child = rows["child"].to_numpy()
    regular = rng.random(number) < OFTEN
    who = np.where(regular, rng.integers(0, REGULARS, number), 10_000 + rng.integers(0, 10**7, number))
    return rows.select(
        pl.concat_str(pl.lit("VISITOR"), "practice", pl.Series(np.where(child, "C", "A")), pl.Series(who)).alias("PSEUDO_HESID"),
        pl.lit("RZ1").alias("PROCODE3"),
        pl.col("practice").alias("GPPRAC"),
        pl.Series("ARRIVALDATE", _days(month, number, rng)),
        pl.concat_str(pl.lit("0"), "department").alias("AEDEPTTYPE"),
        pl.Series("AEATTENDCAT", np.where(rng.random(number) < FOLLOW_UP_VISIT, "2", "1")),
        pl.Series("AEARRIVALMODE", np.where(rng.random(number) < AMBULANCE, "1", "2")),
        pl.Series("AEATTENDDISP", np.where(admitted, "01", home)),
        pl.Series("ARRIVALAGE", np.where(child, rng.integers(0, 20, number), rng.integers(20, 95, number))),
        pl.Series("SEX", rng.integers(1, 3, number)),
        pl.Series("SUSHRG", rng.choice(CHEAP, number)),
        pl.Series("INVEST2_01", np.where(nothing, "24", "01")),
        pl.Series("TREAT3_01", np.where(nothing, "99", rng.choice(["011", "221", "30"], number))),
        *(pl.lit("").alias(name) for name in BLANK),
    )  # fmt: skip


def _appointments(rows: pl.DataFrame, month, rng: np.random.Generator) -> pl.DataFrame:
    number = rows.height
    shares = np.array(list(REFERRED.values()))
    first = [VISITS.get(pair, "9") for pair in rows.select("visit", "remote").iter_rows()]
    return rows.select(
        pl.concat_str(pl.lit("PATIENT"), "practice", pl.Series(rng.integers(0, 5000, number))).alias("PSEUDO_HESID"),
        pl.lit("RZ1").alias("PROCODE3"),
        pl.col("practice").alias("GPPRAC"),
        pl.Series("APPTDATE", _days(month, number, rng)),
        pl.col("outcome").replace_strict(ATTENDED).alias("ATTENDED"),
        pl.Series("FIRSTATT", first),
        pl.Series("TRETSPEF", rng.choice(SPECIALTIES, number)),
        pl.Series("APPTAGE", np.where(rng.random(number) < 0.12, rng.integers(0, 18, number), rng.integers(18, 95, number))),
        pl.Series("SEX", rng.integers(1, 3, number)),
        pl.Series("REFSOURC", rng.choice(list(REFERRED), number, p=shares / shares.sum())),
        pl.Series("OPERTN_4_01", np.where(rng.random(number) < PROCEDURE, "X999", "-")),
        pl.Series("SUSHRG", np.where(np.isin(first, ["1", "3"]), "WF01B", "WF01A")),
    )  # fmt: skip
