"""Admitted care: episodes in HES field names (people's facts: they go to the records, never to the store)."""

from decimal import Decimal

from opencommissioning.catalogue.contract import PERSON, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Sniff, Source
from opencommissioning.sources.words import NHS_ENGLAND, text

CODES = "[A-Z][0-9]{2}[0-9X]?"
NO_PRACTICE = "('V81997', 'V81998', 'V81999')"  # no practice, not known, no fixed abode

EPISODES = Contract(
    dataset="episodes",
    title="Admitted care, episodes",
    publisher=NHS_ENGLAND,
    licence="under the area's own agreement",
    level=PERSON,
    every="month",
    organisation="practice",
    key=("episode",),
    sort=("person", "admitted", "episode"),
    parts="collection",
    unlocks="emergency admissions, stays and readmissions by practice",
    columns=(
        Column("person", Kind.CODE, "whose episode it is, as a key of the area's own", example="TEST1"),
        Column("episode", Kind.CODE, "identifier of the episode", example="513700125763"),
        Column("spell", Kind.CODE, "identifier of the spell, where the file has one", required=False),
        Column("provider", Kind.CODE, "trust, three characters", required=False, example="RTA"),
        Column("practice", Kind.CODE, "practice of registration", required=False, example="M84031"),
        Column("admitted", Kind.DATE, "date of admission", required=False, example="2001-09-27"),
        Column("discharged", Kind.DATE, "date of discharge", required=False, example="2002-01-08"),
        Column("started", Kind.DATE, "first day of the episode", required=False),
        Column("ended", Kind.DATE, "last day of the episode", required=False),
        Column("number", Kind.INTEGER, "place of the episode in its spell", required=False, example="1"),
        Column("status", Kind.CODE, "1 unfinished, 3 finished", required=False, example="3"),
        Column("kind", Kind.CODE, "1 general, 2 delivery, 3 birth, 4 psychiatric, 5–6 other maternity", required=False),
        Column("method", Kind.CODE, "method of admission", required=False, example="21"),
        Column("source", Kind.CODE, "where the patient came from", required=False, example="19"),
        Column("destination", Kind.CODE, "where the patient went", required=False, example="19"),
        Column("end_method", Kind.CODE, "method of discharge; 4 died", required=False, example="1"),
        Column("classification", Kind.CODE, "1 ordinary, 2 day case, 3–4 regular, 5 mother and baby", required=False),
        Column("age", Kind.INTEGER, "years at the start of the episode", "years", required=False, maximum=Decimal(130)),
        Column("sex", Kind.CODE, "1 male, 2 female", required=False, example="2"),
        Column("specialty", Kind.CODE, "treatment function", required=False, example="430"),
        Column("diagnosis", Kind.CODE, "main diagnosis, ICD-10", required=False, example="F321"),
        Column("diagnoses", Kind.TEXT, "all diagnoses in their order, with blanks between", required=False),
        Column("procedure", Kind.CODE, "main procedure, OPCS-4", required=False, example="Z942"),
    ),
)  # fmt: skip


def day(column: str) -> str:
    """A date of HES: 1800-01-01 (unknown) and 1801-01-01 (invalid) are none."""
    date = f"try_cast({text(column)} AS DATE)"
    return f"CASE WHEN {date} > DATE '1801-01-01' THEN {date} END"


def icd10(column: str) -> str:
    """`I10.X`, `i10`, `A18.0D` as `I10X`, `I10`, `A180`; what is no ICD-10 code is missing."""
    plain = f"regexp_replace(upper({text(column)}), '[. ]', '', 'g')"
    return f"nullif(regexp_extract({plain}, '^{CODES}'), '')"


def every_icd10(column: str) -> str:
    """All codes of a joined list, in their order, with blanks between."""
    plain = f"replace(upper({text(column)}), '.', '')"
    return f"array_to_string(regexp_extract_all({plain}, '{CODES}'), ' ')"


def _practice(column: str) -> str:
    code = f"upper({text(column)})"
    valid = f"regexp_full_match({code}, '[A-Z][0-9]{{5}}') AND {code} NOT IN {NO_PRACTICE}"
    return f"CASE WHEN {valid} THEN {code} END"


def _projection(person: str, spell: str) -> Projection:
    def coded(column: str) -> str:  # HES writes - for none and & for not known
        return f"nullif(nullif(upper({text(column)}), '-'), '&')"

    age = f"try_cast({text('STARTAGE')} AS INTEGER)"
    columns = {
        "person": text(person),
        "episode": text("EPIKEY"),
        "spell": f"nullif({text(spell)}, '-1')" if spell else "NULL",
        "provider": f"left(upper({text('PROCODE3')}), 3)",
        "practice": _practice("GPPRAC"),
        "admitted": day("ADMIDATE"),
        "discharged": day("DISDATE"),
        "started": day("EPISTART"),
        "ended": day("EPIEND"),
        "number": text("EPIORDER"),
        "status": text("EPISTAT"),
        "kind": text("EPITYPE"),
        "method": f"upper({text('ADMIMETH')})",
        "source": coded("ADMISORC"),
        "destination": coded("DISDEST"),
        "end_method": coded("DISMETH"),
        "classification": coded("CLASSPAT"),
        "age": f"CASE WHEN {age} BETWEEN 7001 AND 7007 THEN 0 ELSE {age} END",
        "sex": coded("SEX"),
        "specialty": coded("TRETSPEF"),
        "diagnosis": icd10("DIAG_4_01"),
        "diagnoses": every_icd10("DIAG_4_CONCAT"),
        "procedure": coded("OPERTN_4_01"),
    }
    usable = "a date of admission (1800-01-01 and 1801-01-01 mean that there is none)"
    ordered = "a discharge that is not before the admission"
    checks = {
        usable: f"{columns['admitted']} IS NOT NULL",
        ordered: f"coalesce({columns['discharged']} >= {columns['admitted']}, TRUE)",
    }
    return Projection(EPISODES, columns, checks=checks)


def _is_hes(sniff: Sniff, person: str) -> bool:
    return sniff.has("EPIKEY", "ADMIDATE", "ADMIMETH", "DIAG_4_01", person)


OLD = Era(
    "HES episodes with PSEUDO_HESID",
    lambda sniff: _is_hes(sniff, "PSEUDO_HESID"),
    Csv(),
    (_projection("PSEUDO_HESID", ""),),
)
NEW = Era(
    "HES episodes with TOKEN_PERSON_ID and SUSSPELLID",
    lambda sniff: _is_hes(sniff, "TOKEN_PERSON_ID") and sniff.has("SUSSPELLID"),
    Csv(),
    (_projection("TOKEN_PERSON_ID", "SUSSPELLID"),),
)
SOURCE = Source(
    "admitted_care",
    "Hospital episodes, admitted patient care (HES)",
    NHS_ENGLAND,
    EPISODES.licence,
    "NHS England's Data Access Request Service, or the area's own SUS+ extract under HES names",
    (OLD, NEW),
    traps=(
        "an episode is time under one consultant; a spell (admission to discharge) may have several, and is what is counted",
        "dates 1800-01-01 and 1801-01-01 mean unknown and invalid",
        "a file holds the episodes that ended in its months: admissions before its first month are few and are not counted",
        "ICD-10 codes come with X as a filler (I10X), with dots, or with a dagger or asterisk",
        "ages 7001 to 7007 are babies under one year",
        "practices V81997 to V81999 stand for none or unknown; provider codes are those of the time",
    ),
)
