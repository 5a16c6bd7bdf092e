"""Quality and Outcomes Framework (QOF): registers and achievement by practice and commissioner, a year each (at 31 March)."""

from decimal import Decimal
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source, Table
from opencommissioning.sources.named import year_end_in_name
from opencommissioning.sources.words import NHS_ENGLAND, OGL, number, text
from opencommissioning.sources.workbooks import sheet

GROUP = Column("group", Kind.CODE, "disease register, as in AST (asthma) or COPD", example="AST")


def _contract(level: str, organisation: str, example: str) -> Contract:
    return Contract(
        dataset=f"qof_prevalence_by_{organisation}",
        title=f"QOF disease registers by {organisation}",
        publisher=NHS_ENGLAND,
        licence=OGL,
        level=level,
        every="year",
        organisation=organisation,
        key=("month", organisation, "group"),
        sort=(organisation, "group"),
        carry=12,
        unlocks="prevalence of long-term conditions",
        columns=(
            Column("month", Kind.MONTH, "March of the year's end", example="2020-03-01"),
            Column(organisation, Kind.CODE, f"{organisation}'s code", example=example),
            GROUP,
            Column("register", Kind.INTEGER, "people on the register", "patients on the register", Accumulation.STOCK, minimum=Decimal(0)),
            Column("listed", Kind.INTEGER, "people on the list that the register is a part of", "patients", Accumulation.STOCK, minimum=Decimal(1)),
        ),
    )  # fmt: skip


BY_PRACTICE = _contract("practice", "practice", "A81001")
BY_COMMISSIONER = _contract("sub_icb", "commissioner", "00C")
OUTCOMES = ("met", "not met", "excepted")
ACHIEVEMENT = Contract(
    dataset="qof_achievement",
    title="QOF achievement by practice and indicator",
    publisher=NHS_ENGLAND,
    licence=OGL,
    level="practice",
    every="year",
    organisation="practice",
    key=("month", "practice", "indicator", "outcome"),
    sort=("practice", "indicator", "outcome"),
    carry=12,
    unlocks="share of people treated as QOF asks for, by group of indicators",
    columns=(
        Column("month", Kind.MONTH, "March of the year's end", example="2022-03-01"),
        Column("practice", Kind.CODE, "practice", example="A81001"),
        Column("indicator", Kind.CODE, "indicator", example="AF008"),
        Column("outcome", Kind.CODE, "met (numerator), not met (the rest of the denominator), excepted (exceptions, or personalised care adjustments)", pattern="|".join(OUTCOMES), example="met"),
        Column("patients", Kind.INTEGER, "people", "patients", Accumulation.STOCK, minimum=Decimal(0)),
    ),
)  # fmt: skip
ACHIEVEMENT_COLUMNS = ("PRACTICE_CODE", "INDICATOR_CODE", "MEASURE", "VALUE")
EXCEPTED = ("EXCEPTIONS", "PCAS")


def achieved(path: Path) -> pl.DataFrame:
    """_row, practice, indicator, outcome, patients out of one measure a row. Indicators of points alone (registers) are left out.

    What is met can be no more than whom it was asked for: such a practice and indicator keeps its negative rest, which is refused.
    """
    raw = sheet(path).with_row_index("_row", offset=2)
    names = {"PRACTICE_CODE": "practice", "INDICATOR_CODE": "indicator"}
    told = raw.rename(names).with_columns(
        pl.col("practice", "indicator", "MEASURE").str.strip_chars().str.to_uppercase(),
        pl.col("VALUE").str.strip_chars().str.replace_all(",", "").cast(pl.Float64, strict=False).round().cast(pl.Int64),
    )  # fmt: skip
    part = pl.col("MEASURE")
    met, asked = (pl.col("VALUE").filter(part == name).sum() for name in ("NUMERATOR", "DENOMINATOR"))
    excepted = pl.col("VALUE").filter(part.is_in(EXCEPTED)).sum()
    wide = told.group_by("practice", "indicator", maintain_order=True).agg(
        pl.col("_row").first(), asked=(part == "DENOMINATOR").any() & (part == "NUMERATOR").any(),
        **dict(zip(OUTCOMES, (met, asked - met, excepted), strict=True)),
    )  # fmt: skip
    long = wide.filter("asked").unpivot(OUTCOMES, index=["_row", "practice", "indicator"], variable_name="outcome", value_name="patients")  # fmt: skip
    return long.with_columns(pl.col("patients").cast(pl.String)).sort("_row", maintain_order=True)


def _registers(contract: Contract, code: str, register: str, listed: str, keep: str = "") -> Projection:
    columns = {
        contract.organisation: text(code),
        "register": number(register),
        "listed": number(listed),
    }
    return Projection(contract, columns, keep=keep)


def _with(projection: Projection, **columns: str) -> Projection:
    return Projection(
        projection.contract, {**projection.columns, **columns}, projection.keep, checks=projection.checks
    )


