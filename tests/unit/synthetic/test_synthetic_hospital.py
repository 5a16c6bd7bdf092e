"""What is planted about hospitals can be seen in the counts; counts agree with the spells that they were made of."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from opencommissioning.synthetic import economy
from opencommissioning.synthetic.conditions import NAMES
from opencommissioning.synthetic.hospital import spells
from opencommissioning.synthetic.hospital_counts import counted
from opencommissioning.synthetic.hospital_truths import hospital_truths
from opencommissioning.synthetic.visit_counts import FOLLOW_UPS, appointments, attendances


@pytest.fixture(scope="module")
def made():
    return economy(practices=60, months=20, products=40)


@pytest.fixture(scope="module")
def drawn(made):
    months = range(len(made.months))
    return pl.concat([spells(made, month).with_columns(month=pl.lit(month)) for month in months])


def truth(made, name):
    return next(each for each in hospital_truths(made.organisations, list(made.months)) if each.id == name)


def rows_of(made, organisations):
    codes = made.organisations.prescribers["code"].to_list()
    return [number for number, code in enumerate(codes) if code in organisations]


def test_the_same_seed_gives_the_same_spells(made):
    assert spells(made, 3).equals(spells(replace(made), 3))


def test_stroke_stays_fall_from_56_to_12_nights_at_home_only(made, drawn):
    found = truth(made, "stroke_pathway")
    strokes = drawn.filter(pl.col("reason") == NAMES.index("stroke"))
    home = pl.col("prescriber").is_in(rows_of(made, found.organisations))
    after = pl.col("month") >= made.months.index(found.month)
    means = [strokes.filter(where)["nights"].mean() for where in (home & ~after, home & after, ~home)]
    assert means == pytest.approx([56, 12, 16], rel=0.12)


def test_copd_outliers_have_the_planted_factor(made, drawn):
    rates = made.population.lists.sum((1, 2, 3))
    copd = drawn.filter(pl.col("reason") == NAMES.index("copd")).group_by("prescriber").len()
    admitted = np.zeros(len(rates))
    admitted[copd["prescriber"].to_numpy()] = copd["len"].to_numpy()
    old = made.population.lists[:, :, :, 9:].sum((1, 2, 3))
    high, low = (rows_of(made, truth(made, name).organisations) for name in ("copd_high", "copd_low"))
    usual = admitted.sum() / old.sum()
    assert admitted[high].sum() / old[high].sum() > 1.7 * usual
    assert admitted[low].sum() / old[low].sum() < 0.6 * usual


def test_the_care_home_team_prevents_admissions_from_homes(made, drawn):
    found = truth(made, "care_home_team")
    homes = drawn.filter(pl.col("care_home"), pl.col("prescriber").is_in(rows_of(made, found.organisations)))
    start = made.months.index(found.month)
    before, after = (
        homes.filter(pl.col("month") < start).height / start,
        homes.filter(pl.col("month") >= start).height / (20 - start),
    )
    assert after < 0.85 * before


def test_counts_are_of_the_spells(made):
    counts, ages, bands = counted(made, 4)
    emergencies = counts.filter(pl.col("kind") == "emergency", pl.col("category") == "copd")
    told = (
        bands.filter(pl.col("category") == "copd")
        .group_by("practice")
        .agg(pl.col("spells").sum())
        .sort("practice")
    )
    assert told.equals(emergencies.group_by("practice").agg(pl.col("spells").sum()).sort("practice"))
    drawn = spells(made, 4)
    every = counts.filter(pl.col("category") == "all")
    assert every["spells"].sum() == drawn.height == ages.filter(pl.col("category") == "all")["spells"].sum()
    assert every["bed_days"].sum() == drawn["nights"].sum()
    copd = counts.filter(pl.col("category") == "copd")["spells"].sum()
    assert copd == drawn.filter(pl.col("reason") == NAMES.index("copd")).height
    assert (
        counts.select("month", "practice", "category", "kind", "stay", "returned").is_duplicated().sum() == 0
    )


def test_attendances_and_appointments_are_whole(made):
    """Avoidable ones and those of the often seen are part of all; each practice and kind stands once."""
    visits, booked = attendances(made, 4), appointments(made, 4)
    totals = dict(visits.group_by("category").agg(pl.col("attendances").sum()).iter_rows())
    assert totals["avoidable"] < 0.2 * totals["all"]
    assert totals["frequent"] < 0.1 * totals["all"]
    seen = dict(
        booked.filter(pl.col("outcome") == "seen")
        .group_by("visit")
        .agg(pl.col("appointments").sum())
        .iter_rows()
    )
    assert seen["follow-up"] / seen["first"] == pytest.approx(FOLLOW_UPS, rel=0.1)
    for frame, total in ((visits, "attendances"), (booked, "appointments")):
        assert not frame.drop(total).is_duplicated().any()
        assert frame[total].min() > 0
