"""flow schedule, discharge, price: worked by hand, refused in words, and nobody's row is told."""

from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from opencommissioning.area.waiting.scheduling import of_schedule
from opencommissioning.cli.main import commands

CENSUS = date(2024, 11, 29)  # a Friday


def run(*words):
    done = CliRunner().invoke(commands, ["flow", *map(str, words)])
    return done.exit_code, " ".join(done.output.split())


@pytest.fixture
def waiting_list(tmp_path):
    """20 people referred on 20 days: the first ten of priority 4, the last ten of priority 1."""
    path = tmp_path / "list.csv"
    days = [CENSUS - timedelta(60 - number) for number in range(20)]
    rows = [f"{day},,P{4 if number < 10 else 1}" for number, day in enumerate(days)]
    path.write_text("referral,removal,priority\n" + "\n".join(rows) + "\n")
    return path


def test_by_hand(waiting_list):
    """Two slots each weekday for two weeks: in turn ten of P4 are seen in the first week, by priority ten of P1."""
    found = of_schedule(waiting_list, CENSUS, 10, 2, joining=0)
    urgent, routine = found.classes
    assert (urgent.name, routine.name, found.left_over) == ("P1", "P4", 0)
    slots = [3, 3, 4, 4, 5, 5, 6, 6, 7, 7], [10, 10, 11, 11, 12, 12, 13, 13, 14, 14]
    waits = lambda first, days: [day - (first - 60 + n) for n, day in enumerate(days)]  # noqa: E731
    assert routine.days[0] == pytest.approx(sum(waits(0, slots[0])) / 10)
    assert urgent.days[0] == pytest.approx(sum(waits(10, slots[1])) / 10)
    assert urgent.days[1] == pytest.approx(sum(waits(10, slots[0])) / 10)
    assert routine.days[1] == pytest.approx(sum(waits(0, slots[1])) / 10)


def test_the_same_number_is_seen_in_either_order(waiting_list):
    found = of_schedule(waiting_list, CENSUS, 5, 2, joining=3)
    assert sum(each.seen[0] for each in found.classes) == sum(each.seen[1] for each in found.classes) == 10


def test_schedule_in_the_terminal(waiting_list):
    code, said = run(
        "schedule", waiting_list, "--slots", 10, "--weeks", 2, "--joining", 0, "--census", CENSUS
    )
    assert code == 0
    assert "P1 would be seen after" in said
    code, said = run("schedule", waiting_list, "--slots", 0.1, "--weeks", 1, "--census", CENSUS)
    assert code != 0


def test_a_small_list_is_not_told(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("referral,removal,priority\n2024-10-01,,P2\n2024-10-02,,P2\n")
    done = CliRunner().invoke(
        commands, ["flow", "schedule", str(path), "--slots", "4", "--census", "2024-11-29"]
    )
    assert "smaller group is not shown" in str(done.exception or done.output)


def test_delayed_days_to_beds_to_money_by_hand():
    code, said = run("discharge", "--days", 3000, "--period", 30, "--avoidable", 0.25, "--cost", 350)
    assert code == 0
    assert "keep 100.0 beds; avoiding 25 % of them frees 25.0" in said
    assert "£262,500" in said
    assert run("discharge", "--days", 3000, "--cost", 350)[0] == 2


def test_a_file_of_discharges(tmp_path):
    """30 discharges on 30 days: 20 not delayed, 8 delayed by 5 days, 1 ready after it left (refused), 1 without a ready date (left out)."""
    rows = [f"2024-11-{day:02d},2024-11-{day:02d}" for day in range(1, 21)]
    rows += [f"2024-11-{day - 5:02d},2024-11-{day:02d}" for day in range(21, 29)]
    path = tmp_path / "stays.csv"
    path.write_text(
        "ready date,discharge date\n" + "\n".join([*rows, "2024-11-30,2024-11-29", ",2024-11-30"]) + "\n"
    )
    code, said = run("discharge", path, "--cost", 300)
    assert code == 0
    assert "71 % of discharges with a ready date (97 % of all) were not delayed" in said
    assert "together 40 bed-days: 1.3 beds" in said
    assert "£12,000" in said
    assert "1 × discharge date: " not in said
    assert "ready after the discharge" in said


def test_a_price_in_the_terminal():
    code, said = run(
        "price",
        "--hrg",
        "DZ65F",
        "--point",
        "NEL",
        "--nights",
        20,
        "--age",
        70,
        "--ended",
        "2026-05-02",
        "--invented",
    )
    assert code == 0
    assert "£3,020.00" in said
    assert "Invented prices" in said
