"""What patients say: GP Patient Survey (each year) and the Friends and Family Test (each month), by practice.

Layouts: Ipsos for NHS England, "GPPS <year> Practice data (csv)": until 2023 `Q28_12`, `Q28base`; from 2024 `overallexp.pcteval`,
`overallexp.baseevalw`. Friends and Family by practice: the words of the returned answers.
"""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Era, Projection, Sniff, Source, Table
from opencommissioning.errors import FileRefused
from opencommissioning.sources.words import NHS_ENGLAND, OGL, any_month, number, text
from opencommissioning.sources.workbooks import sheet

SURVEY = Contract(
    dataset="gp_patient_survey",
    title="GP Patient Survey by practice",
    publisher="Ipsos for NHS England",
    licence=OGL,
    level="practice",
    every="year",
    organisation="practice",
    key=("month", "practice", "question", "answer"),
    sort=("practice", "question", "answer"),
    carry=12,
    unlocks="overall experience, making an appointment, getting through by telephone, as patients say",
    columns=(
        Column("month", Kind.MONTH, "March of the year: questionnaires are answered from January on", example="2024-03-01"),
        Column("practice", Kind.CODE, "practice", example="A81001"),
        Column("question", Kind.CODE, "overall, contact or phone", pattern="overall|contact|phone", example="overall"),
        Column("answer", Kind.CODE, "good (very and fairly together) or other", pattern="good|other", example="good"),
        Column("answers", Kind.DECIMAL, "answers that say so (weighted where the file is)", "answers", Accumulation.STOCK, scale=3, minimum=Decimal(0)),
    ),
)  # fmt: skip
ANSWERS = {
    "very good": "very good", "good": "good", "neither": "neither", "poor": "poor", "very poor": "very poor", "do not know": "do not know",
}  # fmt: skip
FRIENDS = Contract(
    dataset="friends_and_family",
    title="Friends and Family Test by practice",
    publisher="NHS England",
    licence=OGL,
    level="practice",
    every="month",
    organisation="practice",
    key=("month", "practice", "answer"),
    sort=("practice", "answer"),
    unlocks="share of patients who call their experience good",
    columns=(
        Column("month", Kind.MONTH, "month", example="2025-08-01"),
        Column("practice", Kind.CODE, "practice", example="A81001"),
        Column("answer", Kind.CODE, "the answer", pattern="|".join(ANSWERS), example="very good"),
        Column("responses", Kind.INTEGER, "responses", "responses", Accumulation.FLOW, minimum=Decimal(0)),
    ),
)  # fmt: skip
TO_2023 = {"overall": "28", "contact": "18", "phone": "1"}
FROM_2024 = {"overall": "overallexp", "contact": "gpcontactoverall", "phone": "localgpservicesphone"}
FRIENDS_WORDS = {
    "Extremely Likely/Very Good": "very good", "Likely/Good": "good", "Neither Likely nor Unlikely/Neither Good nor Poor": "neither",
    "Unlikely/Poor": "poor", "Extremely Unlikely/Very Poor": "very poor", "Do not Know": "do not know",
}  # fmt: skip
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def survey_to_2023(path: Path) -> pl.DataFrame:
    """A row for each practice, question and answer; `Q28_12` counts good answers, `Q28base` all."""
    wide = _lower(sheet(path))
    asked = [
        (word, _count(f"q{n}_12"), _count(f"q{n}base"))
        for word, n in TO_2023.items()
        if f"q{n}base" in wide.columns
    ]
    return _answers(wide, "practice_code", asked)  # fmt: skip


def survey_from_2024(path: Path) -> pl.DataFrame:
    """A row for each practice, question and answer; `.pcteval` is the good share of `.baseevalw`, negative where it is not shown."""
    wide = _lower(sheet(path))
    asked = []
    for word, name in FROM_2024.items():
        share, base = _count(f"{name}.pcteval"), _count(f"{name}.baseevalw")
        if f"{name}.pcteval" in wide.columns:
            asked.append((word, (share * base).round(3), base))
    return _answers(wide, "ad_practicecode", asked)


def _lower(wide: pl.DataFrame) -> pl.DataFrame:
    return wide.rename({name: name.strip().lower() for name in wide.columns}).with_row_index("_row", offset=2)


