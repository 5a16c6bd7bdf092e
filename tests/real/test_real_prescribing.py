"""Published figures reproduced from publishers' own files."""

from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from opencommissioning.area import Area
from opencommissioning.area.letters.digests import write_digests
from opencommissioning.catalogue.measure import Shape
from opencommissioning.errors import UnknownName
from opencommissioning.measures.series import Missing
from opencommissioning.statistics.ranks import percent_rank
from opencommissioning.variation.position import Z998, position
from opencommissioning.variation.verdict import SMALLEST_LIST

ANTIBACTERIALS = """
title = "Antibacterial items (BNF 5.1), every route"
better = "lower"
[numerator]
where.bnf_code = { codelist = "broad_spectrum_antibacterials" }
[denominator]
sum = "prescribing.items"
where.bnf_code = { codelist = "oral_antibacterials" }
"""
FILES = (
    "prescribing/EPD_201709_e2e.csv",
    "registrations/gp-reg-pat-prac-quin-age_e2e_sample.csv",
    "ods/epraccur_2017_03.csv",
    "registrations/gp-reg-pat-prac-map_2022.csv",
)


@pytest.fixture(scope="module")
def september(request, tmp_path_factory):
    from conftest import SHARED

    files = [SHARED / name for name in FILES]
    missing = [str(name) for name, path in zip(FILES, files) if not path.exists()]
    if missing:
        pytest.skip(
            f"shared/data/{missing[0]} is not on this machine; it holds published prescribing of September 2017"
        )
    area = Area.create(tmp_path_factory.mktemp("area"), "September 2017")
    own = area.folder / "definitions" / "measures" / "own"
    own.mkdir(parents=True)
    (own / "antibacterial_every_route.toml").write_text(ANTIBACTERIALS)
    area.load(files)
    area.build()
    return area


def parts(area, measure, level, organisation):
    series = area.current.series(measure, level, 1)
    row = series.row(organisation)
    return series.numerators[row, 0], series.denominators[row, 0], series.values[row, 0]


def test_list_size(september):
    row = september.current.register.practices.index("B85010")
    assert september.current.grid.patients[row, 0] == 6939


def test_of_the_codes_that_begin_alike_the_loaded_practice_is_suggested_first(september):
    with pytest.raises(UnknownName, match="'B8501' in this build; did you mean 'B85010'"):
        september.current.organisation("B8501")


def test_antibacterial_items_and_broad_spectrum_share(september):
    assert parts(september, "antibacterial_every_route", "practice", "B85010")[:2] == (28, 328)


def test_trimethoprim_share(september):
    assert parts(september, "trimethoprim_share", "practice", "B85010") == (
        35,
        68,
        pytest.approx(35 / 68 * 100),
    )


def test_one_month_is_exported_as_it_is_shown(september, tmp_path):
    """Nobody has the three months of the definition's window: screens, files and notebooks show the one month."""
    files = september.export(tmp_path, "csv", ("practice",), ("trimethoprim_share",))
    rows = {row["organisation"]: row for row in pl.read_csv(files[0]).iter_rows(named=True)}
    mine = rows["B85010"]
    assert (mine["numerator"], mine["denominator"], mine["window"], mine["missing"]) == (35, 68, 1, "")
    assert {row["window"] for row in rows.values()} == {1}
    alone = september.current.series_of_one("trimethoprim_share", "B85010")
    assert (alone.numerators[0, 0], alone.denominators[0, 0], alone.window) == (35, 68, 1)


def test_no_letters_where_nobody_could_be_judged(september, tmp_path):
    """Four practices of the register's thousands have data, too few to compare: only who is asked for by code gets a letter."""
    silent = lambda what, done, of: None  # noqa: E731
    files, told = write_digests(september, tmp_path / "all", "", False, silent)
    assert files == []
    assert "practices left out: no measure of theirs could be judged" in told[0]
    assert int(told[0].split()[0].replace(",", "")) > 7000
    files, told = write_digests(september, tmp_path / "one", "B85010", False, silent)
    assert ([file.name for file in files], told) == (["B85010.txt"], [])


def test_items_and_costs_to_the_last_digit(september):
    facts = pl.read_parquet(september.store.parts("prescribing")[0].path).filter(
        pl.col("practice") == "B85010"
    )
    assert facts["items"].sum() == 10312
    assert facts["nic"].sum() == Decimal("82036.25")
    assert facts["actual_cost"].sum() == Decimal("76507.07501")


def test_cost_per_patient_uses_the_exact_cost(september):
    numerator, denominator, _ = parts(september, "cost_per_patient", "practice", "B85010")
    assert numerator == pytest.approx(76507.07501, abs=1e-9)
    assert denominator == 6939


def test_two_practices_are_not_the_ccg(september):
    """11M has two of its practices in the file: no trimethoprim share is given to it."""
    series = september.current.series("trimethoprim_share", "sub_icb", 1)
    row = series.row("11M")
    assert series.missing[row, 0] == Missing.COVERAGE
    assert np.isnan(series.values[row, 0])
    assert series.counted[row, 0] == 2
    assert series.expected[row, 0] > 70


@pytest.mark.parametrize("level", ["pcn", "sub_icb", "icb", "region"])
def test_four_practices_are_nobody_s_area(september, level):
    """The prescribing file names the area teams of its own four practices only: no area is complete because of that."""
    series = september.current.series("trimethoprim_share", level, 1)
    assert (series.missing[:, 0] != Missing.NOTHING).all()


def test_four_practices_are_not_england(september):
    series = september.current.series("trimethoprim_share", "england", 1)
    assert np.isnan(series.values[0, 0])


