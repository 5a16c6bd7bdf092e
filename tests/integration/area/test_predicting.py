"""Prediction limits beside the over-dispersed ones: exact tails, who lies outside, and amounts refused."""

import pytest
from click.testing import CliRunner
from scipy.stats import binom, poisson

from opencommissioning.area.comparison.predicting import predicted
from opencommissioning.cli.main import commands
from opencommissioning.errors import DefinitionError

SHARE, RATE, AMOUNT = "broad_spectrum_antibiotics", "emergency_all", "cost_per_patient"


@pytest.mark.parametrize(("name", "law"), [(SHARE, binom), (RATE, poisson)])
def test_limits_hold_what_chance_gives(invented, name, law):
    told = predicted(invented.current, name)
    per, average = told.measure.per, told.frame["centre"][0] / told.measure.per
    for row in told.frame.head(20).iter_rows(named=True):
        n = round(row["denominator"]) if law is binom else row["denominator"]
        at = law(n, average) if law is binom else law(n * average)
        low, high = (round(row[column] * n / per) for column in ("lower95", "upper95"))
        assert at.cdf(low - 1) < 0.025 <= at.cdf(low)
        assert at.cdf(high - 1) < 0.975 <= at.cdf(high)
        assert row["beyond"] == (row["value"] > row["upper95"]) - (row["value"] < row["lower95"])


def test_more_lie_outside_chance_alone_than_outside_what_organisations_ordinarily_differ_by(invented):
    told = predicted(invented.current, SHARE)
    verdicts = invented.measure_report(SHARE)
    assert told.outside.height > verdicts.beyond.height
    assert f"{told.outside.height} of {told.frame.height} practices lie outside" in told.sentence
    assert f"{verdicts.beyond.height} lie outside the over-dispersed limits" in told.sentence


def test_amounts_are_refused(invented):
    with pytest.raises(DefinitionError, match="exact for counts, and 'cost_per_patient'"):
        predicted(invented.current, AMOUNT)


def test_in_the_terminal_with_its_funnel(invented, tmp_path):
    asked = ["show", "measure", SHARE, "--limits", "prediction", "--png", str(tmp_path / "funnel.svg")]
    done = CliRunner().invoke(commands, ["--area", str(invented.folder), *asked])
    assert done.exit_code == 0, done.output
    assert "prediction limits" in " ".join(done.output.split())
    assert "prediction limits of chance alone" in (tmp_path / "funnel.svg").read_text()
