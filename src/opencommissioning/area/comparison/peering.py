"""Peers: organisations of the same level that are most alike in size, age and deprivation, or those that somebody named."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from opencommissioning.area.build import Build
from opencommissioning.errors import UnknownName, did_you_mean
from opencommissioning.statistics.peers import nearest_neighbours
from opencommissioning.warehouse.store import Store

ALIKE = (
    "size of list",
    "share of patients aged 65 and over",
    "share aged under 15",
    "deprivation (IMD score)",
)
BY = ("size", "old", "young", "deprivation")  # the same, as one word each, for those who choose
OLD = ("65", "70", "75", "80", "85", "90", "95")
YOUNG = ("00", "05", "10")
FEWEST = 3  # organisations of a level that can be peers of one another
SMALLEST_LIST = 1000  # smaller "practices" are services


@dataclass(frozen=True)
class Peers:
    """Codes, the most alike first. `why` says in words how they were found, `lacking` which characteristics were not known."""

    codes: tuple[str, ...]
    why: str
    lacking: tuple[str, ...] = ()


def peers(
    build: Build,
    store: Store,
    code: str,
    named: Sequence[str] = (),
    count: int = 10,
    by: Sequence[str] = (),
) -> Peers:
    """Peers of an organisation: `named` ones, else the nearest `by` some of `BY`, else those of area.toml, else the `count` nearest by all.

    UnknownName for a named code that the build does not know or that is of another level. No codes when there are too few to choose from.
    """
    own = build.organisation(code)
    if named:
        return Peers(_checked(build, own, named), "Named by you.")
    if own.code in build.settings.peers and not by:
        return Peers(_checked(build, own, build.settings.peers[own.code]), "Named in this area's settings.")
    asked = _asked(by)
    codes, features = build.remember(("features", own.level), lambda: _features(build, store, own.level))
    if own.code not in codes or len(codes) <= FEWEST:
        return Peers((), "")
    known = ~np.isnan(features).all(axis=0) & asked
    if not known.any():
        return Peers((), "")
    names = [name for name, there in zip(ALIKE, known, strict=True) if there]
    found = nearest_neighbours(features[:, known], names, k=count, of=[codes.index(own.code)])
    nearest = tuple(codes[at] for at in found.index[0] if at >= 0)
    unknown = asked & ~known
    lacking = (*found.missing[0], *(name for name, gone in zip(ALIKE, unknown, strict=True) if gone))
    return Peers(
        nearest, f"The most alike in {_listed([name for name in names if name not in lacking])}.", lacking
    )


def _asked(by: Sequence[str]) -> np.ndarray:
    """bool (4,): which characteristics are asked for; all when nobody chose."""
    for name in by:
        if name not in BY:
            raise UnknownName(f"there is no characteristic '{name}'{did_you_mean(name, BY)}")
    return np.array([not by or name in by for name in BY])


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _checked(build: Build, own, named: Sequence[str]) -> tuple[str, ...]:
    found = [build.organisation(code) for code in dict.fromkeys(named)]
    wrong = [each for each in found if each.level != own.level]
    if wrong:
        raise UnknownName(
            f"{wrong[0].name} ({wrong[0].code}) cannot be a peer of {own.name}: it is of another level"
        )
    return tuple(each.code for each in found if each.code != own.code)


def _features(build: Build, store: Store, level: str) -> tuple[list[str], np.ndarray]:
    """Codes of a level and float (O, 4) of `ALIKE`, nan where not known; practices that are closed or tiny are left out."""
    table = _practices(build, store)
    if level == "practice":
        table = table.filter(pl.col("patients") >= SMALLEST_LIST)
        organisation = pl.col("practice")
    else:
        codes, parents = build.members(level, True)
        inside = {
            practice: codes[at]
            for practice, at in zip(build.register.practices, parents[:, -1].tolist(), strict=True)
            if at >= 0
        }
        organisation = pl.col("practice").replace_strict(inside, default=None, return_dtype=pl.String)
    weighted = [
        (
            (pl.col(name) * pl.col("patients")).sum()
            / pl.col("patients").filter(pl.col(name).is_not_null()).sum()
        ).alias(name)
        for name in ("old", "young", "deprivation")
    ]
    grouped = table.group_by(organisation.alias("code")).agg(
        pl.col("patients").sum().log().alias("size"), *weighted
    )
    grouped = grouped.drop_nulls("code").sort("code")
    values = grouped.select("size", "old", "young", "deprivation").fill_nan(None).to_numpy().astype(float)
    return grouped["code"].to_list(), values


def _practices(build: Build, store: Store) -> pl.DataFrame:
    """practice, patients, old, young, deprivation of the practices that are open in the last month with patients."""
    column = build.months.index(build.latest)
    size = build.grid.patients[:, column]
    keep = build.register.open[:, column] & (size > 0)
    table = pl.DataFrame({"practice": np.array(build.register.practices)[keep], "patients": size[keep]})
    return table.join(_ages(store), on="practice", how="left").join(
        deprivation_scores(store), on="practice", how="left"
    )


def _ages(store: Store) -> pl.DataFrame:
    parts = store.parts("registrations")
    empty = pl.DataFrame(schema={"practice": pl.String, "old": pl.Float64, "young": pl.Float64})
    if not parts:
        return empty
    bands = pl.read_parquet(max(parts, key=lambda part: part.period).path).filter(pl.col("age_sex") != "ALL")
    if not bands.height:
        return empty
    age = pl.col("age_sex").str.slice(1, 2)
    share = {
        name: (pl.col("patients").filter(age.is_in(ages)).sum() / pl.col("patients").sum()).alias(name)
        for name, ages in (("old", OLD), ("young", YOUNG))
    }
    return bands.group_by("practice").agg(*share.values())


def deprivation_scores(store: Store) -> pl.DataFrame:
    """practice, deprivation (the newest score loaded; higher is more deprived); no rows when none is loaded."""
    parts = store.parts("deprivation")
    if not parts:
        return pl.DataFrame(schema={"practice": pl.String, "deprivation": pl.Float64})
    newest = pl.read_parquet(max(parts, key=lambda part: part.period).path)
    return newest.select("practice", pl.col("score").cast(pl.Float64).alias("deprivation"))
