"""What price concessions and ghost-branded generics cost an organisation."""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl
from sqlglot import exp

from opencommissioning.area.belonging import practices_of
from opencommissioning.area.build import Build
from opencommissioning.area.building import rows_of, successors_of
from opencommissioning.area.money.naming import product_names
from opencommissioning.area.money.pricing import read_prices
from opencommissioning.area.money.tariffs import Tariff, concessions_of, tariff_of
from opencommissioning.catalogue.period import months_between
from opencommissioning.finance.tariff import Pack, increase, is_counted_in_packs
from opencommissioning.finance.whole import total, unscaled, whole
from opencommissioning.warehouse.engine import DuckDB
from opencommissioning.warehouse.store import Store

CONCEDED = {
    "month": pl.Date,
    "bnf_code": pl.String,
    "name": pl.String,
    "quantity": pl.Float64,
    "increase": pl.Float64,
    "cost": pl.Float64,
    "estimated": pl.Boolean,
}


def concessions(
    build: Build, store: Store, code: str, first: date, last: date, practices: Sequence[str] | None = None
) -> pl.DataFrame:
    """month, bnf_code, name, quantity, increase (£ a unit over the tariff, net of its discount), cost (£), estimated; dearest first.

    For months beyond the prescribing that is loaded, the last month's quantities stand in and `estimated` is true. `practices` narrows
    the organisation to some of its practices.
    """
    if practices is None:
        practices = practices_of(build, code)
    rows: list[dict[str, object]] = []
    with DuckDB(store, threads=build.settings.threads, memory=build.settings.memory) as engine:
        for month in conceded_months(store, first, last):
            rows += _month(engine, store, month, practices)
    names = product_names(store)
    told = [{**row, "name": names.get(row["bnf_code"], row["bnf_code"])} for row in rows]
    return pl.DataFrame(told, schema=CONCEDED).sort(
        "month", "cost", "bnf_code", descending=[False, True, False]
    )


def conceded_months(store: Store, first: date, last: date) -> list[date]:
    """The months between two that have concessions and some tariff."""
    rows = rows_of(store, "concessions")
    if rows is None or not store.parts("tariff"):
        return []
    known = set(rows["month"].to_list())
    return [month for month in months_between(first, last) if month in known]


def told_until(build: Build, store: Store, last: date) -> date:
    """The month to which concessions are told: beyond the prescribing that is loaded when `last` is its last month."""
    rows = rows_of(store, "concessions")
    return max(last, rows["month"].max()) if rows is not None and last == build.latest else last


def _month(engine: DuckDB, store: Store, month: date, practices: Sequence[str]) -> list[dict[str, object]]:
    tariff = tariff_of(store, month)
    conceded = concessions_of(store, month, tariff)
    parts = [part for part in store.parts("prescribing") if part.period and part.period <= month]
    if not conceded or not parts:
        return []
    part = parts[-1]
    everybody = _bought(engine, part.path, successors_of(store), conceded, None)
    mine = _bought(engine, part.path, successors_of(store), conceded, practices)
    out = []
    for code, (quantity, _nic) in mine.items():
        extra = float(_increase(code, month, tariff, conceded[code], *everybody[code]))
        row = {"month": month, "bnf_code": code, "quantity": quantity, "increase": extra}
        out.append({**row, "cost": extra * quantity, "estimated": part.period < month})
    return out


def _increase(code: str, month: date, tariff: Tariff, packs: Sequence[Pack], quantity: float, nic: float):
    unit = nic / quantity if quantity else 0.0
    whole = all(is_counted_in_packs(unit, float(pack.conceded), float(pack.size)) for pack in packs)
    return increase(code, tariff.category.get(code, ""), month, packs, whole)


def _bought(
    engine: DuckDB,
    path,
    successors: Mapping[str, str],
    conceded: Mapping[str, object],
    practices: Sequence[str] | None,
) -> dict[str, tuple[float, float]]:
    """Today's code → (quantity, net ingredient cost) of the products under a concession, of these practices or of everybody."""
    retired = {old: new for old, new in successors.items() if new in conceded}
    tables: dict[str, object] = {
        "facts": [path],
        "wanted": pl.DataFrame({"bnf_code": [*conceded, *retired]}, schema={"bnf_code": pl.String}),
    }
    query = exp.select(
        exp.column("bnf_code", "facts"),
        *(exp.Sum(this=exp.column(name, "facts")).as_(name) for name in ("quantity", "nic")),
    ).from_("facts")
    query = query.join(exp.to_table("wanted"), on=_same("bnf_code", "wanted"))
    if practices is not None:
        tables["members"] = pl.DataFrame({"practice": list(practices)}, schema={"practice": pl.String})
        query = query.join(exp.to_table("members"), on=_same("practice", "members"))
    sums = engine.frame(query.group_by(exp.column("bnf_code", "facts")), tables)
    summed = sums.with_columns(pl.col("bnf_code").replace(retired)).group_by("bnf_code").sum()
    summed = summed.with_columns(pl.col("quantity", "nic").cast(pl.Float64))
    return {
        code: (quantity, nic)
        for code, quantity, nic in summed.select("bnf_code", "quantity", "nic").iter_rows()
    }


def _same(column: str, table: str) -> exp.EQ:
    return exp.EQ(this=exp.column(column, "facts"), expression=exp.column(column, table))


GHOSTS = {
    "practice": pl.String,
    "month": pl.Date,
    "bnf_code": pl.String,
    "name": pl.String,
    "quantity": pl.Float64,
    "nic": pl.Float64,
    "price": pl.Float64,
    "excess": pl.Float64,
}
ADDED = ("quantity", "nic", "excess")


def ghost_rows(build: Build, store: Store, code: str, months: int = 3) -> pl.DataFrame:
    """Generics dearer (or cheaper) than everybody's price by practice and month, last months, largest first.

    `price` is everybody's for a unit, `excess` £ net ingredient cost over it, signed; less than £2 either way is left out.
    """
    rows = read_prices(build, "ghosts")
    if rows is None:
        return pl.DataFrame(schema=GHOSTS)
    recent = build.months_of("prescribing")[-months:]
    mine = rows.filter(pl.col("practice").is_in(practices_of(build, code)) & pl.col("month").is_in(recent))
    names = product_names(store)
    called = [names.get(each, each) for each in mine["bnf_code"]]
    named = mine.with_columns(pl.Series("name", called, dtype=pl.String))
    order = ("excess", "practice", "month", "bnf_code")
    return named.select(list(GHOSTS)).sort(order, descending=[True, False, False, False])


def ghost_generics(build: Build, store: Store, code: str, months: int = 3) -> pl.DataFrame:
    """bnf_code, name, practices, quantity, nic, excess of an organisation: its ghost rows by product, largest first."""
    rows = ghost_rows(build, store, code, months)
    told = (
        whole(rows, ADDED)
        .group_by("bnf_code", "name")
        .agg(pl.col("practice").n_unique().alias("practices"), total(*ADDED))
    )
    return unscaled(told, ADDED).sort("excess", "bnf_code", descending=[True, False])
