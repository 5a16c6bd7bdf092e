"""Each dataset has its own months: hospital figures that begin before prescribing, or end after it, are shown."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from tests.integration.area.test_what_bad_input_gets import LIST, OLD, registered, row

from opencommissioning.area import Area
from opencommissioning.area.comparison.judging import read_verdicts
from opencommissioning.area.comparison.processes import variation_summary
from opencommissioning.area.data.data_status import missing_practices
from opencommissioning.catalogue.period import months_between
from opencommissioning.disclosure.rules import HES
from opencommissioning.measures.rollup import Membership
from opencommissioning.measures.series import Missing

PRACTICES = [f"X810{number:02d}" for number in range(1, 13)]
PRESCRIBED = ("202507", "202508", "202509")
STAYS = [f"{month:%Y-%m}" for month in months_between(date(2025, 3, 1), date(2026, 1, 1))]


def listed(practice, month):
    day = f"01{date(2025 if month > 2 else 2026, month, 1):%b%Y}".upper()
    return f"GP_PRAC_PAT_LIST,{day},GP,{practice},E1,AB1 2CD,MALE,25_29,8000"


def stays(practice, month):
    number = PRACTICES.index(practice)
    head = f"{month},{practice},all,emergency"
    return [
        f"{head},1-6,no,{90 + number},{90 + number},{200 + number + 7 * STAYS.index(month)}",
        f"{head},1-6,yes,{10 + number},10,40",
    ]


@pytest.fixture(scope="module")
def area(tmp_path_factory):
    """Prescribing of July to September 2025, admissions of March 2025 to January 2026, lists of the same months but one."""
    folder = tmp_path_factory.mktemp("months")
    files = {f"EPD_{month}.csv": [OLD, *(row(each, month) for each in PRACTICES)] for month in PRESCRIBED}
    for month in (3, 4, 5, 6, 7, 8, 9, 10, 11, 12):
        files[f"list_{month}.csv"] = [LIST, *(listed(each, month) for each in PRACTICES)]
    heading = "month,practice,category,kind,stay,returned,spells,finished_spells,bed_days"
    files["stays.csv"] = [
        heading,
        *(line for each in PRACTICES for month in STAYS for line in stays(each, month)),
    ]
    files["epraccur.csv"] = [registered(each) for each in PRACTICES]
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    made = Area.create(folder / "area", "Months")
    files_of_months = sorted(path for path in folder.glob("*.csv") if path.name != "epraccur.csv")
    made.load(files_of_months)
    made.load([folder / "epraccur.csv"], month=date(2025, 9, 1))
    made.build()
    return made


def test_each_series_has_its_datasets_months(area):
    build = area.current
    assert build.months_of("prescribing") == months_between(date(2025, 7, 1), date(2025, 9, 1))
    assert build.months_of("admissions") == months_between(date(2025, 3, 1), date(2026, 1, 1))
    assert build.months == build.months_of("admissions")
    assert build.latest == date(2025, 9, 1), "the month of the area is that of its prescribing"
    assert build.months_of("dispensing") == ()
    for name, measure in build.measures.items():
        for level in ("practice", "sub_icb", "england"):
            series = build.series(name, level, 1)
            assert series.months == build.months_of(measure.numerator.dataset), name
            assert series.values.shape == (len(series.organisations), len(series.months))


def test_hospital_months_after_prescribing_have_the_files_figures(area):
    build = area.current
    monthly = build.kept("length_of_stay_emergency", "practice", 1)
    at = monthly.row("X81004")
    assert (
        np.abs(monthly.numerators[at] - (203 + 40 + 7 * np.arange(11))).max() <= HES.off
    )  # counts of people are rounded together
    assert np.abs(monthly.denominators[at] - (93 + 10)).max() <= HES.off
    together = build.kept("length_of_stay_emergency", "england", 1)
    opened = together.months.index(date(2025, 9, 1))  # the register calls nobody open before
    exact = sum(200 + n + 40 for n in range(12)) + 12 * 7 * np.arange(opened, 11)
    assert np.abs(together.numerators[0, opened:] - exact).max() <= HES.off


def test_a_list_carries_on_as_long_as_its_contract_says(area):
    rate = next(
        each.id
        for each in area.current.measures.values()
        if each.numerator.dataset == "admissions"
        and each.denominator.dataset == "registrations"
        and not each.standardised
    )
    series = area.current.kept(rate, "practice", 1)
    assert (series.missing[:, -1] == Missing.NOTHING).all(), "December's list stands in January"
    np.testing.assert_array_equal(series.denominators, 8000)


def test_verdicts_are_of_the_last_month_of_each_dataset(area):
    rows = read_verdicts(area.current, "practice")
    last = dict(rows.select("measure", "month").unique().iter_rows())
    for name, month in last.items():
        dataset = area.current.measures[name].numerator.dataset
        assert month == area.current.months_of(dataset)[-1], name
    assert {date(2025, 9, 1), date(2026, 1, 1)} <= set(last.values())


def test_questions_of_the_last_month_of_prescribing_stay_there(area):
    assert missing_practices(area.current) == []
    assert any("September 2025" in sentence for sentence in area.status_notes()["Coverage"])
    summary = variation_summary(area.current, "X81004")
    assert (summary.month, summary.months) == (date(2026, 1, 1), 11)
    assert {line.measure.numerator.dataset for line in summary.lines} == {"admissions"}, (
        "prescribing has too few months"
    )


def test_a_membership_is_worked_out_once_for_the_measures_of_a_dataset(area):
    build = area.current
    inside = build.kept("length_of_stay_emergency", "practice", 1)
    found = build.membership("sub_icb", False, build.columns(inside))
    assert isinstance(found, Membership)
    assert found is build.membership("sub_icb", False, build.columns(inside))
    assert found.parents.shape == (12, 11)


def test_a_series_in_other_months_says_what_is_not_loaded(area):
    series = area.current.kept("length_of_stay_emergency", "practice", 1)
    other = series.over((date(2025, 1, 1), date(2025, 4, 1), date(2026, 9, 1)))
    assert other.missing[0].tolist() == [Missing.MONTH_NOT_LOADED, Missing.NOTHING, Missing.MONTH_NOT_LOADED]
    assert np.isnan(other.values[0, [0, 2]]).all()
    assert other.values[0, 1] == series.values[0, 1]


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
def test_everything_is_exported_though_datasets_have_other_months(area, tmp_path, form):
    """Hospital months lie before and after those of prescribing."""
    files = area.export(tmp_path, form, ("practice",))
    read = {"csv": pl.read_csv, "parquet": pl.read_parquet, "xlsx": pl.read_excel}[form]
    rows = read(next(each for each in files if each.stem == "values-practice"))
    rows = rows.filter(pl.col("measure") == "emergency_all")
    own = area.current.months_of("admissions")
    assert len(own) != len(area.current.months_of("prescribing"))
    months = rows["month"].unique().sort()
    months = months.str.to_date() if months.dtype == pl.String else months
    assert months.to_list() == list(own)
    assert rows["dispensing_days"].null_count() == 0


AE = "period,org_code,type,attendances,breaches,admissions"


@pytest.fixture(scope="module")
def published_before(tmp_path_factory):
    """Prescribing of one month; A&E of two months long before it, of a trust and of a practice that is a provider too."""
    folder = tmp_path_factory.mktemp("before")
    visits = [f"2016-0{month}-01,{code},1,1000,100,200" for month in (4, 5) for code in ("RZ1", PRACTICES[0])]
    files = {
        "EPD_202507.csv": [OLD, *(row(each, "202507") for each in PRACTICES)],
        "list_7.csv": [LIST, *(listed(each, 7) for each in PRACTICES)],
        "ae.csv": [AE, *visits],
    }
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    made = Area.create(folder / "area", "Before")
    made.load(sorted(folder.glob("*.csv")))
    made.build()
    return made


def test_figures_published_for_others_in_months_that_practices_have_none_of(published_before):
    build = published_before.current
    assert set(build.months) == {date(2025, 7, 1)}
    found = dict(read_verdicts(build, "provider").filter(pl.col("measure") == "ae_within_4_hours").select("organisation", "value").iter_rows())  # fmt: skip
    assert found["RZ1"] == pytest.approx(90)
    assert found[PRACTICES[0]] == pytest.approx(90)
    assert build.organisation(PRACTICES[0]).level == "practice"
    assert {each.code for each in build.organisations_of("provider")} == {"RZ1", PRACTICES[0]}
