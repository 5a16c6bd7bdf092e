"""Which control chart a measure is looked at on, and what may be chosen: shares, rates, amounts and rare events of the invented economy."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from click.testing import CliRunner

from opencommissioning.area.comparison.control import MONTHS, SCATTERED, process_of
from opencommissioning.area.drawing.charting import draw
from opencommissioning.catalogue.measure import Shape
from opencommissioning.catalogue.process import ProcessChoice
from opencommissioning.cli.main import commands
from opencommissioning.errors import DefinitionError, NotLoaded, OpenCommissioningError
from opencommissioning.statistics import spc

FITS = {
    Shape.PROPORTION: {"p", "pp", "g", "u", "up"},
    Shape.RATE: {"u", "up", "t", "g"},
    Shape.RATIO: {"xmr"},
}
JUNE = date(2026, 6, 1)


@pytest.fixture(scope="module")
def build(invented):
    return invented.current


@pytest.fixture(scope="module")
def processes(build):
    """Every process that one practice and one location can be looked at as."""
    out = []
    for code in (build.register.practices[3], "9A1", "9A6"):
        for name in build.measures:
            try:
                out.append(process_of(build, name, code))
            except (OpenCommissioningError, ValueError):
                continue
    return out


def test_the_shape_of_a_measure_chooses_its_chart(processes):
    assert len(processes) > 60
    for told in processes:
        assert told.chart in FITS[told.measure.shape()], told.measure.id
        assert told.why.startswith(told.chart_words)
    assert {told.chart for told in processes} >= {"xmr", "p", "u"}


def test_limits_of_a_share_by_hand(build, processes):
    """The textbook formula, month by month, from the counts of the series."""
    seen = 0
    for told in processes:
        if told.chart not in ("p", "pp"):
            continue
        series = build.series_of_one(told.measure.id, told.code, 1)
        there = np.flatnonzero(np.isfinite(series.values[0]))[-1]
        cut = slice(
            max(int(np.flatnonzero(np.isfinite(series.values[0]))[0]), int(there) + 1 - MONTHS),
            int(there) + 1,
        )
        x, n = series.numerators[0, cut], series.denominators[0, cut]
        known = np.isfinite(x) & (n > 0)
        mean = x[known].sum() / n[known].sum()
        assert told.limits.mean[-1] == pytest.approx(100 * mean)
        if told.chart == "p":
            assert told.limits.upper[-1] == pytest.approx(
                min(100, 100 * (mean + 3 * np.sqrt(mean * (1 - mean) / n[-1])))
            )
        factor = spc.dispersion(x, n, "p")
        assert (told.chart == "pp") == (factor > SCATTERED)
        seen += 1
    assert seen > 10


def test_rare_events_are_drawn_from_one_to_the_next(build):
    """A drug hardly used in a practice, or infections of a location: opportunities or days between, made again by hand."""
    for name in build.measures:
        for code in [*build.register.practices[:12], "9A1", "9A6"]:
            try:
                told = process_of(build, name, code)
            except (OpenCommissioningError, ValueError):
                continue
            if told.chart in ("t", "g"):
                series = build.series_of_one(name, code, 1)
                events = np.nansum(series.numerators[0])
                assert len(told.dates) == events - 1
                assert (series.numerators[0] == 0).sum() * 2 > np.isfinite(series.numerators[0]).sum()
                assert "between events" in told.unit
                assert "days have passed" in told.silent or told.chart == "g" or not told.silent
                assert "higher is rarer" in told.why
                return
    pytest.fail("no rare event in the invented economy")


def test_a_chart_that_does_not_fit_is_refused_with_those_that_do(build):
    code = "9A1"
    with pytest.raises(DefinitionError, match="it is an amount, not a count; choose auto or xmr"):
        process_of(build, "antibiotics_per_star_pu", code, ProcessChoice(chart="p"))
    with pytest.raises(DefinitionError, match="is no part of its denominator"):
        process_of(build, "all_items", code, ProcessChoice(chart="pp"))
    with pytest.raises(DefinitionError, match="is not a control chart"):
        process_of(build, "all_items", code, ProcessChoice(chart="x"))
    with pytest.raises(DefinitionError, match="choose 6 or 7 or 8"):
        process_of(build, "all_items", code, ProcessChoice(shift=5))


def test_xmr_is_always_to_be_had(build, processes):
    for told in processes[:20]:
        asked = process_of(build, told.measure.id, told.code, ProcessChoice(chart="xmr"))
        assert asked.chart == "xmr"
        assert "It was asked for" in asked.why


def test_phases_begin_where_they_are_asked_for(build):
    told = process_of(build, "all_items", "9A1", ProcessChoice(chart="xmr", rebase=(JUNE,)))
    at = told.dates.index(JUNE)
    assert told.phases == (JUNE,)
    assert told.limits.mean[at] == pytest.approx(np.nanmean(told.limits.values[at:]))
    assert told.limits.mean[at - 1] == pytest.approx(np.nanmean(told.limits.values[:at]))
    assert "New limits begin with June 2026" in told.rests_on
    with pytest.raises(DefinitionError, match="choose a month after the first"):
        process_of(build, "all_items", "9A1", ProcessChoice(rebase=(date(2031, 1, 1),)))


def test_a_baseline_leaves_later_months_out_of_the_limits(build):
    told = process_of(build, "all_items", "9A1", ProcessChoice(chart="xmr", baseline=12))
    assert told.limits.mean[-1] == pytest.approx(told.limits.values[:12].mean())
    assert "the first 12 months" in told.rests_on


def test_the_area_chooses_for_whoever_does_not(build, monkeypatch):
    process = ProcessChoice(chart="xmr", shift=8)
    given = replace(build.settings, process=process, rebases={"all_items": (JUNE, date(2001, 1, 1))})
    monkeypatch.setattr(build, "settings", given)
    told = process_of(build, "all_items", "9A1")
    assert (told.chart, told.choice.shift, told.phases) == ("xmr", 8, (JUNE,))
    assert "This area has chosen it" in told.why
    assert process_of(build, "all_items", "9A1", ProcessChoice(rebase=())).phases == ()
    monkeypatch.setattr(build, "settings", replace(given, rebases={"all_item": (JUNE,)}))
    with pytest.raises(DefinitionError, match="all_items"):
        process_of(build, "all_items", "9A1")


def test_the_picture_shows_the_same_points_and_breaks_at_phases(build):
    choice = ProcessChoice(chart="u", rebase=(JUNE,))
    told = process_of(build, "all_items", "9A1", choice)
    drawn = draw(build, "all_items", "sub_icb", "9A1", "control", choice=choice)
    assert len(drawn.rows) == len(told.dates)
    assert "U chart" in drawn.description
    assert "New limits from Jun 2026" in drawn.description
    lines = [each for each in drawn.chart.to_dict()["layer"] if each["mark"].get("interpolate") == "step"]
    assert all(each["encoding"]["detail"]["field"] == "phase" for each in lines)


def test_what_never_changes_is_not_drawn_unasked(build):
    flat = []
    for name in build.measures:
        try:
            process_of(build, name, build.register.practices[3])
        except NotLoaded as why:
            flat += [name] if "is the same in most months" in str(why) else []
        except (OpenCommissioningError, ValueError):
            continue
    assert flat
    assert process_of(build, flat[0], build.register.practices[3], ProcessChoice(chart="xmr")).chart == "xmr"


def test_in_the_terminal(invented, tmp_path):
    def run(*words):
        return CliRunner().invoke(
            commands, ["--area", str(invented.folder), "show", "measure", "all_items", *words]
        )

    told = run(
        "--organisation",
        "9A1",
        "--spc",
        "u",
        "--shift",
        "8",
        "--rebase",
        "2026-06",
        "--png",
        str(tmp_path / "u.svg"),
    )
    assert told.exit_code == 0, told.output
    words = " ".join(told.output.split())
    assert "U chart: the measure is a rate of counts" in words
    assert "8 in a row on one side" in words
    assert (tmp_path / "u.svg").read_text().startswith("<svg")
    assert run("--spc", "xmr").exit_code == 2
    short = run("--organisation", "9A1", "--baseline", "5")
    assert "limits need at least 12 months" in str(short.exception)
