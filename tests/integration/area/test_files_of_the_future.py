"""Nothing has happened in November 2031: waits, counts and people's rows of a time to come are refused in a sentence, allocations are not."""

import re

import pytest

from opencommissioning.area import Area
from opencommissioning.catalogue.period import shift
from opencommissioning.errors import FileRefused
from opencommissioning.sources.recognise import recognise
from opencommissioning.sources.registry import SOURCES
from opencommissioning.sources.specimens import write_specimen
from opted_out import nobody


@pytest.fixture
def area(tmp_path):
    return Area.create(tmp_path / "area")


def specimen(source, number, folder, change):
    era = next(one for one in SOURCES if one.id == source).eras[number]
    path = write_specimen(era, folder)
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    return path


def test_waiting_times(area, tmp_path):
    path = specimen("waiting_times", 0, tmp_path, lambda text: text.replace("November-2024", "November-2031"))
    with pytest.raises(FileRefused, match="column 'month' lies in the future"):
        area.load([path])


def test_counts_made_by_somebody_else(area, tmp_path):
    heading = "month,practice,category,kind,stay,returned,spells,finished_spells,bed_days"
    row = "{},X81001,all,emergency,1-6,no,7,7,20"
    path = tmp_path / "counts.csv"
    path.write_text("\n".join([heading, row.format("2025-04"), row.format("2031-04")]) + "\n")
    (report,) = area.load([path])
    assert "column 'month' lies in the future" in report.warnings[0]
    assert [str(part.period) for part in area.store.parts("admissions")] == ["2025-04-01"]


@pytest.mark.parametrize("source", ["admitted_care", "ae_visits", "outpatients"])
def test_people_of_a_time_to_come(area, tmp_path, source):
    nobody(area.folder, "the file is artificial")
    path = specimen(source, 0, tmp_path, lambda text: re.sub(r"(19|20)\d\d-", "2031-", text))
    with pytest.raises(FileRefused, match="lies in the future"):
        Area.open(area.folder).load([path])


def test_allocations_are_known_before_their_year(area, tmp_path):
    """Weighted populations come out months before the year that they are for."""
    path = write_specimen(next(one for one in SOURCES if one.id == "weighted_populations").eras[0], tmp_path)
    area.load([path])
    period = area.store.parts("weighted_populations")[0].period
    area.store.load(path, recognised=recognise(path), replace=True, today=shift(period, -6))
    with pytest.raises(FileRefused, match="lies in the future"):
        area.store.load(path, recognised=recognise(path), replace=True, today=shift(period, -30))
