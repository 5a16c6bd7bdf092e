"""Who drifts: the same alarms as sums added up by hand, OpenPrescribing's alert beside them, and a stated share of false alarms."""

import statistics

import numpy as np
import pytest
from click.testing import CliRunner

from opencommissioning.area.comparison.cusum import FALSE_ALARMS, drift_of
from opencommissioning.area.comparison.judging import comparable
from opencommissioning.cli.main import commands
from opencommissioning.errors import NotLoaded
from opencommissioning.statistics.cusum import openprescribing_cusum, threshold_for_false_alarms
from opencommissioning.statistics.ranks import percent_rank

MEASURE, BASELINE = "broad_spectrum_antibiotics", 12


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """The area of these tests has not the 27 months that areas must have."""
    monkeypatch.setattr("opencommissioning.area.comparison.cusum.BASELINE", BASELINE)


def by_hand(build, level):
    """Organisation → position of its first alarm after the baseline, one month after another."""
    values = comparable(build, build.series(MEASURE, level, 1))
    months = [place for place in range(values.shape[1]) if np.isfinite(values[:, place]).any()]
    watched = min(12, len(months) - BASELINE)
    months = months[-(BASELINE + watched) :]
    middles = {place: statistics.median(v for v in values[:, place].tolist() if v == v) for place in months}
    threshold = threshold_for_false_alarms(FALSE_ALARMS, baseline=BASELINE, months=watched)
    found = {}
    for row, code in enumerate(build.series(MEASURE, level, 1).organisations):
        apart = [values[row, place] - middles[place] for place in months]
        early = apart[:BASELINE]
        if any(each != each for each in early) or not statistics.stdev(early):
            continue
        high = low = 0.0
        for place, each in enumerate(apart[BASELINE:]):
            if each == each:
                z = (each - statistics.mean(early)) / statistics.stdev(early)
                high, low = max(0.0, high + z - 0.5), max(0.0, low - z - 0.5)
            if max(high, low) > threshold:
                found[code] = (
                    build.series(MEASURE, level, 1).months[months[BASELINE + place]],
                    "up" if high >= low else "down",
                )
                break
    return found


def test_alarms_are_those_of_sums_by_hand(invented):
    build = invented.current
    told = drift_of(build, MEASURE)
    rows = {
        row["organisation"]: (row["since"], row["way"])
        for row in told.frame.iter_rows(named=True)
        if row["since"]
    }
    assert rows == by_hand(build, "practice")
    assert told.words.startswith(f"{len(rows)} of {told.watched} practices have drifted")
    assert len(told.cells) == told.frame.height


def test_openprescribings_alert_stands_beside(invented):
    build = invented.current
    series = build.series(MEASURE, "practice", 1)
    values = comparable(build, series)
    known = np.isfinite(values).any(axis=0)
    found = openprescribing_cusum(percent_rank(values[:, known][:, -18:], axis=0))
    wanted = {
        code: period
        for code, period in zip(series.organisations, found.period.tolist(), strict=True)
        if period
    }
    told = drift_of(build, MEASURE).frame
    assert {
        row["organisation"]: row["alert_months"] for row in told.iter_rows(named=True) if row["alert_months"]
    } == wanted


def test_few_months_are_told_and_the_command_says_it_in_words(invented, monkeypatch):
    done = CliRunner().invoke(commands, ["--area", str(invented.folder), "drift", MEASURE])
    assert done.exit_code == 0
    assert "luck alone would give" in " ".join(done.output.split())
    monkeypatch.setattr("opencommissioning.area.comparison.cusum.FEWEST", 10_000)
    with pytest.raises(NotLoaded, match="load earlier months"):
        drift_of(invented.current, MEASURE)
