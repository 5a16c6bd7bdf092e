"""Comparing a few organisations: the middle of some peers on every measure, and the measure on which members differ most.

`membership` is "as_was" or "current"; None is the area's own choice.
"""

from collections.abc import Sequence

import polars as pl

from opencommissioning.area.build import Build
from opencommissioning.area.comparison.judging import verdicts_at
from opencommissioning.area.comparison.special import age_special
from opencommissioning.catalogue.measure import Better
from opencommissioning.reports.organisation import FAR, LONG
from opencommissioning.variation.verdict import BEYOND_CHANCE, HIGH, LOW, UNJUDGED, Stand

FEWEST = 3  # values that have a middle worth telling


def middle_of(
    build: Build, level: str, codes: Sequence[str], membership: str | None = None
) -> dict[str, float]:
    """measure → the median value of these organisations in the measure's last month; left out where fewer than three have one."""
    frame = verdicts_at(build, level, membership, organisations=codes) if codes else None
    if frame is None:
        return {}
    mine = frame.filter(pl.col("value").is_not_null())
    grouped = mine.group_by("measure").agg(pl.col("value").median(), pl.len().alias("count"))
    return dict(grouped.filter(pl.col("count") >= FEWEST).select("measure", "value").iter_rows())


def most_varied(build: Build, level: str, codes: Sequence[str], membership: str | None = None) -> list[str]:
    """Measures that can be drawn for these organisations, those with most of them beyond chance first, then by how far they lie."""
    frame = verdicts_at(build, level, membership, organisations=codes) if codes else None
    if frame is None:
        return []
    mine = frame.filter(pl.col("value").is_not_null())
    mine = mine.filter(pl.col("centre").is_not_null())
    beyond = pl.col("stand").is_in([str(stand) for stand in BEYOND_CHANCE]).sum().alias("beyond")
    grouped = mine.group_by("measure").agg(beyond, pl.col("z").abs().sum().alias("far"))
    return grouped.sort("beyond", "far", "measure", descending=[True, True, False])["measure"].to_list()


def counts_of(
    build: Build, level: str, codes: Sequence[str], membership: str | None = None
) -> dict[str, dict[str, int]]:
    """Organisation → how many of its measures stand out to the worse and to the better side, have moved, have been far out for long
    without standing out, and were judged.

    What the organisations' own reports count, asked of all at once; those without any value are left out.
    """
    rows = verdicts_at(build, level, membership, organisations=codes) if codes else None
    if rows is None:
        return {}
    better = pl.col("measure").replace_strict(
        {name: str(each.better) for name, each in build.measures.items()}, default=None
    )
    named = pl.col("named") if "named" in rows.columns else pl.lit(True)
    known, high, low = better.is_not_null(), _stands(HIGH) & named, _stands(LOW) & named
    worse = (high & (better == Better.LOWER)) | (low & (better == Better.HIGHER))
    good = (low & (better == Better.LOWER)) | (high & (better == Better.HIGHER))
    blind = [name for name, each in build.measures.items() if each.ignores_age]
    explained = pl.col("organisation").is_in(age_special(build, codes)) & pl.col("measure").is_in(blind)
    good, worse = good & ~explained, worse & ~explained
    grouped = rows.filter(known).group_by("organisation")
    counted = grouped.agg(
        worse.sum().alias("worse"),
        good.sum().alias("better"),
        (_stands((Stand.MOVED,)) & named).sum().alias("moved"),
        (_stands(FAR) & (pl.col("months_beyond") >= LONG) & ~named).sum().alias("lasting"),
        (~_stands(UNJUDGED)).sum().alias("judged"),
    )
    return {row.pop("organisation"): row for row in counted.to_dicts()}


def _stands(wanted: Sequence[Stand]) -> pl.Expr:
    return pl.col("stand").is_in([str(each) for each in wanted])
