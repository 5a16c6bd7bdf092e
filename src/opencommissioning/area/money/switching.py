"""Possible savings of a build by measure: each practice against the practices at a centile; organisations are sums over practices.

<build>/money/savings-<level>.arrow     organisation, measure: value, spend, signed savings (over_10 …) and floors (floor_10 …)
<build>/money/aims.parquet              measure: the values at the centiles now, and the middle one a year before
<build>/money/codes.parquet             measure, product: what its numerator counts, and which way is better
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.area.belonging import above
from opencommissioning.area.build import Build
from opencommissioning.area.building import medicines_of
from opencommissioning.area.keeping import read_kept
from opencommissioning.area.money.naming import product_names
from opencommissioning.area.money.pricing import read_prices
from opencommissioning.catalogue.measure import Better, Measure
from opencommissioning.catalogue.organisation import LEVELS
from opencommissioning.finance.measures import (
    MONTHS,
    MoneyMeasure,
    money_measures,
    possible,
    savings,
    target,
    values,
)
from opencommissioning.finance.prices import CENTILES, FEWEST
from opencommissioning.finance.savings import Swap
from opencommissioning.finance.whole import total, unscaled, whole
from opencommissioning.language.definitions import ATTRIBUTES
from opencommissioning.language.resolve import code_conditions, resolve
from opencommissioning.measures.medicines import Medicines
from opencommissioning.measures.quantities import scaled
from opencommissioning.measures.series import Missing, Series
from opencommissioning.variation.verdict import SMALLEST_LIST
from opencommissioning.warehouse.mapped import write_mapped
from opencommissioning.warehouse.store import Store

FOLDER = "money"
SIGNED, FLOORS = (tuple(f"{kind}_{each}" for each in CENTILES) for kind in ("over", "floor"))
SUMMED = ("top", "bottom", "spend", "slope", *SIGNED, *FLOORS)
COUNTED = {"bnf_code": pl.String, "name": pl.String, "counts": pl.Boolean}
CODES = {"measure": pl.String, "bnf_code": pl.String, "better": pl.String, "money": pl.Boolean}


@dataclass(frozen=True)
class Compared:
    """A measure's money over the window: parts of every practice, who is judged, the values at the centiles, the middle a year before."""

    each: MoneyMeasure
    parts: Swap | tuple[np.ndarray, np.ndarray]
    spend: np.ndarray
    judged: np.ndarray
    aims: Mapping[int, float]
    before: float


def write_money(build: Build, store: Store, results: Path) -> None:
    """Write the tables above into a build folder that nobody reads yet. `results` keeps which products each measure counts."""
    folder = build.folder / FOLDER
    folder.mkdir()
    found = [told for each in money_measures(build.measures.values()) if (told := compared(build, each))]
    if found:
        practices = whole(pl.concat([_frame(build, told) for told in found]), SUMMED)
        for level in LEVELS:
            write_mapped(
                unscaled(_of_level(build, practices, level), SUMMED).sort("organisation", "measure"),
                folder / f"savings-{level}",
                "organisation",
            )
        pl.DataFrame([_aims(told) for told in found]).write_parquet(folder / "aims.parquet")
    _codes(build, store, results / "counted").write_parquet(folder / "codes.parquet")


def compared(build: Build, each: MoneyMeasure) -> Compared | None:
    """The measure's money over the last twelve months of the build (fewer when fewer are loaded); None when fewer practices than
    can set a target have a value: the middle of four is nobody's standard."""
    window = min(MONTHS, len(build.months_of(each.measure.numerator.dataset)))
    series = _series(build, each, window)
    there = np.flatnonzero((series[0].missing == Missing.NOTHING).any(axis=0))
    if not len(there):
        return None
    column = int(there[-1])
    judged = _judged(build, series, column)
    parts = _parts(series, column)
    if np.isfinite(values(parts)[judged]).sum() < FEWEST:
        return None
    aims = {share: target(parts, judged, share / 100) for share in CENTILES}
    earlier = column - MONTHS
    before = target(_parts(series, earlier), _judged(build, series, earlier), 0.5) if earlier >= 0 else np.nan
    spend = series[-1].numerators[:, column]
    return Compared(each, parts, spend, judged, aims, before)


def _series(build: Build, each: MoneyMeasure, window: int) -> tuple[Series, ...]:
    """One series for a rate; for a swap quantities, then costs, both as part over whole."""
    if each.swap is None:
        return (build.series_of(each.measure, "practice", window),)
    pairs = ((2, 0), (3, 1))
    return tuple(build.series_of(_over(each, *pair), "practice", window) for pair in pairs)


def _over(each: MoneyMeasure, top: int, bottom: int) -> Measure:
    """One of the swap's four quantities over another, as a measure of its own."""
    return replace(each.measure, numerator=each.swap[top], denominator=each.swap[bottom], per=1)


def _parts(series: tuple[Series, ...], column: int) -> Swap | tuple[np.ndarray, np.ndarray]:
    if len(series) == 1:
        return series[0].numerators[:, column], series[0].denominators[:, column]
    quantity, cost = series
    return Swap(
        quantity.denominators[:, column],
        cost.denominators[:, column],
        quantity.numerators[:, column],
        cost.numerators[:, column],
    )


