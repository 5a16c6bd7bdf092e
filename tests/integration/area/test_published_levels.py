"""Figures published for providers and commissioners: verdicts, reports and pages' questions beside those of practices."""

from datetime import date

import numpy as np
import pytest

from opencommissioning.area import Area
from opencommissioning.area.comparison.judging import read_verdicts
from opencommissioning.measures.series import Missing


@pytest.fixture(scope="module")
def area(tmp_path_factory):
    """An area with one source of urgent care only: nine providers, three months."""
    folder = tmp_path_factory.mktemp("published")
    lines = ["provider,month,department,attendances,timed,within_4_hours,admissions"]
    for number in range(1, 10):
        for month in ("2024-09", "2024-10", "2024-11"):
            inside = 5000 if number == 9 else 7000 + 10 * number
            lines.append(f"RX{number},{month},1,10000,10000,{inside},2500")
            lines.append(f"RX{number},{month},other,2000,2000,1990,0")
    (folder / "ae.csv").write_text("\n".join(lines) + "\n")
    made = Area.create(folder / "area")
    made.load([folder / "ae.csv"])
    made.build()
    return made


def test_values_are_the_files_own(area):
    series = area.current.series("ae_within_4_hours", "provider")
    assert series.organisations == tuple(f"RX{n}" for n in range(1, 10))
    assert series.months == (date(2024, 9, 1), date(2024, 10, 1), date(2024, 11, 1))
    assert series.values[0] == pytest.approx([100 * (7010 + 1990) / 12000] * 3)


def test_an_outlying_provider_is_found_and_reported(area):
    report = area.report("RX9")
    assert (report.level_words, report.coverage) == ("provider", "")
    assert "ae_type_1_within_4_hours" in {line.measure.id for line in report.worse}
    assert read_verdicts(area.current, "provider").height == 9 * 3


def test_practices_have_no_value_of_it_and_the_reason_is_told(area):
    series = area.current.series("ae_within_4_hours", "sub_icb")
    assert np.isin(series.missing, [Missing.OTHER_LEVEL]).all()
    assert area.measure_report("ae_within_4_hours", "provider").rows(5)


def test_a_second_build_changes_nothing(area):
    assert not area.build().changed
