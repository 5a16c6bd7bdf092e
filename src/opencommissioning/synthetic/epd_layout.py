"""Layouts of the English Prescribing Dataset by month: headings, month style, quoting.

to June 2022        26 columns, STP_NAME/STP_CODE, YEAR_MONTH 202206
to February 2025    26 columns, ICB_NAME/ICB_CODE, YEAR_MONTH 202502
to June 2025        26 columns, renamed, YEAR_MONTH 2025-03
from July 2025      27 columns, renamed and SNOMED_CODE, text quoted, numbers such as "28."
"""

from datetime import date

ICB, RENAMED, SNOMED = date(2022, 7, 1), date(2025, 3, 1), date(2025, 7, 1)
PLACE = ["PCO_NAME", "PCO_CODE", "PRACTICE_NAME", "PRACTICE_CODE"]
ADDRESS = ["ADDRESS_1", "ADDRESS_2", "ADDRESS_3", "ADDRESS_4", "POSTCODE"]
PRODUCT = ["BNF_CHEMICAL_SUBSTANCE", "CHEMICAL_SUBSTANCE_BNF_DESCR", "BNF_CODE", "BNF_DESCRIPTION"]
PRODUCT_RENAMED = [
    "BNF_CHEMICAL_SUBSTANCE_CODE",
    "BNF_CHEMICAL_SUBSTANCE",
    "BNF_PRESENTATION_CODE",
    "BNF_PRESENTATION_NAME",
]


def header(month: date) -> list[str]:
    """Column names of the file of this month."""
    area = "ICB" if month >= ICB else "STP"
    product = PRODUCT_RENAMED if month >= RENAMED else PRODUCT
    adq = "ADQ_USAGE" if month >= RENAMED else "ADQUSAGE"
    first = ["YEAR_MONTH", "REGIONAL_OFFICE_NAME", "REGIONAL_OFFICE_CODE", f"{area}_NAME", f"{area}_CODE"]
    amounts = ["QUANTITY", "ITEMS", "TOTAL_QUANTITY", adq, "NIC", "ACTUAL_COST", "UNIDENTIFIED"]
    last = ["SNOMED_CODE"] if month >= SNOMED else []
    return [*first, *PLACE, *ADDRESS, *product, "BNF_CHAPTER_PLUS_CODE", *amounts, *last]


def year_month(month: date) -> str:
    """`202502` before the renaming, `2025-03` after it."""
    return f"{month:%Y-%m}" if month >= RENAMED else f"{month:%Y%m}"


def file_name(month: date) -> str:
    """`EPD_202502.csv`, from July 2025 `EPD_SNOMED_202507.csv`."""
    return f"EPD_{'SNOMED_' if month >= SNOMED else ''}{month:%Y%m}.csv"


def join(words: list[str], month: date) -> str:
    """Values as CSV: every one in quotation marks from July 2025, before that only those with a comma."""
    return ",".join(f'"{w}"' if month >= SNOMED or "," in w else w for w in words)


def number_text(value: float, month: date) -> str:
    """`28.0`, from July 2025 `"28."`."""
    return f'"{value:g}."' if month >= SNOMED else f"{value:.1f}"


def ccg_name(place: str) -> str:
    """What a sub-ICB location was called before July 2022."""
    return f"NHS {place.upper()} CCG"
