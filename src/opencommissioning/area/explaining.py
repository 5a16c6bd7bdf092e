"""Why spend moved: the store's own rows of an organisation's practices in two periods, taken apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from sqlglot import exp

from opencommissioning.area.build import Build
from opencommissioning.catalogue.calendar import dispensing_days
from opencommissioning.catalogue.period import months_between, shift, spoken
from opencommissioning.errors import NotLoaded
from opencommissioning.finance.decomposition import (
    CAUSES,
    Decomposition,
    Period,
    Products,
    decompose,
    top_movers,
)
from opencommissioning.warehouse.engine import DuckDB
from opencommissioning.warehouse.store import Store

SUMMED = ("items", "quantity", "actual_cost")


@dataclass(frozen=True)
class Explanation:
    """Spend of an organisation in two periods of the same length, the change by cause, and the products that moved most."""

    name: str
    before: tuple[date, date]
    after: tuple[date, date]
    decomposition: Decomposition
    movers: tuple[tuple[str, float, str], ...]
    practices: int

    @property
    def sentence(self) -> str:
        """The change and its largest cause, in words. Actual cost, before rebates and dispensing fees."""
        parts = self.decomposition
        cause = max(CAUSES, key=lambda name: abs(parts.causes[name]))
        way = "rose" if parts.change >= 0 else "fell"
        share = 100 * parts.change / parts.before if parts.before else float("nan")
        return (
            f"Actual cost of {self.name} {way} from £{parts.before:,.0f} ({_spoken(self.before)}) to £{parts.after:,.0f} "
            f"({_spoken(self.after)}), {share:+.1f} %. The largest part is {cause}: £{parts.causes[cause]:+,.0f}. "
            "Before rebates and dispensing fees."
        )


def _spoken(period: tuple[date, date]) -> str:
    return spoken(period[0]) if period[0] == period[1] else f"{spoken(period[0])} to {spoken(period[1])}"


def explain(
    build: Build, store: Store, code: str, first: date | None = None, last: date | None = None
) -> Explanation:
    """Spend from `first` to `last` against the same number of months a year before (default: the latest loaded months of a year).

    Practices count that had data in both periods; NotLoaded when a month of either period is missing.
    """
    last = last or build.latest
    first = first or _a_year_back(build, last)
    now, then = months_between(first, last), months_between(shift(first, -12), shift(last, -12))
    practices = _members(build, code, now + then)
    sums = [_sums(store, months, practices, build) for months in (then, now)]
    codes, before, after = _aligned(*sums)
    periods = [
        _period(build, months, practices, products) for months, products in ((then, before), (now, after))
    ]
    parts = decompose(*periods)
    movers = top_movers(parts.by_product, _named(store, codes))
    return Explanation(
        build.organisation(code).name,
        (then[0], then[-1]),
        (now[0], now[-1]),
        parts,
        tuple(movers),
        len(practices),
    )


def _named(store: Store, codes: Sequence[str]) -> list[str]:
    """The latest published name of each code, or the code itself."""
    parts = [
        pl.read_parquet(part.path, columns=["bnf_code", "name"]) for part in store.parts("presentations")
    ]
    names = dict(pl.concat(parts).drop_nulls().iter_rows()) if parts else {}
    return [names.get(code, code) for code in codes]


def _a_year_back(build: Build, last: date) -> date:
    """Twelve months when two full years are loaded, else as many as have their month a year before, at least the last one."""
    loaded = set(build.grid.layers["prescribing"].loaded)
    months = [shift(last, -back) for back in range(12)]
    paired = [month for month in months if month in loaded and shift(month, -12) in loaded]
    return min(paired, default=last)


def _members(build: Build, code: str, months: Sequence[date]) -> list[str]:
    """The organisation's practices (of today) with data in every month of both periods."""
    organisation, register = build.organisation(code), build.register
    missing = [month for month in months if month not in build.grid.layers["prescribing"].loaded]
    if missing:
        raise NotLoaded(
            f"prescribing of {spoken(missing[0])} is not loaded; both periods need every month (choose --from and --to)"
        )
    inside = _inside(build, organisation)
    columns = [register.months.index(month) for month in months]
    complete = (build.grid.layers["prescribing"].missing[:, columns] == 0).all(axis=1) & inside
    if not complete.any():
        raise NotLoaded(f"no practice of {organisation.name} has data in every month of both periods")
    return [code for code, kept in zip(register.practices, complete, strict=True) if kept]


def _inside(build: Build, organisation) -> np.ndarray:
    if organisation.level == "practice":
        return np.array([code == organisation.code for code in build.register.practices])
    codes, parents = build.members(organisation.level, True)
    return parents[:, -1] == codes.index(organisation.code)


def _sums(store: Store, months: Sequence[date], practices: Sequence[str], build: Build) -> pl.DataFrame:
    """Items, quantity and actual cost by published code over the months and practices."""
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
        return engine.frame(query, {"facts": paths, "members": pl.DataFrame({"practice": list(practices)})})


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
