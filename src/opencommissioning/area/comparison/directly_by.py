"""Directly standardised rates by practice, network, location or board: each in broad bands of age and sex, merged where events are few."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from opencommissioning.area.build import Build
from opencommissioning.area.comparison.directly import PER, people_by_age, unable
from opencommissioning.area.data.banding import YEAR, read_bands
from opencommissioning.area.levels import PRACTICE
from opencommissioning.catalogue.codelist import Rates
from opencommissioning.catalogue.period import months_between, shift
from opencommissioning.disclosure.rules import HES
from opencommissioning.errors import DefinitionError, NotLoaded
from opencommissioning.reports.direct_by import DirectPlace, DirectPlaces
from opencommissioning.sources.admissions import BANDS, BROAD
from opencommissioning.statistics.standardisation import ESP2013, direct
from opencommissioning.warehouse.store import Store

SEXES, WIDTH = "FM", 5
FEWEST_BANDS = 2  # of one band of all ages the rate is the crude one
LEVELS = (PRACTICE, "pcn", "sub_icb", "icb")
# Of a band's count of a year, what rounding adds to its variance: each of two running totals is off by 0 to 4, at random.
SPREAD = 5.0
Group = tuple[str, int, int]  # sexes, and the first and last of the broad bands that are taken together


def directly_by(build: Build, store: Store, name: str, level: str = PRACTICE, years: int = 1) -> DirectPlaces:
    """What the measure counts in the last `years`, per 100,000 people and year, of each organisation of a level, directly standardised
    (Dobson 1991).

    Bands of age are merged, youngest first, until each has 15 events as kept; sexes are told apart where both have as many. Without two
    bands there is no rate: it would be the crude one. DefinitionError for a measure that is not standardised, or years that cannot be
    taken together; NotLoaded without counts by practice and age.
    """
    measure = build.measure(name)
    rates = build.library.codelists[measure.denominator.times].rates if measure.standardised else None
    if rates is None:
        raise unable(build, name)
    if level not in LEVELS:
        raise DefinitionError(
            f"directly standardised rates are made for {', '.join(LEVELS)}, not for '{level}'"
        )
    every = read_bands(build.folder)
    mine = every.filter(pl.col("list") == measure.denominator.times) if every is not None else None
    if mine is None or not mine.height:
        raise NotLoaded(
            f"rates by {level} need twelve months of counts by practice, sex and broad age band ({BANDS.dataset}, beside admissions): "
            "'opencommissioning sources admissions' tells the columns; records that are held are counted so at the next 'build'"
        )
    ends = mine["month"].unique().sort(descending=True).to_list()
    if not 1 <= years <= len(ends):
        raise DefinitionError(
            f"{years} years cannot be taken together: counts by practice and age are there for {len(ends)} of twelve months each up to "
            f"{ends[0]:%B %Y}; ask for 1{f' to {len(ends)}' if len(ends) > 1 else ''}"
        )
    starts, events, people = _strata(build, store, mine, rates, ends[:years], level)
    codes = sorted(people)
    none = np.zeros((2, len(starts)))
    x = np.array([events.get(code, none) for code in codes])
    n = np.array([people[code] for code in codes])
    return DirectPlaces(
        measure,
        PER,
        level,
        ends[0],
        years,
        len(ends),
        len(starts),
        _places(build, codes, x, n, starts),
        *_one(x.sum(axis=0), n.sum(axis=0), starts),
    )


def _strata(
    build: Build, store: Store, rows: pl.DataFrame, rates: Rates, ends: Sequence[date], level: str
) -> tuple[list[int], dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The ages at which bands begin in events and lists alike, and by organisation events and people's years, (sexes, bands)."""
    window = months_between(shift(ends[-1], 1 - YEAR), ends[0])
    lists = people_by_age(store, rates, window)
    listed = lists["month"].n_unique()
    if not listed:
        raise NotLoaded(f"no lists by age are loaded for the year to {ends[0]:%B %Y}; load registrations")
    ages = set(lists["start"].to_list())
    starts = [each for each in BROAD if each in ages]
    people = lists.with_columns(number=pl.col("patients") * (len(ends) / listed))
    listed_here = pl.col("practice").is_in(lists["practice"].unique().to_list())
    counted = rows.filter(listed_here, pl.col("month").is_in(list(ends))).with_columns(
        number=pl.col("events").cast(pl.Float64)
    )
    return starts, _by_code(build, counted, starts, level), _by_code(build, people, starts, level)


