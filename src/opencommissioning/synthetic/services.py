"""What people use besides prescribing and hospitals, over the last two years of an economy: appointments in general practice, referrals,
NHS 111, surveys, infections, deaths and other services, in the layouts that their publishers or the area use."""

from itertools import product
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.synthetic.hospital_truths import holding, thinned
from opencommissioning.synthetic.model import Economy

MONTHS = 24
SPREAD = 0.15  # how much practices differ from others for good, on the logarithmic scale
OLD = 13  # bands from 65 on
APPOINTMENTS = 0.48  # a month and person
STATUSES = {"Attended": 0.90, "DNA": 0.045, "Unknown": 0.055}
WAITS = {"Same Day": 0.45, "1 Day": 0.08, "8  to 14 Days": 0.30, "More than 28 Days": 0.17}
WITH = {
    ("GP", "Face-to-Face"): 0.28,
    ("GP", "Telephone"): 0.17,
    ("Other Practice staff", "Face-to-Face"): 0.55,
}
REFERRALS = {
    "100": 0.9,
    "110": 1.4,
    "130": 1.5,
    "330": 1.3,
    "502": 1.1,
    "999": 6.0,
}  # a month and 1,000 people
PRIORITIES = {"routine": 0.78, "urgent": 0.14, "suspected cancer": 0.08}
ADVICE = 0.12
PLACES = {"hospital": 0.44, "home": 0.28, "care home": 0.21, "hospice": 0.05, "other": 0.02}
DEATHS = 0.0035  # a month and person of 65 and more
COMMUNITY = {
    "district nursing": 0.11,
    "therapy": 0.03,
}  # contacts a month and person of 65 and more (therapy: of any age)
INFECTED = {"C. difficile": 2.2, "E. coli": 5.8, "MRSA": 0.12}  # a month and 100,000 people
ONSETS = {"hospital": 0.4, "community, healthcare": 0.18, "community, indeterminate": 0.15, "community": 0.27}
CALLS = 26.0  # a month and 1,000 people
ADVISED = {
    "E02": 0.12,
    "E04": 0.11,
    "E07": 0.24,
    "E08": 0.12,
    "E10": 0.08,
    "E11": 0.05,
    "E12": 0.05,
    "E16": 0.13,
}
MENTAL = {"MHS01": 29.0, "MHS29": 62.0, "MHS30": 53.0, "MHS32": 6.5}  # a month and 1,000 people
GOOD = {"overallexp": 0.74, "gpcontactoverall": 0.67, "localgpservicesphone": 0.5}
FRIENDLY = {
    "very good": 0.7,
    "good": 0.2,
    "neither": 0.04,
    "poor": 0.02,
    "very poor": 0.02,
    "do not know": 0.02,
}


