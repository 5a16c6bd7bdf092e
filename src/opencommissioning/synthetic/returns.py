"""What hospitals and practices return each month, day or year, over the last two years of an economy, in the layouts of NHS England:
A&E attendances and the four-hour standard, beds, people who could be elsewhere, disease registers and the Quality and Outcomes Framework.

Delayed transfers of care are not among them: that return ended in February 2020, and criteria to reside took its place.
"""

from calendar import monthrange
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.synthetic.conditions import AGES
from opencommissioning.synthetic.model import Economy
from opencommissioning.synthetic.visit_counts import attendances
from opencommissioning.synthetic.waits import HOSPITALS, hospital_of

MONTHS, YEARS = 24, 2
TYPES = {"1": ["1"], "2": [], "other": ["3", "4"]}
LATE = {"1": 0.38, "2": 0.05, "other": 0.04}  # share over four hours, in the middle hospital
LATER = 0.25  # how much hospitals differ, on the logit scale
BEDS, CHILDREN, CRITICAL = (
    1.55,
    0.07,
    0.025,
)  # adult and other beds for 1,000 people; of them children's and critical care
OCCUPIED, ELSEWHERE = (
    0.93,
    0.13,
)  # of the beds; of those in them the share who no longer meet the criteria to reside
GROUPS = {  # register → people on it for 1,000 of ages 0–4, 5–19, 20–44, 45–64, 65–74, 75–84, 85+
    "AF": (0, 0, 1, 9, 50, 120, 190),
    "AST": (5, 55, 65, 70, 75, 70, 55),
    "CHD": (0, 0, 1, 25, 90, 150, 190),
    "COPD": (0, 0, 1, 20, 60, 75, 65),
    "DEM": (0, 0, 0, 1, 12, 55, 160),
    "DM": (0, 0, 22, 90, 165, 185, 160),
    "HF": (0, 0, 1, 6, 25, 60, 120),
    "HYP": (0, 0, 22, 190, 420, 540, 560),
    "STIA": (0, 0, 1, 13, 50, 95, 130),
}
ASKED = {  # indicator → (register, share of it that is asked about, share of these for whom it is done)
    "AF008": ("AF", 0.95, 0.92),
    "AST007": ("AST", 0.9, 0.72),
    "CHD015": ("CHD", 0.75, 0.78),
    "COPD010": ("COPD", 0.95, 0.76),
    "DEM004": ("DEM", 0.95, 0.75),
    "DM020": ("DM", 0.6, 0.66),
    "HF007": ("HF", 0.95, 0.8),
    "HYP008": ("HYP", 0.75, 0.68),
    "STIA014": ("STIA", 0.75, 0.79),
}
EXCEPTED, HABIT = (
    0.06,
    0.12,
)  # personalised care adjustments; how much practices differ, on the logarithmic and logit scale


def write_returns(made: Economy, folder: Path) -> list[Path]:
    """Every file of these returns under a folder; those of QOF where the economy has a March."""
    folder.mkdir(parents=True, exist_ok=True)
    months = range(max(0, len(made.months) - MONTHS), len(made.months))
    files = {
        "ae_attendances_by_type.csv": pl.concat([emergency_departments(made, month) for month in months]),
        "beds_by_trust.csv": pl.concat([beds(made, month) for month in months]),
        "criteria_to_reside_daily.csv": pl.concat([elsewhere(made, month) for month in months]),
    }
    marches = [number for number, month in enumerate(made.months) if month.month == 3][-YEARS:]
    for march in marches:
        year = f"{made.months[march].year - 2001:02d}{made.months[march].year - 2000:02d}"
        files[f"PREVALENCE_{year}.csv"] = registers(made, march)
        files[f"ACHIEVEMENT_{year}.csv"] = achievement(made, march)
    if marches:
        files["qof_prevalence_by_sub_icb.csv"] = pl.concat([of_locations(made, march) for march in marches])
    for name, frame in files.items():
        frame.write_csv(folder / name)
    return [folder / name for name in files]


