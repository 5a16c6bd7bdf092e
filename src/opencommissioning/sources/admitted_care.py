"""Admitted care: episodes in HES field names (people's facts: they go to the records, never to the store)."""

from collections.abc import Mapping
from decimal import Decimal

from opencommissioning.catalogue.contract import PERSON, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Sniff, Source
from opencommissioning.sources.words import NHS_ENGLAND, text

SPELL_COLUMNS = (
    "provider", "practice", "admitted", "discharged", "method", "source", "destination", "end_method", "classification", "age", "sex",
    "specialty", "diagnosis", "diagnoses", "procedure", "procedures", "hrg",
)  # fmt: skip
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
        Column("diagnosis", Kind.CODE, "main diagnosis, ICD-10", required=False, system="icd10", example="F321"),
        Column("diagnoses", Kind.CODES, "all diagnoses in their order, with blanks between", required=False, system="icd10"),
        Column("procedure", Kind.CODE, "main procedure, OPCS-4", required=False, system="opcs4", example="Z942"),
        Column("procedures", Kind.CODES, "all procedures in their order, with blanks between", required=False, system="opcs4"),
        Column("hrg", Kind.CODE, "healthcare resource group of the spell, where the file has one", required=False, example="DZ65F"),
        Column("operated_on", Kind.DATE, "day of the main procedure, where the file has it", required=False),
    ),
)  # fmt: skip

SPELLS = Contract(  # what episodes become in the records: categories are defined on these columns
    dataset="spells",
    title="Admitted care, spells",
    publisher=EPISODES.publisher,
    licence=EPISODES.licence,
    level=PERSON,
    every="month",
    columns=(
        *(EPISODES.column(name) for name in SPELL_COLUMNS),
        Column("days", Kind.INTEGER, "nights from admission to discharge", "nights", required=False),
        Column("days_to_death", Kind.INTEGER, "days from admission to the person's death in hospital, where it is on file", "days", required=False),
        Column("kind", Kind.CODE, "emergency, elective, maternity or other", example="emergency"),
        Column("operated", Kind.FLAG, "whether any procedure is coded"),
        Column("since_discharge", Kind.INTEGER, "days since the person's earlier discharge, at any provider; none after a transfer", "days", required=False),
    ),
)  # fmt: skip

