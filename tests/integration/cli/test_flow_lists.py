"""Waiting lists and follow-up lists in people's rows: counted as a loop would, refused by row, never repeated."""

import csv
import random
from datetime import date, timedelta
from math import inf, log

import numpy as np
import pytest

from opencommissioning.area.waiting.list_files import of_follow_ups, of_list, together, weeks_to_clear
from opencommissioning.cli.main import main
from opencommissioning.errors import FileRefused
from opencommissioning.flow.capacity import RTT
from opencommissioning.flow.follow_ups import FollowUps, course, slots_to_clear
from opencommissioning.sources.list_records import read_follow_ups, read_waiting_list, specialty_code
from opencommissioning.sources.recognise import recognise

CENSUS = date(2024, 11, 30)
HEADER = "NHS number,Referral,Priority,Specialty,Due date,Removal,Reason"
SECRET = "9434765919"


def waiting_rows() -> list[str]:
    chance, rows = random.Random(3), []
    for number in range(900):
        referred = CENSUS - timedelta(days=chance.randrange(500))
        removed = referred + timedelta(days=int(chance.expovariate(1 / 90)))
        gone = removed <= CENSUS
        reason = "treated" if number % 30 else "died"
        specialty = ("502", "Gynaecology", "C_330")[number % 3]
        rows.append(f"{SECRET},{referred},P{1 + number % 4},{specialty},{referred + timedelta(days=84)},{removed if gone else ''},{reason if gone else ''}")  # fmt: skip
    return rows


@pytest.fixture
def waiting(tmp_path):
    path = tmp_path / "waiting.csv"
    path.write_text("\n".join([HEADER, *waiting_rows()]) + "\n", encoding="utf-8")
    return path


def test_follow_ups_that_do_not_tell_how_many_fall_due_say_so(tmp_path):
    """A file of overdue ones alone: nobody due in the last 13 weeks is unknown, not 0 a week."""
    path = tmp_path / "late.csv"
    path.write_text("Due date,Seen date\n" + "2024-01-10,\n" * 20)
    with pytest.raises(FileRefused, match=r"13 weeks before 2024-11-30.*--due"):
        of_follow_ups(path, CENSUS, slots=10, by_weeks=20)
    assert of_follow_ups(path, CENSUS, slots=10, by_weeks=20, due=4).clinic.demand == 4


@pytest.mark.parametrize(
    ("heading", "source"),
    [(HEADER, "waiting_list"), ("Hospital number,Due date,Seen date", "follow_up_list")],
)
def test_a_list_that_can_be_counted_here_can_be_loaded_too(tmp_path, heading, source):
    path = tmp_path / "people.csv"
    path.write_text(heading + "\n")
    assert recognise(path)[0].id == source


def said(capsys, *words: object) -> str:
    main([str(word) for word in words])
    return " ".join(capsys.readouterr().out.split())


def test_size_and_flow_are_those_of_a_loop(waiting):
    found = of_list(waiting, CENSUS, 26, RTT, 26)
    begin = CENSUS + timedelta(days=1 - 26 * 7)
    size = joined = left = 0
    waits = []
    for row in csv.DictReader(waiting.read_text(encoding="utf-8").splitlines()):
        referred = date.fromisoformat(row["Referral"])
        removed = date.fromisoformat(row["Removal"]) if row["Removal"] else None
        size += removed is None
        joined += referred >= begin
        left += removed is not None and removed >= begin
        if removed is None:
            waits.append((CENSUS - referred).days)
    assert found.found.size == size
    assert found.found.flow.arrivals == pytest.approx(joined / 26)
    assert found.found.flow.departures == pytest.approx(left / 26)
    assert found.found.flow.load == pytest.approx(joined / left)
    assert found.found.pressure == pytest.approx(2 * sum(waits) / len(waits) / 7 / 18)
    target = joined / 26 * 18 / -log(0.08)
    assert found.needs.target_size.value == pytest.approx(target)
    assert found.needs.relief.value == pytest.approx(joined / 26 + (size - target) / 26)
    assert found.needs.relief.lower < found.needs.relief.value < found.needs.relief.upper


def test_day_126_is_inside_18_weeks(tmp_path):
    path = tmp_path / "list.csv"
    days = [CENSUS - timedelta(days=number) for number in (126, 127)]
    path.write_text("Referral,Removal\n" + "".join(f"{day},\n" for day in days), encoding="utf-8")
    assert of_list(path, CENSUS, 26, RTT, 26).found.within == 0.5


