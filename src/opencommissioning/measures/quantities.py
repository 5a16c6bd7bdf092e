"""Sums of quantities on one stored part: facts in, (quantity, organisation, exact whole number) out."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.codelist import Codelist
from opencommissioning.catalogue.condition import Condition
from opencommissioning.catalogue.contract import Contract
from opencommissioning.catalogue.measure import Measure, Quantity
from opencommissioning.catalogue.presentation import Presentation
from opencommissioning.errors import StoreError
from opencommissioning.language import compile as sql
from opencommissioning.language.checking import ATTRIBUTES
from opencommissioning.language.resolve import CodeSet, code_conditions, resolve

COMPUTATION = 1  # raise by hand when the same definitions on the same facts would give other numbers
LARGEST = 2**62

Frame = Callable[..., pl.DataFrame]  # engine.frame(expression, tables)
Products = Sequence[tuple[str, Presentation | None]]


@dataclass(frozen=True)
class Scaled:
    """A quantity and the power of ten of its whole numbers: 12.34 at scale 2 is kept as 1234."""

    quantity: Quantity
    scale: int
    key: str


def scaled(quantity: Quantity, contract: Contract, codelists: Mapping[str, Codelist]) -> Scaled:
    """The quantity with its scale (decimals of the column and of the weights) and its key: the same key means the same numbers."""
    weights = codelists[quantity.times] if quantity.times else None
    scale = contract.column(quantity.column).scale + (_decimals(weights) if weights else 0)
    return Scaled(quantity, scale, _key(quantity, codelists))


def _decimals(codelist: Codelist) -> int:
    own = (max(0, -entry.factor.normalize().as_tuple().exponent) for entry in codelist.entries)
    return max((*own, *(_decimals(part) for part in codelist.parts)), default=0)


def _key(quantity: Quantity, codelists: Mapping[str, Codelist]) -> str:
    named = {name for condition in quantity.where for name in condition.codelists} | ({quantity.times} - {""})
    lists = [
        (each.system, each.entries, each.exclude, each.names_with, each.names_without, each.parts)
        for each in (codelists[name] for name in sorted(named))
    ]
    text = repr((COMPUTATION, quantity, lists))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def quantities_of(measures: Iterable[Measure]) -> tuple[Quantity, ...]:
    """Every quantity that the measures need, once each."""
    return tuple(
        dict.fromkeys(side for measure in measures for side in (measure.numerator, measure.denominator))
    )


class Resolver:
    """Which codes each quantity counts. Remembers codes across months: a new month only brings new codes."""

    def __init__(
        self,
        contract: Contract,
        quantities: Sequence[Quantity],
        codelists: Mapping[str, Codelist],
        system: str,
    ) -> None:
        self.contract, self.codelists, self.system = contract, codelists, system
        attributes = ATTRIBUTES.get(contract.code, ())
        self.decided = [(each, code_conditions(each, contract.code, attributes)) for each in quantities]
        self._known: dict[tuple[str, str], list[Decimal | None]] = {}

    def code_sets(self, products: Products) -> list[CodeSet]:
        """One CodeSet per quantity over the products of a part."""
        chosen: list[dict[str, Decimal]] = [{} for _ in self.decided]
        for product in products:
            for codes, factor in zip(chosen, self._factors(product), strict=True):
                if factor is not None:
                    codes[product[0]] = factor
        return [CodeSet(codes) for codes in chosen]

    def _factors(self, product: tuple[str, Presentation | None]) -> list[Decimal | None]:
        name = product[1].name if product[1] else ""
        if (product[0], name) not in self._known:
            self._known[product[0], name] = [
                self._factor(each, conditions, product) for each, conditions in self.decided
            ]
        return self._known[product[0], name]

    def _factor(
        self, quantity: Quantity, conditions: Sequence[Condition], product: tuple[str, Presentation | None]
    ) -> Decimal | None:
        return resolve(quantity, conditions, [product], self.codelists, self.system).factors.get(product[0])


def row_conditions(quantity: Quantity, contract: Contract) -> tuple[Condition, ...]:
    """The conditions that only the row itself can decide (quantity per item, admission method)."""
    decided = {contract.code, *ATTRIBUTES.get(contract.code, ())} if contract.code else set()
    return tuple(condition for condition in quantity.where if condition.column not in decided)


def sum_part(
    frame: Frame,
    path: Path,
    contract: Contract,
    wanted: Sequence[Scaled],
    products: Products,
    resolver: Resolver,
) -> pl.DataFrame:
    """Columns key, organisation, value (whole number at the quantity's scale): one row where an organisation has rows that count."""
    sets = (
        dict(zip([each for each, _ in resolver.decided], resolver.code_sets(products), strict=True))
        if contract.code
        else {}
    )
    by_rows: dict[tuple[Condition, ...], list[Scaled]] = {}
    for each in wanted:
        by_rows.setdefault(row_conditions(each.quantity, contract), []).append(each)
    parts = [_sum_group(frame, path, contract, group, rows, sets) for rows, group in by_rows.items()]
    return pl.concat(parts) if parts else _empty()


def _empty() -> pl.DataFrame:
    return pl.DataFrame(schema={"key": pl.String, "organisation": pl.String, "value": pl.Int64})


def _sum_group(
    frame: Frame,
    path: Path,
    contract: Contract,
    group: Sequence[Scaled],
    rows: Sequence[Condition],
    sets: Mapping[Quantity, CodeSet],
) -> pl.DataFrame:
    columns = sorted({each.quantity.column for each in group})
    tables: dict[str, object] = {sql.FACTS: [path]}
    if not contract.code:
        return _spread(
            frame(sql.sums(contract, columns, rows), tables),
            contract,
            group,
            (tuple((n, Decimal(1)) for n in range(len(group))),),
        )
    bundles = sql.bundle([sets[each.quantity] for each in group])
    if not bundles.bundle_of:
        return _empty()
    tables[sql.BUNDLES] = pl.DataFrame(
        {"code": list(bundles.bundle_of), "bundle": list(bundles.bundle_of.values())}
    )
    return _spread(frame(sql.sums_by_bundle(contract, columns, rows), tables), contract, group, bundles.gives)


def _spread(
    sums: pl.DataFrame,
    contract: Contract,
    group: Sequence[Scaled],
    gives: Sequence[Sequence[tuple[int, Decimal]]],
) -> pl.DataFrame:
    """Bundle sums handed out to the quantities that count the bundle, as exact whole numbers."""
    whole = {
        column: _whole(sums, column, contract)
        for column in sums.columns
        if column not in ("organisation", "bundle")
    }
    sums = sums.select("organisation", pl.col("bundle").cast(pl.Int64)).with_columns(**whole)
    links = [
        (bundle, group[number].key, group[number].quantity.column, _factor(factor, group[number], contract))
        for bundle, given in enumerate(gives)
        for number, factor in given
    ]
    schema = {"bundle": pl.Int64, "key": pl.String, "column": pl.String, "factor": pl.Int64}
    table = pl.DataFrame(links, schema=schema, orient="row")
    out = []
    for column in whole:
        joined = sums.join(table.filter(pl.col("column") == column), on="bundle")
        value = (pl.col(column) * pl.col("factor")).sum().alias("value")
        out.append(joined.group_by("key", "organisation").agg(value))
    return pl.concat(out) if out else _empty()


def _whole(sums: pl.DataFrame, column: str, contract: Contract) -> pl.Series:
    """The exact decimals of a column as whole numbers; refuses what would not fit."""
    scale = contract.column(column).scale
    values = (
        (sums[column].cast(pl.Decimal(38, scale)) * (10**scale)).cast(pl.Int64)
        if scale
        else sums[column].cast(pl.Int64)
    )
    if values.len() and values.abs().max() > LARGEST:
        raise StoreError(
            f"the sum of {contract.dataset}.{column} is too large to be kept exactly; check the file's units"
        )
    return values


def _factor(factor: Decimal, scaled_: Scaled, contract: Contract) -> int:
    power = scaled_.scale - contract.column(scaled_.quantity.column).scale
    return int(factor * 10**power)
