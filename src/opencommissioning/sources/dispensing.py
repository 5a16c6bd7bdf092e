"""Which practices hand out medicines themselves: NHS Payments to General Practice says so of every practice once a year.

Headings and answers (`Yes`, `No`, `Unknown`) as in the practice-level files from 2017/18 to 2022/23.
"""

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source
from opencommissioning.sources.named import year_end_in_name
from opencommissioning.sources.words import NHS_ENGLAND, OGL, text

PAYMENTS = "NHS Payments to General Practice"
ANSWER = text("Dispensing Practice")
CONTRACT = Contract(
    dataset="dispensing_practices",
    title="Practices that dispense",
    publisher=NHS_ENGLAND,
    licence=OGL,
    level="practice",
    every="year",
    organisation="practice",
    key=("practice",),
    sort=("practice",),
    parts="snapshot",
    unlocks="a note above the figures of practices that hand out medicines themselves",
    columns=(
        Column("month", Kind.MONTH, "March of the year's end", example="2023-03-01"),
        Column("practice", Kind.CODE, "practice code", example="A81001"),
        Column(
            "dispensing",
            Kind.CODE,
            "yes: it hands out medicines itself; no",
            pattern="yes|no",
            example="yes",
        ),
    ),
)
SOURCE = Source(
    CONTRACT.dataset,
    "Practices that dispense (NHS Payments to General Practice)",
    CONTRACT.publisher,
    CONTRACT.licence,
    f"{PAYMENTS}, England, each financial year: the practice-level CSV",
    (
        Era(
            "practice-level payments",
            lambda sniff: sniff.has("Practice Code", "Dispensing Practice", "Practice Rurality"),
            Csv(),
            (
                Projection(
                    CONTRACT,
                    {"practice": text("Practice Code"), "dispensing": f"lower({ANSWER})"},
                    keep=f"{text('Practice Code')} IS NOT NULL AND lower({ANSWER}) <> 'unknown'",
                ),
            ),
            period_of=year_end_in_name,
        ),
    ),
    traps=(
        "of practices without an answer ('Unknown') nothing is said: they are left out, not called non-dispensing",
        "the file says its year in its name alone; the newest year that is loaded counts",
        "only the flag is read: the payments themselves are in no measure",
        "NHSBSA's older list of dispensing practices has names and addresses without codes; give it a column of codes, then 'opencommissioning map'",
    ),
)
