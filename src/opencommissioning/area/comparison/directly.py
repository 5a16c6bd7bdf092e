"""Directly standardised rates of what a standardised measure counts: all practices together, by year, for everybody, women and men."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date

import numpy as np
import polars as pl

from opencommissioning.area.build import Build
from opencommissioning.catalogue.codelist import Rates
from opencommissioning.catalogue.period import months_between, shift
from opencommissioning.disclosure.rules import HES
from opencommissioning.errors import DefinitionError, NotLoaded
from opencommissioning.reports.direct import EVERYBODY, DirectRate, DirectRates
from opencommissioning.statistics.standardisation import ESP2013, direct
from opencommissioning.warehouse.store import Store

PER = 100_000
YEAR, MOST_YEARS = 12, 5
FEWEST_LISTS = 9  # months of a year with lists: one is carried for three months at most
WIDTH, OLDEST = 5, 90  # of the standard population's bands, and where its last one begins
WHO: Mapping[str, tuple[str, ...]] = {EVERYBODY: ("F", "M"), "women": ("F",), "men": ("M",)}


def directly_standardised(build: Build, store: Store, name: str) -> DirectRates:
    """What the measure counts, directly standardised by age to the European Standard Population 2013 (Dobson 1991).

    Rates are per 100,000 people and year. DefinitionError for a measure that is not standardised by age and sex; NotLoaded without twelve
    months that have both events by age and lists by age.
    """
    measure = build.measure(name)
    rates = build.library.codelists[measure.denominator.times].rates if measure.standardised else None
    if rates is None:
        raise unable(build, name)
    every, people = _events(store, rates), people_by_age(store, rates)
    starts = _starts(every, people)
    events = every.filter(*(pl.col(column) == value for column, value in rates.where))
    told = [
        _rate(
            year,
            who,
            _by_band(part, starts, sexes, "events"),
            _by_band(other, starts, sexes, "patients"),
            starts,
        )
        for year, part, other in _years(every["month"].to_list(), events, people)
        for who, sexes in WHO.items()
    ]
    if not told:
        raise NotLoaded(
            f"'{name}' needs {YEAR} months in a row with both events by age and lists by age; load more of {rates.dataset} and registrations"
        )
    practices = people.filter(pl.col("month") <= told[0].month).filter(
        pl.col("month") == pl.col("month").max()
    )
    return DirectRates(measure, PER, practices["practice"].n_unique(), _words(starts), tuple(told))


def unable(build: Build, name: str) -> DefinitionError:
    """Why the measure's rate cannot be standardised directly, and whose can."""
    known = sorted(each.id for each in build.measures.values() if each.standardised)
    return DefinitionError(
        f"measure '{name}' has no events by age, so its rate cannot be standardised directly; ask of one of "
        f"{', '.join(known) or 'those that admitted care unlocks'}"
    )


def _events(store: Store, rates: Rates) -> pl.DataFrame:
    """Everything that the dataset counts, of all categories: month, age_sex, events, the columns that tell categories apart."""
    rows = pl.concat([pl.read_parquet(part.path) for part in store.parts(rates.dataset)])
    return _aged(rows.rename({rates.column: "events"}))


def people_by_age(store: Store, rates: Rates, within: Collection[date] = ()) -> pl.DataFrame:
    """month, practice, age_sex, patients, sex, start (of the age band) of practices whose events were counted in the month; of the
    months `within`, all by default."""

    def read(dataset: str, columns: list[str]) -> pl.DataFrame:
        parts = [each for each in store.parts(dataset) if not within or each.period in within]
        return pl.concat(
            [pl.read_parquet(part.path, columns=columns) for part in parts or store.parts(dataset)]
        )

    lists = read("registrations", ["month", "practice", "age_sex", "patients"])
    lists = lists.filter(pl.col("month").is_in(list(within))) if within else lists
    counted = read(rates.among, ["month", "practice"])
    return _aged(lists.join(counted.unique(), on=["month", "practice"], how="semi"))


def _aged(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of bands of men and women with `sex` and `start`, the age at which the band begins; totals are left out."""
    label = pl.col("age_sex")
    inside = rows.filter(label.str.contains(r"^[FM]\d\d"))
    start = label.str.slice(1, 2).cast(pl.Int64).clip(upper_bound=OLDEST)
    return inside.with_columns(sex=label.str.slice(0, 1), start=start)


def _starts(every: pl.DataFrame, people: pl.DataFrame) -> list[int]:
    """Ages at which a band begins in the events (of any category: some have none of the young), in the lists, and in the standard
    population; NotLoaded when the youngest are in no band of both."""
    both = set(every["start"].to_list()) & set(people["start"].to_list())
    starts = sorted(each for each in both if each % WIDTH == 0)
    if not starts or starts[0] != 0:
        raise NotLoaded(
            "events and lists have no age bands in common that begin with the youngest; load both by five-year bands"
        )
    return starts


def _years(
    months: Collection[date], events: pl.DataFrame, people: pl.DataFrame
) -> Iterator[tuple[date, pl.DataFrame, pl.DataFrame]]:
    """The last month, events and people of each year of twelve months with events, the newest first; lists may lack a few months of it."""
    known, listed = set(months), set(people["month"].to_list())
    for year in range(MOST_YEARS if known else 0):
        last = shift(max(known), -YEAR * year)
        window = months_between(shift(last, 1 - YEAR), last)
        if not known.issuperset(window) or len(listed.intersection(window)) < FEWEST_LISTS:
            return
        inside = pl.col("month").is_in(list(window))
        mean = pl.col("patients") / len(listed.intersection(window))
        yield last, events.filter(inside), people.filter(inside).with_columns(patients=mean)


def _by_band(rows: pl.DataFrame, starts: list[int], sexes: tuple[str, ...], column: str) -> np.ndarray:
    """float (bands,): the column's sum in each band from one start to the next."""
    mine = rows.filter(pl.col("sex").is_in(list(sexes)))
    at = np.searchsorted(starts, mine["start"].to_numpy(), side="right") - 1
    return np.bincount(at, mine[column].to_numpy().astype(float), len(starts))


def _rate(month: date, who: str, events: np.ndarray, people: np.ndarray, starts: list[int]) -> DirectRate:
    """`events` of the year, rounded as whatever counts people is; `people` (bands,): as many as there were in a mean month."""
    counted = HES.rounded(events)
    interval = direct(counted, people, _weights(starts), multiplier=PER).interval
    total, lived = float(counted.sum()), float(people.sum())
    limits = (float(each) for each in (interval.value, interval.lower, interval.upper))
    return DirectRate(month, who, total, lived, PER * total / lived, *limits)


def _weights(starts: list[int]) -> np.ndarray:
    """The standard population of each band from one start to the next."""
    at = np.searchsorted(starts, np.arange(len(ESP2013)) * WIDTH, side="right") - 1
    return np.bincount(at, ESP2013, len(starts))


def _words(starts: list[int]) -> str:
    return f"{len(starts)} from {starts[0]} years to {starts[-1]} and over"