def _by_code(build: Build, rows: pl.DataFrame, starts: Sequence[int], level: str) -> dict[str, np.ndarray]:
    if level != PRACTICE:
        codes, parents = build.members(level, True)
        above = {code: codes[at] for code, at in zip(build.register.practices, parents[:, -1], strict=True) if at >= 0}  # fmt: skip
        rows = rows.filter(pl.col("practice").is_in(list(above))).with_columns(
            practice=pl.col("practice").replace_strict(above, return_dtype=pl.String)
        )
    band = pl.Series("band", np.searchsorted(starts, rows["start"].to_numpy(), side="right") - 1)
    sums = rows.with_columns(band).group_by("practice", "sex", "band").agg(pl.col("number").sum())
    out: dict[str, np.ndarray] = {}
    for code, sex, at, number in sums.iter_rows():
        out.setdefault(code, np.zeros((2, len(starts))))[SEXES.index(sex), at] = number
    return out


def merged(events: np.ndarray, people: np.ndarray, fewest: int = HES.fewest_shown) -> list[Group]:
    """How the strata (sexes, bands) are taken together: bands from the youngest on until each has `fewest` events, what is left at the end
    with the one before; then women and men apart where both have as many."""
    ends, sums = [], np.cumsum(events.sum(axis=0))
    for at, total in enumerate(sums):
        before = sums[ends[-1]] if ends else 0
        if total - before >= fewest and people[:, (ends[-1] + 1 if ends else 0) : at + 1].sum() > 0:
            ends.append(at)
    ends = [*ends[:-1], len(sums) - 1]
    out: list[Group] = []
    for first, last in zip([0, *(end + 1 for end in ends)], ends, strict=False):
        both = events[:, first : last + 1].sum(axis=1), people[:, first : last + 1].sum(axis=1)
        apart = both[0].min() >= fewest and both[1].min() > 0
        out += [(sexes, first, last) for sexes in (SEXES if apart else (SEXES,))]
    return out


def _places(
    build: Build, codes: Sequence[str], events: np.ndarray, people: np.ndarray, starts: list[int]
) -> tuple[DirectPlace, ...]:
    return tuple(
        DirectPlace(code, build.organisations[code].name, *_one(x, n, starts))
        for code, x, n in zip(codes, events, people, strict=True)
        if code in build.organisations and n.sum() > 0
    )


def _one(
    events: np.ndarray, people: np.ndarray, starts: list[int]
) -> tuple[float, float, float, float, float, str]:
    """Events, people's years, rate, limits (nan where ages cannot be told apart), and the bands in words, of one organisation."""
    total, lived = float(events.sum()), float(people.sum())
    groups = merged(events, people)
    if len({group[1:] for group in groups}) < FEWEST_BANDS:
        return total, lived, np.nan, np.nan, np.nan, ""
    standard = _standard(starts)
    table = np.array([_group(each, events, people, standard) for each in groups])
    interval = direct(table[:, 0], table[:, 1], table[:, 2], multiplier=PER, spread=SPREAD).interval
    return total, lived, *(float(each) for each in (interval.value, interval.lower, interval.upper)), _words(groups, starts)  # fmt: skip


def _group(
    group: Group, events: np.ndarray, people: np.ndarray, standard: np.ndarray
) -> tuple[float, float, float]:
    sexes, first, last = group
    rows, bands = [SEXES.index(each) for each in sexes], slice(first, last + 1)
    return events[rows, bands].sum(), people[rows, bands].sum(), standard[bands].sum() * len(sexes) / 2


def _standard(starts: Sequence[int]) -> np.ndarray:
    at = np.searchsorted(starts, np.arange(len(ESP2013)) * WIDTH, side="right") - 1
    return np.bincount(at, ESP2013, len(starts))


def _words(groups: Sequence[Group], starts: Sequence[int]) -> str:
    """`0–64, 65–74 by sex, 75+`."""
    if len(groups) == 2 * len(starts):
        return f"all {len(starts)}, by sex"
    apart = {group[1:]: len(group[0]) == 1 for group in groups}
    mark = "" if all(apart.values()) else " by sex"
    out = []
    for (first, last), parted in apart.items():
        end = "+" if last == len(starts) - 1 else f"–{starts[last + 1] - 1}"
        out.append(f"{starts[first]}{end}{mark if parted else ''}")
    return ", ".join(out) + ("" if mark else "; all by sex")
