"""Distributions that somebody with more data computed, so that a small area can stand its practices beside the nation's.

Own layout, one number a row: measure, level, month, window, statistic, value. It is what a national build exports and an area
without a national month loads.
"""

from decimal import Decimal

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source
from opencommissioning.sources.words import number, text, year_month

STATISTICS = (
    *(f"p{centile:02d}" for centile in range(1, 100)),  # centiles of organisations' values, each counted once
    "organisations",
    "numerator",
    "denominator",
    "mean",  # of all together, in the measure's unit
    "dispersion",  # how many times more than by chance organisations move from month to month
    "between_variance",  # additive over-dispersion of the funnel (tau squared, on the measure's scale of equal variance)
    "events",  # events that an amount rests on, for each unit of the measure
    "definition",  # a number of the definition: with another one a comparison is refused
)
COMPARATORS = Contract(
    dataset="comparators",
    title="Comparators: centiles and funnel parameters of a larger population",
    publisher="whoever computed them",
    licence="as published",
    level="none",
    every="month",
    key=("measure", "level", "month", "window", "statistic"),
    sort=("measure", "level", "month"),
    parts="collection",
    unlocks="the nation's distribution beside your practices, without a national month on this machine",
    columns=(
        Column("month", Kind.MONTH, "last month of the window", example="2026-03-01"),
        Column("measure", Kind.CODE, "identifier of the measure", example="trimethoprim_share"),
        Column("level", Kind.CODE, "level of the organisations", example="practice"),
        Column("window", Kind.INTEGER, "length of the window", "months", minimum=Decimal(1), example="3"),
        Column("statistic", Kind.CODE, "p01 … p99, or a parameter", example="p50"),
        Column("value", Kind.DECIMAL, "its value", scale=9, example="0.31"),
    ),
)
_NAMES = ("measure", "level", "month", "window", "statistic", "value")
_KNOWN = ", ".join(f"'{name}'" for name in STATISTICS)
SOURCE = Source(
    "comparators",
    "Comparator files",
    COMPARATORS.publisher,
    COMPARATORS.licence,
    "exported by an installation that holds national months; own layout: " + ", ".join(_NAMES),
    (
        Era(
            "measure, level, month, window, statistic, value",
            lambda sniff: sniff.has(*_NAMES),
            Csv(encoding="utf-8"),
            (
                Projection(
                    COMPARATORS,
                    {name: text(name) for name in ("measure", "level", "statistic")}
                    | {"month": year_month("month"), "window": number("window"), "value": text("value")},
                    checks={
                        "statistic is p01 … p99, organisations, numerator, denominator, mean, dispersion, between_variance, events or definition": (
                            f"{text('statistic')} IN ({_KNOWN})"
                        )
                    },
                ),
            ),
        ),
    ),
    traps=(
        "centiles of another month, window or definition are not comparable: all three stand in each row",
    ),
)