def _rng(made: Economy, stream: int, month: int = 0) -> np.random.Generator:
    return np.random.default_rng([made.seed, stream, month])


def _hospitals(made: Economy) -> list[tuple[str, str]]:
    """(hospital, sub-ICB location whose people use it), as in the waiting lists."""
    codes = made.organisations.sub_icbs["code"].head(HOSPITALS).to_list()
    return [(hospital_of(place)[0], code) for place, code in enumerate(codes)]


def _moved(share: float, logit: np.ndarray | float) -> np.ndarray | float:
    """A share moved on the logit scale."""
    return 1 / (1 + (1 - share) / share * np.exp(-logit))


def emergency_departments(made: Economy, month: int) -> pl.DataFrame:
    """One month by hospital and type of department: what the practices' patients have in the counts of attendances."""
    rng, lasting = _rng(made, 61, month), _rng(made, 62).normal(0, LATER, HOSPITALS)
    seen = attendances(made, month).filter(pl.col("category") == "all")
    place = made.organisations.prescribers.select(pl.col("code").alias("practice"), "sub_icb")
    seen = seen.join(place, on="practice").group_by("sub_icb", "department", "outcome").agg(pl.col("attendances").sum())  # fmt: skip
    winter = 0.25 if made.months[month].month in (12, 1, 2) else 0.0
    rows = []
    for number, (hospital, code) in enumerate(_hospitals(made)):
        here = seen.filter(pl.col("sub_icb") == code)
        for kind, departments in TYPES.items():
            mine = here.filter(pl.col("department").is_in(departments))
            attended = int(mine["attendances"].sum())
            late = rng.binomial(attended, _moved(LATE[kind], lasting[number] + winter))
            admitted = int(mine.filter(pl.col("outcome") == "admitted")["attendances"].sum())
            rows.append((made.months[month], hospital, kind, float(attended), float(late), float(admitted)))
    columns = ["period", "org_code", "type", "attendances", "breaches", "admissions"]
    return pl.DataFrame(rows, schema=columns, orient="row").filter(pl.col("attendances") > 0)


def _open_beds(made: Economy, month: int) -> np.ndarray:
    sizes = made.population.lists[:, month].sum(axis=(1, 2))
    place = made.organisations.prescribers["sub_icb"].to_numpy()
    people = np.array([sizes[place == code].sum() for _, code in _hospitals(made)])
    return np.maximum(20, np.round(people / 1000 * BEDS))


def beds(made: Economy, month: int) -> pl.DataFrame:
    """Beds open and occupied of one month, months as text."""
    rng, out = _rng(made, 63, month), {}
    every = _open_beds(made, month)
    young, critical = np.round(every * CHILDREN), np.round(every * CRITICAL)
    used = np.minimum(every, rng.binomial(every.astype(int), OCCUPIED))
    few, full = (rng.binomial(part.astype(int), share) for part, share in ((young, 0.7), (critical, 0.8)))
    parts = {
        "general_acute": (every, used),
        "adult_general_acute": (every - young, np.minimum(every - young, used - few)),
        "paediatric_general_acute": (young, few),
        "adult_critical_care": (critical, full),
    }
    for kind, (there, taken) in parts.items():
        out |= {f"{kind}_beds_available": there.astype(float), f"{kind}_beds_occupied": taken.astype(float)}
    names = [hospital for hospital, _ in _hospitals(made)]
    when = [f"{made.months[month]:%B %Y}"] * len(names)
    return pl.DataFrame({"nhs_trust22_code": names, "date": when} | out)


