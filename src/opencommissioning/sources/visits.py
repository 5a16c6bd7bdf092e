"""A&E attendances and outpatient appointments, one row each (people's facts: they go to the records), and the counts made of them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from opencommissioning.catalogue.contract import PERSON, Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source
from opencommissioning.sources.admitted_care import coded, day, opcs4, practice_code
from opencommissioning.sources.words import NHS_ENGLAND, any_month, number, text

LICENCE = "under the area's own agreement"
OURS = "the area's own records, or its commissioning support"
PRACTICE = Column("practice", Kind.CODE, "practice of registration", required=False, example="M84031")
AGE = Column("age", Kind.INTEGER, "years", "years", required=False, maximum=Decimal(130))
SEX = Column("sex", Kind.CODE, "1 male, 2 female", required=False)
WHO = (
    Column("person", Kind.CODE, "whose it is, as a key of the area's own", example="TEST1"),
    Column("episode", Kind.CODE, "identifier of the attendance", example="502918283753"),
    Column("provider", Kind.CODE, "trust, three characters", required=False, example="RTA"),
    PRACTICE,
)
ATTENDANCES = Contract(
    dataset="attendance_records",
    title="A&E attendances, one row each",
    publisher=NHS_ENGLAND,
    licence=LICENCE,
    level=PERSON,
    every="month",
    organisation="practice",
    key=("person", "episode"),
    sort=("person", "day", "episode"),
    parts="collection",
    unlocks="A&E attendances by practice: all, avoidable, of frequent attenders",
    columns=(
        *WHO,
        Column("day", Kind.DATE, "day of arrival", example="2026-04-11"),
        Column("department", Kind.CODE, "01 major, 02 single specialty, 03 minor injury, 04 walk-in", required=False, example="01"),
        Column("attendance", Kind.CODE, "1 first; others follow up", required=False, example="1"),
        Column("ambulance", Kind.FLAG, "whether brought by ambulance", required=False),
        Column("admitted", Kind.FLAG, "whether admitted from A&E", required=False),
        Column("avoidable", Kind.FLAG, "whether avoidable by NHS England's rule", required=False),
        Column("untreated", Kind.FLAG, "whether neither investigated nor treated", required=False),
        Column("left_early", Kind.FLAG, "whether the patient left before treatment", required=False),
        Column("sent_home", Kind.FLAG, "whether discharged, with no follow-up or with the GP's", required=False),
        Column("care_home", Kind.FLAG, "whether the patient lives in a residential or nursing home; HES A&E does not say", required=False),
        Column("hrg", Kind.CODE, "healthcare resource group, where the file has one", required=False, example="VB09Z"),
        AGE,
        SEX,
    ),
)  # fmt: skip
VISITS = Contract(  # attendances with what only the other attendances of the person tell: categories are defined on these columns
    dataset="attendances",
    title="A&E attendances",
    publisher=NHS_ENGLAND,
    licence=LICENCE,
    level=PERSON,
    every="month",
    columns=(
        *ATTENDANCES.columns[2:],
        Column("earlier", Kind.INTEGER, "earlier attendances in the 365 days before", "attendances"),
    ),
)
APPOINTMENTS = Contract(
    dataset="appointment_records",
    title="Outpatient appointments, one row each",
    publisher=NHS_ENGLAND,
    licence=LICENCE,
    level=PERSON,
    every="month",
    organisation="practice",
    key=("person", "episode"),
    sort=("person", "day", "episode"),
    parts="collection",
    unlocks="outpatient firsts, follow-ups and appointments missed, by practice",
    columns=(
        *WHO,
        Column("day", Kind.DATE, "day of the appointment", example="2026-04-11"),
        Column("attended", Kind.CODE, "5, 6 seen; 7 too late; 2 patient cancelled; 3 did not attend; 4 provider cancelled", required=False),
        Column("first", Kind.CODE, "1 first, 2 follow-up, 3 first at a distance, 4 follow-up at a distance", required=False),
        Column("specialty", Kind.CODE, "treatment function", required=False, example="110"),
        Column("referred_by", Kind.CODE, "03 general practitioner, 05 another consultant", required=False, example="03"),
        Column("operated", Kind.FLAG, "whether a procedure is coded", required=False),
        Column("hrg", Kind.CODE, "healthcare resource group, where the file has one", required=False, example="WF01B"),
        AGE,
        SEX,
    ),
)  # fmt: skip
CLINICS = Contract(  # appointments as kinds of activity are defined on them
    dataset="appointments",
    title="Outpatient appointments",
    publisher=NHS_ENGLAND,
    licence=LICENCE,
    level=PERSON,
    every="month",
    columns=APPOINTMENTS.columns[2:],
)
COUNTED_VISITS = Contract(
    dataset="ae_visits",
    title="A&E attendances by practice and category",
    publisher=OURS,
    licence=LICENCE,
    level="practice",
    every="month",
    organisation="practice",
    code="category",
    key=("month", "practice", "category", "department", "outcome"),
    sort=("practice", "category", "department", "outcome"),
    disclosive=True,
    unlocks="A&E attendances per 1,000 patients: all, avoidable, of frequent attenders",
    columns=(
        Column("month", Kind.MONTH, "month of arrival", example="2026-04-01"),
        Column("practice", Kind.CODE, "practice of registration", example="X81001"),
        Column("category", Kind.CODE, "all, avoidable, frequent …; an attendance may be in several", example="all"),
        Column("department", Kind.CODE, "type of department", pattern="1|2|3|4|other", example="1"),
        Column("outcome", Kind.CODE, "admitted or not", pattern="admitted|not admitted", example="not admitted"),
        Column("attendances", Kind.INTEGER, "attendances", "attendances", Accumulation.FLOW, minimum=Decimal(0), example="31"),
    ),
)  # fmt: skip
OUTCOMES = ("seen", "did not attend", "cancelled by patient", "cancelled by provider", "other")
COUNTED_APPOINTMENTS = Contract(
    dataset="outpatient_appointments",
    title="Outpatient appointments by practice",
    publisher=OURS,
    licence=LICENCE,
    level="practice",
    every="month",
    organisation="practice",
    code="category",
    key=("month", "practice", "category", "visit", "outcome", "remote"),
    sort=("practice", "category", "visit", "outcome", "remote"),
    disclosive=True,
    unlocks="outpatient firsts and follow-ups per 1,000 patients, their ratio, appointments missed",
    columns=(
        Column("month", Kind.MONTH, "month of the appointment", example="2026-04-01"),
        Column("practice", Kind.CODE, "practice of registration", example="X81001"),
        Column("category", Kind.CODE, "all, or a group of specialties", example="all"),
        Column("visit", Kind.CODE, "first or follow-up", pattern="first|follow-up|unknown", example="first"),
        Column("outcome", Kind.CODE, "what became of it", pattern="|".join(OUTCOMES), example="seen"),
        Column("remote", Kind.CODE, "by telephone or video", pattern="yes|no", example="no"),
        Column("appointments", Kind.INTEGER, "appointments", "appointments", Accumulation.FLOW, minimum=Decimal(0), example="52"),
    ),
)  # fmt: skip
# NHS England's method of avoidable A&E attendances (ESA_Avoidable_ED_Attendances, MIT), after Mason 2017.
HES_RULE = {"disposal": ("02", "03", "12"), "investigation": ("06", "21", "22", "24"), "treatment": ("221", "222", "30", "56", "57", "99", "07")}  # fmt: skip
ECDS_RULE = {
    "disposal": ("1077021000000100", "182992009", "1066321000000107"),
    "investigation": ("27171005", "167252002", "67900009", "53115007", "1088291000000101"),
    "treatment": ("413334001", "81733005", "266712008", "183964008"),
}
ECDS_AMBULANCE = ("1048071000000103", "1048061000000105", "1047991000000102", "1048001000000106")
# Neither investigated nor treated, left before treatment, discharged home: as coded by The Strategy Unit (nhp_data, MIT); the HES codes are
# those of the same meaning (24 none; 99 none; 12 and 13 left; 02 and 03 discharged).
HES_NONE = {"investigation": ("24",), "treatment": ("99",), "left": ("12", "13"), "home": ("02", "03")}
ECDS_NONE = {
    "investigation": ("1088291000000101",),
    "treatment": ("183964008",),
    "left": ("1066301000000103", "1066311000000101", "1066321000000107"),
    "home": ("989501000000106", "3780001"),
}
HES_ADMITTED = ("01",)
CARE_HOMES = (
    "160734000",
    "394923006",
)  # lives in a nursing home, in a residential home (SNOMED CT, accommodation status of ECDS)
ECDS_ADMITTED = (  # discharge destination: ward, short stay, high dependency, coronary, special baby, intensive, neonatal intensive care
    "306706006", "1066331000000109", "1066361000000104", "1066371000000106", "1066381000000108", "1066391000000105", "1066401000000108",
)  # fmt: skip


def _one_of(value: str, codes: Sequence[str]) -> str:
    return f"{value} IN ({', '.join(repr(code) for code in codes)})"


def _only(columns: Sequence[str], codes: Sequence[str]) -> str:
    """Whether every one of the columns is blank or one of the codes."""
    return " AND ".join(f"coalesce({_one_of(coded(column), codes)}, TRUE)" for column in columns)


def _age(column: str) -> str:
    """Whole years; ages 7001 to 7007 are babies under one year."""
    years = f"CAST(floor(try_cast({text(column)} AS DOUBLE)) AS INTEGER)"
    return f"CASE WHEN {years} BETWEEN 7001 AND 7007 THEN 0 ELSE {years} END"


def _visit(
    names: Mapping[str, str], ambulance: str, admitted: str, rule: Mapping[str, Sequence[str]], none: Mapping[str, Sequence[str]],
    columns: Mapping[str, Sequence[str]],
) -> Projection:  # fmt: skip
    """Attendances out of a file with these names; avoidable: a major department, first attendance, on foot, nothing done but advice."""
    department = f"lpad({coded(names['department'])}, 2, '0')"
    avoidable = " AND ".join(
        (
            f"coalesce({department} = '01', FALSE)",
            f"coalesce({coded(names['attendance'])} = '1', FALSE)",
            f"coalesce({_one_of(coded(names['disposal']), rule['disposal'])}, FALSE)",
            f"NOT coalesce({ambulance}, FALSE)",
            *(_only(columns[kind], rule[kind]) for kind in ("investigation", "treatment")),
        )
    )
    return Projection(
        ATTENDANCES,
        {
            "person": text(names["person"]),
            "episode": names["episode"],
            "provider": f"left(upper({text(names['provider'])}), 3)",
            "practice": practice_code(names["practice"]),
            "day": day(names["day"]),
            "department": department,
            "attendance": coded(names["attendance"]),
            "ambulance": ambulance,
            "admitted": admitted,
            "avoidable": avoidable,
            "untreated": " AND ".join(
                _only(columns[kind], none[kind]) for kind in ("investigation", "treatment")
            ),
            "left_early": f"coalesce({_one_of(coded(names['disposal']), none['left'])}, FALSE)",
            "sent_home": f"coalesce({_one_of(coded(names['home']), none['home'])}, FALSE)",
            "care_home": _one_of(coded(names["lives"]), CARE_HOMES) if "lives" in names else "NULL",
            "hrg": coded(names["hrg"]) if "hrg" in names else "NULL",
            "age": _age(names["age"]),
            "sex": coded(names["sex"]),
        },
    )


HES_AE = Era(
    "HES A&E",
    lambda sniff: sniff.has("AEKEY", "ARRIVALDATE", "AEDEPTTYPE", "AEATTENDCAT", "PSEUDO_HESID"),
    Csv(),
    (
        _visit(
            {"person": "PSEUDO_HESID", "episode": text("AEKEY"), "provider": "PROCODE3", "practice": "GPPRAC", "day": "ARRIVALDATE", "department": "AEDEPTTYPE", "attendance": "AEATTENDCAT", "disposal": "AEATTENDDISP", "home": "AEATTENDDISP", "hrg": "SUSHRG", "age": "ARRIVALAGE", "sex": "SEX"},
            f"{coded('AEARRIVALMODE')} = '1'",
            _one_of(coded("AEATTENDDISP"), HES_ADMITTED),
            HES_RULE,
            HES_NONE,
            {"investigation": [f"INVEST2_{n:02d}" for n in range(1, 13)], "treatment": [f"TREAT3_{n:02d}" for n in range(1, 13)]},
        ),
    ),
    optional=frozenset({"SUSHRG"}),
)  # fmt: skip
ECDS = Era(
    "ECDS",
    lambda sniff: sniff.has("TOKEN_PERSON_ID", "ARRIVAL_DATE", "DEPARTMENT_TYPE", "ATTENDANCE_CATEGORY", "DISCHARGE_STATUS"),
    Csv(),
    (
        _visit(
            {"person": "TOKEN_PERSON_ID", "episode": f"concat_ws('/', {text('PROVIDER_CODE')}, {text('ARRIVAL_DATE')}, {text('ARRIVAL_TIME')}, {text('DEPARTURE_TIME')})", "provider": "PROVIDER_CODE", "practice": "PRACTICE_CODE_PATIENT_REGISTRATION", "day": "ARRIVAL_DATE", "department": "DEPARTMENT_TYPE", "attendance": "ATTENDANCE_CATEGORY", "disposal": "DISCHARGE_STATUS", "home": "DISCHARGE_FOLLOW_UP", "hrg": "SUS_HRG_CODE", "lives": "ACCOMMODATION_STATUS", "age": "AGE_AT_ARRIVAL", "sex": "STATED_GENDER"},
            _one_of(coded("ARRIVAL_MODE"), ECDS_AMBULANCE),
            _one_of(coded("DISCHARGE_DESTINATION"), ECDS_ADMITTED),
            ECDS_RULE,
            ECDS_NONE,
            {"investigation": [f"INVESTIGATION_CODE_{n}" for n in range(1, 13)], "treatment": [f"TREATMENT_CODE_{n}" for n in range(1, 13)]},
        ),
    ),
    optional=frozenset({"SUS_HRG_CODE", "DISCHARGE_FOLLOW_UP", "ACCOMMODATION_STATUS"}),
)  # fmt: skip
HES_OP = Era(
    "HES outpatients",
    lambda sniff: sniff.has("ATTENDKEY", "APPTDATE", "ATTENDED", "FIRSTATT", "PSEUDO_HESID"),
    Csv(),
    (
        Projection(
            APPOINTMENTS,
            {
                "person": text("PSEUDO_HESID"),
                "episode": text("ATTENDKEY"),
                "provider": f"left(upper({text('PROCODE3')}), 3)",
                "practice": practice_code("GPPRAC"),
                "day": day("APPTDATE"),
                "attended": coded("ATTENDED"),
                "first": coded("FIRSTATT"),
                "specialty": coded("TRETSPEF"),
                "referred_by": coded("REFSOURC"),
                "operated": f"{opcs4('OPERTN_4_01')} IS NOT NULL",
                "hrg": coded("SUSHRG"),
                "age": _age("APPTAGE"),
                "sex": coded("SEX"),
            },
        ),
    ),
    optional=frozenset({"REFSOURC", "OPERTN_4_01", "SUSHRG"}),
)


SUS_OP_NAMES = {
    "person": "Der_Pseudo_NHS_Number", "episode": "OPA_Ident", "provider": "Der_Provider_Code", "practice": "GP_Practice_Code",
    "day": "Appointment_Date", "attended": "Attendance_Status", "first": "First_Attendance", "specialty": "Treatment_Function_Code",
    "age": "Der_Age_at_CDS_Activity_Date", "sex": "Sex",
}  # fmt: skip
SUS_OP_REFERRED, SUS_OP_HRG, SUS_OP_PROCEDURE = (
    "OPA_Referral_Source",
    "Core_HRG",
    "Der_Primary_Procedure_Code",
)
SUS_OP = Era(
    "SUS+ outpatients",
    lambda sniff: sniff.has(*SUS_OP_NAMES.values()),
    Csv(),
    (
        Projection(
            APPOINTMENTS,
            {
                "person": text(SUS_OP_NAMES["person"]),
                "episode": text(SUS_OP_NAMES["episode"]),
                "provider": f"left(upper({text(SUS_OP_NAMES['provider'])}), 3)",
                "practice": practice_code(SUS_OP_NAMES["practice"]),
                "day": day(SUS_OP_NAMES["day"]),
                **{name: coded(SUS_OP_NAMES[name]) for name in ("attended", "first", "specialty", "sex")},
                "referred_by": coded(SUS_OP_REFERRED),
                "hrg": coded(SUS_OP_HRG),
                "operated": f"{opcs4(SUS_OP_PROCEDURE)} IS NOT NULL",
                "age": _age(SUS_OP_NAMES["age"]),
            },
        ),
    ),
    optional=frozenset({SUS_OP_REFERRED, SUS_OP_HRG, SUS_OP_PROCEDURE}),
)


def _counts(contract: Contract, total: str) -> Era:
    """Counts that somebody made, in our own layout."""
    names = [column.name for column in contract.columns]
    plain = {name: text(name) for name in names if name not in ("month", total)}
    columns = {"month": any_month("month"), **plain, total: number(total)}
    return Era(f"{contract.title}, counts", lambda sniff: sniff.has(*names), Csv(encoding="utf-8"), (Projection(contract, columns),))  # fmt: skip


AE_SOURCE = Source(
    "ae_visits",
    "A&E attendances (HES, ECDS, or counts)",
    NHS_ENGLAND,
    LICENCE,
    "NHS England's Data Access Request Service; or a table of month, practice, category, department, outcome, attendances",
    (HES_AE, ECDS, _counts(COUNTED_VISITS, "attendances")),
    traps=(
        "attendance category: in HES 2 is a planned and 3 an unplanned follow-up, in ECDS 2 and 3 are unplanned and 4 planned: only 1 (first) means the same",
        "department types are two digits here; files that write one are filled up",
        "an attendance is avoidable by NHS England's rule only in a major department (type 1): files with unknown types have none",
        "who lives in a care home is told by ECDS alone (ACCOMMODATION_STATUS, often blank): HES A&E has no such field, so its residents are not counted",
        "frequent: at least 3 earlier attendances within 365 days, so the first year of records has too few",
    ),
)
OP_SOURCE = Source(
    "outpatients",
    "Outpatient appointments (HES, SUS+, or counts)",
    NHS_ENGLAND,
    LICENCE,
    "NHS England's Data Access Request Service; or a table of month, practice, category, visit, outcome, remote, appointments",
    (HES_OP, SUS_OP, _counts(COUNTED_APPOINTMENTS, "appointments")),
    traps=(
        "seen is ATTENDED 5 or 6; 7 (too late) and 3 (did not attend) count as not attended, cancelled appointments as neither",
        "FIRSTATT 3 and 4 are at a distance; other values are unknown and in no ratio",
    ),
)
