"""What load says: a line a file, and an exit status that a script can trust."""

from pathlib import Path

import pytest

from opencommissioning.area import Area
from opencommissioning.area.data.loading import files_in
from opencommissioning.cli.loading import told_by_ending
from opencommissioning.cli.main import main
from opencommissioning.errors import FileRefused, UnknownKind

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


@pytest.fixture
def folder(tmp_path, file):
    """A folder with a file to load; beside it files of no kind, hidden ones, and an area with a store."""
    folder = tmp_path / "all"
    below = folder / "2018" / "quarter 1"
    below.mkdir(parents=True)
    file.rename(below / file.name)
    other = Area.create(folder / "other area")
    other.load([below / file.name])
    for name in (".git/config.csv", "2018/.hidden.csv", "measure.toml"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("not to be read")
    return folder


def test_a_folder_is_walked_without_areas_and_hidden_ones(area, folder):
    assert [path.name for path in files_in([folder])] == ["dtoc.csv"]
    (report,) = area.load([folder])
    assert report.file == "dtoc.csv"


def test_a_folder_without_files_or_that_is_an_area_is_refused(area, folder, tmp_path):
    with pytest.raises(FileRefused, match=r"other area: is an area \(it holds area\.toml\)"):
        files_in([folder / "other area"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileRefused, match="empty: holds no file to load"):
        area.load([tmp_path / "empty"])


def test_many_files_of_no_kind_are_counted_by_ending(area, folder, capsys):
    for number in range(5):
        (folder / f"{number}.npy").write_bytes(b"\x93NUMPY\0")
    (folder / "README").write_text("about these files")
    with pytest.raises(SystemExit) as ended:
        main(["--area", str(area.folder), "load", str(folder)])
    assert ended.value.code == FileRefused.exit_code
    told = " ".join(capsys.readouterr().err.split())
    assert (
        "Note: 6 files are of no kind that we know: 5 .npy, 1 without an ending (the first: 0.npy)." in told
    )
    assert told.count("Note:") == 1
    assert "6 of 7 files were not loaded" in told
    assert area.store.datasets() == ["delayed_days_by_body"]


def test_few_files_of_no_kind_get_their_reasons(area, tmp_path, capsys):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("colour,size\nred,5\n")
    with pytest.raises(SystemExit):
        main(["--area", str(area.folder), "load", str(tmp_path / "a.csv"), str(tmp_path / "b.csv")])
    told = " ".join(capsys.readouterr().err.split())
    assert told.count("not a file that we know (it begins with: colour, size)") == 2


def test_many_endings_are_cut_short():
    unknown = {Path(f"{number}.x{number % 9}"): UnknownKind("no") for number in range(20)}
    (told,) = told_by_ending(unknown)
    assert told.startswith("20 files are of no kind that we know: 3 .x0, 3 .x1, 2 .x2, ")
    assert ", 6 of other endings (the first: 0.x0)" in told
