"""Patients registered at GP practices, by sex and age."""

from decimal import Decimal

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source
from opencommissioning.sources.words import NHS_ENGLAND, OGL, month_of, named_date, number, text

REGISTRATIONS = Contract(
    dataset="registrations",
    title="Registered patients",
    publisher=NHS_ENGLAND,
    licence=OGL,
    level="practice",
    every="month",
    organisation="practice",
    code="age_sex",
    key=("month", "practice", "age_sex"),
    sort=("practice", "age_sex"),
    carry=3,
    unlocks="everything per 1,000 patients, coverage, list size in 'why'",
    columns=(
        Column("month", Kind.MONTH, "month on whose first day the list was counted", example="2017-09-01"),
        Column("practice", Kind.CODE, "practice code", example="B85010"),
        Column("age_sex", Kind.CODE, "sex letter and age band, F25_29; ALL where only totals are published", example="F25_29"),
        Column(
            "patients", Kind.INTEGER, "registered patients", "patients", Accumulation.STOCK, minimum=Decimal(0), maximum=Decimal(10**6), example="231"
        ),
    ),
)
QUINARY = Era(
    "five-year bands (from April 2017)",
    lambda sniff: sniff.has("EXTRACT_DATE", "ORG_TYPE", "ORG_CODE", "SEX", "AGE_GROUP_5", "NUMBER_OF_PATIENTS"),
    Csv(),
    (
        Projection(
            REGISTRATIONS,
            {
                "month": month_of(named_date("EXTRACT_DATE")),
                "practice": text("ORG_CODE"),
                "age_sex": f"""upper(left({text("SEX")}, 1)) || CASE WHEN {text("AGE_GROUP_5")} = '95+' THEN '95+'
                    ELSE lpad(split_part({text("AGE_GROUP_5")}, '_', 1), 2, '0') || '_' || lpad(split_part({text("AGE_GROUP_5")}, '_', 2), 2, '0') END""",
                "patients": number("NUMBER_OF_PATIENTS"),
            },
            keep=f"{text('ORG_TYPE')} = 'GP' AND {text('SEX')} <> 'ALL' AND {text('AGE_GROUP_5')} <> 'ALL'",
        ),
    ),
)
SOURCE = Source(
    "registrations",
    "Patients registered at a GP practice",
    NHS_ENGLAND,
    OGL,
    "NHS England: Patients Registered at a GP Practice, five-year age groups, each month",
    (QUINARY,),
    traps=("ALL rows stand among their parts and are never added to them",),
)
