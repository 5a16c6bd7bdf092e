"""Episodes of the invented people in HES field names: the admissions that are counted elsewhere, one by one."""

from bisect import bisect
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.catalogue.period import last_day
from opencommissioning.synthetic.codings import CODINGS, FALLBACK, Coding
from opencommissioning.synthetic.conditions import REASONS
from opencommissioning.synthetic.hospital import spells
from opencommissioning.synthetic.model import Economy

METHOD = {"emergency": "21", "elective": "11", "maternity": "31"}
NO_DATE = "1800-01-01"
EARLY = {3: 1, 5: 1, 8: 2}  # by the stay's number: nights before the operation
WITHIN = 30  # days of an earlier discharge, for those who come back
HEADING = (
    "EPIKEY", "PSEUDO_HESID", "PROCODE3", "GPPRAC", "ADMIDATE", "DISDATE", "EPISTART", "EPIEND", "EPIORDER", "EPISTAT", "EPITYPE", "ADMIMETH",
    "ADMISORC", "DISDEST", "DISMETH", "CLASSPAT", "STARTAGE", "SEX", "TRETSPEF", "DIAG_4_01", "DIAG_4_CONCAT", "OPERTN_4_01",
    "OPERTN_4_CONCAT", "SUSHRG", "OPDATE_01",
)  # fmt: skip


def write_episodes(made: Economy, practices: Sequence[str], months: Sequence[int], folder: Path) -> Path:
    """hes_episodes.csv: every admission of these practices' patients in these months (numbers), in the layout of HES."""
    path = folder / "hes_episodes.csv"
    rows = _rows(made, practices, months)
    pl.DataFrame(rows, schema=dict.fromkeys(HEADING, pl.String), orient="row").write_csv(path)
    return path


def _rows(made: Economy, practices: Sequence[str], months: Sequence[int]) -> list[tuple]:
    codes = made.organisations.prescribers["code"].to_list()
    wanted = [number for number, code in enumerate(codes) if code in set(practices)]
    rng = np.random.default_rng([made.seed, 12])
    out: list[tuple] = []
    seen: dict[tuple, dict] = {}
    for month in months:
        drawn = spells(made, month).filter(pl.col("prescriber").is_in(wanted))
        start = made.months[month]
        days = np.sort(rng.integers(0, last_day(start).day, drawn.height)).tolist()
        chance = rng.random((drawn.height, 2)).tolist()
        shuffled = drawn.sample(fraction=1, shuffle=True, seed=month)
        for day, luck, spell in zip(days, chance, shuffled.iter_rows(named=True), strict=True):
            admitted = start + timedelta(day)
            person = _person(seen, spell, admitted, len(out))
            left = admitted + timedelta(spell["nights"])
            if not spell["died"]:
                seen.setdefault(_alike(spell), {})[person] = left
            still = left > last_day(made.months[-1])  # in hospital when the file was made
            out.append(
                _row(
                    spell,
                    codes[spell["prescriber"]],
                    person,
                    admitted,
                    None if still else left,
                    len(out),
                    luck,
                )
            )
    return out


def _alike(spell: dict) -> tuple:
    return spell["prescriber"], spell["sex"], spell["band"]


def _person(seen: dict, spell: dict, admitted: date, number: int) -> str:
    """Who comes back was discharged lately (not today: two admissions of a day are one spell), from the same practice, of the same sex and age; everybody else is somebody new."""
    if spell["returned"]:
        for person, left in reversed(seen.get(_alike(spell), {}).items()):
            if timedelta(1) <= admitted - left <= timedelta(WITHIN):
                return person
    return f"INVENTED{number:08d}"


def _row(
    spell: dict, practice: str, person: str, admitted: date, left: date | None, number: int, luck: list[float]
) -> tuple:
    """A row of the file; an unfinished stay has HES's own date for none."""
    reason = REASONS[spell["reason"]]
    age = 5 * spell["band"] + int(5 * luck[0])
    coding = _coding(spell["reason"], age, spell["sex"], luck[1])
    procedures = coding.procedures.split()
    end = str(left) if left else NO_DATE
    destination, how = ("79", "4") if spell["died"] else ("19", "1")
    destination, how = (destination, how) if left else ("98", "8")
    return (
        f"E{number:09d}", person, "RZ1", practice, str(admitted), end, str(admitted), end, "1", "3" if left else "1",
        "2" if reason.kind == "maternity" else "1", coding.method, "54" if spell["care_home"] else "19",
        destination, how, "2" if reason.day_case else "1", str(age), str(spell["sex"] + 1),
        "300", coding.diagnoses.split()[0], coding.diagnoses.replace(" ", ","), procedures[0] if procedures else "-",
        ",".join(procedures) or "-", coding.hrg, _operated_on(admitted, spell["nights"], number) if procedures else NO_DATE,
    )  # fmt: skip


def _operated_on(admitted: date, nights: int, number: int) -> str:
    """The day of the operation: for a few stays that have them one or two nights after admission, for the others at once."""
    waited = EARLY.get(number % len(REASONS), 0)
    return str(admitted + timedelta(min(waited, nights)))


def _coding(reason: int, age: int, sex: int, luck: float) -> Coding:
    fits, upto = _ways(reason, age, sex)
    return fits[bisect(upto, luck * upto[-1])]


@cache
def _ways(reason: int, age: int, sex: int) -> tuple[tuple[Coding, ...], list[float]]:
    """The ways in which a reason is coded at an age and sex, and the sums of their shares so far."""
    told = REASONS[reason]
    ways = CODINGS.get(told.name) or (Coding(1, told.diagnosis, method=METHOD[told.kind]),)
    fits = tuple(each for each in ways if each.sex in (None, sex) and each.from_age <= age <= each.to_age)
    fits = fits or (FALLBACK[told.kind],)
    return fits, list(accumulate(each.share for each in fits))