def elsewhere(made: Economy, month: int) -> pl.DataFrame:
    """People who no longer meet the criteria to reside, day by day of one month."""
    rng, lasting = _rng(made, 64, month), _rng(made, 65).normal(0, LATER, HOSPITALS)
    first = made.months[month]
    days = [first + timedelta(number) for number in range(monthrange(first.year, first.month)[1])]
    names = [hospital for hospital, _ in _hospitals(made)]
    expected = _open_beds(made, month) * OCCUPIED * ELSEWHERE * np.exp(lasting[: len(names)])
    people = rng.poisson(expected[:, None], (len(names), len(days)))
    columns = ["nhs_trust22_code", "date", "do_not_meet_criteria_to_reside"]
    rows = [(name, day, float(count)) for name, counts in zip(names, people.tolist(), strict=True) for day, count in zip(days, counts, strict=True)]  # fmt: skip
    return pl.DataFrame(rows, schema=columns, orient="row")


def _registered(made: Economy, month: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """List sizes, and people on each register, by practice: a practice finds more or fewer for good."""
    lists = made.population.lists[:, month].sum(axis=1).astype(float)
    sizes, out = lists.sum(axis=1).astype(int), {}
    for stream, (group, rates) in enumerate(GROUPS.items()):
        found = np.exp(_rng(made, 66, stream).normal(0, HABIT, len(lists)))
        expected = (lists * (np.array(rates)[list(AGES)] / 1000)).sum(axis=1) * found
        out[group] = np.minimum(sizes, _rng(made, 67, 1000 * month + stream).poisson(expected))
    return sizes, out


def registers(made: Economy, march: int) -> pl.DataFrame:
    """PREVALENCE of a year by practice."""
    sizes, found = _registered(made, march)
    codes = made.organisations.prescribers["code"]
    frames = [
        pl.DataFrame({"PRACTICE_CODE": codes, "GROUP_CODE": [group] * len(codes), "REGISTER": counts, "PRACTICE_LIST_SIZE": sizes})
        for group, counts in found.items()
    ]  # fmt: skip
    return pl.concat(frames).filter(pl.col("PRACTICE_LIST_SIZE") > 0)


def of_locations(made: Economy, march: int) -> pl.DataFrame:
    """The same added up by sub-ICB location, in the columns of the yearly table of commissioners."""
    place = made.organisations.prescribers.select(pl.col("code").alias("PRACTICE_CODE"), "sub_icb")
    year = made.months[march].year
    summed = registers(made, march).join(place, on="PRACTICE_CODE").group_by("sub_icb", "GROUP_CODE").agg(pl.col("PRACTICE_LIST_SIZE", "REGISTER").sum())  # fmt: skip
    return summed.sort("sub_icb", "GROUP_CODE").select(
        pl.lit(f"{year - 1}-{year % 100:02d}").alias("year"),
        pl.col("sub_icb").alias("ccg_code"),
        pl.col("GROUP_CODE").alias("qof_group"),
        pl.col("PRACTICE_LIST_SIZE").alias("list_size"),
        pl.col("REGISTER").alias("register"),
        (100 * pl.col("REGISTER") / pl.col("PRACTICE_LIST_SIZE")).alias("prevalence_pct"),
    )


def achievement(made: Economy, march: int) -> pl.DataFrame:
    """ACHIEVEMENT of a year by practice, one measure a row."""
    sizes, found = _registered(made, march)
    codes = made.organisations.prescribers["code"]
    habit = _rng(made, 68).normal(0, 3 * HABIT, len(codes))
    frames = []
    for number, (indicator, (group, asked, done)) in enumerate(ASKED.items()):
        rng = _rng(made, 69, 1000 * march + number)
        bears = rng.binomial(found[group], asked)
        excepted = rng.binomial(bears, EXCEPTED)
        met = rng.binomial(bears - excepted, _moved(done, habit))
        for name, counts in (("NUMERATOR", met), ("DENOMINATOR", bears - excepted), ("PCAS", excepted)):
            frames.append(pl.DataFrame({"PRACTICE_CODE": codes, "INDICATOR_CODE": [indicator] * len(codes), "MEASURE": [name] * len(codes), "VALUE": counts}).filter(sizes > 0))  # fmt: skip
    return pl.concat(frames)
