"""The heavy statistics at the size of the nation, each beside something plain: processes, queues, projections, percentiles of bands."""

import heapq
import time
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from importlib.util import find_spec
from typing import Any

import numpy as np
import polars as pl

from bench.scale import Scale
from bench.table import Row
from opencommissioning.flow.projection import ListModel, project
from opencommissioning.measures.bands import Bands
from opencommissioning.statistics.icons import ProcessSummary, summary_of
from opencommissioning.statistics.processes import process_limits
from opencommissioning.statistics.queues import first_come

PRACTICES, MONTHS = 6500, 36
SERIES = PRACTICES * 60
SMALL, LARGE = 52_000, 5_000_000
LISTS, WEEKS, WEEKLY = 2000, 174, 105  # 174 weeks are 40 months; the last of 105 bands is open from 104 weeks
PROFILES = 11_472
SHARES = (Fraction(1, 2), Fraction(92, 100))
AGAIN = 3  # repetitions, of which the quickest counts: the least blurred by what else runs


def timed(work: Callable[..., Any], *arguments: Any, again: int = AGAIN) -> tuple[float, Any]:
    """The quickest of some repetitions in seconds by the clock, and the result."""
    took = []
    for _ in range(again):
        began = time.perf_counter()
        result = work(*arguments)
        took.append(time.perf_counter() - began)
    return min(took), result


def processes(generator: np.random.Generator) -> Row:
    """Limits, rules and icons of every practice on every measure, beside the mere mean and mean moving range."""
    values = generator.normal(100, 10, (SERIES, MONTHS))
    values[generator.random(values.shape) < 0.02] = np.nan
    ours, summaries = timed(
        lambda: [_summary(values[at : at + PRACTICES]) for at in range(0, SERIES, PRACTICES)], again=1
    )
    assert {len(each.mean) for each in summaries} == {PRACTICES}
    plain, _ = timed(_mean_and_range, values, again=1)
    what = f"process-control summary of {SERIES:,} series × {MONTHS} months"
    return Row(what, ours, "s", "numpy's mean and mean moving range", plain, 5, "ours")


def _summary(values: np.ndarray) -> ProcessSummary:
    """One measure of every practice."""
    return summary_of(process_limits("xmr", values), improvement=-1, target=95)


