"""Percentiles of waits are judged by the share of people within everybody's percentile, and told in weeks."""

from datetime import date
from fractions import Fraction

import numpy as np
import polars as pl
import pytest

from opencommissioning.catalogue.measure import Better, Measure, Quantity
from opencommissioning.errors import DefinitionError
from opencommissioning.measures.percentiles import percentile_series, wait_percentiles
from opencommissioning.measures.series import Missing, Series
from opencommissioning.variation.percentiles import percentile_verdicts

MONTHS = tuple(date(2024, month, 1) for month in range(1, 9))
SHARE = Fraction(92, 100)
SIDE = Quantity("waiting_by_provider", "pathways")


def waits(rng, people, slower=1.0):
    """People by week waited, exponential with a mean of 12 weeks."""
    weeks = np.minimum(np.floor(rng.exponential(12 * slower, people)).astype(int), 104)
    return np.bincount(weeks, minlength=105)


def told(counts, share=SHARE):
    """counts: organisation → month → bands."""
    codes = tuple(sorted(counts))
    rows = []
    for number, month in enumerate(MONTHS):
        long = [
            (code, week + 1, 104, int(n))
            for code in codes
            for week, n in enumerate(counts[code][number])
            if n
        ]
        frame = pl.DataFrame(long, schema=["organisation", "weeks", "open_from", "pathways"], orient="row")
        rows.append((number, month, frame))
    found = wait_percentiles(rows, codes, len(MONTHS), share)
    measure = Measure("p92", "p92", Better.LOWER, SIDE, SIDE, False, 1, "weeks", percentile=share)
    shape = (len(codes), len(MONTHS))
    zeros, ones = np.zeros(shape, np.int64), np.ones(shape, np.int32)
    plain = Series(measure, "provider", codes, MONTHS, zeros, zeros, 0, 0, zeros.astype(np.uint8), ones, ones, ones.astype(float))  # fmt: skip
    return percentile_series(plain, found), found


def alike(rng, number=20):
    return {f"R{n:02d}": [waits(rng, int(people)) for _ in MONTHS] for n, people in enumerate(rng.integers(500, 9000, number))}  # fmt: skip


def test_values_are_the_percentiles_of_the_people_one_by_one():
    rng = np.random.default_rng(1)
    series, found = told(alike(rng))
    assert series.values == pytest.approx(found.value, abs=1e-9)
    bands = alike(np.random.default_rng(1))["R03"][2]
    people = np.repeat(np.arange(105), bands)
    place = people[int(np.ceil(0.92 * len(people))) - 1]
    before, inside = (people < place).sum(), (people == place).sum()
    assert series.values[3, 2] == pytest.approx(place + (0.92 * len(people) - before) / inside)
    assert np.isnan(series.numerators).all(), "a percentile has no numerator"
    assert (found.low < found.value).all()
    assert (found.value < found.high).all()


def test_who_is_slower_is_found_and_lies_beyond_limits_told_in_weeks():
    rng = np.random.default_rng(2)
    counts = alike(rng) | {
        "SLOW": [waits(rng, 4000, 1.5) for _ in MONTHS],
        "FAST": [waits(rng, 4000, 0.6) for _ in MONTHS],
    }
    series, found = told(counts)
    rows = percentile_verdicts(series, found, len(MONTHS) - 1)
    by = {row["organisation"]: row for row in rows.iter_rows(named=True)}
    assert by["SLOW"]["z"] > 3, "longer waits are higher"
    assert by["FAST"]["z"] < -3
    for row in by.values():
        assert row["lower998"] < row["lower95"] < row["centre"] < row["upper95"] < row["upper998"]
        outside = row["value"] > row["upper95"] or row["value"] < row["lower95"]
        if abs(abs(row["z"]) - 1.96) > 0.4:  # at the edge the two ways of asking may differ by a hair
            assert outside == (abs(row["z"]) > 1.96), row
    assert by["SLOW"]["numerator"] is None
    assert by["SLOW"]["denominator"] == 4000


def test_organisations_that_differ_by_luck_alone_are_seldom_flagged():
    beyond = judged = 0
    for seed in range(12):
        series, found = told(alike(np.random.default_rng(100 + seed), 24))
        rows = percentile_verdicts(series, found, len(MONTHS) - 1)
        beyond += int((rows["z"].abs() > 1.959964).sum())
        judged += rows.height
    assert judged == 12 * 24
    assert beyond <= 26, "5 % of 288 are 14; 26 is beyond three standard deviations"


def test_fewer_people_than_the_publisher_shows_have_no_value():
    rng = np.random.default_rng(3)
    series, _ = told(alike(rng) | {"TINY": [waits(rng, 19) for _ in MONTHS]})
    row = series.row("TINY")
    assert (series.missing[row] == Missing.FEW).all()
    assert np.isnan(series.values[row]).all()


def test_months_are_not_looked_at_together():
    series, _ = told(alike(np.random.default_rng(4), 5))
    assert series.windowed(1, (True, True)) is series
    with pytest.raises(DefinitionError, match="a percentile of one month's people"):
        series.windowed(3, (True, True))