def _judged(build: Build, series: tuple[Series, ...], column: int) -> np.ndarray:
    """Practices with a value and at least `SMALLEST_LIST` patients: smaller ones neither set a target nor are measured by it."""
    there = (series[0].missing[:, column] == Missing.NOTHING) & (
        series[-1].missing[:, column] == Missing.NOTHING
    )
    return there & ~(build.patients(series[0])[:, column] < SMALLEST_LIST)


def _frame(build: Build, told: Compared) -> pl.DataFrame:
    """A row for every judged practice."""
    top, bottom = (
        (told.parts.part_quantity, told.parts.quantity) if isinstance(told.parts, Swap) else told.parts
    )
    over = {f"over_{share}": savings(told.parts, aim) for share, aim in told.aims.items()}
    slope = savings(told.parts, 1.0) - savings(
        told.parts, 0.0
    )  # £ for each whole unit of target: savings are linear in it
    columns = {
        "organisation": list(build.register.practices),
        "top": top,
        "bottom": bottom,
        "spend": told.spend,
        "slope": slope,
    }
    frame = pl.DataFrame({**columns, **over, "judged": told.judged}).filter(pl.col("judged")).drop("judged")
    frame = frame.with_columns(pl.col(pl.Float64).fill_nan(None))
    floors = [
        pl.Series(f"floor_{share}", possible(told.parts, aim)[told.judged]).fill_nan(None)
        for share, aim in told.aims.items()
    ]
    return frame.with_columns(pl.lit(told.each.measure.id).alias("measure"), *floors)


def _of_level(build: Build, practices: pl.DataFrame, level: str) -> pl.DataFrame:
    """The practices' rows or their sums, in whole numbers; with `practices`, how many are in a sum."""
    counted = practices.with_columns(pl.lit(1, dtype=pl.UInt32).alias("practices"))
    if level == "practice":
        return counted
    joined = counted.join(above(build, level), on="organisation")
    rolled = joined.group_by("above", "measure").agg(total(*SUMMED), pl.col("practices").sum())
    return rolled.rename({"above": "organisation"})


def _aims(told: Compared) -> dict[str, object]:
    known = values(told.parts)[told.judged]
    aims = {f"aim_{share}": aim for share, aim in told.aims.items()}
    return {
        "measure": told.each.measure.id,
        **aims,
        "before_50": told.before,
        "practices": int(np.isfinite(known).sum()),
    }


def _codes(build: Build, store: Store, kept: Path) -> pl.DataFrame:
    """Which products each judged prescribing measure's numerator counts (conditions on single rows aside)."""
    bought = read_prices(build, "practice")
    if bought is None:
        return pl.DataFrame(schema=CODES)
    names = product_names(store)
    products = [(code, names.get(code, "")) for code in bought["bnf_code"].unique().sort()]
    medicines = medicines_of(store)
    money = {each.measure.id for each in money_measures(build.measures.values())}
    rows = [
        (measure.id, code, str(measure.better), measure.id in money)
        for measure in build.measures.values()
        if _tells(measure)
        for code in _counted(build, measure, products, medicines, kept)
    ]
    return pl.DataFrame(rows, schema=CODES, orient="row")


def _tells(measure: Measure) -> bool:
    """Whether more of its numerator's products is better or worse."""
    return measure.better is not Better.NEITHER and measure.numerator.dataset == "prescribing"


def _counted(
    build: Build, measure: Measure, products: list[tuple[str, str]], medicines: Medicines, kept: Path
) -> list[str]:
    """The codes that count. Asked once for each (code, name), definition and dm+d: a nation has 30,000 products."""
    key = scaled(measure.numerator, build.library.contracts["prescribing"], build.library.codelists).key
    path = kept / f"{key}{medicines.digest}.parquet"
    known = pl.read_parquet(path) if path.exists() else pl.DataFrame(schema=COUNTED)
    done = set(known.select("bnf_code", "name").iter_rows())
    if new := [each for each in products if each not in done]:
        counting = _resolved(build, measure, new, medicines)
        rows = [(code, name, code in counting) for code, name in new]
        known = pl.concat([known, pl.DataFrame(rows, schema=COUNTED, orient="row")])
        kept.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(f".{os.getpid()}")
        known.write_parquet(aside)
        aside.replace(path)
    asked = pl.DataFrame(products, schema={"bnf_code": pl.String, "name": pl.String}, orient="row")
    return asked.join(known.filter("counts"), on=["bnf_code", "name"], how="semi")["bnf_code"].to_list()


def _resolved(
    build: Build, measure: Measure, products: list[tuple[str, str]], medicines: Medicines
) -> set[str]:
    conditions = code_conditions(measure.numerator, "bnf_code", ATTRIBUTES["bnf_code"])
    told = [(code, medicines.product(code, name)) for code, name in products]
    return set(resolve(measure.numerator, conditions, told, build.library.codelists, "bnf").factors)


def read_money(build: Build, name: str, organisations: Sequence[str] | None = None) -> pl.DataFrame | None:
    """One of the tables, or its rows of some organisations; None when the build has none."""
    return read_kept(build, build.folder / FOLDER / name, organisations)
