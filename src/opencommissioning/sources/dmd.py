"""The dictionary of medicines and devices (dm+d) from TRUD: which product every code is, and of what form, route and strength."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.source import Era, Projection, Sniff, Source, Table
from opencommissioning.errors import FileRefused
from opencommissioning.sources.trud_archive import has, kind_of, records
from opencommissioning.sources.words import number, text

PUBLISHER = "NHS Business Services Authority, through TRUD (NHS England)"
LICENCE = "TRUD terms: loaded by the user, never shipped"
KINDS = {"vmp": ("VMP", "VPID"), "amp": ("AMP", "APID"), "vmpp": ("VMPP", "VPPID"), "ampp": ("AMPP", "APPID")}
_CODE = r"[0-9]{6,18}"
PRODUCTS = Contract(
    dataset="dmd_products",
    title="dm+d: products and packs, and the medicine each of them is",
    publisher=PUBLISHER,
    licence=LICENCE,
    level="none",
    every="week",
    key=("snomed",),
    sort=("vmp", "snomed"),
    parts="snapshot",
    unlocks="with the BNF–SNOMED mapping: form, route, strength and substitution sets of the dm+d in place of what names and codes tell",
    columns=(
        Column("snomed", Kind.CODE, "SNOMED code of the product or pack", pattern=_CODE, example="323509004"),
        Column("kind", Kind.CODE, "VMP, AMP, VMPP or AMPP", example="AMP"),
        Column("vmp", Kind.CODE, "SNOMED code of its virtual product: the same for all that can replace one another", pattern=_CODE),
        Column("name", Kind.TEXT, "name", required=False),
    ),
)  # fmt: skip
INGREDIENTS = Contract(
    dataset="dmd_ingredients",
    title="dm+d: form, route and strength of virtual products, by ingredient",
    publisher=PUBLISHER,
    licence=LICENCE,
    level="none",
    every="week",
    sort=("vmp",),
    parts="snapshot",
    columns=(
        Column("vmp", Kind.CODE, "SNOMED code of the virtual product", pattern=_CODE, example="323509004"),
        Column("form", Kind.TEXT, "form", required=False, example="Tablet"),
        Column("form_route", Kind.TEXT, "form and route in one word", required=False, example="tablet.oral"),
        Column("ingredient", Kind.TEXT, "name of the ingredient", required=False, example="Trimethoprim"),
        Column("ingredients", Kind.INTEGER, "how many ingredients it has", required=False, example="1"),
        Column("strength", Kind.DECIMAL, "strength of this one", required=False, scale=5, minimum=Decimal(0), example="200"),
        Column("unit", Kind.TEXT, "unit of the strength", required=False, example="mg"),
        Column("per", Kind.DECIMAL, "amount that holds the strength; empty = one unit dose", required=False, scale=5, minimum=Decimal(0)),
        Column("per_unit", Kind.TEXT, "unit of that amount", required=False, example="ml"),
    ),
)  # fmt: skip
PRODUCT, INGREDIENT = "product", "ingredient"
FRAME = ("record", "snomed", "kind", "vmp", "name", "form", "form_route", "ingredient", "ingredients", "strength", "unit", "per", "per_unit")  # fmt: skip


@dataclass(frozen=True)
class _Words:
    """Names behind codes: `lookups` section → code → words; `ingredients` code → name."""

    lookups: Mapping[str, Mapping[str, str]]
    ingredients: Mapping[str, str]

    def of(self, section: str, code: str | None) -> str | None:
        """The words of a code; None where the lookup file does not know it."""
        return self.lookups.get(section, {}).get(code or "")


def read_dmd(path: Path) -> pl.DataFrame:
    """A release (zip, or its f_vmp file with the others beside it) as rows of `FRAME`: products and packs, then ingredients."""
    if not has(path, "vmp"):
        raise FileRefused(
            f"{path.name}: has no f_vmp file, without which no product is known; load the zip as TRUD delivers it"
        )
    words = _words(path)
    rows = [*_products(path), *_ingredients(path, words)]
    return pl.DataFrame(rows, schema=dict.fromkeys(FRAME, pl.String), orient="row")


def _words(path: Path) -> _Words:
    lookups: dict[str, dict[str, str]] = {}
    for section, fields in records(path, "lookup", "INFO"):
        lookups.setdefault(section, {})[fields.get("CD", "")] = fields.get("DESC", "")
    names = {
        fields["ISID"]: fields.get("NM", "")
        for _, fields in records(path, "ingredient", "ING")
        if "ISID" in fields
    }
    return _Words(lookups, names)


def _products(path: Path) -> Iterator[tuple[str | None, ...]]:
    """One row for each product and pack; packs and brands through what they are packs or brands of."""
    vmp_of: dict[str, str] = {}
    for kind, (tag, key) in KINDS.items():
        for _, fields in records(path, kind, tag):
            code = fields.get(key, "")
            vmp = (
                code
                if kind == "vmp"
                else fields.get("VPID") or vmp_of.get(fields.get("VPPID", "") or fields.get("APID", ""))
            )
            if code and vmp:
                vmp_of[code] = vmp
                yield (PRODUCT, code, tag, vmp, fields.get("DESC") or fields.get("NM"), *[None] * 8)


def _ingredients(path: Path, words: _Words) -> Iterator[tuple[str | None, ...]]:
    """One row an ingredient, one without strength for a product of none."""
    forms = {
        fields.get("VPID", ""): words.of("FORM", fields.get("FORMCD"))
        for _, fields in records(path, "vmp", "DFORM")
    }
    routes = {
        fields.get("VPID", ""): words.of("ONT_FORM_ROUTE", fields.get("FORMCD"))
        for _, fields in records(path, "vmp", "ONT")
    }
    mine: dict[str, list[Mapping[str, str]]] = {}
    for _, fields in records(path, "vmp", "VPI"):
        mine.setdefault(fields.get("VPID", ""), []).append(fields)
    for _, fields in records(path, "vmp", "VMP"):
        vmp = fields.get("VPID", "")
        for each in mine.get(vmp) or [{}]:
            yield _ingredient(vmp, forms.get(vmp), routes.get(vmp), each, str(len(mine.get(vmp, ()))), words)


def _ingredient(
    vmp: str, form: str | None, route: str | None, fields: Mapping[str, str], count: str, words: _Words
) -> tuple[str | None, ...]:
    unit, per_unit = (
        words.of("UNIT_OF_MEASURE", fields.get(name)) for name in ("STRNT_NMRTR_UOMCD", "STRNT_DNMTR_UOMCD")
    )
    strength = (fields.get("STRNT_NMRTR_VAL"), unit, fields.get("STRNT_DNMTR_VAL"), per_unit)
    return (
        INGREDIENT,
        None,
        None,
        vmp,
        None,
        form,
        route,
        words.ingredients.get(fields.get("ISID", "")),
        count,
        *strength,
    )


def _doubts(frame: pl.DataFrame) -> Sequence[str]:
    rows = frame.filter(pl.col("record") == INGREDIENT)
    if rows.height and rows["form"].null_count() == rows.height:
        return (
            "no form is known: f_lookup is missing, or of another release; load the zip as TRUD delivers it",
        )
    return ()


def _recognises(sniff: Sniff) -> bool:
    """A zip with an f_vmp file, or that file itself; FileRefused for another part of a release, which says nothing alone."""
    if sniff.members or "<VIRTUAL_MED_PRODUCTS" in sniff.text:
        return True
    if kind_of(sniff.path.name):
        raise FileRefused(
            f"{sniff.path.name}: is a part of the dm+d; load the zip as TRUD delivers it, or its f_vmp file with the others beside it"
        )
    return False


SOURCE = Source(
    "dmd_release",
    "Dictionary of medicines and devices (dm+d)",
    PUBLISHER,
    LICENCE,
    "TRUD: NHSBSA dm+d, the weekly zip as it comes; with it the BNF–SNOMED mapping, which ties it to BNF codes",
    (
        Era(
            "dm+d release 2, XML",
            _recognises,
            Table(read_dmd, _doubts),
            (
                Projection(
                    PRODUCTS,
                    {name: text(name) for name in ("snomed", "kind", "vmp", "name")},
                    keep=f"{text('record')} = '{PRODUCT}'",
                ),
                Projection(
                    INGREDIENTS,
                    {
                        name: text(name)
                        for name in ("vmp", "form", "form_route", "ingredient", "unit", "per_unit")
                    }
                    | {name: number(name) for name in ("ingredients", "strength", "per")},
                    keep=f"{text('record')} = '{INGREDIENT}'",
                ),
            ),
        ),
    ),
    traps=(
        "it knows SNOMED codes only: without the BNF–SNOMED mapping nothing of it meets a prescription",
        "products marked invalid are kept: they were prescribed once",
    ),
)
