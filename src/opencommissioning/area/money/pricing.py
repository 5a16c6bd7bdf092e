"""Prices of a build: every practice and product of the last twelve months against the price per unit that others pay.

<build>/prices/<level>.arrow     organisation, product: what was bought over the window, and the £ over each target
<build>/prices/month.parquet     the last month by practice, for the compatible list
<build>/prices/sets.parquet      sets: name, prices in the first and the last month
<build>/prices/ghosts.parquet    practice, month, product: generics dearer than the price everybody pays
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
from sqlglot import exp

from opencommissioning.area.build import Build
from opencommissioning.area.building import PRICE_COMPUTATION, PRICE_DATASETS, rows_of, successors_of
from opencommissioning.area.data.own_dmd import sets_told
from opencommissioning.area.keeping import read_kept
from opencommissioning.area.money.naming import product_names
from opencommissioning.area.money.tariffs import Tariff, concessions_of, tariff_of
from opencommissioning.catalogue.organisation import LEVELS
from opencommissioning.catalogue.period import shift
from opencommissioning.finance.ghosts import ghosts
from opencommissioning.finance.prices import CENTILES, FEWEST, over_targets, set_prices, with_floors
from opencommissioning.finance.sets import substitution_sets
from opencommissioning.finance.tariff import paid_share
from opencommissioning.finance.whole import LARGEST, SHARE, total, unscaled, whole
from opencommissioning.measures.summing import Progress
from opencommissioning.warehouse.engine import DuckDB
from opencommissioning.warehouse.mapped import write_mapped
from opencommissioning.warehouse.store import Part, Store

FOLDER = "prices"
WINDOW = 12
MOST = LARGEST // WINDOW  # of one row of a month, so that a window's sum fits
BOUGHT = ("items", "quantity", "nic", "actual_cost")
OVER = tuple(f"over_{each}" for each in CENTILES)
FLOORS = tuple(f"floor_{each}" for each in CENTILES)
MONTHLY = (*BOUGHT, "cost", *OVER, "compatible_10")
WINDOWED = ("quantity", "actual_cost", "cost", *OVER)
SUMMED = (*WINDOWED, *FLOORS)
UPSTREAM = (*PRICE_DATASETS, "bnf_changes", "presentations")


@dataclass(frozen=True)
class _Month:
    """A month's files: rows by practice and product in whole numbers, prices of sets, ghosts."""

    rows: Path
    sets: Path
    ghosts: Path
    month: date


def write_prices(build: Build, store: Store, results: Path, progress: Progress) -> None:
    """Write the tables above into a build folder that nobody reads yet; months done before cost nothing."""
    folder = build.folder / FOLDER
    folder.mkdir()
    parts = window_parts(build, store)
    if not parts:
        return
    with DuckDB([store.folder, results], build.settings.threads, build.settings.memory) as engine:
        months = []
        for number, part in enumerate(parts):
            progress(f"prices, {part.period:%B %Y}", number, len(parts))
            months.append(_month(engine, build, store, results, part))
        practices = with_floors(_whole_window(engine, [each.rows for each in months]))
    practices = _in_order(practices).rename({"practice": "organisation"})
    write_levels(build, practices, folder)
    last = _in_order(pl.read_parquet(months[-1].rows))
    unscaled(last, MONTHLY).write_parquet(folder / "month.parquet")
    _sets(months, practices, product_names(store)).write_parquet(folder / "sets.parquet")
    pl.concat([_dated(each) for each in months]).write_parquet(folder / "ghosts.parquet")


