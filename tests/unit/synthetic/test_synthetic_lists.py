"""Invented lists, a person a row: what is planted in them is found, and they load as anybody's list does."""

from datetime import date

import polars as pl
import pytest

from opencommissioning.catalogue.period import last_day
from opencommissioning.sources.recognise import recognise
from opencommissioning.synthetic import economy
from opencommissioning.synthetic.hospital_truths import hospital_truths
from opencommissioning.synthetic.lists import (
    MEAN_WAIT,
    MONTHS,
    OVERDUE,
    follow_ups,
    list_truths,
    waiting_list,
    write_lists,
)
from opencommissioning.synthetic.waits import course


@pytest.fixture(scope="module")
def made():
    return economy(practices=300, months=14, products=40)


def truth(made, name):
    every = (*hospital_truths(made.organisations, list(made.months)), *list_truths(made))
    return next(each for each in every if each.id == name)


def test_follow_ups_of_the_planted_network_are_overdue_as_often_as_planted(made):
    found, day = truth(made, "follow_ups_late"), last_day(made.months[-1])
    people = follow_ups(made, [day]).filter(pl.col("due date").is_not_null())
    late = pl.col("practice").is_in(found.organisations)
    shares = [people.filter(where).select((pl.col("due date") < day).mean()).item() for where in (late, ~late)]  # fmt: skip
    assert shares[1] == pytest.approx(OVERDUE, abs=0.02)
    assert shares[0] / shares[1] == pytest.approx(found.factor, rel=0.15)


def test_the_list_is_as_long_as_arrivals_and_waits_make_it(made):
    """Little's law: people waiting = people joining a week × mean wait; and about e^(−18/14) wait over 18 weeks."""
    day = last_day(made.months[-1])
    people = waiting_list(made, [day])
    waiting = people.filter(pl.col("removal").is_null())
    joined = people.filter(pl.col("referral") > date.fromordinal(day.toordinal() - 182)).height / 26
    assert waiting.height == pytest.approx(joined * MEAN_WAIT, rel=0.05)
    long = waiting.select((pl.lit(day) - pl.col("referral")).dt.total_days() > 126).to_series().mean()
    assert long == pytest.approx(2.71828 ** (-18 / MEAN_WAIT), abs=0.03)
    assert people.filter(pl.col("removal").is_not_null())["reason"].null_count() == 0
    assert waiting["reason"].null_count() == waiting.height


def test_gynaecology_moves_as_the_truth_says(made):
    found = truth(made, "community_gynaecology")
    practices = made.organisations.practices
    assert set(practices.filter(pl.col("code").is_in(found.organisations))["sub_icb"]) == {made.organisations.sub_icbs["code"][1]}  # fmt: skip
    months = made.months[-12:]
    starts = [started for *_, started in course(made, 1, "502")]
    split = months.index(found.month)
    before, after = sum(starts[:split]) / split, sum(starts[split:]) / (12 - split)
    assert after / before == pytest.approx(found.factor, rel=0.15)


def test_files_are_known_and_hold_each_months_day(made, tmp_path):
    paths = write_lists(made, tmp_path)
    assert [recognise(path)[0].id for path in paths] == ["waiting_list", "follow_up_list"]
    days = pl.read_csv(paths[0], try_parse_dates=True)["census"].unique().sort().to_list()
    assert days == [last_day(month) for month in made.months[-MONTHS:]]
    assert write_lists(made, tmp_path / "again")[0].read_bytes() == paths[0].read_bytes()
