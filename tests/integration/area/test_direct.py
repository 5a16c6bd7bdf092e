"""Directly standardised rates by year, made again row by row with the formula of Dobson's paper."""

from collections import defaultdict

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from scipy.stats import norm

from opencommissioning.area.comparison.directly import directly_standardised
from opencommissioning.area.comparison.directly_by import directly_by
from opencommissioning.area.data.banding import read_bands
from opencommissioning.catalogue.period import months_between, shift
from opencommissioning.cli.main import commands
from opencommissioning.errors import DefinitionError

NAME = "standardised_emergency_all"
STANDARD = [5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000, 7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000]  # fmt: skip


@pytest.fixture(scope="module")
def told(invented):
    return directly_standardised(invented.current, invented.store, NAME)


def rows_of(store, dataset):
    for part in store.parts(dataset):
        yield from pl.read_parquet(part.path).iter_rows(named=True)


def slowly(store, last):
    """Rate and limits of everybody in the year to `last`, from the rows of the store."""
    year = months_between(shift(last, -11), last)
    events, people = defaultdict(int), defaultdict(int)
    for row in rows_of(store, "admission_ages"):
        if row["month"] in year and (row["category"], row["kind"]) == ("all", "emergency"):
            events[min(int(row["age_sex"][1:3]) // 5, 18)] += row["spells"]
    present = {(row["month"], row["practice"]) for row in rows_of(store, "admissions")}
    listed = set()
    for row in rows_of(store, "registrations"):
        if row["month"] in year and (row["month"], row["practice"]) in present and row["age_sex"][0] in "FM":
            people[min(int(row["age_sex"][1:3]) // 5, 18)] += row["patients"]
            listed.add(row["month"])
    x = np.array([5 * int(events[band] / 5 + 0.5) for band in range(19)], float)
    n = np.array([people[band] / len(listed) for band in range(19)])
    w = np.array(STANDARD, float)
    rate = (w * x / n).sum() / w.sum()
    variance = (w**2 * x / n**2).sum() / w.sum() ** 2
    z, total = norm.ppf(0.975), x.sum()
    low = total * (1 - 1 / (9 * total) - z / (3 * np.sqrt(total))) ** 3
    high = (total + 1) * (1 - 1 / (9 * (total + 1)) + z / (3 * np.sqrt(total + 1))) ** 3
    limits = [rate + np.sqrt(variance / total) * (side - total) for side in (low, high)]
    return 1e5 * np.array([rate, *limits]), total, n.sum()


def test_rates_and_limits_by_hand(invented, told):
    everybody = [each for each in told.rates if each.who == "everybody"]
    assert everybody
    for each in everybody:
        found, total, people = slowly(invented.store, each.month)
        assert (each.rate, each.lower, each.upper) == pytest.approx(tuple(found))
        assert (each.events, each.people) == pytest.approx((total, people))
        assert each.crude == pytest.approx(1e5 * total / people)


def test_women_and_men_lie_on_either_side_of_everybody(told):
    for at in range(0, len(told.rates), 3):
        everybody, women, men = told.rates[at : at + 3]
        assert min(women.rate, men.rate) <= everybody.rate <= max(women.rate, men.rate)
        assert women.people + men.people == pytest.approx(everybody.people)


def test_the_sentence_compares_with_the_year_before_only_beyond_the_limits(told):
    assert told.sentence.startswith("In the year to ")
    newest, *before = [each for each in told.rates if each.who == "everybody"]
    if before:
        apart = newest.lower > before[0].upper or newest.upper < before[0].lower
        assert ("the limits lie apart" in told.sentence) == apart
    assert "a handful of people" in told.how


def test_of_what_has_no_ages_it_is_refused(invented):
    with pytest.raises(DefinitionError, match=r"has no events by age.*standardised_emergency_all"):
        directly_standardised(invented.current, invented.store, "emergency_all")


@pytest.fixture(scope="module")
def practices(invented):
    return directly_by(invented.current, invented.store, NAME)


def test_bands_of_a_practice_add_up_to_what_its_measure_shows_and_lie_near_the_exact_counts(
    invented, practices
):
    series = invented.current.series(NAME, "practice", 12)
    shown = dict(
        zip(series.organisations, series.numerators[:, series.months.index(practices.month)], strict=True)
    )
    year = months_between(shift(practices.month, -11), practices.month)
    exact = defaultdict(int)
    for row in rows_of(invented.store, "admission_bands"):
        if row["month"] in year and (row["category"], row["kind"]) == ("all", "emergency"):
            exact[row["practice"], row["age_sex"][0], int(row["age_sex"][1:3])] += row["spells"]
    bands = read_bands(invented.current.folder).filter(
        pl.col("list") == "expected_emergency_all", pl.col("month") == practices.month
    )
    kept = {(row["practice"], row["sex"], row["start"]): row["events"] for row in bands.iter_rows(named=True)}
    assert max(abs(kept.get(key, 0) - exact.get(key, 0)) for key in {*kept, *exact}) <= 8
    for each in practices.rated:
        assert each.events == shown[each.code]


def test_a_practices_rate_by_hand(invented, practices):
    """One whose bands are all told apart by sex: nothing is merged, so the formula is a sum over twelve strata."""
    whole = next(each for each in practices.rated if each.bands == "all 6, by sex")
    year = months_between(shift(practices.month, -11), practices.month)
    bands = read_bands(invented.current.folder).filter(
        pl.col("list") == "expected_emergency_all",
        pl.col("month") == practices.month,
        pl.col("practice") == whole.code,
    )
    events = {
        (sex, start): events for sex, start, events in bands.select("sex", "start", "events").iter_rows()
    }
    starts, people, listed = (0, 15, 45, 65, 75, 85), defaultdict(float), set()
    for row in rows_of(invented.store, "registrations"):
        listed |= {row["month"]} & set(year)
        if row["month"] in year and row["practice"] == whole.code and row["age_sex"][0] in "FM":
            people[
                row["age_sex"][0], max(start for start in starts if start <= int(row["age_sex"][1:3]))
            ] += row["patients"]
    weights = {
        start: sum(w for at, w in enumerate(STANDARD) if start <= 5 * at < end) / 2
        for start, end in zip(starts, (*starts[1:], 200), strict=True)
    }
    rate = sum(
        weights[start] * events[sex, start] / (people[sex, start] / len(listed))
        for sex in "FM"
        for start in starts
    ) / sum(STANDARD)
    assert whole.rate == pytest.approx(1e5 * rate)
    assert whole.people == pytest.approx(sum(people.values()) / len(listed))


def test_who_has_too_few_is_told(invented):
    one = directly_by(invented.current, invented.store, "standardised_emergency_copd")
    assert one.sentence.count("too few events for a rate") == (len(one.rated) > 1)
    few = next(row for row in one.rows() if not row[4])
    assert few[-2] == "too few events to tell ages apart"
    with pytest.raises(DefinitionError, match="9 years cannot be taken together"):
        directly_by(invented.current, invented.store, NAME, years=9)
    with pytest.raises(DefinitionError, match="pcn, sub_icb, icb, not for 'england'"):
        directly_by(invented.current, invented.store, NAME, "england")


def test_locations_add_up_their_practices(invented, practices):
    places = directly_by(invented.current, invented.store, NAME, "icb")
    assert sum(each.events for each in places.places) == pytest.approx(places.events)
    assert places.events == pytest.approx(practices.events)
    assert places.people == pytest.approx(practices.people)


def test_in_the_terminal(invented):
    done = CliRunner().invoke(commands, ["--area", str(invented.folder), "show", "measure", NAME, "--direct"])
    assert done.exit_code == 0, done.output
    assert "directly standardised by age" in " ".join(done.output.split())
    assert "by practice, year to" in " ".join(done.output.split())
    asked = ["show", "measure", NAME, "--direct", "--organisation", invented.current.register.practices[3]]
    done = CliRunner().invoke(commands, ["--area", str(invented.folder), *asked])
    assert done.exit_code == 0, done.output
    assert CliRunner().invoke(commands, ["show", "measure", NAME, "--years", "2"]).exit_code == 2
