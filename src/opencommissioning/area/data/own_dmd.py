"""What the user's own dm+d release says of BNF codes: both meet through the BNF–SNOMED mapping."""

from collections.abc import Callable, Iterator, Mapping

import polars as pl

Rows = Callable[[str], pl.DataFrame | None]  # dataset → all its rows, None when it is not loaded


def medicine_of_codes(rows: Rows) -> pl.DataFrame:
    """Columns bnf_code, vmp: the virtual product of every mapped BNF code. Of several the one that most of its products and packs have."""
    mapped, products = rows("dmd"), rows("dmd_products")
    if mapped is None or products is None:
        return pl.DataFrame(schema={"bnf_code": pl.String, "vmp": pl.String})
    joined = mapped.select("bnf_code", "snomed").unique().join(products.select("snomed", "vmp"), on="snomed")
    counted = (
        joined.group_by("bnf_code", "vmp")
        .len()
        .sort(["bnf_code", "len", "vmp"], descending=[False, True, False])
    )
    return counted.unique("bnf_code", keep="first", maintain_order=True).select("bnf_code", "vmp")


def strengths_told(rows: Rows) -> Iterator[Mapping[str, object]]:
    """Rows (one an ingredient) with bnf_code, form, form_route, ingredients, strength, unit, per_unit, from the release."""
    told = rows("dmd_ingredients")
    if told is not None:
        yield from medicine_of_codes(rows).join(told, on="vmp").sort("bnf_code").iter_rows(named=True)


def sets_told(rows: Rows) -> dict[str, str]:
    """BNF code → its virtual product, by name: products of the same one can replace one another."""
    products = rows("dmd_products")
    if products is None:
        return {}
    named = products.filter(pl.col("kind") == "VMP").select("vmp", "name").unique("vmp")
    found = medicine_of_codes(rows).join(named, on="vmp", how="left")
    words = pl.format("{} ({})", pl.col("name").fill_null("product"), "vmp")
    return dict(found.select("bnf_code", words.alias("set")).sort("bnf_code").iter_rows())
