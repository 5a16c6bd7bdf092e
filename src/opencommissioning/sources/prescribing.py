"""The English Prescribing Dataset in all its eras, and its forerunner, the practice-level prescribing files (PDPI)."""

from dataclasses import replace
from decimal import Decimal

from opencommissioning.catalogue import bnf
from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Sniff, Source
from opencommissioning.sources.words import NHSBSA, OGL, number, text, year_month

FLOW = Accumulation.FLOW
SNOMED_DAMAGED = (
    "SNOMED code is whole (a spreadsheet turns long codes into numbers such as 3.2E+17: export it as text)"
)
# Sixteen digits and more are of the long form, whose last three are 10 (a concept) and the check digit: …000 lost its digits.
SNOMED_WHOLE = "[0-9]{6,15}|[0-9]{13,15}10[0-9]"

PRESCRIBING = Contract(
    dataset="prescribing",
    title="Prescribing by practice and product",
    publisher=NHSBSA,
    licence=OGL,
    level="practice",
    every="month",
    organisation="practice",
    code="bnf_code",
    sort=("bnf_code", "practice"),
    unlocks="every prescribing measure, spend and savings",
    multiplied=(("quantity", "quantity_per_item", "items"),),
    columns=(
        Column("month", Kind.MONTH, "month in which the items were dispensed", example="2017-09-01"),
        Column("practice", Kind.CODE, "prescriber's organisation code", example="B85010"),
        Column(
            "bnf_code",
            Kind.CODE,
            bnf.WORDS,
            pattern=bnf.FULL,
            example="0501080W0AAAEAE",
        ),
        Column(
            "quantity_per_item",
            Kind.DECIMAL,
            "quantity of one item",
            required=False,
            scale=3,
            minimum=Decimal(0),
            maximum=Decimal(10**7),
            example="14",
        ),
        Column(
            "items",
            Kind.INTEGER,
            "items dispensed",
            "items",
            FLOW,
            minimum=Decimal(0),
            maximum=Decimal(10**6),
            example="3",
        ),
        Column(
            "quantity",
            Kind.DECIMAL,
            "total quantity",
            "units",
            FLOW,
            scale=3,
            minimum=Decimal(0),
            maximum=Decimal(10**9),
            example="42",
        ),
        Column(
            "nic",
            Kind.DECIMAL,
            "net ingredient cost",
            "£",
            FLOW,
            scale=5,
            minimum=Decimal(0),
            maximum=Decimal(10**8),
            example="2.34",
        ),
        Column(
            "actual_cost",
            Kind.DECIMAL,
            "actual cost",
            "£",
            FLOW,
            scale=5,
            minimum=Decimal(0),
            maximum=Decimal(10**8),
            example="2.19171",
        ),
        Column(
            "snomed",
            Kind.CODE,
            "SNOMED code of the product (dm+d)",
            required=False,
            pattern=r"[0-9]{6,18}",
            example="323509004",
        ),
    ),
)
# own tables may hold substances or whole sections
OF_ANY_LEVEL = replace(
    PRESCRIBING,
    columns=tuple(
        replace(each, pattern=bnf.ANY_LEVEL) if each.name == "bnf_code" else each
        for each in PRESCRIBING.columns
    ),
)
PRESENTATIONS = Contract(
    dataset="presentations",
    title="Products by name",
    publisher=NHSBSA,
    licence=OGL,
    level="none",
    every="month",
    code="bnf_code",
    key=("month", "bnf_code"),
    sort=("bnf_code",),
    columns=(
        Column("month", Kind.MONTH, "month of the file", example="2017-09-01"),
        Column("bnf_code", Kind.CODE, "BNF code as published", example="0501080W0AAAEAE"),
        Column("name", Kind.TEXT, "name as published", required=False, example="Trimethoprim 200mg tablets"),
    ),
)
PRESCRIBERS = Contract(
    dataset="prescribers",
    title="Prescribers and the organisations above them, as the file says",
    publisher=NHSBSA,
    licence=OGL,
    level="practice",
    every="month",
    organisation="practice",
    key=("month", "practice"),
    sort=("practice",),
    columns=(
        Column("month", Kind.MONTH, "month of the file", example="2017-09-01"),
        Column("practice", Kind.CODE, "prescriber's organisation code", example="B85010"),
        *(
            Column(name, Kind.TEXT, f"{name.replace('_', ' ')} as published", required=False)
            for name in ("name", "sub_icb", "sub_icb_name", "icb", "icb_name", "region", "region_name")
        ),
    ),
)


