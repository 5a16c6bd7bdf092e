"""Referral to treatment (RTT) waiting times: what a month's files hold by weekly band, for providers and commissioners.

Each published part is a dataset of its own, because a file of one era holds them all and of another only one, and because lists are
stocks and treatments flows. Totals over treatment functions stand in every file: they are left out, never added.
"""

from decimal import Decimal

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Era, Projection, Source, Table
from opencommissioning.catalogue.waiting import FUNCTIONS
from opencommissioning.sources.waiting_layouts import (
    doubts,
    is_extract,
    is_one_part,
    is_workbook,
    month_of_file,
    read_extract,
    read_one_part,
    read_workbook,
)
from opencommissioning.sources.words import OGL, number, text

PUBLISHER = "NHS England"
PARTS = {  # dataset's beginning → published part, what is counted, how it accumulates
    "waiting": ("2", "incomplete pathways: people waiting on the last day of the month", Accumulation.STOCK),
    "waiting_for_admission": ("2A", "incomplete pathways with a decision to admit (a subset of waiting)", Accumulation.STOCK),
    "admitted": ("1A", "completed pathways of admitted patients", Accumulation.FLOW),
    "not_admitted": ("1B", "completed pathways of non-admitted patients", Accumulation.FLOW),
}  # fmt: skip
SIDES = {"provider": ("provider", "commissioner"), "commissioner": ("commissioner", "provider")}
LEVEL = {"provider": "provider", "commissioner": "sub_icb"}
FUNCTION = Column(
    "function", Kind.CODE, "treatment function of RTT returns", pattern="|".join(FUNCTIONS), example="100"
)


def _organisations(side: str) -> tuple[Column, Column]:
    own, other = SIDES[side]
    examples = {"provider": "RBD", "commissioner": "15N"}
    return (
        Column(own, Kind.CODE, f"{own}'s code", example=examples[own]),
        Column(
            other, Kind.CODE, f"{other}'s code, where the file tells", required=False, example=examples[other]
        ),
    )


def _contract(name: str, side: str) -> Contract:
    _, meaning, accumulates = PARTS[name]
    own, other = SIDES[side]
    return Contract(
        dataset=f"{name}_by_{side}",
        title=f"RTT {meaning.split(':')[0]}, by {side}",
        publisher=PUBLISHER,
        licence=OGL,
        level=LEVEL[side],
        every="month",
        organisation=own,
        key=("month", own, other, "function", "weeks"),
        sort=(own, "function", "weeks", other),
        unlocks="% within 18 weeks, long waits, median and percentile waits" if name == "waiting" else "",
        columns=(
            Column("month", Kind.MONTH, "month", example="2024-11-01"),
            *_organisations(side),
            FUNCTION,
            Column(
                "weeks",
                Kind.INTEGER,
                "weeks waited: the band's upper edge",
                "weeks",
                minimum=Decimal(1),
                example="18",
            ),
            Column(
                "open_from",
                Kind.INTEGER,
                "weeks from which bands are not told apart",
                "weeks",
                example="104",
            ),
            Column("pathways", Kind.INTEGER, meaning, "pathways", accumulates, minimum=Decimal(0)),
        ),
    )


def _started(side: str) -> Contract:
    own, other = SIDES[side]
    return Contract(
        dataset=f"started_by_{side}",
        title=f"RTT new pathways (clock starts), by {side}",
        publisher=PUBLISHER,
        licence=OGL,
        level=LEVEL[side],
        every="month",
        organisation=own,
        key=("month", own, other, "function"),
        sort=(own, "function", other),
        unlocks="arrivals at waiting lists: what a projection needs",
        columns=(
            Column("month", Kind.MONTH, "month", example="2024-11-01"),
            *_organisations(side),
            FUNCTION,
            Column(
                "pathways", Kind.INTEGER, "new pathways", "pathways", Accumulation.FLOW, minimum=Decimal(0)
            ),
        ),
    )


WAITING = {(name, side): _contract(name, side) for name in PARTS for side in SIDES}
STARTED = {side: _started(side) for side in SIDES}
NO_TOTAL = "\"function\" <> '999'"
ADDS_UP = {
    "the bands of the line add up to its total": "\"adds_up\" = 'yes'",
}


