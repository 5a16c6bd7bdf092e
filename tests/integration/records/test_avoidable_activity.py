"""From invented records to what could be avoided: every kind has rows, a slow reading agrees row by row, small counts stay inside."""

import shutil
from datetime import date

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from integration.records import avoidable_oracle as oracle
from opencommissioning.area import Area
from opencommissioning.area.build import Build
from opencommissioning.area.library import Library
from opencommissioning.area.waiting.avoiding import avoidable
from opencommissioning.catalogue.avoidable import Effect
from opencommissioning.cli.main import commands
from opencommissioning.errors import NotLoaded, UnknownName
from opencommissioning.flow.avoidable import avoided, of_patterns, shares
from opencommissioning.synthetic import economy
from opencommissioning.synthetic.records import write_records
from opted_out import nobody

LIBRARY = Library()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("avoidable")


@pytest.fixture(scope="module")
def files(folder):
    return write_records(economy(practices=40, months=13, seed=3), folder)


@pytest.fixture(scope="module")
def area(folder, files):
    """An area of these records alone, built."""
    area = Area.create(folder / "area")
    nobody(area.folder, "invented people, who cannot opt out")
    area = Area.open(folder / "area")
    area.load(files, on_error="stop")
    area.build()
    return area


@pytest.fixture(scope="module")
def counted(area):
    return pl.concat([pl.read_parquet(part.path) for part in area.store.parts("avoidable_activity")])


@pytest.fixture(scope="module")
def report(area):
    return avoidable(area.current)


def test_every_shipped_kind_has_rows_on_the_invented_economy(counted):
    """Each is coded somewhere among the invented people, but for emergencies beyond trim points of 230 nights and more."""
    found = set(counted["kinds"].str.split(" ").explode())
    assert found - {"none"} == set(LIBRARY.avoidable) - {"beyond_trim_emergency"}


@pytest.mark.parametrize("dataset", ["spells", "attendances", "appointments"])
def test_kinds_are_those_of_a_slow_reading(files, counted, dataset):
    """By kinds and practice: rows, bed days and their squares, from the files themselves, one row after the other."""
    kinds = [each for each in LIBRARY.avoidable.values() if each.dataset == dataset]
    practices = counted["practice"].unique().sort()[:2].to_list()
    by_hand = oracle.counts(dataset, files, kinds, LIBRARY.codelists, practices)
    mine = counted.filter(pl.col("activity_of") == dataset, pl.col("practice").is_in(practices)).group_by("practice", "kinds").agg(pl.col("activity", "bed_days", "squared_bed_days").sum())  # fmt: skip
    ours = {row[:2]: row[2:] for row in mine.iter_rows() if row[2]}
    assert ours == by_hand
    assert len(by_hand) > 50


def test_no_small_count_leaves(area):
    report = avoidable(area.current, months=1)
    for section in report.sections:
        for line in section.lines:
            for count in (line.activity, line.once):
                assert count is None or count == 0 or count >= 10
                assert count is None or count % 5 == 0
            if line.activity is None:
                assert (line.alone, line.account) == (None, None)
    assert any(line.activity is None for section in report.sections for line in section.lines)


def test_counts_are_near_those_of_the_store(report, counted):
    """Rounded together over six practices: a kind is off by less than 5 for each at most."""
    section = next(
        each for each in report.sections if (each.dataset, each.effect) == ("spells", Effect.AVOIDED)
    )
    last = counted.filter(pl.col("month").is_in(section.months), pl.col("activity_of") == "spells")
    each_kind = dict(last.with_columns(pl.col("kinds").str.split(" ")).explode("kinds").group_by("kinds").agg(pl.col("activity").sum()).iter_rows())  # fmt: skip
    for line in section.lines:
        if line.activity is not None:
            assert abs(line.activity - each_kind[line.kind.id]) <= 8
    assert abs(section.whole - last["activity"].sum()) <= 8


