"""Counts of potentially avoidable activity on their way out: sums by kind pass the disclosure gate when a build is made, kept beside it.

Two files. COUNTS: practice, month, key, value; keys tell what is counted (`key_of`). MIX: how kinds go together in all practices, which is
what overlaps are made of, rounded together as well.
"""

import hmac
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.area.library import Library
from opencommissioning.catalogue.avoidable import Effect
from opencommissioning.disclosure.rounding_together import rounded_together
from opencommissioning.disclosure.rules import HES
from opencommissioning.errors import DefinitionError
from opencommissioning.measures.leaving import Gate
from opencommissioning.measures.register import Register
from opencommissioning.sources.avoidable import AVOIDABLE, NO_KIND
from opencommissioning.warehouse.store import Store

COUNTS, MIX = "avoidable.parquet", "avoidable_mix.parquet"
YEAR = 12  # months of the mix
ALL, CLASS, OF_KIND, LATER = "all", "class", "kind", "later"  # what a key counts; see key_of
ROWS, NIGHTS = "activity", "bed_days"
LATER_NIGHTS = "later_bed_days"
SUMS = (ROWS, NIGHTS, "squared_bed_days")


def key_of(what: str, of: str, column: str = ROWS) -> str:
    """The key of a sum. `all` rows of a sort of activity; `class`: rows by their first kind that avoids (or none); `kind`: all rows of
    a kind; `later`: rows by their first kind that makes shorter or moves; their nights are those that can go."""
    return f"{what} {of} {column}"


def write_avoidable(
    folder: Path, store: Store, library: Library, register: Register, secret: Callable[[], bytes]
) -> None:
    """Both files into a build's folder; none when no counts are loaded."""
    parts = store.parts(AVOIDABLE.dataset)
    if not parts:
        return
    rows = pl.concat([pl.read_parquet(part.path) for part in parts])
    patterns = _patterns(rows, library)
    _gated(rows, patterns, register, secret()).write_parquet(folder / COUNTS)
    _mixed(rows, patterns, secret()).write_parquet(folder / MIX)


def first_kinds(names: Sequence[str], library: Library) -> tuple[str, str]:
    """(first kind that avoids, first that makes shorter or moves) of a set of kinds in their order; `none` where there is none."""
    known = [library.avoidable[name] for name in names]
    avoided = [each.id for each in known if each.effect is Effect.AVOIDED]
    later = [each.id for each in known if each.effect is not Effect.AVOIDED]
    return (avoided or [NO_KIND])[0], (later or [NO_KIND])[0]


def _patterns(rows: pl.DataFrame, library: Library) -> pl.DataFrame:
    """activity_of, kinds, names (list), first, later: each set of kinds that occurs. DefinitionError for a kind that no definition has."""
    order = {name: place for place, name in enumerate(library.avoidable)}
    out = []
    for dataset, text in rows.select("activity_of", "kinds").unique().iter_rows():
        names = [name for name in text.split() if name != NO_KIND]
        unknown = [name for name in names if name not in order]
        if unknown:
            raise DefinitionError(
                f"counts of avoidable activity name the kind '{unknown[0]}', of which there is no definition; count the records again, "
                "or put the definition into definitions/avoidable"
            )
        names.sort(key=lambda name: order[name])
        out.append((dataset, text, names, *first_kinds(names, library)))
    told = pl.DataFrame(out, schema=["activity_of", "kinds", "names", "first", "later"], orient="row")
    return told.with_columns(nights_that_can_go(told["later"].to_list(), library))


def _keys(patterns: pl.DataFrame) -> pl.DataFrame:
    """activity_of, kinds, key, column: into which sums the rows of a set of kinds go."""
    out = []
    for dataset, text, names, first, later in patterns.iter_rows():
        told = [
            (ALL, dataset, ROWS),
            (CLASS, f"{dataset}/{first}", ROWS),
            (CLASS, f"{dataset}/{first}", NIGHTS),
        ]
        told += [(OF_KIND, name, ROWS) for name in names]
        told += [(LATER, later, ROWS), (LATER, later, NIGHTS)] if later != NO_KIND else []
        out += [(dataset, text, key_of(*each), _column(*each)) for each in told]
    return pl.DataFrame(out, schema=["activity_of", "kinds", "key", "column"], orient="row")


