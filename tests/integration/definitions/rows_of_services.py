"""Rows of datasets that are counted by somebody else, made from their contracts and from what measures ask of them."""

import re
from collections.abc import Iterable
from decimal import Decimal
from itertools import product

import polars as pl

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.measure import Measure

SERVICES = (
    "gp_appointments",
    "gp_patient_survey",
    "friends_and_family",
    "nhs_111_calls",
    "referrals",
    "referrals_by_provider",
    "referrals_by_commissioner",
    "infections_by_commissioner",
    "people_by_commissioner",
    "deaths_by_place",
    "mental_health_by_commissioner",
    "community_contacts",
    "waiting_in_england",
    "pathways_in_england",
    "waits_in_england",
    "service_activity",
    *(
        f"{name}_by_{side}"
        for name in ("listed", "follow_ups")
        for side in ("practice", "provider", "commissioner")
    ),
    "qof_achievement",
    "delayed_days_by_body",
    "no_criteria_to_reside",
)
PLAIN = re.compile(r"[\\w .,+&-]+")


def service_schema(contract: Contract) -> dict[str, pl.DataType]:
    """Column → type of made rows; the organisation is called as its contract does, and `practice` besides for the oracle."""
    kinds = {Kind.INTEGER: pl.Int64, Kind.DECIMAL: pl.Decimal(18, 3)}
    return {"practice": pl.String} | {each.name: kinds.get(each.kind, pl.String) for each in contract.columns}


def service_rows(contract: Contract, measures: Iterable[Measure]) -> list[dict]:
    """Every combination of the values that a contract allows or a measure names, for three organisations, each with another count."""
    asked = [
        side
        for each in measures
        for side in (each.numerator, each.denominator)
        if side.dataset == contract.dataset
    ]
    by = [each for each in contract.columns if each.kind is Kind.CODE and each.name != contract.organisation]
    values = [_values(each, asked) for each in by]
    out = []
    for number, (place, *told) in enumerate(product(range(3), *values), 1):
        row = {each.name: None for each in contract.columns} | {
            "practice": f"P{place}",
            contract.organisation: f"P{place}",
        }
        row |= {"month": "2026-01-01"} | {each.name: value for each, value in zip(by, told, strict=True)}
        row |= {
            each.name: 104 for each in contract.columns if each.kind is Kind.INTEGER and not each.accumulates
        }
        for each in contract.summable:
            row[each.name] = Decimal(number) / 8 if each.kind is Kind.DECIMAL else number
        out.append(row)
    return out


def _values(column: Column, asked: Iterable) -> list[str]:
    named = [
        value
        for side in asked
        for each in side.where
        if each.column == column.name
        for value in (*each.any_of, *each.none_of, *(f"{code}1" for code in each.under))
    ]
    allowed = (column.pattern or "").replace("[.]", ".").replace("[+]", "+").split("|")
    allowed = allowed if all(PLAIN.fullmatch(each) for each in allowed) else []
    return list(dict.fromkeys([*named, *allowed, column.example]))
