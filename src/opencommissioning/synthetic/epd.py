"""English Prescribing Dataset: rows of a month as the CSV of its layout (see `epd_layout`).

Everything that a prescriber or a product line repeats in each of its rows is joined into one text once and gathered, which makes
writing as fast as the disk. NIC is whole pence; ACTUAL_COST is 0.93 NIC and 1.204p an item, exact in five decimals. Latin-1.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.synthetic.epd_layout import (
    ICB,
    SNOMED,
    ccg_name,
    file_name,
    header,
    join,
    number_text,
    year_month,
)
from opencommissioning.synthetic.model import Economy, Prescribing, prescribing
from opencommissioning.synthetic.names import chapter, chemical_code, chemical_names
from opencommissioning.synthetic.organisations import Organisations
from opencommissioning.synthetic.products import Products, adqs_per_unit
from opencommissioning.synthetic.truths import REPLACEMENT, RETIRED

ACTUAL_PER_PENNY, ACTUAL_PER_ITEM = 930, 1204  # ACTUAL_COST in 1/100,000 pound per penny of NIC and per item


@dataclass(frozen=True)
class Texts:
    """What the rows of one month are put together from.

    who, flag [prescriber]: columns to POSTCODE; UNIDENTIFIED. what, snomed [line]: chemical to QUANTITY; SNOMED_CODE.
    quantity, adqs, item_pence [line]: per item, whole units, average daily quantities, whole pence.
    """

    month: date
    who: pl.Series
    flag: pl.Series
    what: pl.Series
    snomed: pl.Series
    quantity: np.ndarray
    adqs: np.ndarray
    item_pence: np.ndarray


def write_epd(made: Economy, month: int, folder: Path) -> Path:
    """Write the file of one month and return its path."""
    when = made.months[month]
    path = folder / file_name(when)
    retired = any(t.kind == "code_change" and t.month <= when for t in made.truths)
    price = made.price[:, month] * made.concession[:, month]
    parts = texts(made.organisations, made.products, price, when, retired)
    with path.open("wb") as out:
        write_header(out, when)
        write_rows(out, parts, prescribing(made, month))
    return path


def write_header(out, month: date) -> None:
    """The heading line."""
    out.write(join(header(month), month).encode("latin-1") + b"\n")


def write_rows(out, parts: Texts, rows: Prescribing) -> None:
    """Append rows to an open file."""
    table(parts, rows).write_csv(out, include_header=False, quote_style="never")


def texts(
    orgs: Organisations, goods: Products, price: np.ndarray, month: date, retired: bool = False
) -> Texts:
    """Join what repeats. `price` [product]: pounds per unit paid in this month; an item costs at least a penny."""
    at = goods.line_product
    pence = np.maximum(np.rint(price[at] * goods.line_quantity * 100), 1).astype(np.int64)
    names = goods.frame.select("bnf_code", "name")
    adq = np.array([adqs_per_unit(code, name) for code, name in names.iter_rows()])[at] * goods.line_quantity
    snomed = goods.frame["snomed"].gather(at)
    who, flag = pl.Series(prescriber_text(orgs, month)), pl.Series(unidentified(orgs, month))
    what = pl.Series(line_text(goods, month, retired))
    return Texts(month, who, flag, what, snomed, goods.line_quantity.astype(np.int64), adq, pence)


def table(parts: Texts, rows: Prescribing) -> pl.DataFrame:
    """The rows as texts and numbers whose unquoted CSV is the body of the file.

    Floats hold whole numbers over 100 or 100,000, so their shortest text is the exact decimal.
    """
    nic = parts.item_pence[rows.line] * rows.items
    actual = nic * ACTUAL_PER_PENNY + rows.items * ACTUAL_PER_ITEM
    frame = pl.DataFrame({
        "who": parts.who.gather(rows.prescriber), "what": parts.what.gather(rows.line), "items": rows.items,
        "total": (parts.quantity[rows.line] * rows.items).astype(float),
        "adq": (parts.adqs[rows.line] * rows.items).round(3), "nic": nic / 100, "actual": actual / 100_000,
        "flag": parts.flag.gather(rows.prescriber),
    })  # fmt: skip
    if parts.month < SNOMED:
        return frame
    quoted = [quoted_number(c) for c in ("total", "adq", "nic", "actual")]
    return frame.with_columns(*quoted, snomed=parts.snomed.gather(rows.line))


def quoted_number(column: str) -> pl.Expr:
    """Numbers as the files from July 2025 write them: in quotation marks, `28.` for a whole one."""
    return pl.format('"{}"', pl.col(column).cast(pl.String).str.strip_suffix("0")).alias(column)


def prescriber_text(orgs: Organisations, month: date) -> list[str]:
    """YEAR_MONTH to POSTCODE of every prescriber."""
    regions = dict(orgs.regions.select("code", "name").iter_rows())
    icbs = dict(orgs.icbs.select("code", "name").iter_rows())
    places = {"-": ["UNIDENTIFIED", "-", "UNIDENTIFIED", "-", "UNIDENTIFIED", "-"]}
    for area in orgs.sub_icbs.iter_rows(named=True):
        name = area["name"] if month >= ICB else ccg_name(area["place"])
        above = [regions[area["region"]], area["region"], icbs[area["icb"]], area["icb"]]
        places[area["code"]] = [*above, name, area["code"] + "00"]
    people = orgs.prescribers.iter_rows(named=True)
    return [join(who_words(p, places.get(p["sub_icb"], places["-"]), month), month) for p in people]


def who_words(person: dict, place: list[str], month: date) -> list[str]:
    """The values of one prescriber."""
    address = [person["address"], "", person["town"], "", person["postcode"]]
    return [year_month(month), *place, person["name"], person["code"], *address]


def line_text(goods: Products, month: date, retired: bool) -> list[str]:
    """Chemical to QUANTITY of every line; the retired code is replaced once it has been retired."""
    chemicals = chemical_names(goods.frame)
    pairs = goods.frame.select("bnf_code", "name").iter_rows()
    words = [join(product_words(code, name, chemicals, retired), month) for code, name in pairs]
    lines = zip(goods.line_product, goods.line_quantity, strict=True)
    return [f"{words[product]},{number_text(quantity, month)}" for product, quantity in lines]


def product_words(code: str, name: str, chemicals: dict[str, str], retired: bool) -> list[str]:
    """Chemical code and name, presentation code and name, chapter."""
    shown = REPLACEMENT if code == RETIRED and retired else code
    return [chemical_code(code), chemicals[chemical_code(code)], shown, name, chapter(code)]


def unidentified(orgs: Organisations, month: date) -> list[str]:
    """`Y` for codes that stand for nobody, by prescriber."""
    codes = orgs.prescribers["code"]
    return [join(["Y" if code == "-" or code.endswith("998") else "N"], month) for code in codes]
