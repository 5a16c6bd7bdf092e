"""An area of three practices and a comparator file of the nation says of these practices what the nation's own area says."""

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from opencommissioning.area import Area
from opencommissioning.area.comparison.comparators import (
    comparators_told,
    definition_number,
    write_comparators,
)
from opencommissioning.area.comparison.judging import read_verdicts
from opencommissioning.area.comparison.trend import trend
from opencommissioning.area.demo import HOME
from opencommissioning.area.letters.writing import Letters
from opencommissioning.cli.main import commands
from opencommissioning.errors import FileRefused

MINE = ("X81001", "X81007", "X81012")
FOLDERS = ("prescribing", "registrations")


@pytest.fixture(scope="module")
def comparators(invented, tmp_path_factory):
    """The nation's comparator file, of practices."""
    return write_comparators(
        invented.current, tmp_path_factory.mktemp("comparators") / "england.csv", ["practice"]
    )


@pytest.fixture(scope="module")
def three(invented_files, comparators, tmp_path_factory):
    """An area with the registers of the nation and the figures of three practices."""
    folder = tmp_path_factory.mktemp("three")
    for path in (each for name in FOLDERS for each in (invented_files / name).glob("*.csv")):
        heading, *rows = path.read_text(encoding="utf-8").splitlines()
        kept = [row for row in rows if any(code in row for code in MINE)]
        (folder / path.name).write_text("\n".join([heading, *kept]) + "\n", encoding="utf-8")
    area = Area.create(folder / "area", "Three", HOME)
    area.load([invented_files / "organisations", *folder.glob("*.csv"), comparators])
    area.build()
    return area


@pytest.fixture(scope="module")
def both(invented, three):
    """Verdicts on the three practices: of the nation's area and of the small one, side by side."""
    ours, theirs = (
        read_verdicts(area.current, "practice", MINE).filter(pl.col("value").is_not_null())
        for area in (three, invented)
    )
    return ours.join(theirs, on=["organisation", "measure"], suffix="_nation")


def test_the_verdicts_are_the_nations(both):
    assert both.height > 200
    assert (both["against"] != "").all()
    assert both.filter(pl.col("stand") != pl.col("stand_nation")).height == 0
    assert both.filter(pl.col("months_beyond") != pl.col("months_beyond_nation")).height == 0
    assert both["stand"].n_unique() > 3


@pytest.mark.parametrize("column", ["centre", "lower95", "upper998", "shrunken", "z", "p_above"])
def test_the_numbers_are_the_nations_to_a_millionth(both, column):
    mine, nation = (both[each].to_numpy() for each in (column, f"{column}_nation"))
    np.testing.assert_allclose(mine, nation, rtol=1e-5, atol=1e-6)


def test_percentiles_are_interpolated_between_centiles(both):
    off = (both["percentile"] - both["percentile_nation"]).abs()
    assert off.max() <= 2.5  # ends are 1 and 99, and of 130 practices ties share a rank
    assert off.median() < 0.5


def test_the_nation_itself_is_compared_with_itself(invented, comparators, tmp_path):
    assert (read_verdicts(invented.current, "practice", MINE)["against"] == "").all()


def test_it_is_said_on_screen_in_letters_and_in_the_status(three):
    said = CliRunner().invoke(commands, ["--area", str(three.folder), "show", "practice", MINE[0]]).output
    assert "england.csv" in said.replace("\n", "")
    letter = Letters(three.current, "practice").of(MINE[0], charts=False)
    assert any("from the file england.csv" in flag for flag in letter.report.flags)
    assert "england.csv" in three.measure_report("trimethoprim_share").luck
    assert any("comparator file" in each for each in comparators_told(three.current))
    told = CliRunner().invoke(commands, ["--area", str(three.folder), "status"]).output
    assert "Comparators" in told


def test_decile_bands_are_the_files(three, invented):
    mine, theirs = (trend(each.current, "trimethoprim_share", "practice", 3) for each in (three, invented))
    months = [month for month in mine.months if month in theirs.months]
    for month in months[-12:]:
        np.testing.assert_allclose(
            mine.deciles[:, mine.months.index(month)],
            theirs.deciles[:, theirs.months.index(month)],
            atol=1e-6,
        )


def test_another_definition_of_the_same_name_is_not_compared(three, invented):
    from dataclasses import replace

    measure = three.library.measures["trimethoprim_share"]
    assert definition_number(three.current, measure) == definition_number(invented.current, measure)
    other = replace(measure, per=measure.per * 10)
    assert definition_number(three.current, other) != definition_number(three.current, measure)


def test_the_command_writes_the_file_or_says_what_it_needs(invented, tmp_path):
    path = tmp_path / "out" / "england.csv"
    area = ["--area", str(invented.folder), "export"]
    done = CliRunner().invoke(commands, [*area, "--comparators", str(path), "--level", "pcn"])
    assert done.exit_code == 0, done.output
    assert set(pl.read_csv(path)["level"]) == {"pcn"}
    assert "one of the two" in CliRunner().invoke(commands, area).output


def test_a_statistic_that_does_not_exist_is_refused(tmp_path):
    (tmp_path / "c.csv").write_text(
        "measure,level,month,window,statistic,value\nx,practice,2026-03,3,p500,1\n"
    )
    area = Area.create(tmp_path / "area", "A")
    with pytest.raises(FileRefused, match="p01"):
        area.load([tmp_path / "c.csv"])
