"""What load says: a line a file, and an exit status that a script can trust."""

import pytest

from opencommissioning.area import Area
from opencommissioning.cli.main import main
from opencommissioning.errors import FileRefused

DELAYS = '"Name","NHS","Social Care","Both","Period_year"'


@pytest.fixture
def area(tmp_path):
    return Area.create(tmp_path / "area")


@pytest.fixture
def file(tmp_path):
    months = [f"{month} {year}" for year in (2018, 2019) for month in ("April", "May", "June")]
    path = tmp_path / "dtoc.csv"
    path.write_text(
        "\n".join([DELAYS, *(f'"Exampleshire","306","44","30","{month}"' for month in months)]) + "\n"
    )
    return path


def test_a_file_of_many_months_is_a_line(area, file):
    (report,) = area.load([file])
    assert len(report.loaded) == 6
    ((name, _, months, kept, *_),) = report.lines()
    assert (name, months, kept) == ("dtoc.csv", "April 2018 to June 2019 (6 months)", "18")


def test_one_file_of_two_that_is_not_loaded_is_a_failure(area, file, tmp_path, capsys):
    (tmp_path / "unknown.csv").write_text("colour,size\nred,5\n")
    with pytest.raises(SystemExit) as ended:
        main(["--area", str(area.folder), "load", str(file), str(tmp_path / "unknown.csv")])
    assert ended.value.code == FileRefused.exit_code
    assert "1 of 2 files was not loaded" in " ".join(capsys.readouterr().err.split())
    assert area.store.datasets() == ["delayed_days_by_body"]
