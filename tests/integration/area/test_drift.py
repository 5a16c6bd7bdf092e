"""Who drifts: the same alarms as sums added up by hand, OpenPrescribing's alert beside them, and a stated share of false alarms."""

import math
import statistics
from itertools import pairwise

import numpy as np
import pytest
from click.testing import CliRunner

from opencommissioning.area.comparison.cusum import FALSE_ALARMS, GREATEST, allowed_for, drift_of
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


def lag_one(row):
    mean = statistics.mean(row)
    pairs = sum((now - mean) * (then - mean) for then, now in pairwise(row))
    return pairs / sum((each - mean) ** 2 for each in row)


def resemblance_by_hand(values, months):
    """What the threshold allows for: the lag-one autocorrelation of every whole baseline, corrected, and one standard error."""
    apart = values[:, months] - np.nanmedian(values[:, months], axis=0)
    told = [lag_one(row.tolist()) for row in apart[:, :BASELINE] if np.isfinite(row).all() and row.std() > 0]
    estimate = (BASELINE * statistics.mean(told) + 1) / (BASELINE - 4)
    error = math.sqrt((1 - estimate**2) / (BASELINE * len(told))) * BASELINE / (BASELINE - 4)
    return math.ceil(100 * min(max(estimate + error, 0), GREATEST)) / 100


def by_hand(build, level):
    """Organisation → position of its first alarm after the baseline, one month after another."""
    values = comparable(build, build.series(MEASURE, level, 1))
    months = [place for place in range(values.shape[1]) if np.isfinite(values[:, place]).any()]
    watched = min(12, len(months) - BASELINE)
    months = months[-(BASELINE + watched) :]
    middles = {place: statistics.median(v for v in values[:, place].tolist() if v == v) for place in months}
    threshold = threshold_for_false_alarms(
        FALSE_ALARMS, baseline=BASELINE, months=watched, autocorrelation=resemblance_by_hand(values, months)
    )
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


def test_the_sentence_says_what_the_threshold_allows_for(invented, monkeypatch):
    said = drift_of(invented.current, MEASURE).words
    series = invented.current.series(MEASURE, "practice", 1)
    values = comparable(invented.current, series)
    known = [place for place in range(values.shape[1]) if np.isfinite(values[:, place]).any()]
    months = known[-(BASELINE + min(12, len(known) - BASELINE)) :]
    allowed = resemblance_by_hand(values, months)
    assert (f"(autocorrelation up to {allowed:.2f})" in said) if allowed else ("as independent" in said)
    for forced, words in ((0.0, "takes months as independent"), (0.31, "up to 0.31)"), (GREATEST, "of 0.7; here it is more")):  # fmt: skip
        monkeypatch.setattr(
            "opencommissioning.area.comparison.cusum.allowed_for", lambda _, told=forced: told
        )
        assert words in drift_of(invented.current, MEASURE).words


def test_alarms_are_fewer_where_months_resemble_each_other(invented, monkeypatch):
    counts = []
    for allowed in (0.0, GREATEST):
        monkeypatch.setattr(
            "opencommissioning.area.comparison.cusum.allowed_for", lambda _, told=allowed: told
        )
        counts.append(drift_of(invented.current, "statin_items").frame["since"].count())
    assert counts[0] > counts[1]


def test_what_is_allowed_for_is_never_less_than_nothing_nor_more_than_is_simulated():
    steps = np.arange(24.0)
    assert allowed_for(np.stack([steps, -steps])) == GREATEST
    assert allowed_for(np.tile([1.0, -1.0], (40, 12))) == 0.0
    assert allowed_for(np.full((3, 24), np.nan)) == allowed_for(np.ones((3, 24))) == 0.0