def _banded(name: str, side: str, dated: bool = True) -> Projection:
    names = ("provider", "commissioner", "function", "weeks", "open_from", *(("month",) if dated else ()))
    columns = {each: text(each) for each in names}
    keep = f"\"kind\" = 'band' AND \"part\" = '{PARTS[name][0]}' AND {NO_TOTAL}"
    if side == "commissioner":  # NONC: not an English commissioner; no organisation to show it for
        keep += " AND coalesce(\"commissioner\", '') <> 'NONC'"
    contract = WAITING[name, side]
    return Projection(contract, columns | {"pathways": number("pathways")}, keep=keep, checks=ADDS_UP)


def _starts(side: str) -> Projection:
    columns = {each: text(each) for each in ("month", "provider", "commissioner", "function")}
    keep = f"\"kind\" = 'starts' AND {NO_TOTAL}"
    if side == "commissioner":
        keep += " AND coalesce(\"commissioner\", '') <> 'NONC'"
    return Projection(STARTED[side], columns | {"pathways": number("pathways")}, keep=keep)


def _named(side: str) -> Contract:
    return Contract(
        dataset=f"waiting_{side}s",
        title=f"RTT {side}s and their names",
        publisher=PUBLISHER,
        licence=OGL,
        level="none",
        every="month",
        key=("month", "code"),
        sort=("code",),
        columns=(
            Column("month", Kind.MONTH, "month", example="2024-11-01"),
            Column("code", Kind.CODE, f"{side}'s code", example="RBD"),
            Column("name", Kind.TEXT, f"{side}'s name, as the file writes it"),
        ),
    )


NAMED = {side: _named(side) for side in SIDES}


def _names(side: str, dated: bool = True) -> Projection:
    """Who a file's organisations are: registers are of another time, or not loaded at all."""
    month = {"month": text("month")} if dated else {}
    columns = month | {"code": text(side), "name": text(f"{side}_name")}
    return Projection(NAMED[side], columns, f"{text(side)} IS NOT NULL AND {text(f'{side}_name')} IS NOT NULL", distinct=True)  # fmt: skip


EXTRACT_PARTS = ("waiting", "waiting_for_admission", "admitted", "not_admitted")
EXTRACT = Era(
    "RTT full extract",
    is_extract,
    Table(read_extract, doubts),
    (
        *(_banded(name, side) for name in EXTRACT_PARTS for side in SIDES),
        *(_starts(side) for side in SIDES),
        *(_names(side) for side in SIDES),
    ),
)


def _one_part(name: str, side: str) -> Era:
    return Era(
        f"RTT {name.replace('_', ' ')} by {side}, one part a file",
        lambda sniff: is_one_part(sniff, PARTS[name][0], side),
        Table(lambda path: read_one_part(path, side), doubts),
        (_banded(name, side, dated=False), _names(side, dated=False)),
        period_of=month_of_file,
    )


def _workbook(name: str, side: str) -> Era:
    return Era(
        f"RTT {name.replace('_', ' ')} by {side}, workbook",
        lambda sniff: is_workbook(sniff, PARTS[name][0], side),
        Table(lambda path: read_workbook(path, side), doubts),
        (_banded(name, side), _names(side)),
    )


ONE_PART = tuple(_one_part(name, side) for side in SIDES for name in ("waiting", "admitted", "not_admitted"))
BOOKS = tuple(_workbook(name, side) for side in SIDES for name in EXTRACT_PARTS)
SOURCE = Source(
    "waiting_times",
    "Referral to treatment (RTT) waiting times",
    PUBLISHER,
    OGL,
    "NHS England: Consultant-led Referral to Treatment Waiting Times, full CSV extract or the provider and commissioner files, each month",
    (EXTRACT, *ONE_PART, *BOOKS),
    traps=(
        "C_999 (or xx999) is already the sum of the treatment functions: it is checked, and never added",
        "files before April 2021 end at 52 weeks: counts over 65, 78 or 104 weeks are missing there, not 0",
        "part 2A is a subset of part 2; part 3 (new pathways) has no bands and no 'Total', only 'Total All'",
        "NONC is not an English commissioner: counted for its provider, shown for no commissioner",
        "in some months codes and names of treatment functions are swapped",
        "one-part files say their month only in their name",
        "from October 2022 the published median is at N/2, before at (N + 1)/2",
    ),
)
