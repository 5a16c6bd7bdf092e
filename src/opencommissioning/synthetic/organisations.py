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

GP, OUT_OF_HOURS, HOSPICE, PRISON = 4, 2, 13, 25
NEIGHBOURS = 7
LOCALITIES = ("Fenwater", "Harrowmere", "Stannel")
# Positions in the home area (or in the first neighbour) of practices that something happens to.
ROLES = {
    "university": 1, "homeless": 2, "dispensing": 3, "tiny": 4, "merged": 5, "successor": 6, "opening": 7,
    "pcn_mover": 8, "habit_broad_spectrum": 9, "habit_opioids": 10, "habit_antibiotics_low": 11, "step": 12,
    "missing_a": 13, "missing_b": 14, "brand_switch": 15, "care_home": 16,
}  # fmt: skip
NEIGHBOUR_ROLES = {"closing": 0, "habit_antibiotics_high": 1}
FIRST = [
    "Alder",
    "Amber",
    "Ash",
    "Beck",
    "Birch",
    "Bram",
    "Burn",
    "Cold",
    "Copper",
    "Crane",
    "Dove",
    "Elder",
    "Elm",
    "Fair",
    "Fern",
    "Fox",
    "Glen",
    "Gold",
    "Hazel",
    "Heron",
    "High",
    "Holly",
    "Iron",
    "Kestrel",
    "Lark",
    "Lime",
    "Long",
    "Mill",
    "Moor",
    "Moss",
    "New",
    "North",
    "Oak",
    "Otter",
    "Over",
    "Pear",
    "Pine",
    "Quarry",
    "Raven",
    "Red",
    "Rook",
    "Rose",
    "Rowan",
    "Salter",
    "Silver",
    "Stone",
    "Swan",
    "Thorn",
    "Under",
    "Wether",
    "White",
    "Willow",
    "Winter",
    "Wren",
    "Yew",
]
SECOND = [
    "acre",
    "barrow",
    "beck",
    "bourne",
    "bridge",
    "brook",
    "by",
    "cester",
    "combe",
    "cote",
    "croft",
    "dale",
    "den",
    "field",
    "ford",
    "gate",
    "ham",
    "hill",
    "holme",
    "hurst",
    "ley",
    "lock",
    "marsh",
    "mere",
    "mouth",
    "ness",
    "pool",
    "port",
    "shaw",
    "stead",
    "stow",
    "thorpe",
    "ton",
    "wade",
    "wick",
    "wold",
    "worth",
    "yard",
]
KINDS = (
    "Surgery",
    "Medical Centre",
    "Medical Practice",
    "Health Centre",
    "Family Practice",
    "Group Practice",
)
STREETS = (
    "High Street",
    "Station Road",
    "Church Lane",
    "Mill Road",
    "Market Place",
    "Priory Way",
    "Quay Street",
)


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


def place_names(rng: np.random.Generator, count: int) -> list[str]:
    """Distinct invented place names; numbered from the second round when there are more places than names."""
    pairs = [f + s for f in FIRST for s in SECOND]
    order = rng.permutation(len(pairs))
    return [
        pairs[order[i % len(pairs)]] + ("" if i < len(pairs) else f" {i // len(pairs) + 1}")
        for i in range(count)
    ]


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
    other = other_prescribers(sub_icbs, names)
    return Organisations(regions, icbs, sub_icbs, pcns, pl.concat([people, other], how="vertical"), home)


