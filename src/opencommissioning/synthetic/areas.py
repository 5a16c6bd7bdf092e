"""Invented regions, ICBs, sub-ICB locations and PCNs, and names for places that do not exist."""

from collections.abc import Iterator
from string import ascii_uppercase

import numpy as np
import polars as pl

NEIGHBOURS = 7
LOCALITIES = (
    "Fenwater", "Harrowmere", "Stannel",
)  # fmt: skip
COMPASS = (
    "NORTH", "SOUTH", "EAST", "WEST", "MID", "HIGH", "LOW",
)  # fmt: skip
FIRST = (
    "Alder", "Amber", "Ash", "Beck", "Birch", "Bram", "Burn", "Cold", "Copper", "Crane", "Dove", "Elder",
    "Elm", "Fair", "Fern", "Fox", "Glen", "Gold", "Hazel", "Heron", "High", "Holly", "Iron", "Kestrel",
    "Lark", "Lime", "Long", "Mill", "Moor", "Moss", "New", "North", "Oak", "Otter", "Over", "Pear",
    "Pine", "Quarry", "Raven", "Red", "Rook", "Rose", "Rowan", "Salter", "Silver", "Stone", "Swan",
    "Thorn", "Under", "Wether", "White", "Willow", "Winter", "Wren", "Yew",
)  # fmt: skip
SECOND = (
    "acre", "barrow", "beck", "bourne", "bridge", "brook", "by", "cester", "combe", "cote", "croft",
    "dale", "den", "field", "ford", "gate", "ham", "hill", "holme", "hurst", "ley", "lock", "marsh",
    "mere", "mouth", "ness", "pool", "port", "shaw", "stead", "stow", "thorpe", "ton", "wade", "wick",
    "wold", "worth", "yard",
)  # fmt: skip


def place_names(rng: np.random.Generator, count: int) -> list[str]:
    """Distinct invented place names; numbered from the second round when there are more places than names."""
    pairs = [f + s for f in FIRST for s in SECOND]
    order = rng.permutation(len(pairs))
    return [
        pairs[order[i % len(pairs)]] + ("" if i < len(pairs) else f" {i // len(pairs) + 1}")
        for i in range(count)
    ]


def area_sizes(practices: int) -> list[int]:
    """Practices in each sub-ICB location: home first (55, fewer in a very small nation), then the others evenly."""
    home = 55 if practices >= 160 else max(18, practices // 3)
    others = NEIGHBOURS + max(4, round((practices - home) / 60) - NEIGHBOURS)
    base, extra = divmod(practices - home, others)
    return [home] + [base + (i < extra) for i in range(others)]


def areas(sizes: list[int], names: Iterator[str]) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Regions, ICBs and sub-ICB locations, home in the first of each."""
    icb_of, region_of = shape(len(sizes))
    rows = [
        (f"9{ascii_uppercase[i // 9]}{i % 9 + 1}", next(names), icb_of[i], region_of[icb_of[i]], size)
        for i, size in enumerate(sizes)
    ]
    found = pl.DataFrame(rows, schema=["code", "place", "icb", "region", "size"], orient="row")
    found = found.with_columns(icb=letters("QZ", found["icb"]), region=letters("Y9", found["region"]))
    icbs = found.group_by("icb", maintain_order=True).agg(pl.col("place", "region").first())
    title = "NHS " + pl.col("place").str.to_uppercase() + " VALE INTEGRATED CARE BOARD"
    icbs = icbs.select(title.alias("name"), code="icb", region="region")
    regions = icbs.select(code=pl.col("region").unique(maintain_order=True))
    regions = regions.with_columns(name=pl.Series(COMPASS[: len(regions)]) + " REACH")
    short = icbs.select(icb="code", short=pl.col("name").str.replace(" INTEGRATED CARE BOARD", " ICB"))
    found = found.join(short, on="icb", maintain_order="left")
    return regions, icbs, found.with_columns(name=pl.col("short") + " - " + pl.col("code")).drop("short")


def shape(count: int) -> tuple[list[int], list[int]]:
    """The ICB of each sub-ICB location and the region of each ICB: home and its neighbours are two ICBs of the first region."""
    others = count - 8
    each = max(2, -(-others // 30))
    icb_of = [i // 4 if i < 8 else 2 + (i - 8) // each for i in range(count)]
    more = icb_of[-1] - 1
    return icb_of, [0, 0, *(1 + i * min(6, more) // more for i in range(more))]


def letters(stem: str, numbers: pl.Series) -> pl.Series:
    """`QZA`, `QZB` … and digits after Z."""
    return pl.Series([stem + (ascii_uppercase + "0123456789")[n] for n in numbers])


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