def _count(column: str) -> pl.Expr:
    """A number; the survey writes −97 and the like for "too few answers"."""
    value = pl.col(column).str.strip_chars().cast(pl.Float64, strict=False)
    return pl.when(value >= 0).then(value)


def _answers(wide: pl.DataFrame, code: str, asked: list[tuple[str, pl.Expr, pl.Expr]]) -> pl.DataFrame:
    parts = []
    for word, good, every in asked:
        for answer, count in (("good", good), ("other", every - good)):
            told = count.round(3).cast(pl.String).alias("answers")
            keys = (pl.col(code).str.strip_chars().alias("practice"), pl.lit(word).alias("question"))
            parts.append(wide.select("_row", *keys, pl.lit(answer).alias("answer"), told))
    return pl.concat(parts).drop_nulls("answers")


def year_in_name(sniff: Sniff) -> date:
    """March of the year in the file's name; FileRefused when it tells none."""
    if match := _YEAR.search(sniff.path.name):
        return date(int(match[1]), 3, 1)
    raise FileRefused(
        f"{sniff.path.name}: does not say its year inside; put it into the name, as in GPPS_2024_Practice_data.csv"
    )


def friends(path: Path) -> pl.DataFrame:
    """A row for each practice, month and answer, from a sheet with the answers side by side."""
    wide = sheet(path).with_row_index("_row", offset=2)
    long = wide.unpivot(list(FRIENDS_WORDS), index=["_row", "month", "practice_code"], variable_name="answer", value_name="responses")  # fmt: skip
    return long.drop_nulls("responses").with_columns(pl.col("answer").replace_strict(FRIENDS_WORDS))


def _surveyed(name: str, recognises, read) -> Era:
    columns = {each: text(each) for each in ("practice", "question", "answer")}
    projection = Projection(SURVEY, {**columns, "answers": number("answers")})
    return Era(name, recognises, Table(read), (projection,), period_of=year_in_name)


def _own(contract: Contract, count: str, names: tuple[str, ...]) -> Era:
    columns = {"month": any_month("month"), **{name: text(name) for name in names}, count: number(count)}
    return Era(
        f"month, {', '.join(names)}, {count}",
        lambda sniff: sniff.has("month", *names, count),
        Table(sheet),
        (Projection(contract, columns),),
    )


SURVEY_SOURCE = Source(
    "gp_patient_survey",
    SURVEY.title,
    SURVEY.publisher,
    OGL,
    "gp-patient.co.uk: surveys and reports, practice data (csv), each July; the year must be in the file's name",
    (
        _surveyed("GP Patient Survey to 2023", lambda sniff: sniff.has("Practice_Code", "Q28base", "Q28_12"), survey_to_2023),
        _surveyed(
            "GP Patient Survey from 2024",
            lambda sniff: sniff.has("ad_practicecode", "overallexp.pcteval", "overallexp.baseevalw"),
            survey_from_2024,
        ),
        _own(SURVEY, "answers", ("practice", "question", "answer")),
    ),
    traps=(
        "2024 asks online first, with other questions: years before cannot be compared with it",
        "negative numbers mean 'too few answers to show': missing, not 0",
        "about 100 people answer for a practice: only large differences are more than luck",
        "weighted bases are not counts of people: intervals are somewhat too narrow where weights differ much",
    ),
)  # fmt: skip
FRIENDS_SOURCE = Source(
    "friends_and_family",
    FRIENDS.title,
    NHS_ENGLAND,
    OGL,
    "NHS England: Friends and Family Test, GP data, each month; save the practice sheet with the columns month, practice_code and the answers",
    (
        Era(
            "Friends and Family by practice, answers side by side",
            lambda sniff: sniff.has("month", "practice_code", *FRIENDS_WORDS),
            Table(friends),
            (
                Projection(
                    FRIENDS,
                    {
                        "month": any_month("month"),
                        "practice": text("practice_code"),
                        "answer": text("answer"),
                        "responses": number("responses"),
                    },
                ),
            ),
        ),
        _own(FRIENDS, "responses", ("practice", "answer")),
    ),
    traps=(
        "who is asked and how differs by practice: it is for listening to one's own patients, not for ranking",
        "practices that send nothing have no rows: missing, not 0",
        "the question changed in April 2020 (from 'would you recommend' to 'how was it')",
    ),
)
