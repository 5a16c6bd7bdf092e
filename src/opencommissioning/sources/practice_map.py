"""Practice → PCN → sub-ICB location (CCG) → ICB (STP) → region, published with the list sizes."""

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source
from opencommissioning.sources.words import NHS_ENGLAND, OGL, month_of, named_date, text

PARENTS = ("pcn", "sub_icb", "icb", "region")
PRACTICE_MAP = Contract(
    dataset="practice_map",
    title="Which network, sub-ICB location, ICB and region a practice belongs to",
    publisher=NHS_ENGLAND,
    licence=OGL,
    level="practice",
    every="month",
    organisation="practice",
    key=("month", "practice"),
    sort=("practice",),
    unlocks="networks, ICBs, regions and their names",
    columns=(
        Column("month", Kind.MONTH, "month of the map", example="2022-01-01"),
        Column("practice", Kind.CODE, "practice code", example="A81001"),
        Column("practice_name", Kind.TEXT, "practice name", required=False),
        *(
            Column(f"{level}{end}", Kind.TEXT, f"{level} {end or 'code'}", required=False)
            for level in PARENTS
            for end in ("", "_name")
        ),
    ),
)
UNALLOCATED = "'U'"


def _columns(words: dict[str, str]) -> dict[str, str]:
    """`words`: level → the era's stem of its column names (CCG, STP, …)."""
    out = {
        "month": month_of(named_date("EXTRACT_DATE")),
        "practice": text("PRACTICE_CODE"),
        "practice_name": text("PRACTICE_NAME"),
    }
    for level, stem in words.items():
        out[level] = f"nullif({text(f'{stem}_CODE')}, {UNALLOCATED})"
        out[f"{level}_name"] = text(f"{stem}_NAME")
    return out


def _era(label: str, sub_icb: str, icb: str) -> Era:
    words = {"pcn": "PCN", "sub_icb": sub_icb, "icb": icb, "region": "COMM_REGION"}
    needed = (
        "EXTRACT_DATE",
        "PRACTICE_CODE",
        "PCN_CODE",
        f"{sub_icb}_CODE",
        f"{icb}_CODE",
        "COMM_REGION_CODE",
    )
    return Era(label, lambda sniff: sniff.has(*needed), Csv(), (Projection(PRACTICE_MAP, _columns(words)),))


SOURCE = Source(
    "practice_map",
    "Practice mapping file",
    NHS_ENGLAND,
    OGL,
    "NHS England: Patients Registered at a GP Practice, mapping file, each month",
    (
        _era("CCG and STP (to June 2022)", "CCG", "STP"),
        _era("sub-ICB location and ICB (from July 2022)", "SUB_ICB_LOCATION", "ICB"),
    ),
    traps=("PCN 'U' means unallocated and is never a network",),
)