def _column(what: str, of: str, column: str) -> str:
    return LATER_NIGHTS if (what, column) == (LATER, NIGHTS) else column


def nights_that_can_go(later: Sequence[str], library: Library) -> pl.Series:
    """For each first kind that makes shorter: how many nights of a stay can go at most; null where all can."""
    fixed = [library.avoidable[name].nights if name != NO_KIND else None for name in later]
    return pl.Series("fixed", fixed, dtype=pl.Int64)


def _gated(rows: pl.DataFrame, patterns: pl.DataFrame, register: Register, secret: bytes) -> pl.DataFrame:
    """practice, month, key, value: rounded together over practices and months; sums of 0 are left out."""
    practices = {code: place for place, code in enumerate(register.practices)}
    months: list[date] = rows["month"].unique().sort().to_list()
    fixed = patterns.select("activity_of", "kinds", "fixed")
    here = rows.filter(pl.col("practice").is_in(list(practices))).join(fixed, on=["activity_of", "kinds"])
    long = here.join(_keys(patterns.drop("fixed")), on=["activity_of", "kinds"])
    going = pl.coalesce(pl.col("fixed") * pl.col(ROWS), pl.col(NIGHTS))
    value = (
        pl.when(pl.col("column") == ROWS)
        .then(pl.col(ROWS))
        .when(pl.col("column") == LATER_NIGHTS)
        .then(going)
        .otherwise(pl.col(NIGHTS))
    )
    sums = long.group_by("key", "practice", "month").agg(value.sum().alias("value"))
    arrays = {key: np.zeros((len(practices), len(months)), np.int64) for key in sums["key"].unique().sort()}
    places = {month: place for place, month in enumerate(months)}
    for key, practice, month, number in sums.iter_rows():
        arrays[key][practices[practice], places[month]] = number
    kept = Gate(AVOIDABLE.dataset, register, secret, dict.fromkeys(arrays, 0))(arrays)
    told = [
        (register.practices[p], months[m], key, int(part[p, m]))
        for key, part in kept.items()
        for p, m in zip(*np.nonzero(part), strict=True)
    ]
    return pl.DataFrame(told, schema={"practice": pl.String, "month": pl.Date, "key": pl.String, "value": pl.Int64}, orient="row")  # fmt: skip


def _mixed(rows: pl.DataFrame, patterns: pl.DataFrame, secret: bytes) -> pl.DataFrame:
    """activity_of, kinds, first, later and SUMS over the last year, all practices together.

    The running total over the sets of a sort of activity is kept as a multiple of 5, begun with a number that only the secret tells: so
    a rare set is now and then counted as 5 and mostly as none, and neither their totals nor what overlaps in all is made smaller.
    """
    last = rows.group_by("activity_of").agg(pl.col("month").unique().sort().tail(YEAR).alias("months"))
    recent = rows.join(last, on="activity_of").filter(pl.col("month").is_in(pl.col("months")))
    every = recent.group_by("activity_of", "kinds").agg(pl.col(SUMS).sum())
    told = every.join(patterns.drop("names", "fixed"), on=["activity_of", "kinds"]).sort(
        "activity_of", "first", "later", "kinds"
    )
    frames = [
        group.with_columns(*(_running(group[name], f"{dataset} {name}", secret) for name in SUMS))
        for (dataset,), group in told.group_by("activity_of", maintain_order=True)
    ]
    return pl.concat(frames).filter(pl.max_horizontal(SUMS) > 0)


def _running(counts: pl.Series, name: str, secret: bytes) -> pl.Series:
    start = int.from_bytes(hmac.digest(secret, f"{MIX} {name}".encode(), "sha256")[:8]) % HES.rounding
    rounded = rounded_together(
        counts.cast(pl.Int64).to_numpy()[None], np.zeros((1, 0), int), np.array([start])
    )
    return pl.Series(counts.name, rounded[0])
