"""What `status` says of people's records: periods, rows, refusals, opt-outs, purposes, and nothing that is somebody's."""

import pytest
from click.testing import CliRunner

from opencommissioning.area import Area
from opencommissioning.area.data.records_held import few, opt_outs_told, records_held
from opencommissioning.cli.main import commands
from opted_out import answer

HEADING = "ATTENDKEY,PSEUDO_HESID,PROCODE3,GPPRAC,APPTDATE,ATTENDED,FIRSTATT,TRETSPEF,APPTAGE,SEX"
PEOPLE = [f"PERSON{number:04d}" for number in range(60)]


@pytest.fixture
def area(tmp_path):
    """Sixty invented people with an appointment in each of three months; twelve of them opted out, one row has no day."""
    area = Area.create(tmp_path / "area")
    answer(area.folder, 'file = "opt-outs.csv"')
    (area.folder / "opt-outs.csv").write_text("PSEUDO_HESID\n" + "\n".join(PEOPLE[:12]) + "\n")
    rows = [
        f"{month}{number},{person},R99,Z99001,2026-0{month}-14,5,1,110,54.0,2"
        for month in (4, 5, 6)
        for number, person in enumerate(PEOPLE)
    ]
    file = tmp_path / "hes_op.csv"
    file.write_text("\n".join([HEADING, *rows, f"9,{PEOPLE[3]},R99,Z99001,,5,1,110,54.0,2"]) + "\n")
    area = Area.open(area.folder)
    area.load([file])
    return area


def told(area):
    (held,) = records_held(area.folder, area.settings, area.library)
    return held


def test_before_and_after_counting(area):
    before = told(area)
    assert before.period == "April 2026 to June 2026"
    assert (before.files, before.rows, before.refused) == ("1", "180", "1 to 7")
    assert (before.not_used, before.purposes) == ("not counted yet", "nothing yet")
    area.count()
    after = told(area)
    assert after.not_used == "35"  # 12 people's 36 appointments
    assert "commissioning (" in after.purposes
    assert opt_outs_told(area.folder, area.settings) == "opt-outs.csv: a list of people left out (10 named)"


def test_counting_twice_finds_nothing_changed(area):
    from opencommissioning.area.data.counting import is_stale

    assert is_stale(area._records())
    area.count()
    assert not is_stale(area._records())


def test_the_screen_names_nobody(area):
    area.count()
    said = CliRunner().invoke(commands, ["--area", str(area.folder), "status"]).output
    assert "People's records" in said
    assert "April 2026 to June 2026" in said
    assert "PERSON0" not in said


def test_an_area_without_records_says_nothing(tmp_path):
    area = Area.create(tmp_path / "none")
    assert records_held(area.folder, area.settings, area.library) == []
    assert (
        "People's records" not in CliRunner().invoke(commands, ["--area", str(area.folder), "status"]).output
    )


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0"), (1, "1 to 7"), (7, "1 to 7"), (8, "10"), (1003, "1,005")]
)
def test_few_people_are_not_counted_aloud(count, words):
    assert few(count) == words