def _mean_and_range(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.nanmean(values, axis=1), np.nanmean(np.abs(np.diff(values, axis=1)), axis=1)


def queue(generator: np.random.Generator, people: int, most: float, plain: bool) -> Row:
    """First come, first served; beside a heap that is emptied person by person, whose answer must be the same."""
    days = people // 100
    arrivals = np.sort(generator.integers(0, days, people))
    slots = np.sort(generator.integers(0, days + days // 20, people))
    ours, places = timed(first_come, arrivals, slots)
    beside, expected = timed(_heap, arrivals, slots, again=1) if plain else (None, places)
    assert np.array_equal(places, expected)
    return Row(
        f"first come, first served: {people:,} people",
        ours * 1000,
        "ms",
        "a heap, person by person" if plain else "",
        None if beside is None else beside * 1000,
        most,
        "ours",
    )


def _heap(arrivals: np.ndarray, slots: np.ndarray) -> np.ndarray:
    """Each slot takes the first in the queue of those who came on an earlier day."""
    places = np.full(len(arrivals), -1)
    days, waiting, coming = arrivals.tolist(), [], 0
    for place, slot in enumerate(slots.tolist()):
        while coming < len(days) and days[coming] < slot:
            heapq.heappush(waiting, (days[coming], coming))
            coming += 1
        if waiting:
            places[heapq.heappop(waiting)[1]] = place
    return places


def simulated(generator: np.random.Generator) -> Row:
    """One slot a day, first come, first served; beside the queue simulator ciw on the same arrivals, whose answer must be the same."""
    people, days = 5000, 5250
    arrivals = np.sort(generator.integers(0, days, people))
    slots = np.arange(days + people)
    ours, places = timed(first_come, arrivals, slots)
    beside, begun = timed(_by_ciw, arrivals, again=1) if find_spec("ciw") else (None, None)
    assert begun is None or np.array_equal(slots[places], begun + 1)  # a slot takes those of an earlier day
    absent = "" if find_spec("ciw") else " (not here: make bench installs it)"
    return Row(
        f"one slot a day: {people:,} people",
        ours * 1000,
        "ms",
        f"ciw, a queue simulator{absent}",
        None if beside is None else beside * 1000,
    )


def _by_ciw(arrivals: np.ndarray) -> np.ndarray:
    """When each person's treatment begins, in the order of arrivals, from a simulation with a server who needs a day for each."""
    import ciw

    between = np.diff(arrivals, prepend=0).tolist()
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential(between)],
        service_distributions=[ciw.dists.Deterministic(1.0)],
        number_of_servers=[1],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(len(arrivals), method="Finish", progress_bar=False)
    return np.sort([record.service_start_date for record in simulation.get_all_records()])[: len(arrivals)]


def projection(generator: np.random.Generator) -> Row:
    """All lists together, beside the same lists one after the other (some timed, scaled up)."""
    lists = [_list(generator, number) for number in range(LISTS)]
    ours, course = timed(project, lists, WEEKS, again=2)
    some = lists[:20]
    plain, singles = timed(lambda: [project([each], WEEKS) for each in some], again=1)
    assert np.allclose(course.waiting[: len(some)], np.vstack([each.waiting for each in singles]))
    return Row(
        f"projection of {LISTS:,} lists × 40 months",
        ours,
        "s",
        f"list by list ({len(some)} timed, scaled up)",
        plain * LISTS / len(some),
        2,
        "ours",
    )


def _list(generator: np.random.Generator, number: int) -> ListModel:
    arrivals = generator.uniform(5, 200)
    waiting = generator.poisson(arrivals * np.exp(-np.arange(WEEKLY) / 15)).astype(float)
    weights = np.linspace(1, generator.uniform(1, 4), WEEKLY)
    capacity = arrivals * generator.uniform(0.85, 1.0)
    return ListModel(str(number), waiting, arrivals, capacity, np.full(WEEKLY, 0.003), weights)


def percentiles(generator: np.random.Generator) -> Row:
    """The median and the 92nd percentile of every profile, beside one profile at a time (some timed, scaled up)."""
    counts = generator.poisson(generator.uniform(0.2, 30, (PROFILES, 1)), (PROFILES, WEEKLY)).astype(np.int64)
    keys = pl.DataFrame({"profile": np.arange(PROFILES)})
    bands = Bands(keys, counts, WEEKLY - 1, date(2025, 9, 1), np.ones(PROFILES, bool))
    ours, both = timed(lambda: [bands.percentile(share) for share in SHARES])
    some = np.arange(500)
    plain, single = timed(lambda: [_one_by_one(bands, some, share) for share in SHARES], again=1)
    assert all(np.array_equal(a[some], b, equal_nan=True) for a, b in zip(both, single, strict=True))
    return Row(
        f"percentiles of bands: {PROFILES:,} rows × {len(SHARES)}",
        ours * 1000,
        "ms",
        f"row by row ({len(some)} timed, scaled up)",
        plain * 1000 * PROFILES / len(some),
        50,
        "ours",
    )


def _one_by_one(bands: Bands, some: np.ndarray, share: Fraction) -> np.ndarray:
    return np.concatenate([bands.select(some[row : row + 1]).percentile(share) for row in range(len(some))])


def rows(scale: Scale) -> list[Row]:
    """Always at the size of the nation: seconds, whatever `scale` is."""
    generator = np.random.default_rng(1)
    return [
        processes(generator),
        queue(generator, SMALL, 10, plain=True),
        queue(generator, LARGE, 3000, plain=False),
        simulated(generator),
        projection(generator),
        percentiles(generator),
    ]