def test_counted_once_adds_up_to_rows_of_any_kind(report, counted):
    ids = {
        each.id
        for each in LIBRARY.avoidable.values()
        if each.dataset == "spells" and each.effect is Effect.AVOIDED
    }
    section = next(
        each for each in report.sections if (each.dataset, each.effect) == ("spells", Effect.AVOIDED)
    )
    last = counted.filter(pl.col("month").is_in(section.months), pl.col("activity_of") == "spells")
    held = last.filter(pl.col("kinds").str.split(" ").list.set_intersection(list(ids)).list.len() > 0)
    assert section.any_kind == pytest.approx(held["activity"].sum(), rel=0.02)
    assert sum(line.once or 0 for line in section.lines) == pytest.approx(
        section.any_kind, abs=15 * len(section.lines)
    )


def test_estimates_are_near_those_of_exact_rows(report, counted):
    """The same closed form over the exact sets of kinds: overlaps told by all practices are those of these practices."""
    section = next(
        each for each in report.sections if (each.dataset, each.effect) == ("spells", Effect.AVOIDED)
    )
    kinds = [each for each in LIBRARY.avoidable.values() if each.dataset == "spells"]
    last = counted.filter(pl.col("month").is_in(section.months), pl.col("activity_of") == "spells")
    sums = last.group_by("kinds").agg(pl.col("activity", "bed_days", "squared_bed_days").sum())
    taken = np.array([[each.id in text.split() for each in kinds] for text in sums["kinds"]])
    later = [each.effect is not Effect.AVOIDED for each in kinds]
    kept = shares(*zip(*((float(each.kept.low), float(each.kept.high)) if each.kept else (1.0, 1.0) for each in kinds), strict=True))  # fmt: skip
    exact = avoided(of_patterns(taken, *(sums[name].to_numpy() for name in sums.columns[1:]), later), kept, 12 / len(section.months))  # fmt: skip
    mean, low, high = section.together
    assert mean == pytest.approx(exact.rows.mean, rel=0.03)
    assert (high - low) / 2 == pytest.approx(1.2816 * exact.rows.sd, rel=0.05)
    assert section.bed_days[0] == pytest.approx(exact.nights.mean, rel=0.05)


def test_an_own_range_is_taken_and_a_kind_without_one_has_no_estimate(area):
    found = avoidable(area.current, chosen=("stays_emergency",))
    (line,) = found.sections[0].lines
    assert (line.alone, line.kept_source) == (None, "not published")
    assert "give your own" in found.sections[0].sentence
    own = avoidable(area.current, chosen=("stays_emergency",), ranges={"stays_emergency": (0.9, 0.9)})
    (line,) = own.sections[0].lines
    nights = own.sections[0].together[0] / 0.1
    assert line.kept_source == "your own"
    assert nights > line.activity  # each has a night at least


def test_names_that_do_not_exist_are_told(area, tmp_path):
    with pytest.raises(UnknownName, match="did you mean 'falls'"):
        avoidable(area.current, chosen=("fall",))
    with pytest.raises(UnknownName, match="no rule"):
        avoidable(area.current, rule="by size")
    bare = Build(shutil.copytree(area.current.folder, tmp_path / "bare"), area.library, area.settings)
    (bare.folder / "avoidable.parquet").unlink()
    with pytest.raises(NotLoaded, match="admitted care"):
        avoidable(bare)


def test_the_terminal_says_it(area, tmp_path):
    target = tmp_path / "kinds.csv"
    done = CliRunner().invoke(commands, ["--area", str(area.folder), "flow", "avoidable", "--kind", "falls", "--remains", "falls=0.8-0.9", "--csv", str(target)])  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "Falls of people" in done.output
    assert "80 % to 90 %" in done.output
    assert pl.read_csv(target)["kind"].to_list() == ["falls"]
    wrong = CliRunner().invoke(
        commands, ["--area", str(area.folder), "flow", "avoidable", "--remains", "falls=high"]
    )
    assert wrong.exit_code == 2
    assert "KIND=LOW-HIGH" in wrong.output


def test_months_are_the_last_twelve(report):
    months = {section.months for section in report.sections}
    assert all(len(each) <= 12 and each[-1] <= date(2026, 9, 1) for each in months)
