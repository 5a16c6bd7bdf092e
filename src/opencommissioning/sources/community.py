"""Mental-health services by commissioner, and community services by practice.

Layout of mental health: NHS England, "Mental Health Services Monthly Statistics", the main CSV (one measure a row); its own code that
writes it is public. Community services: their published files have no confirmed layout by practice; a plain table of ours.
"""

from decimal import Decimal

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source
from opencommissioning.sources.words import NHS_ENGLAND, OGL, any_month, month_of, number, text

KINDS = {
    "MHS01": "people in contact", "MHS29": "contacts", "MHS30": "contacts attended", "MHS32": "referrals",
}  # fmt: skip
MENTAL_HEALTH = Contract(
    dataset="mental_health_by_commissioner",
    title="Mental-health services by commissioner",
    publisher=NHS_ENGLAND,
    licence=OGL,
    level="sub_icb",
    every="month",
    organisation="commissioner",
    key=("month", "commissioner", "kind"),
    sort=("commissioner", "kind"),
    unlocks="contacts attended, contacts for each person, referrals for each person in contact",
    columns=(
        Column("month", Kind.MONTH, "month", example="2025-08-01"),
        Column("commissioner", Kind.CODE, "sub-ICB location of the practice (formerly CCG)", example="15N"),
        Column("kind", Kind.CODE, "what is counted", pattern="|".join(KINDS.values()), example="contacts"),
        Column("contacts", Kind.INTEGER, "people, contacts or referrals, as the kind says", "contacts", Accumulation.FLOW, minimum=Decimal(0)),
    ),
)  # fmt: skip
COMMUNITY = Contract(
    dataset="community_contacts",
    title="Contacts of community services by practice",
    publisher="the area's community providers, or its commissioning support",
    licence="under the area's own agreement",
    level="practice",
    every="month",
    organisation="practice",
    key=("month", "practice", "service", "outcome"),
    sort=("practice", "service", "outcome"),
    disclosive=True,
    unlocks="contacts of community services for each 1,000 patients, missed contacts",
    columns=(
        Column("month", Kind.MONTH, "month of the contact", example="2026-04-01"),
        Column("practice", Kind.CODE, "practice of registration", example="X81001"),
        Column("service", Kind.CODE, "service, in the area's own words", example="district nursing"),
        Column("outcome", Kind.CODE, "attended, did not attend or cancelled", pattern="attended|did not attend|cancelled", example="attended"),
        Column("contacts", Kind.INTEGER, "contacts", "contacts", Accumulation.FLOW, minimum=Decimal(0), example="120"),
    ),
)  # fmt: skip
_KIND = " ".join(f"WHEN '{code}' THEN '{kind}'" for code, kind in KINDS.items())
_CODES = ", ".join(f"'{code}'" for code in KINDS)
_BREAKDOWNS = "('CCG - GP Practice or Residence', 'Sub ICB - GP Practice or Residence')"
NAMES = tuple(column.name for column in COMMUNITY.columns)
MH_NAMES = tuple(column.name for column in MENTAL_HEALTH.columns)
PUBLISHED = Era(
    "Mental Health Services Monthly Statistics, one measure a row",
    lambda sniff: sniff.has("REPORTING_PERIOD_START", "BREAKDOWN", "PRIMARY_LEVEL", "MEASURE_ID", "MEASURE_VALUE"),
    Csv(encoding="utf-8"),
    (
        Projection(
            MENTAL_HEALTH,
            {
                "month": month_of(f"try_cast(coalesce(try_strptime({text('REPORTING_PERIOD_START')}, '%Y-%m-%d'), try_strptime({text('REPORTING_PERIOD_START')}, '%d/%m/%Y')) AS DATE)"),
                "commissioner": text("PRIMARY_LEVEL"),
                "kind": f"CASE {text('MEASURE_ID')} {_KIND} END",
                "contacts": number("MEASURE_VALUE"),
            },
            keep=f"{text('BREAKDOWN')} IN {_BREAKDOWNS} AND {text('MEASURE_ID')} IN ({_CODES}) "
            f"AND coalesce({text('PRIMARY_LEVEL')}, 'UNKNOWN') <> 'UNKNOWN' AND coalesce({text('MEASURE_VALUE')}, '*') <> '*'",
        ),
    ),
)  # fmt: skip


def _own(contract: Contract, names: tuple[str, ...]) -> Era:
    columns = {
        "month": any_month("month"),
        **{name: text(name) for name in names[1:-1]},
        names[-1]: number(names[-1]),
    }
    return Era(
        ", ".join((names[1], names[0], *names[2:])),
        lambda sniff: sniff.has(*names),
        Csv(encoding="utf-8"),
        (Projection(contract, columns),),
    )


MENTAL_HEALTH_SOURCE = Source(
    "mental_health",
    MENTAL_HEALTH.title,
    NHS_ENGLAND,
    OGL,
    "NHS England: Mental Health Services Monthly Statistics, performance, the main CSV (MHSDS data)",
    (PUBLISHED, _own(MENTAL_HEALTH, MH_NAMES)),
    traps=(
        "a star stands for a small number: missing, not 0",
        "one file holds England, providers and commissioners in many breakdowns: only those by practice or residence are taken",
        "people are counted once for each commissioner: they add up to more than England's number",
        "providers that sent nothing make their commissioners' figures too low",
    ),
)
SOURCE = Source(
    "community_contacts",
    COMMUNITY.title,
    COMMUNITY.publisher,
    COMMUNITY.licence,
    f"a table with the columns {', '.join(NAMES)}",
    (_own(COMMUNITY, NAMES),),
    traps=(
        "the national community services data set is known to be incomplete: local tables are fuller",
        "services are named locally: compare a service only where its name means the same",
        "counts of 1 to 7 are people: what leaves is hidden or rounded",
    ),
)
