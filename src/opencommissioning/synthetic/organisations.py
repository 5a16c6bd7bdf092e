"""Invented organisations in the true form of their codes: regions, ICBs, sub-ICB locations, PCNs, prescribers.

No code here belongs to anybody: practices are X8…, sub-ICB locations 9A1 …, ICBs QZ…, regions Y9…, PCNs U98….
The first sub-ICB location (9A1) is *home*; it and its seven neighbours share the two ICBs of the first region.
"""

from dataclasses import dataclass
from datetime import date
from string import ascii_uppercase

import numpy as np
import polars as pl

from opencommissioning.errors import OpenCommissioningError
from opencommissioning.synthetic.areas import area_sizes, areas, networks, place_names

GP, OUT_OF_HOURS, HOSPICE, PRISON, URGENT_CARE = 4, 2, 13, 25, 12
# Positions in the home area (or in the first neighbour) of practices that something happens to.
ROLES = {
    "university": 1, "homeless": 2, "dispensing": 3, "tiny": 4, "merged": 5, "successor": 6, "opening": 7,
    "pcn_mover": 8, "habit_broad_spectrum": 9, "habit_opioids": 10, "habit_antibiotics_low": 11, "step": 12,
    "missing_a": 13, "missing_b": 14, "brand_switch": 15, "care_home": 16,
}  # fmt: skip
NEIGHBOUR_ROLES = {"closing": 0, "habit_antibiotics_high": 1}
KINDS = (
    "Surgery", "Medical Centre", "Medical Practice", "Health Centre", "Family Practice", "Group Practice",
)  # fmt: skip
STREETS = (
    "High Street", "Station Road", "Church Lane", "Mill Road", "Market Place", "Priory Way",
    "Quay Street",
)  # fmt: skip


@dataclass(frozen=True)
class Organisations:
    """Frames of an invented geography; `prescribers` rows are in the order of every practice array.

    sub_icbs: code, name, icb, region, size · icbs: code, name, region · regions: code, name
    pcns: code, name, sub_icb, locality
    prescribers: code, name, address, town, postcode, sub_icb, pcn (as first joined), setting, role,
                 opened, closed (dates), wales, status
    """

    regions: pl.DataFrame
    icbs: pl.DataFrame
    sub_icbs: pl.DataFrame
    pcns: pl.DataFrame
    prescribers: pl.DataFrame
    home: str

    @property
    def practices(self) -> pl.DataFrame:
        """GP practices of the nation that have patients (setting 4, not Welsh, not dormant)."""
        return self.prescribers.filter(pl.col("role") != "other")

    def by_role(self, role: str) -> str:
        """The code of the one practice with this role."""
        return self.prescribers.filter(pl.col("role") == role)["code"].item()


def organisations(practices: int, months: list[date], rng: np.random.Generator) -> Organisations:
    """The geography for a number of GP practices (at least 40) over these months."""
    if practices < 40:
        raise OpenCommissioningError(
            f"a synthetic economy needs at least 40 practices; {practices} were asked for"
        )
    sizes = area_sizes(practices)
    names = iter(place_names(rng, len(sizes) * 2 + practices * 2 + 60))
    regions, icbs, sub_icbs = areas(sizes, names)
    pcns, member = networks(sub_icbs, names)
    home = sub_icbs["code"][0]
    people = practice_frame(sub_icbs, member, months, names, rng)
    other = other_prescribers(sub_icbs, names, months[-1])
    return Organisations(regions, icbs, sub_icbs, pcns, pl.concat([people, other], how="vertical"), home)


def practice_frame(sub_icbs, member, months, names, rng) -> pl.DataFrame:
    """One row per GP practice with patients, home first."""
    rows, number = [], 81001
    for area, (code, size) in enumerate(sub_icbs.select("code", "size").iter_rows()):
        town = next(names).upper()
        for i in range(size):
            role = role_of(area, i)
            opened, closed = life(role, months)
            street = f"{rng.integers(1, 200)} {STREETS[rng.integers(len(STREETS))].upper()}"
            name = f"{next(names).upper()} {KINDS[rng.integers(len(KINDS))].upper()}"
            status = "A" if closed is None or closed > months[-1] else "C"
            place = (street, town, postcode(area, i))
            rows.append(
                (f"X{number}", name, *place, code, member[area][i], GP, role, opened, closed, False, status)
            )
            number += 1
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


SCHEMA = {
    "code": pl.String, "name": pl.String, "address": pl.String, "town": pl.String, "postcode": pl.String,
    "sub_icb": pl.String, "pcn": pl.String, "setting": pl.Int32, "role": pl.String, "opened": pl.Date,
    "closed": pl.Date, "wales": pl.Boolean, "status": pl.String,
}  # fmt: skip


def role_of(area: int, position: int) -> str:
    """The role of the n-th practice of an area, `ordinary` for most."""
    roles = ROLES if area == 0 else NEIGHBOUR_ROLES if area == 1 else {}
    return next((role for role, at in roles.items() if at == position), "ordinary")


def life(role: str, months: list[date]) -> tuple[date, date | None]:
    """Opening and closing dates; a practice that closes does so on the day before a month begins."""
    before = date(1974, 4, 1)
    if role == "opening":
        return months[event_month(months, 0.2)], None
    if role == "merged":
        return before, day_before(months[event_month(months, 0.3)])
    if role == "closing":
        return before, day_before(months[event_month(months, 0.35)])
    return before, None


def event_month(months: list[date], share: float) -> int:
    """The index of the month at this share of the period."""
    return int(len(months) * share)


def day_before(day: date) -> date:
    """The last day of the month before a first day."""
    return date.fromordinal(day.toordinal() - 1)


def postcode(area: int, position: int) -> str:
    """A postcode in an area (ZZ) that the Royal Mail does not use."""
    return f"ZZ{area % 99 + 1} {position % 9 + 1}{ascii_uppercase[position // 26 % 26]}{ascii_uppercase[position % 26]}"


def other_prescribers(sub_icbs: pl.DataFrame, names, last: date) -> pl.DataFrame:
    """Codes in the register that are not practices with patients: other settings, Wales, dormant, unidentified.

    One opens in the last month, so that the register's latest date shows when it was taken.
    """
    first, second = sub_icbs["code"][0], sub_icbs["code"][1]
    old = date(2001, 4, 1)

    def row(code, name, sub_icb, setting, wales=False, status="A", opened=old):
        place = ("1 STATION ROAD", next(names).upper(), "ZZ99 3ZZ")
        return (code, name, *place, sub_icb, "", setting, "other", opened, None, wales, status)

    rows = [
        row("X80901", "FENWATER OUT OF HOURS SERVICE", first, OUT_OF_HOURS),
        row("X80902", "URGENT CARE OUT OF HOURS", second, OUT_OF_HOURS),
        row("X80903", "ST BRANNOC HOSPICE", first, HOSPICE),
        row("X80904", "HMP STANNEL", first, PRISON),
        row("X80905", "LARKSTOW SURGERY", first, GP, status="D"),
        row("X80906", "RAVENHAM SURGERY", second, GP, status="D"),
        row("X80907", "FENWATER URGENT TREATMENT CENTRE", first, URGENT_CARE, opened=last),
        *[row(f"W9800{i}", f"Y FEDDYGFA {i}", "7Z1", GP, wales=True) for i in range(1, 6)],
        row(f"{first}998", "UNIDENTIFIED DOCTORS", first, 0, status="U"),
        row("-", "UNIDENTIFIED DOCTORS", "-", 0, status="U"),
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