def area_sizes(practices: int) -> list[int]:
    """Practices in each sub-ICB location: home first (55, fewer in a very small nation), then the others evenly."""
    home = 55 if practices >= 160 else max(18, practices // 3)
    others = NEIGHBOURS + max(4, round((practices - home) / 60) - NEIGHBOURS)
    base, extra = divmod(practices - home, others)
    return [home] + [base + (i < extra) for i in range(others)]


def areas(sizes: list[int], names) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Regions, ICBs and sub-ICB locations: four locations to an ICB, six ICBs to a region, home's region has two ICBs."""
    rows = []
    for i, size in enumerate(sizes):
        icb = i // 4
        region = 0 if icb < 2 else 1 + (icb - 2) // 6
        code = f"9{ascii_uppercase[i // 9]}{i % 9 + 1}"
        rows.append((code, next(names), letter("QZ", icb), letter("Y9", region), size))
    found = pl.DataFrame(rows, schema=["code", "place", "icb", "region", "size"], orient="row")
    icbs = found.group_by("icb", maintain_order=True).agg(pl.col("place").first(), pl.col("region").first())
    icbs = icbs.select(
        code="icb",
        name="NHS " + pl.col("place").str.to_uppercase() + " VALE INTEGRATED CARE BOARD",
        region="region",
    )
    regions = icbs.group_by("region", maintain_order=True).agg(pl.len()).with_row_index("n")
    compass = [
        "NORTH REACH",
        "SOUTH REACH",
        "EAST REACH",
        "WEST REACH",
        "MID REACH",
        "HIGH REACH",
        "LOW REACH",
    ]
    regions = regions.select(code="region", name=pl.Series(compass[: len(regions)]))
    short = pl.col("name").str.replace(" INTEGRATED CARE BOARD", " ICB")
    joined = found.join(icbs.select(icb="code", icb_name=short), on="icb", maintain_order="left")
    sub_icbs = joined.select(
        "code", "place", "icb", "region", "size", name=pl.col("icb_name") + " - " + pl.col("code")
    )
    return regions, icbs, sub_icbs


def letter(stem: str, index: int) -> str:
    """`QZA`, `QZB` … and digits after Z."""
    return stem + (ascii_uppercase + "0123456789")[index]


def networks(sub_icbs: pl.DataFrame, names) -> tuple[pl.DataFrame, list[list[str]]]:
    """PCNs of about six practices, and for each sub-ICB location the PCN of its n-th practice."""
    rows, member = [], []
    for code, size in sub_icbs.select("code", "size").iter_rows():
        count = max(3, round(size / 6))
        own = [f"U{98001 + len(rows) + i}" for i in range(count)]
        for i, pcn in enumerate(own):
            place = LOCALITIES[i % 3] if code == sub_icbs["code"][0] else ""
            rows.append((pcn, f"{next(names).upper()} PCN", code, place.upper()))
        member.append([own[i * count // size] for i in range(size)])
    return pl.DataFrame(rows, schema=["code", "name", "sub_icb", "locality"], orient="row"), member


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
            rows.append(
                (
                    f"X{number}",
                    name,
                    street,
                    town,
                    postcode(area, i),
                    code,
                    member[area][i],
                    GP,
                    role,
                    opened,
                    closed,
                    False,
                    status,
                )
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
        return months[event_month(months, 0.4)], None
    if role == "merged":
        return before, day_before(months[event_month(months, 0.6)])
    if role == "closing":
        return before, day_before(months[event_month(months, 0.5)])
    return before, None


def event_month(months: list[date], share: float) -> int:
    """The index of the month at this share of the period."""
    return int(len(months) * share)


def day_before(day: date) -> date:
    """The last day of the month before a first day."""
    return date.fromordinal(day.toordinal() - 1)


def postcode(area: int, position: int) -> str:
    """A postcode in an area (ZZ) that the Royal Mail does not use."""
    return f"ZZ{area + 1} {position % 9 + 1}{ascii_uppercase[position // 26 % 26]}{ascii_uppercase[position % 26]}"


def other_prescribers(sub_icbs: pl.DataFrame, names) -> pl.DataFrame:
    """Codes in the register that are not practices with patients: other settings, Wales, dormant, unidentified."""
    first, second = sub_icbs["code"][0], sub_icbs["code"][1]
    old = date(2001, 4, 1)

    def row(code, name, sub_icb, setting, wales=False, status="A"):
        return (
            code,
            name,
            "1 STATION ROAD",
            next(names).upper(),
            "ZZ99 3ZZ",
            sub_icb,
            "",
            setting,
            "other",
            old,
            None,
            wales,
            status,
        )

    rows = [
        row("X80901", "FENWATER OUT OF HOURS SERVICE", first, OUT_OF_HOURS),
        row("X80902", "URGENT CARE OUT OF HOURS", second, OUT_OF_HOURS),
        row("X80903", "ST BRANNOC HOSPICE", first, HOSPICE),
        row("X80904", "HMP STANNEL", first, PRISON),
        row("X80905", "LARKSTOW SURGERY", first, GP, status="D"),
        row("X80906", "RAVENHAM SURGERY", second, GP, status="D"),
        *[row(f"W9800{i}", f"Y FEDDYGFA {i}", "7Z1", GP, wales=True) for i in range(1, 6)],
        row(f"{first}998", "UNIDENTIFIED DOCTORS", first, 0, status="U"),
        row("-", "UNIDENTIFIED DOCTORS", "-", 0, status="U"),
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