BAD = {
    "1,2024-05-02,1,502,,2024-05-01,x": ("Removal", "removed before it was referred"),
    "1,2025-05-02,1,502,,,": ("Referral", "after 30 November 2024, the day of the list"),
    "1,2024-05-02,1,502,,2025-05-01,x": ("Removal", "after 30 November 2024, the day of the list"),
    "1,2024-05-02,1,gynacology,,,": ("Specialty", "unknown specialty"),
    "1,2024-05-02,1,999,,,": ("Specialty", "unknown specialty"),
    "1,2024-05-02,-1,502,,,": ("Priority", "is negative or 0"),
    "1,2024-05-02,soon,502,,,": ("Priority", "is not a whole number"),
    "1,,1,502,,,": ("Referral", "no date of referral"),
    "1,1801-01-01,1,502,,,": ("Referral", "a date before 1990"),
    "1,31/31/2024,1,502,,,": ("Referral", "is not a date"),
    "1,2024-05-02,1,502,2024-05-01,,": ("Due date", "due before it was referred"),
}


@pytest.mark.parametrize("row", BAD)
def test_a_row_that_cannot_be_is_refused_with_its_place(tmp_path, row):
    path = tmp_path / "list.csv"
    path.write_text(f"{HEADER}\n1,2024-05-02,1,502,,,\n{row}\n", encoding="utf-8-sig")
    listed = read_waiting_list(path, CENSUS)
    assert listed.rows.height == 1
    assert listed.refused.select("row", "column", "problem").rows() == [(3, *BAD[row])]
    assert listed.refused["next_step"][0]


def test_refused_rows_are_written_without_their_words(waiting, tmp_path, capsys):
    waiting.write_text(waiting.read_text(encoding="utf-8") + f"{SECRET},2024-05-02,1,Mrs Smith,,,\n", encoding="utf-8")  # fmt: skip
    out = tmp_path / "refused.csv"
    told = said(capsys, "flow", "list", waiting, "--census", CENSUS, "--refused", out)
    assert "900 rows counted, 1 refused. Nothing was kept." in told
    assert "1 × Specialty: unknown specialty" in told
    written = out.read_text(encoding="utf-8")
    assert written.splitlines()[1].startswith("902,Specialty,unknown specialty,")
    for words in (told, written):
        assert SECRET not in words
        assert "Smith" not in words


def test_a_file_without_its_columns_says_which(tmp_path, capsys):
    path = tmp_path / "list.csv"
    path.write_text("Referral,Priority\n2024-05-02,1\n", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["flow", "list", str(path)])
    assert ended.value.code == FileRefused.exit_code
    assert "list.csv, row 1: no column 'removal'" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("text", ["", "Referral,Removal\n", "Referral,Removal\n2030-01-01,\n"])
def test_a_file_with_nothing_to_count_is_refused(tmp_path, text):
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused):
        read_waiting_list(path, CENSUS)


def test_a_file_that_is_not_there_or_not_csv_is_refused(tmp_path):
    with pytest.raises(FileRefused, match="cannot be read as CSV"):
        read_waiting_list(tmp_path / "none.csv", CENSUS)
    path = tmp_path / "ragged.csv"
    path.write_text("Referral,Removal\n2024-01-01,,Mrs Smith,more\n", encoding="utf-8")
    with pytest.raises(FileRefused, match="do not fit its header") as refusal:
        read_waiting_list(path, CENSUS)
    assert "Smith" not in str(refusal.value)


def test_small_groups_are_put_together_and_nothing_small_is_shown():
    assert together({"treated": 101, "died": 3}) == {"others (2 kinds)": 105}
    assert together({"treated": 101, "declined": 12, "died": 3}) == {"treated": 100, "others (2 kinds)": 15}
    assert together({"treated": 101, "moved": 5, "died": 4}) == {"treated": 100, "others (2 kinds)": 10}
    assert together({"treated": 4, "died": 3}) == {}
    assert together({"treated": 18}) == {"treated": 20}


def test_one_specialty_is_told_in_fives_and_a_small_one_not(waiting, capsys):
    whole = of_list(waiting, CENSUS, 26, RTT, 26, "gynaecology")
    assert whole.found.size % 5 == 0
    assert (whole.found.flow.arrivals * 26) % 5 == pytest.approx(0)
    waiting.write_text(waiting.read_text(encoding="utf-8") + "1,2024-05-02,1,400,,,\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["flow", "list", str(waiting), "--census", "2024-11-30", "--specialty", "neurology"])
    assert "fewer than 8 people" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["flow", "list", str(waiting), "--census", "2024-11-30", "--specialty", "urology"])
    assert "it holds Dermatology, Gynaecology, Neurology" in " ".join(capsys.readouterr().err.split())


def test_specialties_by_code_or_name():
    assert [specialty_code(text) for text in ("502", "C_502", "gynaecology", "Gynaecology Service", "x02")] == ["502", "502", "502", "502", "X02"]  # fmt: skip
    assert specialty_code("C_999") is None
    assert specialty_code("All specialties") is None


