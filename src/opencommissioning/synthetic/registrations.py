"""Patients registered at a GP practice: five-year bands each month, and the yearly map of practices."""

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.synthetic.epd_layout import ICB, ccg_name
from opencommissioning.synthetic.model import Economy
from opencommissioning.synthetic.population import BANDS
from opencommissioning.synthetic.register import memberships

PUBLICATION = "GP_PRAC_PAT_LIST"
COLUMNS = [
    "PUBLICATION",
    "EXTRACT_DATE",
    "ORG_TYPE",
    "ORG_CODE",
    "ONS_CODE",
    "POSTCODE",
    "SEX",
    "AGE_GROUP_5",
    "NUMBER_OF_PATIENTS",
]


def extract_date(month: date) -> str:
    """`01SEP2017`."""
    return f"{month:%d%b%Y}".upper()


def write_quinary(made: Economy, month: int, folder: Path) -> Path | None:
    """Patients by sex and five-year band; None in the month whose file is missing."""
    when = made.months[month]
    if any(t.kind == "missing_file" and t.month == when for t in made.truths):
        return None
    people = made.organisations.prescribers
    lists = made.population.lists[:, month]
    open_now = np.flatnonzero(lists.sum((1, 2)) > 0)
    frame = pl.concat([practice_rows(people, lists, open_now), area_rows(made, lists)])
    frame = frame.select(
        pl.lit(PUBLICATION).alias("PUBLICATION"), pl.lit(extract_date(when)).alias("EXTRACT_DATE"), pl.all()
    )
    path = folder / f"gp-reg-pat-prac-quin-age_{when:%Y%m}.csv"
    frame.select(COLUMNS).write_csv(path)
    return path


def cells(lists: np.ndarray) -> tuple[list[tuple[str, str]], np.ndarray]:
    """(sex, band) labels and counts [organisation, label]: ALL, women by band and in all, men by band and in all."""
    labels = [("ALL", "ALL")] + [(sex, band) for sex in ("FEMALE", "MALE") for band in [*BANDS, "ALL"]]
    by_sex = [np.concatenate([lists[:, s], lists[:, s].sum(1, keepdims=True)], axis=1) for s in (1, 0)]
    return labels, np.concatenate([lists.sum((1, 2))[:, None], *by_sex], axis=1)


def long(
    kind: str, codes: list[str], ons: list[str], postcodes: list[str], lists: np.ndarray
) -> pl.DataFrame:
    """Long rows of one kind of organisation; bands without patients are left out, as published."""
    labels, counts = cells(lists)
    org, label = np.nonzero(counts)
    sex, band = zip(*labels, strict=True)
    return pl.DataFrame({
        "ORG_TYPE": pl.Series([kind]).new_from_index(0, len(org)), "ORG_CODE": pl.Series(codes).gather(org),
        "ONS_CODE": pl.Series(ons).gather(org), "POSTCODE": pl.Series(postcodes).gather(org),
        "SEX": pl.Series(sex).gather(label), "AGE_GROUP_5": pl.Series(band).gather(label),
        "NUMBER_OF_PATIENTS": counts[org, label],
    })  # fmt: skip


def practice_rows(people: pl.DataFrame, lists: np.ndarray, chosen: np.ndarray) -> pl.DataFrame:
    """Rows of the practices that are open."""
    own = people[chosen]
    return long("GP", own["code"].to_list(), [""] * len(own), own["postcode"].to_list(), lists[chosen])


def area_rows(made: Economy, lists: np.ndarray) -> pl.DataFrame:
    """Rows of the sub-ICB locations, which repeat what the practices say."""
    areas = made.organisations.sub_icbs["code"].to_list()
    home = made.organisations.prescribers["sub_icb"].to_list()
    sums = np.stack([lists[[c == area for c in home]].sum(0) for area in areas])
    return long("SUB_ICB_LOCATION", areas, [ons("E38", a) for a in areas], [""] * len(areas), sums)


def ons(stem: str, code: str) -> str:
    """An invented nine-character code in the form of the ONS."""
    return f"{stem}9{sum(ord(c) * 37**i for i, c in enumerate(reversed(code))) % 100000:05d}"


def map_columns(month: date) -> list[str]:
    """Column names of the practice map: CCG and STP until June 2022, then sub-ICB location and ICB."""
    lower, upper = ("SUB_ICB_LOCATION", "ICB") if month >= ICB else ("CCG", "STP")
    first = [
        "PUBLICATION",
        "EXTRACT_DATE",
        "PRACTICE_CODE",
        "PRACTICE_NAME",
        "PRACTICE_POSTCODE",
        "PCN_CODE",
        "PCN_NAME",
    ]
    areas = [
        w
        for level in (lower, upper, "COMM_REGION")
        for w in (f"ONS_{level}_CODE", f"{level}_CODE", f"{level}_NAME")
    ]
    return first + areas


def write_map(made: Economy, month: int, folder: Path) -> Path:
    """Practice → PCN → sub-ICB location → ICB → region, as it was in one month; `U` is no PCN."""
    orgs, when = made.organisations, made.months[month]
    member = memberships(made).filter(
        pl.col("start") <= when, pl.col("end").is_null() | (pl.col("end") >= when)
    )
    people = orgs.practices.filter(
        pl.col("opened") <= when, pl.col("closed").is_null() | (pl.col("closed") >= when)
    )
    rows = people.drop("pcn").join(member.select("code", "pcn"), on="code", how="left", maintain_order="left")
    rows = rows.join(
        orgs.pcns.select(pcn="code", pcn_name="name"), on="pcn", how="left", maintain_order="left"
    )
    areas = {r["code"]: area_words(r, orgs, when) for r in orgs.sub_icbs.iter_rows(named=True)}
    path = folder / f"gp-reg-pat-prac-map_{when:%Y%m}.csv"
    body = [
        [
            PUBLICATION,
            f"{when:%d%b%Y}",
            r["code"],
            r["name"],
            r["postcode"],
            r["pcn"] or "U",
            r["pcn_name"] or "UNALLOCATED",
            *areas[r["sub_icb"]],
        ]
        for r in rows.iter_rows(named=True)
    ]
    pl.DataFrame(body, schema=map_columns(when), orient="row").write_csv(path)
    return path


def area_words(area: dict, orgs, when: date) -> list[str]:
    """The nine area columns of one sub-ICB location."""
    icb = dict(orgs.icbs.select("code", "name").iter_rows())[area["icb"]]
    region = dict(orgs.regions.select("code", "name").iter_rows())[area["region"]]
    name = area["name"] if when >= ICB else ccg_name(area["place"])
    return [
        ons("E38", area["code"]),
        area["code"],
        name,
        ons("E54", area["icb"]),
        area["icb"],
        icb,
        ons("E40", area["region"]),
        area["region"],
        region,
    ]
