"""`show measure` prints the centiles that its help promises, and they are those of the chart."""

import re

import numpy as np

from opencommissioning.area.comparison.trend import trend
from opencommissioning.cli.main import main
from opencommissioning.reports.measure import CENTILES
from opencommissioning.reports.numbers import valued

NAME = "broad_spectrum_antibiotics"


def test_the_centiles_are_on_the_screen(invented, capsys):
    main(["--area", str(invented.folder), "show", "measure", NAME])
    told = " ".join(capsys.readouterr().out.split())
    report = invented.measure_report(NAME)
    assert report.deciles in told
    assert re.search(
        r"Centiles of \d+ practices: 10th \S+ %, 25th \S+ %, 50th \S+ %, 75th \S+ %, 90th \S+ %\.", told
    )


def test_they_are_those_that_are_drawn_and_those_of_numpy(invented):
    report = invented.measure_report(NAME)
    values = [row["value"] for row in report.verdicts.iter_rows(named=True) if row["percentile"] is not None]
    wanted = [valued(float(line), report.measure) for line in np.percentile(values, CENTILES)]
    assert re.findall(r"th (\S+ %)", report.deciles) == wanted
    drawn = trend(invented.current, NAME, "practice", report.window).deciles[[0, 4, 8], -1]
    assert [wanted[0], wanted[2], wanted[4]] == [valued(float(line), report.measure) for line in drawn]


def test_nobody_has_centiles_alone(invented):
    assert invented.measure_report(NAME, "england").deciles == ""
