"""Published series through the whole way: loaded as aggregates, gaps kept as gaps, judged by the same rule as our own measures."""

from datetime import date

import numpy as np
import polars as pl

from opencommissioning.area import Area
from opencommissioning.area.comparison.indicators import indicator_report, indicator_series
from opencommissioning.measures.series import Missing
from opencommissioning.statistics.ranks import decile_lines, percent_rank
from opencommissioning.variation.verdict import BEYOND_CHANCE

ZUCLOPENTHIXOL = "prescribing/practice_monthly_zuclopenthixol.csv"
TRIMETHOPRIM = "prescribing/ccg_monthly_trimethoprim_nitrofurantoin_2011_2017.csv"
STATINS = "prescribing/ccg_monthly_statin_intensity.csv"


def loaded(folder, *files):
    area = Area.create(folder / "area")
    area.load(files)
    return area


def test_february_2018_of_zuclopenthixol_is_no_data_for_everybody(shared_data, tmp_path):
    area = loaded(tmp_path, shared_data(ZUCLOPENTHIXOL))
    series = indicator_series(area.store, "zuclopenthixol_acetate_share", "practice")
    column = series.months.index(date(2018, 2, 1))
    assert (series.missing[:, column] == Missing.MONTH_NOT_LOADED).all()
    assert np.isnan(series.values[:, column]).all()
    assert np.isnan(series.numerators[:, column]).all()
    assert (series.missing[:, column - 1] == Missing.NOTHING).sum() > 500
    absent = (series.missing == Missing.MONTH_NOT_LOADED).all(axis=0)
    assert absent.sum() == 1
    report = indicator_report(area.store, "zuclopenthixol_acetate_share", "practice")
    assert "February 2018" in report.words
    assert (
        not report.verdicts["stand"].is_in([str(each) for each in BEYOND_CHANCE]).any()
    )  # far too few items


def test_every_published_trimethoprim_share_is_reproduced(shared_data, tmp_path):
    area = loaded(tmp_path, shared_data(TRIMETHOPRIM))
    series = indicator_series(area.store, "trimethoprim_share", "sub_icb")
    assert (series.months[0], series.months[-1], len(series.months)) == (
        date(2011, 1, 1),
        date(2017, 11, 1),
        83,
    )
    published = pl.read_parquet(area.store.parts("indicators")[-1].path)
    place = {code: row for row, code in enumerate(series.organisations)}
    step = {month: column for column, month in enumerate(series.months)}
    rows = published.drop_nulls("value").select("organisation", "month", "value").rows()
    ours = np.array([series.values[place[code], step[month]] for code, month, _ in rows])
    theirs = np.array([float(value) for *_, value in rows])
    scale = 100 if np.nanmax(theirs) <= 1 else 1
    np.testing.assert_allclose(ours, theirs * scale, atol=1e-6)
    assert len(rows) > 17_000


def test_the_quality_premium_of_2017_moved_the_country(shared_data, tmp_path):
    """A natural experiment: from April 2017 CCGs were paid for less trimethoprim beside nitrofurantoin."""
    area = loaded(tmp_path, shared_data(TRIMETHOPRIM))
    series = indicator_series(area.store, "trimethoprim_share", "sub_icb")
    share = np.nansum(series.numerators, axis=0) / np.nansum(series.denominators, axis=0)
    before, after = (share[series.months.index(month)] for month in (date(2016, 11, 1), date(2017, 11, 1)))
    assert before - after > 0.1
    verdicts = indicator_report(area.store, "trimethoprim_share", "sub_icb").verdicts
    assert 0.5 < verdicts["stand"].is_in(["nothing unusual", "moved"]).mean() <= 1


def test_all_published_percentile_ranks_through_series(shared_data, tmp_path):
    area = loaded(tmp_path, shared_data(STATINS))
    series = indicator_series(area.store, "ccg_measure", "sub_icb")
    ranks = percent_rank(series.values, axis=0) / 100
    published = pl.read_parquet(area.store.parts("indicators")[-1].path)
    place = {code: row for row, code in enumerate(series.organisations)}
    step = {month: column for column, month in enumerate(series.months)}
    rows = published.select("organisation", "month", "percentile").rows()
    got = np.array([ranks[place[code], step[month]] for code, month, _ in rows])
    np.testing.assert_allclose(got, [float(rank) for *_, rank in rows], atol=1e-9)
    assert len(rows) == 2145
    lines = decile_lines(series.values, axis=0)
    assert (np.diff(lines, axis=0) >= 0).all()


def test_lines_that_are_put_together_are_accounted_for(shared_data, tmp_path):
    """49,409 lines of 49,237 practice-months, counted by looking at the file; a BNF file's line holds seven names."""
    path, names = shared_data(ZUCLOPENTHIXOL), shared_data("prescribing/bnf_codes_fixture.csv")
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    pairs = {(cells[0], cells[2]) for cells in (line.split(",") for line in lines)}
    area = Area.create(tmp_path / "area")
    report, other = area.load([path, names])
    assert (len(lines), len(pairs)) == (49_409, 49_237)
    assert "49,409 lines below the first make 49,237 records: lines that belong together" in report.account
    assert "30 lines below the first make 55 records: a line gives several" in other.account
