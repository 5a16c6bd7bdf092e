"""Admissions by practice, month and category: counted from records here, or by somebody else for those who may not hold records."""

from decimal import Decimal

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source
from opencommissioning.sources.words import any_month, number, text

KINDS = ("emergency", "elective", "maternity", "other")
STAYS = ("day case", "0", "1-6", "7-13", "14-20", "21+", "unknown")
RETURNS = ("yes", "no")
ADMISSIONS = Contract(
    dataset="admissions",
    title="Admissions by practice and category",
    publisher="the area's own records, or its commissioning support",
    licence="under the area's own agreement",
    level="practice",
    every="month",
    organisation="practice",
    code="category",  # so that all measures of a kind of admission are summed in one pass
    key=("month", "practice", "category", "kind", "stay", "returned"),
    sort=("practice", "category", "kind", "stay", "returned"),
    disclosive=True,
    unlocks="emergency admissions by condition, length of stay, day cases, readmissions",
    columns=(
        Column("month", Kind.MONTH, "month of admission", example="2026-04-01"),
        Column("practice", Kind.CODE, "practice of registration", example="X81001"),
        Column("category", Kind.CODE, "why: all, copd, stroke …; a spell may be in several", example="copd"),
        Column("kind", Kind.CODE, "emergency, elective, maternity or other", pattern="|".join(KINDS), example="emergency"),
        Column("stay", Kind.CODE, "nights in hospital, or day case", pattern="|".join(STAYS).replace("+", "[+]"), example="1-6"),
        Column("returned", Kind.CODE, "whether within 30 days of leaving hospital", pattern="|".join(RETURNS), example="no"),
        Column("spells", Kind.INTEGER, "admissions", "admissions", Accumulation.FLOW, minimum=Decimal(0), example="4"),
        Column("finished_spells", Kind.INTEGER, "of these, those whose discharge is known", "spells", Accumulation.FLOW, minimum=Decimal(0), example="4"),
        Column("bed_days", Kind.INTEGER, "nights in hospital of the finished spells", "bed days", Accumulation.FLOW, minimum=Decimal(0), example="17"),
    ),
)  # fmt: skip
NAMES = tuple(column.name for column in ADMISSIONS.columns)
ERA = Era(
    "practice, month, category, counts",
    lambda sniff: sniff.has(*NAMES),
    Csv(encoding="utf-8"),
    (
        Projection(
            ADMISSIONS,
            {
                "month": any_month("month"),
                **{name: text(name) for name in NAMES[1:6]},
                **{name: number(name) for name in NAMES[6:]},
            },
            checks={"no more finished spells than spells": '"finished_spells"::INT <= "spells"::INT'},
        ),
    ),
)
AGES = Contract(
    dataset="admission_ages",
    title="Admissions by age and sex, all practices together",
    publisher=ADMISSIONS.publisher,
    licence=ADMISSIONS.licence,
    level="none",
    every="month",
    code="age_sex",
    key=("month", "category", "kind", "age_sex"),
    sort=("category", "kind", "age_sex"),
    disclosive=True,
    unlocks="what is expected of a practice's ages and sexes",
    columns=(
        ADMISSIONS.columns[0],
        ADMISSIONS.column("category"),
        ADMISSIONS.column("kind"),
        Column("age_sex", Kind.CODE, "sex letter and age band", pattern="[FM]([0-9]{2}_[0-9]{2}|95[+])", example="F25_29"),
        ADMISSIONS.column("spells"),
    ),
)  # fmt: skip
AGES_NAMES = tuple(column.name for column in AGES.columns)
AGES_ERA = Era(
    "month, category, age and sex, counts",
    lambda sniff: sniff.has(*AGES_NAMES) and not sniff.has("practice"),
    Csv(encoding="utf-8"),
    (
        Projection(
            AGES,
            {
                "month": any_month("month"),
                **{name: text(name) for name in AGES_NAMES[1:4]},
                "spells": number("spells"),
            },
        ),
    ),
)
BROAD = (
    0,
    15,
    45,
    65,
    75,
    85,
)  # ages at which the bands of counts by practice begin: finer ones would be a handful of people
_BROAD_NAMES = ("00_14", "15_44", "45_64", "65_74", "75_84", "85[+]")
BANDS = Contract(
    dataset="admission_bands",
    title="Admissions by practice, sex and broad age band",
    publisher=ADMISSIONS.publisher,
    licence=ADMISSIONS.licence,
    level="practice",
    every="month",
    organisation="practice",
    key=("month", "practice", "category", "kind", "age_sex"),
    sort=("practice", "category", "kind", "age_sex"),
    disclosive=True,
    unlocks="directly standardised rates by practice",
    columns=(
        ADMISSIONS.columns[0],
        ADMISSIONS.column("practice"),
        ADMISSIONS.column("category"),
        ADMISSIONS.column("kind"),
        Column("age_sex", Kind.CODE, "sex letter and broad age band", pattern=f"[FM]({'|'.join(_BROAD_NAMES)})", example="F75_84"),
        ADMISSIONS.column("spells"),
    ),
)  # fmt: skip
BANDS_NAMES = tuple(column.name for column in BANDS.columns)
BANDS_ERA = Era(
    "practice, month, category, sex and broad age band, counts",
    lambda sniff: sniff.has(*BANDS_NAMES),
    Csv(encoding="utf-8"),
    (
        Projection(
            BANDS,
            {
                "month": any_month("month"),
                **{name: text(name) for name in BANDS_NAMES[1:5]},
                "spells": number("spells"),
            },
        ),
    ),
)
SOURCE = Source(
    "admissions",
    ADMISSIONS.title,
    ADMISSIONS.publisher,
    ADMISSIONS.licence,
    f"a table with the columns {', '.join(NAMES)}",
    (ERA, AGES_ERA, BANDS_ERA),
    traps=(
        "counts are people: what leaves is rounded together, and none below 15 is shown",
        "a practice without any row in a month has no value; write a row with 0 where it truly had none",
    ),
)
