"""Waiting lists of invented hospitals, one for each of the home area's sub-ICB locations, as an RTT full extract of the last year."""

import csv
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.catalogue.period import last_day, spoken
from opencommissioning.catalogue.waiting import FUNCTIONS, TOTAL_FUNCTION
from opencommissioning.synthetic.hospital_truths import WAITS, HospitalTruth, hospital_truths
from opencommissioning.synthetic.model import Economy

MONTHS, WARM_UP, BANDS = WAITS, 80, 105
SPECIALTIES = {  # code → (clock starts a week for 100,000 people, share admitted, capacity over starts)
    "100": (30, 0.45, 0.93),
    "110": (45, 0.5, 0.9),
    "120": (35, 0.25, 0.92),
    "130": (50, 0.35, 0.95),
    "330": (30, 0.2, 0.97),
    "502": (28, 0.35, 0.94),
}
LEAVING, DECIDED = 0.002, 0.3
PEOPLE = 100_000
HEADING = (
    "Period", "Provider Parent Org Code", "Provider Parent Name", "Provider Org Code", "Provider Org Name",
    "Commissioner Parent Org Code", "Commissioner Parent Name", "Commissioner Org Code", "Commissioner Org Name",
    "RTT Part Type", "RTT Part Description", "Treatment Function Code", "Treatment Function Name",
)  # fmt: skip
HOSPITALS = 8  # of the first sub-ICB locations, one each
BAND_NAMES = [*(f"Gt {week:02d} To {week + 1:02d} Weeks SUM 1" for week in range(BANDS - 1)), "Gt 104 Weeks SUM 1"]  # fmt: skip
ENDING = ("Total", "Patients with unknown clock start date", "Total All")


def write_waits(made: Economy, folder: Path) -> Path:
    """RTT-full-extract.csv: twelve months, or as many as the economy has."""
    path = folder / "RTT-full-extract.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*HEADING, *BAND_NAMES, *ENDING])
        for place, row in enumerate(made.organisations.sub_icbs.head(HOSPITALS).iter_rows(named=True)):
            every = {specialty: _lines(made, place, specialty) for specialty in SPECIALTIES}
            for specialty, lines in every.items():
                for period, parts in lines:
                    _write(writer, period, place, row, parts, f"C_{specialty}", FUNCTIONS[specialty])
            _write_totals(writer, place, row, list(every.values()))
    return path


def hospital_of(place: int) -> tuple[str, str]:
    """Code and name of the invented hospital at a location's place (no such codes are in use)."""
    return f"RZ{place + 1}", f"INVENTED HOSPITAL {place + 1}"


def course(made: Economy, place: int, specialty: str) -> list[tuple[np.ndarray, np.ndarray, int]]:
    """Month by month: the list by weeks waited at its end, treatments in it by weeks waited, clock starts. Whole people."""
    rng = np.random.default_rng([made.seed, 77, place, int(specialty)])
    starts, _, share = SPECIALTIES[specialty]
    starts = starts * made.organisations.sub_icbs["size"][place] / made.organisations.sub_icbs["size"].mean()
    planted = _planted(made, place, specialty)
    slots = starts * share * _factor(planted, "gynaecology_capacity", made.months[-1])
    state = np.zeros(BANDS, np.int64)
    for _ in range(WARM_UP):
        state, _, _ = week(rng, state, starts, slots)
    out = []
    for month in made.months[-MONTHS:]:
        referred = starts * _factor(planted, "gynaecology_referrals", month)
        treated, started = np.zeros(BANDS, np.int64), 0
        for _ in range(round(last_day(month).day / 7)):
            state, seen, new = week(rng, state, referred, slots)
            treated, started = treated + seen, started + new
        out.append((state, treated, started))
    return out


def _planted(made: Economy, place: int, specialty: str) -> list[HospitalTruth]:
    """What is planted about a specialty in the practices of a place."""
    orgs = made.organisations
    here = orgs.practices.filter(pl.col("sub_icb") == orgs.sub_icbs["code"][place])["code"][0]
    every = hospital_truths(orgs, list(made.months))
    return [each for each in every if each.reason == specialty and here in each.organisations]


def _factor(planted: list[HospitalTruth], what: str, month: date) -> float:
    """By what a month's amount is multiplied; 1 where nothing is planted."""
    return float(np.prod([each.factor for each in planted if each.what == what and each.month <= month]))


def week(
    rng: np.random.Generator, state: np.ndarray, starts: float, slots: float
) -> tuple[np.ndarray, np.ndarray, int]:
    """A week of a list by weeks waited: the list at its end, who was treated, how many joined. Slots go by chance, the longest likelier."""
    new = int(rng.poisson(starts))
    older = np.r_[new, state[:-2], state[-2] + state[-1]]
    older = older - rng.binomial(older, LEAVING)
    chance = older * np.linspace(0.6, 2.2, BANDS)
    wanted = rng.poisson(slots) * chance / max(chance.sum(), 1e-9)
    seen = np.minimum(np.floor(wanted + rng.random(BANDS)).astype(np.int64), older)
    return older - seen, seen, new


def _lines(made: Economy, place: int, specialty: str) -> list[tuple[str, dict[str, np.ndarray | int]]]:
    """period → part → counts by week, or clock starts."""
    admitted = SPECIALTIES[specialty][1]
    out = []
    for month, (waiting, treated, started) in zip(made.months[-MONTHS:], course(made, place, specialty), strict=True):  # fmt: skip
        inside = np.floor(treated * admitted).astype(np.int64)
        decided = np.floor(waiting * DECIDED).astype(np.int64)
        parts = {"Part_1A": inside, "Part_1B": treated - inside, "Part_2": waiting, "Part_2A": decided, "Part_3": started}  # fmt: skip
        out.append((f"RTT-{spoken(month).replace(' ', '-')}", parts))
    return out


def _write_totals(writer, place: int, row: dict, every: list) -> None:
    for same in zip(*every, strict=True):
        parts = {part: sum(counts[part] for _, counts in same) for part in same[0][1]}
        _write(writer, same[0][0], place, row, parts, f"C_{TOTAL_FUNCTION}", "Total")


def _write(writer, period: str, place: int, row: dict, parts: dict, code: str, name: str) -> None:
    hospital, title = hospital_of(place)
    where = [period, row["icb"], "", hospital, title, row["icb"], "", row["code"], row["name"].upper()]
    for part, counts in parts.items():
        told = [*([""] * (BANDS + 1)), "", counts] if part == "Part_3" else [*counts, counts.sum(), 0, counts.sum()]  # fmt: skip
        writer.writerow([*where, part, "", code, name, *told])
