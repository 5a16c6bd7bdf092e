"""Standardised by deprivation as well: what deprivation explains is gone, each group is as expected, and nothing else is asked of it."""

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from opencommissioning.area.comparison.deprived import by_deprivation
from opencommissioning.area.comparison.peering import deprivation_scores
from opencommissioning.cli.main import commands
from opencommissioning.errors import DefinitionError
from opencommissioning.measures.series import Missing

NAME = "standardised_emergency_all"


@pytest.fixture(scope="module")
def adjusted(invented):
    return by_deprivation(invented.current, invented.store, NAME)


def last_year(series, scores):
    """practice, deprivation, observed, expected of the last month and its window."""
    told = series.missing[:, -1] == Missing.NOTHING
    frame = pl.DataFrame({"practice": series.organisations, "o": series.numerators[:, -1], "e": series.denominators[:, -1], "told": told})  # fmt: skip
    return frame.filter("told").join(scores, on="practice")


def slope(frame):
    """Of observed over expected on the score, weighted by expected."""
    return np.polyfit(frame["deprivation"], frame["o"] / frame["e"], 1, w=np.sqrt(frame["e"]))[0]


def test_what_the_invented_deprivation_adds_is_taken_out(invented, adjusted):
    """Emergencies of the invented people rise by 0.8% with each point of the score."""
    scores = deprivation_scores(invented.store)
    before = last_year(invented.current.kept(NAME, "practice"), scores)
    after = last_year(adjusted.series, scores)
    assert slope(before) == pytest.approx(0.008, abs=0.004)
    assert abs(slope(after)) < 0.5 * slope(before)


def test_expected_by_hand(invented, adjusted):
    """Each practice's expected number is the one by age and sex times one of five ratios."""
    plain = invented.current.kept(NAME, "practice")
    told = (plain.missing[:, -1] == Missing.NOTHING) & (adjusted.series.missing[:, -1] == Missing.NOTHING)
    ratio = adjusted.series.denominators[told, -1] / plain.denominators[told, -1]
    assert len(np.unique(ratio.round(2))) == 5
    assert adjusted.series.denominators[told, -1].sum() == pytest.approx(
        adjusted.series.numerators[told, -1].sum(), rel=0.03
    )


def test_larger_organisations_add_up(invented, adjusted):
    above = by_deprivation(invented.current, invented.store, NAME, "sub_icb")
    told = above.series.missing[:, -1] == Missing.NOTHING
    assert told.any()
    assert above.series.numerators[told, -1].sum() <= np.nansum(adjusted.series.numerators[:, -1]) * 1.01


def test_only_of_what_is_standardised_by_age(invented):
    with pytest.raises(DefinitionError, match="is not standardised by age and sex"):
        by_deprivation(invented.current, invented.store, "emergency_all")


def test_in_the_terminal(invented):
    done = CliRunner().invoke(
        commands, ["--area", str(invented.folder), "show", "measure", NAME, "--by-deprivation"]
    )
    assert done.exit_code == 0, done.output
    assert "its ages, sexes and deprivation" in done.output.replace("\n", " ")
    both = CliRunner().invoke(
        commands,
        ["--area", str(invented.folder), "show", "measure", NAME, "--by-deprivation", "--per", "age"],
    )
    assert both.exit_code == 2