def test_a_practice_without_anybody_to_compare_with_still_has_its_values(september):
    report = september.report("B85010")
    assert not report.nothing_stands_out
    assert report.judged == 0
    assert {line.measure.id for line in report.topics["antibiotics"]} >= {"trimethoprim_share"}


def indicators(area, name):
    frame = pl.read_parquet(area.store.parts("indicators")[-1].path)
    return frame.filter(pl.col("indicator") == name)


def test_percentile_ranks_of_ccgs_are_reproduced(shared_data, tmp_path):
    area = Area.create(tmp_path / "area")
    area.load([shared_data("prescribing/ccg_monthly_statin_intensity.csv")])
    frame = indicators(area, "ccg_measure").with_columns(ratio=pl.col("numerator") / pl.col("denominator"))
    checked = 0
    for _, month in frame.group_by("month"):
        got = percent_rank(month["value"].cast(pl.Float64).to_numpy()) / 100
        np.testing.assert_allclose(got, month["percentile"].cast(pl.Float64).to_numpy(), atol=1e-9)
        checked += month.height
    assert checked == 2145


def test_the_trimethoprim_series_loads_as_aggregates(shared_data, tmp_path):
    area = Area.create(tmp_path / "area")
    area.load([shared_data("prescribing/ccg_monthly_trimethoprim_nitrofurantoin_2011_2017.csv")])
    frame = indicators(area, "trimethoprim_share")
    assert frame.height == 17316
    assert (frame["month"].min(), frame["month"].max()) == (date(2011, 1, 1), date(2017, 11, 1))
    first = frame.filter((pl.col("organisation") == "00C") & (pl.col("month") == date(2011, 1, 1)))
    assert (first["numerator"][0], first["denominator"][0]) == (731, 989)


def test_a_ccg_of_more_than_a_million_people_is_a_ccg(shared_data, tmp_path):
    """1,718 zeros and rows without a code are left out; nothing is refused for being large."""
    area = Area.create(tmp_path / "area")
    area.load([shared_data("registrations/ccg_monthly_list_size.csv")])
    frame = indicators(area, "ccg_list_size")
    assert area.store.parts("indicators")[-1].refused == 0
    assert frame["value"].max() > 1_300_000


def test_zuclopenthixol_of_february_2018_is_absent_not_zero(shared_data, tmp_path):
    area = Area.create(tmp_path / "area")
    area.load([shared_data("prescribing/practice_monthly_zuclopenthixol.csv")])
    frame = indicators(area, "zuclopenthixol_acetate_share")
    assert frame.filter(pl.col("month") == date(2018, 2, 1)).height == 0
    assert frame.filter(pl.col("month") == date(2018, 1, 1)).height > 500


def test_tiny_lists_of_the_statin_panel_are_never_ranked(shared_data):
    panel = pl.read_csv(
        shared_data("practice_panels/statins_regression_file.csv"), infer_schema_length=10_000
    )
    size, x, n = (
        panel[name].cast(pl.Float64).to_numpy() for name in ("list_size", "low_med_dose_items", "items")
    )
    judged = size >= SMALLEST_LIST
    where = position(
        *(np.where(judged, part, np.nan)[:, None] for part in (x, n)), 100, Shape.PROPORTION, judged[:, None]
    )
    assert panel.height == 7210
    assert 0 < (~judged).sum() < 300
    assert np.isnan(where.z[~judged]).all()
    assert np.isfinite(where.z[judged & (n > 0)]).all()
    assert 0.002 < np.nanmean(np.abs(where.z) > Z998) < 0.05  # more than luck, far from everybody


def test_price_per_unit_of_a_practice_equals_loops_over_the_file(september):
    """B85010, every set of two products or more: 10th percentile of four practices, 95 % of net ingredient cost (no tariff is loaded)."""
    from opencommissioning.area.money.saving import compatible_prices
    from opencommissioning.catalogue.bnf import is_appliance

    rows = pl.read_csv(september_file(), infer_schema=False)
    cost, quantity, members = {}, {}, {}
    for row in rows.iter_rows(named=True):
        code, practice = row["BNF_CODE"].strip(), row["PRACTICE_CODE"]
        if len(code) != 15 or is_appliance(code) or code.endswith("A0"):
            continue
        key = (code[:9] + "AA" + code[13:] * 2, practice)
        members.setdefault(key[0], set()).add(code)
        cost[key] = cost.get(key, 0.0) + float(row["NIC"]) * 0.95
        quantity[key] = quantity.get(key, 0.0) + float(row["TOTAL_QUANTITY"])
    slow = {}
    for name, codes in members.items():
        units = [cost[key] / quantity[key] for key in cost if key[0] == name and quantity[key] > 0]
        mine = (name, "B85010")
        if len(codes) > 1 and units and mine in cost:
            saving = cost[mine] - quantity[mine] * float(np.quantile(units, 0.1))
            if saving >= 10:
                slow[name] = saving
    told = compatible_prices(september.current, "B85010").filter(~pl.col("set").str.starts_with("0601060D0"))
    assert dict(told.select("set", "saving").iter_rows()) == pytest.approx(slow)
    assert len(slow) > 20


def test_four_practices_are_not_england_in_money_either(september):
    told = september.money("ENGLAND")
    assert told.lines == ()
    assert "not shown" in told.sentence


def test_four_practices_set_nobody_a_target_in_money(september):
    assert september.money("B85010") is None


def september_file():
    from conftest import SHARED

    return SHARED / FILES[0]
