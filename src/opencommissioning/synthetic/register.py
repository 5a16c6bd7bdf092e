"""The register of prescribers (epraccur), PCN membership, in the layouts of the Organisation Data Service."""

from datetime import date, datetime, time
from pathlib import Path

import polars as pl
import xlsxwriter

from opencommissioning.synthetic.model import Economy
from opencommissioning.synthetic.organisations import day_before
from opencommissioning.synthetic.truths import mover_pcns, pcn_move_month
from opencommissioning.synthetic.waits import HOSPITALS, hospital_of

PARTNER_COLUMNS = [
    "Partner Organisation Code", "Partner Name", "Practice Parent Sub ICB Location Code",
    "Practice Parent Sub ICB Location Name", "PCN Code", "PCN Name", "PCN Parent Sub ICB Location Code",
    "PCN Parent Sub ICB Location Name", "Practice to PCN Relationship Start Date",
    "Practice to PCN Relationship End Date", "Practice Sub ICB and PCN Sub ICB Match?",
]  # fmt: skip
PARTNER_SHEET = "PCN Core Partner Details"


def write_epraccur(made: Economy, folder: Path) -> Path:
    """`epraccur.csv`: 27 columns, every value quoted, no heading."""
    parents = {r["code"]: r for r in made.organisations.sub_icbs.iter_rows(named=True)}
    rows = [
        epraccur_row(p, parents.get(p["sub_icb"]))
        for p in made.organisations.prescribers.iter_rows(named=True)
        if p["code"] != "-"
    ]
    path = folder / "epraccur.csv"
    path.write_text("".join(",".join(f'"{v}"' for v in row) + "\n" for row in rows), encoding="latin-1")
    return path


def epraccur_row(person: dict, area: dict | None) -> list[str]:
    """The 27 values of one prescriber."""
    group, high = ("W00", "Q99") if person["wales"] else (area["region"], area["icb"])
    opened, closed = day(person["opened"]), day(person["closed"]) if person["status"] == "C" else ""
    address = [person["address"], person["town"], "", "", "", person["postcode"]]
    status = "A" if person["status"] == "U" else person["status"]
    parent = person["sub_icb"]
    words = [
        person["code"],
        person["name"],
        group,
        high,
        *address,
        opened,
        closed,
        status,
        "B",
        parent,
        opened,
        closed,
    ]
    return [*words, "01632 960000", "", "", "", "0", "", parent, "", str(person["setting"]), ""]


def write_eccg(made: Economy, folder: Path) -> Path:
    """`eccg.csv`: sub-ICB locations, 27 columns, no heading."""
    rows = [
        [
            a["code"],
            a["name"],
            a["region"],
            a["icb"],
            "1 MARKET PLACE",
            a["place"].upper(),
            "",
            "",
            "",
            "ZZ1 1ZZ",
            "20130401",
            "",
            "",
            "C",
        ]
        + [""] * 7
        + ["0"]
        + [""] * 5
        for a in made.organisations.sub_icbs.iter_rows(named=True)
    ]
    path = folder / "eccg.csv"
    path.write_text("".join(",".join(f'"{v}"' for v in row) + "\n" for row in rows), encoding="latin-1")
    return path


def write_etr(made: Economy, folder: Path) -> Path:
    """`etr.csv`: the invented hospitals whose waits are written, 27 columns, no heading."""
    places = range(min(HOSPITALS, made.organisations.sub_icbs.height))
    rows = []
    for place in places:
        code, name = hospital_of(place)
        area = made.organisations.sub_icbs.row(place, named=True)
        address = ["1 HOSPITAL ROAD", area["place"].upper(), "", "", "", "ZZ1 1ZZ"]
        rows.append(
            [code, name, area["region"], area["icb"], *address, "20010401", *[""] * 10, "0", *[""] * 5]
        )
    path = folder / "etr.csv"
    path.write_text("".join(",".join(f'"{v}"' for v in row) + "\n" for row in rows), encoding="latin-1")
    return path


def write_successions(made: Economy, folder: Path) -> Path:
    """`successions.csv`: old_code, new_code, date of every planted merger."""
    rows = [f"{t.organisations[0]},{t.organisations[1]},{t.month}" for t in made.truths if t.kind == "merger"]
    path = folder / "successions.csv"
    path.write_text("\n".join(["old_code,new_code,date", *rows, ""]))
    return path


def day(value: date | None) -> str:
    """`20220401`, or nothing."""
    return f"{value:%Y%m%d}" if value else ""


def memberships(made: Economy) -> pl.DataFrame:
    """Practice to PCN with dates (code, pcn, start, end), two rows for the practice that moved."""
    people = made.organisations.practices.filter(pl.col("pcn") != "")
    begun = date(2019, 10, 1)
    rows = people.select("code", "pcn", start=pl.max_horizontal("opened", pl.lit(begun)), end="closed")
    moved, (_, new) = pcn_move_month(list(made.months)), mover_pcns(made.organisations)
    mover = made.organisations.by_role("pcn_mover")
    left = pl.when(code=mover).then(pl.lit(day_before(moved))).otherwise(pl.col("end"))
    joined = rows.filter(code=mover).with_columns(pcn=pl.lit(new), start=pl.lit(moved))
    return pl.concat([rows.with_columns(end=left), joined]).sort("code", "start")


def write_partners(made: Economy, folder: Path) -> Path:
    """`epcncorepartnerdetails.xlsx`: one sheet, dates as numbers."""
    orgs = made.organisations
    names = dict(orgs.sub_icbs.select("code", "name").iter_rows())
    pcns = {r["code"]: r for r in orgs.pcns.iter_rows(named=True)}
    people = {r["code"]: r for r in orgs.practices.iter_rows(named=True)}
    path = folder / "epcncorepartnerdetails.xlsx"
    with xlsxwriter.Workbook(path) as book:
        # Without this the workbook holds the time of writing and no two are alike.
        book.set_properties({"created": datetime.combine(made.months[-1], time())})
        sheet = book.add_worksheet(PARTNER_SHEET)
        sheet.write_row(0, 0, PARTNER_COLUMNS)
        for n, (code, pcn, start, end) in enumerate(memberships(made).iter_rows(), 1):
            own, to = people[code]["sub_icb"], pcns[pcn]["sub_icb"]
            when = [int(day(start)), int(day(end)) if end else None, own == to]
            sheet.write_row(
                n,
                0,
                [code, people[code]["name"], own, names[own], pcn, pcns[pcn]["name"], to, names[to], *when],
            )
    return path
