"""Appointments in general practice, by practice and month: how they ended, with whom, how, and how long after booking.

Layout: NHS England, "Appointments in General Practice", practice level crosstab (monthly CSV files, one a region, since 2022).
"""

from decimal import Decimal

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source
from opencommissioning.sources.words import NHS_ENGLAND, OGL, any_month, month_of, named_date, number, text

STATUSES = ("attended", "did not attend", "unknown")
STAFF = ("GP", "other", "unknown")
MODES = ("face to face", "telephone", "online", "home visit", "unknown")
WAITS = ("same day", "1 day", "2-7 days", "8-14 days", "15-21 days", "22-28 days", "over 28 days", "unknown")
APPOINTMENTS = Contract(
    dataset="gp_appointments",
    title="Appointments in general practice",
    publisher=NHS_ENGLAND,
    licence=OGL,
    level="practice",
    every="month",
    organisation="practice",
    sort=("practice", "status"),
    unlocks="appointments for each patient, missed appointments, same-day appointments, appointments by telephone or online",
    columns=(
        Column("month", Kind.MONTH, "month of the appointment", example="2025-10-01"),
        Column("practice", Kind.CODE, "practice", example="A81001"),
        Column("status", Kind.CODE, "how it ended", pattern="|".join(STATUSES), example="attended"),
        Column("staff", Kind.CODE, "with whom", pattern="|".join(STAFF), example="GP"),
        Column("mode", Kind.CODE, "how", pattern="|".join(MODES), example="telephone"),
        Column("wait", Kind.CODE, "days between booking and appointment", pattern="|".join(WAITS), example="same day"),
        Column("category", Kind.TEXT, "national category of the appointment", required=False, example="General Consultation Routine"),
        Column("appointments", Kind.INTEGER, "appointments", "appointments", Accumulation.FLOW, minimum=Decimal(0)),
    ),
)  # fmt: skip


def _plain(column: str) -> str:
    """Lower case, one blank between words: the publisher writes `8  to 14 Days` with two."""
    return f"lower(regexp_replace({text(column)}, ' +', ' ', 'g'))"


def _words(column: str, pairs: tuple[tuple[str, str], ...], otherwise: str) -> str:
    cases = " ".join(f"WHEN {_plain(column)} LIKE '{pattern}' THEN '{word}'" for pattern, word in pairs)
    return f"CASE {cases} ELSE {otherwise} END"


STATUS = (
    ("attended", "attended"),
    ("dna", "did not attend"),
    ("did not attend", "did not attend"),
    ("unknown", "unknown"),
)
WHO = (("gp", "GP"), ("other practice staff", "other"), ("unknown", "unknown"))
MODE = (
    ("face%", "face to face"), ("telephone", "telephone"), ("video%", "online"), ("home visit", "home visit"), ("unknown", "unknown"),
)  # fmt: skip
WAIT = (
    ("same day", "same day"), ("1 day", "1 day"), ("2 to 7 days", "2-7 days"), ("8 to 14 days", "8-14 days"),
    ("15 to 21 days", "15-21 days"), ("22 to 28 days", "22-28 days"), ("more than 28 days", "over 28 days"),
    ("unknown%", "unknown"),
)  # fmt: skip
PUBLISHED = Era(
    "GP appointments, practice level crosstab",
    lambda sniff: sniff.has("APPOINTMENT_MONTH_START_DATE", "GP_CODE", "APPT_STATUS", "COUNT_OF_APPOINTMENTS"),
    Csv(encoding="utf-8"),
    (
        Projection(
            APPOINTMENTS,
            {
                "month": month_of(named_date("APPOINTMENT_MONTH_START_DATE")),
                "practice": text("GP_CODE"),
                "status": _words("APPT_STATUS", STATUS, text("APPT_STATUS")),
                "staff": _words("HCP_TYPE", WHO, text("HCP_TYPE")),
                "mode": _words("APPT_MODE", MODE, text("APPT_MODE")),
                "wait": _words("TIME_BETWEEN_BOOK_AND_APPT", WAIT, text("TIME_BETWEEN_BOOK_AND_APPT")),
                "category": text("NATIONAL_CATEGORY"),
                "appointments": number("COUNT_OF_APPOINTMENTS"),
            },
        ),
    ),
)  # fmt: skip
NAMES = tuple(column.name for column in APPOINTMENTS.columns if column.name != "category")
OWN = Era(
    "practice, month, status, staff, mode, wait, appointments",
    lambda sniff: sniff.has(*NAMES),
    Csv(encoding="utf-8"),
    (
        Projection(
            APPOINTMENTS,
            {"month": any_month("month"), **{name: text(name) for name in NAMES[1:-1]}, "appointments": number("appointments")},
        ),
    ),
)  # fmt: skip
SOURCE = Source(
    "gp_appointments",
    APPOINTMENTS.title,
    NHS_ENGLAND,
    OGL,
    "NHS England: Appointments in General Practice, each month, practice level crosstab (a zip of one CSV a region and month)",
    (PUBLISHED, OWN),
    traps=(
        "what is not booked in the practice's own system (some triage, care homes, extended hours elsewhere) is not there",
        "status 'Unknown' is neither attended nor missed: about one in twenty; shares of missed ones are of those known",
        "the publisher writes '8  to 14 Days' with two blanks",
        "practices use appointment books differently: counts for each patient tell more about the book than about care",
    ),
)
