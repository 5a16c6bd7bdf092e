"""Strengths of products by ingredient: several rows a product, so they are never joined to quantities as they are."""

from decimal import Decimal

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source
from opencommissioning.sources.words import NHSBSA, OGL, number, text

STRENGTHS = Contract(
    dataset="strengths",
    title="Strength of products, by ingredient",
    publisher=NHSBSA,
    licence=OGL,
    level="none",
    every="year",
    sort=("bnf_code",),
    parts="snapshot",
    unlocks="strength and form from dm+d in place of what the product's name says",
    columns=(
        Column(
            "bnf_code", Kind.CODE, "BNF code", pattern=r"[0-9]{2}[0-9A-Z]{2,13}", example="0501080W0AAAEAE"
        ),
        Column("name", Kind.TEXT, "product", required=False, example="Trimethoprim 200mg tablets"),
        Column("form", Kind.TEXT, "form (dm+d)", required=False, example="Tablet"),
        Column("ingredients", Kind.INTEGER, "how many ingredients it has", required=False, example="1"),
        Column(
            "strength",
            Kind.DECIMAL,
            "strength of one of them",
            required=False,
            scale=5,
            minimum=Decimal(0),
            example="200",
        ),
        Column("unit", Kind.TEXT, "unit of the strength", required=False, example="mg"),
        Column(
            "per",
            Kind.DECIMAL,
            "amount that holds the strength; empty = one unit dose",
            required=False,
            scale=5,
            minimum=Decimal(0),
            example="5",
        ),
        Column("per_unit", Kind.TEXT, "unit of that amount", required=False, example="ml"),
    ),
)
_COLUMNS = {
    "bnf_code": text("bnf_code"),
    "name": text("name"),
    "form": f"nullif({text('form')}, 'Not applicable')",
    "ingredients": number("ingredient_count"),
    "strength": number("numerator"),
    "unit": text("numerator_unit_of_measure"),
    "per": number("denominator"),
    "per_unit": text("denominator_unit_of_measure"),
}
_NEEDED = ("bnf_code", "name", "form", "numerator", "numerator_unit_of_measure", "ingredient_count")
SOURCE = Source(
    "strengths",
    "Strengths of products by ingredient",
    NHSBSA,
    OGL,
    "dm+d joined to BNF codes: one row for each ingredient of a product",
    (
        Era(
            "one row an ingredient",
            lambda sniff: sniff.has(*_NEEDED),
            Csv(encoding="utf-8"),
            (Projection(STRENGTHS, _COLUMNS),),
        ),
    ),
    traps=(
        "several rows a product: a plain join multiplies its quantity",
        "strength is blank for one product in seven: unknown, not 0",
    ),
)
