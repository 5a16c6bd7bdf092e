"""Which products make a measure: what each adds to the numerator or denominator of every practice, from the store's own rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl
from sqlglot import exp

from opencommissioning.area.build import Build
from opencommissioning.area.building import medicines_of
from opencommissioning.area.money.explaining import inside
from opencommissioning.catalogue.contract import Column, Contract
from opencommissioning.catalogue.measure import Quantity
from opencommissioning.catalogue.period import months_between, shift
from opencommissioning.finance.whole import total, unscaled, whole
from opencommissioning.language.checking import code_system
from opencommissioning.language.compile import BUNDLES, FACTS, row_tests
from opencommissioning.language.definitions import ATTRIBUTES
from opencommissioning.language.resolve import code_conditions, resolve
from opencommissioning.measures.naming import names_of
from opencommissioning.measures.quantities import row_conditions, scaled
from opencommissioning.warehouse.engine import DuckDB
from opencommissioning.warehouse.store import Store

SIDES = ("numerator", "denominator")
SCHEMA = {"practice": pl.String, "code": pl.String, "name": pl.String, "value": pl.Float64}


@dataclass(frozen=True)
class ProductLine:
    """One product: what it adds at the organisation and at all practices, and its share (0 to 1) of each whole."""

    code: str
    name: str
    own: float
    own_share: float
    all_share: float


def breaks_down(build: Build, measure: str, side: str) -> bool:
    """Whether a side of the measure counts products."""
    quantity: Quantity = getattr(build.measure(measure), side)
    return build.library.contracts[quantity.dataset].code == "bnf_code"


def contributions(
    build: Build, store: Store, measure: str, side: str, last: date, window: int
) -> pl.DataFrame:
    """practice, code (today's), name, value: what each product adds to a side of the measure over `window` months to `last`.

    Only practices of the register; values in the side's own unit, weights included. One pass over the months' facts.
    """
    quantity: Quantity = getattr(build.measure(measure), side)
    months = months_between(shift(last, 1 - window), last)
    paths = [part.path for part in store.parts(quantity.dataset) if part.period in months]
    products = _products(store, quantity.dataset, months)
    if not paths or not products:
        return pl.DataFrame(schema=SCHEMA)
    contract = build.library.contracts[quantity.dataset]
    decided = code_conditions(quantity, contract.code, ATTRIBUTES.get(contract.code, ()))
    factors = resolve(quantity, decided, products, build.library.codelists, code_system(contract)).factors
    if not factors:
        return pl.DataFrame(schema=SCHEMA)
    codes = list(factors)
    bundles = pl.DataFrame({"code": codes, "bundle": range(len(codes))})
    query = _by_code(contract, quantity)
    with DuckDB(store, threads=build.settings.threads, memory=build.settings.memory) as engine:
        sums = engine.frame(query, {FACTS: paths, BUNDLES: bundles})
    places = scaled(quantity, contract, build.library.codelists).scale
    summed = _summed(sums, contract.column(quantity.column), factors, places)
    return unscaled(_named(summed, codes, dict(products), build), ("value",), places)


def _by_code(contract: Contract, quantity: Quantity) -> exp.Select:
    """Sums of the quantity's column by organisation and code (as its number in `bundles`) over the rows that pass."""
    by = [exp.column(contract.organisation, FACTS).as_("organisation"), exp.column("bundle", BUNDLES)]
    code = exp.EQ(this=exp.column(contract.code, FACTS), expression=exp.column("code", BUNDLES))
    summed = exp.Sum(this=exp.column(quantity.column, FACTS)).as_(quantity.column)
    query = exp.select(*by, summed).from_(FACTS).join(exp.to_table(BUNDLES), on=code)
    for condition in row_conditions(quantity, contract):
        query = query.where(*row_tests(contract, condition))
    return query.group_by(exp.Literal.number(1), exp.Literal.number(2))


def _products(store: Store, dataset: str, months: Sequence[date]) -> list:
    """(published code, product) of every product seen in the months, by its newest name."""
    medicines = medicines_of(store)
    lists = {part.period: part for part in store.parts("presentations")}
    names: dict[str, str] = {}
    for part in store.parts(dataset):
        if part.period in months:
            new = names_of(part, lists.get(part.period))
            names |= {code: name or names.get(code, "") for code, name in new.items()}
    return [(code, medicines.product(code, name)) for code, name in names.items()]


def _summed(sums: pl.DataFrame, column: Column, factors: Mapping[str, Decimal], places: int) -> pl.DataFrame:
    """practice, bundle, value: sums times their codes' factors, as whole numbers of so many decimal places."""
    weights = [int(each * 10 ** (places - column.scale)) for each in factors.values()]
    factor = pl.DataFrame({"bundle": range(len(weights)), "factor": pl.Series(weights, dtype=pl.Int128)})
    exact = pl.col(column.name).cast(pl.Decimal(38, column.scale)).to_physical()
    joined = sums.with_columns(pl.col("bundle").cast(pl.Int64)).join(factor, on="bundle")
    return joined.select(
        pl.col("organisation").alias("practice"), "bundle", (exact * pl.col("factor")).alias("value")
    )


def _named(summed: pl.DataFrame, codes: list[str], products, build: Build) -> pl.DataFrame:
    table = pl.DataFrame(
        {
            "bundle": range(len(codes)),
            "code": [products[code].bnf_code for code in codes],
            "name": [products[code].name or code for code in codes],
        }
    )
    known = pl.DataFrame({"practice": list(build.register.practices)})
    joined = summed.join(table, on="bundle").join(known, on="practice", how="semi")
    # of several published codes with one current code the name of the last is taken, whatever order the rows came in
    told = joined.group_by("practice", "code").agg(pl.col("name").sort_by("bundle").last(), total("value"))
    return told.select(*SCHEMA).sort("practice", "code")


def product_lines(build: Build, added: pl.DataFrame, code: str) -> list[ProductLine]:
    """Every product that an organisation or all practices use, those that weigh most at the organisation first."""
    mine = inside(build, build.organisation(code))
    practices = [each for each, there in zip(build.register.practices, mine.tolist(), strict=True) if there]
    exact = whole(added, ("value",))
    here = exact.filter(pl.col("practice").is_in(practices))
    own = here.group_by("code").agg(total("value").alias("own"))
    everybody = exact.group_by("code").agg(pl.col("name").max(), total("value").alias("whole"))
    both = everybody.join(own, on="code", how="left").with_columns(pl.col("own").fill_null(0))
    totals = unscaled(both.select(total("own", "whole")), ("own", "whole")).row(0)
    both = unscaled(both, ("own", "whole"))
    ordered = both.sort("own", "whole", "code", descending=[True, True, False])
    return [
        ProductLine(product, name, amount, _share(amount, totals[0]), _share(all_amount, totals[1]))
        for product, name, all_amount, amount in ordered.iter_rows()
    ]


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float(np.nan)