def write_services(made: Economy, folder: Path) -> list[Path]:
    """Every file of these services under a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    months = range(max(0, len(made.months) - MONTHS), len(made.months))
    monthly = {
        "gp_appointments": appointments,
        "referrals": referrals,
        "deaths_by_place": deaths,
        "community_contacts": contacts,
        "friends_and_family": friends,
        "infections": infections,
        "IUCADC": calls,
        "MHSDS_Data": mental_health,
    }
    paths = []
    for name, counted in monthly.items():
        paths.append(folder / f"{name}.csv")
        pl.concat([counted(made, month) for month in months]).write_csv(paths[-1])
    paths.append(folder / "people.csv")
    _people(made).write_csv(paths[-1])
    return [*paths, *_surveys(made, months, folder)]


def _rng(made: Economy, stream: int, month: int) -> np.random.Generator:
    return np.random.default_rng([made.seed, stream, month])


def _habit(made: Economy, stream: int) -> np.ndarray:
    """How practices differ from others of their size, for good."""
    number = len(made.organisations.prescribers)
    return np.exp(np.random.default_rng([made.seed, stream]).normal(0, SPREAD, number))


def _size(made: Economy, month: int, first_band: int = 0) -> np.ndarray:
    return made.population.lists[:, month, :, first_band:].sum(axis=(1, 2)).astype(float)


def _rows(
    made: Economy, month: int, cells: dict[tuple, np.ndarray], names: tuple[str, ...], count: str
) -> pl.DataFrame:
    """Rows of every practice with a list for every cell, noughts too: a practice that reports has none of some."""
    there = np.flatnonzero(_size(made, month))
    practice = made.organisations.prescribers["code"].gather(there)
    frames = [
        pl.DataFrame({"practice": practice, count: counts[there]}).with_columns(
            *(pl.lit(value).alias(name) for name, value in zip(names, told, strict=True))
        )
        for told, counts in cells.items()
    ]
    when = pl.lit(made.months[month]).alias("month")
    return pl.concat(frames).select(when, "practice", *names, count)


def appointments(made: Economy, month: int) -> pl.DataFrame:
    """Appointments of one month in the columns of the published crosstab."""
    rng, mean = _rng(made, 41, month), _size(made, month) * APPOINTMENTS * _habit(made, 42)
    missing = _habit(made, 43) ** 3
    cells = {}
    for (status, often), (wait, share), ((staff, mode), part) in product(
        STATUSES.items(), WAITS.items(), WITH.items()
    ):
        expected = mean * often * share * part * (missing if status == "DNA" else 1)
        cells[staff, mode, "General Consultation Routine", wait, status] = rng.poisson(expected)
    names = ("HCP_TYPE", "APPT_MODE", "NATIONAL_CATEGORY", "TIME_BETWEEN_BOOK_AND_APPT", "APPT_STATUS")
    found = _rows(made, month, cells, names, "COUNT_OF_APPOINTMENTS")
    started = pl.col("month").dt.strftime("%d%b%Y").str.to_uppercase().alias("APPOINTMENT_MONTH_START_DATE")
    return found.select(started, pl.col("practice").alias("GP_CODE"), *names, "COUNT_OF_APPOINTMENTS")


def referrals(made: Economy, month: int) -> pl.DataFrame:
    """Referrals of one month by specialty and priority, and advice asked for."""
    rng, size = _rng(made, 44, month), _size(made, month) / 1000 * _habit(made, 45)
    cells = {}
    for function, rate in REFERRALS.items():
        for priority, share in PRIORITIES.items():
            cells[function, priority, "referral"] = rng.poisson(size * rate * share)
        cells[function, "routine", "advice"] = rng.poisson(size * rate * ADVICE * _habit(made, 46) ** 3)
    clinics = holding(made.organisations, list(made.months), "gynaecology_referrals", month)
    fewer = _rng(made, 58, month)
    for priority in PRIORITIES:
        cells["502", priority, "referral"] = thinned(cells["502", priority, "referral"], clinics, fewer)
    return _rows(made, month, cells, ("function", "priority", "kind"), "referrals")


def deaths(made: Economy, month: int) -> pl.DataFrame:
    """Deaths of one month by place."""
    rng, mean = _rng(made, 47, month), _size(made, month, OLD) * DEATHS
    away = _habit(made, 48)
    cells = {
        (place,): rng.poisson(mean * share * (away if place == "hospital" else 1))
        for place, share in PLACES.items()
    }
    return _rows(made, month, cells, ("place",), "deaths")


def contacts(made: Economy, month: int) -> pl.DataFrame:
    """Contacts of community services of one month."""
    rng, cells = _rng(made, 49, month), {}
    for service, rate in COMMUNITY.items():
        mean = _size(made, month, OLD if service == "district nursing" else 0) * rate * _habit(made, 50)
        cells[service, "attended"], cells[service, "did not attend"] = (
            rng.poisson(mean),
            rng.poisson(mean * 0.05),
        )
    return _rows(made, month, cells, ("service", "outcome"), "contacts")


def friends(made: Economy, month: int) -> pl.DataFrame:
    """Answers to the Friends and Family Test of one month."""
    rng, mean = _rng(made, 51, month), _size(made, month) * 0.012 * _habit(made, 52) ** 3
    cells = {(answer,): rng.poisson(mean * share) for answer, share in FRIENDLY.items()}
    return _rows(made, month, cells, ("answer",), "responses")


def _places(made: Economy, month: int) -> tuple[list[str], list[str], np.ndarray]:
    """Codes and names of the sub-ICB locations, and the people registered there."""
    sizes = pl.DataFrame({"code": made.organisations.prescribers["sub_icb"], "people": _size(made, month)})
    summed = dict(sizes.group_by("code").agg(pl.col("people").sum()).iter_rows())
    frame = made.organisations.sub_icbs
    codes = frame["code"].to_list()
    return codes, frame["name"].to_list(), np.array([summed.get(code, 0.0) for code in codes])


def infections(made: Economy, month: int) -> pl.DataFrame:
    """Infections of one month by commissioner and onset."""
    rng, (codes, _, people) = _rng(made, 53, month), _places(made, month)
    rows = [
        (made.months[month], code, organism, onset, int(rng.poisson(size / 100_000 * rate * share)))
        for code, size in zip(codes, people, strict=True)
        for organism, rate in INFECTED.items()
        for onset, share in ONSETS.items()
    ]
    return pl.DataFrame(rows, schema=["month", "commissioner", "organism", "onset", "cases"], orient="row")


def _people(made: Economy) -> pl.DataFrame:
    """People by commissioner, in the first of these months and a year on."""
    first = max(0, len(made.months) - MONTHS)
    rows = [
        (made.months[month], code, int(size))
        for month in range(first, len(made.months), 12)
        for code, _, size in zip(*_places(made, month), strict=True)
        if size
    ]
    return pl.DataFrame(rows, schema=["month", "commissioner", "people"], orient="row")


def calls(made: Economy, month: int) -> pl.DataFrame:
    """NHS 111 of one month, an item a row, in the columns of the published collection; a contract area is a sub-ICB location."""
    rng, (codes, names, people) = _rng(made, 54, month), _places(made, month)
    period, rows = f"IUCADC-MONTHLY-{made.months[month]:%b-%Y}".upper(), []
    fewer, sent = _rng(made, 59, month), _sent_to_ae(made, month, codes)
    for code, name, size, share in zip(codes, names, people, sent, strict=True):
        received = int(rng.poisson(size / 1000 * CALLS))
        abandoned = int(rng.binomial(received, 0.06))
        advised = int(rng.binomial(received - abandoned, 0.8))
        items = {"A01": received, "A03": received - abandoned, "B02": abandoned, "E01": advised}
        items |= dict(
            zip(ADVISED, rng.multinomial(advised, [*ADVISED.values(), 0.1])[:-1].tolist(), strict=True)
        )
        items["E04"] = int(fewer.binomial(items["E04"], share))
        rows += [(period, f"111{code}", name, item, str(value)) for item, value in items.items()]
    columns = ["REPORTING_PERIOD", "CONTRACT_CODE", "CONTRACT_NAME", "ITEM_NUMBER", "VALUE"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def _sent_to_ae(made: Economy, month: int, codes: list[str]) -> np.ndarray:
    """By location: the share of the calls that would end with an emergency department and still do."""
    place = made.organisations.prescribers["sub_icb"]
    out = np.ones(len(codes))
    for touched, factor in holding(made.organisations, list(made.months), "nhs_111_sent_to_ae", month):
        out[np.isin(codes, place.filter(pl.Series(touched)).unique().to_list())] *= factor
    return out


def mental_health(made: Economy, month: int) -> pl.DataFrame:
    """Mental-health services of one month by commissioner, in the columns of the published file that are read."""
    rng, (codes, _, people) = _rng(made, 55, month), _places(made, month)
    rows = [
        (f"{made.months[month]:%d/%m/%Y}", "Sub ICB - GP Practice or Residence", code, measure, str(int(rng.poisson(size / 1000 * rate))))
        for code, size in zip(codes, people, strict=True)
        for measure, rate in MENTAL.items()
    ]  # fmt: skip
    columns = ["REPORTING_PERIOD_START", "BREAKDOWN", "PRIMARY_LEVEL", "MEASURE_ID", "MEASURE_VALUE"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def _surveys(made: Economy, months: range, folder: Path) -> list[Path]:
    """GPPS_<year>_Practice_data.csv for each March among the months."""
    paths = []
    for month in (each for each in months if made.months[each].month == 3):
        rng, there = _rng(made, 56, month), np.flatnonzero(_size(made, month))
        asked = rng.integers(80, 140, len(there))
        columns = {"ad_practicecode": made.organisations.prescribers["code"].gather(there)}
        for name, mean in GOOD.items():
            share = np.clip(
                mean + rng.normal(0, 0.02, len(there)) + np.log(_habit(made, 57)[there]), 0.05, 0.98
            )
            columns[f"{name}.pcteval"] = np.round(rng.binomial(asked, share) / asked, 6)
            columns[f"{name}.baseevalw"] = asked
        paths.append(folder / f"GPPS_{made.months[month].year}_Practice_data.csv")
        pl.DataFrame(columns).write_csv(paths[-1])
    return paths