def _facts(code: str, per_item: str, quantity: str, snomed: str = "") -> dict[str, str]:
    return {
        "month": year_month("YEAR_MONTH"),
        "practice": text("PRACTICE_CODE"),
        "bnf_code": text(code),
        "quantity_per_item": number(per_item),
        "items": number("ITEMS"),
        "quantity": number(quantity),
        "nic": number("NIC"),
        "actual_cost": number("ACTUAL_COST"),
        "snomed": text(snomed) if snomed else "NULL",
    }


def _projections(code: str, name: str, middle: str, snomed: str = "") -> tuple[Projection, ...]:
    """`middle` is the era's word for what became ICB: AREA_TEAM, STP or ICB."""
    month = {"month": year_month("YEAR_MONTH")}
    parents = {
        "practice": text("PRACTICE_CODE"),
        "name": text("PRACTICE_NAME"),
        "sub_icb": text("PCO_CODE"),
        "sub_icb_name": text("PCO_NAME"),
        "icb": text(f"{middle}_CODE"),
        "icb_name": text(f"{middle}_NAME"),
        "region": text("REGIONAL_OFFICE_CODE"),
        "region_name": text("REGIONAL_OFFICE_NAME"),
    }
    whole = f"{text(snomed)} IS NULL OR regexp_full_match({text(snomed)}, '{SNOMED_WHOLE}')"
    checks = {SNOMED_DAMAGED: whole} if snomed else {}
    return (
        Projection(PRESCRIBING, _facts(code, "QUANTITY", "TOTAL_QUANTITY", snomed), checks=checks),
        Projection(PRESENTATIONS, month | {"bnf_code": text(code), "name": text(name)}, distinct=True),
        Projection(PRESCRIBERS, month | parents, distinct=True),
    )


COMMON = (
    "YEAR_MONTH",
    "PCO_CODE",
    "PRACTICE_CODE",
    "QUANTITY",
    "ITEMS",
    "TOTAL_QUANTITY",
    "NIC",
    "ACTUAL_COST",
)


def _era(label: str, middle: str, renamed: bool, snomed: bool) -> Era:
    code, name = (
        ("BNF_PRESENTATION_CODE", "BNF_PRESENTATION_NAME") if renamed else ("BNF_CODE", "BNF_DESCRIPTION")
    )

    def recognises(sniff: Sniff) -> bool:
        """The whole heading decides: BNF_CHEMICAL_SUBSTANCE means a code in one era and a name in the next."""
        return sniff.has(*COMMON, code, name, f"{middle}_CODE") and sniff.has("SNOMED_CODE") == snomed

    return Era(
        label,
        recognises,
        Csv(),
        _projections(code, name, middle, "SNOMED_CODE" if snomed else ""),
        period=year_month("YEAR_MONTH"),
    )


ERAS = tuple(
    _era(
        f"{'EPD 2025' if renamed else 'EPD v2'}{' with SNOMED' if snomed else ''}, {middle}",
        middle,
        renamed,
        snomed,
    )
    for renamed in (False, True)
    for snomed in (False, True)
    for middle in ("AREA_TEAM", "STP", "ICB")
)
PDPI_FACTS = {
    "month": year_month("PERIOD"),
    "practice": text("PRACTICE"),
    "bnf_code": text("BNF CODE"),
    "quantity_per_item": "NULL",
    "items": number("ITEMS"),
    "quantity": number("QUANTITY"),
    "nic": number("NIC"),
    "actual_cost": number("ACT COST"),
    "snomed": "NULL",
}
PDPI = Era(
    "PDPI (2010–2019)",
    lambda sniff: sniff.has("PRACTICE", "BNF CODE", "BNF NAME", "ITEMS", "NIC", "ACT COST", "PERIOD"),
    Csv(),
    (
        Projection(PRESCRIBING, PDPI_FACTS),
        Projection(
            PRESENTATIONS,
            {"month": PDPI_FACTS["month"], "bnf_code": PDPI_FACTS["bnf_code"], "name": text("BNF NAME")},
            distinct=True,
        ),
    ),
    period=year_month("PERIOD"),
)
SOURCE = Source(
    "prescribing",
    "English Prescribing Dataset",
    NHSBSA,
    OGL,
    "NHSBSA open data portal: English Prescribing Dataset (EPD), one file a month",
    (*ERAS, PDPI),
    traps=(
        "BNF_CHEMICAL_SUBSTANCE holds a code until February 2025 and a name after",
        "one row per practice, product and quantity per item",
        "costs have up to five decimal places: pence would be wrong",
    ),
)
