"""The register of GP practices (ODS epraccur): no heading, 27 columns."""

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Sniff, Source
from opencommissioning.sources.words import OGL, compact_date, month_of, text

ODS = "NHS England, Organisation Data Service"
NAMES = (
    "code",
    "name",
    "grouping",
    "geography",
    "address_1",
    "address_2",
    "address_3",
    "address_4",
    "address_5",
    "postcode",
    "opened",
    "closed",
    "status",
    "subtype",
    "commissioner",
    "joined",
    "left_on",
    "telephone",
    "blank_1",
    "blank_2",
    "blank_3",
    "amended",
    "blank_4",
    "commissioner_now",
    "blank_5",
    "setting",
    "blank_6",
)
PRACTICES = Contract(
    dataset="practices",
    title="GP practices and other prescribers",
    publisher=ODS,
    licence=OGL,
    level="practice",
    every="quarter",
    organisation="practice",
    key=("practice",),
    sort=("practice",),
    parts="snapshot",
    unlocks="which practices there are, open and closed, and so coverage; practice names; sub-ICB locations",
    columns=(
        Column(
            "month",
            Kind.MONTH,
            "month of the register: that of its latest amendment, opening or closing",
            example="2019-07-01",
        ),
        Column("practice", Kind.CODE, "organisation code", example="B85010"),
        Column("name", Kind.TEXT, "name", required=False, example="THE EXAMPLE SURGERY"),
        Column("grouping", Kind.CODE, "national grouping; W00 is Wales", required=False, example="Y63"),
        Column("opened", Kind.DATE, "opening date", required=False, example="1974-04-01"),
        Column("closed", Kind.DATE, "closing date", required=False),
        Column("status", Kind.CODE, "A active, C closed, D dormant, P proposed", required=False, example="A"),
        Column("setting", Kind.CODE, "prescribing setting; 4 is a GP practice", required=False, example="4"),
        Column("commissioner", Kind.CODE, "commissioner", required=False, example="00K"),
        Column("joined", Kind.DATE, "joined the commissioner", required=False),
        Column("left", Kind.DATE, "left the commissioner", required=False),
        Column("commissioner_now", Kind.CODE, "current care organisation", required=False, example="00K"),
        Column("postcode", Kind.TEXT, "postcode", required=False, example="TS18 1HU"),
        Column("address", Kind.TEXT, "address", required=False),
    ),
)
LATEST = f"greatest(max({compact_date('opened')}) OVER (), max({compact_date('closed')}) OVER ())"


def _recognises(sniff: Sniff) -> bool:
    first = sniff.heading
    dated = len(first) == 27 and first[10].isdigit() and len(first[10]) == 8
    return dated and first[12] in ("A", "C", "D", "P") and first[25].isdigit()


EPRACCUR = Era(
    "epraccur, 27 columns without heading",
    _recognises,
    Csv(names=NAMES),
    (
        Projection(
            PRACTICES,
            {
                "month": month_of(LATEST),
                "practice": text("code"),
                "name": text("name"),
                "grouping": text("grouping"),
                "opened": compact_date("opened"),
                "closed": compact_date("closed"),
                "status": text("status"),
                "setting": text("setting"),
                "commissioner": text("commissioner"),
                "joined": compact_date("joined"),
                "left": compact_date("left_on"),
                "commissioner_now": text("commissioner_now"),
                "postcode": text("postcode"),
                "address": f"concat_ws(', ', {', '.join(text(f'address_{n}') for n in range(1, 6))})",
            },
        ),
    ),
)
SOURCE = Source(
    "practices",
    "GP practice register (epraccur)",
    ODS,
    OGL,
    "NHS England digital: ODS data downloads, GP and GP practice related data, epraccur",
    (EPRACCUR,),
    traps=(
        "Welsh practices (grouping W00) are in the English register: kept, never counted",
        "columns 15 and 24 often name different commissioners",
    ),
)