def write_levels(build: Build, practices: pl.DataFrame, folder: Path) -> None:
    """Write <level>.arrow of every level from the practices' rows in whole numbers, which are sorted by organisation and product."""
    for level in LEVELS:
        write_mapped(unscaled(_of_level(build, practices, level), SUMMED), folder / level, "organisation")


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Sorted by practice and product: by their places among the few different texts, which takes half as long as by the texts."""
    practice, product = (
        rows[name].cast(pl.Enum(rows[name].unique().sort())).to_physical().cast(pl.Int64)
        for name in ("practice", "bnf_code")
    )
    return rows[(practice * rows.height + product).arg_sort()]


def window_parts(build: Build, store: Store) -> list[Part]:
    """The prescribing files of the last twelve months of the build."""
    parts = [part for part in store.parts("prescribing") if part.period]
    return [part for part in parts if shift(build.latest, 1 - WINDOW) <= part.period <= build.latest]


def _dated(month: _Month) -> pl.DataFrame:
    rows = pl.read_parquet(month.ghosts).sort("practice", "bnf_code")
    return rows.with_columns(pl.lit(month.month).alias("month"))


def _month(engine: DuckDB, build: Build, store: Store, results: Path, part: Part) -> _Month:
    folder = results / FOLDER / _key(build, store, part)
    made = _Month(*(folder / f"{name}.parquet" for name in ("rows", "sets", "ghosts")), part.period)
    if not made.ghosts.exists():  # written last: a kill leaves a month to be done again, never half of one
        folder.mkdir(parents=True, exist_ok=True)
        bought = _bought(engine, build, part, successors_of(store))
        tariff = tariff_of(store, part.period)
        priced = _priced(bought, tariff, concessions_of(store, part.period, tariff), _own_sets(store))
        prices = set_prices(priced)
        _rows(priced, prices).write_parquet(made.rows)
        prices.write_parquet(made.sets)
        told = ghosts(priced.select("practice", "bnf_code", "quantity", "nic"), tariff.one_price)
        told.write_parquet(made.ghosts)
    return made


def _key(build: Build, store: Store, part: Part) -> str:
    """The same key means the same numbers: the part, what it is read with, who counts, and how it is computed."""
    upstream = [
        (each.dataset, str(each.period), each.checksum)
        for dataset in UPSTREAM
        for each in store.parts(dataset)
        if each.period is None or each.period <= part.period or dataset == "concessions"
    ]
    text = repr((PRICE_COMPUTATION, part.checksum, upstream, build.register.practices))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _bought(engine: DuckDB, build: Build, part: Part, successors: Mapping[str, str]) -> pl.DataFrame:
    """practice, bnf_code (today's), items, quantity, nic, actual_cost of the practices of the register, in whole numbers."""
    facts = {name: exp.column(name, "facts") for name in ("practice", "bnf_code", *BOUGHT)}
    here = exp.EQ(this=facts["practice"], expression=exp.column("practice", "members"))
    sums = [exp.Sum(this=facts[name]).as_(name) for name in BOUGHT]
    query = exp.select(facts["practice"], facts["bnf_code"], *sums).from_("facts")
    query = query.join(exp.to_table("members"), on=here).group_by(facts["practice"], facts["bnf_code"])
    members = pl.DataFrame({"practice": list(build.register.practices)}, schema={"practice": pl.String})
    sums = engine.frame(query, {"facts": [part.path], "members": members})
    current = sums.with_columns(pl.col("bnf_code").replace(successors))
    summed = current.group_by("practice", "bnf_code").agg(pl.col(name).sum() for name in BOUGHT)
    return whole(summed, BOUGHT, MOST // 10**SHARE)


def _priced(
    bought: pl.DataFrame, tariff: Tariff, conceded: Mapping[str, object], own: Mapping[str, str]
) -> pl.DataFrame:
    """The rows with `set` and `cost`: net ingredient cost after the discount of the tariff category; none under a concession."""
    codes = bought["bnf_code"].unique().sort().to_list()
    sets, category = substitution_sets(codes, own), tariff.category
    paid = [1 if code in conceded else paid_share(code, category.get(code, "")) for code in codes]
    share = [int(each * 10**SHARE) for each in paid]
    table = {"bnf_code": codes, "set": [sets.get(code) for code in codes], "share": share}
    schema = {"bnf_code": pl.String, "set": pl.String, "share": pl.Int64}
    joined = bought.join(pl.DataFrame(table, schema=schema), on="bnf_code")
    return joined.with_columns(cost=pl.col("nic") * pl.col("share")).drop("share")


def _own_sets(store: Store) -> dict[str, str]:
    """The user's own table first, then the dm+d's virtual products."""
    rows = rows_of(store, "substitution_sets")
    told = sets_told(lambda name: rows_of(store, name))
    return told if rows is None else told | dict(rows.select("bnf_code", "set").iter_rows())


def _rows(priced: pl.DataFrame, prices: pl.DataFrame) -> pl.DataFrame:
    """The rows with over_10 …, null where too few practices tell a price; `compatible_10` is the same without that rule."""
    told = over_targets(priced, prices, largest=MOST).with_columns(compatible_10=pl.col("over_10"))
    enough = pl.col("practices") >= FEWEST
    return told.with_columns(pl.when(enough).then(pl.col(name)).alias(name) for name in OVER).drop(
        "practices"
    )


def _whole_window(engine: DuckDB, files: Sequence[Path]) -> pl.DataFrame:
    """All months added up by practice and product; months with their sign, so that a cheap one is set against a dear one."""
    column = {name: exp.column(name, "months") for name in ("practice", "bnf_code", "set")}
    sums = [_whole_sum(name).as_(name) for name in WINDOWED]
    last_set = exp.Max(this=exp.column("set", "months", quoted=True)).as_("set", quoted=True)
    query = exp.select(column["practice"], column["bnf_code"], last_set, *sums).from_("months")
    return engine.frame(query.group_by(column["practice"], column["bnf_code"]), {"months": list(files)})


def _whole_sum(name: str) -> exp.Cast:
    """The sum of a column of whole numbers, which the engine makes in 128 bits, in the 64 that `MOST` leaves it."""
    return exp.cast(exp.Sum(this=exp.column(name, "months")), exp.DataType.Type.BIGINT)


def _of_level(build: Build, practices: pl.DataFrame, level: str) -> pl.DataFrame:
    """The practices' rows, or their sums by organisation, with membership of the last month in the area's own way."""
    if level == "practice":
        return practices
    codes, parents = build.members(level, build.settings.current_membership)
    column = build.months.index(build.latest)
    known = [
        (at, place)
        for at, place in zip(build.register.practices, parents[:, column].tolist(), strict=True)
        if place >= 0
    ]
    table = {"organisation": [at for at, _ in known], "above": [codes[place] for _, place in known]}
    schema = {"organisation": pl.String, "above": pl.String}
    joined = practices.join(pl.DataFrame(table, schema=schema), on="organisation")
    # a practice that bought a product only while it stood alone knows no set of it: the others tell
    rolled = joined.group_by("above", "bnf_code").agg(pl.col("set").max(), total(*SUMMED))
    return rolled.rename({"above": "organisation"}).sort("organisation", "bnf_code")


def _sets(months: Sequence[_Month], practices: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    """set, practices, price_10 … of the last month, `before_50` (the middle price in the first), `name` of its most bought product."""
    last = pl.read_parquet(months[-1].sets)
    first = pl.read_parquet(months[0].sets).select("set", pl.col("price_50").alias("before_50"))
    bought = practices.filter(pl.col("set").is_not_null()).group_by("set", "bnf_code").agg(total("quantity"))
    most = bought.sort("quantity", "bnf_code", descending=True).group_by("set", maintain_order=True).first()
    called = [
        names.get(name) or names.get(code, name) for name, code in most.select("set", "bnf_code").iter_rows()
    ]
    return (
        most.select("set", pl.Series("name", called))
        .join(last, on="set", how="left")
        .join(first, on="set", how="left")
        .sort("set")
    )


def read_prices(build: Build, name: str, organisations: Sequence[str] | None = None) -> pl.DataFrame | None:
    """One of the tables, or its rows of some organisations; None when the build has none (no prescribing)."""
    return read_kept(build, build.folder / FOLDER / name, organisations)