_WORDS = text("Register_description")
_IS_LVD = f"({_WORDS} ILIKE '%left ventricular%' OR {_WORDS} ILIKE '%LVD%')"
LVD = f"CASE WHEN {text('indicator_group')} = 'HF' AND {_IS_LVD} THEN 'HF_LVD' ELSE {text('indicator_group')} END"
YEAR_END = f"make_date(2000 + try_cast(right({text('year')}, 2) AS INTEGER), 3, 1)"
ERAS = (
    Era(
        "QOF registers 2013/14 by CCG",
        lambda sniff: sniff.has("ccgcode", "indicator_group", "disease_register_size", "ccg_listsize"),
        Csv(encoding="utf-8"),
        (_with(_registers(BY_COMMISSIONER, "ccgcode", "disease_register_size", "ccg_listsize"), group=LVD),),
        period_of=year_end_in_name,
    ),
    Era(
        "QOF registers 2013/14 by practice",
        lambda sniff: sniff.has(
            "practicecode", "indicator_group", "disease_register_size", "practice_listsize"
        ),
        Csv(encoding="utf-8"),
        (
            _with(
                _registers(BY_PRACTICE, "practicecode", "disease_register_size", "practice_listsize"),
                group=LVD,
            ),
        ),
        period_of=year_end_in_name,
    ),
    Era(
        "QOF registers by CCG, several years",
        lambda sniff: sniff.has("year", "ccg_code", "qof_group", "list_size", "register"),
        Csv(encoding="utf-8"),
        (
            _with(
                _registers(BY_COMMISSIONER, "ccg_code", "register", "list_size"),
                group=text("qof_group"),
                month=YEAR_END,
            ),
        ),
    ),
    Era(
        "QOF PREVALENCE by practice (2014/15–)",
        lambda sniff: sniff.has("PRACTICE_CODE", "GROUP_CODE", "REGISTER", "PRACTICE_LIST_SIZE"),
        Csv(encoding="utf-8"),
        (
            _with(
                _registers(BY_PRACTICE, "PRACTICE_CODE", "REGISTER", "PRACTICE_LIST_SIZE"),
                group=text("GROUP_CODE"),
            ),
        ),
        period_of=year_end_in_name,
    ),
    Era(
        "QOF ACHIEVEMENT by practice",
        lambda sniff: sniff.has(*ACHIEVEMENT_COLUMNS),
        Table(achieved),
        (
            Projection(
                ACHIEVEMENT,
                {name: text(name) for name in ("practice", "indicator", "outcome")}
                | {"patients": text("patients")},
            ),
        ),
        period_of=year_end_in_name,
    ),
)
INDICATORS = Contract(
    dataset="qof_indicators",
    title="QOF indicators: what each code means",
    publisher=NHS_ENGLAND,
    licence=OGL,
    level="none",
    every="year",
    key=("indicator",),
    sort=("indicator",),
    parts="collection",
    unlocks="words for the codes of QOF achievement",
    columns=(
        Column("indicator", Kind.CODE, "indicator of the year", example="AF006"),
        Column("description", Kind.TEXT, "what it asks", example="stroke risk assessed"),
        Column("points", Kind.DECIMAL, "points", "points", required=False, scale=2, example="12"),
        Column("group", Kind.CODE, "group", example="AF"),
        Column("group_name", Kind.TEXT, "group's name", example="Atrial fibrillation"),
        Column("domain", Kind.CODE, "domain", required=False, example="CL"),
    ),
)
MAPPINGS = Era(
    "QOF INDICATOR_MAPPINGS",
    lambda sniff: sniff.has("INDICATOR_CODE", "INDICATOR_DESCRIPTION", "INDICATOR_POINT_VALUE", "INDICATOR_GROUP_CODE"),
    Csv(),
    (
        Projection(
            INDICATORS,
            {
                "indicator": text("INDICATOR_CODE"),
                "description": text("INDICATOR_DESCRIPTION"),
                "points": number("INDICATOR_POINT_VALUE"),
                "group": text("INDICATOR_GROUP_CODE"),
                "group_name": text("INDICATOR_GROUP_DESCRIPTION"),
                "domain": text("DOMAIN_CODE"),
            },
        ),
    ),
)  # fmt: skip
SOURCE = Source(
    "qof",
    "Quality and Outcomes Framework: registers and achievement",
    NHS_ENGLAND,
    OGL,
    "NHS England: Quality and Outcomes Framework, each year, recorded disease prevalence and achievement at practice level (CSV)",
    (*ERAS, MAPPINGS),
    traps=(
        "heart failure stands twice in 2013/14 (all, and with left ventricular dysfunction): told apart by the description",
        "some registers have an age-limited list (CKD, DEP, DM, EP, OB, OST, RA): the list shown for them in 2014/15 is the whole one",
        "CCGs merge: 209 in 2014/15, 135 in 2019/20",
        "people excepted (exceptions until 2018/19, personalised care adjustments since) are in no denominator",
        "PREVALENCE and ACHIEVEMENT files say their year only in their name",
    ),
)
