"""Organisations above and beside practices: networks and their members, commissioners, trusts, successions."""

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Sniff, Source, Table
from opencommissioning.sources.practices import LATEST, NAMES, ODS
from opencommissioning.sources.words import OGL, compact_date, month_of, text
from opencommissioning.sources.workbooks import sheet

PCN_MEMBERS = Contract(
    dataset="pcn_members",
    title="Practices in primary care networks, with dates",
    publisher=ODS,
    licence=OGL,
    level="practice",
    every="month",
    organisation="practice",
    key=("practice", "pcn", "start"),
    sort=("practice", "start"),
    parts="snapshot",
    unlocks="networks as they were in each month",
    columns=(
        Column(
            "month", Kind.MONTH, "month of the register: that of its latest beginning", example="2025-07-01"
        ),
        Column("practice", Kind.CODE, "practice code", example="A81001"),
        Column("practice_name", Kind.TEXT, "practice name", required=False),
        Column("pcn", Kind.CODE, "network code", example="U89141"),
        Column("pcn_name", Kind.TEXT, "network name", required=False),
        Column("sub_icb", Kind.CODE, "sub-ICB location of the practice", required=False),
        Column("start", Kind.DATE, "member from", required=False, example="2019-10-01"),
        Column("end", Kind.DATE, "member until; empty = still", required=False),
    ),
)
_HEADING = {
    "practice": "Partner Organisation Code",
    "practice_name": "Partner Name",
    "pcn": "PCN Code",
    "pcn_name": "PCN Name",
    "sub_icb": "Practice Parent Sub ICB Location Code",
    "start": "Practice to PCN Relationship Start Date",
    "end": "Practice to PCN Relationship End Date",
}
_BEGINS, _ENDS = compact_date(_HEADING["start"]), compact_date(_HEADING["end"])
_VINTAGE = month_of(f"coalesce(max({_BEGINS}) OVER (), max({_ENDS}) OVER ())")


PCN_SOURCE = Source(
    "pcn_members",
    "Primary care network core partner details (ePCN)",
    ODS,
    OGL,
    "NHS England digital: ODS data downloads, ePCN, core partner details",
    (
        Era(
            "core partner details",
            lambda sniff: sniff.has(*_HEADING.values()),
            Table(sheet),  # the first sheet only: the second repeats rows of it
            (
                Projection(
                    PCN_MEMBERS,
                    {
                        "month": _VINTAGE,
                    }
                    | {
                        name: compact_date(column) if name in ("start", "end") else text(column)
                        for name, column in _HEADING.items()
                    },
                ),
            ),
        ),
    ),
    traps=(
        "the second sheet repeats rows of the first",
        "of several files, the one with the latest beginning that has a practice tells all of its networks",
    ),
)

COMMISSIONERS = Contract(
    dataset="commissioners",
    title="Commissioners: CCGs, sub-ICB locations and hubs",
    publisher=ODS,
    licence=OGL,
    level="commissioner",
    every="quarter",
    organisation="code",
    key=("code",),
    sort=("code",),
    parts="snapshot",
    unlocks="names of CCGs and sub-ICB locations",
    columns=(
        Column(
            "month",
            Kind.MONTH,
            "month of the register: that of its latest opening or closing",
            example="2018-03-01",
        ),
        Column("code", Kind.CODE, "organisation code", example="00C"),
        Column("name", Kind.TEXT, "name", example="NHS EXAMPLE CCG"),
        Column("kind", Kind.CODE, "C commissioner, H hub", required=False),
        Column("parent", Kind.CODE, "organisation above", required=False),
        Column("opened", Kind.DATE, "opening date", required=False),
        Column("closed", Kind.DATE, "closing date", required=False),
    ),
)
TRUSTS = Contract(
    dataset="trusts",
    title="NHS trusts",
    publisher=ODS,
    licence=OGL,
    level="provider",
    every="quarter",
    organisation="code",
    key=("code",),
    sort=("code",),
    parts="snapshot",
    unlocks="names of trusts",
    columns=COMMISSIONERS.columns,
)


def _ods(contract: Contract, kind: str) -> Projection:
    columns = {
        "month": month_of(LATEST),
        "code": text("code"),
        "name": text("name"),
        "kind": kind,
        "parent": text("geography"),
    }
    return Projection(
        contract, columns | {"opened": compact_date("opened"), "closed": compact_date("closed")}
    )


def _dated_27(sniff: Sniff) -> bool:
    first = sniff.heading
    return len(first) == 27 and first[10].isdigit() and len(first[10]) == 8 and not first[25]


COMMISSIONER_SOURCE = Source(
    "commissioners",
    "Commissioners (ODS eccg)",
    ODS,
    OGL,
    "NHS England digital: ODS data downloads, other NHS organisations, eccg",
    (
        Era(
            "eccg, 27 columns without heading",
            lambda sniff: _dated_27(sniff) and sniff.heading[13] in ("C", "H"),
            Csv(names=NAMES),
            (_ods(COMMISSIONERS, text("subtype")),),
        ),
    ),
    traps=("column 14 marks commissioning hubs (H) among commissioners (C)",),
)
TRUST_SOURCE = Source(
    "trusts",
    "NHS trusts (ODS etr)",
    ODS,
    OGL,
    "NHS England digital: ODS data downloads, NHS trusts and sites, etr",
    (
        Era(
            "etr, 27 columns without heading",
            lambda sniff: (
                _dated_27(sniff) and not sniff.heading[13] and sniff.heading[0][:1] in ("R", "T", "8", "G")
            ),
            Csv(names=NAMES),
            (_ods(TRUSTS, "NULL"),),
        ),
    ),
)

SUCCESSIONS = Contract(
    dataset="successions",
    title="Which organisation followed which",
    publisher=ODS,
    licence=OGL,
    level="none",
    every="once",
    sort=("predecessor", "effective"),
    parts="collection",
    unlocks="histories that survive mergers",
    columns=(
        Column("predecessor", Kind.CODE, "old code", example="03A"),
        Column("successor", Kind.CODE, "new code", example="X2C4Y"),
        Column("effective", Kind.DATE, "from", required=False, example="2021-04-01"),
    ),
)
SUCCESSION_SOURCE = Source(
    "successions",
    "Predecessors and successors",
    ODS,
    OGL,
    "NHS England digital: ODS data downloads, succession files",
    (
        Era(
            "old_code, new_code, date",
            lambda sniff: sniff.has("old_code", "new_code", "date"),
            Csv(encoding="utf-8"),
            (
                Projection(
                    SUCCESSIONS,
                    {
                        "predecessor": text("old_code"),
                        "successor": text("new_code"),
                        "effective": text("date"),
                    },
                    keep=f"{text('old_code')} <> {text('new_code')}",  # some rows point to themselves
                ),
            ),
        ),
    ),
    traps=("some rows point to themselves, and chains go round: neither is followed",),
)
