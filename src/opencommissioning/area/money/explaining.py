"""Why spend moved: the store's own rows of an organisation's practices in two periods, taken apart."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl
from sqlglot import exp

from opencommissioning.area.belonging import inside
from opencommissioning.area.build import Build
from opencommissioning.area.building import successors_of
from opencommissioning.area.money.conceding import conceded_months, concessions
from opencommissioning.area.money.naming import named
from opencommissioning.area.money.welcome import welcome
from opencommissioning.catalogue.calendar import dispensing_days
from opencommissioning.catalogue.period import months_between, shift, spoken
from opencommissioning.errors import NotLoaded, UnknownName
from opencommissioning.finance.decomposition import (
    CAUSES,
    Decomposition,
    Period,
    Products,
    decompose,
    top_movers,
)
from opencommissioning.reports.spending import Conceded, Dispensed, Explanation, Mover
from opencommissioning.warehouse.engine import DuckDB
from opencommissioning.warehouse.store import Store

SUMMED = ("items", "quantity", "actual_cost")
MORE_OR_LESS = ("items per patient", "mix", "newly prescribed", "no longer prescribed")


def explain(
    build: Build, store: Store, code: str, first: date | None = None, last: date | None = None
) -> Explanation:
    """Spend from `first` to `last` against the same number of months a year before (default: the latest loaded months of a year).

    Practices count that had data in both periods; NotLoaded when a month of either period is missing, UnknownName for a period that
    ends before it begins or is longer than a year (it would be compared with part of itself).
    """
    last = last or build.latest
    first = first or _a_year_back(build, last)
    _refuse_odd(first, last)
    now, then = months_between(first, last), months_between(shift(first, -12), shift(last, -12))
    practices, expected = _members(build, code, then + now)
    sums = [_sums(store, months, practices, build) for months in (then, now)]
    codes, before, after = _aligned(*sums)
    periods = [
        _period(build, months, practices, products) for months, products in ((then, before), (now, after))
    ]
    parts = decompose(*periods)
    return Explanation(
        build.organisation(code).name,
        (then[0], then[-1]),
        (now[0], now[-1]),
        parts,
        _movers(build, store, codes, parts),
        len(practices),
        expected,
        dispensed=tuple(Dispensed(float(each.products.items.sum()), each.days) for each in periods),
        conceded=_conceded(build, store, code, practices, (then, now)),
    )


def _refuse_odd(first: date, last: date) -> None:
    if last < first:
        raise UnknownName(f"the period ends in {spoken(last)}, before it begins in {spoken(first)}")
    if last > shift(first, 11):
        raise UnknownName(
            f"{spoken(first)} to {spoken(last)} is longer than a year, so it would be compared with part of itself; choose 12 months at most"
        )


def _movers(build: Build, store: Store, codes: Sequence[str], parts: Decomposition) -> tuple[Mover, ...]:
    """The products that moved most. More or less of one: what items for each patient, and new and dropped products, add up to."""
    names = dict(zip(codes, named(store, codes), strict=True))
    moved = top_movers(parts.by_product, codes)
    columns = [CAUSES.index(name) for name in MORE_OR_LESS]
    amounts = dict(zip(codes, parts.by_product[:, columns].sum(axis=1).tolist(), strict=True))
    mostly = {code: amounts[code] for code, change, _ in moved if amounts[code] * change > change**2 / 2}
    good = welcome(build, mostly)
    return tuple(Mover(names[code], amount, cause, code, good.get(code, "")) for code, amount, cause in moved)


def _conceded(
    build: Build,
    store: Store,
    code: str,
    practices: Sequence[str],
    periods: tuple[Sequence[date], Sequence[date]],
) -> Conceded | None:
    """Cost of price concessions in both periods; None when neither concessions nor a tariff are loaded for them."""
    if not any(conceded_months(store, months[0], months[-1]) for months in periods):
        return None
    costs = [
        concessions(build, store, code, months[0], months[-1], practices)["cost"].sum() for months in periods
    ]
    return Conceded(*costs)


def _a_year_back(build: Build, last: date) -> date:
    """Twelve months when two full years are loaded, else as many as have their month a year before, at least the last one."""
    loaded = set(build.grid.layers["prescribing"].loaded)
    months = [shift(last, -back) for back in range(12)]
    paired = [month for month in months if month in loaded and shift(month, -12) in loaded]
    return min(paired, default=last)


def _members(build: Build, code: str, months: Sequence[date]) -> tuple[list[str], int]:
    """The organisation's practices (of today) with data in every month of both periods, and how many were open in any of them."""
    organisation, register = build.organisation(code), build.register
    missing = [month for month in months if month not in build.grid.layers["prescribing"].loaded]
    if missing:
        raise NotLoaded(
            f"prescribing of {spoken(missing[0])} is not loaded; both periods need every month (choose --from and --to)"
        )
    here = inside(build, organisation)
    columns = [register.months.index(month) for month in months]
    complete = (build.grid.layers["prescribing"].reasons(columns) == 0).all(axis=1) & here
    expected = int((here & register.open[:, columns].any(axis=1)).sum())
    if not complete.any():
        raise NotLoaded(f"no practice of {organisation.name} has data in every month of both periods")
    return [code for code, kept in zip(register.practices, complete, strict=True) if kept], expected


def _sums(store: Store, months: Sequence[date], practices: Sequence[str], build: Build) -> pl.DataFrame:
    """Items, quantity and actual cost by today's code over the months and practices: a retired code is not a product given up."""
    paths = [part.path for part in store.parts("prescribing") if part.period in months]
    columns = [exp.Sum(this=exp.column(name, "facts")).as_(name) for name in SUMMED]
    here = exp.EQ(this=exp.column("practice", "facts"), expression=exp.column("practice", "members"))
    query = (
        exp.select(exp.column("bnf_code", "facts"), *columns)
        .from_("facts")
        .join(exp.to_table("members"), on=here)
    )
    query = query.group_by(exp.column("bnf_code", "facts"))
    with DuckDB(store, threads=build.settings.threads, memory=build.settings.memory) as engine:
        sums = engine.frame(query, {"facts": paths, "members": pl.DataFrame({"practice": list(practices)})})
    return sums.with_columns(pl.col("bnf_code").replace(successors_of(store))).group_by("bnf_code").sum()


def _aligned(before: pl.DataFrame, after: pl.DataFrame) -> tuple[list[str], Products, Products]:
    """Both periods on the same products."""
    joined = before.join(after, on="bnf_code", how="full", coalesce=True, suffix="_after").sort("bnf_code")
    floats = joined.select(
        pl.col("bnf_code"),
        *(pl.col(c).cast(pl.Float64).fill_null(0) for c in joined.columns if c != "bnf_code"),
    )
    old, new = (
        Products(*(floats[f"{name}{suffix}"].to_numpy() for name in SUMMED)) for suffix in ("", "_after")
    )
    return floats["bnf_code"].to_list(), old, new


def _period(build: Build, months: Sequence[date], practices: Sequence[str], products: Products) -> Period:
    rows = np.isin(build.register.practices, practices)
    columns = [build.register.months.index(month) for month in months]
    patients = np.nansum(build.grid.patients[np.ix_(rows, columns)], axis=0).mean()
    if not patients > 0:
        raise NotLoaded(
            "list sizes of these months are not loaded; load registered patients (gp-reg-pat-prac-quin-age)"
        )
    return Period(products, float(patients), sum(dispensing_days(month) for month in months))
