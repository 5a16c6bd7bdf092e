"""English Prescribing Dataset, one file a month, in the layout of its month.

    to June 2022        26 columns, STP_NAME/STP_CODE, YEAR_MONTH 202206
    to February 2025    26 columns, ICB_NAME/ICB_CODE, YEAR_MONTH 202502
    to June 2025        26 columns, renamed, YEAR_MONTH 2025-03
    from July 2025      27 columns, renamed and SNOMED_CODE, text quoted, numbers such as "28."

NIC is whole pence; ACTUAL_COST is 0.93 NIC and 1.204p of container cost per item, exact in five decimals. Files are latin-1.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.synthetic.model import Economy, Prescribing, prescribing
from opencommissioning.synthetic.products import adqs_per_unit
from opencommissioning.synthetic.truths import RETIRED, REPLACEMENT

RENAMED, SNOMED, ICB = date(2025, 3, 1), date(2025, 7, 1), date(2022, 7, 1)
ACTUAL_PER_PENNY, ACTUAL_PER_ITEM = 930, 1204  # ACTUAL_COST in 1/100,000 pound per penny of NIC and per item
PLACE = [
    "PCO_NAME",
    "PCO_CODE",
    "PRACTICE_NAME",
    "PRACTICE_CODE",
    "ADDRESS_1",
    "ADDRESS_2",
    "ADDRESS_3",
    "ADDRESS_4",
    "POSTCODE",
]
CHEMICAL = ["BNF_CHEMICAL_SUBSTANCE", "CHEMICAL_SUBSTANCE_BNF_DESCR", "BNF_CODE", "BNF_DESCRIPTION"]
CHEMICAL_RENAMED = [
    "BNF_CHEMICAL_SUBSTANCE_CODE",
    "BNF_CHEMICAL_SUBSTANCE",
    "BNF_PRESENTATION_CODE",
    "BNF_PRESENTATION_NAME",
]
CHAPTERS = {
    "01": "Gastro-Intestinal System", "02": "Cardiovascular System", "03": "Respiratory System",
    "04": "Central Nervous System", "05": "Infections", "06": "Endocrine System",
    "07": "Obstetrics, Gynaecology and Urinary-Tract Disorders", "08": "Malignant Disease and Immunosuppression",
    "09": "Nutrition and Blood", "10": "Musculoskeletal and Joint Diseases", "11": "Eye",
    "12": "Ear, Nose and Oropharynx", "13": "Skin", "14": "Immunological Products and Vaccines", "15": "Anaesthesia",
    "19": "Other Drugs and Preparations", "20": "Dressings", "21": "Appliances", "22": "Incontinence Appliances",
    "23": "Stoma Appliances",
}  # fmt: skip


@dataclass(frozen=True)
class Money:
    """Exact whole numbers per row: NIC in pence, actual cost in 1/100,000 pound, quantity per item and in total."""

    nic: np.ndarray
    actual: np.ndarray
    quantity: np.ndarray
    total_quantity: np.ndarray


def header(month: date) -> list[str]:
    """Column names of the file of this month."""
    area = "ICB" if month >= ICB else "STP"
    chemical = CHEMICAL_RENAMED if month >= RENAMED else CHEMICAL
    adq = "ADQ_USAGE" if month >= RENAMED else "ADQUSAGE"
    first = ["YEAR_MONTH", "REGIONAL_OFFICE_NAME", "REGIONAL_OFFICE_CODE", f"{area}_NAME", f"{area}_CODE"]
    numbers = [
        "BNF_CHAPTER_PLUS_CODE",
        "QUANTITY",
        "ITEMS",
        "TOTAL_QUANTITY",
        adq,
        "NIC",
        "ACTUAL_COST",
        "UNIDENTIFIED",
    ]
    return [*first, *PLACE, *chemical, *numbers, *(["SNOMED_CODE"] if month >= SNOMED else [])]


def year_month(month: date) -> str:
    """`202502` before the renaming, `2025-03` after it."""
    return f"{month:%Y-%m}" if month >= RENAMED else f"{month:%Y%m}"


def money(made: Economy, month: int, rows: Prescribing) -> Money:
    """Costs of the rows of a month, exactly: an item costs whole pence, at least one."""
    goods = made.products
    pounds = (made.price[:, month] * made.concession[:, month])[goods.line_product] * goods.line_quantity
    item_pence = np.maximum(np.rint(pounds * 100), 1).astype(np.int64)
    nic = item_pence[rows.line] * rows.items
    quantity = goods.line_quantity.astype(np.int64)[rows.line]
    return Money(nic, nic * ACTUAL_PER_PENNY + rows.items * ACTUAL_PER_ITEM, quantity, quantity * rows.items)


def write_epd(made: Economy, month: int, folder: Path) -> Path:
    """Write the file of one month (`EPD_202502.csv`, `EPD_SNOMED_202507.csv`) and return its path."""
    when = made.months[month]
    path = folder / f"EPD_{'SNOMED_' if when >= SNOMED else ''}{when:%Y%m}.csv"
    rows = prescribing(made, month)
    with path.open("wb") as out:
        out.write(line(header(when), when >= SNOMED).encode("latin-1") + b"\n")
        table(made, month, rows).write_csv(out, include_header=False, quote_style="never")
    return path


def line(words: list[str], quoted: bool) -> str:
    """One CSV line; every word in quotation marks, or only where a comma needs them."""
    return ",".join(f'"{w}"' if quoted or "," in w else w for w in words)


def table(made: Economy, month: int, rows: Prescribing) -> pl.DataFrame:
    """The rows as text and numbers whose CSV (without quoting) is the body of the file.

    The columns of a prescriber and of a line never change within a month, so each is joined once and gathered.
    """
    when, sums = made.months[month], money(made, month, rows)
    quoted = when >= SNOMED
    who = pl.Series(prescriber_text(made, when)).gather(rows.prescriber)
    what = pl.Series(line_text(made, when)).gather(rows.line)
    adq = np.array(
        [adqs_per_unit(c, n) for c, n in made.products.frame.select("bnf_code", "name").iter_rows()]
    )
    used = sums.total_quantity * adq[made.products.line_product[rows.line]]
    flag = pl.Series(unidentified(made, quoted)).gather(rows.prescriber)
    frame = pl.DataFrame({
        "who": who, "what": what, "items": rows.items, "total": sums.total_quantity.astype(float), "adq": used.round(3),
        "nic": sums.nic / 100, "actual": sums.actual / 100_000, "flag": flag,
    })  # fmt: skip
    if not quoted:
        return frame
    snomed = made.products.frame["snomed"].gather(made.products.line_product).gather(rows.line)
    return frame.with_columns(number(c) for c in ("total", "adq", "nic", "actual")).with_columns(
        snomed=snomed
    )


def number(column: str) -> pl.Expr:
    """A number as the 2025 files write it: in quotation marks, `28.` for a whole one."""
    return pl.format('"{}"', pl.col(column).cast(pl.String).str.strip_suffix("0")).alias(column)


def prescriber_text(made: Economy, when: date) -> list[str]:
    """YEAR_MONTH to POSTCODE of every prescriber."""
    areas = made.organisations.sub_icbs.join(
        made.organisations.regions.select(region="code", region_name="name"),
        on="region",
        maintain_order="left",
    )
    areas = areas.join(
        made.organisations.icbs.select(icb="code", icb_name="name"), on="icb", maintain_order="left"
    )
    known = {r["code"]: r for r in areas.iter_rows(named=True)}
    return [
        who_line(p, known.get(p["sub_icb"]), when)
        for p in made.organisations.prescribers.iter_rows(named=True)
    ]


def who_line(person: dict, area: dict | None, when: date) -> str:
    """The place of one prescriber; `-` columns when the code belongs nowhere."""
    if area is None:
        place = ["UNIDENTIFIED", "-", "UNIDENTIFIED", "-", "UNIDENTIFIED", "-"]
    else:
        name = area["name"] if when >= ICB else ccg_name(area["place"])
        place = [
            area["region_name"],
            area["region"],
            area["icb_name"],
            area["icb"],
            name,
            area["code"] + "00",
        ]
    words = [
        year_month(when),
        *place,
        person["name"],
        person["code"],
        person["address"],
        "",
        person["town"],
        "",
        person["postcode"],
    ]
    return line(words, when >= SNOMED)


def ccg_name(place: str) -> str:
    """What a sub-ICB location was called before July 2022."""
    return f"NHS {place.upper()} CCG"


def line_text(made: Economy, when: date) -> list[str]:
    """Chemical to QUANTITY of every line; the retired code is replaced from its month."""
    goods = made.products
    products = [
        what_words(code, name, when, made)
        for code, name in goods.frame.select("bnf_code", "name").iter_rows()
    ]
    quoted = when >= SNOMED
    text = [line(words, quoted) for words in products]
    style = '"{:g}."' if quoted else "{:.1f}"
    return [
        f"{text[p]},{style.format(q)}" for p, q in zip(goods.line_product, goods.line_quantity, strict=True)
    ]


def what_words(code: str, name: str, when: date, made: Economy) -> list[str]:
    """Chemical code and name, presentation code and name, chapter."""
    retired = next((t.month for t in made.truths if t.kind == "code_change"), None)
    shown = REPLACEMENT if code == RETIRED and retired and when >= retired else code
    chemical = code[:9] if len(code) == 15 else code[:4]
    return [chemical, chemical_name(name), shown, name, f"{code[:2]}: {CHAPTERS[code[:2]]}"]


def chemical_name(name: str) -> str:
    """The words of a presentation before its strength."""
    words = name.removeprefix("Synthbrand ").split()
    before = [
        w
        for i, w in enumerate(words)
        if i == 0 or not any(ch.isdigit() for word in words[: i + 1] for ch in word)
    ]
    return " ".join(before)


def unidentified(made: Economy, quoted: bool) -> list[str]:
    """`Y` for codes that stand for nobody, by prescriber."""
    codes = made.organisations.prescribers["code"]
    return [line(["Y" if code == "-" or code.endswith("998") else "N"], quoted) for code in codes]
