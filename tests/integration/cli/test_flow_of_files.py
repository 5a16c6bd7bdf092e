"""flow and waits on files: every layout is understood, and whatever cannot be used is refused in a sentence, never in a traceback."""

from datetime import date

import pytest

from opencommissioning.area.waiting.flowing import lists_from_files
from opencommissioning.area.waiting.waits import waits_of
from opencommissioning.cli.main import main
from opencommissioning.errors import FileRefused, NotLoaded, UnknownName
from opencommissioning.sources.specimens import write_specimen
from opencommissioning.sources.waiting_times import SOURCE

ONE_PART = [era for era in SOURCE.eras if era.name.endswith("commissioner, one part a file")]


@pytest.fixture
def one_parts(tmp_path):
    return [write_specimen(era, tmp_path) for era in ONE_PART]


@pytest.fixture
def extract(tmp_path):
    return write_specimen(SOURCE.eras[0], tmp_path)


def test_one_part_files_of_a_month_are_a_list_with_its_balance(one_parts):
    """100 wait and 200 were treated; starts are not in files of that time: as many joined as were treated, if the list was steady."""
    lists = lists_from_files(one_parts)
    assert (lists.organisation, lists.side) == ("99Z", "commissioner")
    (month,) = lists.months["100"]
    assert (month.month, month.waiting.sum(), month.treated.sum()) == (date(2015, 3, 1), 100, 200)
    assert (month.started, month.told) == (200, False)
    assert any("taken from the treated and the change" in each for each in lists.calibrated("100").remarks)


def test_a_list_without_its_treated_is_refused(one_parts):
    waiting = next(path for path in one_parts if "waiting" in path.name)
    with pytest.raises(NotLoaded, match="'completed, admitted' and 'completed, not admitted' of March 2015"):
        lists_from_files([waiting])


def test_the_same_month_twice_is_refused(extract, tmp_path):
    again = tmp_path / "again.csv"
    again.write_bytes(extract.read_bytes())
    with pytest.raises(FileRefused, match=r"again\.csv: holds .* of November 2024, as RTT-November-2024"):
        lists_from_files([extract, again])


def test_files_of_two_eras_are_not_put_together(extract, one_parts):
    with pytest.raises(NotLoaded, match="bands end at 52 weeks and others' at 104"):
        lists_from_files([extract, *one_parts], "99Z")


def test_bands_unlike_their_total_are_refused(extract):
    text = extract.read_text()
    extract.write_text(text.replace("12,0,12", "13,0,13", 1))
    with pytest.raises(FileRefused, match="row 2: the bands add up to 12, the row's total is 13"):
        lists_from_files([extract])


def test_an_unknown_organisation_is_told_with_the_nearest(extract):
    with pytest.raises(UnknownName, match="RX1"):
        lists_from_files([extract], "RX9")


@pytest.mark.parametrize("command", ["project", "clear"])
@pytest.mark.parametrize(
    ("text", "sentence"),
    [(None, "there is no such file"), ("colour,size\nred,5\n", "is no RTT file with weekly bands")],
)
def test_what_is_no_file_of_lists_gets_a_sentence(command, text, sentence, tmp_path, capsys):
    path = tmp_path / "some.csv"
    if text:
        path.write_text(text)
    with pytest.raises(SystemExit) as ended:
        main(["flow", command, str(path)])
    assert ended.value.code == FileRefused.exit_code
    told = " ".join(capsys.readouterr().err.split())
    assert sentence in told
    assert "Traceback" not in told


def test_every_list_of_waits_has_its_month(one_parts):
    assert set(waits_of(one_parts[0]).frame["month"]) == {"2015-03-01"}


def test_waits_of_an_extract_without_its_month(extract):
    extract.write_text(extract.read_text().replace("RTT-November-2024,", ",", 1))
    with pytest.raises(FileRefused, match=r"row 2, column 'Period' is empty.*--month 2024-11"):
        waits_of(extract)
    assert waits_of(extract, date(2024, 11, 1)).bands.month == date(2024, 11, 1)
