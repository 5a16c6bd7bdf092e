"""Published waiting times: the publisher's own percentages, medians and percentiles from its own bands."""

import json
from fractions import Fraction

import polars as pl
import pytest

from opencommissioning.area import Area
from opencommissioning.area.waiting.waits import waits_of
from opencommissioning.errors import FileRefused
from opencommissioning.measures.bands import bands_from_long, monthly_share
from opencommissioning.sources.week_bands import week_of_day

EXTRACT = "rtt/20241130-RTT-November-2024-RBD_full_extract_subset.csv"
COMMISSIONERS = [
    "commissioner_2015_03_Admitted.csv",
    "commissioner_2015_03_NonAdmitted.csv",
    "commissioner_2015_03_Incomplete.csv",
    "commissioner_incomplete_Dec14.csv",
    "commissioner_incomplete_Jan15.csv",
    "commissioner_incomplete_Feb15.csv",
]


@pytest.fixture
def area(tmp_path):
    return Area.create(tmp_path / "area")


def test_one_trust_by_weekly_bands_and_by_monthly_bins(area, shared_data):
    """57.78 % is the standard's own measure; 56.58 % is what a tool with monthly bins says of the same list."""
    area.load([shared_data(EXTRACT)])
    expected = json.loads(shared_data("flow/rtt/rbd_nov2024_weekly_vs_monthly.json").read_text())
    rows = pl.read_parquet(area.store.parts("waiting_by_commissioner")[0].path)
    (month,) = rows["month"].unique()
    whole = bands_from_long(rows, ["commissioner", "function"], month, 104).added_all()
    assert whole.total[0] == expected["N"]
    assert whole.share_within(18)[0] == pytest.approx(expected["weekly_exact_pct18"], abs=1e-12)
    assert monthly_share(whole)[0] == pytest.approx(expected["monthly_bin4"], abs=1e-12)
    assert whole.percentile(Fraction(92, 100))[0] == pytest.approx(expected["p92"], abs=1e-9)
    assert whole.percentile(Fraction(1, 2))[0] == pytest.approx(expected["median"], abs=1e-9)


def test_totals_over_functions_are_checked_and_not_added(area, shared_data):
    report = area.load([shared_data(EXTRACT)])[0]
    assert report.warnings == ()
    totals = {each.part.dataset: dict(each.part.totals).get("pathways") for each in report.loaded}
    assert totals["waiting_by_provider"] == "21702"
    assert totals["waiting_by_commissioner"] == "21693"  # without NONC
    assert totals["started_by_provider"] == "5003"


def test_fifty_people_more_than_the_total_are_not_believed(area, shared_data, tmp_path):
    """A line of part 2, whose `Total` is blank: 50 people more in one band gave 57.88 % and no word."""
    frame = pl.read_csv(shared_data(EXTRACT), infer_schema=False)
    band = "Gt 00 To 01 Weeks SUM 1"
    listed = (pl.col("RTT Part Type") == "Part_2") & (pl.col("Treatment Function Code") == "C_110")
    at = frame.with_row_index().filter(listed & (pl.col(band).cast(pl.Int64) > 0))["index"][0]
    more = pl.when(pl.int_range(pl.len()) == at).then(pl.col(band).cast(pl.Int64) + 50).otherwise(pl.col(band).cast(pl.Int64)).cast(pl.String)  # fmt: skip
    frame.with_columns(more.alias(band)).write_csv(tmp_path / "more.csv")
    with pytest.raises(FileRefused, match=f"row {at + 2}: the bands add up"):
        waits_of(tmp_path / "more.csv")
    report = area.load([tmp_path / "more.csv"])[0]
    assert all(each.part.refused for each in report.loaded if each.part.dataset == "waiting_by_provider")


@pytest.mark.parametrize("name", COMMISSIONERS)
def test_every_published_figure_follows_from_its_bands_but_09L(name, shared_data):
    waits = waits_of(shared_data(f"rtt/{name}"))
    judged = waits.frame.filter(pl.col("agrees").is_not_null())
    assert judged.height > 3500
    assert set(waits.disagreeing["commissioner"]) <= {"09L"}
    assert judged["published_p95"].drop_nulls().len() > 1000


def test_a_month_of_three_one_part_files_loads_side_by_side(area, shared_data):
    reports = area.load([shared_data(f"rtt/{name}") for name in COMMISSIONERS])
    assert sum(each.part.refused for report in reports for each in report.loaded) == 0
    assert len(area.store.parts("waiting_by_commissioner")) == 4
    assert {part.period.isoformat() for part in area.store.parts("admitted_by_commissioner")} == {"2015-03-01"}  # fmt: skip


def test_days_fall_into_the_published_bands(shared_data):
    cases = json.loads(shared_data("flow/rtt/day_to_band.json").read_text())["cases"]
    assert len(cases) == 19
    assert all(week_of_day(case["days"]) == case["band"] + 1 for case in cases)