def test_a_list_older_than_its_census_is_told(waiting, capsys):
    told = said(capsys, "flow", "list", waiting, "--census", "2025-03-31")
    assert "Note: nothing happened on this list after 2024-11-30" in told


def test_follow_ups_overdue_are_those_of_a_loop(tmp_path, capsys):
    chance, rows, late = random.Random(5), ["due date,seen date"], 0
    for _ in range(2000):
        due = date(2024, 3, 1) + timedelta(days=chance.randrange(400))
        seen = due + timedelta(days=chance.randrange(200))
        late += due < CENSUS < seen
        rows.append(f"{due:%d/%m/%Y},{seen}")
    path = tmp_path / "follow-ups.csv"
    path.write_text("\n".join([*rows, "never,"]) + "\n", encoding="utf-8")
    told = said(capsys, "flow", "follow-ups", path, "--slots", 90, "--dna", 0.077, "--census", CENSUS, "--by", "2025-08")  # fmt: skip
    assert f"{late:,} overdue" in told
    assert "1 × due date: is not a date" in told
    assert read_follow_ups(path).refused["row"].to_list() == [2002]


def test_clearing_44_000_overdue_in_nine_months(capsys):
    """The worked example of the guide: slots found in closed form do it week by week, one fewer does not."""
    clinic = FollowUps(overdue=44_000, due=1_500, missed=0.077)
    plan = slots_to_clear(clinic, 39)
    slots = int(np.ceil(plan.slots.value))
    assert slots == 2848
    assert course(clinic, np.full(39, slots))[-1] == 0
    assert course(clinic, np.full(39, slots - 2))[-1] > 0
    told = said(capsys, "flow", "follow-ups", "--overdue", 44000, "--due", 1500, "--slots", 2400, "--dna", 0.077)  # fmt: skip
    assert "cleared in 62 weeks (60 to 63)" in told
    assert "2,847 slots a week" in told
    assert "afterwards 1,625 hold it" in told


def test_weeks_to_clear_are_those_of_the_course():
    clinic = FollowUps(overdue=505, due=80, missed=0.1)
    weeks = weeks_to_clear(clinic, 100)
    path = course(clinic, np.full(60, 100.0))
    assert path[int(weeks)] > 0
    assert path[int(np.ceil(weeks))] == 0
    assert weeks_to_clear(clinic, 80) == inf
    assert weeks_to_clear(FollowUps(0, 80), 10) == 0


def test_slots_that_are_too_few_never_clear(capsys):
    told = said(capsys, "flow", "follow-ups", "--overdue", 100, "--due", 50, "--slots", 50, "--dna", 0.1)
    assert "never cleared" in told


@pytest.mark.parametrize("words", [["--slots", "5"], ["--slots", "5", "--overdue", "9"], ["--slots", "5", "--overdue", "9", "--due", "1", "--by", "2001-01"]])  # fmt: skip
def test_what_is_missing_is_said(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["flow", "follow-ups", *words])
    assert ended.value.code == 2
    assert "Error" in capsys.readouterr().err


def test_beds_of_shorter_stays_as_published(capsys):
    """Stroke units: 56 to 12 days for 300 people a year (Monks et al. 2016, and the load by hand)."""
    told = said(capsys, "flow", "beds", "--admissions", 300, "--stay", 56, "--new-stay", 12)
    assert "16,800 3,600 -13,200" in told
    assert f"{300 * 56 / 365.25:.1f} {300 * 12 / 365.25:.1f}" in told
    assert "wait for one 52 15 -37" in told


def test_of_a_file_with_lists_of_several_days_one_is_read(tmp_path):
    lines = ["Referral,Removal,Census"]
    for day in ("2024-10-31", "2024-11-30"):
        lines += [f"2024-{month:02d}-01,,{day}" for month in range(1, 11) for _ in range(10)]
    path = tmp_path / "both.csv"
    path.write_text("\n".join(lines) + "\n")
    assert of_list(path, CENSUS, 26, RTT, 26).found.size == 100
    with pytest.raises(FileRefused, match="holds no list of 2024-12-31; its column 'Census' has 2024-10-31, 2024-11-30"):  # fmt: skip
        of_list(path, date(2024, 12, 31), 26, RTT, 26)


def test_a_list_that_few_join_says_that_its_rates_tell_little(waiting, tmp_path):
    assert not any("tell little" in each for each in of_list(waiting, CENSUS, 26, RTT, 26).remarks)
    few = tmp_path / "few.csv"
    few.write_text("\n".join([HEADER, *waiting_rows()[:90]]) + "\n")
    assert any("fewer than 50 people joined" in each for each in of_list(few, CENSUS, 26, RTT, 26).remarks)
