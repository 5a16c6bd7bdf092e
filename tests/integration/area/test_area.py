"""From publishers' files to verdicts: what was planted is found, parts add up to the whole, a second build costs nothing."""

import tomllib
from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from opencommissioning.area import Area
from opencommissioning.area.data.reconciling import own_totals
from opencommissioning.catalogue.organisation import PARENT_LEVELS
from opencommissioning.errors import NotLoaded, StoreError, UnknownName
from opencommissioning.measures.series import Missing
from opencommissioning.variation.verdict import BEYOND_CHANCE


@pytest.fixture(scope="module")
def truth(invented_files):
    return tomllib.loads((invented_files / "truth.toml").read_text(encoding="utf-8"))["truth"]


def test_the_planted_outlier_is_found(invented):
    report = invented.report("X81010")
    assert "broad_spectrum_antibiotics" in {line.measure.id for line in report.worse}


def test_totals_equal_the_files(invented, invented_files):
    part = invented.store.parts("prescribing")[0]
    stem = f"{part.period:%Y%m}"
    raw = next(path for path in invented_files.rglob(f"EPD*{stem}.csv"))
    cost = sum((Decimal(value) for value in pl.read_csv(raw, infer_schema=False)["ACTUAL_COST"]), Decimal(0))
    assert pl.read_parquet(part.path)["actual_cost"].sum() == cost


@pytest.mark.parametrize("level", PARENT_LEVELS)
def test_parts_add_up_to_the_whole(invented, level):
    """Every open practice belongs somewhere at each level, so each level's numerators add up to England's."""
    build = invented.current
    england = build.series("trimethoprim_share", "england", 1)
    parts = build.series("trimethoprim_share", level, 1)
    practices = build.series("trimethoprim_share", "practice", 1)
    _codes, at = build.members(level, False)
    homeless = (at < 0) & (practices.missing == Missing.NOTHING)
    outside = np.where(homeless, practices.numerator, 0).sum(axis=0)
    assert (parts.numerator.sum(axis=0) + outside == england.numerator).all()


def test_a_month_without_a_file_has_no_value(invented, truth):
    gap = next(each for each in truth if each["kind"] == "missing_month")
    build = invented.current
    series = build.series("trimethoprim_share", "practice", 1)
    month = gap["month"] if isinstance(gap["month"], date) else date.fromisoformat(f"{gap['month']}-01"[:10])
    column, row = series.months.index(month.replace(day=1)), series.row(gap["organisations"][0])
    assert series.missing[row, column] == Missing.NOT_IN_FILE
    assert np.isnan(series.values[row, column])


def test_a_missing_list_is_carried_for_three_months(invented, truth):
    build = invented.current
    lists = build.grid.layers["registrations"]
    absent = [month for month in build.months if month not in lists.loaded]
    assert absent
    column = build.months.index(absent[0])
    assert (lists.missing[:, column] == lists.missing[:, column - 1]).mean() > 0.95


def test_a_second_build_has_nothing_to_do(invented):
    assert invented.build().changed is False


def test_without_differences_few_are_flagged(invented):
    report = invented.measure_report("trimethoprim_share", "practice")
    flagged = report.verdicts.filter(pl.col("stand").is_in([str(stand) for stand in BEYOND_CHANCE])).height
    assert flagged <= 0.15 * report.verdicts.height


def test_why_adds_up_and_names_products(invented):
    told = invented.why("9A1")
    assert sum(told.decomposition.causes.values()) == pytest.approx(told.decomposition.change, abs=0.01)
    assert not told.movers[0][0].startswith("0")


def test_export_carries_parts_and_reasons(invented, tmp_path):
    files = invented.export(tmp_path, "parquet", ("practice", "england"), ("trimethoprim_share",))
    frame = pl.read_parquet(files[0])
    assert {"numerator", "denominator", "value", "missing", "name"} <= set(frame.columns)
    assert frame.filter(pl.col("value").is_null())["missing"].str.len_chars().min() > 0


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_export_in_other_forms(invented, tmp_path, form):
    files = invented.export(tmp_path, form, ("icb",), ("trimethoprim_share",))
    assert all(path.exists() and path.suffix == f".{form}" for path in files)


def test_reconcile_against_own_sheet(invented, tmp_path):
    part = invented.store.parts("prescribing")[-1]
    sums = (
        pl.read_parquet(part.path)
        .group_by("practice")
        .agg(pl.col("items").sum(), pl.col("nic").sum().cast(pl.Float64))
        .head(8)
    )
    sheet = sums.select(
        pl.col("practice").alias("Practice Code"),
        pl.lit(f"{part.period:%Y-%m}").alias("Month"),
        pl.col("items").alias("Items"),
        pl.col("nic").alias("NIC"),
    )
    sheet.write_csv(tmp_path / "mine.csv")
    result = invented.reconcile(tmp_path / "mine.csv")
    everybody = pl.read_parquet(part.path)["practice"].n_unique()
    assert (result.frame.height, result.different.height) == (everybody, 0)
    assert (
        f"We hold {everybody - 8:,} practice-months that the sheet lacks, the largest first: "
        in result.sides[0]
    )
    sheet.with_columns(pl.col("Items") + 1).write_csv(tmp_path / "other.csv")
    assert invented.reconcile(tmp_path / "other.csv").different.height == 8


def test_own_totals_are_the_files_own_to_the_last_digit(invented, tmp_path):
    result = own_totals(invented.current, invented.store, 2)
    parts = invented.store.parts("prescribing")[-2:]
    known = set(invented.current.register.practices)
    for part, line in zip(parts, result.rows, strict=False):
        month = f"{part.period:%Y-%m}"
        rows = list(pl.read_parquet(part.path).iter_rows(named=True))
        apart = [row for row in rows if row["practice"] not in known]
        items, nic, actual = (sum(row[name] for row in rows) for name in ("items", "nic", "actual_cost"))
        outside = (
            f"{sum(row[name] for row in apart):,.{place}f}"
            for name, place in (("items", 0), ("actual_cost", 2))
        )
        assert line == (month, f"{items:,}", f"{nic:,.2f}", f"{actual:,.2f}", *outside)
    assert [line[0] for line in result.rows[2:]] == ["together"]
    written = pl.read_csv(result.write(tmp_path / "ours.csv"))
    assert written["items"].sum() == result.frame["items"].sum()


def test_names_that_do_not_exist_are_answered_with_the_nearest(invented):
    with pytest.raises(UnknownName, match="X81"):
        invented.report("X81O10")
    with pytest.raises(UnknownName, match="trimethoprim_share"):
        invented.measure_report("trimetoprim_share")


def test_a_folder_that_is_no_area(tmp_path):
    with pytest.raises(StoreError, match="init"):
        Area.open(tmp_path)


def test_an_area_without_a_build(tmp_path):
    with pytest.raises(NotLoaded, match="build"):
        Area.create(tmp_path / "new").current  # noqa: B018


def test_annotations_travel(tmp_path, invented):
    from opencommissioning.area.annotations import annotate, annotations

    annotate(tmp_path, "X81001", date(2026, 6, 1), "new care home", "A. Pharmacist")
    assert [note.text for note in annotations(tmp_path, "X81001")] == ["new care home"]
    assert annotations(tmp_path, "X81002") == []
