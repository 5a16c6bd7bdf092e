"""Referrals: the monthly referral return by provider and commissioner, and e-referral extracts by practice.

Layout of the return: NHS England, "Outpatient referrals" (monthly referral return, MRR), provider and commissioner workbooks with the
columns `GP Referrals Made (All)`, `Other Referrals Made (All)`, `GP Referrals Made (Specific Acute)`, `Other Referrals Made (Specific Acute)`.
E-referral extracts have no published layout: a plain table of ours.
"""

from decimal import Decimal
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Sniff, Source, Table
from opencommissioning.errors import FileRefused
from opencommissioning.sources.waiting_layouts import month_in_period
from opencommissioning.sources.words import OGL, any_month, number, text
from opencommissioning.sources.workbooks import sheet_rows

ALL, ACUTE = "(All)", "(Specific Acute)"
SCOPES = {"(All)": "all", "(Specific Acute)": "specific acute"}
REFERRERS = {"GP": "GP", "Other": "other"}
MADE = "GP Referrals Made (All)"


def _contract(side: str, level: str, example: str) -> Contract:
    return Contract(
        dataset=f"referrals_by_{side}",
        title=f"Referrals for a first outpatient appointment, by {side}",
        publisher="NHS England",
        licence=OGL,
        level=level,
        every="month",
        organisation=side,
        key=("month", side, "scope", "referrer"),
        sort=(side, "scope", "referrer"),
        unlocks="who refers: general practice or others",
        columns=(
            Column("month", Kind.MONTH, "month", example="2021-05-01"),
            Column(side, Kind.CODE, f"{side}'s code", example=example),
            Column("scope", Kind.CODE, "all functions, or the specific acute ones, which are a part of all", pattern="all|specific acute", example="all"),
            Column("referrer", Kind.CODE, "GP or other", pattern="GP|other", example="GP"),
            Column("referrals", Kind.INTEGER, "referrals made", "referrals", Accumulation.FLOW, minimum=Decimal(0)),
        ),
    )  # fmt: skip


RETURNS = {
    "provider": _contract("provider", "provider", "RBD"),
    "commissioner": _contract("commissioner", "sub_icb", "15N"),
}
BY_PRACTICE = Contract(
    dataset="referrals",
    title="Referrals by practice and specialty",
    publisher="the area's e-referral extracts, or its commissioning support",
    licence="under the area's own agreement",
    level="practice",
    every="month",
    organisation="practice",
    key=("month", "practice", "function", "priority", "kind"),
    sort=("practice", "function", "priority", "kind"),
    disclosive=True,
    unlocks="referrals for each 1,000 patients by specialty, suspected cancer, advice and guidance",
    columns=(
        Column("month", Kind.MONTH, "month of referral", example="2026-04-01"),
        Column("practice", Kind.CODE, "referring practice", example="X81001"),
        Column("function", Kind.CODE, "treatment function, 999 where it is not told", pattern="[0-9X][0-9A-Z]{1,2}", example="330"),
        Column("priority", Kind.CODE, "routine, urgent or suspected cancer", pattern="routine|urgent|suspected cancer", example="routine"),
        Column("kind", Kind.CODE, "referral, or advice and guidance asked", pattern="referral|advice", example="referral"),
        Column("referrals", Kind.INTEGER, "referrals or requests", "referrals", Accumulation.FLOW, minimum=Decimal(0), example="14"),
    ),
)  # fmt: skip


def _heading(cells: tuple[tuple[str, ...], ...]) -> int | None:
    return next((row for row, line in enumerate(cells) if MADE in line and "Org Code" in line), None)


def side_of(sniff: Sniff) -> str:
    """`commissioner` when sheet, title or name says so, else `provider`; empty when it is no referral return."""
    at = _heading(sniff.cells)
    if at is None:
        return ""
    above = " ".join(cell for line in sniff.cells[:at] for cell in line)
    return "commissioner" if "comm" in f"{sniff.sheets} {above} {sniff.path.name}".lower() else "provider"


def read_return(path: Path) -> pl.DataFrame:
    """A row for each organisation, scope and referrer; the month stands above the heading. Totals, which have no code, are left out."""
    rows = sheet_rows(path)
    at = _heading(tuple(map(tuple, rows)))
    if at is None:
        raise FileRefused(
            f"{path.name}: has no line with '{MADE}' and 'Org Code'; save the sheet as it comes"
        )
    month = month_in_period(" ".join(" ".join(line) for line in rows[:at]), path)
    code = rows[at].index("Org Code")
    out = [
        (number_, month, line[code], scope, referrer, line[rows[at].index(f"{word} Referrals Made {mark}")])
        for number_, line in enumerate(rows[at + 1 :], at + 2)
        for mark, scope in SCOPES.items()
        for word, referrer in REFERRERS.items()
        if line[code] not in ("", "-")
    ]
    names = ("_row", "month", "organisation", "scope", "referrer", "referrals")
    return pl.DataFrame(out, schema=names, orient="row").filter(~pl.col("referrals").is_in(["", "-"]))


def _returned(side: str) -> Era:
    columns = {"month": text("month"), side: text("organisation")}
    columns |= {"scope": text("scope"), "referrer": text("referrer"), "referrals": number("referrals")}
    return Era(
        f"monthly referral return by {side}",
        lambda sniff: side_of(sniff) == side,
        Table(read_return),
        (Projection(RETURNS[side], columns),),
    )


NAMES = tuple(column.name for column in BY_PRACTICE.columns)
OWN = Era(
    "practice, month, function, priority, kind, referrals",
    lambda sniff: sniff.has(*NAMES),
    Csv(encoding="utf-8"),
    (
        Projection(
            BY_PRACTICE,
            {"month": any_month("month"), **{name: text(name) for name in NAMES[1:-1]}, "referrals": number("referrals")},
        ),
    ),
)  # fmt: skip
RETURN_SOURCE = Source(
    "referral_return",
    "Monthly referral return",
    "NHS England",
    OGL,
    "NHS England: Outpatient referrals, monthly referral return (MRR), provider and commissioner workbooks; save the old .xls as .xlsx or CSV",
    (_returned("provider"), _returned("commissioner")),
    traps=(
        "specific acute functions are a part of all: the two are never added",
        "England stands in a line without a code: left out, never added",
        "referrals are of the month in which they were made, not seen",
    ),
)
SOURCE = Source(
    "referrals",
    BY_PRACTICE.title,
    BY_PRACTICE.publisher,
    BY_PRACTICE.licence,
    f"a table with the columns {', '.join(NAMES)}",
    (OWN,),
    traps=(
        "referrals that do not go through the e-referral service (letters, direct access) are not there",
        "advice and guidance is asked instead of a referral: counted apart, never added",
        "counts of 1 to 7 are people: what leaves is hidden or rounded",
    ),
)
