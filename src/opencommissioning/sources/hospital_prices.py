"""Prices of hospital stays by HRG: a table of the user's own, or the price list of the payment scheme saved as CSV."""

import re
from collections.abc import Mapping
from decimal import Decimal

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Sniff, Source
from opencommissioning.sources.words import any_month, number, text


def _amount(name: str, meaning: str, example: str = "") -> Column:
    return Column(
        name, Kind.DECIMAL, meaning, "£", required=False, scale=2, minimum=Decimal(0), example=example
    )


def _nights(name: str, meaning: str) -> Column:
    return Column(
        name, Kind.INTEGER, meaning, "nights", required=False, minimum=Decimal(0), maximum=Decimal(1000)
    )


PRICES = Contract(
    dataset="hospital_prices",
    title="Prices of hospital stays by HRG",
    publisher="the user, from the NHS Payment Scheme or a contract",
    licence="the publisher's terms: loaded by the user, never shipped",
    level="none",
    every="year",
    key=("month", "hrg"),
    sort=("hrg",),
    unlocks="what a stay costs, and what avoided or moved activity is worth, at your own prices",
    columns=(
        Column("month", Kind.MONTH, "from when the prices are in force; until the next list or the end of the financial year", example="2026-04-01"),
        Column("hrg", Kind.CODE, "healthcare resource group", pattern="[A-Z]{2}[0-9]{2}[A-Z]", example="DZ65F"),
        _amount("day_case", "day case"),
        _amount("elective", "ordinary elective spell"),
        _amount("combined", "day case or elective spell, where the list has one price for both", "1450.00"),
        _amount("emergency", "non-elective spell", "2100.00"),
        _amount("procedure", "outpatient procedure"),
        _nights("elective_trim", "nights that the elective price includes"),
        _nights("emergency_trim", "nights that the non-elective price includes"),
        _amount("per_day", "each night beyond the trim point", "230.00"),
        _amount("short_stay", "adult emergencies under two nights, where there is such a price"),
    ),
)  # fmt: skip
OURS = {column.name: column.name for column in PRICES.columns[2:]}
# Annex A of the national tariff, sheet of admitted care and outpatient procedures, saved as CSV with its heading first; not confirmed for later schemes.
ANNEX = {
    "day_case": "Day case spell tariff (£)",
    "elective": "Ordinary elective spell tariff (£)",
    "combined": "Combined day case / ordinary elective spell tariff (£)",
    "emergency": "Non-elective spell tariff (£)",
    "procedure": "Outpatient procedure tariff (£)",
    "elective_trim": "Ordinary elective long stay trim point (days)",
    "emergency_trim": "Non-elective long stay trim point (days)",
    "per_day": "Per day long stay payment (for days exceeding trim point) (£)",
    "short_stay": "Reduced short stay emergency tariff (£)",
}


def _given(column: str) -> str:
    """A number; `-` and `n/a` mean that there is none."""
    return f"nullif(nullif(replace({number(column)}, '£', ''), '-'), 'n/a')"


def _projection(hrg: str, names: Mapping[str, str], month: str = "") -> Projection:
    columns = {"hrg": f"upper({text(hrg)})", **{name: _given(column) for name, column in names.items()}}
    return Projection(PRICES, {"month": month, **columns} if month else columns)


def month_in_name(sniff: Sniff) -> str | None:
    """A month such as 2026-04 in the file's name; None where it has none, so that the user is asked."""
    found = re.search(r"(20[0-9]{2})[-_](0[1-9]|1[0-2])(?![0-9])", sniff.path.name)
    return f"{found[1]}-{found[2]}" if found else None


SOURCE = Source(
    "hospital_prices",
    PRICES.title,
    PRICES.publisher,
    PRICES.licence,
    f"a table with the columns hrg, since, {', '.join(OURS)}; or annex A of the payment scheme saved as CSV (then name its first month with --month)",
    (
        Era(
            "hrg, since, prices",
            lambda sniff: sniff.has("hrg", "since", *OURS),
            Csv(encoding="utf-8"),
            (_projection("hrg", OURS, any_month("since")),),
        ),
        Era(
            "annex A of the national tariff, as CSV",
            lambda sniff: sniff.has("HRG code", ANNEX["emergency"], ANNEX["per_day"]),
            Csv(encoding="utf-8"),
            (_projection("HRG code", ANNEX),),
            period_of=month_in_name,
        ),
    ),
    traps=(
        "`-` is no price, not a price of 0",
        "the trim point of electives is not that of emergencies",
        "best-practice, critical-care and unbundled amounts are lines of their own and are not read",
        "the layout of lists after 2019 is not confirmed; a table of your own always loads",
    ),
)
