"""All prescribing measures of a loaded month, beside a bare scan, plain polars and pandas programs and one query per quantity."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from bench import child
from bench.scale import Scale
from bench.table import Row
from opencommissioning.area import Area
from opencommissioning.area.memory import memory_kept
from opencommissioning.finance.measures import money_quantities
from opencommissioning.measures.medicines import Medicines
from opencommissioning.measures.quantities import Scaled
from opencommissioning.measures.resolving import Resolver
from opencommissioning.measures.summing import sum_dataset, wanted_by_dataset
from opencommissioning.sources.prescribing import PRESCRIBING
from opencommissioning.warehouse.engine import DuckDB

SAMPLE = 12  # quantities that the two slow ways are timed on; their time is scaled up to all
RUNS = 9
SCAN = "SELECT max(practice), max(bnf_code), max(quantity_per_item), sum(items), sum(quantity), sum(nic), sum(actual_cost) FROM read_parquet(?)"


def wanted_of(area: Area) -> tuple[Scaled, ...]:
    """The quantities over prescribing of every shipped measure and its money."""
    library = area.library
    more = money_quantities(library.measures.values())
    return wanted_by_dataset(library.measures.values(), library.contracts, library.codelists, more)[
        "prescribing"
    ]


def _facts(area: Area) -> Path:
    return area.store.parts("prescribing")[0].path


def ours(folder: str) -> int:
    """Everything that a build sums on a month's part, with memory kept as a build keeps it."""
    area = Area.open(folder)
    wanted = wanted_of(area)
    names = {part.period: part for part in area.store.parts("presentations")}
    with memory_kept(), TemporaryDirectory() as kept, DuckDB(area.store) as engine:
        parts = area.store.parts("prescribing")
        sum_dataset(
            parts,
            names,
            PRESCRIBING,
            wanted,
            area.library.codelists,
            Medicines(),
            engine.frame,
            Path(kept),
            lambda *_: None,
        )
    return len(wanted)


def scan(folder: str) -> None:
    """Every column that the measures need, read once."""
    duckdb.sql(SCAN, params=[str(_facts(Area.open(folder)))]).fetchall()


def _codes(area: Area, wanted: tuple[Scaled, ...]) -> Mapping[str, list[str]]:
    """Codes of some quantities without conditions on rows."""
    resolver = Resolver(PRESCRIBING, [each.quantity for each in wanted], area.library.codelists, Medicines())
    codes = pl.read_parquet(_facts(area), columns=["bnf_code"])["bnf_code"].unique().to_list()
    out = {}
    for each in wanted:
        counted = list(resolver.bundles([(code, None) for code in codes], [each.quantity]).bundle_of)
        if counted and {test.column for test in each.quantity.where} <= {"bnf_code"}:
            out[each.quantity.column, each.key] = counted
        if len(out) == SAMPLE:
            break
    return {f"{column}:{key}": counted for (column, key), counted in out.items()}


def queries(folder: str) -> int:
    """One query per quantity, as a program written measure by measure would ask."""
    area = Area.open(folder)
    sample = _codes(area, wanted_of(area))
    for name, codes in sample.items():
        column, listed = name.split(":")[0], pl.DataFrame({"code": codes})
        duckdb.register("listed", listed.to_arrow())
        text = f"SELECT practice, sum({column}) FROM read_parquet(?) SEMI JOIN listed ON bnf_code = code GROUP BY 1"
        duckdb.sql(text, params=[str(_facts(area))]).fetchall()
    return len(sample)


def program(folder: str) -> int:
    """A plain polars program: the month in memory, then filter, group and sum per quantity."""
    area = Area.open(folder)
    facts = pl.read_parquet(_facts(area))
    sample = _codes(area, wanted_of(area))
    for name, codes in sample.items():
        facts.filter(pl.col("bnf_code").is_in(codes)).group_by("practice").agg(
            pl.col(name.split(":")[0]).sum()
        )
    return len(sample)


def pandas_program(folder: str) -> int:
    """The same in pandas, whose columns of codes are categories so that the month fits."""
    area = Area.open(folder)
    columns = ["practice", "bnf_code", "items", "quantity", "nic", "actual_cost"]
    table = pl.read_parquet(_facts(area), columns=columns)
    facts = table.with_columns(
        pl.col("practice", "bnf_code").cast(pl.Categorical),
        pl.col("quantity", "nic", "actual_cost").cast(pl.Float64),
    ).to_pandas()
    sample = _codes(area, wanted_of(area))
    for name, codes in sample.items():
        facts[facts["bnf_code"].isin(codes)].groupby("practice", observed=True)[name.split(":")[0]].sum()
    return len(sample)


def rows(scale: Scale) -> list[Row]:
    """Ours beside each of the others, on the month that `loading` loaded."""
    area = str(scale.month_area)
    if not Area.open(area).store.parts("prescribing"):
        Area.open(area).load([scale.month_file])
    bare, all_ = child.alternately(RUNS, ("measures:scan", area), ("measures:ours", area))
    out = [
        Row(
            f"all {all_.result:,} sums of a month (median of {RUNS})",
            all_.seconds,
            "s",
            "bare scan of the columns",
            bare.seconds,
            3,
        ),
        Row("  the same in processor seconds", all_.processor, "s", "", bare.processor),
        Row("peak memory of summing", all_.memory / 1024, "GB", most=6, judged="ours"),
    ]
    ways = [("one query per quantity", "queries"), ("polars program", "program")]
    ways += [("pandas program", "pandas_program")] if find_spec("pandas") else []
    for what, work in ways:
        done = child.run(f"measures:{work}", area)
        scaled = done.seconds * all_.result / max(1, done.result)
        out.append(
            Row("all sums of a month", all_.seconds, "s", f"{what} ({done.result} timed, scaled up)", scaled)
        )
    return out
