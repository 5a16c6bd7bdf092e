"""Summary of variation and inequality over the invented economy."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from opencommissioning.area.comparison.control import process_of
from opencommissioning.area.comparison.inequality import inequality_of
from opencommissioning.area.comparison.processes import moves_seldom, variation_summary
from opencommissioning.catalogue.process import ProcessChoice
from opencommissioning.errors import DefinitionError, NotLoaded
from opencommissioning.statistics.xmr import xmr_limits


def test_each_line_is_its_own_control_chart(invented):
    build = invented.current
    told = variation_summary(build, "9A1", choice=ProcessChoice(chart="xmr"))
    line = next(each for each in told.lines if each.measure.id == "broad_spectrum_antibiotics")
    series = build.series("broad_spectrum_antibiotics", "sub_icb", 1)
    last = build.months.index(build.latest) + 1
    limits = xmr_limits(series.values[series.row("9A1"), max(0, last - 36) : last])
    assert (line.mean, line.lower, line.upper) == pytest.approx(
        (limits.mean[-1], limits.lower[-1], limits.upper[-1])
    )
    assert told.frame().height == len(told.lines) > 80
    assert all(each.upper > each.lower for each in told.lines)
    assert "vary as they always have" in told.sentence


def test_a_line_says_what_the_chart_of_its_measure_says(invented):
    """Each line beside the control chart that the measure's page draws: the same chart, and where the months are the same, the same limits."""
    build, kinds = invented.current, set()
    for code in ("9A1", "9A6", build.register.practices[3]):
        for line in variation_summary(build, code, months=60).lines:
            alone = process_of(build, line.measure.id, code)
            assert (alone.chart, alone.unit) == (line.chart, line.unit or line.measure.unit)
            limits = alone.limits
            last = int(np.flatnonzero(np.isfinite(limits.values))[-1])
            assert alone.dates[last].replace(day=1) == line.month
            ours = (line.latest, line.mean, line.lower, line.upper)
            theirs = [each[last] for each in (limits.values, limits.mean, limits.lower, limits.upper)]
            assert ours == pytest.approx(theirs), line.measure.id
            assert (line.variation == "common_cause") == (alone.direction[last] == 0)
            kinds.add(line.chart)
    assert kinds >= {"xmr", "p", "u"}


def test_rarer_events_of_what_should_be_low_are_better(invented):
    build = invented.current
    codes = [*build.register.practices[:20], "9A1", "9A2", "9A3", "9A4", "9A5", "9A6"]
    found = []
    for code in codes:
        try:
            found += [line for line in variation_summary(build, code).lines if line.chart in ("t", "g")]
        except NotLoaded:
            continue
    assert found
    for line in found:
        assert line.target is None
        assert "between events" in line.cells[3]
        assert not {"higher", "lower"} & set(line.words.replace(",", "").split())
        if line.variation.endswith("_high") and line.measure.better == "lower":
            assert line.variation == "improvement_high"


def test_only_what_fits_every_measure_can_be_chosen_for_all(invented):
    with pytest.raises(DefinitionError, match="choose auto or xmr"):
        variation_summary(invented.current, "9A1", choice=ProcessChoice(chart="p"))
    with pytest.raises(DefinitionError, match="new limits cannot begin"):
        variation_summary(invented.current, "9A1", choice=ProcessChoice(rebase=(date(2031, 1, 1),)))
    told = variation_summary(
        invented.current, "9A1", choice=ProcessChoice(chart="xmr", shift=8, rebase=(date(2026, 4, 1),))
    )
    assert {line.chart for line in told.lines} == {"xmr"}
    assert "8 on one side" in told.rules


def test_what_asks_for_attention_comes_first(invented):
    lines = variation_summary(invented.current, "9A1").lines
    worrying = [line.variation.startswith("concern") for line in lines]
    assert worrying == sorted(worrying, reverse=True)


def test_a_series_that_is_the_same_in_most_months_is_not_judged(invented):
    assert moves_seldom(np.array([0, 0, 0, 5.0]))
    assert not moves_seldom(np.array([0, 0, 4.0, 5.0]))
    assert not moves_seldom(np.array([np.nan, np.nan, np.nan, 1.0, 2.0]))
    assert not moves_seldom(np.array([np.nan]))
    build = invented.current
    items = np.nansum(build.series("all_items", "practice", 1).numerators, axis=1)
    known = [number for number in np.argsort(items) if items[number] > 0]
    small = build.series("all_items", "practice", 1).organisations[known[0]]
    told = variation_summary(build, small)
    assert told.seldom
    assert not {each.id for each in told.seldom} & {line.measure.id for line in told.lines}
    assert f"{len(told.seldom)} more are the same in most months" in told.sentence


def test_the_standard_is_the_target_unless_the_area_has_its_own(invented, monkeypatch):
    build = invented.current

    def aim():
        return {line.measure.id: line.target for line in variation_summary(build, "9A1").lines}[
            "within_18_weeks_commissioner"
        ]

    assert aim() == 92.0
    monkeypatch.setattr(
        build, "settings", replace(build.settings, targets={"within_18_weeks_commissioner": Decimal(65)})
    )
    assert aim() == 65.0


def test_a_target_is_met_missed_or_left_to_chance(invented, monkeypatch):
    build = invented.current
    for target, wanted in (("0.0001", "fail"), ("99", "pass")):
        given = replace(build.settings, targets={"broad_spectrum_antibiotics": Decimal(target)})
        monkeypatch.setattr(build, "settings", given)
        lines = variation_summary(build, "9A1").lines
        assert (
            next(each.assurance for each in lines if each.measure.id == "broad_spectrum_antibiotics")
            == wanted
        )


def test_a_target_of_no_measure_is_refused_with_the_nearest(invented, monkeypatch):
    build = invented.current
    monkeypatch.setattr(build, "settings", replace(build.settings, targets={"quinolone_item": Decimal(1)}))
    with pytest.raises(DefinitionError, match="quinolone_items"):
        variation_summary(build, "9A1")


def test_inequality_parts_add_up_to_the_whole(invented):
    build = invented.current
    told = inequality_of(build, invented.store, "quinolone_items")
    assert told.groups["group"].to_list() == [1, 2, 3, 4, 5]
    share = told.groups["patients"] / told.groups["patients"].sum()
    assert np.abs(share.to_numpy() - 0.2).max() < 0.05
    series = build.series("quinolone_items", "practice")
    whole = np.nansum(series.numerators[:, build.months.index(build.latest)])
    assert told.groups["numerator"].sum() <= whole + 1e-6
    assert float(told.index.slope_lower) < float(told.index.slope) < float(told.index.slope_upper)


def test_too_few_practices_make_no_gradient(invented):
    network = invented.current.organisations_of("pcn")[0]
    with pytest.raises(NotLoaded, match="ask for a larger organisation"):
        inequality_of(invented.current, invented.store, "quinolone_items", getattr(network, "code", network))