STAYS = Contract(  # spells with what only weights and other stays tell: kinds of avoidable activity may speak of these as well
    dataset=SPELLS.dataset,
    title=SPELLS.title,
    publisher=SPELLS.publisher,
    licence=SPELLS.licence,
    level=PERSON,
    every="month",
    columns=(
        *SPELLS.columns,
        Column("days_before_operation", Kind.INTEGER, "nights from admission to the main procedure, where the file has its day", "nights", required=False),
        Column("beyond_trim", Kind.INTEGER, "nights beyond the trim point of the HRG: of planned stays and of emergencies each its own", "nights", required=False),
        Column("frailty", Kind.INTEGER, "Hospital Frailty Risk Score × 10 over this stay and those that ended within two years before it; of emergencies of people aged 75 and over", required=False),
        Column("by_smoking", Kind.FLAG, "put down to smoking: by lot, with the attributable fraction of its main diagnosis"),
        Column("by_obesity", Kind.FLAG, "put down to obesity: by lot, with the attributable fraction of its main diagnosis"),
        Column("by_alcohol_acute", Kind.FLAG, "put down to alcohol (injuries): by lot, with the largest attributable fraction of its diagnoses"),
        Column("by_alcohol_chronic", Kind.FLAG, "put down to alcohol (diseases): by lot, with the largest attributable fraction of its diagnoses"),
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


def every_opcs4(column: str) -> str:
    """All procedures of a joined list, in their order, with blanks between."""
    plain = f"replace(upper({text(column)}), '.', '')"
    return f"array_to_string(regexp_extract_all({plain}, '[A-Z][0-9]{{2,3}}'), ' ')"


def opcs4(column: str) -> str:
    """A procedure code; `-` (none), `&` (not known) and whatever else is no OPCS-4 code is missing."""
    return f"nullif(regexp_extract(replace(upper({text(column)}), '.', ''), '^[A-Z][0-9]{{2,3}}'), '')"


def practice_code(column: str) -> str:
    """The practice of registration; the codes for none, unknown and no fixed abode are missing."""
    code = f"upper({text(column)})"
    valid = f"regexp_full_match({code}, '[A-Z][0-9]{{5}}') AND {code} NOT IN {NO_PRACTICE}"
    return f"CASE WHEN {valid} THEN {code} END"


def coded(column: str) -> str:
    """A code; `-` (none) and `&` (not known) are missing."""
    return f"nullif(nullif(upper({text(column)}), '-'), '&')"


HES_NAMES = {
    "episode": "EPIKEY", "provider": "PROCODE3", "practice": "GPPRAC", "admitted": "ADMIDATE", "discharged": "DISDATE",
    "started": "EPISTART", "ended": "EPIEND", "number": "EPIORDER", "status": "EPISTAT", "kind": "EPITYPE", "method": "ADMIMETH",
    "source": "ADMISORC", "destination": "DISDEST", "end_method": "DISMETH", "classification": "CLASSPAT", "age": "STARTAGE",
    "sex": "SEX", "specialty": "TRETSPEF", "diagnosis": "DIAG_4_01", "diagnoses": "DIAG_4_CONCAT", "procedure": "OPERTN_4_01",
    "procedures": "OPERTN_4_CONCAT", "hrg": "SUSHRG", "operated_on": "OPDATE_01",
}  # fmt: skip
OPTIONAL = frozenset({"SUSHRG", "OPDATE_01"})
SUS_NAMES = {
    "person": "Der_Pseudo_NHS_Number", "episode": "APCE_Ident", "spell": "APCS_Ident", "provider": "Der_Provider_Code",
    "practice": "GP_Practice_Code", "admitted": "Admission_Date", "discharged": "Discharge_Date", "started": "Episode_Start_Date",
    "ended": "Episode_End_Date", "number": "Episode_Number", "status": "Episode_Status", "kind": "Episode_Type",
    "method": "Admission_Method", "source": "Source_of_Admission", "destination": "Discharge_Destination",
    "end_method": "Discharge_Method", "classification": "Patient_Classification", "age": "Der_Age_at_CDS_Activity_Date", "sex": "Sex",
    "specialty": "Treatment_Function_Code", "diagnosis": "Der_Primary_Diagnosis_Code", "diagnoses": "Der_Diagnosis_All",
    "procedure": "Der_Primary_Procedure_Code", "procedures": "Der_Procedure_All",
}  # fmt: skip
SUS_HRG = "Spell_Core_HRG_SUS"  # extracts that join episodes to their spells have it


def _projection(names: Mapping[str, str]) -> Projection:
    """Episodes out of a file whose columns are called so (ours → the file's)."""
    age = f"try_cast({text(names['age'])} AS INTEGER)"
    columns = {
        "person": text(names["person"]),
        "episode": text(names["episode"]),
        "spell": f"nullif({text(names['spell'])}, '-1')" if "spell" in names else "NULL",
        "provider": f"left(upper({text(names['provider'])}), 3)",
        "practice": practice_code(names["practice"]),
        **{name: day(names[name]) for name in ("admitted", "discharged", "started", "ended")},
        **{name: text(names[name]) for name in ("number", "status", "kind")},
        "method": f"upper({text(names['method'])})",
        **{name: coded(names[name]) for name in ("source", "destination", "end_method", "classification", "sex", "specialty", "procedure")},
        "hrg": coded(names["hrg"]) if "hrg" in names else "NULL",
        "operated_on": day(names["operated_on"]) if "operated_on" in names else "NULL",
        "age": f"CASE WHEN {age} BETWEEN 7001 AND 7007 THEN 0 ELSE {age} END",
        "diagnosis": icd10(names["diagnosis"]),
        "diagnoses": every_icd10(names["diagnoses"]),
        "procedures": every_opcs4(names["procedures"]),
    }  # fmt: skip
    usable = "a date of admission (1800-01-01 and 1801-01-01 mean that there is none)"
    ordered = "a discharge that is not before the admission"
    checks = {
        usable: f"{columns['admitted']} IS NOT NULL",
        ordered: f"coalesce({columns['discharged']} >= {columns['admitted']}, TRUE)",
    }
    return Projection(EPISODES, columns, checks=checks)


def _traps(names: Mapping[str, str]) -> dict[str, str]:
    """What files of episodes are known for, with the rows that have it."""
    days = [text(names[name]) for name in ("admitted", "discharged", "started", "ended")]
    unknown = " OR ".join(
        f"coalesce({each} IN ('1800-01-01', '1801-01-01', '1582-10-15', '1600-01-01'), FALSE)"
        for each in days
    )
    filled = text(names["procedure"])
    return {
        f"have no date of discharge ({names['discharged']} is blank): their stay has no length": f"{text(names['discharged'])} IS NULL",
        "have a date of 1801 or before, which stands for unknown or invalid: it is missing": unknown,
        "have '-' or '&' for a procedure (none, or not known): it is missing": f"coalesce({filled} IN ('-', '&'), FALSE)",
        "ended before April 2009: their organisation codes are those of that time, which today's registers do not name": f"coalesce(try_cast({text(names['ended'])} AS DATE) BETWEEN DATE '1802-01-01' AND DATE '2009-03-31', FALSE)",
    }  # fmt: skip


def _is_hes(sniff: Sniff, person: str) -> bool:
    return sniff.has("EPIKEY", "ADMIDATE", "ADMIMETH", "DIAG_4_01", person)


OLD = Era(
    "HES episodes with PSEUDO_HESID",
    lambda sniff: _is_hes(sniff, "PSEUDO_HESID"),
    Csv(),
    (_projection({**HES_NAMES, "person": "PSEUDO_HESID"}),),
    traps=_traps(HES_NAMES),
    optional=OPTIONAL,
)
NEW = Era(
    "HES episodes with TOKEN_PERSON_ID and SUSSPELLID",
    lambda sniff: _is_hes(sniff, "TOKEN_PERSON_ID") and sniff.has("SUSSPELLID"),
    Csv(),
    (_projection({**HES_NAMES, "person": "TOKEN_PERSON_ID", "spell": "SUSSPELLID"}),),
    traps=_traps(HES_NAMES),
    optional=OPTIONAL,
)
SUS = Era(
    "SUS+ episodes",
    lambda sniff: sniff.has(*SUS_NAMES.values()),
    Csv(),
    (_projection({**SUS_NAMES, "hrg": SUS_HRG}),),
    traps=_traps(SUS_NAMES),
    optional=frozenset({SUS_HRG}),
)
SOURCE = Source(
    "admitted_care",
    "Hospital episodes, admitted patient care (HES, SUS+)",
    NHS_ENGLAND,
    EPISODES.licence,
    "NHS England's Data Access Request Service, or the area's own SUS+ extract under HES names",
    (OLD, NEW, SUS),
    traps=(
        "regular day and night attenders (CLASSPAT 3 and 4) are no admissions and are not counted",
        "an episode is time under one consultant; a spell (admission to discharge) may have several, and is what is counted",
        "dates 1800-01-01 and 1801-01-01 mean unknown and invalid",
        "a file holds the episodes that ended in its months: admissions before its first month are few and are not counted",
        "ICD-10 codes come with X as a filler (I10X), with dots, or with a dagger or asterisk",
        "ages 7001 to 7007 are babies under one year",
        "HRGs come from SUSHRG, or in SUS+ from Spell_Core_HRG_SUS, where the extract has it; kinds of activity told by HRG find nothing without",
        "practices V81997 to V81999 stand for none or unknown; provider codes are those of the time",
    ),
)
