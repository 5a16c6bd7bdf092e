"""How well names stand in for the dm+d: form, route and strength read from the names of real products beside what the dm+d says."""

import polars as pl

from opencommissioning.catalogue.presentation import presentation
from opencommissioning.measures.medicines import told_by_dmd


def test_names_tell_form_route_and_strength_nearly_as_well_as_the_dmd(shared_data):
    file = pl.read_csv(shared_data("prescribing/bnf_products_strength.csv"), infer_schema=False)
    rows = file.select(
        "bnf_code",
        pl.when(pl.col("form") == "Not applicable").then(None).otherwise("form").alias("form"),
        pl.col("ingredient_count").cast(pl.Int64, strict=False).alias("ingredients"),
        pl.col("numerator").alias("strength"),
        pl.col("numerator_unit_of_measure").alias("unit"),
        pl.col("denominator_unit_of_measure").alias("per_unit"),
    )
    told = told_by_dmd(rows.iter_rows(named=True))
    names = dict(file.select("bnf_code", "name").unique("bnf_code", keep="first").iter_rows())
    alike = {"route": [], "form": [], "strength_mg": []}
    for code, says in told.items():
        read = presentation(code, names[code] or "")
        for what, known in (("route", says.route), ("form", says.form), ("strength_mg", says.strength_mg)):
            if known not in ("", None, "unknown"):
                alike[what].append(getattr(read, what) == known)
    shares = {what: sum(each) / len(each) for what, each in alike.items()}
    assert min(len(each) for each in alike.values()) > 5000
    assert shares["route"] > 0.9, shares
    assert shares["form"] > 0.85, shares
    assert shares["strength_mg"] > 0.9, shares
